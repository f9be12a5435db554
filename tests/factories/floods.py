"""Files that are broken, locked, none of those that are taken, or far larger inside than outside.

`REFUSED` has each with the code of the refusal that it meets; `HARMLESS` those that come out clean.
Sizes are for the limits of the tests, `SMALL`: what is measured is the limit, not the machine.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode
from PIL import Image

from governance.papers.cleaning import Limits
from tests.factories.hostile import MARK, attached, openly, script, two_pages, written

MIB = 1024 * 1024
SMALL = Limits(
    bytes=2 * MIB,
    pages=20,
    objects=5_000,
    pixels=4_000_000,
    unpacked=8 * MIB,
    unpacked_together=24 * MIB,
    drawn=4 * MIB,
    cpu_seconds=3,
    seconds=20,
    memory=500 * MIB,
    office_memory=500 * MIB,
)


# --- Written by hand -------------------------------------------------------------------------


def by_hand(*bodies: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of objects as they are given; the first is the catalog."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R %b>>\n" % (
        len(bodies) + 1, rows, len(bodies) + 1, trailer
    ) + b"startxref\n%d\n%%%%EOF\n" % len(data)  # fmt: skip


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), entries, data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R %b>>"
ZEROS = zlib.compress(bytes(32 * MIB))
# More than half of what one page may be drawn with.
STROKES = b"9 9 m 9 9 l S " * 160_000


def showing(content: bytes, resources: bytes = b"", *more: bytes) -> bytes:
    """One page: what is drawn on it, its resources, and objects from the fifth on."""
    return by_hand(CATALOG, PAGES, PAGE % resources, content, *more)


def picture(width: int, height: int, data: bytes = b"\0", filters: bytes = b"") -> bytes:
    entries = (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8 %b" % (width, height, filters)
    )
    return showing(
        stream(b"/I Do"), b"/Resources << /XObject << /I 5 0 R >> >> ", stream(data, entries)
    )


def laughs() -> bytes:
    """Drawings of ten drawings of ten drawings, and so on: a billion squares."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
    below = [
        stream(b"/X Do " * 10, form + b"/Resources << /XObject << /X %d 0 R >> >>" % number)
        for number in range(6, 14)
    ]
    last = stream(b"0 0 5 5 re f", form)
    return showing(
        stream(b"/X Do " * 10), b"/Resources << /XObject << /X 5 0 R >> >> ", *below, last
    )


def drawing_itself() -> bytes:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    return showing(
        stream(b"/X Do /X Do"), b"/Resources << /XObject << /X 5 0 R >> >> ",
        stream(b"/X Do /X Do", form),
    )  # fmt: skip


def tree_of_trees() -> bytes:
    """Twelve levels, each with ten times the next one: a million million pages."""
    below = [
        b"<< /Type /Pages /Count 1000000 /Kids [%b] >>" % (b"%d 0 R " % number * 10)
        for number in range(3, 15)
    ]
    return by_hand(CATALOG, *below, b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def long_chain() -> bytes:
    """A tree of pages that is four thousand levels deep."""
    below = [b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % number for number in range(3, 4003)]
    return by_hand(CATALOG, *below, b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def many_pages(number: int) -> bytes:
    pdf = pikepdf.new()
    for _ in range(number):
        pdf.add_blank_page()
    return written(pdf)


def packed_objects() -> bytes:
    """A stream of objects, and a table of places, that open to a flood of blanks."""
    blanks = zlib.compress(b"9 0 " + b" " * 32 * MIB + b"<< >>")
    held = stream(blanks, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    begun = b"%PDF-1.7\n"
    parts, places = b"", []
    bodies = (CATALOG, b"<< /Type /Pages /Kids [9 0 R] /Count 1 >>", held)
    for number, body in enumerate(bodies, 1):
        places.append(len(begun + parts))
        parts += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    place = len(begun + parts)
    rows = b"".join(struct.pack(">BIB", 1, each, 0) for each in places)
    rows += struct.pack(">BIB", 1, place, 0) + struct.pack(">BIB", 2, 3, 0)
    table = stream(rows, b"/Type /XRef /W [1 4 1] /Index [1 4 9 1] /Size 10 /Root 1 0 R")
    return begun + parts + b"4 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, place)


def encrypted(user: str) -> bytes:
    pdf = two_pages()
    script_and_file = Dictionary(S=script(), F=attached(pdf))
    pdf.Root.OpenAction = script_and_file
    return written(pdf, encryption=Encryption(owner="owner", user=user))


def boundless() -> bytes:
    pdf = two_pages()
    pdf.pages[1].obj.MediaBox = Array([0, 0, 10**9, 10**9])
    return written(pdf)


def one_page_lost() -> bytes:
    """Three pages are promised, and one of them cannot be read."""
    sheet = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
    three = b"<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>"
    return by_hand(CATALOG, three, sheet, b"<< /Type /Page /X [", sheet)


def dynamic_form() -> bytes:
    pdf = two_pages()
    pdf.Root.NeedsRendering = True
    return written(pdf)


def crowd() -> bytes:
    """More objects than any paper has."""
    pdf = two_pages()
    pdf.Root.Extra = Array(pdf.make_indirect(Dictionary()) for _ in range(6_000))
    return written(pdf, object_stream_mode=ObjectStreamMode.generate)


def loops() -> bytes:
    """Whatever can lead to itself does: fields, bookmarks, names, colours, functions, drawings."""
    pdf = two_pages()
    field = pdf.make_indirect(Dictionary(T="a", FT=Name.Tx))
    field.Kids, field.Parent = Array([field]), field
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    names = pdf.make_indirect(Dictionary())
    names.Kids = Array([names])
    pdf.Root.Names = Dictionary(JavaScript=names, Dests=names)
    mark = pdf.make_indirect(Dictionary(Title="a"))
    mark.First, mark.Next, mark.Last, mark.Parent = mark, mark, mark, mark
    pdf.Root.Outlines = mark
    colour = pdf.make_indirect(Array([Name.Indexed]))
    colour.extend([colour, 1, b"\0\0"])
    reckoned = pdf.make_indirect(Dictionary(FunctionType=3, Domain=Array([0, 1])))
    reckoned.Functions = Array([reckoned])
    resources = pdf.pages[0].obj.Resources
    resources.ColorSpace = Dictionary(C=colour)
    resources.Shading = Dictionary(S=Dictionary(ShadingType=2, Function=reckoned))
    resources.XObject.X1.Resources = resources
    resources.Font.F1.DescendantFonts = Array([resources.Font.F1])
    return written(pdf)


# --- Pictures --------------------------------------------------------------------------------


def png(width=40, height=30, **options) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (30, 77, 63)).save(file, "PNG", **options)
    return file.getvalue()


def photograph(width=40, height=30, mode="RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height)).save(file, "JPEG", **options)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    made = png()
    return made[:12] + head + struct.pack(">I", zlib.crc32(head)) + made[33:]


def photograph_that_claims(width: int, height: int) -> bytes:
    made = photograph()
    place = made.index(b"\xff\xc0")
    return made[: place + 5] + struct.pack(">HH", height, width) + made[place + 9 :]


# --- Office ----------------------------------------------------------------------------------


def package(parts: dict[str, bytes], types=b"<Types/>") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", types)
        for name, data in parts.items():
            made.writestr(name, data)
    return file.getvalue()


def docx(**parts: bytes) -> bytes:
    return package({"word/document.xml": b"<document/>", **parts})


def claiming_less() -> bytes:
    """A part that says it holds a hundred bytes, and holds a flood."""
    made = bytearray(docx(flood=bytes(20 * MIB)))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = made.rindex(mark)
        made[place + at : place + at + 4] = struct.pack("<I", 100)
    return bytes(made)


def locked_package() -> bytes:
    made = bytearray(docx())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.rindex(mark)
        made[place + at] |= 1
    return bytes(made)


OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
NESTED = b"[" * 100_000 + b"]" * 100_000
MACRO = b"application/vnd.ms-word.document.macroEnabled.main+xml"
FLATE = b"/Filter /FlateDecode"

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    # Not one of the kinds.
    "nothing": (lambda: b"", "empty"),
    "garbage": (lambda: bytes(range(256)) * 40, "kind"),
    "a page of the web": (lambda: b"<html><script>alert(1)</script>", "kind"),
    "a program": (lambda: b"MZ" + bytes(500), "kind"),
    "a picture that can act": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
    "PostScript": (lambda: b"%!PS-Adobe-3.0\nshowpage", "kind"),
    "a GIF with a PDF in it": (lambda: b"GIF89a" + bytes(20) + openly(lambda pdf: None), "kind"),
    "a package of anything": (lambda: package({"a.txt": b"a"}), "kind"),
    "a package of two kinds": (lambda: docx(**{"xl/workbook.xml": b""}), "kind"),
    "an old Office file": (lambda: OLD, "old_office"),
    "a file with macros": (
        lambda: package({"word/document.xml": b""}, types=MACRO),
        "macros",
    ),
    # Locked.
    "a PDF with a password": (lambda: encrypted("user"), "locked"),
    "a locked Office file": (lambda: OLD + "EncryptedPackage".encode("utf-16-le"), "locked"),
    "a locked package": (locked_package, "locked"),
    # Too large from outside.
    "too many bytes": (lambda: b"%PDF-1.7\n" + bytes(2 * MIB), "bytes"),
    "too many pages": (lambda: many_pages(21), "pages"),
    "too many objects": (crowd, "unpacked"),
    "a page without end": (boundless, "paper"),
    # Larger inside.
    "a flood": (lambda: showing(stream(ZEROS, FLATE)), "unpacked"),
    "a flood in a flood": (
        lambda: showing(stream(zlib.compress(ZEROS), b"/Filter [/FlateDecode /FlateDecode]")),
        "unpacked",
    ),
    "five layers": (lambda: showing(stream(b"", b"/Filter [%b]" % (b"/Fl " * 5))), "unpacked"),
    "a page of more strokes than a reader can take": (
        lambda: showing(stream(zlib.compress(STROKES * 2), FLATE)),
        "unpacked",
    ),
    "one of as many in parts": (
        lambda: showing(
            stream(zlib.compress(STROKES + b"/X Do"), FLATE),
            b"/Resources << /XObject << /X 5 0 R >> >> ",
            stream(zlib.compress(STROKES), b"/Subtype /Form /BBox [0 0 9 9] " + FLATE),
        ),
        "unpacked",
    ),
    "a picture that opens to a flood": (lambda: picture(9, 9, ZEROS, FLATE), "unpacked"),
    "a flooded package": (lambda: docx(flood=bytes(20 * MIB)), "unpacked"),
    "a package that claims less": (claiming_less, "broken"),
    "too many pixels": (lambda: picture(50_000, 50_000), "pixels"),
    "too many pixels within a page": (
        lambda: showing(stream(b"BI /W 90000 /H 90000 /BPC 1 /CS /G ID \0 EI")),
        "pixels",
    ),
    "a PNG that claims a flood": (lambda: png_that_claims(60_000, 60_000), "pixels"),
    "a photograph that claims a flood": (lambda: photograph_that_claims(65_000, 65_000), "pixels"),
    # Broken.
    "half a PDF": (lambda: (data := openly(lambda pdf: None))[: len(data) // 2], "broken"),
    "a PDF in name": (lambda: b"%PDF-1.7\n" + b"garbage" * 99 + b"%%EOF", "broken"),
    "half a PNG": (lambda: png(900, 900)[:-600], "broken"),
    "half a photograph": (lambda: photograph(900, 900)[:-600], "broken"),
    "half a package": (lambda: docx()[:-20], "broken"),
    "a stream that cannot be opened": (lambda: showing(stream(b"garbage", FLATE)), "broken"),
    "an unknown coding": (lambda: showing(stream(b"a", b"/Filter /Unheard")), "broken"),
    "a page that cannot be read": (one_page_lost, "broken"),
    "no pages": (lambda: written(pikepdf.new()), "no_pages"),
    "a form for one program": (dynamic_form, "other_program"),
}
HARMLESS: dict[str, Callable[[], bytes]] = {
    "every page has its strokes": lambda: by_hand(
        CATALOG,
        b"<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>",
        *(PAGE % b"", stream(zlib.compress(STROKES), FLATE)),
        *(PAGE.replace(b"4 0 R", b"6 0 R") % b"", stream(zlib.compress(STROKES + b" "), FLATE)),
    ),
    "a PDF that only restricts": lambda: encrypted(""),
    "a PDF with a package behind it": lambda: openly(lambda pdf: None) + docx(a=MARK.encode()),
    "a PDF after blanks": lambda: b"\n\n" + openly(lambda pdf: None),
    "a photograph with a package behind it": lambda: photograph() + docx(a=MARK.encode()),
    "everything leads to itself": loops,
    "some objects are no more than numbers": lambda: showing(
        stream(b""),
        b"/UserUnit 5 0 R /CropBox 7 0 R ",
        b"1",
        b"null",
        b"[0 0 10 R 500]",
        b"true",
        b"(text)",
        b"400.5",
    ),
}
# Which of the sentences it is depends on the libraries; that it is one does not.
SOMEHOW_REFUSED: dict[str, Callable[[], bytes]] = {
    "a tree of trees": tree_of_trees,
    "a long chain": long_chain,
    "deep lists": lambda: showing(stream(b""), b"/X %b " % NESTED),
    "deep lists of a page": lambda: showing(stream(b""), b"/MediaBox %b " % NESTED),
    "a tree that leads to itself": lambda: by_hand(
        CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    ),
    "packed objects": packed_objects,
    "a billion squares": laughs,
    "a drawing that draws itself": drawing_itself,
    "a run of one letter": lambda: showing(stream(b"\x81a" * 150_000, b"/Filter /RunLengthDecode")),
    "a table without end": lambda: by_hand(CATALOG, PAGES, trailer=b"").replace(
        b"xref\n0 3", b"xref\n0 999999999"
    ),
}
