"""What the database itself refuses of meetings, sessions and votes, whoever holds the shell."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from governance.decisions.models import Ballot, Motion, Voter
from governance.decisions.operations import cast_ballot, close_vote
from governance.meetings import attending, calling, guests, operations, sessions
from governance.meetings.models import (
    AgendaItem,
    Attendance,
    ExecutiveSession,
    Meeting,
    PresiderBallot,
    PresidingInterval,
    Recusal,
    SessionAttendance,
    SessionGuest,
    WaiverVote,
)
from governance.records.models import Entry
from tests.factories import decisions
from tests.factories.cast import DIRECTORS
from tests.meetings.test_machine import MEETING_STEPS, SESSION_STEPS
from tests.meetings.test_meeting_moves import DAY, HOUR, STATES, come_to
from tests.meetings.test_session_moves import SESSION_STATES, B, D, E, begun_without_lead, vote
from tests.meetings.test_session_moves import session_in as session_that_is

MOTION_STATES = ("drafted", "open", "voting", "passed", "failed", "inquorate", "withdrawn")
MOTION_STEPS = {
    ("drafted", "open"),
    ("open", "voting"),
    ("voting", "passed"),
    ("voting", "failed"),
    ("voting", "inquorate"),
    ("drafted", "withdrawn"),
    ("open", "withdrawn"),
}


def refused(write):
    """The database turns the write down, whoever asks."""
    with pytest.raises(DatabaseError), transaction.atomic():
        write()
        by_hand("SET CONSTRAINTS ALL IMMEDIATE")


def by_hand(sentence, *values):
    with connection.cursor() as cursor:
        cursor.execute(sentence, values)


def set_by_hand(row, **facts):
    """An UPDATE typed into a shell of the database."""
    [(field, value)] = facts.items()
    table = row._meta.db_table
    by_hand(f'UPDATE "{table}" SET "{field}" = %s WHERE id = %s', value, row.pk)


def rows_of(row):
    return type(row)._default_manager.filter(pk=row.pk)


def is_fixed(row, **facts):
    """Nothing changes the row: not an update, not SQL; and nothing deletes it."""
    for field, value in facts.items():
        refused(lambda field=field, value=value: rows_of(row).update(**{field: value}))
        column = row._meta.get_field(field).column
        key = getattr(value, "pk", value)
        refused(lambda column=column, key=key: set_by_hand(row, **{column: key}))
    stays(row)


def stays(row):
    refused(lambda: rows_of(row)._raw_delete(using="default"))
    refused(lambda: by_hand(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', row.pk))


# --- States follow the tables -------------------------------------------------------------------


def cannot_step(row, states, steps):
    for state in states:
        if state != row.state and (row.state, state) not in steps:
            refused(lambda state=state: rows_of(row).update(state=state))
            refused(lambda state=state: set_by_hand(row, state=state))


@pytest.mark.parametrize("state", STATES)
def test_a_bare_update_takes_a_meeting_nowhere_but_along_the_table(state, cast, now):
    meeting = come_to(state, cast=cast, now=now)
    cannot_step(meeting, [*STATES, "closed", "nonsense", ""], MEETING_STEPS)


@pytest.mark.parametrize("state", SESSION_STATES)
def test_a_bare_update_takes_a_session_nowhere_but_along_the_table(state, cast, now):
    session = session_that_is(state, cast=cast, now=now)
    cannot_step(session, [*SESSION_STATES, "nonsense", ""], SESSION_STEPS)


@pytest.fixture
def meeting(cast, now):
    return come_to("in_session", cast=cast, now=now)


@pytest.fixture
def motion(cast, meeting, now):
    """A motion whose vote is open, with one ballot on it."""
    motion = decisions.voting(meeting, mover=cast["director"].person, by=cast["secretary"], at=now)
    ballot(motion, "director", "for", cast=cast, at=now)
    return motion


def ballot(motion, name, choice, *, cast, at):
    return cast_ballot(
        motion, choice=choice, by=cast[name], at=at, digest=motion.digest, method="password"
    )


def motion_that_is(state, motion, *, cast, now):
    by, mover = cast["secretary"], cast["director"].person
    if state in ("drafted", "open", "withdrawn"):
        motion = decisions.put(motion.meeting, mover=mover, by=by, at=now)
    if state == "open":
        decisions.operations.put_before_meeting(motion, by=cast["chair"], at=now)
    elif state == "withdrawn":
        decisions.operations.withdraw(motion, by=cast["director"], at=now)
    elif state == "passed":
        for name in DIRECTORS:
            ballot(motion, name, "for", cast=cast, at=now)
    elif state == "inquorate":
        for name in DIRECTORS[:5]:
            attending.record_departure(motion.meeting, cast[name].person, by=by, at=now)
    if state in ("passed", "failed", "inquorate"):
        motion = close_vote(motion, by=by, at=now)
    assert motion.state == state
    return motion


@pytest.mark.parametrize("state", MOTION_STATES)
def test_a_bare_update_takes_a_motion_nowhere_but_along_the_table(state, motion, cast, now):
    moved = motion_that_is(state, motion, cast=cast, now=now)
    cannot_step(moved, [*MOTION_STATES, "nonsense", ""], MOTION_STEPS)


@pytest.mark.parametrize("state", STATES)
def test_a_meeting_and_its_session_are_never_deleted(state, cast, now):
    meeting = come_to(state, cast=cast, now=now)
    stays(meeting)
    for session in ExecutiveSession.objects.all():
        stays(session)


@pytest.mark.parametrize("state", MOTION_STATES)
def test_a_motion_is_never_deleted(state, motion, cast, now):
    stays(motion_that_is(state, motion, cast=cast, now=now))


@pytest.mark.parametrize("state", STATES[1:])
def test_a_meeting_is_not_born_half_way(state, cast, now):
    born = Meeting(
        kind="special", name="Unheard of", starts_at=now + DAY, place="Somewhere", state=state
    )
    if state in ("in_session", "recessed", "adjourned"):
        born.convened_at = now
    if state == "adjourned":
        born.adjourned_at = now
    refused(lambda: Meeting.objects.bulk_create([born]))


@pytest.mark.parametrize("state", SESSION_STATES[1:])
def test_a_session_is_not_born_half_way(state, cast, now):
    meeting = come_to("noticed", cast=cast, now=now, kind="special")
    born = ExecutiveSession(meeting=meeting, starts_at=now, state=state)
    if state in ("in_session", "closed"):
        born.presiding, born.opened_at = cast["lead_director"].person, now
    if state == "closed":
        born.closed_at = now
    refused(lambda: ExecutiveSession.objects.bulk_create([born]))


# --- A state and its facts ----------------------------------------------------------------------


def test_a_meeting_has_the_hours_of_its_state(cast, now):
    waiting = come_to("noticed", cast=cast, now=now)
    refused(lambda: rows_of(waiting).update(state="in_session"))
    refused(lambda: rows_of(waiting).update(convened_at=now))
    refused(lambda: rows_of(waiting).update(place="", dial_in=""))
    held = come_to("adjourned", cast=cast, now=now)
    for facts in (
        {"convened_at": None},
        {"adjourned_at": None},
        {"adjourned_at": held.convened_at - timedelta(seconds=1)},
        {"minutes": 0},
    ):
        refused(lambda facts=facts: rows_of(held).update(**facts))


def test_nobody_presides_by_an_update_over_a_session_that_is_not_open(cast, now):
    lead = cast["lead_director"].person
    waiting = session_that_is("ready", cast=cast, now=now)
    refused(lambda: rows_of(waiting).update(presiding=lead))
    refused(lambda: rows_of(waiting).update(state="in_session"))
    refused(lambda: rows_of(waiting).update(closed_at=now))


@pytest.mark.parametrize("state", ["in_session", "closed"])
def test_a_session_that_is_held_keeps_a_presider(state, cast, now):
    held = session_that_is(state, cast=cast, now=now)
    refused(lambda: rows_of(held).update(presiding=None))


@pytest.mark.parametrize("hour", ["opened_at", "closed_at"])
def test_a_session_that_is_closed_keeps_its_hours(hour, cast, now):
    closed = session_that_is("closed", cast=cast, now=now)
    refused(lambda: rows_of(closed).update(**{hour: None}))


def test_a_session_is_not_closed_before_it_opened(cast, now):
    closed = session_that_is("closed", cast=cast, now=now)
    refused(lambda: rows_of(closed).update(closed_at=closed.opened_at - timedelta(seconds=1)))


def test_a_session_hangs_on_one_meeting_and_a_meeting_has_one(cast, now):
    session = session_that_is("ready", cast=cast, now=now)
    refused(lambda: rows_of(session).update(meeting=None))
    refused(
        lambda: ExecutiveSession.objects.bulk_create(
            [ExecutiveSession(meeting=session.meeting, starts_at=now)]
        )
    )


# --- Presence -----------------------------------------------------------------------------------


def test_nobody_is_in_two_places_at_once_whatever_is_typed(cast, now, meeting):
    present = meeting.attendances.get(person=cast["director"].person)
    facts = {"meeting": meeting, "person": present.person, "mode": "video"}
    refused(lambda: Attendance.objects.bulk_create([Attendance(since=now + DAY, **facts)]))
    refused(lambda: rows_of(present).update(until=present.since - timedelta(seconds=1)))
    session = session_that_is("in_session", cast=cast, now=now + 2 * DAY)
    inside = session.attendances.get(person=cast[B].person)
    again = SessionAttendance(session=session, person=inside.person, since=now + 3 * DAY)
    refused(lambda: SessionAttendance.objects.bulk_create([again]))
    refused(lambda: rows_of(inside).update(until=inside.since - timedelta(seconds=1)))


def test_attendance_of_a_meeting_that_adjourned_is_fixed(cast, now):
    held = come_to("adjourned", cast=cast, now=now)
    is_fixed(held.attendances.first(), until=now + 5 * HOUR, mode="telephone")


def test_nobody_is_added_to_a_meeting_that_adjourned(cast, now):
    held = come_to("adjourned", cast=cast, now=now, present=DIRECTORS[:5])
    late = Attendance(
        meeting=held, person=cast["chair"].person, mode="video", since=now, until=now + HOUR
    )
    refused(lambda: Attendance.objects.bulk_create([late]))


def test_the_agenda_of_a_meeting_that_adjourned_is_fixed(cast, now, meeting):
    by = cast["secretary"]
    item = operations.add_item(meeting, title="The plan", by=by, at=now)
    operations.adjourn(meeting, by=cast["chair"], at=now + HOUR)
    is_fixed(AgendaItem.objects.get(pk=item.pk), title="Another plan", position=7)


def test_who_was_in_a_closed_session_is_fixed(cast, now):
    closed = session_that_is("closed", cast=cast, now=now)
    is_fixed(closed.attendances.first(), until=now + 5 * HOUR, person=cast[E].person)


def test_a_recusal_is_fixed(cast, now, meeting):
    by = cast["secretary"]
    item = operations.add_item(meeting, title="The lease", by=by, at=now)
    wall = operations.record_recusal(
        item, cast["director"].person, mode="left", basis="A cousin.", by=by, at=now
    )
    is_fixed(Recusal.objects.get(pk=wall.pk), mode="stayed", basis="None.")


# --- Ballots and votes --------------------------------------------------------------------------


def test_a_ballot_for_who_presides_is_fixed(cast, now):
    session = begun_without_lead(B, D, E, cast=cast, now=now)
    vote(session, {B: B}, cast=cast, at=now)
    is_fixed(PresiderBallot.objects.get(), candidate=cast[D].person, round=2)


def test_a_ballot_for_who_presides_is_cast_once_a_round(cast, now):
    session = begun_without_lead(B, D, E, cast=cast, now=now)
    vote(session, {B: B}, cast=cast, at=now)
    again = PresiderBallot(
        session=session,
        round=1,
        elector=cast[B].person,
        candidate=cast[D].person,
        cast_at=now,
    )
    refused(lambda: PresiderBallot.objects.bulk_create([again]))


def test_a_vote_once_cast_is_fixed(motion, cast, now):
    cast_one = Ballot.objects.get()
    facts = {"choice": "against", "voter": cast["chair"].person, "statement": "I did not."}
    is_fixed(cast_one, **facts, cast_at=now - DAY, text_digest="0" * 64)
    close_vote(motion, by=cast["secretary"], at=now)
    is_fixed(cast_one, **facts)


def test_the_list_of_those_who_vote_is_fixed(motion, cast):
    is_fixed(Voter.objects.get(person=cast["director"].person), person=cast["manager"].person)


def bare_ballot(motion, person, now, **facts):
    facts = {"choice": "for", "text_digest": motion.digest, "replaces": None, **facts}
    return Ballot.objects.bulk_create(
        [Ballot(motion=motion, voter=person, cast_at=now, sign_in_method="password", **facts)]
    )


def test_a_bare_ballot_keeps_to_the_open_vote_the_list_and_the_text(motion, cast, now):
    director, chair = cast["director"].person, cast["chair"].person
    others = Ballot.objects.get()
    for person, facts in (
        (cast["manager"].person, {}),
        (chair, {"text_digest": "0" * 64}),
        (director, {}),
        (chair, {"replaces": others}),
    ):
        refused(lambda person=person, facts=facts: bare_ballot(motion, person, now, **facts))
    bare_ballot(motion, chair, now)
    close_vote(motion, by=cast["secretary"], at=now)
    refused(lambda: bare_ballot(motion, cast["audit_chair"].person, now))
    refused(lambda: bare_ballot(motion, chair, now, replaces=Ballot.objects.get(voter=chair)))


@pytest.mark.parametrize("state", ["voting", "passed", "failed", "inquorate"])
def test_the_text_that_is_voted_on_is_fixed(state, motion, cast, now):
    moved = motion_that_is(state, motion, cast=cast, now=now)
    is_fixed(moved, text="RESOLVED, otherwise.", title="Otherwise")


def test_the_digest_is_that_of_the_text_whatever_is_typed(motion):
    was = motion.digest
    rows_of(motion).update(digest="0" * 64)
    assert Motion.objects.get(pk=motion.pk).digest == was


def test_a_motion_is_not_carried_by_an_update(motion, now):
    facts = {"votes_against": 0, "votes_abstain": 0, "votes_silent": 0, "closed_at": now}
    for numbers in (
        {"votes_for": 4, "present": 8, "quorum": 5},
        {"votes_for": 4, "present": 4, "quorum": 5},
    ):
        refused(
            lambda numbers=numbers: rows_of(motion).update(
                state="passed", seats=9, **numbers, **facts
            )
        )
    refused(lambda: rows_of(motion).update(state="failed"))


@pytest.mark.parametrize("state", ["passed", "failed", "inquorate"])
def test_the_numbers_of_a_result_are_fixed(state, motion, cast, now):
    decided = motion_that_is(state, motion, cast=cast, now=now)
    is_fixed(decided, votes_against=3, votes_abstain=1, seats=11, closed_at=now - DAY)


# --- The record ---------------------------------------------------------------------------------


def test_what_was_entered_is_fixed(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    for entry in Entry.objects.all():
        is_fixed(
            entry,
            move="cancel",
            target="cancelled",
            actor=cast["outsider"],
            at=now + DAY,
            why="None.",
            number=9,
            subject_id=uuid4(),
            digest="0" * 64,
        )
    assert Entry.objects.about(meeting).count() == 3


def test_an_entry_typed_in_takes_the_next_number_and_the_chain_whatever_it_says(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    last = Entry.objects.about(meeting).latest("number")
    Entry.objects.bulk_create(
        [
            Entry(
                subject_label="meetings.meeting",
                subject_id=meeting.pk,
                number=1,
                move="cancel",
                source="noticed",
                target="cancelled",
                at=now,
                previous_digest="",
                digest="0" * 64,
            )
        ]
    )
    typed = Entry.objects.about(meeting).latest("number")
    assert typed.number == last.number + 1 and typed.previous_digest == last.digest
    assert typed.digest not in ("", "0" * 64, last.digest)


TRACKED = (
    Meeting,
    AgendaItem,
    Attendance,
    Recusal,
    ExecutiveSession,
    SessionAttendance,
    PresiderBallot,
    PresidingInterval,
    SessionGuest,
    WaiverVote,
    Motion,
    Ballot,
)


@pytest.fixture
def everything(cast, now, meeting, motion):
    """At least one row of every table."""
    operations.record_recusal(
        operations.add_item(meeting, title="Another", by=cast["secretary"], at=now),
        cast["audit_member"].person,
        mode="stayed",
        basis="A cousin.",
        by=cast["secretary"],
        at=now,
    )
    waived = meeting.executive_session
    calling.waive(waived, why="A clash", by=cast[B], at=now)
    session = begun_without_lead(B, D, E, cast=cast, now=now + 2 * DAY)
    vote(session, {B: B, D: B}, cast=cast, at=now + 2 * DAY)
    guest = {"person": cast["secretary"].person, "capacity": "secretary"}
    guests.admit_guest(session, **guest, by=cast[B], at=now + 2 * DAY)
    sessions.leave_room(session, by=cast[D], at=now + 3 * DAY)


def test_history_is_only_ever_added_to(everything):
    for model in TRACKED:
        history = model.pgh_event_model
        assert history.objects.exists(), model
        for write in (
            lambda history=history: history.objects.update(pgh_label="nothing"),
            lambda history=history: history.objects.update(pgh_obj_id=uuid4()),
            lambda history=history: history.objects.all()._raw_delete(using="default"),
            lambda history=history: by_hand(f'DELETE FROM "{history._meta.db_table}"'),
            lambda history=history: by_hand(f'UPDATE "{history._meta.db_table}" SET id = id'),
        ):
            refused(write)


@pytest.mark.parametrize(
    "model, facts",
    [
        (Meeting, {"name": "Another name"}),
        (AgendaItem, {"title": "Another matter"}),
        (Attendance, {"can_hear_all": False}),
        (ExecutiveSession, {"sealed_matters": b"x"}),
    ],
)
def test_what_a_shell_changes_leaves_a_trace(model, facts, everything):
    history = model.pgh_event_model.objects
    before = history.count()
    # What is over is fixed, and leaves no trace because it cannot be changed.
    live = {"meeting__state": "in_session"} if model in (Attendance, AgendaItem) else {}
    changed = model.objects.filter(**live).update(**facts)
    assert history.count() == before + changed and changed
    [(field, value)] = facts.items()
    latest = history.latest("pgh_id")
    written = getattr(latest, field)
    assert latest.pgh_label == "update"
    assert (bytes(written) if isinstance(value, bytes) else written) == value


def test_a_step_that_is_on_the_table_but_was_never_entered_leaves_a_trace(cast, now):
    """The table allows it, so the database does; its history still tells it from a move."""
    meeting = come_to("draft", cast=cast, now=now)
    rows_of(meeting).update(state="scheduled")
    told = Meeting.pgh_event_model.objects.filter(pgh_obj_id=meeting.pk)
    assert list(told.order_by("pgh_id").values_list("state", flat=True)) == ["draft", "scheduled"]
    assert Entry.objects.about(meeting).latest("number").target == "draft"
