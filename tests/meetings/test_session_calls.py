"""Sessions beside the regular one: early, called specially; and regular ones waived or removed."""

import pytest
from django.db import DatabaseError, transaction

from governance.meetings import calling, operations, sessions
from governance.meetings.models import ExecutiveSession, SessionInvitation, WaiverVote
from governance.notices.models import Notice
from governance.people.models import User
from governance.records.models import Company
from tests.factories.cast import EVERYBODY, INDEPENDENT
from tests.meetings.test_meeting_moves import DAY, HOUR, WHY, come_to, refused, told_by, who_may
from tests.meetings.test_refused_writes import is_fixed
from tests.meetings.test_session_moves import (
    ELECTORS,
    SESSION_STATES,
    B,
    D,
    E,
    F,
    enter,
    fresh,
    moves_of,
    no_longer,
    open_next_meeting,
    session_in,
)

LEAD = "lead_director"


def people(*names, cast):
    return [cast[name].person for name in names]


def seen_by(session, cast):
    """Who knows of it, asked anew."""
    anew = {user.email: user for user in User.objects.all()}
    return {
        name
        for name in EVERYBODY
        if ExecutiveSession.objects.visible_to(anew[cast[name].email])
        .filter(pk=session.pk)
        .exists()
    }


# --- Waived -------------------------------------------------------------------------------------


def vote(session, *names, cast, at, why=WHY):
    for name in names:
        calling.waive(session, why=why, by=cast[name], at=at)
    return fresh(session)


@pytest.mark.parametrize("state", ["stub", "ready"])
def test_p_40_more_than_half_of_seven_waive_a_session(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    assert vote(session, *ELECTORS[:3], cast=cast, at=now).state == state
    assert vote(session, LEAD, cast=cast, at=now, why="Joins").state == "waived"
    assert moves_of(session)[-1] == (state, "waived", None)
    votes = session.waiver_votes.values_list("person", "why")
    assert list(votes)[-1] == (cast[LEAD].person_id, "Joins") and len(votes) == 4


def test_p_40_votes_of_those_who_are_independent_no_more_do_not_count(cast, now):
    session = session_in("stub", cast=cast, now=now)
    vote(session, B, D, E, cast=cast, at=now)
    no_longer("took a post", cast[B], Company.current().day_of(now))
    # Two of six, and then three: half is not more than half.
    assert vote(session, F, cast=cast, at=now).state == "stub"
    assert vote(session, LEAD, cast=cast, at=now).state == "waived"


@pytest.mark.parametrize("state", SESSION_STATES)
def test_only_independent_directors_waive_what_waits_for_its_hour(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    may = who_may(cast, lambda by: calling.waive(session, why=WHY, by=by, at=now))
    assert may == (set(INDEPENDENT) if state in ("stub", "ready") else set())


def test_a_vote_to_waive_is_cast_once_with_a_reason_and_stays(cast, now):
    session = session_in("stub", cast=cast, now=now)
    for why in ("", "  "):
        refused(lambda why=why: vote(session, B, cast=cast, at=now, why=why))
    vote(session, B, cast=cast, at=now)
    refused(lambda: vote(session, B, cast=cast, at=now), code="stale")
    is_fixed(WaiverVote.objects.get(), why="None.", person=cast[D].person, cast_at=now - DAY)


def test_a_session_that_began_takes_no_vote_whatever_is_typed(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    typed = WaiverVote(session=session, person=cast[B].person, cast_at=now, why=WHY)
    with pytest.raises(DatabaseError), transaction.atomic():
        WaiverVote.objects.bulk_create([typed])


def test_a_waived_session_moves_with_its_meeting_untold(cast, now):
    """Its hour is all that others know of it: it tells nobody that it was waived."""
    meeting = come_to("noticed", cast=cast, now=now)
    session = vote(meeting.executive_session, *INDEPENDENT[:4], cast=cast, at=now - 3 * DAY)
    facts = {"by": cast["secretary"], "at": now - 2 * DAY, "why": WHY}
    told = told_by(lambda: operations.reschedule(meeting, starts_at=now + DAY, **facts))
    assert "session_set" not in told
    meeting.refresh_from_db()
    assert fresh(session).starts_at == meeting.ends_at
    assert (
        set(EVERYBODY)
        > {name for name in EVERYBODY if ExecutiveSession.objects.slots_for(cast[name]).exists()}
        >= {"secretary", "chair"}
    )


# --- Early --------------------------------------------------------------------------------------


def open_early(stub, *names, cast, at, by=None):
    return calling.open_early(stub, people(*names, cast=cast), by=cast[by or names[0]], at=at)


@pytest.mark.parametrize(
    "names, state", [((LEAD, B), "in_session"), ((B, D), "open_pending_presider")]
)
def test_g_exs_01_an_early_session_is_its_own_and_the_stub_stays(names, state, cast, now):
    stub = session_in("stub", cast=cast, now=now)
    early = open_early(stub, *names, cast=cast, at=now)
    assert (early.kind, early.state, early.meeting) == ("early", state, stub.meeting)
    assert early.starts_at == early.opened_at == now
    assert {row.person for row in early.attendances.all()} == set(people(*names, cast=cast))
    assert fresh(stub).state == "stub"
    assert stub.meeting.executive_session == stub
    assert moves_of(early)[0] == ("", "stub", cast[names[0]].email)
    operations.adjourn(stub.meeting, by=cast["chair"], at=now + HOUR)
    assert fresh(stub).state == "ready" and fresh(early).state == state


@pytest.mark.parametrize(
    "names", [(), (B,), (B, "chair"), (B, "chief_executive"), (B, "secretary")]
)
def test_g_exs_01_two_independent_directors_open_one_early(names, cast, now):
    stub = session_in("stub", cast=cast, now=now)
    refused(lambda: open_early(stub, *names, cast=cast, at=now, by=B))


def test_m_06_any_independent_director_opens_one_early_and_nobody_else(cast, now):
    stub = session_in("stub", cast=cast, now=now)
    may = who_may(cast, lambda by: calling.open_early(stub, people(B, D, cast=cast), by=by, at=now))
    assert may == set(INDEPENDENT)


@pytest.mark.parametrize("state", [state for state in SESSION_STATES if state != "stub"])
def test_m_06_an_early_session_comes_before_the_end_of_the_meeting(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    refused(lambda: open_early(session, B, D, cast=cast, at=now), code="stale")


def test_m_06_one_early_session_is_held_at_a_time(cast, now):
    stub = session_in("stub", cast=cast, now=now)
    early = open_early(stub, LEAD, B, cast=cast, at=now)
    refused(lambda: open_early(stub, D, E, cast=cast, at=now), code="stale")
    refused(lambda: open_early(early, D, E, cast=cast, at=now), code="stale")
    sessions.close_session(early, by=cast[LEAD], at=now + HOUR)
    assert fresh(early).result == "qualifying"
    assert open_early(stub, D, E, cast=cast, at=now + 2 * HOUR).kind == "early"


# --- Removed ------------------------------------------------------------------------------------


def test_m_06_the_only_session_of_a_meeting_is_not_removed(cast, now):
    stub = session_in("stub", cast=cast, now=now)
    remove = lambda by=LEAD, why=WHY: calling.remove_session(  # noqa: E731
        stub, why=why, by=cast[by], at=now
    )
    refused(remove)
    open_early(stub, B, D, cast=cast, at=now)
    refused(lambda: remove(why=" "))
    may = who_may(cast, lambda by: calling.remove_session(fresh(stub), why=WHY, by=by, at=now))
    assert may == {LEAD}
    remove()
    assert fresh(stub).state == "cancelled"
    assert moves_of(stub)[-1] == ("stub", "cancelled", cast[LEAD].email)
    operations.adjourn(stub.meeting, by=cast["chair"], at=now + HOUR)
    assert fresh(stub).state == "cancelled"


# --- Called specially ---------------------------------------------------------------------------


def call(by, *invited, cast, at, **facts):
    facts = {"starts_at": at + HOUR, **facts}
    return calling.call_session(people(*invited, cast=cast), by=cast[by], at=at, **facts)


def test_m_06_the_lead_calls_a_session_alone(cast, now):
    told = told_by(lambda: call(LEAD, B, D, cast=cast, at=now))
    session = ExecutiveSession.objects.get()
    assert (session.kind, session.state, session.meeting) == ("special", "ready", None)
    assert told == {"session_set": {LEAD, B, D}}
    assert seen_by(session, cast) == {LEAD, B, D}


def test_m_06_of_two_other_directors_the_second_joins_the_call(cast, now):
    session = call(B, D, E, cast=cast, at=now)
    assert session.state == "stub" and seen_by(session, cast) == {LEAD, B, D, E}
    refused(lambda: sessions.enter_room(session, by=cast[D], at=now))
    may = who_may(cast, lambda by: calling.join_call(fresh(session), by=by, at=now))
    assert may == {LEAD, D, E}
    told = told_by(lambda: calling.join_call(session, by=cast[E], at=now))
    assert fresh(session).state == "ready" and told == {"session_ready": {LEAD, B, D, E}}
    called = session.invitations.exclude(called_at=None)
    assert {row.person for row in called} == set(people(B, E, cast=cast))
    refused(lambda: calling.join_call(session, by=cast[D], at=now), code="stale")


def test_m_06_independent_directors_alone_call_and_are_invited(cast, now):
    may = who_may(
        cast,
        lambda by: calling.call_session(
            people(B, D, cast=cast), starts_at=now + HOUR, by=by, at=now
        ),
    )
    assert may == set(INDEPENDENT)
    for name in ("chair", "chief_executive", "secretary", "outsider"):
        refused(lambda name=name: call(LEAD, B, name, cast=cast, at=now))
    refused(lambda: call(B, cast=cast, at=now))
    refused(lambda: call(B, B, cast=cast, at=now))
    refused(lambda: call(LEAD, B, cast=cast, at=now, starts_at=now - HOUR))


def test_m_06_a_session_called_specially_is_held_by_those_invited(cast, now):
    session = call(LEAD, B, D, cast=cast, at=now)
    may = who_may(cast, lambda by: sessions.enter_room(fresh(session), by=by, at=now))
    assert may == {LEAD, B, D}
    enter(session, B, D, cast=cast, at=now)
    may = who_may(cast, lambda by: sessions.begin_session(fresh(session), by=by, at=now))
    assert may == {LEAD, B, D}
    begun = sessions.begin_session(session, by=cast[B], at=now)
    for elector in (B, D):
        sessions.choose_presider(begun, cast[D].person, by=cast[elector], at=now)
    closed = sessions.close_session(fresh(session), by=cast[D], at=now + HOUR)
    assert (closed.state, closed.result, closed.meeting) == ("closed", "qualifying", None)
    assert set(Notice.objects.values_list("reader__email", flat=True)) == {
        cast[name].email for name in (LEAD, B, D)
    }


def test_ac_ind_who_is_not_invited_knows_nothing_of_it(cast, now):
    session = call(LEAD, B, D, cast=cast, at=now)
    no_longer("found dependent", cast[B], Company.current().day_of(now))
    assert seen_by(session, cast) == {LEAD, D}
    assert not ExecutiveSession.objects.slots_for(cast["secretary"]).exists()


def test_m_06_a_session_called_specially_is_neither_waived_nor_removed_nor_early(cast, now):
    session = call(LEAD, B, D, cast=cast, at=now)
    waiting = call(B, D, cast=cast, at=now)
    for one in (session, waiting):
        refused(lambda one=one: vote(one, B, cast=cast, at=now), code="stale")
        refused(lambda one=one: open_early(one, B, D, cast=cast, at=now), code="stale")
        refused(lambda one=one: calling.remove_session(one, why=WHY, by=cast[LEAD], at=now))


def test_a_regular_session_is_called_by_nobody(cast, now):
    session = session_in("stub", cast=cast, now=now)
    refused(lambda: calling.join_call(session, by=cast[B], at=now))


@pytest.mark.parametrize("days, state", [(-1, "not_held"), (2, "ready")])
def test_m_06_a_call_that_waits_is_over_when_a_later_regular_meeting_opens(days, state, cast, now):
    session = call(LEAD, B, cast=cast, at=now - 3 * DAY, starts_at=now + days * DAY)
    open_next_meeting(cast=cast, at=now)
    assert fresh(session).state == state


def test_a_session_has_the_meeting_of_its_kind_whatever_is_typed(cast, now):
    stub = session_in("stub", cast=cast, now=now)
    for facts in (
        {"kind": "special", "meeting": stub.meeting},
        {"kind": "early"},
        {"kind": "regular"},
        {"kind": "regular", "meeting": stub.meeting},
    ):
        typed = ExecutiveSession(starts_at=now, **facts)
        with pytest.raises(DatabaseError), transaction.atomic():
            ExecutiveSession.objects.bulk_create([typed])


def test_nobody_is_invited_any_more_once_it_has_begun(cast, now):
    session = call(LEAD, B, D, cast=cast, at=now)
    enter(session, LEAD, B, cast=cast, at=now)
    sessions.begin_session(session, by=cast[B], at=now)
    is_fixed(session.invitations.first(), person=cast[E].person, called_at=now - DAY)
    late = SessionInvitation(session=session, person=cast[E].person)
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionInvitation.objects.bulk_create([late])
