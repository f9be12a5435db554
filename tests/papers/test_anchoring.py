"""Notes find their sentence again in a new version, and never a wrong one."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.anchoring import (
    CHANGES,
    INSERTED,
    MOVED,
    PAGES,
    REWORDED,
    SENTENCES,
    notes,
    paper,
    score,
)
from governance.papers.anchoring import Anchor, find, plain

ENOUGH = {INSERTED: 1, MOVED: 0.95, REWORDED: 0.85}


@pytest.mark.parametrize("change", CHANGES)
def test_notes_find_their_sentence_in_another_version(change):
    pages = paper(1)
    number, found, wrong = score(pages, *CHANGES[change](pages, Random(1)))
    assert found >= ENOUGH[change] * number
    assert wrong <= (0.01 * number if change == REWORDED else 0)


def test_what_was_taken_out_is_not_found_elsewhere():
    pages = paper(5)
    changed = [page[:] for page in pages]
    for page in changed[::2]:
        del page[3]
    places = {(page, at): page + 1 for page in range(PAGES) for at in range(SENTENCES)}
    gone = {(page, 3) for page in range(0, PAGES, 2)}
    where = places | dict.fromkeys(gone)
    lost = sum((page, at) in gone for _, page, at in notes(pages, seed=7))
    number, found, wrong = score(pages, changed, where)
    # What is gone counts as found when nothing is said of it.
    assert (found, wrong) == (number, 0)
    assert lost


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
