"""What one reader's calendar may hold at this moment: each row through its own door."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Max, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from governance.committees.standing import standing_today
from governance.meetings.access import presents
from governance.meetings.calendars.events import Event
from governance.meetings.models import (
    AgendaItem,
    CalendarEntry,
    ExecutiveSession,
    Meeting,
    SessionKind,
)
from governance.meetings.moves import CALLED_OFF, MeetingState, SessionState
from governance.periods import years_after
from governance.records.models import Company

# Nobody says how long a session takes; an hour is kept free for it.
SESSION_LASTS = timedelta(hours=1)
# An item without minutes is still an hour at which somebody has to be there.
LEAST_SLOT = timedelta(minutes=15)
# What was called off is shown so until this long after its hour, then left out.
SHOWN_CALLED_OFF = timedelta(days=30)
NOT_TAKING_PLACE = (SessionState.WAIVED, SessionState.CANCELLED, SessionState.NOT_HELD)


def changed(model, rows, latest=Max):
    """When the rows last changed, as their history has it."""
    history = model.pgh_event_model.objects.filter(pgh_obj=OuterRef(rows)).order_by()
    return Subquery(history.values("pgh_obj").annotate(at=latest("pgh_created_at")).values("at"))


def a_year_before(company, now):
    """The midnight a year before: the same all day long."""
    day = years_after(company.day_of(now), -1)
    return datetime.combine(day, datetime.min.time(), company.zone)


def events_of(reader, now):
    """All that this reader's calendar holds of the past year and of all to come, by the hour.

    Meetings of their bodies, their own slots elsewhere, executive sessions as far as their door
    opens, and of the others the bare hour.
    """
    since = a_year_before(Company.current(), now)
    ahead, of_it = {"starts_at__gte": since}, {"meeting__starts_at__gte": since}
    # Whoever may know more of an hour is told that.
    found = {}
    for events in (
        reserved_hours(reader, **ahead),
        sessions(reader, **ahead),
        slots(reader, **of_it),
        meetings(reader, **ahead),
    ):
        found |= {event.subject: event for event in events}
    gone = now - SHOWN_CALLED_OFF
    shown = [
        replace(one, over=one.ends_at <= now)
        for one in found.values()
        if not one.cancelled or one.ends_at > gone
    ]
    return sorted(told_before(reader, shown), key=lambda one: (one.starts_at, one.subject))


def event_for(reader, subject):
    """What the reader's calendar may hold of a meeting or a session at this moment, or None."""
    if isinstance(subject, ExecutiveSession):
        found = sessions(reader, pk=subject.pk)
    else:
        found = meetings(reader, pk=subject.pk) or slots(reader, meeting=subject.pk)
    return found[0] if found else None


def told_before(reader, events):
    """The same with the number that each has in this reader's calendar (SEQUENCE)."""
    entries = {one.subject: one for one in CalendarEntry.objects.visible_to(reader)}
    return [numbered(event, entries.get(event.subject)) for event in events]


def numbered(event, entry):
    """Higher than what was told where it is another hour or place; else what was told."""
    if entry is None:
        return event
    if entry.facts == event.facts:
        return replace(event, sequence=entry.sequence)
    return replace(event, sequence=max(entry.sequence + 1, event.sequence))


def meetings(reader, **only):
    """Whole meetings: of the reader's bodies, and for the secretary's office those it serves."""
    rows = Meeting.objects.readable_by(reader).exclude(state=MeetingState.DRAFT)
    rows = rows.filter(**only).annotate(changed_at=changed(Meeting, "pk"))
    return [whole(meeting) for meeting in rows]


def whole(meeting):
    return Event(
        subject=meeting.pk,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + timedelta(minutes=meeting.minutes),
        changed_at=meeting.changed_at or meeting.starts_at,
        place=meeting.place,
        dial_in=meeting.dial_in,
        cancelled=meeting.state in CALLED_OFF,
        sequence=meeting.revision,
    )


def slots(reader, **only):
    """From the first of the reader's own items in a meeting to the end of the last, and no more.

    A guest comes to where it is held, and dials in with nobody else's number.
    """
    items = AgendaItem.objects.visible_to(reader).filter(presents(reader))
    items = items.exclude(meeting__state=MeetingState.DRAFT).with_minutes_before()
    items = items.filter(**only).select_related("meeting")
    items = items.annotate(changed_at=changed(Meeting, "meeting"))
    found = {}
    for item in items.order_by("meeting", "position"):
        event = slot(item)
        before = found.get(event.subject)
        found[event.subject] = joined(before, event) if before else event
    return list(found.values())


def slot(item):
    meeting = item.meeting
    starts_at = meeting.starts_at + timedelta(minutes=item.minutes_before)
    return Event(
        subject=meeting.pk,
        starts_at=starts_at,
        ends_at=starts_at + max(timedelta(minutes=item.minutes), LEAST_SLOT),
        changed_at=item.changed_at or meeting.starts_at,
        place=meeting.place,
        cancelled=meeting.state in CALLED_OFF,
        sequence=meeting.revision,
    )


def joined(first, last):
    return replace(first, ends_at=max(first.ends_at, last.ends_at))


def sessions(reader, **only):
    """Executive sessions, for whoever is behind their door."""
    rows = ExecutiveSession.objects.visible_to(reader).exclude(kind=SessionKind.EARLY)
    made = changed(ExecutiveSession, "pk", latest=Min)
    rows = rows.filter(**only).annotate(changed_at=Coalesce(changed(Meeting, "meeting"), made))
    return [closed(session) for session in rows.select_related("meeting")]


def closed(session):
    """A session as its own members know it, where its meeting is held unless it says otherwise."""
    meeting = session.meeting
    return hour(
        session,
        place=session.place or (meeting.place if meeting else ""),
        dial_in=meeting.dial_in if meeting else "",
        cancelled=session.state in NOT_TAKING_PLACE,
    )


def hour(session, **facts):
    meeting = session.meeting
    return Event(
        subject=session.pk,
        starts_at=session.starts_at,
        ends_at=session.starts_at + SESSION_LASTS,
        changed_at=session.changed_at or session.starts_at,
        sequence=meeting.revision if meeting else 0,
        **facts,
    )


def reserved_hours(reader, **only):
    """The bare hour, for whoever may know that it is taken and nothing else (access table, e).

    It follows its Board meeting alone: what becomes of the session changes nothing of it.
    """
    if standing_today(reader).is_independent:
        return []
    rows = ExecutiveSession.objects.slots_for(reader).filter(**only)
    rows = rows.exclude(meeting__state=MeetingState.DRAFT).select_related("meeting")
    rows = rows.annotate(changed_at=changed(Meeting, "meeting"))
    rows = rows.only("starts_at", "meeting")
    return [hour(row, reserved=True, cancelled=row.meeting.state in CALLED_OFF) for row in rows]
