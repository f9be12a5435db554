"""Which pages of a paper's new version are new, which are changed, and which are gone.

Pages are matched by what they say, and looked at where they say the same: first at what they are
made of, and where that differs at how they look from afar. Numbers of pages do not count, so that
a page that only moved is the same page. Like cleaning, it is done in a process of its own.
"""

import hashlib
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

from governance.papers.cleaning.confinement import answer, confined, start_no_more
from governance.papers.cleaning.limits import LIMITS, Limits, Unfit
from governance.papers.cleaning.sentences import refusal

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"
KINDS = (SAME, CHANGED, ADDED, REMOVED)
# Of a hundred words, those that two pages have both: with fewer they are two pages, and not one
# that was changed. Two pages without words may be either.
ALIKE, WORDLESS = 40, 50
# As many words of a page are held against those of another one; always the same, wherever they are.
SAMPLE = 64
# "4", "- 4 -", "Page 4 of 11".
NUMBER = re.compile(r"\W*(?:page|p\.)?\s*\d+\s*(?:(?:of|/)\s*\d+)?\W*", re.IGNORECASE)
# How many lines at the head and the foot of a page may hold its number, and how high they are.
EDGE_LINES, EDGE = 2, 12
SCALE = 0.25
# How far a colour may be off before an eye sees it.
SEEN = 40
# Pages that were not looked at by then count as changed: it is better to read one in vain.
SECONDS_OF_LOOKING = 20


@dataclass(frozen=True)
class Change:
    """What became of a page: its number in the new version, and in the old one, from 1.

    `page` is empty for one that was removed, `was` for one that was added.
    """

    kind: str
    page: int | None
    was: int | None


def compare(old: Path, new: Path, *, limits: Limits = LIMITS) -> tuple[Change, ...]:
    """What became of each page, in the order of the new version; both files are clean.

    Raises Refused where it takes too long.
    """
    given = {"old": str(old.resolve()), "new": str(new.resolve())}
    try:
        with tempfile.TemporaryDirectory(prefix="paper-") as folder:
            said = confined("governance.papers.comparing", given, Path(folder), limits)
        return tuple(Change(*change) for change in said["changes"])
    except Unfit as unfit:
        raise refusal(unfit.code, unfit.facts) from unfit


def summary(changes: Sequence[Change]) -> str:
    """ "6 pages changed, 1 added.", or that none did."""
    counts = {kind: sum(change.kind == kind for change in changes) for kind in KINDS}
    told = [(counts[kind], kind) for kind in (CHANGED, ADDED, REMOVED) if counts[kind]]
    if not told:
        return "No page changed."
    number, kind = told[0]
    first = f"{number} {'page' if number == 1 else 'pages'} {kind}"
    return ", ".join([first, *(f"{number} {kind}" for number, kind in told[1:])]) + "."


# --- Below here, in the process that opens the files -----------------------------------------


class Sheet:
    """One page, as far as it has to be known."""

    def __init__(self, number: int, text: str, made_of: str, shown: Any):
        self.number = number
        self.text = text
        self.made_of = made_of
        self.shown = shown

    @cached_property
    def said(self) -> str:
        """Its text, without its number and however its lines are broken."""
        lines = [line for line in self.text.split("\n") if line.strip()]
        last = len(lines) - EDGE_LINES
        kept = (
            line
            for place, line in enumerate(lines)
            if EDGE_LINES <= place < last or not NUMBER.fullmatch(line)
        )
        return " ".join(" ".join(kept).split())

    @property
    def key(self) -> str:
        return self.said or self.made_of

    @cached_property
    def words(self) -> frozenset[str]:
        """Some of its words, by a lottery that has the same outcome for every page."""
        drawn = sorted(set(self.said.split()), key=lambda word: crc32(word.encode()))
        return frozenset(drawn[:SAMPLE])

    def picture(self) -> Any:
        page = self.shown[self.number - 1]
        try:
            return page.render(scale=SCALE).to_pil().convert("RGB")
        finally:
            page.close()


def sheets(path: Path, limits: Limits) -> list[Sheet]:
    import pikepdf
    from pypdfium2 import PdfDocument

    from governance.papers.cleaning.reading import texts

    said = texts(path, limits)
    shown = PdfDocument(path)
    with pikepdf.open(path) as pdf:
        digests: dict[tuple[int, int], bytes] = {}
        made = [digest(page.obj, digests).hex() for page in pdf.pages]
    pairs = zip(said, made, strict=True)
    return [Sheet(number, *pair, shown) for number, pair in enumerate(pairs, 1)]


def digest(thing: Any, known: dict[tuple[int, int], bytes]) -> bytes:
    """What a thing is made of, told in 32 bytes that do not depend on how it is numbered."""
    from pikepdf import Array, Dictionary, Object, Stream

    if not isinstance(thing, Array | Dictionary | Stream):
        text = thing.unparse() if isinstance(thing, Object) else repr(thing).encode()
        return hashlib.sha256(text).digest()
    if thing.is_indirect:
        if thing.objgen in known:
            return known[thing.objgen]
        # What leads back to itself is told by that.
        known[thing.objgen] = b"itself"
    hashed = hashlib.sha256(type(thing).__name__.encode())
    if isinstance(thing, Array):
        for part in thing:
            hashed.update(digest(part, known))
    else:
        for name in sorted(set(thing.keys()) - {"/Parent", "/Length"}):
            hashed.update(name.encode() + digest(thing[name], known))
    if isinstance(thing, Stream):
        hashed.update(thing.read_raw_bytes())
    if thing.is_indirect:
        known[thing.objgen] = hashed.digest()
    return hashed.digest()


def changes(old: list[Sheet], new: list[Sheet]) -> Iterator[tuple[str, int | None, int | None]]:
    """Each page of the new version, and those that are gone where they were."""
    until = time.monotonic() + SECONDS_OF_LOOKING
    matcher = SequenceMatcher(None, [a.key for a in old], [b.key for b in new], autojunk=False)
    for step, i, i_end, j, j_end in matcher.get_opcodes():
        if step == "equal":
            pairs: Any = zip(old[i:i_end], new[j:j_end], strict=True)
        else:
            pairs = matched(old[i:i_end], new[j:j_end])
        for before, after in pairs:
            if after is None:
                yield REMOVED, None, before.number
            elif before is None:
                yield ADDED, after.number, None
            else:
                kind = SAME if look_same(before, after, until) else CHANGED
                yield kind, after.number, before.number


def look_same(before: Sheet, after: Sheet, until: Any) -> bool:
    if before.made_of == after.made_of:
        return True
    # Another picture is another page: nobody waits until five hundred scans were opened.
    if before.said != after.said or not after.said or time.monotonic() > until:
        return False
    return alike(before.picture(), after.picture(), numbered=before.text != after.text)


def alike(before: Any, after: Any, *, numbered: bool) -> bool:
    """Whether two pictures look the same from afar, but for the numbers at head and foot."""
    from PIL import ImageChops

    if before.size != after.size:
        return False
    difference = ImageChops.difference(before, after)
    if numbered:
        edge = after.height * EDGE // 100
        difference = difference.crop((0, edge, after.width, after.height - edge))
    extremes: Any = difference.reduce(2).getextrema()
    return max(high for _, high in extremes) <= SEEN


def matched(old: list[Sheet], new: list[Sheet]) -> Iterator[tuple[Sheet | None, Sheet | None]]:
    """Pages that are most alike, in their order; a page without its like is alone.

    `best[i][j]` is how alike all pairs can be that are made of the pages from i and from j on.
    """
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            pair = likeness(old[i], new[j])
            together = best[i + 1][j + 1] + pair if pair else 0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and best[i][j] == best[i + 1][j]:
            yield old[i], None
            i += 1
        elif j < len(new) and best[i][j] == best[i][j + 1]:
            yield None, new[j]
            j += 1
        else:
            yield old[i], new[j]
            i, j = i + 1, j + 1


def likeness(before: Sheet, after: Sheet) -> int:
    """How many of a hundred words two pages share; 0 where they are two pages."""
    if not before.words and not after.words:
        return WORDLESS
    together = len(before.words) + len(after.words)
    shared = 200 * len(before.words & after.words) // together
    return shared if shared >= ALIKE else 0


def work(*, old: str, new: str, limits: Limits, alone: bool) -> dict[str, Any]:
    start_no_more()
    return {"changes": list(changes(sheets(Path(old), limits), sheets(Path(new), limits)))}


if __name__ == "__main__":
    answer(work)
