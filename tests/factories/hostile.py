"""PDF files that do more than show pages: each way of it, written in three ways.

Whatever is active says MARK, so that nothing of it can be left without being found; whatever a
reader sees does not.
"""

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, String

MARK = "wicked"
URL = f"https://{MARK}.invalid/"


def two_pages() -> Pdf:
    """Two pages of text and a drawing, with nothing wrong about them."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for number in (1, 2):
        square = Stream(pdf, b"0.2 0.4 0.3 rg 0 0 50 50 re f")
        square.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50])))
        pdf.add_blank_page(page_size=(612, 792))
        page = pdf.pages[-1]
        page.Resources = Dictionary(Font=Dictionary(F1=font), XObject=Dictionary(X1=square))
        page.Contents = Stream(
            pdf,
            b"BT /F1 24 Tf 72 700 Td (Plain page %d) Tj ET q 1 0 0 1 72 500 cm /X1 Do Q" % number,
        )
    return pdf


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{MARK}')"))


def annotated(pdf: Pdf, **entries) -> Dictionary:
    """Something that lies on the first page."""
    rect = entries.pop("Rect", Array([300, 300, 400, 330]))
    annotation = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=rect, F=4, **entries))
    page = pdf.pages[0]
    if "/Annots" not in page.obj:
        page.obj.Annots = Array()
    page.obj.Annots.append(annotation)
    return annotation


def drawn(pdf: Pdf, content: bytes, **entries) -> Stream:
    form = Stream(pdf, content)
    form.update(
        Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 30]), **entries)
    )
    return form


def attached(pdf: Pdf) -> Dictionary:
    data = Stream(pdf, f"MZ {MARK}".encode())
    data.Type = Name.EmbeddedFile
    name = String(f"{MARK}.exe")
    return pdf.make_indirect(Dictionary(Type=Name.Filespec, F=name, UF=name, EF=Dictionary(F=data)))


# --- Scripts and acts ------------------------------------------------------------------------


def script_on_opening(pdf):
    pdf.Root.OpenAction = script()


def script_by_name(pdf):
    names = Array([String(MARK), pdf.make_indirect(script())])
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))


def script_of_a_page(pdf):
    pdf.pages[0].obj.AA = Dictionary(O=script(), C=script())
    pdf.Root.AA = Dictionary(WC=script(), WP=script())


def script_of_an_annotation(pdf):
    after = Dictionary(S=Name.Named, N=Name.Print, Next=Array([script()]))
    annotated(pdf, Subtype=Name.Link, A=after, AA=Dictionary(E=script()))


def script_in_a_stream(pdf):
    code = Stream(pdf, f"app.alert('{MARK}')".encode())
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=code)


def script_of_a_bookmark(pdf):
    first = pdf.make_indirect(Dictionary(Title=String(MARK), A=script()))
    pdf.Root.Outlines = pdf.make_indirect(
        Dictionary(Type=Name.Outlines, First=first, Last=first, Count=1)
    )
    first.Parent = pdf.Root.Outlines


def launch(pdf):
    act = Dictionary(S=Name.Launch, F=String(f"{MARK}.exe"), Win=Dictionary(F=String(MARK)))
    annotated(pdf, Subtype=Name.Link, A=act)


def link(pdf):
    annotated(pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(URL)))
    annotated(pdf, Subtype=Name.Link, PA=Dictionary(S=Name.URI, URI=String(URL)))
    pdf.Root.URI = Dictionary(Base=String(URL))


def link_to_a_file(pdf):
    for kind in (Name.GoToR, Name.GoToE):
        act = Dictionary(S=kind, F=String(f"\\\\{MARK}\\share\\a.pdf"), D=Array([0, Name.Fit]))
        annotated(pdf, Subtype=Name.Link, A=act)


def link_within(pdf):
    """To a page of the file, and more than that: each with something beside the place."""
    first = pdf.pages[0].obj
    goes_on = Dictionary(S=Name.GoTo, D=Array([first, Name.Fit]), Next=script())
    acts = Dictionary(E=script())
    annotated(pdf, Subtype=Name.Link, A=goes_on, AA=acts, Contents=String(MARK))
    annotated(pdf, Subtype=Name.Link, Dest=Array([first, Name(f"/{MARK}"), String(MARK)]))
    annotated(pdf, Subtype=Name.Link, A=Dictionary(S=Name.Named, N=Name.NextPage))
    annotated(pdf, Subtype=Name.Link, A=Array([1]), Dest=Array([Dictionary(D=String(MARK))]))
    annotated(pdf, Subtype=Name.Link, Dest=String(MARK))
    turning = pdf.make_indirect(Dictionary())
    turning.Kids = Array([turning])
    pdf.Root.Names = Dictionary(Dests=turning)


def sending(pdf):
    act = Dictionary(S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=String(URL)))
    button = annotated(pdf, Subtype=Name.Widget, FT=Name.Btn, Ff=65536, T=String("send"), A=act)
    taking = Dictionary(S=Name.ImportData, F=String(f"{MARK}.fdf"))
    annotated(pdf, Subtype=Name.Link, A=taking)
    pdf.Root.AcroForm = Dictionary(Fields=Array([button]))


# --- What is carried along -------------------------------------------------------------------


def file_attached(pdf):
    spec = attached(pdf)
    names = Array([String(MARK), spec])
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))
    pdf.Root.AF = Array([spec])
    pdf.pages[0].obj.AF = Array([spec])
    pdf.Root.Collection = Dictionary(Type=Name.Collection, D=String(MARK))
    annotated(pdf, Subtype=Name.FileAttachment, FS=spec, Contents=String(MARK))


def rich_media(pdf):
    assets = Dictionary(Names=Array([String(MARK), attached(pdf)]))
    annotated(pdf, Subtype=Name.RichMedia, RichMediaContent=Dictionary(Assets=assets))
    sound = Stream(pdf, MARK.encode())
    annotated(pdf, Subtype=Name.Sound, Sound=sound)
    annotated(pdf, Subtype=Name.Movie, Movie=Dictionary(F=attached(pdf)))
    showing = Dictionary(S=Name.Rendition, OP=0, JS=String(MARK), R=Dictionary(S=Name.MR))
    annotated(pdf, Subtype=Name.Screen, A=showing)
    annotated(pdf, Subtype=Name("/3D"), **{"3DD": Stream(pdf, MARK.encode())})


def metadata(pdf):
    note = Stream(pdf, f"<x:xmpmeta><dc:creator>{MARK}</dc:creator></x:xmpmeta>".encode())
    note.update(Dictionary(Type=Name.Metadata, Subtype=Name.XML))
    pdf.Root.Metadata = note
    page = pdf.pages[0].obj
    page.Metadata = note
    page.Resources.XObject.X1.Metadata = note
    page.Resources.Font.F1.Metadata = note
    pdf.docinfo["/Author"] = MARK
    pdf.docinfo["/Custom"] = MARK


def thumbnail(pdf):
    small = Stream(pdf, MARK.encode())
    small.update(Dictionary(Width=2, Height=1, ColorSpace=Name.DeviceRGB, BitsPerComponent=8))
    pdf.pages[0].obj.Thumb = small


def private_data(pdf):
    held = Dictionary(App=Dictionary(LastModified=String(MARK), Private=Stream(pdf, MARK.encode())))
    pdf.Root.PieceInfo = held
    pdf.pages[0].obj.PieceInfo = held
    pdf.pages[0].obj.Resources.XObject.X1.PieceInfo = held


# --- Forms -----------------------------------------------------------------------------------


def form(pdf):
    """A field that is filled in, and reckons; its value is to be seen afterwards."""
    font = pdf.pages[0].obj.Resources.Font.F1
    look = drawn(
        pdf, b"/Tx BMC BT /F1 12 Tf 2 9 Td (Filled in) Tj ET EMC",
        Resources=Dictionary(Font=Dictionary(F1=font)),
    )  # fmt: skip
    field = annotated(
        pdf,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String("amount"),
        TU=String(MARK),
        V=String("Filled in"),
        DA=String("/F1 12 Tf 0 g"),
        AP=Dictionary(N=look),
        AA=Dictionary(K=script(), C=script()),
    )
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([field]),
        CO=Array([field]),
        DR=Dictionary(Font=Dictionary(F1=font)),
        DA=String("/F1 12 Tf 0 g"),
    )


def form_without_looks(pdf):
    """A field that leaves it to the reader's program to draw its value."""
    form(pdf)
    del pdf.pages[0].obj.Annots[0]["/AP"]
    pdf.Root.AcroForm.NeedAppearances = True


def form_of_xml(pdf):
    form(pdf)
    pdf.Root.AcroForm.XFA = Array([String("template"), Stream(pdf, f"<{MARK}/>".encode())])


def signature(pdf):
    seal = pdf.make_indirect(
        Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String(MARK))
    )
    field = annotated(pdf, Subtype=Name.Widget, FT=Name.Sig, T=String("seal"), V=seal)
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
    pdf.Root.Perms = Dictionary(DocMDP=seal)
    pdf.Root.DSS = Dictionary(Certs=Array([Stream(pdf, MARK.encode())]))


def comment(pdf):
    look = drawn(pdf, b"1 0.8 0 rg 0 0 100 30 re f")
    annotated(
        pdf, Subtype=Name.Highlight, Contents=String(MARK), T=String(MARK), AP=Dictionary(N=look)
    )


# --- In the places where a page keeps what it is drawn with ----------------------------------


def layers(pdf):
    """A layer that is not shown; it stays so."""
    layer = pdf.make_indirect(
        Dictionary(
            Type=Name.OCG,
            Name=String("Draft"),
            Usage=Dictionary(CreatorInfo=Dictionary(Creator=String(MARK))),
        )
    )
    showing = Dictionary(OFF=Array([layer]), Order=Array([String(MARK), layer]))
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=showing, Configs=Array([Dictionary(Name=String(MARK))])
    )
    page = pdf.pages[0].obj
    page.Resources.Properties = Dictionary(L1=layer)
    hidden = Stream(pdf, b"/OC /L1 BDC 1 0 0 rg 0 0 612 400 re f EMC")
    page.Contents = Array([page.Contents, hidden])


def drawing_from_elsewhere(pdf):
    square = pdf.pages[0].obj.Resources.XObject.X1
    square.Ref = Dictionary(F=attached(pdf), Page=0)
    square.OPI = Dictionary({"/1.3": Dictionary(F=String(MARK))})
    program = Stream(pdf, f"({MARK}) run".encode())
    program.update(Dictionary(Type=Name.XObject, Subtype=Name.PS))
    far = Stream(pdf, b"\0")
    far.update(
        Dictionary(
            Subtype=Name.Image, Width=1, Height=1, ColorSpace=Name.DeviceGray, BitsPerComponent=8,
            F=String(URL), FFilter=Name.ASCIIHexDecode,
            Alternates=Array([Dictionary(Image=program, DefaultForPrinting=True)]),
        )
    )  # fmt: skip
    pdf.pages[0].obj.Resources.XObject.update(Dictionary(X2=program, X3=far))


def hidden_everywhere(pdf):
    """A script beside what is looked at, wherever a page keeps what it is drawn with."""
    page = pdf.pages[0].obj
    around = Dictionary(A=script(), AA=Dictionary(O=script()), JS=String(MARK), X=attached(pdf))
    state = Dictionary(Type=Name.ExtGState, LW=1, HT=Dictionary(around), Unknown=around)
    flat = Dictionary(FunctionType=2, Domain=Array([0, 1]), N=1, C0=Array([0]), C1=Array([1]))
    flat.update(around)
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceGray, Coords=Array([0, 0, 1, 1]), Function=flat
    )
    shading.update(around)
    pattern = Dictionary(PatternType=2, Shading=shading)
    pattern.update(around)
    ink = Array([Name.Separation, Name.Spot, Name.DeviceGray, flat])
    page.Resources.update(
        Dictionary(
            ExtGState=Dictionary(G1=state),
            Shading=Dictionary(S1=shading),
            Pattern=Dictionary(P1=pattern),
            ColorSpace=Dictionary(C1=ink, C2=Array([Name.ICCBased, attached(pdf)])),
            Properties=Dictionary(M1=around),
        )
    )
    for thing in (page, page.Resources, page.Resources.Font.F1, page.Resources.XObject.X1):
        thing.update(around)
    page.Resources.Font.F1.FontDescriptor = Dictionary(around)
    page.Group = Dictionary(S=Name.Transparency, Unknown=around)
    page.Contents.update(around)


def structure(pdf):
    tree = Dictionary(Type=Name.StructTreeRoot, K=Array([Dictionary(S=Name.P, T=String(MARK))]))
    pdf.Root.StructTreeRoot = pdf.make_indirect(tree)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    thread = pdf.make_indirect(Dictionary(Type=Name.Thread, I=Dictionary(Title=String(MARK))))
    pdf.Root.Threads = Array([thread])
    pdf.pages[0].obj.B = Array([pdf.make_indirect(Dictionary(T=thread, P=pdf.pages[0].obj))])
    pdf.Root.Dests = Dictionary({f"/{MARK}": Array([pdf.pages[0].obj, Name.Fit])})
    pdf.pages[0].obj.PresSteps = Dictionary(NA=script())
    pdf.Root.Requirements = Array([Dictionary(S=Name.EnableJavaScripts, RH=script())])


ACTIVE: dict[str, Callable[[Pdf], None]] = {
    made.__name__: made
    for made in (
        *(script_on_opening, script_by_name, script_of_a_page, script_of_an_annotation),
        *(script_in_a_stream, script_of_a_bookmark, launch, link, link_to_a_file),
        *(link_within, sending),
        *(file_attached, rich_media, metadata, thumbnail, private_data, form),
        *(form_without_looks, form_of_xml, signature, comment, layers),
        *(drawing_from_elsewhere, hidden_everywhere, structure),
    )
}


# --- Three ways of writing it ----------------------------------------------------------------


def written(pdf: Pdf, **options) -> bytes:
    file = io.BytesIO()
    pdf.save(file, static_id=True, fix_metadata_version=False, **options)
    return file.getvalue()


def openly(active: Callable[[Pdf], None]) -> bytes:
    """Everything can be read in the file as it is."""
    pdf = two_pages()
    active(pdf)
    mode = ObjectStreamMode.disable
    return written(pdf, object_stream_mode=mode, compress_streams=False)


def packed(active: Callable[[Pdf], None]) -> bytes:
    """Everything but the streams' data is hidden in compressed streams of objects."""
    pdf = two_pages()
    active(pdf)
    return written(pdf, object_stream_mode=ObjectStreamMode.generate)


def updated(active: Callable[[Pdf], None]) -> bytes:
    """The file was harmless, and what makes it active was added behind its end."""
    before = written(two_pages(), object_stream_mode=ObjectStreamMode.disable)
    after = pikepdf.open(io.BytesIO(openly(active)))
    return before + update(after, len(before), before.rindex(b"\nxref") + 1)


def update(pdf: Pdf, place: int, previous: int) -> bytes:
    """All objects of a document as an update that begins at a place of a file."""
    parts, rows = [], []
    for thing in pdf.objects:
        number, _ = thing.objgen
        body = thing.unparse(resolved=True)
        if isinstance(thing, Stream):
            data = thing.read_raw_bytes()
            said = thing.stream_dict
            said.Length = len(data)
            body = said.unparse(resolved=True) + b"\nstream\n" + data + b"\nendstream"
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, place))
        place += len(parts[-1])
    last = Dictionary(Size=len(rows) + 1, Prev=previous)
    kept = b" ".join(
        b"/%b %b" % (key.encode(), pdf.trailer.get_raw(f"/{key}").unparse())
        for key in ("Root", "Info")
        if f"/{key}" in pdf.trailer
    )
    trailer = last.unparse()[:-2] + kept + b" >>"
    return b"%bxref\n%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (
        b"".join(parts), b"".join(rows), trailer, place
    )  # fmt: skip


WAYS = (openly, packed, updated)
