"""An agenda is set in consultation with the Board, and what is written down of it (G-AGD-01)."""

import pytest
from django.db import DatabaseError, transaction

from governance.meetings import operations
from governance.meetings.consulting import record_consultation
from governance.meetings.models import Consultation, SessionReading
from governance.meetings.sessions import note_reading
from tests.factories import meetings
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.meetings.test_meeting_moves import refused, who_may
from tests.meetings.test_session_moves import session_in

pytestmark = pytest.mark.django_db
OFFICE = {"secretary", "assistant_secretary", "general_counsel"}


@pytest.fixture
def meeting(cast, now):
    return meetings.noticed(by=cast["secretary"], at=now)


def consult(meeting, name, *, cast, at, by="secretary"):
    return record_consultation(meeting, cast[name].person, by=cast[by], at=at)


def test_who_builds_the_agenda_writes_down_who_was_consulted(cast, meeting, now):
    may = who_may(
        cast, lambda by: record_consultation(meeting, cast["director"].person, by=by, at=now)
    )
    # The lead presides while the chair is not in the room, and builds the agenda too.
    assert may == {*OFFICE, "chair", "lead_director"}


@pytest.mark.parametrize("name", sorted(set(EVERYBODY) - set(DIRECTORS)) + ["chief_executive"])
def test_management_and_outsiders_are_nobody_to_consult(name, cast, meeting, now):
    refusal = refused(lambda: consult(meeting, name, cast=cast, at=now))
    assert "not a director, or is employed by the Company" in str(refusal)
    assert refusal.provision == "G-AGD-01" and not Consultation.objects.exists()


def test_nobody_is_consulted_on_the_agenda_of_a_meeting_that_is_over(cast, meeting, now):
    operations.cancel(meeting, by=cast["secretary"], at=now, why="An invented reason.")
    refusal = refused(lambda: consult(meeting, "director", cast=cast, at=now))
    assert "This meeting is over" in str(refusal)


def test_publishing_waits_for_nobody(cast, now):
    assert meetings.noticed(by=cast["secretary"], at=now).state == "noticed"
    assert not Consultation.objects.exists()


def test_it_is_written_once(cast, meeting, now):
    row = consult(meeting, "director", cast=cast, at=now)
    rows = Consultation.objects.filter(pk=row.pk)
    for change in (rows.delete, lambda: rows.update(person=cast["chair"].person)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    operations.cancel(meeting, by=cast["secretary"], at=now, why="An invented reason.")
    with pytest.raises(DatabaseError, match="part of its record"), transaction.atomic():
        Consultation.objects.create(
            meeting=meeting, person=cast["chair"].person, at=now, entered_by=cast["secretary"]
        )


def test_it_is_entered_on_the_page_and_the_members_read_it(cast, meeting, client):
    address = f"{meeting.get_absolute_url()}consulted/"
    client.force_login(cast["secretary"])
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "No director consulted on the agenda yet" in page and address in page
    assert "This field is required" in client.post(address, {"person": ""}).content.decode()
    person = cast["chief_executive"].person_id
    assert "Select a valid choice" in client.post(address, {"person": person}).content.decode()
    assert not Consultation.objects.exists()
    told = client.post(address, {"person": cast["director"].person_id}, follow=True)
    says = f"Agenda in consultation with {cast['director'].person.name}"
    assert says in told.content.decode()
    client.force_login(cast["audit_chair"])
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert says in page and address not in page


@pytest.mark.parametrize("state, number", [("ready", 0), ("waived", 0), ("closed", 1)])
def test_p_17_a_reading_is_kept_of_a_session_that_was_held(state, number, cast, now):
    note_reading(session_in(state, cast=cast, now=now), by=cast["director"], at=now)
    assert SessionReading.objects.count() == number


def test_p_17_what_is_kept_of_a_reading_stays(cast, now):
    note_reading(session_in("closed", cast=cast, now=now), by=cast["director"], at=now)
    rows = SessionReading.objects.all()
    for change in (rows.delete, lambda: rows.update(at=now)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
