"""Calendar days, without time zone; weekends and holidays move nothing (section 1)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included; an `end` of None is open."""

    start: date
    end: date | Any

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: "Span") -> bool:
        """Whether they share at least one day."""
        return (self.end is None or other.start <= self.end) and (
            other.end is None or self.start <= other.end
        )


def months_later(day: date, months: int, leap_rule: str = "feb28") -> date:
    """The same day so many months later, or the last of a month that is too short for it.

    29 February falls in common years on 28 February, or with `mar1` on 1 March (section 5). What
    would come after the calendar's last day is that day: nothing that happens is later.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > MAXYEAR:
        return date.max
    last = monthrange(year, month)[1]
    if (day.month, day.day, month, last) == (2, 29, 2, 28) and leap_rule == "mar1":
        return date(year, 3, 1)
    return date(year, month, min(day.day, last))


def whole_months(span: Span) -> int:
    """How many whole months a closed span lasts, its first and last day included."""
    after = span.end + ONE_DAY
    months = (after.year - span.start.year) * 12 + after.month - span.start.month
    return months if months_later(span.start, months) <= after else months - 1
