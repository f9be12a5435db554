"""What a PDF holds and how it looks, found out without the code that cleans it."""

import io
from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageChops
from pypdfium2 import PdfDocument

from tests.factories.hostile import MARK

# Entries through which a document acts, leads elsewhere, or keeps what is not on its pages.
ACTIVE_KEYS = {
    *("/A", "/AA", "/PA", "/OpenAction", "/JS", "/JavaScript", "/Launch", "/URI", "/Next"),
    *("/Names", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/FS", "/RichMediaContent"),
    *("/AcroForm", "/XFA", "/Annots", "/AP", "/Outlines", "/Dests", "/Threads", "/B", "/Thumb"),
    *("/Metadata", "/PieceInfo", "/OPI", "/Ref", "/Alternates", "/Info", "/StructTreeRoot"),
    *("/Perms", "/DSS", "/Collection", "/Requirements", "/PresSteps", "/Encrypt", "/F", "/FFilter"),
    *("/HT", "/LastModified", "/SigFlags"),
}
ACTS = {
    *("/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData"),
    *("/Rendition", "/Movie", "/Sound", "/Named"),
}
LINK = {"/Subtype", "/Rect", "/Border", "/Dest"}
KINDS = {"/Filespec", "/EmbeddedFile", "/Action", "/Sig", "/Annot", "/PS", "/RichMedia"}


def active_parts(path) -> list[str]:
    """Whatever of it could act, by walking every object, whether a page leads there or not."""
    found = []
    data = path.read_bytes()
    if MARK.encode() in data:
        found.append("in the open")
    with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
        things = [*pdf.objects, pdf.trailer]
        for thing in things:
            found += parts_of(thing)
            if isinstance(thing, Stream) and MARK.encode() in opened(thing):
                found.append(f"in a stream {thing.objgen}")
            if MARK.encode() in thing.unparse(resolved=True):
                found.append(f"in an object {thing.objgen}")
        if unknown := set(pdf.Root.keys()) - {"/Type", "/Pages", "/OCProperties"}:
            found.append(f"in the catalog {unknown}")
    return found


def opened(stream) -> bytes:
    """What a stream holds; a photograph as it is coded."""
    photograph = "DCTDecode" in repr(stream.get("/Filter"))
    return stream.read_raw_bytes() if photograph else stream.read_bytes()


def parts_of(thing, depth=0):
    assert depth < 100
    if isinstance(thing, Array):
        for part in thing:
            yield from parts_of_part(part, depth)
    elif isinstance(thing, Dictionary | Stream):
        for key, part in thing.items():
            if key == "/Annots" and all(leads_within(one) for one in part):
                continue
            if key in ACTIVE_KEYS:
                yield f"{key} in {thing.objgen}"
            word = part.unparse().decode() if isinstance(part, Name) else ""
            if (key == "/S" and word in ACTS) or (key in ("/Type", "/Subtype") and word in KINDS):
                yield f"{key} {word} in {thing.objgen}"
            yield from parts_of_part(part, depth)


def leads_within(note):
    """Whether it is a link to a page of the same file, and nothing else."""
    if not isinstance(note, Dictionary) or set(note.keys()) != LINK or note.Subtype != Name.Link:
        return False
    page, *how = note.Dest
    numbers = [*note.Rect, *note.Border, *(one for one in how[1:] if one is not None)]
    plain = all(isinstance(one, int | Decimal) for one in numbers)
    return plain and page.Type == Name.Page and "/Parent" in page and how[0] == Name.XYZ


def parts_of_part(part, depth):
    """References lead to objects that are walked anyway."""
    if isinstance(part, Array | Dictionary) and not part.is_indirect:
        yield from parts_of(part, depth + 1)


def pictures_of(source, scale=0.5) -> list[Image.Image]:
    """How each page looks on a screen, filled fields and marks with it."""
    document = PdfDocument(source)
    document.init_forms()
    try:
        return [page.render(scale=scale).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def differ(one: Image.Image, other: Image.Image) -> bool:
    """Whether an eye would tell them apart; the rim of a letter may fall a little otherwise."""
    if one.size != other.size:
        return True
    difference = ImageChops.difference(one.convert("L"), other.convert("L"))
    return difference.reduce(4).getextrema()[1] > 24


def unlike(one, other) -> list[int]:
    """The pages that do not look the same in two documents."""
    pairs = zip(pictures_of(one), pictures_of(other), strict=True)
    return [number for number, pair in enumerate(pairs, 1) if differ(*pair)]
