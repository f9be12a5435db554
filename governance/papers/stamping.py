"""What is drawn on a page of a board book beside its own content: its number, how late it came,
and a reader's mark.

They stand where somebody who looks at the page expects them, however the page is turned, cropped
or measured. The page's own drawing is not read: it is put between saved graphics states.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Rectangle

from governance.papers.marking import NOBODY, width_of

# The names by which pages know the mark and the letters of their number.
MARK, LETTERS = Name("/BoardroomMark"), Name("/BoardroomLetters")
LABEL = re.compile(r"[0-9a-z-]+")
LATE = re.compile(r"[0-9a-z ]*")
# A page that forgets to restore fewer graphics states than these still gets its stamp upright.
SAVED = 8
# Number and mark are as large on any page as on letter paper.
LETTER_WIDTH = 612
# In points of letter paper: the number's size and its place in the lower right corner.
SIZE, RIGHT, BASELINE = 10, 20, 13
# The box of the mark: its width stands for the page's diagonal, and no letter of it is taller.
DIAGONAL, HEIGHT = 1000, 120


class Seen(NamedTuple):
    """A page as it is looked at: its sides, and what leads from its lower left corner to where
    the file draws."""

    width: Decimal
    height: Decimal
    matrix: tuple[Decimal, ...]


def seen(box: tuple, turn: int) -> Seen:
    """How a page is looked at that shows this box, turned by so many degrees.

    Its unit does not matter, as all that is drawn goes by the size of the page.
    """
    left, low, right, high = map(Decimal, box)
    wide, tall = right - left, high - low
    nil, one = Decimal(0), Decimal(1)
    match turn % 360:
        case 90:
            return Seen(tall, wide, (nil, one, -one, nil, right, low))
        case 180:
            return Seen(wide, tall, (-one, nil, nil, -one, right, high))
        case 270:
            return Seen(tall, wide, (nil, -one, one, nil, left, high))
    return Seen(wide, tall, (one, nil, nil, one, left, low))


def visible_box(page: Page) -> tuple:
    """What is shown of the page: the part of its sheet that it is cropped to."""
    sheet = Rectangle(page.mediabox)
    if Name.CropBox in page.obj:
        shown = Rectangle(page.cropbox) & sheet
        sheet = shown if shown and shown.width > 0 and shown.height > 0 else sheet
    return sheet.llx, sheet.lly, sheet.urx, sheet.ury


class Stamp:
    """Number and mark for the pages of one book; what pages can share is made once."""

    def __init__(self, pdf: Pdf):
        self.pdf = pdf
        self.letters = pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type1,
                BaseFont=Name.Helvetica,
                Encoding=Name.WinAnsiEncoding,
            )
        )
        self.mark = mark_form(pdf, self.letters)
        self.before = pdf.make_stream(b"q " * SAVED)

    def draw(self, page: Page, label: str, late: str = ""):
        """Draw the number over what is on the page, with how late it came, and the mark."""
        shown = self.pdf.make_stream(b"\n" + b"Q " * SAVED + drawn_over(page, label, late))
        own = page.obj.get(Name.Contents)
        contents = [] if own is None else list(own) if isinstance(own, Array) else [own]
        page.obj[Name.Contents] = Array([self.before, *contents, shown])
        resources = within(page.obj, Name.Resources)
        within(resources, Name.XObject)[MARK] = self.mark
        within(resources, Name.Font)[LETTERS] = self.letters


def within(parent: Object, name: Name) -> Object:
    """The dictionary of this name, which may be shared by pages; a new one where there is none."""
    if name not in parent:
        parent[name] = Dictionary()
    return parent[name]


def mark_form(pdf: Pdf, letters: Object) -> Object:
    """The drawing of the mark that all pages share; until there is a reader it draws nothing."""
    faint = Dictionary(Type=Name.ExtGState, ca=Decimal("0.25"))
    return pdf.make_stream(
        b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC q /Faint gs 0.5 g\n"
        + NOBODY
        + b"\nQ EMC\n",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([-DIAGONAL // 2, -HEIGHT // 2, DIAGONAL // 2, HEIGHT // 2]),
        Resources=Dictionary(Font=Dictionary(Letters=letters), ExtGState=Dictionary(Faint=faint)),
    )


def drawn_over(page: Page, label: str, late: str = "") -> bytes:
    """The mark along the diagonal, and the number on white in the lower right corner."""
    if not LABEL.fullmatch(label) or not LATE.fullmatch(late):
        raise ValueError(f"{label!r} is no number of a page, or {late!r} no lateness.")
    label = f"{late}, {label}" if late else label
    length = Decimal(width_of(label) * SIZE) / 1000
    left = -RIGHT - length
    corner = to_the_corner(visible_box(page), int(page.obj.get(Name.Rotate, 0)))
    return (
        f"{corner} 1 g {left - 3:.2f} {BASELINE - 4} {length + 6:.2f} {SIZE + 4} re f"
        f" 0.2 g BT {LETTERS} {SIZE} Tf {left:.2f} {BASELINE} Td ({label}) Tj ET Q EMC Q\n"
    ).encode("ascii")


# Most pages of a book have one of a few sizes.
@lru_cache(maxsize=256)
def to_the_corner(box: tuple, turn: int) -> str:
    """Up to the lower right corner, where the number stands; on the way there, the mark."""
    wide, tall, matrix = seen(box, turn)
    across = (wide / DIAGONAL, tall / DIAGONAL, -tall / DIAGONAL, wide / DIAGONAL)
    scale, nil = min(wide, tall) / LETTER_WIDTH, Decimal(0)
    return (
        f"q {numbers(*matrix)} cm"
        f" q {numbers(*across, wide / 2, tall / 2)} cm {MARK} Do Q"
        " /Artifact <</Type /Pagination /Subtype /Footer>> BDC"
        f" q {numbers(scale, nil, nil, scale, wide, nil)} cm"
    )


def numbers(*values: Decimal) -> str:
    return " ".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in values)
