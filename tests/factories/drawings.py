"""Pages drawn with whatever a page can be drawn with, with nothing wrong but how some are laid."""

import zlib
from decimal import Decimal

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from tests.factories.hostile import two_pages, written


def drawn_with(content: bytes, **resources):
    """The first page shows what is drawn with these resources, made by functions of the PDF."""

    def make() -> bytes:
        pdf = two_pages()
        page = pdf.pages[0].obj
        for kind, things in resources.items():
            page.Resources[f"/{kind}"] = Dictionary(
                {f"/{name}": thing(pdf) for name, thing in things.items()}
            )
        page.Contents = Stream(pdf, content)
        return written(pdf)

    return make


def changed(change):
    """Two plain pages, the first of which was changed."""

    def make() -> bytes:
        pdf = two_pages()
        change(pdf)
        return written(pdf)

    return make


FADE = Dictionary(
    FunctionType=2, Domain=Array([0, 1]), N=1, C0=Array([1, 0, 0]), C1=Array([0, 0, 1])
)
TWO_FADES = Dictionary(
    FunctionType=3, Domain=Array([0, 1]), Functions=Array([FADE, FADE]), Bounds=Array([0.5]),
    Encode=Array([0, 1, 1, 0]),
)  # fmt: skip


def axial(pdf: Pdf):
    return Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([0, 0, 600, 0]), Function=TWO_FADES,
        Extend=Array([True, True]),
    )  # fmt: skip


def mesh(pdf: Pdf):
    """One triangle, from red to blue to green."""
    corners = b"".join(
        bytes([0, x, y, *colour])
        for x, y, colour in ((0, 0, (255, 0, 0)), (255, 0, (0, 0, 255)), (128, 255, (0, 255, 0)))
    )
    made = Stream(pdf, corners)
    made.update(
        Dictionary(
            ShadingType=4, ColorSpace=Name.DeviceRGB, BitsPerCoordinate=8, BitsPerComponent=8,
            BitsPerFlag=8, Decode=Array([0, 600, 0, 700, 0, 1, 0, 1, 0, 1]),
        )
    )  # fmt: skip
    return made


def gradient(pdf: Pdf):
    return Dictionary(PatternType=2, Shading=axial(pdf), Matrix=Array([1, 0, 0, 1, 0, 0]))


def tiles(pdf: Pdf):
    made = Stream(pdf, b"1 0 0 rg 0 0 20 20 re f 0 0 1 rg 20 20 20 20 re f")
    made.update(
        Dictionary(
            Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, XStep=40, YStep=40,
            BBox=Array([0, 0, 40, 40]), Resources=Dictionary(),
        )
    )  # fmt: skip
    return made


def spot(pdf: Pdf):
    mixed = Stream(pdf, b"{ dup 0.5 mul exch 0 exch 0 }")
    mixed.update(Dictionary(FunctionType=4, Domain=Array([0, 1]), Range=Array([0, 1] * 4)))
    return Array([Name.Separation, Name("/Invented"), Name.DeviceCMYK, mixed])


def table(pdf: Pdf):
    colours = bytes([255, 0, 0, 0, 128, 0, 0, 0, 255, 255, 255, 0])
    held = Stream(pdf, colours)
    picture = Stream(pdf, zlib.compress(b"\x1b" * 8 * 2))
    picture.update(
        Dictionary(
            Subtype=Name.Image, Width=32, Height=2, BitsPerComponent=2, Filter=Name.FlateDecode,
            ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 3, held]),
        )
    )  # fmt: skip
    return picture


def seen_through(pdf: Pdf):
    """A red picture with a mask that fades, in rows that are told by what they add."""
    rows = b"".join(b"\x02" + b"\x08" * 8 for _ in range(16))
    veil = Stream(pdf, zlib.compress(rows))
    veil.update(
        Dictionary(
            Subtype=Name.Image, Width=8, Height=16, BitsPerComponent=8, ColorSpace=Name.DeviceGray,
            Filter=Array([Name.FlateDecode]),
            DecodeParms=Array([Dictionary(Predictor=15, Columns=8)]),
        )
    )  # fmt: skip
    picture = Stream(pdf, b"ff0000" * 64 + b">")
    picture.update(
        Dictionary(
            Subtype=Name.Image, Width=8, Height=8, BitsPerComponent=8, ColorSpace=Name.DeviceRGB,
            Filter=Name.ASCIIHexDecode, SMask=veil,
        )
    )  # fmt: skip
    return picture


def fading(pdf: Pdf):
    group = Stream(pdf, b"/S sh")
    group.update(
        Dictionary(
            Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 612, 792]),
            Group=Dictionary(S=Name.Transparency, CS=Name.DeviceRGB),
            Resources=Dictionary(Shading=Dictionary(S=axial(pdf))),
        )
    )  # fmt: skip
    return Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group), ca=0.8, BM=Name.Multiply)


def drawn_letters(pdf: Pdf):
    letter = Stream(pdf, b"800 0 0 0 750 750 d1 0 0 750 750 re 200 200 300 300 re f*")
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 750, 750]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), FirstChar=97, LastChar=97,
        Widths=Array([800]), CharProcs=Dictionary(square=letter), Resources=Dictionary(),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([97, Name("/square")])),
    )  # fmt: skip


def accents(pdf: Pdf):
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman"),
        Encoding=Dictionary(
            BaseEncoding=Name.WinAnsiEncoding, Differences=Array([65, Name.eacute, Name.Euro])
        ),
    )  # fmt: skip


def other_alphabet(pdf: Pdf):
    """A font whose name, and the page's name for it, are not UTF-8; both stand apart."""
    font = Object.parse(b"<< /Type /Font /Subtype /Type1 /BaseFont /#CB#CE#CC#E5 >>")
    font.Encoding = pdf.make_indirect(Name.WinAnsiEncoding)
    font.Name = pdf.make_indirect(Object.parse(b"/#CB#CE"))
    [name] = Object.parse(b"<< /#CB#CE 1 >>").keys()
    pdf.pages[0].obj.Resources.Font = Dictionary()
    pdf.pages[0].obj.Resources.Font[name] = font
    pdf.pages[0].Contents = Stream(pdf, b"BT /#CB#CE 90 Tf 50 400 Td (abc) Tj ET")


def inherited(pdf: Pdf):
    """Size, turn and what is drawn with are said once, above the pages."""
    pages, page = pdf.Root.Pages, pdf.pages[0].obj
    pages.Resources, pages.MediaBox, pages.Rotate = page.Resources, Array([0, 0, 400, 800]), 90
    for each in pdf.pages:
        del each.obj["/Resources"], each.obj["/MediaBox"]


def turned(pdf: Pdf):
    page = pdf.pages[0].obj
    page.Rotate, page.CropBox, page.UserUnit = 270, Array([50, 400, 500, 780]), 1.5


def in_parts(pdf: Pdf):
    page = pdf.pages[0].obj
    page.Contents = Array([Stream(pdf, b"q 1 0 0 rg 50 50 200 200 re f Q"), page.Contents])


RED_LAYERS = b"/OC /L BDC 1 0 0 rg 100 100 300 300 re f EMC"


def hidden_by_membership(pdf: Pdf):
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Hidden"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    page = pdf.pages[0].obj
    member = Dictionary(Type=Name.OCMD, OCGs=layer, P=Name.AnyOn)
    page.Resources.Properties = Dictionary(L=pdf.make_indirect(member))
    page.Contents = Array([page.Contents, Stream(pdf, RED_LAYERS)])


def laid(**entries):
    """A page whose sheet, crop, turn or unit no program takes as it is said."""

    def make() -> bytes:
        pdf = two_pages()
        for name, value in entries.items():
            pdf.pages[0].obj[f"/{name}"] = value
        return written(pdf)

    return make


# By what is wrong, such a page; viewers show an upright sheet of letter paper, or all of it.
ILL_LAID = {
    "no size": laid(MediaBox=Array([0, 0, 0, 0])),
    "no width": laid(MediaBox=Array([0, 0, 0, 792])),
    "a sheet that nobody sees": laid(MediaBox=Array([0, 0, 1, 1])),
    "one that its unit makes so": laid(UserUnit=Decimal("0.0001")),
    "a unit that is none": laid(UserUnit=Name.Inch),
    "a unit of nothing": laid(UserUnit=0),
    "a crop to nothing": laid(CropBox=Array([10, 10, 10, 10])),
    "a crop to what lies elsewhere": laid(CropBox=Array([5000, 5000, 6000, 6000])),
    "a crop without numbers": laid(CropBox=Array([Name.A, Name.B, 1, 2])),
    "half a crop": laid(CropBox=Array([1, 2, 3])),
    "a crop that is a word": laid(CropBox=String("all")),
    "half a turn": laid(Rotate=45),
    "a turn by name": laid(Rotate=Name.Left),
    "a turn in words": laid(Rotate=String("90")),
    "several turns": laid(Rotate=Array([90, 180])),
    "a drawing with gaps": laid(Contents=Array([1, Name.A, None])),
}
SHEETS = {
    "a gradient": drawn_with(b"/S sh", Shading={"S": axial}),
    "a mesh": drawn_with(b"/S sh", Shading={"S": mesh}),
    "a pattern": drawn_with(b"/Pattern cs /P scn 50 50 400 400 re f", Pattern={"P": gradient}),
    "tiles": drawn_with(b"/Pattern cs /P scn 50 50 400 400 re f", Pattern={"P": tiles}),
    "an ink": drawn_with(b"/C cs 0.7 scn 50 50 400 400 re f", ColorSpace={"C": spot}),
    "a table of colours": drawn_with(b"400 0 0 400 50 50 cm /I Do", XObject={"I": table}),
    "a veil": drawn_with(b"400 0 0 400 50 50 cm /I Do", XObject={"I": seen_through}),
    "a state": drawn_with(b"/G gs 0 1 0 rg 0 0 612 700 re f", ExtGState={"G": fading}),
    "drawn letters": drawn_with(b"BT /F9 90 Tf 50 400 Td (aaa) Tj ET", Font={"F9": drawn_letters}),
    "accents": drawn_with(b"BT /F9 90 Tf 50 400 Td (xABx) Tj ET", Font={"F9": accents}),
    "another alphabet": changed(other_alphabet),
    "inherited": changed(inherited),
    "turned and cut": changed(turned),
    "in parts": changed(in_parts),
    "a layer that is hidden": changed(hidden_by_membership),
}
