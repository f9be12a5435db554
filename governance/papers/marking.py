"""The mark of whoever reads a board book: a name and a time, light across each page.

The mark lies in the file as it is, once for all pages and of one length for every reader. A
reader's copy is the base book with these bytes replaced while it is sent: ranges, offsets and the
length of the file hold.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

# The bytes that hold a mark, and what stands there for nobody.
LENGTH = 480
NOBODY = b"% This place waits for the mark of a reader.".ljust(LENGTH)
# In thousandths of a page's diagonal: how long the words of a mark may be, and how tall.
WIDEST, TALLEST = 760, 56
# Widths of Helvetica from the space to the tilde, in thousandths of its size.
WIDTHS = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
# "LATIN SMALL LETTER L WITH STROKE" has no parts to be taken into, and is read as an l.
LATIN = re.compile(r"LATIN (CAPITAL|SMALL) LETTER (?:DOTLESS )?([A-Z])(?: WITH .*)?")


class Slot(NamedTuple):
    """Where in the file of a book its reader's mark lies."""

    offset: int
    length: int


def mark_of(reader: str, at: str) -> bytes:
    """The mark of whoever reads, and when: as many bytes for one reader as for another.

    Letters that its font lacks are written by those it has: Łukasz as Lukasz, and one that has
    nothing like it by its number in Unicode. A very long name is cut short, the time never.
    For whom its font has no letters see `can_write`.
    """
    name, time = spelt(reader), spelt(at)
    mark = drawn(f"{name}, {time}")
    while len(mark) > LENGTH and name:
        name = name[:-1]
        mark = drawn(f"{name}…, {time}")
    if len(mark) > LENGTH:
        raise ValueError("The time of a mark does not fit into it.")
    return mark.ljust(LENGTH)


def can_write(name: str) -> bool:
    """Whether a mark shows the name as its bearer would know it."""
    return all(plainly(letter) for letter in line_of(name))


def drawn(words: str) -> bytes:
    """The words around the middle, as large as the page allows."""
    wide, size = max(width_of(words), 1), size_of(words)
    left, below = Decimal(wide * size) / 2000, Decimal(35 * size) / 100
    text = re.sub(rb"([\\()])", rb"\\\1", words.encode("cp1252"))
    return f"BT /Letters {size} Tf -{left:.1f} -{below:.1f} Td (".encode() + text + b") Tj ET"


def size_of(words: str) -> int:
    """How large the words of a mark are set, in thousandths of the page's diagonal."""
    return max(min(TALLEST, WIDEST * 1000 // max(width_of(words), 1)), 1)


def width_of(words: str) -> int:
    """How wide Helvetica sets the words at most, in thousandths of its size."""
    letters = (one for one in unicodedata.normalize("NFD", words) if not unicodedata.combining(one))
    return sum(WIDTHS[ord(one) - 32] if " " <= one <= "~" else 1000 for one in letters)


# --- Letters beyond the font ---------------------------------------------------------------------


def spelt(words: str) -> str:
    """The words on one line, in letters of Windows' Latin alphabet."""
    return "".join(plainly(letter) or f"U+{ord(letter):04X}" for letter in line_of(words))


def line_of(words: str) -> str:
    line = unicodedata.normalize("NFC", " ".join(words.split()))
    return "".join(letter for letter in line if letter.isprintable())


def plainly(letter: str) -> str:
    """The letter in those that the font has; empty where it has nothing like it."""
    if is_windows_latin(letter):
        return letter
    parts = unicodedata.normalize("NFKD", letter)
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    if plain and is_windows_latin(plain):
        return plain
    if latin := LATIN.fullmatch(unicodedata.name(letter, "")):
        return latin[2] if latin[1] == "CAPITAL" else latin[2].lower()
    return ""


def is_windows_latin(words: str) -> bool:
    try:
        words.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


# --- A reader's copy -----------------------------------------------------------------------------


def marked(
    chunks: Iterator[bytes], slot: tuple[int, int], mark: bytes, start: int = 0
) -> Iterator[bytes]:
    """A stretch of the base book as it is sent to a reader: the same, with their mark.

    `start` is where in the file the first chunk begins.
    """
    offset, length = slot
    if len(mark) != length:
        raise ValueError("A mark has the length of its slot.")
    for chunk in chunks:
        low, high = max(offset, start), min(offset + length, start + len(chunk))
        if low < high:
            shown = mark[low - offset : high - offset]
            chunk = b"".join((chunk[: low - start], shown, chunk[high - start :]))
        start += len(chunk)
        yield chunk
