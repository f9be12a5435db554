"""A reader's book is put together: its papers in their order, and what each page shows."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from governance.papers.binding import Leaf, Tab, bind
from governance.papers.book import agenda_of, cover_of, withheld_in
from governance.papers.front import agenda_pages, cover_page, cover_picture, withheld_page
from governance.papers.marking import marked
from governance.papers.numbering import front
from governance.papers.reading_time import said_late
from governance.records.files import keep

A_PIECE = 256 * 1024


def put_together(book):
    """Bind the book and keep the file; what is to be known of it."""
    with TemporaryDirectory(prefix="book-") as folder:
        folder = Path(folder)
        tabs, leaves = collate(book, folder)
        to = folder / "book.pdf"
        bound = bind(tabs, to, title=f"{book.edition.meeting.name}, papers")
        return {
            "file": keep(to),
            "cover": keep(picture(folder, book)) if book.whole else None,
            "pages": bound.pages,
            "mark_at": bound.slot[0],
            "mark_length": bound.slot[1],
            "leaves": leaves,
        }


def collate(book, folder):
    """The tabs of the book in their order, and what each of its pages shows."""
    tabs, leaves = [], []
    if book.whole:
        first = [("Cover", cover_page(cover_of(book))), ("Agenda", agenda_pages(agenda_of(book)))]
        kept = [(title, *put(folder, title, pdf)) for title, pdf in first]
        numbers = iter(front(sum(pages for _, _, pages in kept)))
        for title, path, pages in kept:
            labels = [next(numbers) for _ in range(pages)]
            tabs.append(Tab(title, [Leaf(path, labels)]))
            leaves += [{"label": label} for label in labels]
    for chapter in book.chapters:
        name = f"{chapter.item.position}. {chapter.item.title}"
        if chapter.withheld:
            name = f"{chapter.item.position}. Withheld from you"
            path, pages = put(
                folder, chapter.item.pk.hex, withheld_page(withheld_in(book, chapter))
            )
            labels = [str(chapter.item.position)] * pages
            tabs.append(Tab(name, [Leaf(path, labels)]))
            leaves += [{"label": label} for label in labels]
            continue
        under = []
        for page in chapter.pages:
            path = page.version.file.copy_to(folder / f"{page.version_id.hex}.pdf")
            leaf = Leaf(path, page.labels, late=said_late(page.late))
            under.append(Tab(page.version.paper.title, [leaf]))
            leaves += [
                {
                    "label": label,
                    "paper": str(page.version.paper_id),
                    "version": str(page.version_id),
                    "page": number,
                    "changed": number in page.version.changed_pages,
                }
                for number, label in enumerate(page.labels, start=1)
            ]
        if under:
            tabs.append(Tab(name, (), under))
    return tabs, leaves


def picture(folder, book):
    """Where the drawing of the cover was written."""
    path = folder / "cover.svg"
    path.write_bytes(cover_picture(cover_of(book)))
    return path


def put(folder, name, pdf):
    """Write a typeset document out; where it is, and how many pages it has."""
    path = folder / f"{name}.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as opened:
        return path, len(opened.pages)


def copy_of(version, mark):
    """One version of a paper for one reader, marked as a book is: its length, and what reads it.

    It is gone from the disk by then, and closed when it has been read.
    """
    printed = version.pages_in.order_by("-edition__number").first()
    labels = printed.labels if printed else [str(page + 1) for page in range(version.pages)]
    late = said_late(printed.late) if printed else ""
    with TemporaryDirectory(prefix="copy-") as folder:
        source = version.file.copy_to(Path(folder) / "paper.pdf")
        to = Path(folder) / "copy.pdf"
        title = version.paper.title
        leaf = Leaf(source, labels, version.file.digest, late)
        bound = bind([Tab(title, [leaf])], to, title=title)
        copy, size = to.open("rb"), to.stat().st_size

    def read(start, stop):
        return marked(pieces(copy, start, stop), bound.slot, mark, start=start)

    return size, read


def pieces(file, start, stop):
    """What a file holds from one byte to before another, piece by piece; then it is closed."""
    with file:
        file.seek(start)
        while piece := file.read(min(A_PIECE, stop - file.tell())):
            yield piece
