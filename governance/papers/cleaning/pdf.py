"""A PDF built anew: pages that look as they did, the links between them, and nothing beside."""

from collections import Counter
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Page, Pdf, PikepdfError
from pikepdf.settings import set_qpdf_limits

from governance.papers.cleaning.copying import Copier
from governance.papers.cleaning.counting import found_in
from governance.papers.cleaning.leading import is_number, lead_within, links_within
from governance.papers.cleaning.limits import Limits, Unfit

# Two hundred inches, and three points: no sheet is longer or shorter, says the format itself.
LONGEST_SIDE, SHORTEST_SIDE = 14_400, 3
LETTER = (0, 0, 612, 792)
# Where a file says that it ends; one that was cut off does not.
TAIL = 4096


def rebuild(source: Path, to: Path, limits: Limits) -> Counter[str]:
    """Write a clean PDF of the pages of another one; what was found beside them."""
    set_qpdf_limits(
        flate_max_memory=limits.unpacked,
        png_max_memory=limits.unpacked,
        run_length_max_memory=limits.unpacked,
        tiff_max_memory=limits.unpacked,
        dct_max_memory=limits.unpacked,
    )
    try:
        mending, promised = looked_at(source)
        with Pdf.open(source, attempt_recovery=mending) as pdf:
            check(pdf, promised, limits)
            found = found_in(pdf)
            found["mended"] = int(mending)
            links = links_within(pdf)
            flatten(pdf)
            with pikepdf.new() as made:
                copy_pages(pdf, made, limits)
                lead_within(made, links)
                save(made, to)
    except pikepdf.PasswordError as error:
        raise Unfit("locked") from error
    except (PikepdfError, RuntimeError, ValueError, TypeError) as error:
        # The library fails in as many ways as a file can be damaged.
        raise Unfit("broken") from error
    return found


def looked_at(source: Path) -> tuple[bool, int]:
    """Whether a file can be read only by guessing, and how many pages it says it has.

    One that was cut off is not read by guessing either, lest a page be lost. One that asks for a
    password only before it is printed or changed opens without.
    """
    try:
        return False, promised(source, mending=False)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        with source.open("rb") as file:
            file.seek(-min(TAIL, source.stat().st_size), 2)
            if b"%%EOF" not in file.read():
                raise
    return True, promised(source, mending=True)


def promised(source: Path, *, mending: bool) -> int:
    """Told before the library sets the number right by what it found."""
    with Pdf.open(source, attempt_recovery=mending, inherit_page_attributes=False) as pdf:
        pages = pdf.Root.get("/Pages")
        count = pages.get("/Count") if isinstance(pages, Dictionary) else None
        return count if isinstance(count, int) else 0


def check(pdf: Pdf, promised: int, limits: Limits) -> None:
    if len(pdf.objects) > limits.objects:
        raise Unfit("unpacked")
    if pdf.Root.get("/NeedsRendering", False) is True:
        raise Unfit("other_program")
    pages = len(pdf.pages)
    if pages < promised:
        # A page that cannot be read is passed over by the library, and by nobody else.
        raise Unfit("broken")
    if not pages:
        raise Unfit("no_pages")
    if pages > limits.pages:
        raise Unfit("pages", pages=pages, most=limits.pages)


def flatten(pdf: Pdf) -> None:
    """Draw into the pages what lies on them: filled fields, stamps and marks, as a screen shows."""
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")


def copy_pages(pdf: Pdf, made: Pdf, limits: Limits) -> None:
    copier = Copier(made, limits)
    for number, page in enumerate(pdf.pages, 1):
        copier.scales.turn()
        copy = copier.whole(page.obj, "page")
        copy.Type = Name.Page
        lay(copy, number)
        if not isinstance(copy.get("/Resources"), Dictionary):
            copy.Resources = Dictionary()
        if isinstance(copy.get("/Contents"), Array):
            copy.Contents = Array(part for part in copy.Contents if part is not None)
        made.pages.append(Page(copy))
    layers = copier.whole(pdf.Root.get("/OCProperties"), "layers")
    if layers is not None:
        made.Root.OCProperties = layers


def lay(page: Dictionary, number: int) -> None:
    """Leave of a page's sheet, its unit, crop and turn what every program takes in the same way:
    Letter where there is no sheet. What is larger than any paper is refused."""
    unit, turn = page.get("/UserUnit", 1), page.get("/Rotate", 0)
    if not is_number(unit) or unit <= 0:
        unit = page.UserUnit = 1
    left, low, right, high = corners(page.get("/MediaBox"))
    if max(right - left, high - low) * unit > LONGEST_SIDE:
        raise Unfit("paper", page=number)
    if min(right - left, high - low) * unit < SHORTEST_SIDE:
        left, low, right, high = LETTER
        page.MediaBox, page.UserUnit = Array(LETTER), 1
    crop = corners(page.get("/CropBox"))
    seen = min(right, crop[2]) > max(left, crop[0]) and min(high, crop[3]) > max(low, crop[1])
    if "/CropBox" in page and not seen:
        del page.CropBox
    page.Rotate = int(turn) if is_number(turn) and not turn % 90 else 0


def corners(box: Any) -> tuple[Any, ...]:
    """A box from its lower left corner to its upper right one; one of no size where it is none."""
    sides: list[Any] = list(box) if isinstance(box, Array) else []
    if len(sides) != 4 or not all(map(is_number, sides)):
        return 0, 0, 0, 0
    return (*map(min, sides[:2], sides[2:]), *map(max, sides[:2], sides[2:]))


def save(made: Pdf, to: Path) -> None:
    """The same pages make the same file."""
    made.save(
        to,
        min_version="1.7",
        object_stream_mode=ObjectStreamMode.generate,
        deterministic_id=True,
    )
