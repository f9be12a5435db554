"""The arithmetic of reminders, for whatever mornings the house was awake."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.notices.days import BEFORE, days_before, every, reached, reminder

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 120).map(lambda number: FIRST + number * DAY)
MORNINGS = st.lists(DAYS, max_size=40).map(sorted)


@pytest.mark.parametrize(
    "days, said",
    [(-15, None), (-14, -14), (-8, -14), (-7, -7), (-2, -7), (-1, -1), (0, -1), (1, 1), (9, 8)],
)
def test_nt_due_14_7_1_days_before_and_nt_ovr_the_day_after_then_weekly(days, said):
    due = date(2026, 3, 9)
    told = reminder(due, since=FIRST, on=due + days * DAY)
    assert (told.day - due).days == said if told else said is None
    if told:
        assert told.late == (days > 0)


@given(due=DAYS, since=DAYS, settled=DAYS, mornings=MORNINGS)
def test_each_occurrence_is_told_once_the_latest_that_was_reached_and_none_when_it_is_done(
    due, since, settled, mornings
):
    """Told as the house tells: an occurrence that was told is told no more."""
    told = []
    for on in mornings:
        found = reminder(due, since=since, on=on) if since <= on < settled else None
        if found and found.occurrence not in [one.occurrence for one, _ in told]:
            told.append((found, on))
    owed = [day for day in days_before(due) if day > since]
    owed += [due + (1 + 7 * number) * DAY for number in range(40)]
    awake = [on for on in mornings if since <= on < settled]
    assert all(day in owed for (day, _), _ in told)
    assert [one.day for one, _ in told] == sorted({one.day for one, _ in told})
    for on in awake:
        # After each morning the latest day that has come has been told, by then.
        come = [day for day in owed if day <= on]
        if come:
            assert max(come) in [one.day for one, at in told if at <= on]
    assert all(since < one.day <= at < settled for one, at in told if not one.late)


@given(first=DAYS, on=DAYS, number=st.integers(1, 30))
def test_every_so_many_days_is_the_latest_that_has_come(first, on, number):
    days = [first + number * step * DAY for step in range(130)]
    assert every(number, first, on) == max((day for day in days if day <= on), default=None)


@given(due=DAYS, since=DAYS, on=DAYS, before=st.sets(st.integers(-5, 90)))
def test_what_had_passed_before_there_was_anything_is_not_owed(due, since, on, before):
    found = reached(days_before(due, before), since=since, on=on)
    assert found is None or since < found <= on
    assert found is None or (due - found).days in before


def test_it_is_14_7_and_1():
    assert BEFORE == (14, 7, 1)
