"""Who comes to a meeting: what members answer beforehand, and who was there from when to when."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from governance.meetings.access import belongs_to, may_run
from governance.meetings.models import Attendance, Mode, Reply
from governance.meetings.moves import UNDER_WAY, MeetingState
from governance.meetings.operations import day_of, lock
from governance.refusals import Refused
from governance.words import said_hour

# People come before the hour set; nobody comes a day before it.
BEFORE_THE_HOUR = timedelta(hours=1)


@transaction.atomic
def reply(meeting, *, answer, by, at, given_at=None):
    """A member says whether, and how, they will attend (G-ATT-02).

    An answer by letter was given before it comes in: `given_at`.
    """
    meeting = lock(meeting)
    check_may_answer(meeting, by=by, at=at)
    row, _ = Reply.objects.update_or_create(
        meeting=meeting,
        person=by.person,
        defaults={"answer": answer, "answered_at": given_at or at},
    )
    return row


@transaction.atomic
def take_back_reply(meeting, *, by, at):
    """A member who had answered does not know any more whether they will attend (G-ATT-02)."""
    meeting = lock(meeting)
    check_may_answer(meeting, by=by, at=at)
    meeting.replies.filter(person=by.person_id).delete()


def check_may_answer(meeting, *, by, at):
    if not belongs_to(by, meeting, day_of(at)):
        raise Refused("Members of the body answer for themselves.", provision="G-ATT-02")
    if meeting.state not in (MeetingState.SCHEDULED, MeetingState.NOTICED):
        raise Refused("This meeting has begun or is over; there is nothing to answer any more.")


@transaction.atomic
def record_arrival(meeting, person, *, mode, by, at, since=None, can_hear_all=True):
    """Write down that a member is present, and how: from now on, or since an hour past (C8)."""
    meeting = lock(meeting)
    check_may_keep_attendance(meeting, by=by, at=at)
    if since:
        check_nothing_rests_on(meeting, since, at=at)
    if not meeting.members(day_of(at)).filter(pk=person.pk).exists():
        raise Refused(f"{person} is not a member of this body.", provision="C8")
    if mode not in Mode.values:
        raise Refused("Only being there, by telephone or by video counts as presence.", "C8")
    try:
        with transaction.atomic():
            return Attendance.objects.create(
                meeting=meeting,
                person=person,
                mode=mode,
                since=since or at,
                can_hear_all=can_hear_all,
            )
    except IntegrityError as error:
        if since and not meeting.attendances.filter(person=person, until=None).exists():
            says = f"{person} was there at {said_hour(since)} and left later. Choose a later hour."
            raise Refused(says, provision="C8") from error
        raise Refused(f"{person} is already recorded as present.", code="stale") from error


@transaction.atomic
def record_departure(meeting, person, *, by, at, until=None):
    """Write down that a member left, or that their line was lost: now or at an hour past (C8)."""
    meeting = lock(meeting)
    here = attendance_that_lasts(meeting, person, by=by, at=at)
    if until:
        check_nothing_rests_on(meeting, until, meeting.convened_at, at=at)
        if until < here.since:
            raise Refused(f"{person} arrived at {said_hour(here.since)}, after that.", "C8")
    here.until = until or at
    here.save(update_fields=["until"])


@transaction.atomic
def take_back_arrival(meeting, person, *, by, at):
    """Strike an arrival that was written down by mistake; history keeps that it stood (C8)."""
    meeting = lock(meeting)
    here = attendance_that_lasts(meeting, person, by=by, at=at)
    check_nothing_rests_on(meeting, here.since, meeting.convened_at, at=at)
    here.delete()


def attendance_that_lasts(meeting, person, *, by, at):
    """The member's presence, which the secretary or whoever presides may end."""
    check_may_keep_attendance(meeting, by=by, at=at)
    here = meeting.attendances.filter(person=person, until=None, since__lte=at).first()
    if here is None:
        raise Refused(f"{person} is not recorded as present.", code="stale")
    return here


def check_nothing_rests_on(meeting, hour, opened=None, *, at):
    """Attendance is not written otherwise once a quorum was counted with it (C8, L-37).

    `opened`: when the meeting was called to order, where it matters that people were there then.
    """
    if hour > at:
        raise Refused("That hour lies ahead.", provision="C8")
    if hour < min(meeting.starts_at, at) - BEFORE_THE_HOUR:
        raise Refused(
            f"{said_hour(hour)} is no hour of this meeting: it is still ahead, or was long before.",
            provision="C8",
        )
    votes = meeting.motions.aggregate(opened=Max("vote_opened_at"), closed=Max("closed_at"))
    counted = [instant for instant in (opened, *votes.values()) if instant]
    if counted and hour <= max(counted):
        raise Refused(
            f"Who was there at {said_hour(max(counted))} was counted for a quorum, and stands. "
            "Choose a later hour; what is to be added, the minutes say.",
            provision="C8",
        )


def check_may_keep_attendance(meeting, *, by, at):
    """The secretary or whoever presides keeps attendance, from shortly before until the end."""
    if not may_run(by, meeting, day_of(at)):
        raise Refused("The secretary or the chair keeps the attendance.", provision="C8")
    if meeting.state not in (MeetingState.NOTICED, *UNDER_WAY):
        raise Refused("Attendance is kept from the notice of a meeting to its end.", provision="C8")
