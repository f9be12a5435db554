"""The papers that the bench invents, and the book it makes of them."""

import pikepdf
import pytest

from bench.books import PAGES_OF_A_PAPER, bound, marked_copy, measure, merged, papers


@pytest.fixture
def few(tmp_path):
    return papers(3, tmp_path / "papers")


def test_papers_are_invented_once_and_always_the_same(few, tmp_path):
    again = papers(3, tmp_path / "again")
    assert [path.read_bytes() for path in few] == [path.read_bytes() for path in again]
    written = [path.stat().st_mtime_ns for path in few]
    assert papers(3, tmp_path / "papers") == few
    assert [path.stat().st_mtime_ns for path in few] == written


def test_a_book_has_the_pages_of_the_merge_and_a_mark(few, tmp_path):
    book, copy, merge = (tmp_path / f"{name}.pdf" for name in ("book", "copy", "merge"))
    merged(few, merge)
    slot = bound(few, book)
    marked_copy(book, slot, copy)
    with pikepdf.open(merge) as one, pikepdf.open(copy) as other:
        assert len(one.pages) == len(other.pages) == 3 * PAGES_OF_A_PAPER
        assert b"Augusta Invented" in other.Root.BoardroomMark.read_bytes()
    assert copy.stat().st_size == book.stat().st_size


def test_everything_is_measured():
    told = measure(3)
    assert (told["papers"], told["pages"]) == (3, 30)
    assert all(told[name] > 0 for name in told if name.endswith(("_s", "_mib")))
