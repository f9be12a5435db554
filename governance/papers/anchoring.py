"""A note finds its sentence again in a new version of a paper, or waits until its reader places it.

It is looked for by what it quotes and by the words around it, as readers would: the same sentence
in the same surroundings, wherever it went; then a sentence that was slightly reworded in the same
surroundings. What is not found with confidence is not guessed.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# A sentence counts as the same when so much of it is; of short ones all of it has to be.
ALIKE, SHORT = 0.8, 24
# What is longer is no sentence, and is found by its very words or not at all.
LONG = 1000
# How well surroundings agree: less is another place, and so much nearer is another's better match.
STRANGE, CLOSE = 0.4, 0.1
# How many letters before and after a quotation are its surroundings.
AROUND = 60


@dataclass(frozen=True)
class Anchor:
    """What a note is tied to: a quotation, what stands before and after it, and its page."""

    quote: str
    before: str
    after: str
    page: int

    @classmethod
    def of(cls, note):
        return cls(
            plain(note.get("quote", "")),
            plain(note.get("before", ""))[-AROUND:],
            plain(note.get("after", ""))[:AROUND],
            int(note.get("page", 1)),
        )


def plain(text):
    """Text as it is compared: hyphens at the ends of lines, spaces and ligatures do not count."""
    text = text.replace("\u00ad", "").replace("ﬁ", "fi").replace("ﬂ", "fl").replace("\x02", "")
    text = re.sub(r"(?<=\w)-\s*\n\s*(?=\w)", "", text)
    return re.sub(r"\s+", "", text).casefold()


def find(anchor, pages):
    """The page, counted from one, on which the quotation stands now; None when it is not sure.

    `pages` holds the text of each page of the new version, made plain.
    """
    if not anchor.quote:
        return None
    exact = {}
    for number, text in enumerate(pages, start=1):
        scores = [surroundings(anchor, text, at) for at in places(anchor.quote, text)]
        if scores:
            exact[number] = max(scores)
    return surely(anchor, exact) if exact else reworded(anchor, pages)


def surely(anchor, exact):
    """Of the pages that have the very words, the one that was meant; None where several may be.

    `exact` says for each page how well the surroundings agree.
    """
    best = max(exact, key=lambda number: exact[number])
    if len(exact) == 1:
        return best if exact[best] >= STRANGE or len(anchor.quote) >= SHORT else None
    rivals = [number for number in exact if number != best and exact[number] > exact[best] - CLOSE]
    return None if rivals or exact[best] < STRANGE else best


def places(quote, text):
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def surroundings(anchor, text, at):
    """How much of what stood around the quotation stands around this place, from 0 to 1."""
    before = text[max(at - AROUND, 0) : at]
    end = at + len(anchor.quote)
    after = text[end : end + AROUND]
    told = [
        likeness(mine, there)
        for mine, there in ((anchor.before, before), (anchor.after, after))
        if mine
    ]
    return max(told, default=0.5)


def likeness(one, other):
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def reworded(anchor, pages):
    """The page where most of the quotation stands between the same surroundings."""
    if not SHORT <= len(anchor.quote) <= LONG:
        return None
    best = (0.0, None)
    for number, text in enumerate(pages, start=1):
        for at in candidates(anchor, text):
            there = text[at : at + len(anchor.quote) + AROUND]
            ratio = overlap(anchor.quote, there)
            best = max(best, (ratio, number), key=lambda one: one[0])
    return best[1] if best[0] >= ALIKE else None


def candidates(anchor, text):
    """Where it may begin: after what stood before it, or where its own beginning or end stands."""
    for words, shift in (
        (anchor.before[-20:], len(anchor.before[-20:])),
        (anchor.quote[:16], 0),
        (anchor.quote[-16:], 16 - len(anchor.quote)),
        (anchor.after[:20], -len(anchor.quote)),
    ):
        if len(words) >= 8:
            yield from (max(at + shift, 0) for at in places(words, text))


def overlap(quote, there):
    """How much of the quotation is found, in order, in what stands there."""
    blocks = SequenceMatcher(None, quote, there, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= 3) / len(quote)
