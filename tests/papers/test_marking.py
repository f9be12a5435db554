"""A mark is as long as any other, says who reads, and goes in wherever the file is cut."""

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.papers.binding import Leaf, Tab, bind
from governance.papers.marking import LENGTH, NOBODY, Slot, mark_of, marked, spelt

AT = "14 November 2026, 09:30"


@pytest.mark.parametrize(
    "name, shown",
    [
        ("Augusta Invented", "Augusta Invented"),
        ("Jürgen Müller", "Jürgen Müller"),
        ("Łukasz Żółw", "Lukasz Zólw"),
        ("Đorđe Ħ İnan ıq", "Dorde H Inan iq"),
        ("Zoë\tO'Nobody \n", "Zoë O'Nobody"),
        ("Ｆｕｌｌ", "Full"),
        ("王", "U+738B"),
        ("A\u0000\u200bB", "AB"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_a_name_is_spelt_in_letters_that_the_mark_has(name, shown):
    assert spelt(name) == shown


@pytest.mark.parametrize(
    "name", ["Ada", "(((", "\\", "a) Tj ET (b", "Łukasz Müller", "王" * 90, "()" * 300]
)
def test_a_mark_is_drawn_as_it_is_told(name, papers, tmp_path):
    """Whatever a name is made of, it stays between its brackets."""
    book = tmp_path / "book.pdf"
    bound = bind([Tab("Plan", [Leaf(papers["plain"], "123")])], book, title="Book")
    data = b"".join(marked(iter([book.read_bytes()]), bound.slot, mark_of(name, AT)))
    with pypdfium2.PdfDocument(data) as pdf:
        for page in pdf:
            text = page.get_textpage().get_text_range()
            assert AT in text
            assert spelt(name)[:20] in text
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        assert NOBODY in pdf.Root.BoardroomMark.read_bytes()


@given(st.text(max_size=300))
def test_every_mark_has_the_same_length(name):
    mark = mark_of(name, AT)
    assert len(mark) == LENGTH
    assert AT.encode() in mark


def test_a_time_is_never_cut_short():
    with pytest.raises(ValueError, match="time"):
        mark_of("Ada", "9" * LENGTH)


@given(st.data())
def test_any_range_of_a_copy_is_that_of_the_whole(data):
    """However the file is cut into chunks, and wherever a range begins and ends."""
    slot, mark = Slot(data.draw(st.integers(0, 40)), 20), b"the mark of a reader"
    base = b"." * slot.offset + b"?" * 20 + b"." * data.draw(st.integers(0, 40))
    whole = base.replace(b"?" * 20, mark)
    start = data.draw(st.integers(0, len(base)))
    end = data.draw(st.integers(start, len(base)))
    size = data.draw(st.integers(1, 50))
    chunks = (base[at : min(at + size, end)] for at in range(start, end, size))
    assert b"".join(marked(chunks, slot, mark, start)) == whole[start:end]


def test_chunks_without_the_slot_are_handed_on_as_they_are():
    chunks = [b"before" * 9, b"slot", b"after"]
    told = list(marked(iter(chunks), Slot(54, 4), b"mark"))
    assert told == [chunks[0], b"mark", chunks[2]]
    assert told[0] is chunks[0]


def test_a_mark_of_another_length_is_refused():
    with pytest.raises(ValueError, match="length"):
        list(marked(iter([b"slot"]), Slot(0, 4), b"longer"))
