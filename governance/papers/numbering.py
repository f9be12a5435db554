"""The page numbers of a board book, which stay what they were once a book is out.

Directors have written "see page 12" by then. A paper that grows continues with letters after its
last number, one that shrinks leaves a gap, and one that is late goes in with letters after what
stands before it: 12, 12a, 12b, 13; at the end, where nothing is moved, numbers simply go on. What
a page was called that is gone, no other page is. Where
letters would run into pages that are numbered already, a hyphen leads in between: 12, 12-a, 12a.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

ROMAN = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Paged(NamedTuple):
    """A paper of a book, and the numbers of its pages."""

    paper: str
    labels: tuple[str, ...]


def paged(
    papers: Sequence[tuple[str, int]],
    previous: Sequence[Paged] = (),
    given: Collection[str] = (),
) -> list[Paged]:
    """The numbers of all papers, given how many pages each has, in the order of the book.

    `previous` is the edition before. Papers that are in both, in the same order, keep their
    numbers; without any such the numbers begin at 1. `given` has every number that a page had in
    any edition: it means that page for ever.
    """
    old, last = kept(papers, previous), last_of(given)
    if not old:
        return afresh(papers, last + 1)
    done, before = [], "0"
    # From the end: the number that a paper has to stay below.
    below = [""]
    for paper, _ in reversed(papers):
        below.append(old[paper][0] if paper in old else below[-1])
    for (paper, pages), limit in zip(papers, below[-2::-1], strict=True):
        labels = list(old.get(paper, ()))[:pages]
        before = labels[-1] if labels else before
        while len(labels) < pages:
            before = between(before, limit, given, last)
            last = max(last, order(before)[0])
            labels.append(before)
        done.append(Paged(paper, tuple(labels)))
    return done


def last_of(given: Collection[str]) -> int:
    """The highest of these numbers, without its letters."""
    return max((order(label)[0] for label in given), default=0)


def afresh(papers: Sequence[tuple[str, int]], first: int) -> list[Paged]:
    """The numbers of a first publication: one after the other."""
    done = []
    for paper, pages in papers:
        done.append(Paged(paper, tuple(map(str, range(first, first + pages)))))
        first += pages
    return done


def kept(papers: Sequence[tuple[str, int]], previous: Sequence[Paged]) -> dict[str, Sequence[str]]:
    """The numbers of papers that keep theirs: as many as can, their order being that of before."""
    then = {one.paper: (at, one.labels) for at, one in enumerate(previous) if one.labels}
    known = [paper for paper, pages in papers if pages and paper in then]
    rising = longest_rising([then[paper][0] for paper in known])
    return {previous[at].paper: previous[at].labels for at in rising}


def longest_rising(places: Sequence[int]) -> list[int]:
    """The most of these places that rise from left to right."""
    # The lowest end of a run of each length, and what stands before it there.
    ends: list[int] = []
    trails: list[tuple] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
        trails[at : at + 1] = [(place, trails[at - 1] if at else None)]
    found, trail = [], trails[-1] if trails else None
    while trail:
        place, trail = trail
        found.append(place)
    return found[::-1]


# --- One number after another --------------------------------------------------------------------


def order(label: str) -> tuple[int, str]:
    """Where a number comes: by its figures, then by its letters, a hyphen being the lowest."""
    letters = label.lstrip("0123456789")
    return int(label.removesuffix(letters)), letters


def between(before: str, limit: str, given: Collection[str], last: int) -> str:
    """The next number with letters, below the limit; where nothing follows, the next plain one."""
    if not limit:
        return str(max(order(before)[0], last) + 1)
    below = (one for one in nexts(before) if order(one) < order(limit))
    return next(one for one in below if one not in given)


def nexts(before: str) -> Iterator[str]:
    """What may follow a number, the plainest first: 12b after 12a, or else 12aa, 12a-a, 12a--a."""
    last = before[-1]
    if "a" <= last < "z":
        yield before[:-1] + chr(ord(last) + 1)
    hyphens = ""
    while True:
        yield f"{before}{hyphens}a"
        hyphens += "-"


def front(pages: int) -> list[str]:
    """The numbers of cover and agenda, which come before those of the papers: i, ii, iii."""
    return [roman(number) for number in range(1, pages + 1)]


def roman(number: int) -> str:
    said = ""
    for value, letters in ROMAN:
        said += letters * (number // value)
        number %= value
    return said
