"""Scenario of what stays behind the door of the independent directors (AC-IND)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from governance.meetings import operations, sessions
from governance.meetings.models import ExecutiveSession, SessionReading
from governance.people.models import Office
from tests.factories import meetings
from tests.factories.people import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db
CANARY = "canary-of-the-closed-session"
AT = datetime(2026, 5, 6, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def closed(f1):
    """The Board met on 6 May 2026; B to H met after it and noted what was said."""
    f1.accounts = {letter: f1.account(letter) for letter in "ABCDEFGHI"}
    f1.accounts["secretary"] = f1.secretary
    f1.accounts["administrator"] = UserFactory()
    AppointmentFactory(person=f1.accounts["administrator"].person, office=Office.ADMINISTRATOR)
    people = [f1.people[letter] for letter in "ABCDEFGHI"]
    meeting = meetings.in_session(people, by=f1.secretary, at=AT)
    operations.adjourn(meeting, by=f1.accounts["B"], at=AT + HOUR)
    session = ExecutiveSession.objects.get(meeting=meeting)
    for letter in "BCDEFGH":
        sessions.enter_room(session, by=f1.accounts[letter], at=AT + HOUR)
    session = sessions.begin_session(session, by=f1.accounts["C"], at=AT + HOUR)
    session = sessions.write_record(
        session,
        notes=CANARY,
        outcome=CANARY,
        edition=session.edition,
        by=f1.accounts["C"],
        at=AT + HOUR,
    )
    sessions.close_session(session, by=f1.accounts["C"], at=AT + 2 * HOUR)
    f1.session, f1.meeting = session, meeting
    return f1


@pytest.fixture
def opens(closed, client):
    """What somebody sees at an address, three hours later."""

    def opens(who, address):
        client.force_login(closed.accounts[who])
        with time_machine.travel(AT + 5 * HOUR, tick=False):
            return client.get(address)

    return opens


@pytest.mark.parametrize("who", ["A", "I", "secretary", "administrator"])
def test_p_17_outside_there_is_the_reserved_hour_and_no_record(who, closed, opens):
    session, meeting = closed.session, closed.meeting
    address = session.get_absolute_url()
    nowhere = opens(who, f"/meetings/sessions/{uuid4()}/")
    for one in (address, "/meetings/sessions/"):
        answer = opens(who, one)
        assert (answer.status_code, answer.content) == (404, nowhere.content)
    for one in (
        "/",
        "/meetings/",
        f"/meetings/search/?q={CANARY}",
        "/meetings/search/?q=independent",
        "/meetings/year/",
        meeting.get_absolute_url(),
        f"/minutes/agenda/{meeting.pk}/",
    ):
        told = opens(who, one).content.decode(errors="replace")
        assert CANARY not in told.replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", "")
        assert str(session.pk) not in told and "xecutive session" not in told
    listed = opens(who, "/meetings/").content.decode()
    assert ("reserved" in listed) == (who != "administrator")
    assert opens(who, meeting.get_absolute_url()).status_code == (
        404 if who == "administrator" else 200
    )
    assert not SessionReading.objects.exists()


def test_p_17_an_independent_director_reads_it_and_the_reading_is_kept(closed, opens):
    answer = opens("G", closed.session.get_absolute_url())
    assert answer.status_code == 200 and CANARY in answer.content.decode()
    [kept] = SessionReading.objects.all()
    assert (kept.session, kept.reader) == (closed.session, closed.accounts["G"])
    assert kept.at == AT + 5 * HOUR
