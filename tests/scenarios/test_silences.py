"""What the guidelines leave open about meetings is never alarmed, scored or demanded."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from governance.board.models import Designation, Directorship, Role
from governance.meetings import attending, operations, requests, sessions
from governance.meetings.cadence import (
    attended_by_line,
    is_followed,
    lead_presides,
    meets_each_quarter,
)
from governance.meetings.models import ExecutiveSession
from governance.meetings.qualifying import SessionResult
from governance.meetings.yearly import read_year
from governance.notices.models import Notice
from governance.records.models import FiscalYear
from tests.factories import meetings
from tests.factories.board import DesignationFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 6, 17, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Words and colours with which the portal says that something is not as it should be.
ALARMS = ("badge-overdue", "badge-soon", "not observed", "breached", "overdue", "due soon")


@pytest.fixture
def board(f1):
    """F1 in a year of one quarter, so that each meeting answers for itself."""
    f1.accounts = {letter: f1.account(letter) for letter in "ABCDEFGHI"}
    f1.year = FiscalYear.objects.create(
        label="2026", start=date(2026, 1, 1), end=date(2026, 12, 31)
    )
    f1.year.quarters.create(number=1, start=f1.year.start, end=f1.year.end)
    return f1


def year_of(board):
    return read_year(board.year, ExecutiveSession.objects.all())


def called(board, letters="BCDE", modes=None, at=AT):
    """These directors come, the ones in `modes` in theirs, and the Board comes to order."""
    meeting = meetings.noticed(by=board.secretary, at=at - 2 * DAY, hours=48)
    for letter in letters:
        mode = (modes or {}).get(letter, "in_person")
        person = board.people[letter]
        attending.record_arrival(meeting, person, mode=mode, by=board.secretary, at=at)
    return operations.call_to_order(meeting, by=board.accounts["B"], at=at)


def adjourned(board, **facts):
    at = facts.get("at", AT)
    return operations.adjourn(called(board, **facts), by=board.accounts["B"], at=at + HOUR)


def page(client, who, address="/meetings/year/", at=AT + 3 * HOUR):
    client.force_login(who)
    with time_machine.travel(at, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_z_06_a_director_attends_every_meeting_of_a_year_by_telephone(board, client):
    days = [AT - 60 * DAY, AT]
    for at in days:
        adjourned(board, letters="BCDEF", modes={"F": "telephone"}, at=at)
    year = year_of(board)
    told = page(client, board.accounts["A"])
    for director, other in (("F", "E"), ("E", "F")):
        name = board.people[director].name
        assert name in told
        # The same row as the others have, in the order of names.
        assert told.count(name) == told.count(board.people[other].name)
    assert "badge-overdue" not in told and "not attended" not in told
    assert attended_by_line(year.meetings, AT + DAY).status == "exercised"
    assert meets_each_quarter(year, year.quarters[0], AT + DAY).status == "met"


def test_z_09_a_request_declined_with_a_reason_is_answered_and_nothing_more(board, client):
    meeting = meetings.noticed(by=board.secretary, at=AT, hours=200)
    request = requests.submit_request(title="An invented matter", by=board.accounts["I"], at=AT)
    requests.decline(request, why="needs a paper first", by=board.accounts["B"], at=AT + HOUR)
    verdict = requests.disposition(request, AT + 30 * DAY)
    assert (verdict.status, verdict.reasons) == ("met", ())
    told = page(client, board.accounts["I"], request.get_absolute_url())
    assert "needs a paper first" in told
    assert not [word for word in ALARMS if word in told]
    # Nothing asks anybody for it any more, and its meeting is held without it.
    assert request not in type(request).objects.waiting_for(board.accounts["B"])
    for letter in "BCDEF":
        person, at = board.people[letter], meeting.starts_at
        attending.record_arrival(meeting, person, mode="in_person", by=board.secretary, at=at)
    operations.call_to_order(meeting, by=board.accounts["B"], at=meeting.starts_at)
    operations.adjourn(meeting, by=board.accounts["B"], at=meeting.starts_at + HOUR)
    request.refresh_from_db()
    assert request.state == "declined" and not meeting.items.exists()


def test_z_16_a_session_is_closed_with_attendance_and_presiding_person_alone(board, client):
    meeting = adjourned(board, letters="BCDEF")
    session = ExecutiveSession.objects.get(meeting=meeting)
    for letter in "CD":
        sessions.enter_room(session, by=board.accounts[letter], at=AT + HOUR)
    session = sessions.begin_session(session, by=board.accounts["C"], at=AT + HOUR)
    letters = Notice.objects.count()
    session = sessions.close_session(session, by=board.accounts["C"], at=AT + 2 * HOUR)
    assert (session.state, session.result) == ("closed", SessionResult.QUALIFYING)
    assert (session.notes, session.outcome, session.place, session.tags) == ("", "", "", [])
    assert Notice.objects.count() == letters
    year = year_of(board)
    assert is_followed(year, year.meetings[0], AT + 30 * DAY).status == "met"
    for at in (AT + 3 * HOUR, AT + 20 * DAY):
        told = page(client, board.accounts["C"], session.get_absolute_url(), at=at)
        assert not [word for word in ALARMS if word in told]
        home = page(client, board.accounts["C"], "/", at=at)
        assert session.get_absolute_url() not in home or "Write" not in home


def test_z_19_an_independent_chair_leads_the_independent_directors_for_nine_years(board, client):
    """B chairs the Board and is its Lead Independent Director, for nine years by then."""
    Designation.objects.filter(role=Role.LEAD).delete()
    since = date(2017, 5, 1)
    Directorship.objects.filter(person=board.people["B"]).update(since=since)
    DesignationFactory(person=board.people["B"], role=Role.LEAD, since=since)
    meeting = adjourned(board, letters="BCDEF")
    session = ExecutiveSession.objects.get(meeting=meeting)
    for letter in "BD":
        sessions.enter_room(session, by=board.accounts[letter], at=AT + HOUR)
    session = sessions.begin_session(session, by=board.accounts["B"], at=AT + HOUR)
    assert session.presiding == board.people["B"]
    sessions.close_session(session, by=board.accounts["B"], at=AT + 2 * HOUR)
    year = year_of(board)
    assert lead_presides(year.sessions[0], AT + 3 * HOUR).status == "met"
    for address in ("/board/", "/meetings/year/"):
        told = page(client, board.accounts["D"], address)
        assert "nine years" not in told and "badge-overdue" not in told
