"""A board book is bound out of papers: one file with tabs, page numbers and room for a mark.

The pages are taken over as they are, their images and fonts shared as in the papers. What a book is
bound from determines every byte of it: readers with the same rights share one base book.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from governance.papers.links import at_the_top, lead_links
from governance.papers.marking import LENGTH, NOBODY, Slot
from governance.papers.stamping import Stamp

# A reader's program finds a page by way of its branch, and need not read about all others.
PAGES_OF_A_BRANCH = 40
READ = 1 << 16


@dataclass(frozen=True)
class Leaf:
    """A paper as a clean PDF, with the number printed on each of its pages.

    `digest` is the SHA-256 of the file where it is known; otherwise it is worked out. `late` is
    what stands before each number of a paper that came late: "2 days late".
    """

    path: Path
    labels: Sequence[str]
    digest: str = ""
    late: str = ""


@dataclass(frozen=True)
class Tab:
    """A tab of the book and what lies behind it: its own leaves, then the tabs under it."""

    title: str
    leaves: Sequence[Leaf] = ()
    under: Sequence["Tab"] = ()


class Bound(NamedTuple):
    """A book that was bound: how many pages it has, and where a reader's mark goes."""

    pages: int
    slot: Slot


def bind(tabs: Sequence[Tab], to: Path, *, title: str) -> Bound:
    """Bind the book: one file of all leaves, with tabs as its outline and a number on each page.

    The sources are read while the book is written, and never held in memory.
    """
    leaves = list(leaves_of(tabs))
    printed = [(label, leaf.late) for leaf in leaves for label in leaf.labels]
    labels = [label for label, _ in printed]
    # The job keeps the sources at hand until the book is saved.
    job = pikepdf.Job(merging(leaves))
    with job.create_pdf() as book:
        if len(book.pages) != len(labels):
            raise ValueError(f"{len(labels)} numbers for {len(book.pages)} pages.")
        stamp = Stamp(book)
        pages = list(book.pages)
        for page, (label, late) in zip(pages, printed, strict=True):
            stamp.draw(page, label, late)
        lead_all_links(leaves, pages)
        # Named by the catalog, the mark comes first in the file and is soon found.
        book.Root.BoardroomMark = stamp.mark
        book.Root.PageLabels = Dictionary(Nums=Array(numbered(labels)))
        book.Root.PageMode = Name.UseOutlines
        book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        book.docinfo.Title = String(title)
        with book.open_outline() as outline:
            outline.root.extend(entries(tabs, pages))
        branch(book, pages)
        book.trailer.ID = Array([String(identity(title, tabs))] * 2)
        save(book, to)
    return Bound(len(pages), slot_in(to))


def leaves_of(tabs: Iterable[Tab]) -> Iterator[Leaf]:
    """All leaves in the order of the book."""
    for tab in tabs:
        yield from tab.leaves
        yield from leaves_of(tab.under)


def merging(leaves: Iterable[Leaf]) -> list[str]:
    """The merge of all leaves, in the words of qpdf, which leaves each file where it is."""
    taken = (word for leaf in leaves for word in (str(leaf.path.absolute()), "1-z"))
    return [
        *("pikepdf", "--no-warn", "--remove-unreferenced-resources=no", "--empty"),
        *("--pages", *taken, "--"),
        # Never written: the book is saved with what is added to it.
        "-",
    ]


# --- What a reader's program is told -------------------------------------------------------------


def numbered(labels: Iterable[str]) -> Iterator[int | Dictionary]:
    """The numbers of all pages as the file says them: where a run begins, and how it counts."""
    before = 0
    for at, label in enumerate(labels):
        number = int(label) if label.isdecimal() else 0
        if not number:
            yield from (at, Dictionary(P=String(label)))
        elif number != before + 1 or not before:
            yield from (at, Dictionary(S=Name.D, St=number))
        before = number


def entries(tabs: Iterable[Tab], pages: Sequence[pikepdf.Page]) -> Iterator[pikepdf.OutlineItem]:
    """The entries of the outline; a tab with nothing behind it has none."""
    for tab in tabs:
        own, whole = pages_of(tab.leaves), pages_of(leaves_of([tab]))
        if whole:
            entry = pikepdf.OutlineItem(tab.title, Array(at_the_top(pages[0])))
            entry.children.extend(entries(tab.under, pages[own:]))
            yield entry
        pages = pages[whole:]


def lead_all_links(leaves: Iterable[Leaf], pages: Sequence[pikepdf.Page]):
    """Let the links of every leaf lead into the book."""
    labels = (label for leaf in leaves for label in leaf.labels)
    numbered, first = dict(zip(labels, pages, strict=True)), 0
    for leaf in leaves:
        last = first + len(leaf.labels)
        lead_links(leaf.path, pages[first:last], numbered)
        first = last


def pages_of(leaves: Iterable[Leaf]) -> int:
    return sum(len(leaf.labels) for leaf in leaves)


def branch(book: pikepdf.Pdf, pages: Sequence[pikepdf.Page]):
    """Hang the pages on branches: of a flat tree some programs read every page to show one."""
    trunk, branches = book.Root.Pages, []
    for start in range(0, len(pages), PAGES_OF_A_BRANCH):
        kids = [page.obj for page in pages[start : start + PAGES_OF_A_BRANCH]]
        facts = {"/Type": Name.Pages, "/Parent": trunk, "/Kids": Array(kids), "/Count": len(kids)}
        made = book.make_indirect(Dictionary(facts))
        for kid in kids:
            kid.Parent = made
        branches.append(made)
    trunk.Kids = Array(branches)


# --- The file ------------------------------------------------------------------------------------


def save(book: pikepdf.Pdf, to: Path):
    """Write the book; whatever its sources compressed, and only that, is compressed.

    So written, pages lie in their order behind all that describes them. A browser that reads 2,000
    pages by ranges shows any of them after 8 requests; "linearised" it takes 30, and twice the time
    to write.
    """
    book.save(
        to,
        min_version="1.7",
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        # The identity was given; the second half of it, which changes with a file, stays.
        static_id=True,
    )


def identity(title: str, tabs: Sequence[Tab]) -> bytes:
    """What the file is known by: as different as what it was bound from, and not read again."""
    told = hashlib.sha256(repr((title, [contents(tab) for tab in tabs])).encode())
    return told.digest()[:16]


def contents(tab: Tab) -> tuple:
    leaves = [
        (leaf.digest or digest_of(leaf.path), list(leaf.labels), leaf.late) for leaf in tab.leaves
    ]
    return tab.title, leaves, [contents(one) for one in tab.under]


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def slot_in(path: Path) -> Slot:
    """Where in the file the mark lies, which it does near its beginning."""
    with path.open("rb") as file:
        before, read = b"", 0
        while chunk := file.read(READ):
            at = (before + chunk).find(NOBODY)
            if at >= 0:
                return Slot(read - len(before) + at, LENGTH)
            before, read = chunk[-LENGTH:], read + len(chunk)
    raise ValueError(f"{path} has no place for a mark.")
