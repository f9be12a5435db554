"""A photograph or a scan becomes a page."""

import io
import itertools

import pikepdf
import pytest
from PIL import Image, ImageOps

from governance.papers.cleaning import LIMITS
from governance.papers.cleaning.pictures import as_page
from tests.factories import floods
from tests.factories.hostile import MARK
from tests.papers.inspecting import active_parts, pictures_of


@pytest.fixture
def paged(tmp_path):
    """Make a page of a picture; what was found in it, and where the page is."""

    def work(data, kind):
        source, path = tmp_path / "upload", tmp_path / "clean.pdf"
        source.write_bytes(data)
        return as_page(source, kind, path, LIMITS), path

    return work


def corners() -> Image.Image:
    """Four colours, so that a turn is seen."""
    picture = Image.new("RGB", (400, 200), "white")
    for place, colour in (((0, 0), "red"), ((320, 0), "green"), ((0, 120), "blue")):
        picture.paste(colour, (*place, place[0] + 80, place[1] + 80))
    return picture


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("held", range(1, 9))
def test_a_photograph_stands_as_it_was_held(held, paged):
    noted = Image.Exif()
    noted[0x0112], noted[0x010E] = held, MARK
    data = saved(corners(), "JPEG", exif=noted, quality=95)
    found, path = paged(data, "jpeg")
    assert found["camera"] == 1
    assert active_parts(path) == []
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    [page] = pictures_of(path, scale=1)
    wide, high = upright.width * 3 / 4, upright.height * 3 / 4
    for across, down in itertools.product((0.1, 0.9), repeat=2):
        place = page.width / 2 + (across - 0.5) * wide, page.height / 2 + (down - 0.5) * high
        expected = upright.getpixel((int(across * upright.width), int(down * upright.height)))
        assert page.getpixel(tuple(map(int, place))) == pytest.approx(expected, abs=16)


@pytest.mark.parametrize(
    "size, sheet",
    [
        ((850, 1100), (612, 792)),
        ((1100, 850), (792, 612)),
        ((1240, 1754), (595, 842)),
        ((10, 10), (612, 792)),
    ],
)
def test_a_picture_lies_on_the_sheet_it_was_taken_from(size, sheet, paged):
    _, path = paged(floods.png(*size), "png")
    with pikepdf.open(path) as made:
        assert tuple(map(int, made.pages[0].mediabox)) == (0, 0, *sheet)


def test_a_photograph_is_not_coded_anew(clean):
    data = saved(corners(), "JPEG", quality=80)
    made, path = clean(data, name="a.jpg")
    assert (made.kind, made.removed) == ("jpeg", ())
    with pikepdf.open(path) as pdf:
        assert pdf.pages[0].Resources.XObject.Picture.read_raw_bytes() == data


@pytest.mark.parametrize(
    "mode, colour, shown",
    [
        ("RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (255, 0, 0, 255), (255, 0, 0)),
        ("LA", (0, 0), (255, 255, 255)),
        ("L", 100, (100, 100, 100)),
        ("1", 0, (0, 0, 0)),
        ("P", 0, (0, 0, 0)),
        ("I;16", 0x8000, (128, 128, 128)),
    ],
)
def test_a_png_lies_on_white(mode, colour, shown, paged):
    _, path = paged(saved(Image.new(mode, (400, 400), colour), "PNG"), "png")
    [page] = pictures_of(path)
    assert page.getpixel((page.width // 2, page.height // 2)) == shown


def test_a_photograph_for_the_press_becomes_one_for_the_screen(paged):
    _, path = paged(floods.photograph(400, 400, "CMYK"), "jpeg")
    [page] = pictures_of(path)
    assert page.getpixel((page.width // 2, page.height // 2)) == (255, 255, 255)
