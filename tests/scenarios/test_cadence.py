"""Scenarios of how often the Board meets, and the independent directors after it (G-MTG-01)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from governance.meetings import attending, calling, operations, sessions
from governance.meetings.cadence import (
    UNSCHEDULED,
    alternate_is_chosen,
    attended,
    is_followed,
    lead_presides,
    meet_twice,
    meets_each_quarter,
)
from governance.meetings.models import ExecutiveSession
from governance.meetings.yearly import fiscal_year_of, read_year
from governance.records.models import FiscalYear
from tests.factories import meetings

pytestmark = pytest.mark.django_db
EASTERN = ZoneInfo("America/New_York")
QUARTERS = [(1, 1, 3, 31), (4, 1, 6, 30), (7, 1, 9, 30), (10, 1, 12, 31)]
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def company(company):
    company.time_zone = "America/New_York"
    company.save()
    return company


@pytest.fixture
def board(f1):
    """F1, with fiscal 2026 as the calendar year and the year after it."""
    f1.accounts = {letter: f1.account(letter) for letter in "ABCDEFGHI"}
    for year in (2026, 2027):
        row = FiscalYear.objects.create(
            label=str(year), start=date(year, 1, 1), end=date(year, 12, 31)
        )
        for number, (month, day, last_month, last_day) in enumerate(QUARTERS, start=1):
            row.quarters.create(
                number=number, start=date(year, month, day), end=date(year, last_month, last_day)
            )
    return f1


def on(text, hour="23:59"):
    """The last minute of the day in New York, or the hour named."""
    return datetime.fromisoformat(f"{text}T{hour}").replace(tzinfo=EASTERN)


def opened(board, at, kind="regular", letters="BCDEF"):
    """A meeting of these directors comes to order at the instant."""
    people = [board.people[letter] for letter in letters]
    return meetings.in_session(people, by=board.secretary, at=at, kind=kind)


def adjourned(board, at, ended=None, **facts):
    meeting = opened(board, at, **facts)
    return operations.adjourn(meeting, by=board.accounts["B"], at=ended or at + 3 * HOUR)


def planned(board, at, told):
    hours = (at - told).total_seconds() / 3600
    return meetings.noticed(by=board.secretary, at=told, hours=hours)


def year_of(label="2026"):
    return read_year(FiscalYear.objects.get(label=label), ExecutiveSession.objects.all())


def quarter(number, at, label="2026"):
    """How the quarter stands at the instant."""
    year = year_of(label)
    return meets_each_quarter(year, year.quarters[number - 1], at)


def session_of(meeting, letters, opens, closes, *, board):
    """The independent directors named meet after it; the first of them who may begins."""
    session = ExecutiveSession.objects.get(meeting=meeting, kind="regular")
    return held(session, letters, opens, closes, board=board)


def held(session, letters, opens, closes, *, board):
    for letter in letters:
        sessions.enter_room(session, by=board.accounts[letter], at=opens)
    session = sessions.begin_session(session, by=board.accounts[letters[0]], at=opens)
    return sessions.close_session(session, by=board.accounts["C"], at=closes)


def followed(meeting, at, label="2026"):
    year = year_of(label)
    return is_followed(year, next(one for one in year.meetings if one.key == meeting.pk), at)


# --- P-01 to P-04: the Board meets each quarter -------------------------------------------------


def test_p_01_a_quarter_without_a_meeting_is_told_in_time_and_never_cured(board):
    planned(board, on("2026-11-04", "10:00"), told=on("2026-06-20", "10:00"))
    early = quarter(3, on("2026-08-15"))
    assert (early.status, early.reasons) == ("upcoming", (UNSCHEDULED,))
    assert quarter(3, on("2026-08-16", "00:00")).status == "due_soon"
    assert quarter(3, on("2026-09-30", "23:59")).status == "due_soon"
    assert quarter(3, on("2026-10-01", "00:00")).status == "breached"
    adjourned(board, on("2026-10-02", "10:00"))
    assert quarter(3, on("2026-10-03")).status == "breached"
    assert quarter(4, on("2026-10-03")).status == "met"
    assert quarter(4, on("2026-10-01")).status == "due_soon"


def test_p_02_the_local_date_decides_the_quarter(board):
    opened(board, datetime(2026, 4, 1, 2, 30, tzinfo=UTC))
    assert quarter(1, on("2026-04-02")).status == "met"
    assert quarter(2, on("2026-04-02")).status == "upcoming"


def test_p_03_a_special_meeting_alone_is_noted(board):
    adjourned(board, on("2026-07-20", "10:00"), kind="special")
    assert not ExecutiveSession.objects.exists()
    assert quarter(3, on("2026-07-21")).status == "met_note"
    assert quarter(3, on("2026-10-15")).status == "met_note"
    adjourned(board, on("2026-09-15", "10:00"))
    assert quarter(3, on("2026-10-15")).status == "met"
    assert quarter(3, on("2026-07-21")).status == "met_note"


def test_p_04_a_meeting_without_a_quorum_counts_for_no_check(board):
    at = on("2026-05-06", "10:00")
    meeting = planned(board, at, told=at - 9 * DAY)
    for letter in "BCDE":
        person = board.people[letter]
        attending.record_arrival(meeting, person, mode="in_person", by=board.secretary, at=at)
    assert quarter(2, at - DAY).status == "due_soon"
    operations.record_no_quorum(meeting, by=board.secretary, at=at)
    assert followed(meeting, at - DAY).status == "upcoming"
    assert followed(meeting, at + DAY).status == "not_applicable"
    assert quarter(2, at + DAY).reasons == (UNSCHEDULED,)
    assert quarter(2, on("2026-07-01", "00:00")).status == "breached"
    assert attended(year_of().meetings, board.people["B"].pk, at + DAY) == 0


def test_g_mtg_01_a_planned_meeting_is_due_a_fortnight_before_its_day(board):
    planned(board, on("2026-08-05", "10:00"), told=on("2026-07-01", "10:00"))
    assert quarter(3, on("2026-06-30")).status == "upcoming"
    assert quarter(3, on("2026-07-21")).status == "upcoming"
    assert quarter(3, on("2026-07-22")).status == "due_soon"
    assert quarter(3, on("2026-08-05", "09:00")).status == "due_soon"
    # Its day has passed and it was not opened: nothing lies ahead any more.
    assert quarter(3, on("2026-08-06")).reasons == (UNSCHEDULED,)


def test_g_mtg_01_what_was_cancelled_was_planned_until_then(board):
    meeting = planned(board, on("2026-09-20", "10:00"), told=on("2026-07-01", "10:00"))
    operations.cancel(
        meeting, by=board.secretary, at=on("2026-08-20", "10:00"), why="An invented reason."
    )
    assert quarter(3, on("2026-08-19")).status == "upcoming"
    assert quarter(3, on("2026-08-20")).status == "due_soon"
    assert quarter(3, on("2026-06-30")).status == "upcoming"


@pytest.mark.django_db(transaction=True)
def test_g_mtg_01_a_meeting_was_planned_for_the_hour_it_then_had(board):
    meeting = planned(board, on("2026-09-20", "10:00"), told=on("2026-07-01", "10:00"))
    for day, hour in (("2026-08-20", "2026-10-20"), ("2026-08-25", "2026-11-20")):
        meeting = operations.reschedule(
            meeting,
            starts_at=on(hour, "10:00"),
            by=board.secretary,
            at=on(day, "10:00"),
            why="An invented reason.",
        )
    assert quarter(3, on("2026-08-19")).reasons == ()
    assert quarter(3, on("2026-08-20")).reasons == (UNSCHEDULED,)
    year = year_of()
    [read] = year.meetings
    days = ("2026-08-19", "2026-08-24", "2026-08-25")
    assert [year.day_of(read.hour(on(day))).isoformat() for day in days] == [
        "2026-09-20",
        "2026-10-20",
        "2026-11-20",
    ]


# --- P-15: the session follows the meeting ------------------------------------------------------


def test_p_15_a_session_on_the_same_day_meets_it(board):
    meeting = adjourned(board, on("2026-05-06", "10:00"), on("2026-05-06", "15:40"))
    opens, closes = on("2026-05-06", "15:50"), on("2026-05-06", "16:30")
    session = session_of(meeting, "CBDEFGH", opens, closes, board=board)
    assert session.result == "qualifying"
    assert followed(meeting, on("2026-05-06")).status == "met"
    assert followed(meeting, on("2026-05-06", "15:39")).status == "upcoming"
    assert followed(meeting, on("2026-05-06", "15:40")).status == "due_soon"


def test_p_15_a_session_two_days_later_is_late(board):
    meeting = adjourned(board, on("2026-08-05", "10:00"), on("2026-08-05", "16:00"))
    assert followed(meeting, on("2026-08-06")).status == "due_soon"
    assert followed(meeting, on("2026-08-07", "00:00")).status == "overdue"
    session_of(meeting, "CD", on("2026-08-07", "09:00"), on("2026-08-07", "10:00"), board=board)
    assert followed(meeting, on("2026-08-07", "08:59")).status == "overdue"
    assert followed(meeting, on("2026-08-07", "10:00")).status == "met_late"
    assert followed(meeting, on("2026-08-06")).status == "due_soon"


def test_p_15_without_a_session_it_is_breached_when_the_next_meeting_opens(board):
    meeting = adjourned(board, on("2026-08-05", "10:00"), on("2026-08-05", "16:00"))
    adjourned(board, on("2026-09-10", "10:00"), kind="special")
    opened(board, on("2026-11-04", "10:00"))
    assert followed(meeting, on("2026-11-04", "09:59")).status == "overdue"
    assert followed(meeting, on("2026-11-04", "10:00")).status == "breached"
    assert ExecutiveSession.objects.get(meeting=meeting).state == "not_held"


def test_g_exs_01_an_early_session_does_not_follow(board):
    meeting = opened(board, on("2026-05-06", "10:00"))
    stub = ExecutiveSession.objects.get(meeting=meeting)
    people = [board.people[letter] for letter in "CD"]
    early = calling.open_early(stub, people, by=board.accounts["C"], at=on("2026-05-06", "10:10"))
    sessions.close_session(early, by=board.accounts["C"], at=on("2026-05-06", "11:00"))
    operations.adjourn(meeting, by=board.accounts["B"], at=on("2026-05-06", "12:00"))
    assert followed(meeting, on("2026-05-06")).status == "due_soon"
    assert followed(meeting, on("2026-05-08")).status == "overdue"
    # It counts for what the listing rules expect of the year.
    assert meet_twice(year_of(), on("2026-05-08")).says.startswith("One session")


# --- P-16: an alternative presiding director ----------------------------------------------------


def test_p_16_the_others_choose_and_the_lead_who_joins_presides_from_then_on(board):
    meeting = adjourned(board, on("2026-05-06", "10:00"), on("2026-05-06", "15:40"))
    session = ExecutiveSession.objects.get(meeting=meeting)
    opens, joins = on("2026-05-06", "15:50"), on("2026-05-06", "16:10")
    for letter in "BDEF":
        sessions.enter_room(session, by=board.accounts[letter], at=opens)
    sessions.begin_session(session, by=board.accounts["D"], at=opens)
    assert session_at(opens)[1:] == ("met", "upcoming")
    ballots(session, "BDBD", board=board, at=opens + MINUTE)
    session.refresh_from_db()
    assert (session.state, session.presiding) == ("open_pending_presider", None)
    assert session_at(opens + MINUTE)[1:] == ("met", "upcoming")
    ballots(session, "BDDD", board=board, at=opens + 2 * MINUTE)
    session.refresh_from_db()
    assert (session.state, session.presiding) == ("in_session", board.people["D"])
    sessions.enter_room(session, by=board.accounts["C"], at=joins)
    sessions.take_the_chair(session, by=board.accounts["C"], at=joins)
    read, presides, chosen = session_at(joins)
    assert [(one.person, one.since, one.until) for one in read.presided] == [
        (board.people["D"].pk, opens + 2 * MINUTE, joins),
        (board.people["C"].pk, joins, None),
    ]
    assert (presides, chosen) == ("met", "met")
    sessions.close_session(session, by=board.accounts["C"], at=joins + HOUR)
    assert followed(meeting, joins + HOUR).status == "met"


def ballots(session, candidates, *, board, at):
    """B, D, E and F choose these, in that order."""
    for elector, candidate in zip("BDEF", candidates, strict=True):
        person = board.people[candidate]
        sessions.choose_presider(session, person, by=board.accounts[elector], at=at)


def session_at(at):
    """The session of the year, and how G-EXS-02 and G-EXS-03 stand at the instant."""
    [session] = year_of().sessions
    return session, lead_presides(session, at).status, alternate_is_chosen(session, at).status


def test_g_exs_02_the_lead_who_opens_it_presides_and_nobody_is_chosen(board):
    meeting = adjourned(board, on("2026-05-06", "10:00"))
    at = on("2026-05-06", "15:50")
    session_of(meeting, "CBD", at, at + HOUR, board=board)
    assert session_at(at - MINUTE)[1:] == ("upcoming", "not_applicable")
    assert session_at(at)[1:] == ("met", "not_applicable")


# --- P-40: sessions of a year, and one that is waived -------------------------------------------


def test_p_40_a_waived_session_is_noted_and_counts_for_nothing(board):
    meeting = adjourned(board, on("2026-05-06", "10:00"))
    session = ExecutiveSession.objects.get(meeting=meeting)
    at = on("2026-05-07", "12:00")
    for letter in "BCD":
        calling.waive(session, why="An invented reason.", by=board.accounts[letter], at=at)
    assert followed(meeting, at).status == "due_soon"
    calling.waive(session, why="An invented reason.", by=board.accounts["E"], at=at + HOUR)
    assert followed(meeting, at + HOUR).status == "met_note"
    assert followed(meeting, at).status == "due_soon"
    assert meet_twice(year_of(), on("2027-01-01", "00:00")).status == "breached"


def test_p_40_two_sessions_a_year_are_expected(board):
    for day in ("2026-02-11", "2026-11-04"):
        meeting = adjourned(board, on(day, "10:00"), on(day, "12:00"))
        session_of(meeting, "CBD", on(day, "12:10"), on(day, "13:00"), board=board)
    year = year_of()
    assert meet_twice(year, on("2026-09-30")).status == "upcoming"
    assert meet_twice(year, on("2026-10-01", "00:00")).status == "due_soon"
    assert meet_twice(year, on("2026-11-04")).status == "met"
    assert meet_twice(year, on("2027-01-01", "00:00")).status == "met"


def test_p_40_one_session_is_below_the_guidance_once_the_year_is_over(board):
    meeting = adjourned(board, on("2026-02-11", "10:00"), on("2026-02-11", "12:00"))
    session_of(meeting, "CBD", on("2026-02-11", "12:10"), on("2026-02-11", "13:00"), board=board)
    verdict = meet_twice(year_of(), on("2027-01-01", "00:00"))
    assert verdict.status == "breached" and "Below Nasdaq guidance" in verdict.says


def test_fiscal_year_of_holds_both_ends(board):
    assert fiscal_year_of(date(2026, 12, 31)).label == "2026"
    assert fiscal_year_of(date(2027, 1, 1)).label == "2027"
    assert fiscal_year_of(date(2025, 12, 31)) is None
