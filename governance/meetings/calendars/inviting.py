"""Invitations: what a letter says to the reader's own calendar (RFC 5546, iMIP)."""

from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction

from governance.meetings.calendars.events import (
    Event,
    address,
    calendar_of,
    component,
    name_of,
)
from governance.meetings.calendars.knowing import event_for, numbered
from governance.meetings.models import CalendarEntry, ExecutiveSession, Reply
from governance.notices.kinds import find

# The one puts an hour into a calendar, or moves it there; the other takes it out.
REQUEST, CANCEL = "REQUEST", "CANCEL"


def invite(subject, notice, *, company, now):
    """The calendar's part of a letter about a meeting or a session, as it stands at this moment.

    None for whoever is told of it and has no hour there any more, and for what was called off
    before it was ever in their calendar.
    """
    event = event_for(notice.reader, subject)
    entry = event and keep(notice.reader, subject, event, at=now)
    return entry and letter_of(entry, event, notice, company=company, now=now)


def follow(subject, notice, *, company, now):
    """The same, where it is another hour than the reader's calendar shows: a guest's slot moved."""
    if not is_behind(notice):
        return None
    return invite(subject, notice, company=company, now=now)


def is_behind(notice):
    """Whether the reader's calendar shows another hour of the meeting than the one that is set.

    What is noted as told since this letter was due may have been told by this letter alone, on a
    try that came to nothing: it says it on each try.
    """
    entries = CalendarEntry.objects.visible_to(notice.reader).filter(meeting=notice.subject_id)
    shown = entries.select_related("meeting").first()
    event = shown and event_for(notice.reader, shown.meeting)
    due = notice.created_at + timedelta(minutes=find(notice.kind).quiet)
    return bool(event) and (shown.facts != event.facts or shown.told_at >= due)


def take_out(entry, notice, *, company, now):
    """The part of a letter that takes an hour out of the calendar of who has lost the right to it.

    It says nothing but what that calendar was told before.
    """
    event = Event(
        subject=entry.subject,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        changed_at=entry.told_at,
        cancelled=True,
    )
    return letter_of(entry, event, notice, company=company, now=now)


@transaction.atomic
def keep(reader, subject, event, *, at):
    """Note what the reader's calendar is told; the same told again is no change (SEQUENCE)."""
    of_it = {"session" if isinstance(subject, ExecutiveSession) else "meeting": subject}
    told = {
        "facts": event.facts,
        "sequence": event.sequence,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "cancelled": event.cancelled,
        "told_at": at,
    }
    rows = CalendarEntry.objects.select_for_update(of=("self",))
    if event.cancelled:
        entry, is_new = rows.filter(reader=reader, **of_it).first(), False
    else:
        named = {"uid": name_of(subject.pk, reader), **told}
        entry, is_new = rows.get_or_create(reader=reader, **of_it, defaults=named)
    if entry is None or is_new or entry.facts == event.facts:
        return entry
    told["sequence"] = numbered(event, entry).sequence
    for name, value in told.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(told))
    return entry


def letter_of(entry, event, notice, *, company, now):
    """Its method, and the calendar: from the portal, to this reader alone."""
    method = CANCEL if event.cancelled else REQUEST
    event = replace(event, sequence=entry.sequence)
    link = f"{settings.PORTAL_URL}{notice.get_absolute_url()}"
    one = component(event, uid=entry.uid, stamp=now, company=company, link=link)
    name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    one.add("organizer", address(email, name or company.name))
    one.add("attendee", attendee(entry, notice.reader))
    calendar = calendar_of([event], company=company, method=method)
    calendar.add_component(one)
    return method, calendar.to_ical().decode()


def attendee(entry, reader):
    """The reader, asked for an answer; and the one that stands, where it is counted."""
    return address(
        reader.email,
        reader.person.name,
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat=standing_answer(entry, reader),
        rsvp="TRUE",
    )


def standing_answer(entry, reader):
    said = Reply.objects.filter(meeting=entry.meeting_id, person=reader.person_id)
    answer = said.values_list("answer", flat=True).first() if entry.meeting_id else None
    if answer is None:
        return "NEEDS-ACTION"
    return "DECLINED" if answer == Reply.Answer.ABSENT else "ACCEPTED"
