"""Private notes go some time after the minutes are approved, unless a legal hold keeps them.

How long is a rule of the body; it is announced a week before, by a letter that nobody but the
reader knows of, and what is left is a certificate of how many there were. Nobody else learns who
had notes: the office sees neither letter nor certificate.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from governance.meetings.models import Meeting
from governance.minutes.models import APPROVED, Minutes
from governance.papers import mail
from governance.papers.access import may_hold
from governance.papers.models import (
    Announcement,
    BookRule,
    Certificate,
    Hold,
    Note,
    ReadingPlace,
)
from governance.people.models import User
from governance.refusals import Refused
from governance.words import said_long_day

ANNOUNCED = timedelta(days=7)


def purge_day(minutes):
    """The day on which the notes of a meeting go: so long after its minutes were approved."""
    approved = minutes.approved_by.day
    rule = BookRule.on(approved, minutes.meeting.committee_id)
    return approved + timedelta(days=rule.notes_days)


def noted_meetings():
    """Meetings of which somebody has notes, each locked until the hold is placed."""
    meetings = Meeting.objects.filter(pk__in=Note.objects.order_by().values("meeting"))
    return meetings.select_for_update(of=("self",)).order_by("pk")


def approved_minutes():
    """The minutes that the body has approved, of meetings of which somebody has notes still."""
    with_notes = Note.objects.order_by().values("meeting")
    rows = Minutes.objects.filter(state__in=APPROVED, meeting__in=with_notes)
    return rows.select_related("approved_by", "meeting")


def readers_with_notes(meeting, day):
    """Who has notes of a meeting that no hold keeps, by person."""
    holds = Hold.objects.on(day).covering(meeting)
    if holds.filter(person=None).exists():
        return []
    noted = Note.objects.filter(meeting=meeting).exclude(person__in=holds.values("person"))
    return list(noted.order_by().values_list("person", flat=True).distinct())


def announce_purges(*, on):
    """Write to readers whose notes go in a week, or would have gone by now; each of them once."""
    for minutes in approved_minutes():
        if purge_day(minutes) - ANNOUNCED > on:
            continue
        meeting = minutes.meeting
        told = Announcement.objects.filter(meeting=meeting).values_list("person", flat=True)
        for person in set(readers_with_notes(meeting, on)) - set(told):
            announce(meeting, person, day=max(purge_day(minutes), on + ANNOUNCED), on=on)


@transaction.atomic
def announce(meeting, person, *, day, on):
    Announcement.objects.create(meeting=meeting, person_id=person, told_on=on)
    mail.tell_of_purge(meeting, User.objects.filter(person=person, is_active=True), day=day)


def purge_notes(*, on):
    """Purge what is due and was announced a week ago; give how many notes went.

    What is held stays until the hold is lifted, and is announced then.
    """
    told = Announcement.objects.filter(told_on__lte=on - ANNOUNCED)
    return sum(
        purge_of(minutes.meeting, one.person_id, on=on)
        for minutes in approved_minutes()
        if purge_day(minutes) <= on
        for one in told.filter(meeting=minutes.meeting)
    )


@transaction.atomic
def purge_of(meeting, person, *, on):
    """One reader's notes of one meeting go, unless a hold keeps them; how many there were."""
    # A hold that is being placed is waited for.
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if person not in readers_with_notes(meeting, on):
        return 0
    notes = Note.objects.select_for_update().filter(meeting=meeting, person=person)
    number = sum(not note.erased for note in notes)
    notes.delete()
    ReadingPlace.objects.filter(meeting=meeting, person=person).delete()
    Announcement.objects.filter(meeting=meeting, person=person).delete()
    Certificate.objects.create(meeting=meeting, person_id=person, purged_on=on, notes=number)
    return number


@transaction.atomic
def place_hold(*, matter, person, first, last, since, until=None, by, on):
    """Keep the notes of a reader, or of all, of the meetings of a period (legal hold)."""
    if not may_hold(by, on):
        raise Refused("The Corporate Secretary or the General Counsel places a legal hold.")
    if since != on or until:
        raise Refused("A hold is in force from today on, and is lifted later.")
    held = Hold.objects.create(matter=matter, person=person, first=first, last=last, since=on)
    # Whoever's notes stay are told again before they go.
    kept = Announcement.objects.filter(
        meeting__in=[one for one in noted_meetings() if held.reaches(one)]
    )
    (kept.filter(person=person) if person else kept).delete()
    return held


@transaction.atomic
def lift_hold(hold, *, until, by, on, **unchanged):
    """Lift a hold; what it kept is announced, and goes a week later."""
    if not may_hold(by, on):
        raise Refused("The Corporate Secretary or the General Counsel lifts a legal hold.")
    if until is None or until < on:
        raise Refused("A hold is lifted today or later.")
    hold.until = until
    hold.save(update_fields=["until"])
    return hold


def fate_of(user, meeting):
    """What becomes of the reader's notes of a meeting: when they go, or what keeps them."""
    gone = Certificate.objects.visible_to(user).filter(meeting=meeting).first()
    if gone:
        notes = f"{gone.notes} note{'' if gone.notes == 1 else 's'}"
        return f"{notes} went on {said_long_day(gone.purged_on)}, as announced."
    if is_held(user, meeting):
        return "They are kept for a legal matter until the Corporate Secretary tells you otherwise."
    minutes = Minutes.objects.filter(meeting=meeting, state__in=APPROVED)
    if minutes := minutes.select_related("approved_by", "meeting").first():
        day = said_long_day(purge_day(minutes))
        return f"The minutes are approved: your notes go on {day}. Print what you want to keep."
    days = BookRule.on(user.today, meeting.committee_id).notes_days
    return f"They go {days} days after the minutes are approved; you are told a week before."


def is_held(user, meeting):
    """Whether a hold keeps the reader's notes of a meeting: they are told that much."""
    holds = Hold.objects.on(user.today).covering(meeting)
    return holds.filter(Q(person=None) | Q(person=user.person_id)).exists()


@transaction.atomic
def set_book_rule(*, since, committee, may_download, notes_days, by, on):
    """Say what readers may do with a body's books, and when notes go, from a day on."""
    if not may_hold(by, on):
        raise Refused("The Corporate Secretary sets this.", code="not_yours")
    if since < on:
        raise Refused("It holds from today on, or from a later day.")
    return BookRule.objects.create(
        since=since, committee=committee, may_download=may_download, notes_days=notes_days
    )
