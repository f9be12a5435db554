"""Cover, agenda and withheld pages, and what becomes of them in a book."""

from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest

from governance.papers.binding import Leaf, Tab, bind
from governance.papers.front import (
    Agenda,
    AgendaLine,
    Cover,
    PaperLine,
    Withheld,
    agenda_pages,
    cover_page,
    cover_picture,
    withheld_page,
)
from governance.papers.numbering import front

HEAD = {"company": "Quillon & Byrd Invented, Inc.", "running": "Board of Directors"}
COVER = Cover(
    **HEAD,
    title="Board book: Q4 regular meeting",
    stands="Tuesday, 17 November 2026, 9:00 a.m. to noon Pacific",
    says=["1 Invented Way", "Second edition"],
    warns=["Confidential: *for directors* only."],
)
AGENDA = Agenda(
    **HEAD,
    title="Agenda: Q4 regular meeting",
    stands="Tuesday, 17 November 2026",
    items=[
        AgendaLine(
            "9:00",
            "30 min",
            "1. The #plan of [nobody]",
            ["For decision, presented by Ada Invented", "Decision sought: adopt the plan."],
            "1",
            [PaperLine("The plan", "1"), PaperLine("Photographs", "4"), PaperLine("To follow")],
        ),
        AgendaLine("9:30", "15 min", "Item 2", ["Recused since 2 November"], "4a"),
        AgendaLine("9:45", "15 min", "3. Questions"),
    ],
)
WITHHELD = Withheld(**HEAD, title="Item 2", since="2 November 2026", basis="a related person.")


def said(data):
    """The text of each page."""
    with pypdfium2.PdfDocument(data) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def test_a_cover_says_which_book_it_is():
    (page,) = said(cover_page(COVER))
    for words in (COVER.company, COVER.title, COVER.stands, *COVER.says, *COVER.warns):
        assert words in page
    assert "1 of 1" not in page


def test_the_drawing_of_a_cover_holds_shapes_and_no_words():
    drawing = ElementTree.fromstring(cover_picture(COVER))
    kinds = {one.tag.rpartition("}")[2] for one in drawing.iter()}
    assert kinds <= {"svg", "g", "defs", "symbol", "path", "use"}
    assert not any((one.text or "").strip() for one in drawing.iter())
    assert drawing.get("viewBox") == "0 0 612 792"
    # As large as what it is put into.
    assert not {"width", "height"} & set(drawing.keys())


def test_an_agenda_says_hours_purpose_decision_and_pages():
    (page,) = said(agenda_pages(AGENDA))
    for item in AGENDA.items:
        for words in (item.hour, item.length, item.title, *item.says, item.page):
            assert words in page
    assert "Photographs, page 4 To follow" in page


def test_an_agenda_may_be_long():
    items = [AgendaLine("9:00", "1 min", f"{at}. Nothing", page=str(at)) for at in range(1, 201)]
    pages = said(agenda_pages(Agenda(**HEAD, title="Agenda", stands="", items=items)))
    assert 5 < len(pages) < 20
    assert all("Time Item Page" in page for page in pages)


def test_a_withheld_page_says_since_when_and_why_and_nothing_else():
    (page,) = said(withheld_page(WITHHELD))
    assert page == (
        "Quillon & Byrd Invented, Inc. Board of Directors Item 2"
        " Withheld: recused since 2 November 2026 (a related person)."
    )


@pytest.fixture
def book(papers, tmp_path):
    """A book with all of it."""
    made = {
        "cover": cover_page(COVER),
        "agenda": agenda_pages(AGENDA),
        "two": withheld_page(WITHHELD),
    }
    paths = {name: tmp_path / f"{name}.pdf" for name in made}
    for name, data in made.items():
        paths[name].write_bytes(data)
    cover, agenda = front(2)
    tabs = [
        Tab("Cover", [Leaf(paths["cover"], [cover])]),
        Tab("Agenda", [Leaf(paths["agenda"], [agenda])]),
        Tab(
            "1. The plan",
            under=[
                Tab("The plan", [Leaf(papers["plain"], "123")]),
                Tab("Photographs", [Leaf(papers["pictures"], "456")]),
            ],
        ),
        Tab("Item 2", [Leaf(paths["two"], ["4a"])]),
    ]
    bind(tabs, tmp_path / "book.pdf", title="Book")
    return tmp_path / "book.pdf"


def test_the_agenda_leads_to_the_pages_of_the_book(book):
    with pikepdf.open(book) as pdf:
        links = pdf.pages[1].obj.Annots
        led = [pikepdf.Page(link.Dest[0]).label for link in links]
        assert set(led) == {"1", "4", "4a"}
        assert not any("/A" in link for link in links)


def test_what_a_book_says_itself_is_numbered_with_the_rest(book):
    assert [page.split()[-1] for page in said(book)] == [*("i", "ii"), *"123456", "4a"]
