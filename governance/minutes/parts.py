"""What minutes consist of: an opening, one part for each item of the agenda, and the end.

A part has what the record says (`facts`, `resolutions`), which nobody retypes, and the words of
whoever takes the minutes. The text that is approved and signed is put together from the parts, the
same way for everybody.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

OPENING, REQUESTS, CLOSING = "opening", "requests", "closing"
NOT_TAKEN_UP = "It was not taken up."


@dataclass(frozen=True)
class Resolution:
    """A motion that came to a vote: its exact words, and its result as the record has it."""

    motion: str
    text: str
    says: str
    digest: str
    # What stands above words that were not adopted.
    preface: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the minutes; `item` is the key of its item of the agenda, empty for the frame."""

    key: str
    heading: str
    facts: tuple[str, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    words: str = ""
    # What was on the table, as whoever takes the minutes names it.
    papers: tuple[str, ...] = ()
    item: str = ""
    # What the record ought to say and does not; each keeps the minutes from going out.
    missing: tuple[str, ...] = field(default=())

    @property
    def is_empty(self):
        """It was taken up, nothing was decided, and nobody wrote what was done."""
        told = self.words.strip() or self.resolutions or NOT_TAKEN_UP in self.facts
        return not told

    @property
    def papers_in_words(self):
        """ "Papers tabled: the plan; the budget." """
        return f"Papers tabled: {'; '.join(self.papers)}." if self.papers else ""

    @property
    def fields(self):
        """What people wrote, by the names of its fields on the page."""
        return {f"words-{self.key}": self.words, f"papers-{self.key}": "\n".join(self.papers)}

    @property
    def typed(self):
        """What people wrote, to be compared between versions."""
        return "\n".join(filter(None, (self.papers_in_words, self.words.strip())))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def part_of(said: dict[str, Any]) -> Part:
    """The part as it was stored."""
    return Part(
        key=said["key"],
        heading=said["heading"],
        facts=tuple(said["facts"]),
        resolutions=tuple(Resolution(**one) for one in said["resolutions"]),
        words=said["words"],
        papers=tuple(said.get("papers", ())),
        item=said["item"],
        missing=tuple(said["missing"]),
    )


def text_of(title: str, parts: Iterable[Part]) -> str:
    """The whole text, in the words that are approved and signed."""
    return "\n\n".join([title, *map(text_of_part, parts)]) + "\n"


def text_of_part(part: Part) -> str:
    lines = [part.heading] if part.heading else []
    lines += part.facts
    lines += [part.typed] if part.typed else []
    for one in part.resolutions:
        lines += filter(None, (one.preface, one.text.strip(), one.says))
    return "\n".join(lines)


@dataclass(frozen=True)
class Check:
    """One thing that has to be there before the minutes go out, and whether it is."""

    says: str
    holds: bool
    # The key of the part where it is mended.
    part: str = ""


def checks_of(parts: Iterable[Part]) -> list[Check]:
    """Each missing fact by name; what is there is said once for all of it (M-05)."""
    parts = list(parts)
    missing = [Check(says, False, part.key) for part in parts for says in part.missing]
    items = [part for part in parts if part.item]
    missing += [
        Check(f"{part.heading.rstrip('.')}: nothing says what was done.", False, part.key)
        for part in items
        if part.is_empty
    ]
    told = []
    if not any(part.missing for part in parts if part.key == OPENING):
        told.append(Check("Attendance, who presided and the quorum come from the record.", True))
    votes = sum(len(part.resolutions) for part in items)
    if votes:
        told.append(Check(f"{votes} vote{'' if votes == 1 else 's'}, each with its quorum.", True))
    return missing + told
