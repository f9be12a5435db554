"""Notice that is short: each director waives it, in writing or by attending, or objects (M-01)."""

import hashlib

from django.db import IntegrityError, transaction
from django.utils import timezone

from governance.meetings.access import belongs_to, may_run
from governance.meetings.models import Meeting, NoticeObjection, NoticeWaiver
from governance.meetings.moves import MeetingState
from governance.records.models import Company, Entry
from governance.refusals import Refused
from governance.words import said_long_day

STATEMENT = "I waive the notice that I am owed of this meeting, at the hour shown."


def text_of(meeting):
    """What a director waives notice of: this meeting, at this hour of the company's clock."""
    company = Company.current()
    hour = timezone.localtime(meeting.starts_at, company.zone)
    said = f"{said_long_day(hour.date())}, {hour:%H:%M} {company.zone_words}"
    return f"Notice of the {meeting.name}, set for {said}."


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def lock(meeting):
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


@transaction.atomic
def waive_notice(meeting, *, by, at, digest, method, session=""):
    """A member waives notice of the hour shown, in writing, before notice is given (M-01).

    `digest` is the SHA-256 of what the page showed: a meeting that was moved meanwhile is another.
    """
    meeting = lock(meeting)
    if not belongs_to(by, meeting, Company.current().day_of(at)):
        raise Refused("Members of the body waive their own notice.", "M-01", code="not_yours")
    if meeting.state != MeetingState.SCHEDULED:
        raise Refused("Notice is waived before it is given.", provision="M-01", code="stale")
    if not meeting.notice_is_short(at):
        raise Refused("There is time to give notice; there is nothing to waive.", provision="M-01")
    text = text_of(meeting)
    if digest != digest_of(text):
        raise Refused("The meeting was moved meanwhile. Read it again.", "M-01", code="stale")
    try:
        with transaction.atomic():
            return NoticeWaiver.objects.create(
                meeting=meeting,
                person=by.person,
                starts_at=meeting.starts_at,
                how=NoticeWaiver.How.WRITTEN,
                given_at=at,
                text=text,
                text_digest=digest,
                statement=STATEMENT,
                sign_in_method=method,
                session=session,
            )
    except IntegrityError as error:
        raise Refused("You have waived it already.", provision="M-01", code="stale") from error


@transaction.atomic
def object_to_notice(meeting, person, *, by, at):
    """A member who is there objects, before the call to order, that notice was short (M-01)."""
    meeting, day = lock(meeting), Company.current().day_of(at)
    own = by.person_id == person.pk and belongs_to(by, meeting, day)
    if not (own or may_run(by, meeting, day)):
        raise Refused("A member objects for themselves.", provision="M-01", code="not_yours")
    if meeting.state != MeetingState.NOTICED:
        raise Refused("An objection is raised before the call to order.", "M-01", code="stale")
    if not without_timely_notice(meeting, at).filter(pk=person.pk).exists():
        raise Refused(f"{person} had timely notice, waived it, or is not there.", "M-01")
    try:
        with transaction.atomic():
            return NoticeObjection.objects.create(
                meeting=meeting, person=person, said_at=at, recorded_by=by
            )
    except IntegrityError as error:
        raise Refused(f"{person} has objected already.", code="stale") from error


def without_timely_notice(meeting, at):
    """Members who are there, were not told in time, and have not waived it in writing.

    Notice that was short reached nobody in time; whoever joined the body since had none.
    """
    told_at = Entry.objects.about(meeting).filter(move="notice").last().at
    there = meeting.present_at(at).filter(pk__in=meeting.not_waiving(at).values("pk"))
    if meeting.notice_is_short(told_at):
        return there
    told = meeting.members(Company.current().day_of(told_at))
    return there.exclude(pk__in=told.values("pk"))


def record_attendance_as_waiver(meeting, *, at):
    """Whoever is there without timely notice, and does not object, waives it by that (M-01)."""
    objecting = meeting.notice_objections.values("person")
    NoticeWaiver.objects.bulk_create(
        NoticeWaiver(
            meeting=meeting,
            person=person,
            starts_at=meeting.starts_at,
            how=NoticeWaiver.How.ATTENDED,
            given_at=at,
        )
        for person in without_timely_notice(meeting, at).exclude(pk__in=objecting)
    )
