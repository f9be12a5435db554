"""Every move of a meeting by everybody, as the table of M-01 says it: who, from where, on what."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from governance.board.models import AuthorisedSeats, Designation, Directorship
from governance.committees.models import Committee, Seat
from governance.meetings import attending, operations
from governance.meetings.models import (
    AgendaItem,
    Attendance,
    Discussion,
    ExecutiveSession,
    Meeting,
    NoticeRule,
    PresiderBallot,
    PresidingInterval,
    SessionAttendance,
    SessionGuest,
    SessionInvitation,
    WaiverVote,
)
from governance.notices.models import Notice
from governance.people.models import Appointment, Office
from governance.records.models import Company, Entry
from governance.refusals import Refused
from tests.factories import decisions, meetings
from tests.factories.board import DirectorshipFactory
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT
from tests.factories.committees import CommitteeFactory, SeatFactory
from tests.factories.people import AppointmentFactory
from tests.factories.rows import fingerprint

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AUDIT = ("audit_chair", "audit_member", "lead_director")
BODIES = ("board", "audit")
MEMBERS = {"board": DIRECTORS, "audit": AUDIT}
PRESIDING = {"board": {"chair"}, "audit": {"audit_chair"}}

# From which states to which: the rows of M-01 that this portal has.
SOURCES = {
    "schedule": {"draft"},
    "notice": {"scheduled"},
    "reschedule": {"scheduled", "noticed"},
    "cancel": {"draft", "scheduled", "noticed"},
    "open": {"noticed"},
    "record_no_quorum": {"noticed"},
    "recess": {"in_session"},
    "reconvene": {"recessed"},
    "adjourn": {"in_session", "recessed"},
}
TARGETS = {
    "schedule": "scheduled",
    "notice": "noticed",
    "reschedule": "scheduled",
    "cancel": "cancelled",
    "open": "in_session",
    "record_no_quorum": "failed_quorum",
    "recess": "recessed",
    "reconvene": "in_session",
    "adjourn": "adjourned",
}
STATES = (
    "draft",
    "scheduled",
    "noticed",
    "in_session",
    "recessed",
    "adjourned",
    "cancelled",
    "failed_quorum",
)
WHY = "A clash of calendars"


# --- A meeting in any state, and its moves ------------------------------------------------------


def body(name, cast):
    """The committee that meets; None for the Board."""
    return cast["audit_chair"].person.seats.get().committee if name == "audit" else None


def arrive(meeting, names, *, cast, at, mode="in_person", **facts):
    for name in names:
        attending.record_arrival(
            meeting, cast[name].person, mode=mode, by=cast["secretary"], at=at, **facts
        )


def come_to(state, *, cast, now, of="board", present=None, **facts):
    """A meeting set for `now` that has come to a state; it was called four days before."""
    by, early, late = cast["secretary"], now - 4 * DAY, now + HOUR
    facts = {"by": by, "at": early, "hours": 96, "committee": body(of, cast), **facts}
    if state == "draft":
        return meetings.drafted(**facts)
    if state == "scheduled":
        return meetings.scheduled(**facts)
    meeting = meetings.noticed(**facts)
    if state == "cancelled":
        operations.cancel(meeting, by=by, at=early, why=WHY)
    elif state == "failed_quorum":
        operations.record_no_quorum(meeting, by=by, at=now)
    elif state != "noticed":
        arrive(meeting, present or MEMBERS[of], cast=cast, at=now)
        operations.call_to_order(meeting, by=by, at=now)
    if state == "recessed":
        operations.recess(meeting, by=meetings.presider(meeting, at=late), at=late)
    elif state == "adjourned":
        operations.adjourn(meeting, by=meetings.presider(meeting, at=late), at=late)
    return meeting


def make(move, meeting, *, by, now):
    """Make the move at an hour that suits it: days ahead, at the hour set, or two hours on."""
    meeting = Meeting.objects.get(pk=meeting.pk)
    ahead, later = {"by": by, "at": now - 2 * DAY}, {"by": by, "at": now + 2 * HOUR}
    if move == "schedule":
        return operations.schedule(meeting, **ahead)
    if move == "notice":
        return operations.give_notice(meeting, **ahead)
    if move == "reschedule":
        return operations.reschedule(meeting, starts_at=now + DAY, why=WHY, **ahead)
    if move == "cancel":
        return operations.cancel(meeting, why=WHY, **ahead)
    if move == "open":
        return operations.call_to_order(meeting, by=by, at=now)
    if move == "record_no_quorum":
        return operations.record_no_quorum(meeting, by=by, at=now)
    return getattr(operations, move)(meeting, **later)


def doer(move, of, cast):
    """Who makes the move: the secretary, or whoever presides over the body."""
    if move not in ("recess", "reconvene", "adjourn"):
        return cast["secretary"]
    return cast["chair" if of == "board" else "audit_chair"]


def ready_for(move, *, cast, now, of="board"):
    """A meeting from which the move leads on: with a quorum there where it opens with one."""
    source = sorted(SOURCES[move], reverse=True)[0]
    meeting = come_to(source, cast=cast, now=now, of=of)
    if move == "open":
        arrive(meeting, MEMBERS[of], cast=cast, at=now)
    return meeting


# --- What a refusal may not touch ---------------------------------------------------------------

RECORD = (
    Meeting,
    AgendaItem,
    Attendance,
    Discussion,
    ExecutiveSession,
    SessionAttendance,
    PresiderBallot,
    PresidingInterval,
    SessionGuest,
    SessionInvitation,
    WaiverVote,
    Entry,
    Notice,
)


def record():
    """Everything that meetings leave behind: rows, entries and notices."""
    return fingerprint(RECORD)


def refused(act, code=None):
    """The act is refused and nothing at all has changed; what was said."""
    before = record()
    with pytest.raises(Refused) as refusal:
        act()
    assert record() == before
    if code:
        assert refusal.value.code == code
    return refusal.value


def who_may(cast, act):
    """Those who may: each tries it on the same rows. What succeeds is undone afterwards."""
    return {name for name in EVERYBODY if succeeds(lambda user=cast[name]: act(user))}


def succeeds(act):
    """Whether the act goes through; it is undone. Refused, it must have changed nothing."""
    before, here = record(), transaction.savepoint()
    try:
        act()
    except Refused:
        assert record() == before
        transaction.savepoint_commit(here)
        return False
    transaction.savepoint_rollback(here)
    return True


def told_by(act):
    """Who was told what by the act: for each kind of letter the readers, by their part."""
    before = set(Notice.objects.values_list("pk", flat=True))
    act()
    told = {}
    for kind, email in Notice.objects.exclude(pk__in=before).values_list("kind", "reader__email"):
        told.setdefault(kind, set()).add(email.removesuffix("@example.com"))
    return told


# --- Who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", BODIES)
@pytest.mark.parametrize("move", ["schedule", "notice", "reschedule", "record_no_quorum"])
def test_only_the_secretary_calls_a_meeting(move, of, cast, now):
    meeting = ready_for(move, cast=cast, now=now, of=of)
    assert who_may(cast, lambda by: make(move, meeting, by=by, now=now)) == {"secretary"}


@pytest.mark.parametrize("state", ["draft", "scheduled", "noticed"])
@pytest.mark.parametrize("of, chair", [("board", "chair"), ("audit", "audit_chair")])
def test_the_secretary_or_the_chair_of_the_body_cancels(of, chair, state, cast, now):
    meeting = come_to(state, cast=cast, now=now, of=of)
    may = who_may(cast, lambda by: make("cancel", meeting, by=by, now=now))
    assert may == {"secretary", chair}


@pytest.mark.parametrize("of", BODIES)
def test_who_presides_or_the_secretary_calls_to_order(of, cast, now):
    meeting = ready_for("open", cast=cast, now=now, of=of)
    may = who_may(cast, lambda by: make("open", meeting, by=by, now=now))
    assert may == {"secretary"} | PRESIDING[of]


@pytest.mark.parametrize("of", BODIES)
@pytest.mark.parametrize("move", ["recess", "reconvene", "adjourn"])
def test_who_presides_interrupts_and_ends_the_meeting(move, of, cast, now):
    meeting = ready_for(move, cast=cast, now=now, of=of)
    may = who_may(cast, lambda by: make(move, meeting, by=by, now=now))
    assert may - {"secretary"} == PRESIDING[of]


@pytest.mark.parametrize("move", ["recess", "reconvene", "adjourn"])
def test_the_secretary_does_not_interrupt_or_end_a_meeting(move, cast, now):
    meeting = ready_for(move, cast=cast, now=now)
    refused(lambda: make(move, meeting, by=cast["secretary"], now=now), code="not_yours")


@pytest.mark.parametrize("move", SOURCES)
def test_no_move_of_a_meeting_makes_itself(move, cast, now):
    meeting = ready_for(move, cast=cast, now=now)
    refused(lambda: make(move, meeting, by=None, now=now), code="not_yours")


def created(by, *, now, committee=None, **facts):
    return meetings.drafted(by=by, at=now, committee=committee, **facts)


def test_the_office_the_chair_and_the_lead_draft_a_board_meeting(cast, now):
    may = who_may(cast, lambda by: created(by, now=now))
    assert may == {
        "secretary",
        "assistant_secretary",
        "general_counsel",
        "chair",
        "lead_director",
    }


def test_the_secretary_and_its_own_chair_draft_a_committees_meeting(cast, now):
    may = who_may(cast, lambda by: created(by, now=now, committee=body("audit", cast)))
    assert may - {"assistant_secretary"} == {"secretary", "audit_chair"}


def test_an_assistant_does_not_draft_a_committees_meeting_uninvited(cast, now):
    committee = body("audit", cast)
    refused(lambda: created(cast["assistant_secretary"], now=now, committee=committee))


def test_no_meeting_drafts_itself(cast, now):
    refused(lambda: created(None, now=now), code="not_yours")


def test_an_office_that_has_ended_moves_nothing(cast, now):
    meeting = come_to("scheduled", cast=cast, now=now)
    last = Company.current().day_of(now - 2 * DAY)
    Appointment.objects.filter(office=Office.CORPORATE_SECRETARY).update(until=last)
    refused(lambda: make("notice", meeting, by=cast["secretary"], now=now), code="not_yours")
    Appointment.objects.filter(office=Office.CORPORATE_SECRETARY).update(until=last + DAY)
    assert make("notice", meeting, by=cast["secretary"], now=now).state == "noticed"


def test_a_new_secretary_takes_over_on_the_day(cast, now):
    meeting = come_to("scheduled", cast=cast, now=now)
    day = Company.current().day_of(now - 2 * DAY)
    Appointment.objects.filter(office=Office.CORPORATE_SECRETARY).update(until=day)
    AppointmentFactory(person=cast["manager"].person, office=Office.CORPORATE_SECRETARY, since=day)
    may = who_may(cast, lambda by: make("notice", meeting, by=by, now=now))
    assert may == {"manager"}


def test_a_chair_who_has_stepped_down_neither_cancels_nor_opens(cast, now):
    meeting = ready_for("open", cast=cast, now=now)
    Designation.objects.filter(person=cast["chair"].person).update(
        until=Company.current().day_of(now - 3 * DAY)
    )
    for move in ("cancel", "open"):
        refused(lambda move=move: make(move, meeting, by=cast["chair"], now=now), "not_yours")


# --- From where to where ------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_from_here_only_the_listed_moves_lead_on(state, cast, now):
    meeting = come_to(state, cast=cast, now=now)
    for move in SOURCES:
        if state not in SOURCES[move]:
            by = cast["secretary"]
            refused(lambda move=move, by=by: make(move, meeting, by=by, now=now), code="stale")


@pytest.mark.parametrize("move", SOURCES)
def test_each_move_leads_where_the_table_says_and_is_entered(move, cast, now):
    by = doer(move, "board", cast)
    meeting = ready_for(move, cast=cast, now=now)
    source, entries = meeting.state, Entry.objects.about(meeting)
    before = entries.count()
    moved = make(move, meeting, by=by, now=now)
    assert moved.state == Meeting.objects.get(pk=meeting.pk).state == TARGETS[move]
    entry = entries.latest("number")
    assert entries.count() == before + 1 == entry.number
    assert (entry.move, entry.source, entry.target) == (move, source, TARGETS[move])
    early, later = now - 2 * DAY, now + 2 * HOUR
    hours = {"open": now, "record_no_quorum": now}
    hours |= dict.fromkeys(("recess", "reconvene", "adjourn"), later)
    assert (entry.actor, entry.at) == (by, hours.get(move, early))
    assert entry.why == (WHY if move in ("reschedule", "cancel") else "")
    assert entry.provision == ("L-37" if move == "record_no_quorum" else "M-01")


@pytest.mark.parametrize("of", BODIES)
def test_a_meeting_begins_as_a_draft_and_says_who_drafted_it(of, cast, now):
    meeting = created(cast["secretary"], now=now, committee=body(of, cast))
    assert meeting.state == "draft" and meeting.revision == 0
    [entry] = Entry.objects.about(meeting)
    assert (entry.move, entry.source, entry.target) == ("create", "", "draft")
    assert (entry.actor, entry.at, entry.number) == (cast["secretary"], now, 1)


def test_a_meeting_is_called_for_an_hour_that_lies_ahead(cast, now):
    for hours in (0, -1):
        refused(lambda hours=hours: created(cast["secretary"], now=now, hours=hours))
    assert created(cast["secretary"], now=now, hours=0, backfilled=True).backfilled


@pytest.mark.parametrize("facts", ["until", "since"])
def test_a_body_that_does_not_exist_that_day_calls_no_meeting(facts, cast, now):
    day = Company.current().day_of(now)
    period = {"since": day + 30 * DAY} if facts == "since" else {"until": day - DAY}
    committee = CommitteeFactory(kind="further", name="Passing Committee", **period)
    refused(lambda: created(cast["secretary"], now=now, committee=committee))


# --- On what: a place ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place, dial_in, ok",
    [("", "", False), ("Room", "", True), ("", "+1 555", True), ("Room", "+1 555", True)],
)
def test_a_meeting_is_scheduled_where_it_can_be_reached(place, dial_in, ok, cast, now):
    meeting = come_to("draft", cast=cast, now=now, place=place, dial_in=dial_in)

    def act():
        make("schedule", meeting, by=cast["secretary"], now=now)

    assert succeeds(act) == ok


def test_a_line_of_blanks_is_no_place(cast, now):
    meeting = come_to("draft", cast=cast, now=now, place="   ", dial_in=" ")
    refused(lambda: make("schedule", meeting, by=cast["secretary"], now=now))


# --- On what: hours of notice -------------------------------------------------------------------


def notices_at(meeting, at, cast):
    return succeeds(
        lambda: operations.give_notice(
            Meeting.objects.get(pk=meeting.pk), by=cast["secretary"], at=at
        )
    )


@pytest.mark.parametrize("kind, hours", [("regular", 0), ("special", 24)])
def test_the_usual_bylaws_to_the_minute(kind, hours, cast, now):
    meeting = come_to("scheduled", cast=cast, now=now, kind=kind)
    last = meeting.starts_at - hours * HOUR
    given = [notices_at(meeting, last + timedelta(minutes=n), cast) for n in range(-3, 4)]
    assert given == [True, True, True, True, False, False, False]
    assert not notices_at(meeting, last + timedelta(seconds=1), cast)


@pytest.mark.parametrize("kind, hours", [("regular", 72), ("special", 48)])
def test_other_bylaws_to_the_minute(kind, hours, cast, now):
    NoticeRule.objects.create(since="2021-01-01", regular_hours=72, special_hours=48)
    meeting = come_to("scheduled", cast=cast, now=now, kind=kind)
    last = meeting.starts_at - hours * HOUR
    given = [notices_at(meeting, last + timedelta(minutes=n), cast) for n in (-1, 0, 1)]
    assert given == [True, True, False]


def test_short_notice_has_its_code_and_its_number(cast, now):
    meeting = come_to("scheduled", cast=cast, now=now, kind="special")
    refusal = refused(
        lambda: operations.give_notice(meeting, by=cast["secretary"], at=now - 23 * HOUR),
        code="short_notice",
    )
    assert "24 hours" in str(refusal) and refusal.provision == "M-01"


@pytest.mark.parametrize("utc_hour, hours", [(6, 24), (8, 60)])
def test_the_rule_of_the_meetings_own_local_day_counts(utc_hour, hours, cast):
    # On Pacific time the 10th of June begins at seven in the morning, UTC.
    NoticeRule.objects.create(since="2026-06-10", special_hours=60)
    starts_at = datetime(2026, 6, 10, utc_hour, tzinfo=UTC)
    meeting = come_to("scheduled", cast=cast, now=starts_at, kind="special")
    last = starts_at - hours * HOUR
    assert notices_at(meeting, last, cast)
    assert not notices_at(meeting, last + timedelta(minutes=1), cast)


def test_hours_of_notice_are_hours_when_the_clocks_change(cast):
    # In the night to the 8th of March 2026 Pacific clocks lose an hour.
    starts_at = datetime(2026, 3, 8, 20, tzinfo=UTC)
    meeting = come_to("scheduled", cast=cast, now=starts_at, kind="special")
    assert notices_at(meeting, starts_at - 24 * HOUR, cast)
    assert not notices_at(meeting, starts_at - 24 * HOUR + timedelta(minutes=1), cast)


# --- On what: a quorum --------------------------------------------------------------------------


def opens(meeting, at, cast):
    return succeeds(lambda: make("open", meeting, by=cast["secretary"], now=at))


def test_five_of_nine_open_a_board_meeting_and_four_do_not(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    opened = [opens(meeting, now, cast)]
    for name in DIRECTORS:
        arrive(meeting, [name], cast=cast, at=now)
        opened.append(opens(meeting, now, cast))
    assert opened == [False] * 5 + [True] * 5


def test_two_of_three_open_a_committee_meeting(cast, now):
    meeting = come_to("noticed", cast=cast, now=now, of="audit")
    opened = [opens(meeting, now, cast)]
    for name in AUDIT:
        arrive(meeting, [name], cast=cast, at=now)
        opened.append(opens(meeting, now, cast))
    assert opened == [False, False, True, True]


@pytest.mark.parametrize("authorised, needed", [(9, 5), (10, 6), (8, 5), (7, 4), (12, 7), (1, 1)])
def test_the_quorum_is_of_the_seats_not_of_the_sitting(authorised, needed, cast, now):
    AuthorisedSeats.objects.update(number=authorised)
    meeting = come_to("noticed", cast=cast, now=now)
    arrive(meeting, DIRECTORS[: needed - 1], cast=cast, at=now)
    assert not opens(meeting, now, cast)
    arrive(meeting, DIRECTORS[needed - 1 : needed], cast=cast, at=now)
    assert opens(meeting, now, cast)


@pytest.mark.parametrize("serving, needed", [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3)])
def test_a_committees_quorum_is_of_those_who_serve(serving, needed, cast, now):
    committee = CommitteeFactory(kind="further", name="Technology Committee")
    for name in INDEPENDENT[:serving]:
        SeatFactory(committee=committee, person=cast[name].person)
    meeting = meetings.noticed(by=cast["secretary"], at=now - DAY, hours=24, committee=committee)
    arrive(meeting, INDEPENDENT[: needed - 1], cast=cast, at=now)
    assert not opens(meeting, now, cast)
    arrive(meeting, INDEPENDENT[needed - 1 : needed], cast=cast, at=now)
    assert opens(meeting, now, cast)


def test_a_vacancy_lowers_no_quorum_and_the_attempt_is_recorded(cast, now):
    """P-04: eight in office of nine authorised, and four there."""
    day = Company.current().day_of(now - 5 * DAY)
    Directorship.objects.filter(person=cast["director"].person).update(until=day)
    meeting = come_to("noticed", cast=cast, now=now)
    arrive(meeting, DIRECTORS[:4], cast=cast, at=now)
    refusal = refused(lambda: make("open", meeting, by=cast["chair"], now=now), code="no_quorum")
    assert str(refusal) == "No quorum: 5 of 9 needed, 4 present." and refusal.provision == "L-37"
    failed = make("record_no_quorum", meeting, by=cast["secretary"], now=now)
    assert failed.state == "failed_quorum" and failed.convened_at is None
    assert ExecutiveSession.objects.get().state == "cancelled"


def test_a_line_that_hears_everybody_counts_and_one_that_does_not_is_absent(cast, now):
    """P-06: three in the room, two by telephone."""
    meeting = come_to("noticed", cast=cast, now=now)
    arrive(meeting, DIRECTORS[:3], cast=cast, at=now)
    arrive(meeting, DIRECTORS[3:4], cast=cast, at=now, mode="telephone")
    arrive(meeting, DIRECTORS[4:5], cast=cast, at=now, mode="video", can_hear_all=False)
    assert not opens(meeting, now, cast)
    attending.record_departure(
        meeting, cast[DIRECTORS[4]].person, by=cast["secretary"], at=now + HOUR
    )
    arrive(meeting, DIRECTORS[4:5], cast=cast, at=now + HOUR, mode="video")
    assert opens(meeting, now + HOUR, cast)


def test_in_the_room_nobody_asks_what_one_hears(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    arrive(meeting, DIRECTORS[:5], cast=cast, at=now, can_hear_all=False)
    assert opens(meeting, now, cast)


@pytest.mark.parametrize("mode", ["chat", "email", "proxy", "alternate", ""])
def test_no_other_way_of_being_there_is_presence(mode, cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    refused(lambda: arrive(meeting, ["director"], cast=cast, at=now, mode=mode))


def test_presence_is_from_the_arrival_and_not_at_the_departure(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    arrive(meeting, DIRECTORS[:5], cast=cast, at=now)
    first = cast[DIRECTORS[0]].person
    attending.record_departure(meeting, first, by=cast["secretary"], at=now + HOUR)
    assert not opens(meeting, now - timedelta(seconds=1), cast)
    assert opens(meeting, now, cast)
    assert opens(meeting, now + HOUR - timedelta(seconds=1), cast)
    assert not opens(meeting, now + HOUR, cast)


def test_who_left_the_board_the_day_before_makes_no_quorum(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    arrive(meeting, DIRECTORS[:5], cast=cast, at=now)
    day = Company.current().day_of(now)
    Directorship.objects.filter(person=cast[DIRECTORS[0]].person).update(until=day + DAY)
    assert opens(meeting, now, cast)
    Directorship.objects.filter(person=cast[DIRECTORS[0]].person).update(until=day)
    assert not opens(meeting, now, cast)


def test_only_members_of_the_body_are_present_at_its_meeting(cast, now):
    meeting = come_to("noticed", cast=cast, now=now, of="audit")
    for name in set(EVERYBODY) - set(AUDIT):
        refused(lambda name=name: arrive(meeting, [name], cast=cast, at=now))


def test_nobody_is_present_twice_at_once(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    arrive(meeting, ["director"], cast=cast, at=now)
    refused(lambda: arrive(meeting, ["director"], cast=cast, at=now + HOUR, mode="video"), "stale")


def test_the_meeting_is_dated_by_the_instant_at_which_it_convened(cast, now):
    meeting = ready_for("open", cast=cast, now=now)
    opened = make("open", meeting, by=cast["chair"], now=now)
    assert opened.convened_at == now
    operations.recess(opened, by=cast["chair"], at=now + HOUR)
    again = operations.reconvene(opened, by=cast["chair"], at=now + 2 * HOUR)
    assert again.pk == meeting.pk and again.convened_at == now
    assert Meeting.objects.count() == 1


def test_after_a_recess_the_meeting_goes_on_with_a_quorum_only(cast, now):
    meeting = come_to("recessed", cast=cast, now=now)
    for name in DIRECTORS[:5]:
        attending.record_departure(meeting, cast[name].person, by=cast["secretary"], at=now + HOUR)
    reconvene = {"by": cast["chair"], "at": now + 2 * HOUR}
    refused(lambda: operations.reconvene(meeting, **reconvene), code="no_quorum")
    arrive(meeting, DIRECTORS[:1], cast=cast, at=now + HOUR)
    assert operations.reconvene(meeting, **reconvene).state == "in_session"


def test_a_lost_quorum_does_not_end_the_discussion(cast, now):
    meeting = come_to("in_session", cast=cast, now=now)
    for name in DIRECTORS[:5]:
        attending.record_departure(meeting, cast[name].person, by=cast["secretary"], at=now + HOUR)
    meeting.refresh_from_db()
    assert meeting.state == "in_session"
    motion = decisions.put(
        meeting, mover=cast["chair"].person, by=cast["secretary"], at=now + 2 * HOUR
    )
    decisions.operations.put_before_meeting(motion, by=cast["chair"], at=now + 2 * HOUR)
    refused(
        lambda: decisions.operations.open_vote(motion, by=cast["chair"], at=now + 2 * HOUR),
        code="inquorate",
    )


# --- On what: no quorum at the hour -------------------------------------------------------------


def fails(meeting, at, cast):
    return succeeds(lambda: make("record_no_quorum", meeting, by=cast["secretary"], now=at))


def test_that_nobody_came_is_recorded_from_the_hour_on(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    minutes = [timedelta(minutes=n) for n in (-2, -1, 0, 1, 2)]
    assert [fails(meeting, now + n, cast) for n in minutes] == [False, False, True, True, True]


def test_with_a_quorum_there_nobody_records_that_there_is_none(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    arrive(meeting, DIRECTORS[:4], cast=cast, at=now)
    assert fails(meeting, now, cast)
    arrive(meeting, DIRECTORS[4:5], cast=cast, at=now)
    assert not fails(meeting, now, cast)


# --- On what: a reason --------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["", " ", "\n\t "])
def test_a_meeting_is_moved_and_cancelled_for_a_reason(why, cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    who = {"by": cast["secretary"], "at": now - DAY, "why": why}
    refused(lambda: operations.reschedule(meeting, starts_at=now + DAY, **who))
    refused(lambda: operations.cancel(meeting, **who))


# --- What else a move brings --------------------------------------------------------------------


def test_a_meeting_that_was_moved_needs_its_notice_again(cast, now):
    by = cast["secretary"]
    meeting = come_to("noticed", cast=cast, now=now, kind="special")
    make("reschedule", meeting, by=by, now=now)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.starts_at, meeting.revision) == ("scheduled", now + DAY, 1)
    refused(lambda: arrive(meeting, ["director"], cast=cast, at=now))
    refused(lambda: make("open", meeting, by=by, now=now), code="stale")
    assert notices_at(meeting, now, cast)
    assert not notices_at(meeting, now + timedelta(minutes=1), cast)


def test_a_meeting_is_moved_to_an_hour_ahead_and_while_its_own_is(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    minute = timedelta(minutes=1)

    def moved(at, to):
        return succeeds(
            lambda: operations.reschedule(
                Meeting.objects.get(pk=meeting.pk),
                starts_at=to,
                by=cast["secretary"],
                at=at,
                why=WHY,
            )
        )

    assert [moved(now + n * minute, now + DAY) for n in (-1, 0, 1)] == [True, False, False]
    at = now - DAY
    assert [moved(at, at + n * minute) for n in (-1, 0, 1)] == [False, False, True]
    assert not moved(at, None)


def test_each_change_that_is_told_counts_once(cast, now):
    by, at = cast["secretary"], now - 2 * DAY
    meeting = come_to("noticed", cast=cast, now=now)
    copy = Meeting.objects.get(pk=meeting.pk)
    operations.reschedule(meeting, starts_at=now + DAY, by=by, at=at, why=WHY)
    # Another caller whose copy is older.
    operations.reschedule(copy, starts_at=now + 2 * DAY, by=by, at=at, why=WHY)
    operations.cancel(meeting, by=by, at=at, why=WHY)
    assert Meeting.objects.get().revision == 3
    told = Notice.objects.filter(reader=cast["director"], subject_id=meeting.pk)
    moved = told.filter(kind="meeting_rescheduled").values_list("occurrence", flat=True)
    assert sorted(moved) == ["revision 1", "revision 2"]
    assert told.get(kind="meeting_cancelled").occurrence == "revision 3"


def test_a_vote_that_is_open_keeps_the_meeting_from_ending(cast, now):
    by = cast["secretary"]
    meeting = come_to("in_session", cast=cast, now=now)
    motion = decisions.voting(meeting, mover=cast["chair"].person, by=by, at=now)
    refused(lambda: make("adjourn", meeting, by=cast["chair"], now=now))
    decisions.operations.close_vote(motion, by=by, at=now + HOUR)
    assert make("adjourn", meeting, by=cast["chair"], now=now).state == "adjourned"


def test_a_meeting_recesses_with_a_vote_open(cast, now):
    meeting = come_to("in_session", cast=cast, now=now)
    decisions.voting(meeting, mover=cast["chair"].person, by=cast["secretary"], at=now)
    assert make("recess", meeting, by=cast["chair"], now=now).state == "recessed"


def test_at_the_end_everybody_leaves_and_attendance_is_closed(cast, now):
    by = cast["secretary"]
    meeting = come_to("in_session", cast=cast, now=now)
    attending.record_departure(meeting, cast["director"].person, by=by, at=now + HOUR)
    make("adjourn", meeting, by=cast["chair"], now=now)
    meeting.refresh_from_db()
    assert meeting.adjourned_at == now + 2 * HOUR
    ends = dict(meeting.attendances.values_list("person", "until"))
    assert ends.pop(cast["director"].person_id) == now + HOUR
    assert set(ends.values()) == {now + 2 * HOUR} and len(ends) == 8
    late = now + 3 * HOUR
    refused(lambda: arrive(meeting, ["director"], cast=cast, at=late))
    refused(lambda: attending.record_departure(meeting, cast["chair"].person, by=by, at=late))
    refused(lambda: operations.add_item(meeting, title="Too late", by=by, at=late))


@pytest.mark.parametrize("state", STATES)
def test_attendance_is_kept_from_the_notice_to_the_end(state, cast, now):
    meeting = come_to(state, cast=cast, now=now, present=DIRECTORS[:5])
    kept = succeeds(lambda: arrive(meeting, DIRECTORS[5:], cast=cast, at=now + 2 * HOUR))
    assert kept == (state in ("noticed", "in_session", "recessed"))


# --- Who is told --------------------------------------------------------------------------------

# The Board's letters for each move; the independent directors get their own besides.
LETTERS = {
    "schedule": "meeting_scheduled",
    "notice": "meeting_noticed",
    "reschedule": "meeting_rescheduled",
    "cancel": "meeting_cancelled",
}


@pytest.mark.parametrize("of", BODIES)
@pytest.mark.parametrize("move", SOURCES)
def test_the_members_of_the_body_are_told_and_nobody_else(move, of, cast, now):
    meeting = ready_for(move, cast=cast, now=now, of=of)
    expected = {LETTERS[move]: set(MEMBERS[of])} if move in LETTERS else {}
    if of == "board" and move in ("schedule", "reschedule"):
        kind = "session_set" if move == "schedule" else "session_moved"
        expected[kind] = set(INDEPENDENT)
    if of == "board" and move == "adjourn":
        expected["session_ready"] = set(INDEPENDENT)
    if of == "board" and move in ("cancel", "record_no_quorum"):
        expected["session_cancelled"] = set(INDEPENDENT)
    assert told_by(lambda: make(move, meeting, by=doer(move, of, cast), now=now)) == expected


@pytest.mark.parametrize("state", ["scheduled", "noticed"])
def test_whoever_did_it_is_not_told_of_it(state, cast, now):
    meeting = come_to(state, cast=cast, now=now)
    told = told_by(lambda: make("cancel", meeting, by=cast["chair"], now=now))
    assert told == {
        "meeting_cancelled": set(DIRECTORS) - {"chair"},
        "session_cancelled": set(INDEPENDENT),
    }


def test_nobody_is_told_of_a_draft_that_comes_and_goes(cast, now):
    def act():
        meeting = come_to("draft", cast=cast, now=now)
        make("cancel", meeting, by=cast["chair"], now=now)

    assert told_by(act) == {}


def test_who_presents_an_item_is_told_of_the_meeting(cast, now):
    by = cast["secretary"]
    meeting = come_to("draft", cast=cast, now=now, of="audit")
    presenter = cast["chief_financial_officer"].person
    operations.add_item(meeting, title="Numbers", presenter=presenter, by=by, at=now - 3 * DAY)
    told = told_by(lambda: make("schedule", meeting, by=by, now=now))
    assert told == {"meeting_scheduled": {*AUDIT, "chief_financial_officer"}}


def test_a_director_who_has_left_is_told_no_more(cast, now):
    meeting = come_to("scheduled", cast=cast, now=now)
    left = Company.current().day_of(now - 2 * DAY)
    Directorship.objects.filter(person=cast["director"].person).update(until=left)
    told = told_by(lambda: make("notice", meeting, by=cast["secretary"], now=now))
    assert told == {"meeting_noticed": set(DIRECTORS) - {"director"}}


def test_a_director_who_has_come_is_told(cast, now):
    meeting = come_to("scheduled", cast=cast, now=now)
    day = Company.current().day_of(now - 2 * DAY)
    DirectorshipFactory(person=cast["outsider"].person, since=day)
    told = told_by(lambda: make("notice", meeting, by=cast["secretary"], now=now))
    assert told == {"meeting_noticed": {*DIRECTORS, "outsider"}}


def test_a_member_of_a_committee_who_left_is_told_no_more(cast, now):
    meeting = come_to("scheduled", cast=cast, now=now, of="audit")
    left = Company.current().day_of(now - 2 * DAY)
    audit = Committee.objects.get(kind="audit")
    Seat.objects.filter(committee=audit, person=cast["audit_member"].person).update(until=left)
    told = told_by(lambda: make("notice", meeting, by=cast["secretary"], now=now))
    assert told == {"meeting_noticed": {"audit_chair", "lead_director"}}


def test_a_change_of_the_published_agenda_is_told(cast, now):
    meeting = come_to("noticed", cast=cast, now=now)
    told = told_by(
        lambda: operations.add_item(meeting, title="One more", by=cast["secretary"], at=now - DAY)
    )
    assert set().union(*told.values()) == set(DIRECTORS)


def test_a_meeting_entered_afterwards_is_told_to_nobody(cast, now):
    def act():
        by = cast["secretary"]
        starts_at = now - 10 * DAY
        meeting = operations.create_meeting(
            committee=None,
            kind="regular",
            starts_at=starts_at,
            by=by,
            at=starts_at,
            backfilled=True,
            place="The invented boardroom",
        )
        operations.schedule(meeting, by=by, at=starts_at)
        operations.give_notice(meeting, by=by, at=starts_at)
        arrive(meeting, DIRECTORS, cast=cast, at=starts_at)
        operations.call_to_order(meeting, by=by, at=starts_at)
        operations.adjourn(meeting, by=by, at=starts_at + HOUR)

    assert told_by(act) == {}
    assert ExecutiveSession.objects.get().state == "ready"


# --- Who presides --------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["recess", "adjourn"])
def test_the_lead_presides_while_the_chair_is_not_in_the_room(move, cast, now):
    present = [name for name in DIRECTORS if name != "chair"]
    meeting = come_to("in_session", cast=cast, now=now, present=present)
    may = who_may(cast, lambda by: make(move, meeting, by=by, now=now))
    assert may == {"chair", "lead_director"}


@pytest.mark.parametrize(
    "of, missing", [("board", {"chair", "lead_director"}), ("audit", {"audit_chair"})]
)
def test_a_member_in_the_room_presides_while_nobody_else_does(of, missing, cast, now):
    """So that a meeting that was opened can always be ended."""
    present = [name for name in MEMBERS[of] if name not in missing]
    meeting = come_to("in_session", cast=cast, now=now, of=of, present=present)
    may = who_may(cast, lambda by: make("adjourn", meeting, by=by, now=now))
    assert may == missing | set(present)


def test_the_secretary_ends_what_is_entered_afterwards(cast, now):
    meeting = come_to("in_session", cast=cast, now=now, backfilled=True)
    assert make("adjourn", meeting, by=cast["secretary"], now=now).state == "adjourned"
