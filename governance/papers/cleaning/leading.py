"""Links from one page of a document to another: of all that is not drawn, they alone stay.

Of each only the place is kept, and put in words of our own: no action, no name, no other file.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from pikepdf import Array, Dictionary, Name, Pdf, PikepdfError

from governance.papers.links import named_places, place_of

# A table of contents has hundreds.
MOST = 20_000
# In as many ways what somebody else wrote is not what it ought to be.
ILL_MADE = (PikepdfError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class Link(NamedTuple):
    """Where on a page a link is, and how high on which page it leads; pages count from nought."""

    page: int
    box: tuple[Any, ...]
    target: int
    top: Any


def links_within(pdf: Pdf) -> list[Link]:
    """The links of a document to pages of its own; the others are left out."""
    return list(islice(found_links(pdf), MOST))


def found_links(pdf: Pdf) -> Iterator[Link]:
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    try:
        names = dict(named_places(pdf))
    except ILL_MADE:
        names = {}
    for number, page in enumerate(pdf.pages):
        notes = page.obj.get("/Annots")
        for note in notes if isinstance(notes, Array) else ():
            try:
                if note.Subtype == Name.Link and (place := place_of(note, names)):
                    box, target = tuple(note.Rect), numbers.get(place[0].objgen)
                    if target is not None and len(box) == 4 and all(map(is_number, box)):
                        yield Link(number, box, target, top_of(list(place)))
            except ILL_MADE:
                continue


def is_number(thing: Any) -> bool:
    return isinstance(thing, int | Decimal) and not isinstance(thing, bool)


def top_of(place: list[Any]) -> Any:
    """How high on its page a place is; None where it is all of the page."""
    at = {Name.XYZ: 3, Name.FitH: 2, Name.FitBH: 2}.get(place[1]) if len(place) > 1 else None
    return place[at] if at and len(place) > at and is_number(place[at]) else None


def lead_within(made: Pdf, links: list[Link]) -> None:
    """Put the links into the clean document, whose pages are as many and in the same order."""
    pages = [page.obj for page in made.pages]
    for link in links:
        place = Array([pages[link.target], Name.XYZ, None, link.top, None])
        note = Dictionary(Subtype=Name.Link, Rect=Array(link.box), Border=Array([0, 0, 0]))
        note.Dest = place
        if "/Annots" not in pages[link.page]:
            pages[link.page].Annots = Array()
        pages[link.page].Annots.append(note)
