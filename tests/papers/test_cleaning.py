"""An uploaded PDF or picture becomes harmless and looks as it did."""

import io

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from governance.papers.binding import Leaf, Tab, bind
from governance.papers.cleaning import LIMITS, safe_name
from governance.papers.cleaning.pdf import rebuild
from tests.factories import floods
from tests.factories.drawings import ILL_LAID, SHEETS
from tests.factories.hostile import ACTIVE, MARK, openly, packed, updated
from tests.factories.pdfs import LETTER
from tests.papers.inspecting import active_parts, leads_within, pictures_of, unlike


@pytest.mark.parametrize("name", ACTIVE)
def test_nothing_active_is_stored_and_pages_look_as_they_did(name, clean):
    data = openly(ACTIVE[name])
    made, path = clean(data)
    assert active_parts(path) == []
    assert (made.kind, made.pages) == ("pdf", 2)
    assert "Plain page 2" in made.text[1]
    # The smaller picture of a page is nothing that anybody would miss.
    assert made.removed or name == "thumbnail"
    assert unlike(io.BytesIO(data), path) == []


@pytest.mark.parametrize("way", [packed, updated], ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", ACTIVE)
def test_however_it_is_written(name, way, tmp_path):
    """The process is left out here: it does the same for every way."""
    source, path = tmp_path / "upload.pdf", tmp_path / "clean.pdf"
    source.write_bytes(way(ACTIVE[name]))
    rebuild(source, path, LIMITS)
    assert active_parts(path) == []
    with pikepdf.open(path) as made:
        assert len(made.pages) == 2


@pytest.mark.parametrize("name", SHEETS)
def test_a_page_keeps_its_size_its_turn_and_its_look(name, tmp_path):
    source, path = tmp_path / "upload.pdf", tmp_path / "clean.pdf"
    source.write_bytes(SHEETS[name]())
    rebuild(source, path, LIMITS)
    assert active_parts(path) == []
    assert unlike(source, path) == []
    assert pictures_of(path)[0].convert("L").getextrema()[0] < 250, "something is shown"


@pytest.mark.parametrize("name", ILL_LAID)
def test_a_page_that_is_badly_laid_keeps_no_book_from_its_readers(name, tmp_path):
    source, path, book = (tmp_path / name for name in ("upload.pdf", "clean.pdf", "book.pdf"))
    source.write_bytes(ILL_LAID[name]())
    rebuild(source, path, LIMITS)
    bind([Tab("A", [Leaf(path, ["1-1", "1-2"])])], book, title="A book")
    with pikepdf.open(book) as bound:
        assert bound.check_pdf_syntax() == []
    page = PdfDocument(book)[0]
    assert page.get_size() == LETTER
    low, right = LETTER[1] // 20, LETTER[0]
    corner = page.get_textpage().get_text_bounded(right - 60, 0, right, low)
    assert corner.strip() == "1-1"


def led_to(pdf, pages):
    """By page, which of these pages its links lead to, and how high."""
    number = {page.obj.objgen: at for at, page in enumerate(pages)}
    return [
        [(number[link.Dest[0].objgen], link.Dest[3]) for link in page.obj.get("/Annots", ())]
        for page in pdf.pages
    ]


def test_links_to_pages_of_the_same_paper_stay_and_no_others(papers, tmp_path):
    """In the paper, and in the book, where its pages are other ones."""
    path, book = tmp_path / "clean.pdf", tmp_path / "book.pdf"
    rebuild(papers["linked"], path, LIMITS)
    with pikepdf.open(path) as made:
        assert led_to(made, made.pages) == [[(1, None), (1, 300), (1, 400)], [(0, None)]]
        notes = [note for page in made.pages for note in page.obj.Annots]
        assert all(leads_within(note) for note in notes)
    plain = Leaf(papers["plain"], ["1", "2", "3"])
    bind([Tab("All", [plain, Leaf(path, ["4", "5"])])], book, title="Book")
    with pikepdf.open(book) as bound:
        assert led_to(bound, bound.pages)[3:] == [[(4, None), (4, 300), (4, 400)], [(3, None)]]


def test_of_a_link_that_does_more_the_place_alone_stays(tmp_path):
    source, path = tmp_path / "upload.pdf", tmp_path / "clean.pdf"
    source.write_bytes(openly(ACTIVE["link_within"]))
    rebuild(source, path, LIMITS)
    with pikepdf.open(path) as made:
        assert led_to(made, made.pages) == [[(0, None), (0, None)], []]


def test_the_check_sees_what_is_active(tmp_path):
    path = tmp_path / "upload.pdf"
    for name, active in ACTIVE.items():
        path.write_bytes(openly(active))
        assert active_parts(path), name


def test_the_same_file_comes_out_the_same(clean):
    data = openly(ACTIVE["form"])
    made = [clean(data, name=name)[1].read_bytes() for name in ("a.pdf", "b.pdf")]
    assert made[0] == made[1]


def test_it_is_told_what_was_taken_out(clean):
    def several(pdf):
        for name in ("script_by_name", "script_of_an_annotation", "form", "file_attached"):
            ACTIVE[name](pdf)

    made, _ = clean(openly(several))
    assert made.removed == (
        "Four scripts were taken out.",
        "One attached file was taken out.",
        "One form field became part of its page, with what was filled in.",
    )


def test_a_filled_field_can_be_found(clean):
    made, _ = clean(openly(ACTIVE["form"]))
    assert "Filled in" in made.text[0]


def test_a_photograph_within_a_page_says_nothing_of_its_place(tmp_path):
    def photographed(pdf):
        noted = floods.photograph(comment=MARK)
        picture = pikepdf.Stream(pdf, noted)
        picture.update(pikepdf.Dictionary(Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image))
        picture.update(
            pikepdf.Dictionary(
                Width=40, Height=30, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
        )  # fmt: skip
        pdf.pages[0].obj.Resources.XObject.X1 = picture

    source, path = tmp_path / "upload.pdf", tmp_path / "clean.pdf"
    source.write_bytes(openly(photographed))
    rebuild(source, path, LIMITS)
    assert MARK.encode() not in path.read_bytes()
    assert unlike(source, path) == []


# --- Names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, kind, safe",
    [
        ("Budget 2026.pdf", "pdf", "Budget 2026.pdf"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\Users\\a\\plan.docx", "docx", "plan.docx"),
        ("plan.docx", "pdf", "plan.pdf"),
        ("invoice.pdf.exe", "pdf", "invoice.pdf.pdf"),
        ("Minutes v1.2", "pdf", "Minutes v1.2.pdf"),
        ("scan\u202efdp.exe", "jpeg", "scanfdp.jpg"),
        ("a\r\nSet-Cookie: b.pdf", "pdf", "a Set-Cookie b.pdf"),
        ("nul\0l.pdf", "pdf", "null.pdf"),
        ("\u200b\u2066\u2069.pdf", "pdf", "paper.pdf"),
        ("...", "png", "paper.png"),
        ("", "pdf", "paper.pdf"),
        ("Bilan de l\u2019e\u0301te\u0301.xlsx", "xlsx", "Bilan de l’été.xlsx"),
        ("x" * 500 + ".pdf", "pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_says_no_more_than_a_name(name, kind, safe):
    assert safe_name(name, kind) == safe
    assert 0 < len(safe_name(name, kind)) <= 120
