"""A photograph or a scan becomes a page."""

import io
import struct
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream
from PIL import Image, ImageOps

from governance.papers.cleaning import jpeg
from governance.papers.cleaning.limits import Limits, Unfit
from governance.papers.cleaning.pdf import save
from governance.papers.cleaning.weighing import check_pixels

# In points.
LETTER, A4 = (612, 792), (595, 842)
# A small picture is shown as a screen does, at 96 dots per inch; nothing is blown up.
POINTS_A_PIXEL = Fraction(72, 96)
# What a picture says of how it was held, as a turn of a square whose corner is at the origin.
TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
HELD, GREY, COLOUR = 0x0112, "L", "RGB"
QUALITY = 92


def as_page(source: Path, kind: str, to: Path, limits: Limits) -> Counter[str]:
    """Write a page with the picture on it."""
    # Each picture is measured before it is opened; the library's own limit is another one.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with pikepdf.new() as made:
            read = from_jpeg if kind == "jpeg" else from_png
            picture, turn, noted = read(source, made, limits)
            made.pages.append(Page(sheet_with(made, picture, turn)))
            save(made, to)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, jpeg.Unreadable) as error:
        # Pillow fails in as many ways as a picture can be damaged.
        raise Unfit("broken") from error
    return Counter(camera=int(noted))


def from_jpeg(source: Path, made: Pdf, limits: Limits) -> tuple[Stream, int, bool]:
    """The picture as it is coded, unless its colours are those of a press."""
    data = source.read_bytes()
    picture = jpeg.bare(data)
    check_pixels(picture.width, picture.height, limits)
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as noting:
        turn = noting.getexif().get(HELD, 1)
    with Image.open(io.BytesIO(picture.data), formats=["JPEG"]) as image:
        image.load()
        coded = picture.data
        if image.mode not in (GREY, COLOUR):
            again = io.BytesIO()
            image.convert(COLOUR).save(again, "JPEG", quality=QUALITY)
            coded = again.getvalue()
        grey = image.mode == GREY
    stream = drawing(made, coded, (picture.width, picture.height), grey=grey)
    stream.Filter = Name.DCTDecode
    # What was left out, be it a thumbnail or what comes behind the picture.
    return stream, turn if turn in TURNS else 1, len(picture.data) < len(data)


def from_png(source: Path, made: Pdf, limits: Limits) -> tuple[Stream, int, bool]:
    """The picture on white, packed as a PNG packs it, which PDF has from there."""
    with Image.open(source, formats=["PNG"]) as image:
        check_pixels(*image.size, limits)
        image.load()
        noted = bool(image.getexif() or getattr(image, "text", None))
        ImageOps.exif_transpose(image, in_place=True)
        plain = on_white(image)
    packed = io.BytesIO()
    plain.save(packed, "PNG", exif=b"", pnginfo=None, icc_profile=None)
    grey = plain.mode == GREY
    stream = drawing(made, rows_of(packed.getvalue()), plain.size, grey=grey)
    stream.Filter = Name.FlateDecode
    stream.DecodeParms = Dictionary(
        Predictor=15, Colors=1 if grey else 3, BitsPerComponent=8, Columns=plain.width
    )
    return stream, 1, noted


def on_white(image: Image.Image) -> Image.Image:
    """Grey or coloured, eight bits deep, and nothing to see through."""
    if image.mode.startswith("I"):
        # Sixteen bits of grey.
        return image.convert("I").point(lambda value: value / 256).convert(GREY)
    if "A" in image.mode or "transparency" in image.info:
        seen = image if image.mode == "RGBA" else image.convert("RGBA")
        white = Image.new(COLOUR, image.size, "white")
        white.paste(seen, mask=seen)
        return white
    return image.convert(GREY if image.mode in ("1", GREY) else COLOUR)


def rows_of(png: bytes) -> bytes:
    """The packed rows of a PNG that we wrote ourselves."""
    place, rows = 8, []
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        if png[place + 4 : place + 8] == b"IDAT":
            rows.append(png[place + 8 : place + 8 + length])
        place += length + 12
    return b"".join(rows)


def drawing(made: Pdf, data: bytes, size: tuple[int, int], *, grey: bool) -> Stream:
    return Stream(
        made,
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=Name.DeviceGray if grey else Name.DeviceRGB,
        BitsPerComponent=8,
    )


def sheet_with(made: Pdf, picture: Stream, turn: int) -> Dictionary:
    """A page with the picture in its middle, as large as it may be."""
    width, height = int(picture.Width), int(picture.Height)
    if turn > 4:
        width, height = height, width
    page = sheet_for(width, height)
    scale = min(Fraction(page[0], width), Fraction(page[1], height), POINTS_A_PIXEL)
    wide, high = width * scale, height * scale
    left, below = (page[0] - wide) / 2, (page[1] - high) / 2
    place = " ".join(written(number) for number in (wide, 0, 0, high, left, below))
    turned = " ".join(map(str, TURNS[turn]))
    return Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, *page]),
        Resources=Dictionary(XObject=Dictionary(Picture=picture)),
        Contents=Stream(made, f"q {place} cm {turned} cm /Picture Do Q".encode()),
    )


def sheet_for(width: int, height: int) -> tuple[int, int]:
    """A4 for what has its shape, Letter for the rest; lying when the picture is wider than high."""
    shape, of_a4 = Fraction(max(width, height), min(width, height)), Fraction(A4[1], A4[0])
    sheet = A4 if abs(shape - of_a4) < Fraction(1, 50) else LETTER
    return (sheet[1], sheet[0]) if width > height else sheet


def written(number: Fraction | int) -> str:
    thousandths = round(number * 1000)
    return f"{thousandths // 1000}.{thousandths % 1000:03}"
