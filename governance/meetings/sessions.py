"""The executive session follows its Board meeting, and the independent directors run it (M-06)."""

from django.db import IntegrityError, transaction
from django.db.models import Count, Max

from governance.meetings import mail
from governance.meetings.access import (
    is_independent,
    lead_independent_director,
    leads_the_independent,
)
from governance.meetings.models import (
    ExecutiveSession,
    PresiderBallot,
    SessionAttendance,
    SessionKind,
)
from governance.meetings.moves import SessionState
from governance.records.models import Company
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused


def day_of(at):
    return Company.current().day_of(at)


def set_session(meeting, *, at):
    """A regular Board meeting is followed by a session of the independent directors (G-EXS-01)."""
    session = ExecutiveSession(kind=SessionKind.REGULAR, meeting=meeting, starts_at=meeting.ends_at)
    begin(session, "set", by=SYSTEM, at=at)
    if not meeting.backfilled:
        mail.tell_of_session(mail.SESSION_SET, session, day=day_of(at))
    return session


def session_after(meeting, *states):
    """The meeting's session in one of these states, locked; or None."""
    return (
        ExecutiveSession.objects.select_for_update(of=("self",))
        .filter(meeting=meeting, state__in=states)
        .first()
    )


def move_session(meeting, *, at):
    """The session follows its meeting to another hour."""
    session = session_after(meeting, SessionState.STUB)
    if session:
        session.meeting, session.starts_at = meeting, meeting.ends_at
        session.save(update_fields=["starts_at"])
        mail.tell_of_session(mail.SESSION_SET, session, day=day_of(at))


def cancel_session(meeting, *, at):
    """No meeting, no session after it."""
    session = session_after(meeting, SessionState.STUB)
    if session:
        advance(session, "cancel", by=SYSTEM, at=at)


def make_session_ready(meeting, *, at, tell=True):
    """The Board meeting has adjourned: the independent directors may go in (G-EXS-01)."""
    session = session_after(meeting, SessionState.STUB)
    if session:
        advance(session, "make_ready", by=SYSTEM, at=at)
        if tell:
            mail.tell_of_session(mail.SESSION_READY, session, day=day_of(at))


def pass_over_earlier_sessions(meeting, *, at):
    """When the next regular Board meeting opens, a session still waiting was not held (P-15)."""
    waiting = ExecutiveSession.objects.filter(
        state=SessionState.READY, meeting__starts_at__lt=meeting.starts_at
    )
    for session in waiting:
        advance(session, "pass_over", by=SYSTEM, at=at)


@transaction.atomic
def note_matters(session, *, text, by, at):
    """The Lead Independent Director, or whoever presides, notes what is to be taken up (sealed)."""
    session = lock(session)
    presides = session.presiding_id == by.person_id and is_independent(by, day_of(at))
    if not (presides or leads_the_independent(by, day_of(at))):
        raise Refused("The presiding director notes what is taken up.", provision="G-EXS-02")
    if session.state in (SessionState.CLOSED, SessionState.CANCELLED, SessionState.NOT_HELD):
        raise Refused("This session is over; nothing is added to it.", provision="M-06")
    session.matters = text.strip()
    session.save(update_fields=["sealed_matters"])
    return session


def lock(session):
    """The session as it stands, kept still until this transaction ends."""
    return ExecutiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)


@transaction.atomic
def enter_room(session, *, by, at):
    """An independent director comes into the room, once the Board meeting has adjourned."""
    session = lock(session)
    if not is_independent(by, day_of(at)):
        raise Refused("Only independent directors enter.", provision="G-EXS-01")
    if session.state not in (SessionState.READY, *OPEN):
        raise Refused("The room opens when the Board meeting has adjourned.", provision="G-EXS-01")
    try:
        with transaction.atomic():
            SessionAttendance.objects.create(session=session, person=by.person, since=at)
    except IntegrityError:
        pass  # already inside: a second click changes nothing
    return session


OPEN = (SessionState.OPEN_PENDING_PRESIDER, SessionState.IN_SESSION)


@transaction.atomic
def take_the_chair(session, *, by, at):
    """The Lead Independent Director, who came late, accepts to preside (G-EXS-02)."""
    return advance(session, "lead_joins", by=by, at=at, presiding=by.person)


@transaction.atomic
def leave_room(session, *, by, at):
    """A director leaves the room."""
    session = lock(session)
    if not session.attendances.filter(person=by.person_id, until=None).update(until=at):
        raise Refused("You are not in the room.", code="stale")


@transaction.atomic
def begin_session(session, *, by, at):
    """Begin: the Lead Independent Director presides, or the others choose who does (G-EXS-03)."""
    session = lock(session)
    day = day_of(at)
    lead = lead_independent_director(day)
    if lead and session.present_at(at).filter(pk=lead.pk).exists():
        return advance(session, "open", by=by, at=at, presiding=lead, opened_at=at)
    advance(session, "open_without_lead", by=by, at=at, opened_at=at)
    if not session.meeting.backfilled:
        mail.tell_electors(session, electors(session, at))
    return session


def electors(session, at):
    """Independent directors in the room, the Lead Independent Director apart (G-EXS-03)."""
    lead = lead_independent_director(day_of(at))
    present = session.present_at(at)
    return present.exclude(pk=lead.pk) if lead else present


def round_of(session, at):
    """The round that is being voted: the next one once every elector has cast and nobody won."""
    latest = session.ballots.aggregate(latest=Max("round"))["latest"] or 1
    cast = session.ballots.filter(round=latest).values("elector")
    everybody = not electors(session, at).exclude(pk__in=cast).exists()
    return latest + 1 if everybody and cast.exists() else latest


@transaction.atomic
def choose_presider(session, candidate, *, by, at):
    """One elector's ballot. More than half choose; a tie chooses nobody (G-EXS-03)."""
    session = lock(session)
    if session.state != SessionState.OPEN_PENDING_PRESIDER:
        raise Refused("Nobody is to be chosen now.", provision="G-EXS-03", code="stale")
    room = electors(session, at)
    if not room.filter(pk=by.person_id).exists():
        raise Refused("Only independent directors in the room choose.", provision="G-EXS-03")
    if not room.filter(pk=candidate.pk).exists():
        raise Refused("Choose one of the independent directors in the room.", "G-EXS-03")
    if room.count() < 2:
        raise Refused(
            "At least two independent directors in the room choose who presides.", "G-EXS-03"
        )
    current = round_of(session, at)
    try:
        with transaction.atomic():
            PresiderBallot.objects.create(
                session=session, round=current, elector=by.person, candidate=candidate, cast_at=at
            )
    except IntegrityError as error:
        raise Refused("You have chosen in this round already.", code="stale") from error
    winner = chosen_in(session, current, room)
    if winner:
        advance(session, "choose", by=SYSTEM, at=at, presiding=winner)
    return session


def ballots_of(session, current):
    """The ballots of one round."""
    return session.ballots.filter(round=current)


def earlier_rounds(session, current):
    """How the rounds before this one ended: for each, the candidates and their votes."""
    return rounds_of(session.ballots.filter(round__lt=current))


def all_rounds(session):
    """How whoever presided was chosen, round by round; nothing when the lead presided."""
    return rounds_of(session.ballots.all())


def presence_in(session):
    """Who was in the room, each time from when to when."""
    return session.attendances.select_related("person").order_by("since", "pk")


def rounds_of(ballots):
    """For each round, the candidates and their votes."""
    counted = (
        ballots.values("round", "candidate__given_name", "candidate__family_name")
        .annotate(votes=Count("pk"))
        .order_by("round", "-votes", "candidate__family_name")
    )
    rounds = {}
    for row in counted:
        name = f"{row['candidate__given_name']} {row['candidate__family_name']}"
        rounds.setdefault(row["round"], []).append({"label": name, "count": row["votes"]})
    return [{"number": number, "tally": tally} for number, tally in rounds.items()]


def chosen_in(session, current, room):
    """The candidate with more than half of the electors' ballots in this round, or None.

    Whoever left the room is neither an elector any more nor a candidate.
    """
    counted = (
        session.ballots.filter(round=current, elector__in=room, candidate__in=room)
        .values("candidate")
        .annotate(votes=Count("pk"))
    )
    needed = room.count()
    for row in counted:
        if 2 * row["votes"] > needed:
            return room.get(pk=row["candidate"])
    return None


@transaction.atomic
def close_session(session, *, by, at):
    """The presiding director ends the session (M-06)."""
    advance(session, "close", by=by, at=at, closed_at=at)
    session.attendances.filter(until=None).update(until=at)
    return session
