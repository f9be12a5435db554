"""The independent directors' session by everybody, as M-06 says it: who enters, who presides."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.board.models import Designation, Directorship, Role
from governance.meetings import calling, operations, sessions
from governance.meetings.models import ExecutiveSession, PresiderBallot, SessionAttendance
from governance.notices.models import Notice
from governance.people.models import Office
from governance.records.models import Company, Entry
from tests.factories import meetings
from tests.factories.board import DesignationFactory, DeterminationFactory
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT
from tests.factories.people import AppointmentFactory
from tests.meetings.test_meeting_moves import (
    DAY,
    HOUR,
    STATES,
    WHY,
    come_to,
    make,
    refused,
    succeeds,
    told_by,
    who_may,
)

MINUTE = timedelta(minutes=1)
OTHERS = tuple(name for name in EVERYBODY if name not in INDEPENDENT)
# The independent directors apart from the one who leads them.
ELECTORS = tuple(name for name in INDEPENDENT if name != "lead_director")
B, D, E, F = ELECTORS[:4]

SESSION_STATES = (
    "stub",
    "ready",
    "open_pending_presider",
    "in_session",
    "closed",
    "waived",
    "cancelled",
    "not_held",
)


# --- A session in any state ---------------------------------------------------------------------


def enter(session, *names, cast, at):
    for name in names:
        sessions.enter_room(session, by=cast[name], at=at)


def begun_without_lead(*names, cast, now):
    """Adjourned an hour ago; these electors are in the room and nobody presides yet."""
    session = come_to("adjourned", cast=cast, now=now - 2 * HOUR).executive_session
    enter(session, *names, cast=cast, at=now)
    return sessions.begin_session(session, by=cast[names[0]], at=now)


def session_in(state, *, cast, now):
    """A session that has come to a state by the hour `now`."""
    if state == "stub":
        return come_to("in_session", cast=cast, now=now).executive_session
    if state == "cancelled":
        come_to("cancelled", cast=cast, now=now)
        return ExecutiveSession.objects.get()
    if state == "waived":
        session = come_to("in_session", cast=cast, now=now).executive_session
        for name in INDEPENDENT[:4]:
            calling.waive(session, why=WHY, by=cast[name], at=now)
        return fresh(session)
    if state == "open_pending_presider":
        return begun_without_lead(B, D, cast=cast, now=now)
    session = come_to("adjourned", cast=cast, now=now - 2 * HOUR).executive_session
    if state == "not_held":
        open_next_meeting(cast=cast, at=now)
    elif state != "ready":
        enter(session, "lead_director", B, cast=cast, at=now)
        sessions.begin_session(session, by=cast["lead_director"], at=now)
    if state == "closed":
        sessions.close_session(session, by=cast["lead_director"], at=now)
    return ExecutiveSession.objects.get(pk=session.pk)


def open_next_meeting(*, cast, at, **facts):
    """Another meeting of the directors is called to order."""
    people = [cast[name].person for name in DIRECTORS]
    return meetings.in_session(people, by=cast["secretary"], at=at, **facts)


def choose(session, elector, candidate, *, cast, at):
    return sessions.choose_presider(session, cast[candidate].person, by=cast[elector], at=at)


def vote(session, ballots, *, cast, at):
    """Each elector's ballot in turn; the session as it then stands."""
    for elector, candidate in ballots.items():
        choose(session, elector, candidate, cast=cast, at=at)
    return fresh(session)


def fresh(session):
    return ExecutiveSession.objects.get(pk=session.pk)


def moves_of(session):
    """What the record says of the session: from where to where, and who did it."""
    entries = Entry.objects.about(session).order_by("number")
    return list(entries.values_list("source", "target", "actor__email"))


# --- A regular Board meeting has its session, and one only --------------------------------------


@pytest.mark.parametrize("state", [state for state in STATES if state != "draft"])
def test_a_regular_board_meeting_has_one_session(state, cast, now):
    meeting = come_to(state, cast=cast, now=now)
    [session] = ExecutiveSession.objects.all()
    expected = {"cancelled": "cancelled", "failed_quorum": "cancelled", "adjourned": "ready"}
    assert session.meeting == meeting and session.state == expected.get(state, "stub")
    assert moves_of(session)[0] == ("", "stub", None)
    assert {actor for _, _, actor in moves_of(session)} == {None}


def test_a_draft_has_no_session_yet_and_a_cancelled_draft_never_has(cast, now):
    meeting = come_to("draft", cast=cast, now=now)
    make("cancel", meeting, by=cast["chair"], now=now)
    assert not ExecutiveSession.objects.exists()


@pytest.mark.parametrize("facts", [{"kind": "special"}, {"of": "audit"}])
def test_no_other_meeting_has_a_session(facts, cast, now):
    assert (
        told_by(lambda: come_to("adjourned", cast=cast, now=now, **facts))
        .keys()
        .isdisjoint({"session_set", "session_ready"})
    )
    assert not ExecutiveSession.objects.exists()


def test_a_second_session_is_not_set_after_the_same_meeting(cast, now):
    meeting = come_to("scheduled", cast=cast, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        sessions.set_session(meeting, at=now)
    refused(lambda: make("schedule", meeting, by=cast["secretary"], now=now), code="stale")
    assert ExecutiveSession.objects.count() == 1


def test_the_session_begins_where_the_meeting_should_end_and_moves_with_it(cast, now):
    meeting = come_to("noticed", cast=cast, now=now, minutes=90)
    [session] = ExecutiveSession.objects.all()
    assert session.starts_at == now + 90 * MINUTE
    told = told_by(lambda: make("reschedule", meeting, by=cast["secretary"], now=now))
    assert fresh(session).starts_at == now + DAY + 90 * MINUTE
    assert told["session_moved"] == set(INDEPENDENT)
    assert moves_of(session) == [("", "stub", None)]


# --- Who is told --------------------------------------------------------------------------------


def test_of_the_session_only_independent_directors_are_ever_told(cast, now):
    """The whole way from the calendar to the close, with a choice in between (NT-EXS)."""
    session = begun_without_lead(B, D, cast=cast, now=now)
    vote(session, {B: B, D: B}, cast=cast, at=now)
    sessions.close_session(session, by=cast[B], at=now + HOUR)
    told = Notice.objects.filter(kind__startswith="session_")
    readers = {}
    for kind, email in told.values_list("kind", "reader__email"):
        readers.setdefault(kind, set()).add(email.removesuffix("@example.com"))
    assert readers["session_set"] == readers["session_ready"] == set(INDEPENDENT)
    assert {B, D} <= readers["session_presider_needed"] <= set(INDEPENDENT)
    assert readers.keys() == {"session_set", "session_ready", "session_presider_needed"}
    assert told.filter(subject_id=session.pk).count() == told.count()


def test_that_nobody_presides_is_told_to_those_who_choose(cast, now):
    told = told_by(lambda: begun_without_lead(B, D, E, cast=cast, now=now))
    assert told["session_presider_needed"] == {B, D, E}


@pytest.mark.parametrize("state", SESSION_STATES)
def test_no_dependent_director_officer_or_administrator_finds_the_session(state, cast, now):
    session_in(state, cast=cast, now=now)
    seen = {name for name in EVERYBODY if ExecutiveSession.objects.visible_to(cast[name]).exists()}
    assert seen == set(INDEPENDENT)
    slots = {name for name in EVERYBODY if ExecutiveSession.objects.slots_for(cast[name]).exists()}
    assert slots == {*DIRECTORS, "secretary"}
    read = {name for name in EVERYBODY if entries_visible_to(cast[name])}
    assert read == set(INDEPENDENT)


def entries_visible_to(user):
    label = ExecutiveSession._meta.label_lower
    return Entry.objects.visible_to(user).filter(subject_label=label).exists()


# --- Who enters ---------------------------------------------------------------------------------


def test_only_independent_directors_enter(cast, now):
    session = session_in("ready", cast=cast, now=now)
    may = who_may(cast, lambda by: sessions.enter_room(session, by=by, at=now))
    assert may == set(INDEPENDENT)
    refused(lambda: sessions.enter_room(session, by=None, at=now))


@pytest.mark.parametrize("state", SESSION_STATES)
def test_the_room_is_open_from_the_adjournment_to_the_close(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    may = who_may(cast, lambda by: sessions.enter_room(session, by=by, at=now + MINUTE))
    is_open = state in ("ready", "open_pending_presider", "in_session")
    assert may == (set(INDEPENDENT) if is_open else set())


def test_a_stale_determination_still_opens_the_room(cast, now):
    session = session_in("ready", cast=cast, now=now)
    day = Company.current().day_of(now)
    DeterminationFactory(
        person=cast["director"].person,
        determined_on=day - 366 * DAY,
        expires_on=day - DAY,
    )
    enter(session, "director", cast=cast, at=now)
    assert session.in_the_room(now) == 1


def no_longer(reason, user, day):
    """The person stops being an independent director on that day."""
    person = user.person
    if reason == "left the Board":
        Directorship.objects.filter(person=person).update(until=day)
    elif reason == "found dependent":
        DeterminationFactory(person=person, independent=False, determined_on=day)
    elif reason == "was a manager since":
        # What ended it is over; until the Board determines anew there is no determination.
        AppointmentFactory(
            person=person,
            office=Office.MANAGER,
            interim=True,
            since=day - 30 * DAY,
            until=day - 10 * DAY,
        )
    else:
        AppointmentFactory(person=person, office=Office.MANAGER, since=day)


REASONS = ("left the Board", "found dependent", "was a manager since", "took a post")


@pytest.mark.parametrize("reason", REASONS)
def test_who_stopped_being_independent_stays_outside_and_is_not_counted(reason, cast, now):
    session = session_in("ready", cast=cast, now=now)
    enter(session, "director", "audit_chair", cast=cast, at=now)
    no_longer(reason, cast["director"], Company.current().day_of(now))
    assert session.in_the_room(now) == 1
    for name in ("director", "audit_chair"):
        refused(lambda name=name: sessions.begin_session(session, by=cast[name], at=now))
    sessions.enter_room(session, by=cast["audit_member"], at=now)
    refused(lambda: sessions.begin_session(session, by=cast["director"], at=now), "not_yours")
    begun = sessions.begin_session(session, by=cast["audit_chair"], at=now)
    refused(lambda: choose(begun, "director", "audit_chair", cast=cast, at=now))
    refused(lambda: choose(begun, "audit_chair", "director", cast=cast, at=now))


def test_a_second_click_at_the_door_changes_nothing(cast, now):
    session = session_in("ready", cast=cast, now=now)
    enter(session, "director", "director", cast=cast, at=now)
    enter(session, "director", cast=cast, at=now + MINUTE)
    [inside] = session.attendances.all()
    assert (inside.since, inside.until) == (now, None)


def test_who_leaves_may_come_back(cast, now):
    session = session_in("ready", cast=cast, now=now)
    enter(session, "director", cast=cast, at=now)
    sessions.leave_room(session, by=cast["director"], at=now + MINUTE)
    refused(
        lambda: sessions.leave_room(session, by=cast["director"], at=now + MINUTE), code="stale"
    )
    enter(session, "director", cast=cast, at=now + 2 * MINUTE)
    counted = [session.in_the_room(now + half * MINUTE / 2) for half in range(6)]
    assert counted == [1, 1, 0, 0, 1, 1]


def test_nobody_leaves_for_somebody_else(cast, now):
    session = session_in("ready", cast=cast, now=now)
    enter(session, "director", cast=cast, at=now)
    may = who_may(cast, lambda by: sessions.leave_room(session, by=by, at=now + MINUTE))
    assert may == {"director"}


# --- How it begins ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in SESSION_STATES if state != "ready"])
def test_it_begins_once_and_only_after_the_board_meeting(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    for name in ("lead_director", B):
        refused(
            lambda name=name: sessions.begin_session(session, by=cast[name], at=now), code="stale"
        )


@pytest.mark.parametrize("state", ["scheduled", "noticed", "in_session", "recessed"])
def test_it_does_not_begin_before_the_board_has_adjourned(state, cast, now):
    session = come_to(state, cast=cast, now=now).executive_session
    at = now + 5 * HOUR  # its hour on the calendar has come, and the Board still sits
    refused(lambda: sessions.enter_room(session, by=cast["lead_director"], at=at))
    refused(lambda: sessions.begin_session(session, by=cast["lead_director"], at=at), "stale")


@pytest.mark.parametrize("names", [INDEPENDENT[:2], ELECTORS[:2]])
def test_any_independent_director_begins_it(names, cast, now):
    session = session_in("ready", cast=cast, now=now)
    enter(session, *names, cast=cast, at=now)
    may = who_may(cast, lambda by: sessions.begin_session(session, by=by, at=now))
    assert may == set(INDEPENDENT)


@pytest.mark.parametrize("names", [INDEPENDENT, ELECTORS])
def test_two_make_a_session_and_one_does_not(names, cast, now):
    session = session_in("ready", cast=cast, now=now)

    def begins():
        return succeeds(lambda: sessions.begin_session(fresh(session), by=cast[names[0]], at=now))

    begun = [begins()]
    for name in names[:3]:
        enter(session, name, cast=cast, at=now)
        begun.append(begins())
    assert begun == [False, False, True, True]


@pytest.mark.parametrize("name", ["chief_executive", "chair", "secretary"])
def test_whoever_is_let_in_besides_makes_no_second(name, cast, now):
    session = session_in("ready", cast=cast, now=now)
    enter(session, "director", cast=cast, at=now)
    SessionAttendance.objects.create(session=session, person=cast[name].person, since=now)
    refused(lambda: sessions.begin_session(session, by=cast["director"], at=now))


def test_the_lead_who_is_in_the_room_presides_whoever_begins(cast, now):
    session = session_in("ready", cast=cast, now=now)
    enter(session, "lead_director", B, cast=cast, at=now)
    begun = sessions.begin_session(session, by=cast[B], at=now)
    assert begun.state == "in_session" and begun.presiding == cast["lead_director"].person
    assert begun.opened_at == now
    assert moves_of(session)[-1] == ("ready", "in_session", cast[B].email)


@pytest.mark.parametrize("why", ["absent", "vacant", "gone", *REASONS])
def test_without_a_lead_in_the_room_nobody_presides_yet(why, cast, now):
    session = session_in("ready", cast=cast, now=now)
    lead, day = cast["lead_director"], Company.current().day_of(now)
    names = [B, D] if why == "absent" else ["lead_director", B, D]
    enter(session, *names, cast=cast, at=now - MINUTE)
    if why == "gone":
        sessions.leave_room(session, by=lead, at=now)
    elif why == "vacant":
        Designation.objects.filter(role=Role.LEAD).update(until=day)
    elif why != "absent":
        no_longer(why, lead, day)
    begun = sessions.begin_session(session, by=cast[B], at=now)
    assert begun.state == "open_pending_presider" and begun.presiding is None
    assert moves_of(session)[-1] == ("ready", "open_pending_presider", cast[B].email)


# --- Who presides -------------------------------------------------------------------------------


def test_only_those_in_the_room_choose_and_are_chosen(cast, now):
    session = begun_without_lead(B, D, E, cast=cast, now=now)
    may = who_may(cast, lambda by: sessions.choose_presider(session, cast[B].person, by=by, at=now))
    assert may == {B, D, E}
    chosen = who_may(
        cast, lambda one: sessions.choose_presider(session, one.person, by=cast[B], at=now)
    )
    assert chosen == {B, D, E}


@pytest.mark.parametrize("state", [one for one in SESSION_STATES if one != "open_pending_presider"])
def test_nobody_is_chosen_at_another_time(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    for name in EVERYBODY:
        refused(lambda name=name: choose(session, name, B, cast=cast, at=now), code="stale")


@pytest.mark.parametrize("room, needed", [(2, 2), (3, 2), (4, 3), (5, 3), (6, 4)])
def test_more_than_half_of_those_in_the_room_choose(room, needed, cast, now):
    names = ELECTORS[:room]
    session = begun_without_lead(*names, cast=cast, now=now)
    for elector in names[: needed - 1]:
        stands = vote(session, {elector: names[0]}, cast=cast, at=now)
        assert stands.state == "open_pending_presider" and stands.presiding is None
    stands = vote(session, {names[needed - 1]: names[0]}, cast=cast, at=now)
    assert stands.state == "in_session" and stands.presiding == cast[names[0]].person


def test_a_tie_chooses_nobody_and_the_next_round_may(cast, now):
    """P-16: two for B and two for D; then three for D."""
    session = begun_without_lead(B, D, E, F, cast=cast, now=now)
    tied = vote(session, {B: B, D: D, E: B, F: D}, cast=cast, at=now)
    assert tied.state == "open_pending_presider" and tied.presiding is None
    chosen = vote(session, {B: B, D: D, E: D, F: D}, cast=cast, at=now + MINUTE)
    assert chosen.state == "in_session" and chosen.presiding == cast[D].person
    assert moves_of(session)[-1] == ("open_pending_presider", "in_session", None)
    rounds = PresiderBallot.objects.values_list("round", flat=True)
    assert sorted(rounds) == [1] * 4 + [2] * 4


def test_rounds_have_no_end_until_somebody_is_chosen(cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    for number in range(1, 8):
        stands = vote(session, {B: B, D: D}, cast=cast, at=now + number * MINUTE)
        assert stands.state == "open_pending_presider" and stands.presiding is None
    assert vote(session, {D: D, B: D}, cast=cast, at=now + HOUR).presiding == cast[D].person


def test_nobody_is_preferred_when_nobody_has_more_than_half(cast, now):
    session = begun_without_lead(*ELECTORS, cast=cast, now=now)
    ballots = dict(zip(ELECTORS, (B, B, B, D, D, E), strict=True))
    assert vote(session, ballots, cast=cast, at=now).presiding is None


def test_a_ballot_is_cast_once_in_a_round(cast, now):
    session = begun_without_lead(B, D, E, cast=cast, now=now)
    choose(session, B, B, cast=cast, at=now)
    for candidate in (B, D):
        refused(
            lambda candidate=candidate: choose(session, B, candidate, cast=cast, at=now), "stale"
        )


def test_a_ballot_beside_the_majority_comes_too_late(cast, now):
    session = begun_without_lead(B, D, E, cast=cast, now=now)
    assert vote(session, {B: D, D: D}, cast=cast, at=now).presiding == cast[D].person
    refused(lambda: choose(session, E, E, cast=cast, at=now), code="stale")


def test_who_left_neither_chooses_nor_is_chosen(cast, now):
    session = begun_without_lead(B, D, E, F, cast=cast, now=now)
    vote(session, {B: B, D: B}, cast=cast, at=now)
    sessions.leave_room(session, by=cast[B], at=now + MINUTE)
    refused(lambda: choose(session, E, B, cast=cast, at=now + MINUTE))
    refused(lambda: choose(session, B, E, cast=cast, at=now + MINUTE))
    assert vote(session, {E: E}, cast=cast, at=now + MINUTE).presiding is None
    # Two of the three who are left.
    assert vote(session, {F: E}, cast=cast, at=now + MINUTE).presiding == cast[E].person


def test_who_comes_later_counts_from_then_on(cast, now):
    session = begun_without_lead(B, D, E, cast=cast, now=now)
    choose(session, B, B, cast=cast, at=now)
    enter(session, F, cast=cast, at=now)
    # Two of four are not more than half.
    assert vote(session, {D: B}, cast=cast, at=now).presiding is None
    assert vote(session, {F: B}, cast=cast, at=now).presiding == cast[B].person


def test_one_director_left_alone_does_not_choose_themselves(cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    sessions.leave_room(session, by=cast[D], at=now)
    refused(lambda: choose(session, B, B, cast=cast, at=now + MINUTE))


def test_the_lead_who_joins_presides_and_the_ballot_ends(cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    choose(session, B, B, cast=cast, at=now)
    enter(session, "lead_director", cast=cast, at=now + MINUTE)
    sessions.take_the_chair(session, by=cast["lead_director"], at=now + MINUTE)
    stands = fresh(session)
    assert stands.state == "in_session" and stands.presiding == cast["lead_director"].person
    lead = cast["lead_director"].email
    assert moves_of(session)[-1] == ("open_pending_presider", "in_session", lead)
    refused(lambda: choose(session, D, B, cast=cast, at=now + MINUTE), code="stale")


def test_the_lead_who_joins_is_asked_first(cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    enter(session, "lead_director", cast=cast, at=now + MINUTE)
    assert fresh(session).state == "open_pending_presider"


def test_a_director_who_does_not_lead_takes_nothing_over_by_joining(cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    enter(session, E, cast=cast, at=now + MINUTE)
    assert fresh(session).state == "open_pending_presider"


def test_the_alternate_goes_on_presiding_when_the_lead_joins_later(cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    vote(session, {B: D, D: D}, cast=cast, at=now)
    enter(session, "lead_director", cast=cast, at=now + MINUTE)
    stands = fresh(session)
    assert stands.state == "in_session" and stands.presiding == cast[D].person


def test_a_new_lead_presides_from_the_day_of_the_designation(cast, now):
    session = session_in("ready", cast=cast, now=now)
    day = Company.current().day_of(now)
    Designation.objects.filter(role=Role.LEAD).update(until=day)
    DesignationFactory(person=cast[B].person, role=Role.LEAD, since=day)
    enter(session, "lead_director", B, cast=cast, at=now)
    assert sessions.begin_session(session, by=cast[B], at=now).presiding == cast[B].person


# --- How it ends --------------------------------------------------------------------------------


def test_the_lead_who_presides_closes_it(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    may = who_may(cast, lambda by: sessions.close_session(fresh(session), by=by, at=now + HOUR))
    assert may == {"lead_director"}


def test_the_alternate_who_presides_closes_it_and_not_the_lead(cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    vote(session, {B: D, D: D}, cast=cast, at=now)
    enter(session, "lead_director", cast=cast, at=now)
    may = who_may(cast, lambda by: sessions.close_session(fresh(session), by=by, at=now + HOUR))
    assert may == {D}


@pytest.mark.parametrize("state", [state for state in SESSION_STATES if state != "in_session"])
def test_only_a_session_that_somebody_presides_over_is_closed(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    for name in ("lead_director", B):
        refused(
            lambda name=name: sessions.close_session(session, by=cast[name], at=now), code="stale"
        )


def test_at_the_close_everybody_leaves_and_the_record_says_who_was_there(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    enter(session, D, cast=cast, at=now + MINUTE)
    sessions.leave_room(session, by=cast[B], at=now + 2 * MINUTE)
    closed = sessions.close_session(session, by=cast["lead_director"], at=now + HOUR)
    assert (closed.state, closed.closed_at) == ("closed", now + HOUR)
    assert closed.presiding == cast["lead_director"].person
    there = {row.person: (row.since, row.until) for row in session.attendances.all()}
    assert there == {
        cast["lead_director"].person: (now, now + HOUR),
        cast[B].person: (now, now + 2 * MINUTE),
        cast[D].person: (now + MINUTE, now + HOUR),
    }
    refused(lambda: sessions.leave_room(session, by=cast[D], at=now + 2 * HOUR), code="stale")


# --- When it is not held ------------------------------------------------------------------------


def test_a_session_still_waiting_when_the_next_regular_meeting_opens_was_not_held(cast, now):
    session = session_in("ready", cast=cast, now=now)
    other = open_next_meeting(cast=cast, at=now + DAY)
    assert fresh(session).state == "not_held"
    assert moves_of(session)[-1] == ("ready", "not_held", None)
    assert fresh(other.executive_session).state == "stub"


@pytest.mark.parametrize("of", ["special", "audit"])
def test_no_other_meeting_passes_it_over(of, cast, now):
    session = session_in("ready", cast=cast, now=now)
    audit = cast["audit_chair"].person.seats.get().committee
    facts = {"kind": "special"} if of == "special" else {"committee": audit}
    people = [cast[name].person for name in ("audit_chair", "audit_member", "lead_director")]
    if of == "special":
        people = [cast[name].person for name in DIRECTORS]
    meetings.in_session(people, by=cast["secretary"], at=now + DAY, **facts)
    assert fresh(session).state == "ready"


def test_that_the_next_meeting_is_only_called_passes_nothing_over(cast, now):
    session = session_in("ready", cast=cast, now=now)
    come_to("noticed", cast=cast, now=now + DAY)
    assert fresh(session).state == "ready"


@pytest.mark.parametrize("state", ["open_pending_presider", "in_session", "closed"])
def test_a_session_that_began_is_not_passed_over(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    open_next_meeting(cast=cast, at=now + DAY)
    assert fresh(session).state == state


@pytest.mark.parametrize("state", ["stub", "ready"])
def test_a_meeting_that_is_over_takes_its_session_along_only_before_it_is_held(state, cast, now):
    """Nothing cancels a session once the Board has adjourned (G-EXS-01)."""
    session = session_in(state, cast=cast, now=now)
    for act in (
        lambda: operations.cancel(session.meeting, by=cast["secretary"], at=now, why=WHY),
        lambda: operations.record_no_quorum(session.meeting, by=cast["secretary"], at=now),
    ):
        refused(act, code="stale")


# --- What is taken up ---------------------------------------------------------------------------

OVER = ("closed", "waived", "cancelled", "not_held")


@pytest.mark.parametrize("state", SESSION_STATES)
def test_the_lead_notes_what_is_to_be_taken_up_until_it_is_over(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    may = who_may(cast, lambda by: sessions.note_matters(session, text="Pay", by=by, at=now))
    assert may == (set() if state in OVER else {"lead_director"})


def test_whoever_presides_notes_as_well(cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    vote(session, {B: D, D: D}, cast=cast, at=now)
    may = who_may(cast, lambda by: sessions.note_matters(session, text="Pay", by=by, at=now))
    assert may == {D, "lead_director"}


def test_what_is_noted_lies_sealed_in_the_table(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    sessions.note_matters(session, text=" The successor ", by=cast["lead_director"], at=now)
    assert fresh(session).matters == "The successor"
    rows = [*ExecutiveSession.objects.values(), *ExecutiveSession.pgh_event_model.objects.values()]
    assert not any(b"successor" in bytes(row["sealed_matters"]) for row in rows)
