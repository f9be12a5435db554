"""The local hour is kept: over every change of the clocks from 2024 to 2030, in ten zones."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from governance.meetings.calendars.events import Event, calendar_of, component
from governance.meetings.calendars.zones import time_zone
from governance.records.models import Company

ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Santiago",
    "Europe/London",
    "Europe/Dublin",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Chatham",
)
YEARS = range(2024, 2031)
HOUR = timedelta(hours=1)
# A name that no program knows: what it shows is read from the component alone.
UNKNOWN = "Invented-Clock-of-{}"


def changes(zone):
    """The days on which the clocks of a zone change, found day by day."""
    day, end = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    while day < end:
        at, following = (
            datetime.combine(one, datetime.min.time(), zone).utcoffset()
            for one in (day, day + timedelta(days=1))
        )
        if at != following:
            yield day
        day += timedelta(days=1)


def meetings_around(zone):
    """Weekly ones for five weeks on both sides of each change, and monthly ones in every year."""
    days = {day + timedelta(weeks=n) for day in changes(zone) for n in range(-5, 6)}
    days |= {date(year, month, 15) for year in YEARS for month in range(1, 13)}
    days = sorted(day for day in days if day.year in YEARS)
    return [datetime(day.year, day.month, day.day, 9, 30, tzinfo=zone) for day in days]


def written(name, instants):
    """A calendar of meetings that begin then, as it leaves the house."""
    company = Company(name="Quillon & Byrd, Inc.", time_zone=name)
    events = [Event(UUID(int=n), at, at + HOUR, at) for n, at in enumerate(instants, start=1)]
    calendar = calendar_of(events, company=company)
    for event in events:
        facts = {"uid": str(event.subject), "stamp": event.changed_at, "link": "https://x.example"}
        calendar.add_component(component(event, company=company, **facts))
    return calendar.to_ical().decode()


def read_by_icalendar(text):
    return [one.decoded("dtstart") for one in Calendar.from_ical(text).walk("VEVENT")]


def read_by_vobject(text):
    return [one.dtstart.value for one in vobject.readOne(text).vevent_list]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("read", [read_by_icalendar, read_by_vobject])
def test_a_meeting_keeps_its_local_hour_over_every_change(name, read):
    zone = ZoneInfo(name)
    meant = meetings_around(zone)
    text = written(name, [at.astimezone(UTC) for at in meant])
    unknown = UNKNOWN.format(name.replace("/", "-"))
    found = read(text.replace(f"TZID:{name}", f"TZID:{unknown}").replace(f"={name}", f"={unknown}"))
    assert len(found) == len(meant) >= 84
    for at, instant in zip(found, meant, strict=True):
        assert (at.hour, at.minute) == (9, 30)
        assert at.astimezone(UTC) == instant.astimezone(UTC)


def test_most_of_the_zones_change_their_clocks():
    assert sum(1 for name in ZONES if list(changes(ZoneInfo(name)))) == 8
    assert all(len(list(changes(ZoneInfo(name)))) == 14 for name in ("Europe/London",))


@given(
    name=st.sampled_from(ZONES),
    seconds=st.integers(0, 7 * 365 * 24 * 3600),
)
def test_any_hour_is_the_hour_that_the_zone_shows(name, seconds):
    """At the very hours at which clocks change, too."""
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    zone = time_zone(name, 2024, 2030).to_tz(lookup_tzid=False)
    local = at.astimezone(ZoneInfo(name))
    # Of an hour that the clock shows twice a calendar cannot say which.
    if local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset():
        assert local.replace(tzinfo=zone).utcoffset() == local.utcoffset()


@pytest.mark.parametrize("name", ZONES)
def test_each_onset_is_the_hour_that_the_old_clock_shows(name):
    zone = ZoneInfo(name)
    for one in time_zone(name, 2026, 2027).subcomponents:
        before, after = one.decoded("tzoffsetfrom"), one.decoded("tzoffsetto")
        shown = one.decoded("dtstart")
        if "rrule" in one:
            # A rule begins in 1970; the years that are shown are these.
            shown = rrulestr(one["rrule"].to_ical().decode(), dtstart=shown).after(
                datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
            )
        onset = shown.replace(tzinfo=UTC) - before
        second = timedelta(seconds=1)
        assert onset.astimezone(zone).utcoffset() == after
        assert (onset - second).astimezone(zone).utcoffset() == before


def test_a_zone_is_found_once_for_all_letters_of_a_year():
    time_zone.cache_clear()
    for _ in range(3):
        time_zone("Europe/London", 2026, 2026)
    assert time_zone.cache_info().hits == 2
