"""Page numbers stay what they were while a book changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.papers.numbering import Paged, front, order, paged

FIRST = paged([("minutes", 9), ("budget", 3), ("audit", 4)])


def labels(book):
    return {one.paper: " ".join(one.labels) for one in book}


def test_a_first_publication_is_numbered_from_one():
    assert labels(FIRST) == {
        "minutes": "1 2 3 4 5 6 7 8 9",
        "budget": "10 11 12",
        "audit": "13 14 15 16",
    }


@pytest.mark.parametrize(
    "papers, expected",
    [
        ([("minutes", 9), ("budget", 5), ("audit", 4)], {"budget": "10 11 12 12a 12b"}),
        ([("minutes", 9), ("budget", 2), ("audit", 4)], {"budget": "10 11"}),
        ([("minutes", 9), ("budget", 3), ("late", 2), ("audit", 4)], {"late": "12a 12b"}),
        ([("minutes", 9), ("audit", 4)], {}),
        ([("late", 1), ("minutes", 9), ("budget", 3), ("audit", 4)], {"late": "0a"}),
        ([("minutes", 9), ("budget", 3), ("audit", 5)], {"audit": "13 14 15 16 17"}),
        (
            [("minutes", 9), ("budget", 4), ("late", 2), ("audit", 4)],
            {"budget": "10 11 12 12a", "late": "12b 12c"},
        ),
        # What is moved is numbered anew; what it was moved around is not.
        ([("audit", 4), ("minutes", 9), ("budget", 3)], {"audit": "0a 0b 0c 0d"}),
    ],
)
def test_what_changes_is_lettered_and_the_rest_stays(papers, expected):
    told = labels(paged(papers, FIRST))
    assert told == {paper: labels(FIRST).get(paper) for paper, _ in papers} | expected


def test_a_paper_that_grows_before_a_late_one_finds_its_numbers_in_between():
    late = paged([("budget", 2), ("late", 2), ("audit", 1)], paged([("budget", 2), ("audit", 1)]))
    assert labels(late) == {"budget": "1 2", "late": "2a 2b", "audit": "3"}
    grown = labels(paged([("budget", 4), ("late", 3), ("audit", 1)], late))
    assert grown == {"budget": "1 2 2-a 2-b", "late": "2a 2b 2c", "audit": "3"}


def test_letters_go_on_after_the_last_of_them():
    before = paged([("budget", 1), ("audit", 1)])
    grown = paged([("budget", 29), ("audit", 1)], before)
    assert grown[0].labels[24:] == ("1x", "1y", "1z", "1za", "1zb")


def test_a_book_of_other_papers_altogether_begins_anew():
    assert labels(paged([("other", 2)], FIRST)) == {"other": "1 2"}


def test_cover_and_agenda_are_numbered_apart():
    assert front(6) == ["i", "ii", "iii", "iv", "v", "vi"]
    assert front(49)[-1] == "xlix"


NAMES = [f"paper {letter}" for letter in "ABCDEFGH"]
BOOKS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 30)), max_size=8, unique_by=lambda one: one[0]
)


@given(st.lists(BOOKS, min_size=1, max_size=6))
def test_numbers_are_unique_and_rise_through_every_edition(editions):
    book: list[Paged] = []
    for papers in editions:
        book = paged(papers, book)
        assert [(one.paper, len(one.labels)) for one in book] == papers
        numbers = [order(label) for one in book for label in one.labels]
        assert numbers == sorted(set(numbers))


@given(st.lists(BOOKS, min_size=1, max_size=6))
def test_a_number_means_one_page_through_every_edition(editions):
    """Whatever was withdrawn, grew, shrank or was put in another order meanwhile."""
    book: list[Paged] = []
    meant: dict[str, tuple[str, int]] = {}
    for papers in editions:
        book = paged(papers, book, meant)
        for paper, labels in book:
            for at, label in enumerate(labels):
                assert meant.setdefault(label, (paper, at)) == (paper, at)
        numbers = [order(label) for one in book for label in one.labels]
        assert numbers == sorted(set(numbers))


def test_the_numbers_of_a_withdrawn_last_paper_are_not_given_again():
    given = {label for one in FIRST for label in one.labels}
    without = paged([("minutes", 9), ("budget", 3)], FIRST, given)
    after = paged([("minutes", 9), ("budget", 3), ("late", 2)], without, given)
    assert labels(after)["late"] == "17 18"
    assert labels(paged([("other", 2)], FIRST, given)) == {"other": "17 18"}


@given(BOOKS, st.data())
def test_papers_that_stay_keep_their_numbers(papers, data):
    """However others around them grow, shrink, come late or are taken out."""
    before = paged(papers)
    stays = {paper for paper, pages in papers if pages and data.draw(st.booleans())}
    others = [(name, data.draw(st.integers(0, 30))) for name in ("late", "later")]
    now = [
        (paper, pages if paper in stays else data.draw(st.integers(0, 40)))
        for paper, pages in papers
    ]
    for other in others:
        now.insert(data.draw(st.integers(0, len(now))), other)
    after = dict(paged(now, before))
    for paper, numbers in before:
        if paper in stays:
            assert after[paper] == numbers
        elif numbers:
            shorter = min(len(numbers), len(after[paper]))
            assert after[paper][:shorter] == numbers[:shorter]
