"""How days, hours and small numbers are said on pages: "Tue 24 Nov, 09:00 to 13:00 Pacific"."""

from datetime import date, datetime

from django.utils import timezone

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def said_number(number: int) -> str:
    """Up to nine in words, as sentences have it: "three things"."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def said_day(day: date, today: date) -> str:
    """ "Tue 24 Nov", with the year when it is another one than today's."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}"


def said_long_day(day: date) -> str:
    """ "Tuesday 24 November 2026"."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def said_hour(instant: datetime) -> str:
    """ "09:00", on the company's clock, which the request and the worker have set."""
    return f"{timezone.localtime(instant):%H:%M}"


def said_hours(start: datetime, end: datetime, zone: str) -> str:
    """ "09:00 to 13:00 Pacific"; the second day is named when it goes past midnight."""
    first, last = timezone.localdate(start), timezone.localdate(end)
    until = said_hour(end) if first == last else f"{said_day(last, first)}, {said_hour(end)}"
    return f"{said_hour(start)} to {until} {zone}"


def said_moment(instant: datetime, today: date) -> str:
    """ "Today 09:12" or "Thu 19 Nov, 17:40", as lists of what happened have it."""
    day = timezone.localdate(instant)
    return f"{'Today' if day == today else said_day(day, today) + ','} {said_hour(instant)}"
