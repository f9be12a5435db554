"""Sessions beside the regular one, and regular ones that are waived or removed (M-06)."""

from django.db import IntegrityError, transaction

from governance.meetings import mail
from governance.meetings.access import leads_the_independent
from governance.meetings.models import (
    ExecutiveSession,
    SessionAttendance,
    SessionInvitation,
    SessionKind,
    WaiverVote,
)
from governance.meetings.moves import SessionState
from governance.meetings.sessions import OPEN, begin_session, day_of, lock
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused


@transaction.atomic
def open_early(stub, present, *, by, at):
    """Independent directors meet before their Board meeting; the session after it stays (M-06).

    `present` are the people who are there. It never satisfies G-EXS-01.
    """
    stub = lock(stub)
    if stub.kind != SessionKind.REGULAR or stub.state != SessionState.STUB:
        raise Refused("An early session comes before its Board meeting ends.", "M-06", "stale")
    if stub.meeting.executive_sessions.filter(state__in=OPEN).exists():
        raise Refused("An early session is being held already.", provision="M-06", code="stale")
    strangers = {person.pk for person in present} - set(members_of(stub, at))
    if strangers:
        raise Refused("Only independent directors enter.", provision="G-EXS-01")
    session = ExecutiveSession(kind=SessionKind.EARLY, meeting=stub.meeting, starts_at=at)
    begin(session, "open_early", by=by, at=at)
    SessionAttendance.objects.bulk_create(
        SessionAttendance(session=session, person=person, since=at) for person in present
    )
    advance(session, "make_ready", by=SYSTEM, at=at)
    return begin_session(session, by=by, at=at)


def members_of(session, at):
    return session.members(day_of(at)).values_list("pk", flat=True)


@transaction.atomic
def call_session(invited, *, starts_at, by, at, place=""):
    """Call a session that follows no meeting: the Lead Independent Director, or any two (M-06).

    The lead's call opens the room; another director's waits for a second one to join it.
    """
    if starts_at < at:
        raise Refused("Choose an hour that lies ahead.", provision="M-06")
    session = ExecutiveSession(kind=SessionKind.SPECIAL, starts_at=starts_at, place=place.strip())
    begin(session, "call", by=by, at=at)
    people = {person.pk for person in invited} | {by.person_id}
    SessionInvitation.objects.bulk_create(
        SessionInvitation(
            session=session, person_id=pk, called_at=at if pk == by.person_id else None
        )
        for pk in sorted(people)
    )
    if not people <= set(members_of(session, at)):
        raise Refused("Only independent directors are invited.", provision="M-06")
    if len(people) < 2:
        raise Refused("Invite at least one other independent director.", provision="M-06")
    mail.tell_of_session(mail.SESSION_SET, session, day=day_of(at))
    if leads_the_independent(by, day_of(at)):
        advance(session, "make_ready", by=SYSTEM, at=at)
    return session


@transaction.atomic
def join_call(session, *, by, at):
    """A second independent director joins the call, and the room is open (M-06)."""
    session = lock(session)
    if session.kind != SessionKind.SPECIAL:
        raise Refused("This session follows its meeting; nobody calls it.", provision="M-06")
    advance(session, "join_call", by=by, at=at)
    session.invitations.update_or_create(person=by.person, defaults={"called_at": at})
    mail.tell_of_session(mail.SESSION_READY, session, day=day_of(at))
    return session


@transaction.atomic
def remove_session(session, *, why, by, at):
    """The Lead Independent Director takes away a session beside which there is another (M-06)."""
    advance(session, "remove", by=by, at=at, why=why.strip())
    mail.tell_of_session(mail.SESSION_CANCELLED, session, day=day_of(at))
    return session


@transaction.atomic
def waive(session, *, why, by, at):
    """One vote for doing without the session; more than half of those in office waive it (P-40)."""
    session = lock(session)
    if session.kind != SessionKind.REGULAR or session.state not in WAIVABLE:
        raise Refused("Only a session that waits for its hour is waived.", "M-06", "stale")
    in_office = members_of(session, at)
    if by is None or by.person_id not in in_office:
        raise Refused("Only independent directors waive a session.", "M-06", "not_yours")
    if not why.strip():
        raise Refused("Say why the session is waived.", provision="M-06")
    try:
        with transaction.atomic():
            WaiverVote.objects.create(
                session=session, person=by.person, cast_at=at, why=why.strip()
            )
    except IntegrityError as error:
        raise Refused("You have voted for it already.", code="stale") from error
    votes = session.waiver_votes.filter(person__in=in_office)
    if 2 * votes.count() > len(in_office):
        advance(session, "waive", by=SYSTEM, at=at, why=votes.first().why)
        mail.tell_of_session(mail.SESSION_CANCELLED, session, day=day_of(at))
    return session


WAIVABLE = (SessionState.STUB, SessionState.READY)
