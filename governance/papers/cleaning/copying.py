"""Pages built anew in another document, of the entries that `shapes` lists."""

import re
from collections import deque
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from governance.papers.cleaning import jpeg
from governance.papers.cleaning.limits import Limits, Unfit
from governance.papers.cleaning.shapes import (
    CHOICES,
    COLOURS,
    EITHER,
    PLAIN,
    SHAPES,
    STREAMS,
    said,
)
from governance.papers.cleaning.weighing import (
    JPEG,
    JPEG_2000,
    Scales,
    check_jpeg_2000,
    check_pixels,
    filters_of,
)

# Lists within lists of plain things; a page has two.
DEEPEST = 12
# Streams in which a page is drawn.
DRAWN = ("content", "form", "tiles")
INLINE_PICTURE = re.compile(rb"\bBI\b([^\x80-\xff]{0,400}?)\bID\b", re.DOTALL)
WIDTH = re.compile(rb"/W(?:idth)?\s+(\d{1,12})")
HEIGHT = re.compile(rb"/H(?:eight)?\s+(\d{1,12})")


class Copier:
    """Copies things into a new document, each once for every rule that it is copied by."""

    def __init__(self, made: Pdf, limits: Limits):
        self.made = made
        self.limits = limits
        self.scales = Scales(limits)
        self.copied: dict[tuple[tuple[int, int], str], Object] = {}
        # Filled one after the other: things refer to each other in chains of any length.
        self.unfilled: deque[tuple[Any, Any, str]] = deque()

    def whole(self, thing: Any, rule: str) -> Any:
        """The copy of a thing by a rule, with everything that it refers to."""
        copy = self.copy(thing, rule)
        while self.unfilled:
            self.fill(*self.unfilled.popleft())
        return copy

    def copy(self, thing: Any, rule: str) -> Any:
        """The copy of a thing, to be filled; None where it is not what the rule expects."""
        if rule in CHOICES:
            rule = CHOICES[rule](thing)
        if rule == PLAIN:
            return plain(thing)
        if not fits(thing, rule):
            return None
        key = thing.objgen, rule
        if thing.is_indirect and key in self.copied:
            return self.copied[key]
        copy = self.begun(thing)
        if thing.is_indirect:
            self.copied[key] = copy
        self.unfilled.append((thing, copy, rule))
        return copy

    def begun(self, thing: Any) -> Object:
        if isinstance(thing, Stream):
            return Stream(self.made, b"")
        return self.made.make_indirect(Array() if isinstance(thing, Array) else Dictionary())

    def fill(self, thing: Any, copy: Any, rule: str) -> None:
        if isinstance(thing, Array):
            self.fill_list(thing, copy, rule)
        elif rule.startswith("each "):
            for name, part in thing.items():
                self.put(copy, name, part, rule.removeprefix("each "))
        else:
            if isinstance(thing, Stream):
                self.fill_stream(thing, copy, rule)
            for name, rule_of_part in SHAPES[rule].items():
                if name in thing:
                    self.put(copy, name, thing[name], rule_of_part)

    def put(self, copy: Any, name: str, part: Any, rule: str) -> None:
        if (copied := self.copy(part, rule)) is not None:
            copy[name] = copied

    def fill_list(self, thing: Array, copy: Array, rule: str) -> None:
        """A place that does not hold what it ought to stays, and is empty."""
        parts = list(thing)
        if rule == "colour space":
            rules: Any = (PLAIN, *COLOURS.get(said(parts[0]), ())) if parts else ()
        elif rule == "sized font":
            rules = ("font", PLAIN)
        else:
            rules = (rule.removeprefix("list "),) * len(parts)
        for part, rule_of_part in zip(parts, rules, strict=False):
            copy.append(self.copy(part, rule_of_part))

    def fill_stream(self, thing: Stream, copy: Stream, rule: str) -> None:
        raw, filters = thing.read_raw_bytes(), filters_of(thing)
        given = thing.get("/DecodeParms")
        packing = list(given) if isinstance(given, Array) else [given]
        picture = rule == "image"
        coding = filters[-1] if filters else ""
        unpacked = self.scales.weigh(
            thing, raw, filters, keep=rule in DRAWN or coding in (JPEG, JPEG_2000)
        )
        if picture:
            check_pixels(thing.get("/Width"), thing.get("/Height"), self.limits)
            if coding == JPEG_2000:
                check_jpeg_2000(unpacked or raw, self.limits)
            elif coding == JPEG and (bare := self.bare(unpacked)):
                raw, filters, packing = bare, [JPEG], packing[len(filters) - 1 :]
        elif rule in DRAWN:
            self.scales.draw(len(unpacked or raw))
            self.check_inline_pictures(unpacked or b"")
        copy.write(
            raw,
            filter=Array(Name(name) for name in filters),
            decode_parms=Array(self.copy(each, "packing") for each in packing[: len(filters)]),
        )

    def bare(self, data: bytes | None) -> bytes | None:
        """A photograph without what the camera noted; None where it is not as most are."""
        try:
            picture = jpeg.bare(data or b"")
        except jpeg.Unreadable:
            return None
        check_pixels(picture.width, picture.height, self.limits)
        return picture.data

    def check_inline_pictures(self, drawn: bytes) -> None:
        for found in INLINE_PICTURE.finditer(drawn):
            sides = (side.search(found[1]) for side in (WIDTH, HEIGHT))
            width, height = (int(side[1]) if side else 0 for side in sides)
            check_pixels(width, height, self.limits)


def fits(thing: Any, rule: str) -> bool:
    if rule.startswith("list ") or rule in ("colour space", "sized font"):
        return isinstance(thing, Array)
    if rule in STREAMS:
        return isinstance(thing, Stream)
    if rule in EITHER:
        return isinstance(thing, Dictionary | Stream)
    return isinstance(thing, Dictionary) and (rule in SHAPES or rule.startswith("each "))


def plain(thing: Any, depth: int = 0) -> Any:
    """Numbers, names, texts and lists of them; None for anything else."""
    if isinstance(thing, Array):
        if depth > DEEPEST:
            raise Unfit("broken")
        return Array(plain(each, depth + 1) for each in thing)
    if isinstance(thing, Dictionary | Stream):
        return None
    # A name or a text that stands by itself belongs to the document it comes from.
    apart = isinstance(thing, Object) and thing.is_indirect
    return Object.parse(thing.unparse(resolved=True)) if apart else thing
