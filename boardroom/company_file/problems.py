"""What is wrong with a company file: a list of sentences, each with its line."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where. Line 0: the file as a whole."""

    line: int
    sentence: str

    def __str__(self):
        return f"Line {self.line}: {self.sentence}" if self.line else self.sentence


class Unloadable(Exception):
    """The file was not loaded and nothing was written: here is all that is wrong with it."""

    def __init__(self, problems):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
