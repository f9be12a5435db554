"""The company's clock as calendars read it: when it changes, and by how much (RFC 5545, 3.6.5).

The library writes an onset an hour late where clocks go forward, and lists of days where mail
clients look for a yearly rule. So the changes are found here, and written with its components.
"""

from calendar import monthcalendar
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Clock:
    """How far a clock is from UTC, and the letters for it."""

    offset: timedelta
    letters: str


@dataclass(frozen=True)
class Change:
    """A clock is put forward or back: the hour that the old one shows, and both clocks."""

    shown: datetime
    before: Clock
    after: Clock

    @property
    def sort(self):
        """What is the same of two changes that follow one rule."""
        day = self.shown
        return self.before, self.after, day.month, day.weekday(), day.time()


@lru_cache(maxsize=64)
def time_zone(name, first, last):
    """The zone as a calendar component, right for every hour of these years and in between."""
    zone = ZoneInfo(name)
    # A year before, so that the first hours of the first year have a change behind them.
    changes = changes_of(zone, first - 1, last)
    component = Timezone()
    component.add("tzid", name)
    for change, rule in by_rule(changes, years=last - first + 2) or one_by_one(
        changes, zone, first
    ):
        component.add_component(observance(change, rule))
    return component


def clock(zone, at):
    local = at.astimezone(zone)
    return Clock(local.utcoffset(), local.tzname())


def changes_of(zone, first, last):
    """The changes of the clock from the first of these years to the last."""
    found = []
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while at < end:
        following = at + timedelta(days=1)
        if clock(zone, at) != clock(zone, following):
            found.append(change_at(zone, narrow(zone, at, following)))
        at = following
    return found


def narrow(zone, before, after):
    """The second from which the clock shows what it shows at the later of two instants."""
    stood = clock(zone, before)
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if clock(zone, middle) == stood:
            before = middle
        else:
            after = middle
    return after


def change_at(zone, onset):
    before = clock(zone, onset - SECOND)
    return Change((onset + before.offset).replace(tzinfo=None), before, clock(zone, onset))


def by_rule(changes, *, years):
    """Each sort of change with its yearly rule; nothing where one follows no rule."""
    sorts = defaultdict(list)
    for change in changes:
        sorts[change.sort].append(change)
    found = [yearly(alike) for alike in sorts.values() if len(alike) == years]
    return found if len(found) == len(sorts) and all(found) else []


def yearly(alike):
    """Which Sunday of its month it is, say, in each of these years; None when that differs.

    The rule is told from 1970 on, as calendars do: some take a clock that begins later for UTC.
    """
    [shown, *_] = days = [change.shown for change in alike]
    weeks = {(day.day - 1) // 7 + 1 for day in days}
    if all((day + timedelta(days=7)).month != day.month for day in days):
        weeks = {-1}
    if len(weeks) > 1:
        return None
    [week] = weeks
    such = [row[shown.weekday()] for row in monthcalendar(1970, shown.month)]
    such = [day for day in such if day]
    began = shown.replace(year=1970, day=such[week if week < 0 else week - 1])
    nth = f"{week}{WEEKDAYS[shown.weekday()]}"
    rule = {"freq": "yearly", "bymonth": shown.month, "byday": nth}
    return replace(alike[0], shown=began), rule


def one_by_one(changes, zone, first):
    """Each change by itself, and what the clock shows before the first of them."""
    beginning = datetime(first - 1, 1, 1, tzinfo=UTC)
    stood = clock(zone, beginning)
    began = Change((beginning + stood.offset).replace(tzinfo=None), stood, stood)
    return [(change, None) for change in (began, *changes)]


def observance(change, rule):
    """What the clock shows from a change on; with a rule, from that day of every year on."""
    forward = change.after.offset > change.before.offset
    component = TimezoneDaylight() if forward else TimezoneStandard()
    component.add("dtstart", change.shown)
    if rule:
        component.add("rrule", rule)
    component.add("tzoffsetfrom", change.before.offset)
    component.add("tzoffsetto", change.after.offset)
    component.add("tzname", change.after.letters)
    return component
