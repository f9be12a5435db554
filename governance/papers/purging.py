"""Private notes go some time after the minutes are approved, unless a legal hold keeps them.

How long is a rule of the body; it is announced a week before, by a letter that nobody but the
reader knows of, and what is left is a certificate of how many there were. Nobody else learns who
had notes: the office sees neither letter nor certificate.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from governance.meetings.models import ExecutiveSession, Meeting
from governance.meetings.models.session import LOCKED_AFTER
from governance.meetings.moves import CALLED_OFF
from governance.meetings.sessions import OVER
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
from governance.records.models import Entry
from governance.refusals import Refused
from governance.words import said_long_day

ANNOUNCED = timedelta(days=7)
# By the move that ends a meeting of which there will be no minutes.
ENDS = {"cancel": "the meeting was cancelled", "record_no_quorum": "the meeting had no quorum"}


def of(held):
    """What is known of the notes of a meeting, or of an executive session, is kept with it."""
    return {"meeting": held} if isinstance(held, Meeting) else {"session": held}


def notes_of(held):
    """What everybody noted in the book of a meeting, or on the papers of a session."""
    if isinstance(held, Meeting):
        return Note.objects.filter(meeting=held)
    return Note.objects.filter(sealed_paper__session=held)


def settled_on(held):
    """The day when what is said of it is settled; None before that.

    The minutes of a meeting are approved, or there will be none; the record of a session is fixed a
    week after its close.
    """
    if end := end_of(held):
        return timezone.localdate(end.at)
    if isinstance(held, Meeting):
        minutes = Minutes.objects.filter(meeting=held, state__in=APPROVED)
        minutes = minutes.select_related("approved_by").first()
        return minutes.approved_by.day if minutes else None
    if held.state not in OVER:
        return None
    return timezone.localdate((held.closed_at or held.starts_at) + LOCKED_AFTER)


def end_of(held):
    """What ended a meeting of which there will be no minutes, as the record has it; or None."""
    if not isinstance(held, Meeting) or held.state not in CALLED_OFF:
        return None
    return Entry.objects.about(held).filter(move__in=ENDS).order_by("number").last()


def settles(held):
    """What settles it, in words."""
    if end := end_of(held):
        return ENDS[end.move]
    is_meeting = isinstance(held, Meeting)
    return "the minutes are approved" if is_meeting else "the record of the session is fixed"


def purge_day(held):
    """The day on which the notes go: so long after what is said of it was settled, as the body has
    it; None before that."""
    settled = settled_on(held)
    if settled is None:
        return None
    committee = held.committee_id if isinstance(held, Meeting) else None
    return settled + timedelta(days=BookRule.on(settled, committee).notes_days)


def noted(kept=Note):
    """Meetings and sessions of which somebody has notes, or a place where they stopped."""
    rows = kept.objects.order_by()
    yield from Meeting.objects.filter(pk__in=rows.values("meeting")).order_by("pk")
    sessions = ExecutiveSession.objects.filter(pk__in=rows.values("sealed_paper__session"))
    yield from sessions.order_by("pk")


def locked(held):
    """Whoever places a hold and whoever purges wait for each other."""
    return type(held).objects.select_for_update(of=("self",)).get(pk=held.pk)


def readers_with_notes(held, day):
    """Who has notes of it that no hold keeps, by person."""
    holds = Hold.objects.on(day).covering(held)
    if holds.filter(person=None).exists():
        return []
    noted = notes_of(held).exclude(person__in=holds.values("person"))
    return list(noted.order_by().values_list("person", flat=True).distinct())


def announce_purges(*, on):
    """Write to readers whose notes go in a week, or would have gone by now; each of them once."""
    for held in noted():
        due = purge_day(held)
        if due is None or due - ANNOUNCED > on:
            continue
        told = Announcement.objects.filter(**of(held)).values_list("person", flat=True)
        for person in set(readers_with_notes(held, on)) - set(told):
            announce(held, person, day=max(due, on + ANNOUNCED), on=on)


@transaction.atomic
def announce(held, person, *, day, on):
    Announcement.objects.create(**of(held), person_id=person, told_on=on)
    mail.tell_of_purge(held, User.objects.filter(person=person, is_active=True), day=day)


def purge_notes(*, on):
    """Purge what is due and was announced a week ago; give how many notes went.

    What is held stays until the hold is lifted, and is announced then.
    """
    told = Announcement.objects.filter(told_on__lte=on - ANNOUNCED)
    due = [held for held in noted() if (day := purge_day(held)) and day <= on]
    return sum(
        purge_of(held, one.person_id, on=on) for held in due for one in told.filter(**of(held))
    )


@transaction.atomic
def purge_of(held, person, *, on):
    """One reader's notes of it go, unless a hold keeps them; how many there were."""
    # A hold that is being placed is waited for.
    locked(held)
    if person not in readers_with_notes(held, on):
        return 0
    notes = Note.objects.select_for_update().filter(
        pk__in=notes_of(held).filter(person=person).values("pk")
    )
    number = sum(not note.erased for note in notes)
    notes.delete()
    places_of(held).filter(person=person).delete()
    Announcement.objects.filter(**of(held), person=person).delete()
    Certificate.objects.create(**of(held), person_id=person, purged_on=on, notes=number)
    return number


def purge_places(*, on):
    """Where readers stopped who have no notes goes on the same day; of what they did not write
    nobody is told, and a hold keeps it as it keeps notes."""
    for held in noted(ReadingPlace):
        if (day := purge_day(held)) and day <= on:
            purge_places_of(held, on=on)


@transaction.atomic
def purge_places_of(held, *, on):
    # A hold that is being placed is waited for.
    locked(held)
    holds = Hold.objects.on(on).covering(held)
    if not holds.filter(person=None).exists():
        kept = [*holds.values_list("person", flat=True), *readers_with_notes(held, on)]
        places_of(held).exclude(person__in=kept).delete()


def places_of(held):
    if isinstance(held, Meeting):
        return ReadingPlace.objects.filter(meeting=held)
    return ReadingPlace.objects.filter(sealed_paper__session=held)


@transaction.atomic
def place_hold(*, matter, person, first, last, since, until=None, by, on):
    """Keep the notes of a reader, or of all, of the meetings of a period (legal hold)."""
    if not may_hold(by, on):
        raise Refused("The Corporate Secretary or the General Counsel places a legal hold.")
    if since != on or until:
        raise Refused("A hold is in force from today on, and is lifted later.")
    held = Hold.objects.create(matter=matter, person=person, first=first, last=last, since=on)
    # Whoever's notes stay are told again before they go.
    for one in noted():
        if held.reaches(locked(one)):
            told = Announcement.objects.filter(**of(one))
            (told.filter(person=person) if person else told).delete()
    return held


@transaction.atomic
def lift_hold(hold, *, until, by, on, **unchanged):
    """Lift a hold; what it kept is announced, and goes a week later."""
    if not may_hold(by, on):
        raise Refused("The Corporate Secretary or the General Counsel lifts a legal hold.")
    if until is None or until < on:
        raise Refused("A hold is lifted today or later.")
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.until and hold.until <= on:
        day = said_long_day(hold.until)
        raise Refused(f"It was lifted on {day}, and what it kept may be gone. Place another one.")
    hold.until = until
    hold.save(update_fields=["until"])
    return hold


def fate_of(user, held):
    """What becomes of the reader's notes of a meeting or a session: when they go, or what keeps
    them."""
    gone = Certificate.objects.visible_to(user).filter(**of(held)).first()
    # Whoever went on reading has others by now.
    if gone and not notes_of(held).visible_to(user).filter(erased=False).exists():
        notes = f"{gone.notes} note{'' if gone.notes == 1 else 's'}"
        return f"{notes} went on {said_long_day(gone.purged_on)}, as announced."
    if is_held(user, held):
        return "They are kept for a legal matter until the Corporate Secretary tells you otherwise."
    settled = settles(held)
    if day := purge_day(held):
        told = Announcement.objects.filter(**of(held), person=user.person_id).first()
        # Nothing goes before its reader was told, though its day may be over.
        day = max(day, (told.told_on if told else user.today) + ANNOUNCED)
        begins = settled[0].upper() + settled[1:]
        return f"{begins}: your notes go on {said_long_day(day)}. Print what you want to keep."
    committee = held.committee_id if isinstance(held, Meeting) else None
    days = BookRule.on(user.today, committee).notes_days
    return f"They go {days} days after {settled}; you are told a week before."


def is_held(user, held):
    """Whether a hold keeps the reader's notes of it: they are told that much."""
    holds = Hold.objects.on(user.today).covering(held)
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
