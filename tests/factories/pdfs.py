"""Invented papers as PDF files, the same for the same seed: what a board is sent, and its oddities.

Text, photographs, charts and scans, of several sizes; pages that are turned, cropped away from the
origin, or measured in units of their own.
"""

from io import BytesIO
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

LETTER, A4, SLIDE = (612, 792), (595, 842), (960, 540)
WORDS = """the invented company considers its plan for a quarter that nobody has lived through and
finds revenue margin inventory guidance covenant dividend buyback hedge lease goodwill"""


class Paper:
    """A PDF in the making; each method adds a page and says which."""

    def __init__(self, seed=1):
        self.random = Random(seed)
        self.pdf = pikepdf.new()
        helvetica = {"/Type": Name.Font, "/Subtype": Name.Type1, "/BaseFont": Name.Helvetica}
        self.font = self.pdf.make_indirect(Dictionary(helvetica))

    def page(self, content, size=LETTER, *, images=None, origin=(0, 0), **entries):
        """A page with this content; `origin` is the lower left corner of what is seen of it."""
        (width, height), (x, y) = size, origin
        resources = Dictionary(Font=Dictionary(F=self.font))
        if images:
            resources.XObject = Dictionary(images)
        made = Dictionary(
            Type=Name.Page,
            MediaBox=Array([x, y, x + width, y + height]),
            Resources=resources,
            Contents=self.pdf.make_stream(content.encode("latin-1")),
            **entries,
        )
        self.pdf.pages.append(pikepdf.Page(self.pdf.make_indirect(made)))
        return self

    def text(self, *, size=LETTER, lines=40, origin=(0, 0), words="", **entries):
        """Lines of words, the first of which may be given."""
        told = [words] if words else []
        told += [
            " ".join(self.random.choices(WORDS.split(), k=11)) for _ in range(lines - len(told))
        ]
        x, y = origin[0] + 72, origin[1] + size[1] - 80
        shown = " ".join(f"({line}) Tj T*" for line in told)
        content = f"BT /F 10 Tf 13 TL 1 0 0 1 {x} {y} Tm {shown} ET"
        return self.page(content, size, origin=origin, **entries)

    def chart(self, *, size=SLIDE, points=400, **entries):
        """A curve, a frame and bars, all of them drawn."""
        width, height = size
        steps = [
            f"{60 + (width - 120) * at / points:.2f} {self.random.uniform(60, height - 60):.2f}"
            for at in range(points)
        ]
        bars = [
            f"{60 + 20 * at} 60 14 {self.random.randint(10, height // 2)} re f"
            for at in range(int((width - 120) // 20))
        ]
        drawn = [".2 .4 .6 rg", *bars, "1 0 0 RG", f"{steps[0]} m", *(f"{s} l" for s in steps), "S"]
        return self.page("\n".join(drawn), size, **entries)

    def picture(self, jpeg, *, size=LETTER, margin=0, **entries):
        """A photograph with a margin around it, or a scan that covers the page."""
        data, (wide, high), space = jpeg
        image = self.pdf.make_stream(
            data,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=wide,
            Height=high,
            BitsPerComponent=8,
            ColorSpace=space,
            Filter=Name.DCTDecode,
        )
        width, height = (side - 2 * margin for side in size)
        content = f"q {width} 0 0 {height} {margin} {margin} cm /I Do Q"
        return self.page(content, size, images={"/I": image}, **entries)

    def link(self, place):
        """A link to be put on a page."""
        box = {"/Rect": Array([72, 700, 200, 720])}
        made = {"/Type": Name.Annot, "/Subtype": Name.Link, **box, **place}
        return self.pdf.make_indirect(Dictionary(made))

    def with_contents(self, contents):
        """The same, but the last page is drawn by these streams."""
        self.pdf.pages[-1].obj.Contents = contents
        return self

    def save(self, path):
        self.pdf.save(path, static_id=True)
        return path


def pages_of(path):
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


# --- Papers of a kind ----------------------------------------------------------------------------


def plain():
    """Text on letter paper and A4, and a slide with a chart."""
    return Paper(1).text(words="First page.").text(size=A4).chart(size=SLIDE)


def pictures():
    """A photograph, and a scan with nothing but itself."""
    small = photograph(2, (320, 240))
    return Paper(2).picture(small, margin=60).picture(scan(3, (300, 400))).picture(small)


def turned():
    """Pages that are turned by quarters, to either side."""
    paper = Paper(3)
    for degrees in (90, 180, 270, -90, 450):
        paper.text(words=f"Turned by {degrees}.", Rotate=degrees)
    return paper


def shifted():
    """Pages whose corner is elsewhere, which are cropped, or measured in units of their own."""
    paper = Paper(4).text(origin=(-250, 300)).text(origin=(40, -700), Rotate=90)
    paper.text(CropBox=Array([100, 200, 500, 700]))
    paper.text(CropBox=Array([100, 200, 500, 700]), Rotate=270)
    # Larger than its sheet, and with its corners the other way round.
    paper.text(CropBox=Array([700, 900, -50, -50]))
    paper.chart(size=(306, 396), UserUnit=2)
    return paper.text(size=(2448, 3168), lines=3)


def inheriting():
    """Pages that have sheet, turn and font from the tree they hang on."""
    paper = Paper(7).text().text()
    tree = paper.pdf.Root.Pages
    tree.MediaBox, tree.Rotate = Array([0, 0, *LETTER]), 90
    tree.Resources = paper.pdf.make_indirect(Dictionary(Font=Dictionary(F=paper.font)))
    for page in paper.pdf.pages:
        del page.obj.MediaBox, page.obj.Resources
    return paper


def untidy():
    """Pages that leave their drawing in disorder, or have next to none."""
    paper = Paper(5).page("0.5 0 0 0.5 90 90 cm 1 0 0 rg 0 0 300 300 re f")
    paper.page("q 2 0 0 2 0 0 cm q 0 1 -1 0 0 0 cm q 9 0 0 9 0 0 cm")
    paper.page("q 1 0 0 rg 0 0 300 300 re f Q Q")
    bare = Dictionary(Type=Name.Page, MediaBox=Array([0, 0, *LETTER]))
    paper.pdf.pages.append(pikepdf.Page(paper.pdf.make_indirect(bare)))
    parts = Array(
        [paper.pdf.make_stream(b"q 1 0 0 rg 10 10"), paper.pdf.make_stream(b"9 9 re f Q")]
    )
    return paper.page("").with_contents(parts)


def linked():
    """Links to a page behind, to one before, by both kinds of names, out of the paper, and to a
    page of the book by its number; the last leads nowhere."""
    paper = Paper(6).text(lines=3).text(lines=3)
    first, second = (page.obj for page in paper.pdf.pages)
    paper.pdf.Root.Dests = Dictionary(Old=Array([second, Name.FitH, 300]))
    tree = pikepdf.NameTree.new(paper.pdf)
    tree["new"] = Dictionary(D=Array([second, Name.XYZ, 72, 400, 0]))
    paper.pdf.Root.Names = Dictionary(Dests=tree.obj)
    places = [
        {"/Dest": Array([second, Name.Fit])},
        {"/Dest": Name.Old},
        {"/A": Dictionary(S=Name.GoTo, D="new")},
        {"/A": Dictionary(S=Name.URI, URI="https://portal.example.com/")},
        {"/A": Dictionary(S=Name.URI, URI="page:9a")},
        {"/A": Dictionary(S=Name.URI, URI="page:99")},
    ]
    first.Annots = Array([paper.link(place) for place in places])
    second.Annots = Array([paper.link({"/Dest": Array([first, Name.Fit])})])
    return paper


# --- Pictures ------------------------------------------------------------------------------------


def photograph(seed, size=(1280, 960), quality=80):
    """Noise with the softness of a photograph, as a JPEG."""
    return jpeg("RGB", Name.DeviceRGB, seed, size, quality, 16)


def scan(seed, size=(1275, 1650), quality=60):
    """A page as a scanner sees it, in shades of grey."""
    return jpeg("L", Name.DeviceGray, seed, size, quality, 10)


def jpeg(mode, space, seed, size, quality, softness):
    small = size[0] // softness, size[1] // softness
    grain = Random(seed).randbytes(small[0] * small[1] * len(mode))
    image = Image.frombytes(mode, small, grain).resize(size, Image.Resampling.BICUBIC)
    image.save(told := BytesIO(), "JPEG", quality=quality)
    return told.getvalue(), size, space
