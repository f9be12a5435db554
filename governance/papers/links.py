"""Links within a paper, and from the agenda to the papers, lead to the right page of the book.

A merge keeps a link and loses the place it leads to: a paper knows it by a name of its own, or by a
page that was not taken over yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, Object, Page, String

# The address by which the agenda, printed before there is a book, asks for the page of a number.
TO_PAGE = "page:"


def lead_links(path: Path, pages: Sequence[Page], numbered: Mapping[str, Page]):
    """Lead the links of one paper, whose pages these are in the book, to where they led in it.

    `numbered` has the pages of the whole book by their numbers.
    """
    if not any(Name.Annots in page.obj for page in pages):
        return
    with pikepdf.open(path) as paper:
        names = dict(named_places(paper))
        bound = {own.obj.objgen: page for own, page in zip(paper.pages, pages, strict=True)}
        for own, page in zip(paper.pages, pages, strict=True):
            links = own.obj.get(Name.Annots, ()), page.obj.get(Name.Annots, ())
            for one, link in zip(*links, strict=False):
                if address := address_of(one):
                    lead(link, at_the_top(numbered.get(address)))
                elif place := place_of(one, names):
                    target = bound.get(place[0].objgen)
                    lead(link, [target.obj, *list(place)[1:]] if target else None)


def named_places(paper: pikepdf.Pdf) -> Iterator[tuple[str, Object]]:
    """The places of a paper by their names, kept in a tree, and in old papers in a dictionary."""
    for name, place in within(paper.Root, "/Dests").items():
        yield name.removeprefix("/"), place
    if tree := within(paper.Root, "/Names").get("/Dests"):
        for key, place in NameTree(tree).items():
            yield str(key), place


def within(parent: Object, name: str) -> Object:
    """The dictionary of this name; an empty one where there is none."""
    return parent.get(name, Dictionary())


def address_of(link: Object) -> str:
    """The number of a page that a link asks for; empty for any other."""
    address = str(within(link, "/A").get("/URI", ""))
    return address.removeprefix(TO_PAGE) if address.startswith(TO_PAGE) else ""


def place_of(link: Object, names: Mapping[str, Object]) -> Object | None:
    """The place within the paper that a link leads to: its page, and how that is shown."""
    action = within(link, "/A")
    place = link.get("/Dest", action.get("/D") if action.get("/S") == Name.GoTo else None)
    if isinstance(place, String | Name):
        place = names.get(str(place).removeprefix("/"))
    if isinstance(place, Dictionary):
        place = place.get("/D")
    is_place = isinstance(place, Array) and len(place) and isinstance(place[0], Dictionary)
    return place if is_place else None


def at_the_top(page: Page | None) -> list | None:
    """A page as it is shown now, neither smaller nor larger; nothing, where there is none."""
    return [page.obj, Name.XYZ, None, None, None] if page else None


def lead(link: Object, place: list | None):
    """Let a link lead there, or nowhere."""
    for name in ("/A", "/Dest"):
        if name in link:
            del link[name]
    if place:
        link.Dest = Array(place)
