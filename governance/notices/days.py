"""The arithmetic of reminders: of the days on which something is said, the latest that has come.

A morning on which nobody was told leaves nobody out: the latest day reached is the letter's
occurrence, and each occurrence is told once. Days that had passed before there was anything to
remind of are not owed.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

# So many days before it is due (NT-DUE).
BEFORE = (14, 7, 1)
WEEK = timedelta(days=7)


def days_before(due: date, before: Iterable[int] = BEFORE) -> list[date]:
    """The days on which it is said that something will be due; below zero, that it was."""
    return [due - timedelta(days=number) for number in before]


def reached(days: Iterable[date], *, since: date, on: date) -> date | None:
    """The latest of the days that has come, of those after `since`; None before the first."""
    return max((day for day in days if since < day <= on), default=None)


def every(number: int, first: date, on: date) -> date | None:
    """The latest that has come of `first` and each so many days after it; None before it."""
    if on < first:
        return None
    return on - (on - first) % timedelta(days=number)


class Reminder(NamedTuple):
    """What is to be said on a morning: the day that was reached, and whether it is too late."""

    day: date
    late: bool

    @property
    def occurrence(self) -> str:
        return f"{self.day}"


def reminder(
    due: date, *, since: date, on: date, before: Iterable[int] = BEFORE
) -> Reminder | None:
    """Said 14, 7 and 1 days before, on the day after, and then weekly (NT-DUE, NT-OVR)."""
    if late := every(7, due + timedelta(days=1), on):
        return Reminder(late, late=True)
    day = reached(days_before(due, before), since=since, on=on)
    return Reminder(day, late=False) if day else None
