"""Notes find their sentence again in a new version, and never a wrong one."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.papers.anchoring import Anchor, find, plain

WORDS = (
    "revenue margin inventory guidance covenant dividend buyback hedge lease goodwill audit risk "
    "the plan considers nobody whether because although quarter customers laboratory invented"
)
PAGES, SENTENCES = 40, 12


def paper(seed):
    """Pages of sentences as a PDF gives them, with lines of a width of their own."""
    dice = Random(seed)

    def sentence():
        told = " ".join(dice.choices(WORDS.split(), k=dice.randrange(6, 16)))
        return f"{told} {dice.randrange(1000)}.".capitalize()

    return [[sentence() for _ in range(SENTENCES)] for _ in range(PAGES)]


def printed(sentences, width=70):
    """A page as text: broken into lines wherever they are full."""
    text, lines = " ".join(sentences), []
    while text:
        cut = text.rfind(" ", 0, width) if len(text) > width else len(text)
        lines.append(text[:cut])
        text = text[cut:].lstrip()
    return "\r\n".join(lines)


def anchors(pages, seed, wanted=300):
    """Notes on sentences of the paper: each with the page and the sentence that it means."""
    dice = Random(seed)
    for _ in range(wanted):
        page, at = dice.randrange(PAGES), dice.randrange(SENTENCES)
        sentences = pages[page]
        note = {
            "quote": sentences[at],
            "before": " ".join(sentences[:at])[-60:],
            "after": " ".join(sentences[at + 1 :])[:60],
            "page": page + 1,
        }
        yield Anchor.of(note), page, at


def score(pages, changed, where):
    """How many notes are found, and how many of those on another page than their sentence's.

    `where` tells where a sentence is now; None: it is gone.
    """
    text = [plain(printed(page, width=58)) for page in changed]
    found = wrong = lost = 0
    for anchor, page, at in anchors(pages, seed=7):
        now, there = find(anchor, text), where(page, at)
        found += now is not None and now == there
        wrong += now is not None and now != there
        lost += there is None
    return found, wrong, lost


def test_a_page_that_is_inserted_loses_nothing():
    pages = paper(1)
    changed = [*pages[:9], paper(2)[0], *pages[9:]]
    found, wrong, _ = score(pages, changed, lambda page, at: page + 1 + (page >= 9))
    assert (found, wrong) == (300, 0)


def test_sentences_that_run_over_to_other_pages_are_found():
    pages = paper(3)
    flat = [
        (page, at, words) for page, all_of in enumerate(pages) for at, words in enumerate(all_of)
    ]
    flat[5:5] = [(None, None, "Something quite new was said here.")] * 7
    changed = [flat[at : at + SENTENCES] for at in range(0, len(flat), SENTENCES)]
    places = {
        (page, at): number
        for number, of_page in enumerate(changed, start=1)
        for page, at, _ in of_page
    }
    shown = [[words for _, _, words in of_page] for of_page in changed]
    found, wrong, _ = score(pages, shown, lambda page, at: places[page, at])
    assert wrong == 0
    assert found >= 0.95 * 300


def test_a_word_that_is_changed_in_a_sentence_does_not_lose_it():
    pages, dice = paper(4), Random(4)
    changed = [[reworded(words, dice) for words in page] for page in pages]
    found, wrong, _ = score(pages, changed, lambda page, at: page + 1)
    assert wrong <= 3
    assert found >= 0.85 * 300


def reworded(words, dice):
    told = words.split()
    told[dice.randrange(1, len(told) - 1)] = "otherwise"
    return " ".join(told)


def test_what_was_taken_out_is_not_found_elsewhere():
    pages = paper(5)
    changed = [page[:] for page in pages]
    for page in changed[::2]:
        del page[3]
    found, wrong, lost = score(
        pages, changed, lambda page, at: None if page % 2 == 0 and at == 3 else page + 1
    )
    assert wrong == 0
    assert found == 300 - lost
    assert lost > 3


def test_the_same_words_twice_are_told_apart_by_what_surrounds_them():
    one = "The plan was approved. See below. The dividend is kept."
    other = "The lease was signed. See below. The rent is due."
    note = {
        "quote": "See below.",
        "before": "The lease was signed. ",
        "after": " The rent",
        "page": 1,
    }
    shown = [plain(one), plain(other)]
    assert find(Anchor.of(note), shown) == 2
    bare = {"quote": "See below.", "page": 1}
    assert find(Anchor.of(bare), shown) is None


@pytest.mark.parametrize("quote", ["", "   ", "\n"])
def test_a_note_without_a_quotation_is_not_guessed(quote):
    assert find(Anchor.of({"quote": quote, "page": 1}), ["anything"]) is None


@given(st.lists(st.text(max_size=200), max_size=6), st.text(max_size=80))
def test_whatever_is_quoted_the_answer_is_a_page_or_none(pages, quote):
    found = find(Anchor.of({"quote": quote, "page": 1}), [*map(plain, pages)])
    assert found is None or 1 <= found <= len(pages)
