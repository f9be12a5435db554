"""Cure periods to the day, and the three wholes of which a board counts (L-12, L-20, C6)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.board.majority import Sitting, independent_majority, is_majority
from governance.committees.composition import Composition
from governance.committees.cures import Event, clock, losses, majority_holds
from governance.filings import (
    business_days_after,
    current_report_due,
    exchange_notice_due,
    federal_holidays,
    is_business_day,
)
from governance.periods import years_after

days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
values = st.sampled_from(["yes", "no", "stale", "none"])


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "event, annual, deadline, provisional",
    [
        ("2026-02-10", "2026-06-10", "2026-08-09", False),
        ("2026-02-10", "2026-09-15", "2026-09-15", False),
        ("2026-02-10", "2027-03-01", "2027-02-10", False),
        # An annual meeting exactly 180 days after the event: that day.
        ("2026-02-10", "2026-08-09", "2026-08-09", False),
        ("2026-02-10", None, "2027-02-10", True),
        ("2026-03-02", "2026-06-10", "2026-08-29", False),
    ],
)
def test_l_12_the_deadline_of_a_lost_majority(event, annual, deadline, provisional):
    told = clock(day(event), annual and day(annual))
    assert (told.deadline, told.provisional) == (day(deadline), provisional)


def test_l_20_a_loss_of_independence_has_no_180_days():
    told = clock(day("2026-03-02"), day("2026-06-10"), at_least_180=False)
    assert told.deadline == day("2026-06-10")


@given(days, st.none() | st.integers(1, 900))
def test_a_deadline_is_never_sooner_than_the_rule_nor_later_than_a_year(event, later):
    annual = later and event + timedelta(days=later)
    told = clock(event, annual)
    assert event < told.deadline <= max(years_after(event, 1), event + timedelta(days=180))
    if annual and annual <= event + timedelta(days=180):
        assert told.deadline == event + timedelta(days=180)


def history(*steps):
    return [(date(2026, 1, 1) + timedelta(days=n), members) for n, members in enumerate(steps)]


FOUR_OF_SEVEN = {"K": "yes", "L": "yes", "M": "yes", "N": "yes", "O": "no", "P": "no", "Q": "no"}


def without(members, *keys, **changed):
    return {key: value for key, value in members.items() if key not in keys} | changed


def test_two_events_at_once_have_no_cure():
    lost = without(FOUR_OF_SEVEN, "K", L="no")
    assert losses(history(FOUR_OF_SEVEN, lost), majority_holds) == []


def test_a_newcomer_who_was_never_determined_is_no_curable_event():
    board = {"A": "yes", "B": "yes", "C": "no"}
    assert losses(history(board, board | {"D": "none"}), majority_holds) == []


def test_one_loss_is_named_and_ends_when_it_is_undone():
    lost = without(FOUR_OF_SEVEN, K="no")
    (found,) = losses(history(FOUR_OF_SEVEN, lost, FOUR_OF_SEVEN), majority_holds)
    assert (found.event, found.person) == (Event.INDEPENDENCE, "K")
    assert found.cured_on == date(2026, 1, 3) and found.void_on is None


@given(st.dictionaries(st.integers(0, 12), values))
def test_exactly_half_is_never_a_majority_and_a_stale_value_is_a_risk(members):
    told = independent_majority(members.values(), date(2026, 5, 6)).status
    yes = sum(value == "yes" for value in members.values())
    stale = sum(value == "stale" for value in members.values())
    if not members:
        assert told == "not_applicable"
    elif yes * 2 > len(members):
        assert told == "met"
    elif (yes + stale) * 2 > len(members):
        assert told == "at_risk"
    else:
        assert told == "breached"


@given(st.integers(1, 30), st.integers(0, 30))
def test_quorum_majority_and_vacancy_are_counted_of_different_wholes(authorised, sitting):
    """C6: quorum of authorised seats; the majority, and the votes that fill a vacancy, of those in
    office."""
    sitting = min(authorised, sitting)
    directors = tuple(
        Sitting(key=n, name=f"Director {n}", director_class=1, since=date(2020, 1, 1))
        for n in range(sitting)
    )
    board = Composition(date(2026, 1, 1), directors, authorised, {}, ())
    assert board.quorum * 2 > authorised >= (board.quorum - 1) * 2
    assert board.vacancies == authorised - sitting
    assert is_majority(board.needed_to_fill, sitting)
    assert not is_majority(board.needed_to_fill - 1, sitting) or sitting == 0


# --- Filings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event, due",
    [
        ("2026-06-10", "2026-06-16"),
        ("2026-08-15", "2026-08-20"),
        ("2026-09-15", "2026-09-21"),
        ("2026-11-25", "2026-12-02"),
    ],
)
def test_l_51_a_current_report_is_due_on_the_fourth_business_day(event, due):
    """P-34: the annual meeting ends on Wednesday 10 June 2026. Thanksgiving is no business day."""
    assert current_report_due(day(event)) == day(due)


def test_the_holidays_of_2026_and_those_that_fall_on_a_weekend():
    assert sorted(federal_holidays(2026)) == [
        day(one)
        for one in (
            "2026-01-01",
            "2026-01-19",
            "2026-02-16",
            "2026-05-25",
            "2026-06-19",
            "2026-07-03",
            "2026-09-07",
            "2026-10-12",
            "2026-11-11",
            "2026-11-26",
            "2026-12-25",
        )
    ]
    # New Year 2028 falls on a Saturday and is kept in the old year.
    assert not is_business_day(day("2027-12-31"))
    assert exchange_notice_due(day("2026-02-14")) == day("2026-02-17")


@given(days, st.integers(1, 30))
def test_business_days_are_counted_one_by_one(start, number):
    end = business_days_after(start, number)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(is_business_day, between)) == number and is_business_day(end)
