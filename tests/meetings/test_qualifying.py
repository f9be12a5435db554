"""Whether independent directors met alone, counted a second time minute by minute (M-06, L-13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.meetings.qualifying import SessionResult, Stay, result_of

YES, STALE, NO = "yes", "stale", "no"
QUALIFYING, PROVISIONAL, NOT = SessionResult
A, B, C, GUEST = "A", "B", "C", "guest"
LENGTH = 12


@pytest.mark.parametrize(
    "says, inside, presided, worth, result",
    [
        ("two and a presider", [(A, 0, 9), (B, 0, 9)], [(A, 0, 9)], {A: YES, B: YES}, QUALIFYING),
        ("one alone", [(A, 0, 9)], [(A, 0, 9)], {A: YES}, NOT),
        ("nobody presides", [(A, 0, 9), (B, 0, 9)], [], {A: YES, B: YES}, NOT),
        (
            "the presider is out",
            [(A, 0, 9), (B, 0, 9), (C, 0, 3)],
            [(C, 3, 9)],
            {A: YES, B: YES, C: YES},
            NOT,
        ),
        (
            "L-13: counsel throughout",
            [(A, 0, 9), (B, 0, 9), (GUEST, 0, 9)],
            [(A, 0, 9)],
            {A: YES, B: YES},
            NOT,
        ),
        (
            "L-13: counsel leaves half way",
            [(A, 0, 9), (B, 0, 9), (GUEST, 0, 4)],
            [(A, 0, 9)],
            {A: YES, B: YES},
            QUALIFYING,
        ),
        (
            "a director found dependent",
            [(A, 0, 9), (B, 0, 9), (C, 0, 9)],
            [(A, 0, 9)],
            {A: YES, B: YES, C: NO},
            NOT,
        ),
        ("one is stale", [(A, 0, 9), (B, 0, 9)], [(A, 0, 9)], {A: YES, B: STALE}, PROVISIONAL),
        (
            "the stale one leaves",
            [(A, 0, 9), (B, 0, 9), (C, 0, 4)],
            [(A, 0, 9)],
            {A: YES, B: YES, C: STALE},
            QUALIFYING,
        ),
        ("they never overlap", [(A, 0, 4), (B, 4, 9)], [(A, 0, 9)], {A: YES, B: YES}, NOT),
        ("it lasted no time", [(A, 3, 3), (B, 3, 3)], [(A, 3, 3)], {A: YES, B: YES}, NOT),
    ],
)
def test_m_06_what_a_session_counts_as(says, inside, presided, worth, result):
    assert result_of(stays(inside), stays(presided), worth) == result


def stays(rows):
    return [Stay(*row) for row in rows]


def by_the_minute(inside, presided, worth):
    """The words of M-06, asked of every minute by itself."""
    best = NOT
    for minute in range(LENGTH):
        there = {who for who, since, until in inside if since <= minute < until}
        in_the_chair = {who for who, since, until in presided if since <= minute < until}
        directors = all(worth.get(who) in (YES, STALE) for who in there)
        if directors and len(there) >= 2 and there & in_the_chair:
            if all(worth[who] == YES for who in there):
                return QUALIFYING
            best = PROVISIONAL
    return best


minutes = st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(sorted)
stay = st.tuples(st.sampled_from([A, B, C, GUEST]), minutes).map(lambda one: (one[0], *one[1]))
values = st.sampled_from([YES, YES, STALE, NO, "none"])


@given(
    inside=st.lists(stay, max_size=7),
    presided=st.lists(stay, max_size=3),
    worth=st.dictionaries(st.sampled_from([A, B, C]), values),
)
def test_m_06_the_result_is_what_the_words_say(inside, presided, worth):
    expected = by_the_minute(inside, presided, worth)
    assert result_of(stays(inside), stays(presided), worth) == expected
