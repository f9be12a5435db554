"""How large a paper may be, and what its cleaning may take."""

from dataclasses import dataclass

MIB = 1024 * 1024
KINDS = ("pdf", "png", "jpeg", "docx", "xlsx", "pptx")


@dataclass(frozen=True)
class Limits:
    """What a file may hold, and what the process that opens it may take of the machine."""

    bytes: int = 100 * MIB
    pages: int = 2_000
    objects: int = 1_000_000
    # Of one picture; a sheet of A3 scanned at 600 dots per inch has 70 million.
    pixels: int = 100_000_000
    # What one stream unpacks to, and all of them together.
    unpacked: int = 400 * MIB
    unpacked_together: int = 4096 * MIB
    # What draws one page, pictures aside: a reader's tablet holds all of it at once.
    drawn: int = 64 * MIB
    # Of the processor, and on the clock on the wall.
    cpu_seconds: int = 90
    seconds: int = 120
    memory: int = 1536 * MIB
    # LibreOffice maps far more than it uses.
    office_memory: int = 6144 * MIB
    # What is kept of the text, for search.
    letters_a_page: int = 100_000
    letters: int = 10_000_000


LIMITS = Limits()


class Unfit(Exception):
    """Why a file is not taken: a code of `sentences.REFUSALS`, and the facts that it tells."""

    def __init__(self, code: str, **facts: int):
        super().__init__(code, facts)
        self.code = code
        self.facts = facts
