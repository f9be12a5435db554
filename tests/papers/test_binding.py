"""A board book has every page of its papers, their numbers where one looks, tabs and a mark."""

from ctypes import byref, c_int

import pikepdf
import pypdfium2
import pypdfium2.raw as raw
import pytest

from governance.papers.binding import Leaf, Tab, bind, leaves_of
from governance.papers.marking import mark_of, marked

MARK = mark_of("Augusta Invented", "14 November 2026, 09:30")
# Places on a page are told as whole numbers of a fraction of a point.
FINE = 100
WORDS = "Augusta Invented, 14 November 2026, 09:30"


@pytest.fixture(scope="module")
def base(tabs, tmp_path_factory):
    """The base book, and what binding said of it."""
    path = tmp_path_factory.mktemp("book") / "base.pdf"
    return path, bind(tabs, path, title="Quarter of nowhere")


@pytest.fixture(scope="module")
def copy(base, tmp_path_factory):
    """A reader's copy."""
    path, bound = base
    copy = tmp_path_factory.mktemp("copy") / "copy.pdf"
    copy.write_bytes(b"".join(marked(iter([path.read_bytes()]), bound.slot, MARK)))
    return copy


@pytest.fixture
def labels(tabs):
    return [label for leaf in leaves_of(tabs) for label in leaf.labels]


def is_sound(path):
    """Whether `qpdf --check` has nothing to say."""
    job = pikepdf.Job(["pikepdf", "--check", str(path)])
    job.run()
    return job.exit_code == 0 and not job.has_warnings


def texts(path):
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def words(text):
    return " ".join(text.split())


def test_every_page_is_there_in_order(copy, tabs, labels):
    """What the papers say, then nothing but mark and number."""
    said = [text for leaf in leaves_of(tabs) for text in texts(leaf.path)]
    assert len(said) == len(labels)
    for own, shown, label in zip(said, texts(copy), labels, strict=True):
        assert sorted(words(f"{own} {WORDS} {label}").split()) == sorted(words(shown).split())


def test_the_file_is_sound(base, copy):
    assert is_sound(base[0])
    assert is_sound(copy)


def test_viewers_say_the_numbers_that_are_printed(base, labels):
    with pypdfium2.PdfDocument(base[0]) as pdf:
        assert [pdf.get_page_label(at) for at in range(len(pdf))] == labels


def test_letters_and_gaps_are_said_too(papers, tmp_path):
    labels = ["i", "9", "10", "10a", "10-a", "13", "1", "2"]
    leaves = [Leaf(papers["pictures"], labels[:3]), Leaf(papers["turned"], labels[3:])]
    bind([Tab("All", leaves)], tmp_path / "book.pdf", title="Book")
    with pypdfium2.PdfDocument(tmp_path / "book.pdf") as pdf:
        assert [pdf.get_page_label(at) for at in range(len(pdf))] == labels
    assert all(
        text.split()[-1] == label
        for text, label in zip(texts(tmp_path / "book.pdf"), labels, strict=True)
    )


def test_the_number_is_in_the_lower_right_corner_of_what_is_seen(base, labels):
    with pypdfium2.PdfDocument(base[0]) as pdf:
        for page, label in zip(pdf, labels, strict=True):
            left, top, right, bottom = max(places(page, label), key=lambda place: place[3])
            width, height = page.get_size()
            point = min(width, height) / 612
            assert width - 45 * point < left < right < width - 15 * point, label
            assert 8 * point < height - bottom < height - top < 26 * point, label


def places(page, label):
    """Where this is written on the page as it is seen: boxes, from the upper left corner."""
    text = page.get_textpage()
    search = text.search(label, match_whole_word=True)
    while found := search.get_next():
        boxes = [text.get_charbox(at) for at in range(found[0], sum(found))]
        seen = [on_screen(page, *corner) for box in boxes for corner in (box[:2], box[2:])]
        xs, ys = zip(*seen, strict=True)
        yield min(xs), min(ys), max(xs), max(ys)


def on_screen(page, x, y):
    across, down = c_int(), c_int()
    size = [round(FINE * side) for side in page.get_size()]
    raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, byref(across), byref(down))
    return across.value / FINE, down.value / FINE


def test_the_mark_is_on_every_page(copy):
    assert all(WORDS in words(text) for text in texts(copy))


def test_nobody_is_named_in_the_base_book(base):
    assert not any("Augusta" in text for text in texts(base[0]))


def test_the_number_is_written_on_white_whatever_the_page_shows(copy):
    with pypdfium2.PdfDocument(copy) as pdf:
        assert all(is_inked(page) for page in pdf)


def is_inked(page):
    """Whether there is writing on white in the lower right corner."""
    image = page.render(scale=3 * 612 / min(page.get_size())).to_pil().convert("L")
    wide, tall = image.size
    corner = image.crop((wide - 105, tall - 75, wide - 54, tall - 30))
    dark, light = corner.getextrema()
    return dark < 120 and light > 240


def test_tabs_are_the_outline(base):
    with pikepdf.open(base[0]) as pdf, pdf.open_outline() as outline:
        told = [(at, *told_of(entry, pdf)) for at, entry in walked(outline.root)]
    assert told == [
        (0, "1. The invented plan", 0),
        (1, "Plan", 0),
        (1, "Photographs", 3),
        (0, "2. Turned", 6),
        (0, "4. Shifted, and untidy", 11),
    ]


def walked(entries, depth=0):
    for entry in entries:
        yield depth, entry
        yield from walked(entry.children, depth + 1)


def told_of(entry, pdf):
    return entry.title, pikepdf.Page(entry.destination[0]).index


def test_a_book_has_a_title_and_neither_a_date_nor_a_maker(base):
    with pikepdf.open(base[0]) as pdf:
        assert dict(pdf.docinfo) == {"/Title": "Quarter of nowhere"}
        assert "/Metadata" not in pdf.Root


def test_the_same_papers_make_the_same_file(base, tabs, tmp_path):
    bind(tabs, tmp_path / "again.pdf", title="Quarter of nowhere")
    assert (tmp_path / "again.pdf").read_bytes() == base[0].read_bytes()


def test_a_book_is_known_by_what_is_in_it(base, tabs, papers, tmp_path):
    def known(tabs, title="Quarter of nowhere"):
        bind(tabs, tmp_path / "other.pdf", title=title)
        return identity_in(tmp_path / "other.pdf")

    numbered = Leaf(papers["plain"], ["1", "2", "3"])
    books = [
        known([Tab("Plan", [numbered])]),
        known([Tab("Plan", [numbered])], "Another title"),
        known([Tab("Budget", [numbered])]),
        known([Tab("Plan", [Leaf(papers["plain"], ["1", "2", "2a"])])]),
        known([Tab("Plan", [Leaf(papers["pictures"], ["1", "2", "3"])])]),
    ]
    assert len(set(books)) == len(books)


def identity_in(path):
    with pikepdf.open(path) as pdf:
        return bytes(pdf.trailer.ID[0])


def test_what_pages_share_is_in_the_book_once(papers, tmp_path):
    """The font of a paper, the mark, and the letters of the numbers."""
    bind([Tab("Plan", [Leaf(papers["plain"], "123")])], tmp_path / "book.pdf", title="Book")
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        shared = [(page.resources.Font, page.resources.XObject) for page in pdf.pages]
        for name in ("/F", "/BoardroomLetters"):
            assert len({fonts[name].objgen for fonts, _ in shared}) == 1
        (mark,) = {forms.BoardroomMark.objgen for _, forms in shared}
        assert mark == pdf.Root.BoardroomMark.objgen


def test_the_drawing_of_a_page_is_taken_over_byte_by_byte(base, leaves):
    with pikepdf.open(leaves["plain"].path) as paper, pikepdf.open(base[0]) as book:
        for own, bound in zip(paper.pages, book.pages, strict=False):
            _, kept, _ = bound.Contents
            assert kept.read_raw_bytes() == own.Contents.read_raw_bytes()


def test_a_paper_may_be_in_a_book_twice(papers, tmp_path):
    twice = [
        Tab("Once", [Leaf(papers["plain"], "123")]),
        Tab("Again", [Leaf(papers["plain"], "456")]),
    ]
    assert bind(twice, tmp_path / "book.pdf", title="Book").pages == 6
    assert [text.split()[-1] for text in texts(tmp_path / "book.pdf")] == list("123456")
    assert is_sound(tmp_path / "book.pdf")


def test_a_large_book_hangs_on_branches(papers, tmp_path):
    many = [Leaf(papers["plain"], [f"{at}{letter}" for letter in "abc"]) for at in range(50)]
    bind([Tab("Many", many)], tmp_path / "book.pdf", title="Book")
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        assert [kid.Count for kid in pdf.Root.Pages.Kids] == [40, 40, 40, 30]
        assert len(pdf.pages) == 150
    assert is_sound(tmp_path / "book.pdf")


@pytest.mark.parametrize("labels", [["1", "2"], ["1", "2", "3", "4"], ["1", "2", "(3)"]])
def test_every_page_has_one_number_and_a_plain_one(papers, tmp_path, labels):
    with pytest.raises(ValueError, match="number"):
        bind([Tab("Plan", [Leaf(papers["plain"], labels)])], tmp_path / "book.pdf", title="Book")


def test_links_of_a_paper_lead_to_its_pages_in_the_book(papers, tmp_path):
    leaves = [Leaf(papers["plain"], ["8", "9", "9a"]), Leaf(papers["linked"], ["10", "11"])]
    bind([Tab("All", leaves)], tmp_path / "book.pdf", title="Book")
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        told = [[led_to(link, pdf) for link in page.obj.get("/Annots", ())] for page in pdf.pages]
    forward = [(4, "/Fit"), (4, "/FitH", 300), (4, "/XYZ", 72, 400, 0)]
    elsewhere = ["https://portal.example.com/", (2, "/XYZ", None, None, None), None]
    assert told == [[], [], [], [*forward, *elsewhere], [(3, "/Fit")]]
    assert is_sound(tmp_path / "book.pdf")


def led_to(link, pdf):
    """The place in the book, or the address elsewhere."""
    if "/Dest" in link:
        page, *view = link.Dest
        return (pikepdf.Page(page).index, *view)
    return str(link.A.URI) if "/A" in link else None
