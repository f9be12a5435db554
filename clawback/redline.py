"""What changed between two texts, word by word."""

import difflib
import re


def redline(before, after):
    """Pieces of both texts in order: (same, text), (taken, text) and (added, text)."""
    one, other = (re.findall(r"\s+|\S+", text) for text in (before, after))
    pieces = []
    for move, start, end, begins, ends in difflib.SequenceMatcher(
        None, one, other, autojunk=False
    ).get_opcodes():
        if move == "equal":
            pieces.append(("same", "".join(one[start:end])))
            continue
        if end > start:
            pieces.append(("taken", "".join(one[start:end])))
        if ends > begins:
            pieces.append(("added", "".join(other[begins:ends])))
    return pieces
