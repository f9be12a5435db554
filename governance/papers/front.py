"""What a board book says itself: its cover, the agenda with page numbers, and a page for each item
that is withheld from its reader."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from governance.typesetting import pictured, typeset


@dataclass(frozen=True)
class Cover:
    """The first page: which book, of which meeting, when and where, and what its reader owes."""

    company: str
    # "Board of Directors"
    running: str
    # "Board book: Q4 regular meeting"
    title: str
    # The day and the hours.
    stands: str
    # Place, edition, for whom: a line each.
    says: Sequence[str] = ()
    # "Confidential. …", at the foot.
    warns: Sequence[str] = ()


@dataclass(frozen=True)
class PaperLine:
    """A paper under its item, and the number of its first page; empty where there is none."""

    title: str
    page: str = ""


@dataclass(frozen=True)
class AgendaLine:
    """An item of the agenda, as its reader may know it."""

    hour: str
    length: str
    title: str
    # Purpose and presenter, the decision sought, since when the reader is recused: a line each.
    says: Sequence[str] = ()
    # The number of the first page of what belongs to it.
    page: str = ""
    papers: Sequence[PaperLine] = ()


@dataclass(frozen=True)
class Agenda:
    """The agenda of the meeting; its numbers lead to the pages once the book is bound."""

    company: str
    running: str
    title: str
    stands: str
    items: Sequence[AgendaLine]


@dataclass(frozen=True)
class Withheld:
    """The page in place of an item from which the reader is recused: since when, on what basis."""

    company: str
    running: str
    # "Item 4": its topic is not told.
    title: str
    since: str
    basis: str


def cover_page(cover: Cover) -> bytes:
    """The cover as a PDF."""
    return typeset("book_cover", printed(cover))


def cover_picture(cover: Cover) -> bytes:
    """The cover as a drawing that is as large as what it is put into: what a reader sees while the
    book itself is on its way."""
    drawing = pictured("book_cover", printed(cover))
    return re.sub(rb' (?:width|height)="[0-9.]+pt"', b"", drawing, count=2)


def agenda_pages(agenda: Agenda) -> bytes:
    """The agenda as a PDF, of as many pages as it takes."""
    return typeset("book_agenda", printed(agenda))


def withheld_page(withheld: Withheld) -> bytes:
    """One page that says that something is withheld, and why, and nothing of what it is."""
    stands = f"Withheld: recused since {withheld.since} ({withheld.basis.rstrip('.')})."
    return typeset("book_withheld", {**printed(withheld), "stands": stands})


def printed(page: Cover | Agenda | Withheld) -> dict:
    """The facts for its template; what stands at the foot of a page is the book's."""
    return {**asdict(page), "foot": ""}
