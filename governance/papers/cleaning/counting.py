"""What a document holds beside its pages, counted so that the secretary can be told."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Object, Pdf, Stream

from governance.papers.cleaning.shapes import said

# Acts, by what they do.
ACTS = {
    "/JavaScript": "scripts",
    "/Launch": "launches",
    "/URI": "links",
    "/GoToR": "links",
    "/GoToE": "links",
    "/Thread": "links",
    "/SubmitForm": "sendings",
    "/ImportData": "sendings",
    "/RichMediaExecute": "media",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
}
# Annotations, by what they are; links are counted by where they lead.
NOTES = {
    **dict.fromkeys(("/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"), "media"),
    **dict.fromkeys(
        (
            *("/Text", "/FreeText", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut"),
            *("/Stamp", "/Ink", "/Caret", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"),
        ),
        "comments",
    ),
}
# What none of these is in need not be taken apart; most of a document is such.
TOLD = re.compile(
    b"/(?:JS|EF|PieceInfo|XFA|FT|%b)(?![A-Za-z0-9])"
    % "|".join(key[1:] for key in (*ACTS, *NOTES)).encode()
)
DEEPEST = 50


def found_in(pdf: Pdf) -> Counter[str]:
    """How many of each key of `sentences.TAKEN_OUT` and `SAID_ONCE` a document holds."""
    found: Counter[str] = Counter()
    for thing in pdf.objects:
        if isinstance(thing, Object) and TOLD.search(thing.unparse(resolved=True)):
            for part in dictionaries(thing):
                found.update(kinds_of(part))
    outlines = pdf.Root.get("/Outlines")
    found["bookmarks"] = int(isinstance(outlines, Dictionary) and "/First" in outlines)
    found["layers"] = int("/OCProperties" in pdf.Root)
    found["metadata"] = int("/Metadata" in pdf.Root or bool(pdf.trailer.get("/Info")))
    found["restrictions"] = int(pdf.is_encrypted)
    return +found


def dictionaries(thing: Any, depth: int = 0) -> Iterator[Any]:
    """An object's own dictionary, and those written out within it."""
    if isinstance(thing, Array):
        parts: Any = thing
    elif isinstance(thing, Dictionary | Stream):
        yield thing
        parts = (part for _, part in thing.items())
    else:
        return
    if depth < DEEPEST:
        for part in parts:
            if isinstance(part, Array | Dictionary) and not part.is_indirect:
                yield from dictionaries(part, depth + 1)


def kinds_of(thing: Any) -> Iterator[str]:
    """What one dictionary is, of the things that are not carried over."""
    act, note = said(thing.get("/S")), said(thing.get("/Subtype"))
    if act in ACTS:
        yield ACTS[act]
    if "/JS" in thing and act != "/JavaScript":
        yield "scripts"
    if "/Rect" in thing and note in NOTES:
        yield NOTES[note]
    if "/EF" in thing:
        yield "files"
    if "/PieceInfo" in thing:
        yield "private"
    if "/XFA" in thing:
        yield "form"
    if "/FT" in thing:
        signed = said(thing.FT) == "/Sig" and "/V" in thing
        yield "signatures" if signed else "fields"
