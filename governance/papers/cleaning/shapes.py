"""What a page is made of: every entry that is carried over, and what it may hold.

A rule is one of

- "plain": numbers, names, texts and lists of them;
- "kind": one of KINDS, by which a thing says what it is;
- "each RULE": a dictionary of things by the name that a page gave them;
- "list RULE": an array of things;
- the name of a shape in SHAPES: a dictionary, or a stream when it is one of STREAMS, with the
  entries that the shape lists and no others;
- "colour space" and "sized font": an array in which each place has a rule of its own;
- the name of a choice in CHOICES, which looks at the thing and says which rule it follows.

What no rule lists does not exist in the new file: there is no list of what is forbidden.
"""

from collections.abc import Callable
from typing import Any

from pikepdf import Array, Dictionary, Name, Stream

PLAIN = "plain"
# Some readers look for these, and for no others.
KINDS = {
    *("/CMap", "/Encoding", "/ExtGState", "/Font", "/FontDescriptor", "/Group", "/Mask", "/OCG"),
    *("/OCMD", "/Page", "/Pattern", "/XObject"),
}


def plain(*names: str) -> dict[str, str]:
    return {f"/{name}": "kind" if name == "Type" else PLAIN for name in names}


def said(thing: Any) -> str:
    """A name as a text; empty for anything else, and for names in an alphabet of their own."""
    try:
        return str(thing) if isinstance(thing, Name) else ""
    except UnicodeDecodeError:
        return ""


SHAPES: dict[str, dict[str, str]] = {
    "page": {
        **plain("Type", "MediaBox", "CropBox", "Rotate", "UserUnit"),
        "/Resources": "resources",
        "/Contents": "contents",
        "/Group": "group",
    },
    "resources": {
        "/ColorSpace": "each colour",
        "/ExtGState": "each graphics",
        "/Font": "each font",
        "/Pattern": "each pattern",
        "/Properties": "each property",
        "/Shading": "each shading",
        "/XObject": "each drawing",
    },
    # Drawings and what they are drawn with.
    "content": {},
    "data": plain("Length1", "Length2", "Length3", "Subtype"),
    "form": {
        **plain("Type", "Subtype", "FormType", "BBox", "Matrix"),
        "/Resources": "resources",
        "/Group": "group",
        "/OC": "property",
    },
    "image": {
        **plain("Type", "Subtype", "Width", "Height", "BitsPerComponent", "Intent", "ImageMask"),
        **plain("Decode", "Interpolate", "SMaskInData", "Matte"),
        "/ColorSpace": "colour",
        "/Mask": "mask",
        "/SMask": "image",
        "/OC": "property",
    },
    "group": {**plain("Type", "S", "I", "K"), "/CS": "colour"},
    "graphics": {
        **plain("Type", "LW", "LC", "LJ", "ML", "D", "RI", "OP", "op", "OPM", "FL", "SM", "SA"),
        **plain("BM", "CA", "ca", "AIS", "TK"),
        "/Font": "sized font",
        "/SMask": "soft mask",
        "/BG": "function",
        "/BG2": "function",
        "/UCR": "function",
        "/UCR2": "function",
        "/TR": "function",
        "/TR2": "function",
    },
    "mask of a group": {**plain("Type", "S", "BC"), "/G": "form", "/TR": "function"},
    "tiles": {
        **plain("Type", "PatternType", "PaintType", "TilingType", "BBox", "XStep", "YStep"),
        **plain("Matrix"),
        "/Resources": "resources",
    },
    "gradient": {
        **plain("Type", "PatternType", "Matrix"),
        "/Shading": "shading",
        "/ExtGState": "graphics",
    },
    "shading": {
        **plain("ShadingType", "Background", "BBox", "AntiAlias", "Domain", "Matrix", "Coords"),
        **plain("Extend", "BitsPerCoordinate", "BitsPerComponent", "BitsPerFlag", "Decode"),
        **plain("VerticesPerRow"),
        "/ColorSpace": "colour",
        "/Function": "function",
    },
    "one function": {
        **plain("FunctionType", "Domain", "Range", "Size", "BitsPerSample", "Order", "Encode"),
        **plain("Decode", "C0", "C1", "N", "Bounds"),
        "/Functions": "list function",
    },
    # Colours.
    "profile": {**plain("N", "Range"), "/Alternate": "colour"},
    "measured": plain("WhitePoint", "BlackPoint", "Gamma", "Matrix", "Range"),
    "inks": {**plain("Subtype"), "/Colorants": "each colour", "/Process": "process"},
    "process": {**plain("Components"), "/ColorSpace": "colour"},
    # Letters.
    "letters": {
        **plain("Type", "Subtype", "BaseFont", "FirstChar", "LastChar", "Widths", "Name"),
        **plain("DW", "W", "DW2", "W2"),
        "/CIDSystemInfo": "collection",
        "/CIDToGIDMap": "table",
        "/DescendantFonts": "list font",
        "/Encoding": "encoding",
        "/FontDescriptor": "descriptor",
        "/ToUnicode": "mapping",
    },
    "drawn letters": {
        **plain("Type", "Subtype", "Name", "FontBBox", "FontMatrix", "FirstChar", "LastChar"),
        **plain("Widths"),
        "/CharProcs": "each content",
        "/Encoding": "encoding",
        "/FontDescriptor": "descriptor",
        "/Resources": "resources",
        "/ToUnicode": "mapping",
    },
    "descriptor": {
        **plain("Type", "FontName", "FontFamily", "FontStretch", "FontWeight", "Flags", "FontBBox"),
        **plain("ItalicAngle", "Ascent", "Descent", "Leading", "CapHeight", "XHeight", "StemV"),
        **plain("StemH", "AvgWidth", "MaxWidth", "MissingWidth", "CharSet", "Lang"),
        "/CIDSet": "data",
        "/FontFile": "data",
        "/FontFile2": "data",
        "/FontFile3": "data",
    },
    "differences": plain("Type", "BaseEncoding", "Differences"),
    "map": {
        **plain("Type", "CMapName", "WMode"),
        "/CIDSystemInfo": "collection",
        "/UseCMap": "mapping",
    },
    "collection": plain("Registry", "Ordering", "Supplement"),
    # Layers, so that what is not shown stays so.
    "layers": {"/OCGs": "list layer", "/D": "showing"},
    "showing": {
        **plain("Name", "BaseState", "Intent"),
        "/ON": "list layer",
        "/OFF": "list layer",
        "/AS": "list occasion",
    },
    "occasion": {**plain("Event", "Category"), "/OCGs": "list layer"},
    "layer": {**plain("Type", "Name", "Intent"), "/Usage": "usage"},
    "usage": {"/View": "seen", "/Print": "seen", "/Export": "seen"},
    "seen": plain("ViewState", "PrintState", "ExportState", "Subtype"),
    "membership": {**plain("Type", "P", "VE"), "/OCGs": "one or more layers"},
    "marked": {},
    # How a stream is packed.
    "packing": {
        **plain("Predictor", "Colors", "BitsPerComponent", "Columns", "EarlyChange", "K"),
        **plain("EndOfLine", "EncodedByteAlign", "Rows", "EndOfBlock", "BlackIs1"),
        **plain("DamagedRowsBeforeError", "ColorTransform"),
        "/JBIG2Globals": "data",
    },
}
STREAMS = {"content", "data", "form", "image", "tiles", "profile", "map"}
# These come as a dictionary or as a stream, according to their number.
EITHER = {"shading", "one function"}
# What follows the name of a kind of colour.
COLOURS = {
    "/ICCBased": ("profile",),
    "/Indexed": ("colour", PLAIN, "table"),
    "/I": ("colour", PLAIN, "table"),
    "/Separation": (PLAIN, "colour", "function"),
    "/DeviceN": (PLAIN, "colour", "function", "inks"),
    "/Pattern": ("colour",),
    "/CalGray": ("measured",),
    "/CalRGB": ("measured",),
    "/Lab": ("measured",),
    "/DeviceGray": (),
    "/DeviceRGB": (),
    "/DeviceCMYK": (),
}


def colour(thing: Any) -> str:
    return "colour space" if isinstance(thing, Array) else PLAIN


def drawing(thing: Any) -> str:
    """A picture, or a drawing within the drawing; programs in PostScript are neither."""
    kinds = {"/Form": "form", "/Image": "image"}
    return kinds.get(said(thing.get("/Subtype")), "") if isinstance(thing, Stream) else ""


def pattern(thing: Any) -> str:
    return "tiles" if isinstance(thing, Stream) else "gradient"


def font(thing: Any) -> str:
    drawn = isinstance(thing, Dictionary) and thing.get("/Subtype") == Name.Type3
    return "drawn letters" if drawn else "letters"


def function(thing: Any) -> str:
    if isinstance(thing, Array):
        return "list function"
    return "one function" if isinstance(thing, Dictionary | Stream) else PLAIN


def encoding(thing: Any) -> str:
    if isinstance(thing, Stream):
        return "map"
    return "differences" if isinstance(thing, Dictionary) else PLAIN


def dictionary_or_plain(rule: str) -> Callable[[Any], str]:
    return lambda thing: rule if isinstance(thing, Dictionary) else PLAIN


def stream_or_plain(rule: str) -> Callable[[Any], str]:
    return lambda thing: rule if isinstance(thing, Stream) else PLAIN


def array_or(rule: str) -> Callable[[Any], str]:
    return lambda thing: f"list {rule}" if isinstance(thing, Array) else rule


def marking(thing: Any) -> str:
    """A layer, several, or a remark on the text beside it, of which nothing is needed."""
    kinds = {"/OCG": "layer", "/OCMD": "membership"}
    return kinds.get(said(thing.get("/Type")), "marked") if isinstance(thing, Dictionary) else ""


def kind(thing: Any) -> str:
    return PLAIN if said(thing) in KINDS else ""


CHOICES: dict[str, Callable[[Any], str]] = {
    "kind": kind,
    "contents": array_or("content"),
    "colour": colour,
    "drawing": drawing,
    "pattern": pattern,
    "font": font,
    "function": function,
    "encoding": encoding,
    "soft mask": dictionary_or_plain("mask of a group"),
    "mask": stream_or_plain("image"),
    "table": stream_or_plain("data"),
    "mapping": stream_or_plain("map"),
    "property": marking,
    "one or more layers": array_or("layer"),
}
