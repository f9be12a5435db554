"""A new version of a paper says which of its pages are others than before."""

import random
import time

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Stream

from governance.papers.cleaning import LIMITS
from governance.papers.comparing import Change, changes, compare, sheets, summary
from governance.refusals import Refused

WORDS = ("motion", "ballot", "quorum", "seat", "charter", "notice", "award", "policy", "budget")


def page_of(seed, lines=20):
    """Lines of invented text; another seed, another page."""
    chance = random.Random(seed)
    return [
        " ".join(f"{chance.choice(WORDS)}{chance.randrange(99)}" for _ in range(8))
        for _ in range(lines)
    ]


def paper(path, pages, *, numbered=False, mark=b"", width=612):
    """A paper of pages of lines; `mark` is drawn on the second one."""
    pdf = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for number, lines in enumerate(pages, 1):
        pdf.add_blank_page(page_size=(width, 792))
        page = pdf.pages[-1].obj
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        drawn = b"BT /F1 11 Tf 60 720 Td 14 TL "
        drawn += b"".join(b"(%b) ' " % line.encode() for line in lines) + b"ET "
        if numbered:
            drawn += b"BT /F1 9 Tf 280 30 Td (Page %d of %d) Tj ET " % (number, len(pages))
        page.Contents = Stream(pdf, drawn + (mark if number == 2 else b""))
    pdf.save(path)
    return path


def compared(old, new):
    """As `compare` does it, without the process around it."""
    return tuple(Change(*change) for change in changes(sheets(old, LIMITS), sheets(new, LIMITS)))


@pytest.fixture
def told(tmp_path):
    """What is told of two versions of a paper that have these pages."""

    def work(old, new, by=compared, **options):
        before = paper(tmp_path / "old.pdf", old)
        return by(before, paper(tmp_path / "new.pdf", new, **options))

    return work


def letters(found):
    """Same, changed, added, removed."""
    return "".join(change.kind[0] for change in found)


A, B, C, D, E = (page_of(seed) for seed in "ABCDE")
B_CHANGED = [*B[:-1], "and one line that is another"]


@pytest.mark.parametrize(
    "old, new, kinds",
    [
        ([A, B, C], [A, B, C], "sss"),
        ([A, B, C], [A, B_CHANGED, C], "scs"),
        ([A, B, C], [A, D, B, C], "sass"),
        ([A, B, C], [A, C], "srs"),
        ([A, B, C], [A, B, C, D, E], "sssaa"),
        ([A, B, C], [D, A, B_CHANGED, C], "ascs"),
        ([A, B, C], [A, D, C], "sras"),
        ([A, B, C], [A, D, B_CHANGED, E, C], "sacas"),
        ([A], [D], "ra"),
        ([[], []], [[], [], []], "ssa"),
        ([A, []], [A, B], "sra"),
    ],
)
def test_pages_are_matched_by_what_they_say(old, new, kinds, told):
    found = told(old, new)
    assert letters(found) == kinds
    assert [change.page for change in found if change.page] == list(range(1, len(new) + 1))
    assert [change.was for change in found if change.was] == list(range(1, len(old) + 1))


def test_each_page_is_told_with_its_number_in_both(told):
    assert told([A, B, C], [D, A, C], by=compare) == (
        Change("added", 1, None),
        Change("same", 2, 1),
        Change("removed", None, 2),
        Change("same", 3, 3),
    )


@pytest.mark.parametrize(
    "mark, kinds",
    [
        (b"% a remark that nobody sees", "sss"),
        (b"0.8 0.1 0.1 rg 300 300 40 40 re f", "scs"),
        (b"2 w 100 100 m 200 130 l S", "scs"),
    ],
)
def test_pages_that_say_the_same_are_looked_at(mark, kinds, told):
    assert letters(told([A, B, C], [A, B, C], mark=mark)) == kinds


def test_a_light_that_turns_from_green_to_red_is_seen(tmp_path):
    lights = [
        paper(tmp_path / f"{name}.pdf", [A, B], mark=b"%b rg 500 200 16 16 re f" % colour)
        for name, colour in (("green", b"0 0.5 0"), ("red", b"0.98 0 0"))
    ]
    assert letters(compared(*lights)) == "sc"


def test_numbers_of_pages_do_not_count(tmp_path):
    old = paper(tmp_path / "old.pdf", [A, B, C], numbered=True)
    new = paper(tmp_path / "new.pdf", [D, A, B, C], numbered=True)
    assert letters(compared(old, new)) == "asss"


def test_a_page_of_another_size_is_changed(told):
    assert letters(told([A, B], [A, B], width=595)) == "cc"


def test_scans_are_told_apart_by_what_they_are(tmp_path):
    def scans(name, *shades):
        pdf = pikepdf.new()
        for shade in shades:
            pdf.add_blank_page(page_size=(612, 792))
            pdf.pages[-1].obj.Contents = Stream(pdf, b"%b g 0 0 612 792 re f" % shade)
        pdf.save(tmp_path / name)
        return tmp_path / name

    old = scans("old.pdf", b"0.1", b"0.2", b"0.3")
    assert letters(compared(old, scans("new.pdf", b"0.1", b"0.9", b"0.3"))) == "scs"
    assert letters(compared(old, scans("new.pdf", b"0.9", b"0.1", b"0.2", b"0.3"))) == "asss"


def test_many_pages_take_seconds(told):
    old = [page_of(seed) for seed in range(200)]
    new = [[*lines[:-1], "another end"] for lines in old]
    new.insert(50, page_of("new"))
    began = time.monotonic()
    assert summary(told(old, new, by=compare)) == "200 pages changed, 1 added."
    assert time.monotonic() - began < 30


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7")
    with pytest.raises(Refused):
        compare(paper(tmp_path / "old.pdf", [A]), broken)


@pytest.mark.parametrize(
    "kinds, says",
    [
        ("sss", "No page changed."),
        ("", "No page changed."),
        ("ccccccas", "6 pages changed, 1 added."),
        ("c", "1 page changed."),
        ("aarr", "2 pages added, 2 removed."),
        ("cr", "1 page changed, 1 removed."),
        ("r", "1 page removed."),
    ],
)
def test_a_summary_is_a_sentence(kinds, says):
    named = {"s": "same", "c": "changed", "a": "added", "r": "removed"}
    assert summary([Change(named[letter], 1, 1) for letter in kinds]) == says
