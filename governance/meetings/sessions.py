"""The executive session follows its Board meeting, and the independent directors run it (M-06)."""

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q

from governance.board.models import Determination, Directorship, Independence, Standard
from governance.meetings import mail
from governance.meetings.access import (
    is_independent,
    lead_independent_director,
    leads_the_independent,
    may_enter_session,
    may_write_record,
)
from governance.meetings.models import (
    ExecutiveSession,
    PresiderBallot,
    PresidingInterval,
    SessionAttendance,
    SessionKind,
    SessionReading,
)
from governance.meetings.moves import SessionState
from governance.meetings.qualifying import SessionResult, Stay, result_of
from governance.people.following import follow
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
        .filter(meeting=meeting, kind=SessionKind.REGULAR, state__in=states)
        .first()
    )


def move_session(meeting, *, at):
    """The session follows its meeting to another hour.

    One that was waived or removed moves along untold: its hour is all that others know of it.
    """
    states = (SessionState.STUB, SessionState.WAIVED, SessionState.CANCELLED)
    session = session_after(meeting, *states)
    if session:
        session.meeting, session.starts_at = meeting, meeting.ends_at
        session.save(update_fields=["starts_at"])
        if session.state == SessionState.STUB:
            mail.tell_of_session(mail.SESSION_MOVED, session, day=day_of(at))


def tell_of_session_elsewhere(meeting, *, at):
    """The session is held where its meeting is, and those of its room are told where (NT-EXS)."""
    session = session_after(meeting, SessionState.STUB)
    if session:
        mail.tell_of_session(mail.SESSION_PLACE_CHANGED, session, day=day_of(at))


def cancel_session(meeting, *, at):
    """No meeting, no session after it."""
    session = session_after(meeting, SessionState.STUB)
    if session:
        advance(session, "cancel", by=SYSTEM, at=at)
        if not meeting.backfilled:
            mail.tell_of_session(mail.SESSION_CANCELLED, session, day=day_of(at))


def make_session_ready(meeting, *, at, tell=True):
    """The Board meeting has adjourned: the independent directors may go in (G-EXS-01)."""
    session = session_after(meeting, SessionState.STUB)
    if session:
        advance(session, "make_ready", by=SYSTEM, at=at)
        if tell:
            mail.tell_of_session(mail.SESSION_READY, session, day=day_of(at))


def pass_over_earlier_sessions(meeting, *, at):
    """When the next regular Board meeting opens, a session still waiting was not held (P-15)."""
    earlier = Q(meeting__starts_at__lt=meeting.starts_at)
    earlier |= Q(meeting=None, starts_at__lt=meeting.starts_at)
    waiting = ExecutiveSession.objects.filter(earlier, state=SessionState.READY)
    for session in waiting:
        advance(session, "pass_over", by=SYSTEM, at=at)


@transaction.atomic
def note_matters(session, *, text, by, at):
    """The Lead Independent Director, or whoever presides, notes what is to be taken up (sealed)."""
    session = lock(session)
    presides = session.presiding_id == by.person_id and is_independent(by, day_of(at))
    if not (presides or leads_the_independent(by, day_of(at))):
        raise Refused("The presiding director notes what is taken up.", provision="G-EXS-02")
    if session.state in OVER:
        raise Refused("This session is over; nothing is added to it.", provision="M-06")
    session.write_sealed(matters=text.strip())
    return session


@transaction.atomic
def write_record(session, *, notes, outcome, edition, by, at, place="", tags=()):
    """Those who were there write down what was said and what came of it, sealed (M-06).

    It may be written until seven days after the close. `edition` is that of the texts which the
    writer had before them: nobody writes over what somebody else has added meanwhile.
    """
    session = lock(session)
    if session.state not in (*OPEN, SessionState.CLOSED):
        raise Refused("The session has no record before it is opened.", provision="M-06")
    if not may_write_record(by, session, day_of(at)):
        raise Refused("Directors who were in the room write the record.", "M-06", "not_yours")
    if session.is_locked(at):
        raise Refused("The record of this session was locked seven days after it closed.", "M-06")
    if edition != session.edition:
        raise Refused(
            "Somebody else has written in the record meanwhile. Read it first.", code="stale"
        )
    session.place, session.tags = place.strip(), list(tags)
    session.save(update_fields=["place", "tags"])
    session.write_sealed(notes=notes.strip(), outcome=outcome.strip())
    return session


def note_reading(session, *, by, at):
    """What a session leaves behind is read: by whom and when is kept (P-17, AC-IND)."""
    if session.state == SessionState.CLOSED:
        SessionReading.objects.create(session=session, reader=by, at=at)


def lock(session):
    """The session as it stands, kept still until this transaction ends."""
    return ExecutiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)


@transaction.atomic
def enter_room(session, *, by, at):
    """An independent director comes into the room, once the Board meeting has adjourned."""
    session = lock(session)
    if not may_enter_session(by, session, day_of(at)):
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
OVER = (
    SessionState.CLOSED,
    SessionState.WAIVED,
    SessionState.CANCELLED,
    SessionState.NOT_HELD,
)


def give_the_chair(session, move, person, *, by, at, **facts):
    """From now on this person presides, and nobody else (G-EXS-02)."""
    advance(session, move, by=by, at=at, presiding=person, **facts)
    session.presiding_intervals.filter(until=None).update(until=at)
    PresidingInterval.objects.create(session=session, person=person, since=at)
    return session


@transaction.atomic
def take_the_chair(session, *, by, at):
    """The Lead Independent Director, who came late, accepts to preside (G-EXS-02).

    Whoever was chosen meanwhile presides until this moment.
    """
    move = "hand_over" if lock(session).presiding_id else "lead_joins"
    return give_the_chair(session, move, by.person, by=by, at=at)


@transaction.atomic
def decline_the_chair(session, *, by, at):
    """The Lead Independent Director, who came late, leaves the chair as it is (G-EXS-02)."""
    return advance(session, "decline", by=by, at=at)


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
        return give_the_chair(session, "open", lead, by=by, at=at, opened_at=at)
    advance(session, "open_without_lead", by=by, at=at, opened_at=at)
    if not session.is_backfilled:
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
def choose_presider(session, candidate, *, by, at, asked=None):
    """One elector's ballot. More than half choose; a tie chooses nobody (G-EXS-03).

    `asked` is the round in which the elector was asked: a choice binds in no other one.
    """
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
    if asked and asked != current:
        raise Refused(
            f"Round {asked} is over and chose nobody. Look at its votes, and choose in round "
            f"{current}.",
            provision="G-EXS-03",
            code="stale",
        )
    try:
        with transaction.atomic():
            PresiderBallot.objects.create(
                session=session, round=current, elector=by.person, candidate=candidate, cast_at=at
            )
    except IntegrityError as error:
        raise Refused("You have chosen in this round already.", code="stale") from error
    winner = chosen_in(session, current, room)
    if winner:
        give_the_chair(session, "choose", winner, by=SYSTEM, at=at)
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
    """The presiding director ends the session; its result is worked out (M-06)."""
    result = result_by(lock(session), at)
    advance(session, "close", by=by, at=at, closed_at=at, result=result)
    for rows in (session.attendances, session.guests, session.presiding_intervals):
        rows.filter(until=None).update(until=at)
    return session


def result_by(session, at, look_ahead=False):
    """What the session counts as, by those who were in it until the instant (M-06).

    `look_ahead`: whoever was stale that day is what the Board has found since.
    """
    inside = [*stays(session.attendances, at), *stays(session.guests, at)]
    directors = {stay.person for stay in inside}
    worth = worth_of(directors, day_of(session.opened_at)) if session.opened_at else {}
    if look_ahead:
        worth |= found_since([one for one in worth if worth[one] == Independence.STALE], session)
    return result_of(inside, stays(session.presiding_intervals, at), worth)


def stays(rows, at):
    """Intervals of the room, those that have not ended taken to end at the instant."""
    return [Stay(row.person_id, row.since, row.until or at) for row in rows.all()]


def worth_of(people, day):
    """The independence, on the day, of those of them who are directors (C7)."""
    sitting = Directorship.objects.on(day).with_independence(day).filter(person__in=people)
    return dict(sitting.values_list("person", "independence"))


def found_since(people, session):
    """What the Board determined next of these directors; whoever was not looked at is left out."""
    made = Determination.objects.filter(
        person__in=people, standard=Standard.GENERAL, determined_on__gt=day_of(session.opened_at)
    )
    return {
        one.person_id: Independence.YES if one.independent else Independence.NO
        for one in made.order_by("-determined_on")
    }


@follow
@transaction.atomic
def settle_provisional(on):
    """A provisional session is settled when the Board has determined who was stale (M-06)."""
    waiting = ExecutiveSession.objects.filter(result=SessionResult.PROVISIONAL)
    for session in waiting.select_for_update(of=("self",)):
        result = result_by(session, session.closed_at, look_ahead=True)
        if result != SessionResult.PROVISIONAL:
            session.result, session.settled_on = result, on
            session.save(update_fields=["result", "settled_on"])
