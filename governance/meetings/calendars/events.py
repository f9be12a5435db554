"""What stands in a calendar of a meeting, a slot of it, or an executive session, and how it looks.

One shape for all of them: whoever looks over a shoulder, or keeps somebody else's calendar, reads
that the company has a meeting, and never which one or what it is about (access rules 7 and 8).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac
from icalendar import Alarm, Calendar, vCalAddress
from icalendar import Event as Component

from governance.meetings.calendars.zones import time_zone

# Said ahead of every meeting.
ALARMS = (timedelta(days=1), timedelta(minutes=15))
# How often a calendar that subscribes is asked to look again.
LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Event:
    """What one reader may know of an hour that is set: when, where, and whether it still stands."""

    # The meeting's key, or the session's.
    subject: UUID
    starts_at: datetime
    ends_at: datetime
    # When any of this last changed.
    changed_at: datetime
    # Empty for whoever may not know it.
    place: str = ""
    dial_in: str = ""
    cancelled: bool = False
    # The bare hour of something that the reader does not take part in.
    reserved: bool = False
    # Nobody is reminded of an hour that has passed.
    over: bool = False
    # Higher with each change that a calendar has to follow.
    sequence: int = 0

    @property
    def facts(self):
        """What a calendar has to follow, told in a fingerprint."""
        told = (
            self.starts_at.timestamp(),
            self.ends_at.timestamp(),
            self.place,
            self.dial_in,
            self.cancelled,
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def off(self):
        return replace(self, cancelled=True)


def name_of(subject, reader):
    """The event's name in this reader's calendar: the same for good, and nobody can guess it."""
    key = salted_hmac("governance.meetings.calendars", f"{subject}:{reader.pk}", algorithm="sha256")
    return f"{key.hexdigest()[:40]}@{urlsplit(settings.PORTAL_URL).hostname}"


def calendar_of(events: Iterable[Event], *, company, method=""):
    """A calendar without its events, and with the company's clock for all of them."""
    calendar = Calendar()
    calendar.add("prodid", "-//Boardroom//Portal of the board//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    years = {
        at.astimezone(company.zone).year for one in events for at in (one.starts_at, one.ends_at)
    }
    if years:
        calendar.add_component(time_zone(company.time_zone, min(years), max(years)))
    return calendar


def component(event, *, uid, stamp, company, link):
    """One event as calendars read it."""
    words = f"{company.name}: {'reserved' if event.reserved else 'meeting'}"
    one = Component()
    one.add("uid", uid)
    one.add("dtstamp", utc(stamp))
    one.add("last-modified", utc(event.changed_at))
    one.add("sequence", event.sequence)
    one.add("dtstart", event.starts_at.astimezone(company.zone))
    one.add("dtend", event.ends_at.astimezone(company.zone))
    one.add("summary", words)
    one.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    # Whoever may see the hours of this calendar does not see what fills them.
    one.add("class", "PRIVATE")
    one.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    if event.place:
        one.add("location", event.place)
    if not event.reserved:
        dial_in = f"Dial in: {event.dial_in}\n" if event.dial_in else ""
        one.add("description", f"{dial_in}Open it in the portal: {link}")
        for ahead in () if event.cancelled or event.over else ALARMS:
            one.add_component(alarm(ahead, words))
    return one


def alarm(ahead, words):
    one = Alarm()
    one.add("action", "DISPLAY")
    one.add("trigger", -ahead)
    one.add("description", words)
    return one


def address(email, name, **parameters):
    """Somebody in an invitation: whoever calls, or whoever is called."""
    one = vCalAddress(f"mailto:{email}")
    for key, value in {"cn": name, **parameters}.items():
        one.params[key] = value
    return one


def utc(instant):
    return instant.astimezone(UTC).replace(microsecond=0)


def feed(events, *, reader, company):
    """All that a reader may know of, as a calendar to subscribe to: the same until it changes."""
    calendar = published(events, reader=reader, company=company)
    calendar.add("name", company.name)
    calendar.add("x-wr-calname", company.name)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar.to_ical()


def published(events, *, reader, company, method=""):
    """The reader's events in a calendar, each with the name that its invitation has too."""
    link = f"{settings.PORTAL_URL}/meetings/"
    calendar = calendar_of(events, company=company, method=method)
    for one in events:
        uid, stamp = name_of(one.subject, reader), one.changed_at
        calendar.add_component(component(one, uid=uid, stamp=stamp, company=company, link=link))
    return calendar
