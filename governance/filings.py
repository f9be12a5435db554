"""Business days, and the clocks of filings that count them (C4, L-28, L-51)."""

from datetime import date, timedelta

from governance.verdicts import Status

DAY = timedelta(days=1)
MONDAY, THURSDAY, SATURDAY = 0, 3, 5


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """The first, second … such weekday of a month; the last for -1."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - DAY
    return last - timedelta((last.weekday() - weekday) % 7)


def observed(day: date) -> date:
    """A holiday on a Saturday is kept on the Friday before it, one on a Sunday on the Monday."""
    return day + {5: -DAY, 6: DAY}.get(day.weekday(), timedelta())


def federal_holidays(year: int) -> frozenset[date]:
    """The federal holidays of the United States, on the days on which they are observed (C4)."""
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)]
    if year >= 2021:
        fixed.append((6, 19))
    moving = [
        nth(year, 1, MONDAY, 3),
        nth(year, 2, MONDAY, 3),
        nth(year, 5, MONDAY, -1),
        nth(year, 9, MONDAY, 1),
        nth(year, 10, MONDAY, 2),
        nth(year, 11, THURSDAY, 4),
    ]
    return frozenset([*(observed(date(year, *one)) for one in fixed), *moving])


def is_business_day(day: date) -> bool:
    """Monday to Friday, and no federal holiday; New Year may be kept in the old year (C4)."""
    holidays = federal_holidays(day.year) | federal_holidays(day.year + 1)
    return day.weekday() < SATURDAY and day not in holidays


def business_days_after(day: date, number: int) -> date:
    """The so-many-th business day after a day; the first is the next business day."""
    while number:
        day += DAY
        number -= is_business_day(day)
    return day


def exchange_notice_due(event: date) -> date:
    """The exchange is told of noncompliance the same business day (L-28)."""
    return event if is_business_day(event) else business_days_after(event, 1)


def current_report_due(event: date) -> date:
    """A Form 8-K is due on the fourth business day after the event (L-51)."""
    return business_days_after(event, 4)


def filing_status(due_on: date, settled_on: date | None, day: date, grace: int = 0) -> Status:
    """How a filing stands on a day; `grace` counts business days that are not late yet (L-28)."""
    late_after = business_days_after(due_on, grace)
    if settled_on is not None and settled_on <= day:
        return Status.MET if settled_on <= late_after else Status.MET_LATE
    if day > late_after:
        return Status.OVERDUE
    return Status.DUE_SOON
