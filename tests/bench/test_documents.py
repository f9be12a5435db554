"""The pages that the bench searches through, and what it searches for."""

from collections import Counter

from bench.anchoring import CHANGES, measure
from bench.documents import LENGTH, pages, vocabulary
from bench.searching import OF_EACH, questions


def test_pages_are_always_the_same_and_of_one_length():
    one, other = list(pages(30)), list(pages(30))
    assert one == other and len(set(one)) == 30
    assert all(LENGTH - 30 < len(page) <= LENGTH for page in one)


def test_words_come_as_often_as_in_a_language():
    counted = Counter(word for page in pages(200) for word in page.split())
    first, tenth = (counted[vocabulary()[place]] for place in (0, 9))
    assert 8 < first / tenth < 12


def test_what_is_searched_for_is_rare_frequent_and_quoted_in_turn():
    asked = list(questions())
    assert asked == list(questions())
    assert Counter(sort for sort, _ in asked) == {
        "rare": OF_EACH,
        "frequent": OF_EACH,
        "phrase": OF_EACH,
    }
    text = " ".join(pages(400))
    assert all(words.strip('"') in text for sort, words in asked if sort == "phrase")


def test_each_change_of_a_paper_is_scored():
    assert [one["change"] for one in measure()] == list(CHANGES)
