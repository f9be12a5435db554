"""Standing has dates: the shared ground of every period in the house.

A period runs from `since` to `until`. `until` is the first day on which it no longer holds; empty
means still in force. A person who resigns with effect from 10 February is not in office that day,
and a successor may begin on it without overlapping.
"""

from calendar import monthrange
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


class UUIDRange(Func):
    """The range that holds one key only, so that a GiST index without extensions can compare it.

    The type `uuidrange` is made by the first migration of `people`.
    """

    function = "uuidrange"
    output_field = models.TextField()

    def __init__(self, key):
        super().__init__(F(key), F(key), Value("[]"))


class TextRange(Func):
    """As UUIDRange, for a word such as an office; the type `textrange` is made by `people`."""

    function = "textrange"
    output_field = models.TextField()

    def __init__(self, word):
        super().__init__(F(word), F(word), Value("[]"))


class Days(Func):
    """The days of a period as a range, `until` excluded."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self):
        super().__init__(F("since"), F("until"), Value("[)"))


def no_overlap(name, *same, condition=None):
    """Refuse two overlapping periods that agree in `same` (expressions such as UUIDRange)."""
    expressions = [(one, RangeOperators.OVERLAPS) for one in same]
    return ExclusionConstraint(
        name=name,
        expressions=[*expressions, (Days(), RangeOperators.OVERLAPS)],
        condition=condition,
    )


def begins_before_it_ends(name):
    """A period has at least one day."""
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gt=F("since")), name=name
    )


def holds_on(day, prefix=""):
    """The condition that a period, reached through `prefix`, covers the day."""
    return Q(**{f"{prefix}since__lte": day}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": day})
    )


class PeriodQuerySet(models.QuerySet):
    """Rows that hold for a time."""

    def on(self, day):
        """Those in force on the day."""
        return self.filter(holds_on(day))


def months_after(day: date, months: int) -> date:
    """The same day of the month, so many months on; the last day of a shorter month (C3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day, so many years on; 28 February for a leap day (C3)."""
    return months_after(day, 12 * years)


class YearsBefore(Func):
    """The same day so many years back, worked out by the database (C3); it clamps as we do."""

    template = "((%(expressions)s)::date - interval '%(years)d years')::date"
    output_field = models.DateField()

    def __init__(self, day, years, **extra):
        super().__init__(Value(day) if isinstance(day, date) else day, years=years, **extra)
