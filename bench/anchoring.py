"""How many notes find their sentence again when a paper comes anew.

Invented papers, printed in lines of other widths than before: with a page put in, with sentences
that run over to other pages, with a word changed in each sentence. `found` is a note on the page
where its sentence stands now; `wrong` one on another page, which is worse than one that waits.
"""

from random import Random

from governance.papers.anchoring import AROUND, Anchor, find, plain

WORDS = """revenue margin inventory guidance covenant dividend buyback hedge lease goodwill audit
risk the plan considers nobody whether because although quarter customers laboratory invented"""
PAPERS, PAGES, SENTENCES, NOTES = 5, 40, 12, 100
BEFORE, AFTER = 70, 58
INSERTED, MOVED, REWORDED = "a page put in", "sentences moved", "a word changed"


def paper(seed):
    """The sentences of each page."""
    dice = Random(seed)
    return [[sentence(dice) for _ in range(SENTENCES)] for _ in range(PAGES)]


def sentence(dice):
    told = " ".join(dice.choices(WORDS.split(), k=dice.randrange(6, 16)))
    return f"{told} {dice.randrange(1000)}.".capitalize()


def printed(sentences, width=BEFORE):
    """A page as text: broken into lines wherever they are full."""
    text, lines = " ".join(sentences), []
    while text:
        cut = text.rfind(" ", 0, width) if len(text) > width else len(text)
        lines.append(text[:cut])
        text = text[cut:].lstrip()
    return "\r\n".join(lines)


def notes(pages, seed, wanted=NOTES):
    """Notes on sentences of a paper: each with the page and the place of the one that it means."""
    dice = Random(seed)
    for _ in range(wanted):
        page, at = dice.randrange(PAGES), dice.randrange(SENTENCES)
        of_page = pages[page]
        note = {
            "quote": of_page[at],
            "before": " ".join(of_page[:at])[-AROUND:],
            "after": " ".join(of_page[at + 1 :])[:AROUND],
            "page": page + 1,
        }
        yield Anchor.of(note), page, at


# --- What comes anew: the pages, and where each sentence stands now ------------------------------


def with_a_page(pages, dice):
    """Another page somewhere within."""
    put = dice.randrange(PAGES)
    where = {
        (page, at): page + 1 + (page >= put) for page in range(PAGES) for at in range(SENTENCES)
    }
    return [*pages[:put], paper(dice.random())[0], *pages[put:]], where


def with_sentences(pages, dice):
    """A few sentences near the beginning, by which all others move on."""
    flat = [
        ((page, at), words) for page, all_of in enumerate(pages) for at, words in enumerate(all_of)
    ]
    flat[5:5] = [(None, sentence(dice)) for _ in range(7)]
    leaves = [flat[at : at + SENTENCES] for at in range(0, len(flat), SENTENCES)]
    where = {place: number for number, leaf in enumerate(leaves, start=1) for place, _ in leaf}
    return [[words for _, words in leaf] for leaf in leaves], where


def with_other_words(pages, dice):
    """Each sentence with one word for another."""
    where = {(page, at): page + 1 for page in range(PAGES) for at in range(SENTENCES)}
    return [[reworded(words, dice) for words in page] for page in pages], where


def reworded(words, dice):
    told = words.split()
    told[dice.randrange(1, len(told) - 1)] = "otherwise"
    return " ".join(told)


CHANGES = {INSERTED: with_a_page, MOVED: with_sentences, REWORDED: with_other_words}


def score(pages, changed, where, seed=7):
    """How many notes there are, are found, and are put on a page that is not their sentence's."""
    text = [plain(printed(page, width=AFTER)) for page in changed]
    found = wrong = 0
    for anchor, page, at in notes(pages, seed):
        now = find(anchor, text)
        found += now == where[page, at]
        wrong += now not in (None, where[page, at])
    return NOTES, found, wrong


def measure():
    """All papers, changed in each way."""
    told = []
    for change, make in CHANGES.items():
        scores = []
        for seed in range(PAPERS):
            pages = paper(seed)
            scores.append(score(pages, *make(pages, Random(seed)), seed=seed))
        number, found, wrong = map(sum, zip(*scores, strict=True))
        told.append({"change": change, "notes": number, "found": found, "wrong": wrong})
    return told
