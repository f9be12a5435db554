"""What a session leaves behind: its result, who presided, its notes, and when they are locked."""

from datetime import timedelta

import pytest

from governance.board.models import ChangeReport, Determination
from governance.meetings import guests, sessions
from governance.people.following import standing_changed
from governance.records.models import Company
from tests.factories.board import DeterminationFactory
from tests.meetings.test_meeting_moves import DAY, HOUR, refused, who_may
from tests.meetings.test_refused_writes import is_fixed, rows_of
from tests.meetings.test_refused_writes import refused as database_refuses
from tests.meetings.test_session_moves import (
    MINUTE,
    SESSION_STATES,
    B,
    D,
    E,
    begun_without_lead,
    enter,
    fresh,
    moves_of,
    session_in,
    vote,
)

LONG_AGO, WEEK = timedelta(days=10), timedelta(days=7)


def close(session, *, cast, at, by="lead_director"):
    return sessions.close_session(fresh(session), by=cast[by], at=at)


# --- Its result ---------------------------------------------------------------------------------


def make_stale(user, day):
    """The determination of an independent director ran out the day before."""
    DeterminationFactory(person=user.person, determined_on=day - 366 * DAY, expires_on=day - DAY)


def test_p_15_a_session_of_independent_directors_qualifies(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    assert close(session, cast=cast, at=now + HOUR).result == "qualifying"


def test_l_13_a_session_with_counsel_throughout_does_not_qualify(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    admit(session, "general_counsel", "counsel", cast=cast, at=now)
    assert close(session, cast=cast, at=now + HOUR).result == "non_qualifying"


def test_l_13_a_session_that_counsel_leaves_qualifies(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    admit(session, "general_counsel", "counsel", cast=cast, at=now)
    person = cast["general_counsel"].person
    guests.remove_guest(session, person=person, by=cast["lead_director"], at=now + 20 * MINUTE)
    assert close(session, cast=cast, at=now + 40 * MINUTE).result == "qualifying"


def admit(session, name, capacity, *, cast, at, by="lead_director"):
    person = cast[name].person
    return guests.admit_guest(session, person=person, capacity=capacity, by=cast[by], at=at)


def test_m_06_a_session_with_a_stale_director_is_provisional(cast, now):
    session = provisional(cast, now)
    assert session.result == "provisional"


def provisional(cast, now):
    day = Company.current().day_of(now)
    make_stale(cast[B], day)
    return close(session_in("in_session", cast=cast, now=now), cast=cast, at=now + HOUR)


@pytest.mark.parametrize("found, result", [(True, "qualifying"), (False, "non_qualifying")])
def test_m_06_the_boards_next_determination_settles_it(found, result, cast, now):
    session, day = provisional(cast, now), Company.current().day_of(now)
    standing_changed(day)
    assert fresh(session).result == "provisional"
    basis = "" if found else "A new affiliation."
    DeterminationFactory(
        person=cast[B].person, determined_on=day + 5 * DAY, independent=found, basis=basis
    )
    DeterminationFactory(
        person=cast[B].person, determined_on=day + 9 * DAY, independent=not found, basis="Later."
    )
    standing_changed(day + 9 * DAY)
    assert fresh(session).result == result


def test_m_06_what_the_board_finds_of_others_settles_nothing(cast, now):
    session, day = provisional(cast, now), Company.current().day_of(now)
    DeterminationFactory(person=cast[D].person, determined_on=day + DAY)
    standing_changed(day + DAY)
    assert fresh(session).result == "provisional"


def test_m_06_a_change_that_was_reported_makes_it_provisional(cast, now):
    day = Company.current().day_of(now)
    ChangeReport.objects.create(
        person=cast[B].person,
        text="A new client.",
        reported_by=cast[B],
        reported_on=day,
        reported_at=now - HOUR,
    )
    session = close(session_in("in_session", cast=cast, now=now), cast=cast, at=now + HOUR)
    assert session.result == "provisional"
    assert Determination.objects.filter(person=cast[B].person, expires_on__gte=day).exists()


# --- Who presided -------------------------------------------------------------------------------


def presided(session):
    rows = session.presiding_intervals.values_list("person", "since", "until")
    return [(person, since, until) for person, since, until in rows]


def chosen(cast, now):
    """D presides, chosen by two, and the lead has come after that."""
    session = begun_without_lead(B, D, E, cast=cast, now=now)
    vote(session, {B: D, D: D}, cast=cast, at=now)
    enter(session, "lead_director", cast=cast, at=now + MINUTE)
    return fresh(session)


def test_p_16_the_lead_who_joins_later_takes_over_from_that_moment(cast, now):
    session, at = chosen(cast, now), now + 10 * MINUTE
    may = who_may(cast, lambda by: sessions.take_the_chair(fresh(session), by=by, at=at))
    assert may == {"lead_director"}
    sessions.take_the_chair(session, by=cast["lead_director"], at=at)
    lead, other = cast["lead_director"], cast[D].person_id
    assert fresh(session).presiding_id == lead.person_id
    assert presided(session) == [(other, now, at), (lead.person_id, at, None)]
    assert moves_of(session)[-1] == ("in_session", "in_session", lead.email)
    refused(lambda: sessions.take_the_chair(session, by=lead, at=at), "not_yours")
    close(session, cast=cast, at=now + HOUR)
    assert presided(session)[-1] == (lead.person_id, at, now + HOUR)


def test_g_exs_02_the_lead_who_declines_leaves_the_chair_as_it_is(cast, now):
    session = chosen(cast, now)
    at = now + 10 * MINUTE
    may = who_may(cast, lambda by: sessions.decline_the_chair(fresh(session), by=by, at=at))
    assert may == {"lead_director"}
    sessions.decline_the_chair(session, by=cast["lead_director"], at=at)
    assert presided(session) == [(cast[D].person_id, now, None)]
    assert fresh(session).presiding == cast[D].person
    may = who_may(cast, lambda by: close(session, cast={"x": by}, at=now + HOUR, by="x"))
    assert may == {D}


def test_g_exs_02_the_lead_outside_takes_nothing_over(cast, now):
    session = chosen(cast, now)
    sessions.leave_room(session, by=cast["lead_director"], at=now + 2 * MINUTE)
    for verb in (sessions.take_the_chair, sessions.decline_the_chair):
        refused(
            lambda verb=verb: verb(session, by=cast["lead_director"], at=now + HOUR), "not_yours"
        )


def test_one_presides_at_a_time_whatever_is_typed(cast, now):
    session = chosen(cast, now)
    [interval] = session.presiding_intervals.all()
    again = type(interval)(session=session, person=cast[B].person, since=now + MINUTE)
    database_refuses(lambda: type(interval).objects.bulk_create([again]))
    close(session, cast=cast, at=now + HOUR, by=D)
    is_fixed(session.presiding_intervals.get(), until=now + 5 * HOUR, person=cast[B].person)


# --- Its notes and outcome ----------------------------------------------------------------------


def write(session, *, by, at, **facts):
    facts = {"notes": "Said", "outcome": "Done", "edition": fresh(session).edition, **facts}
    return sessions.write_record(session, by=by, at=at, **facts)


@pytest.mark.parametrize("state", SESSION_STATES)
def test_m_06_those_who_were_there_write_the_record_once_it_has_begun(state, cast, now):
    session = session_in(state, cast=cast, now=now)
    may = who_may(cast, lambda by: write(session, by=by, at=now))
    held = {"in_session", "closed"}
    expected = {"lead_director", B} if state in held else set()
    assert may == ({"lead_director", B, D} if state == "open_pending_presider" else expected)


def test_m_06_who_lost_independence_writes_no_more(cast, now):
    session = session_in("closed", cast=cast, now=now)
    day = Company.current().day_of(now)
    DeterminationFactory(
        person=cast[B].person, determined_on=day, independent=False, basis="A new affiliation."
    )
    refused(lambda: write(session, by=cast[B], at=now), "not_yours")


def test_m_06_the_record_is_locked_seven_days_after_the_close(cast, now):
    session = session_in("closed", cast=cast, now=now - WEEK + HOUR)
    by = cast["lead_director"]
    write(session, by=by, at=now + HOUR - MINUTE, notes="In time")
    refused(lambda: write(session, by=by, at=now + HOUR))
    assert fresh(session).notes == "In time"


def test_nobody_writes_over_what_somebody_else_has_added(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    read = fresh(session).edition
    write(session, by=cast[B], at=now, notes="Mine", edition=read)
    refused(
        lambda: write(session, by=cast["lead_director"], at=now, edition=read),
        code="stale",
    )
    assert fresh(session).notes == "Mine"


def test_the_record_says_where_it_was_held_and_what_it_covered(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    write(session, by=cast[B], at=now, place=" The annex ", tags=["ceo_oversight"])
    assert (fresh(session).place, fresh(session).tags) == ("The annex", ["ceo_oversight"])


TEXTS = {"sealed_notes": b"x", "sealed_outcome": b"x", "place": "Elsewhere", "tags": ["strategy"]}


def test_what_is_locked_is_fixed_in_the_database(cast, now):
    session = session_in("in_session", cast=cast, now=now - LONG_AGO)
    write(session, by=cast["lead_director"], at=now - LONG_AGO)
    close(session, cast=cast, at=now - LONG_AGO + HOUR)
    is_fixed(fresh(session), **TEXTS)
    assert fresh(session).notes == "Said"


def test_what_was_closed_lately_is_fixed_but_for_its_texts(cast, now):
    session = close(session_in("in_session", cast=cast, now=now), cast=cast, at=now + HOUR)
    is_fixed(
        fresh(session),
        result="non_qualifying",
        presiding=cast[B].person,
        starts_at=now,
        opened_at=now - DAY,
        closed_at=now + 2 * HOUR,
        kind="early",
        sealed_matters=b"x",
    )
    rows_of(session).update(**TEXTS)


@pytest.mark.parametrize("result", ["qualifying", "non_qualifying"])
def test_what_was_provisional_is_settled_once(result, cast, now):
    session = provisional(cast, now)
    database_refuses(lambda: rows_of(session).update(result=""))
    rows_of(session).update(result=result)
    is_fixed(fresh(session), result="provisional")


def test_a_session_is_not_closed_without_its_result(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    database_refuses(lambda: rows_of(session).update(state="closed", closed_at=now + HOUR))
    database_refuses(lambda: rows_of(session).update(result="qualifying"))


# --- Guests -------------------------------------------------------------------------------------


def test_m_06_only_whoever_presides_lets_guests_in_and_asks_them_to_leave(cast, now):
    session = chosen(cast, now)
    may = who_may(
        cast,
        lambda by: admit(
            session,
            "secretary",
            "secretary",
            cast={"secretary": cast["secretary"], "x": by},
            at=now + HOUR,
            by="x",
        ),
    )
    assert may == {D}
    admit(session, "secretary", "secretary", cast=cast, at=now + HOUR, by=D)
    person = cast["secretary"].person
    later = now + 2 * HOUR
    may = who_may(
        cast, lambda by: guests.remove_guest(fresh(session), person=person, by=by, at=later)
    )
    assert may == {D}
    guests.remove_guest(session, person=person, by=cast[D], at=later)
    [guest] = session.guests.all()
    assert (guest.person, guest.since, guest.until) == (person, now + HOUR, later)
    refused(lambda: guests.remove_guest(session, person=person, by=cast[D], at=later), code="stale")


@pytest.mark.parametrize(
    "name, capacity, admitted",
    [
        ("secretary", "secretary", True),
        ("secretary", "counsel", False),
        ("assistant_secretary", "secretary", False),
        ("assistant_secretary", "adviser", False),
        ("administrator", "counsel", False),
        ("general_counsel", "counsel", True),
        ("general_counsel", "adviser", False),
        ("outsider", "counsel", True),
        ("outsider", "adviser", True),
        ("chief_executive", "counsel", False),
        ("chief_executive", "other", True),
        ("chair", "adviser", False),
        ("chair", "other", True),
        ("manager", "adviser", False),
        ("manager", "other", True),
        ("director", "other", False),
        ("director", "adviser", False),
    ],
)
def test_m_06_who_is_a_guest_and_as_what(name, capacity, admitted, cast, now):
    session = session_in("in_session", cast=cast, now=now)
    before = moves_of(session)
    act = lambda: admit(session, name, capacity, cast=cast, at=now)  # noqa: E731
    if admitted:
        assert act().capacity == capacity
    else:
        refused(act)
        assert moves_of(session) == before and not session.guests.exists()


def test_a_guest_is_let_in_once(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    admit(session, "secretary", "secretary", cast=cast, at=now)
    refused(lambda: admit(session, "secretary", "other", cast=cast, at=now + MINUTE), "stale")


def test_at_the_close_guests_leave_and_their_hours_are_fixed(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    admit(session, "secretary", "secretary", cast=cast, at=now + MINUTE)
    close(session, cast=cast, at=now + HOUR)
    guest = session.guests.get()
    assert (guest.since, guest.until) == (now + MINUTE, now + HOUR)
    is_fixed(guest, until=now + 5 * HOUR, capacity="other", person=cast[E].person)
    again = type(guest)(
        session=session, person=cast["outsider"].person, capacity="other", since=now
    )
    database_refuses(lambda: type(guest).objects.bulk_create([again]))


def knows(user, session):
    from governance.people.models import User

    anew = User.objects.get(pk=user.pk)
    return type(session).objects.visible_to(anew).filter(pk=session.pk).exists()


@pytest.mark.parametrize(
    "name, capacity, reads",
    [
        ("secretary", "secretary", True),
        ("general_counsel", "counsel", True),
        ("outsider", "adviser", True),
        ("outsider", "other", False),
        ("chief_executive", "other", False),
        ("chair", "other", False),
        ("secretary", "other", False),
    ],
)
def test_ac_ind_a_guest_knows_of_that_session_while_in_the_room(name, capacity, reads, cast, now):
    session = session_in("in_session", cast=cast, now=now)
    assert not knows(cast[name], session)
    admit(session, name, capacity, cast=cast, at=now)
    assert knows(cast[name], session) == reads
    person = cast[name].person
    guests.remove_guest(session, person=person, by=cast["lead_director"], at=now + MINUTE)
    assert not knows(cast[name], session)


def test_ac_ind_at_the_close_a_guest_knows_no_more(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    admit(session, "secretary", "secretary", cast=cast, at=now)
    close(session, cast=cast, at=now + HOUR)
    assert not knows(cast["secretary"], session)


def test_ac_ind_a_secretary_who_left_office_is_let_in_no_more(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    admit(session, "secretary", "secretary", cast=cast, at=now)
    cast["secretary"].person.appointments.update(until=now.date() - 5 * DAY)
    assert not knows(cast["secretary"], session)


def test_a_guest_does_nothing_in_the_room(cast, now):
    session = session_in("in_session", cast=cast, now=now)
    admit(session, "secretary", "secretary", cast=cast, at=now)
    by = cast["secretary"]
    for act in (
        lambda: sessions.enter_room(session, by=by, at=now),
        lambda: sessions.leave_room(session, by=by, at=now),
        lambda: sessions.note_matters(session, text="Mine", by=by, at=now),
        lambda: write(session, by=by, at=now),
        lambda: sessions.close_session(session, by=by, at=now),
        lambda: admit(session, "outsider", "other", cast=cast, at=now, by="secretary"),
    ):
        refused(act)
