"""A small board to write to, and meetings to write about."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from governance.board.models import Directorship
from governance.meetings.operations import create_meeting, schedule
from governance.people.models import Appointment, Office, Person, User
from governance.records.models import Company
from tests.factories.board import DeterminationFactory

LONG_AGO = date(2020, 1, 1)


def account(given_name, *offices, director=False, independent=False):
    """Somebody with a login, in office since long ago."""
    person = Person.objects.create(given_name=given_name, family_name="Example")
    user = User.objects.create_user(f"{given_name.lower()}@example.com", person)
    for office in offices:
        Appointment.objects.create(person=person, office=office, since=LONG_AGO)
    if director:
        Directorship.objects.create(person=person, director_class=1, since=LONG_AGO)
    if independent:
        DeterminationFactory(person=person)
    return user


@pytest.fixture
def company(db):
    return Company.objects.create(name="Quillon & Byrd Invented, Inc.")


@pytest.fixture
def cast(company):
    """Who gets letters here, and who must never learn of some of them."""
    return {
        "secretary": account("Selma", Office.CORPORATE_SECRETARY),
        "assistant": account("Asta", Office.ASSISTANT_SECRETARY),
        "administrator": account("Ismael", Office.ADMINISTRATOR),
        "chief_executive": account("Cyril", Office.CHIEF_EXECUTIVE, director=True),
        "ada": account("Ada", director=True, independent=True),
        "bela": account("Bela", director=True, independent=True),
        "stranger": account("Stig"),
    }


@pytest.fixture
def readers(cast):
    """The directors."""
    return [cast[name] for name in ("ada", "bela", "chief_executive")]


@pytest.fixture
def now():
    return timezone.now()


def call(kind, *, by, at):
    """A meeting of the Board is scheduled, and everybody it is for is told."""
    meeting = create_meeting(
        committee=None,
        kind=kind,
        starts_at=at + timedelta(days=4),
        place="The invented boardroom",
        by=by,
        at=at,
    )
    return schedule(meeting, by=by, at=at)


@pytest.fixture
def meeting(cast, now):
    """A special meeting: three ordinary notices wait, one for each director."""
    return call("special", by=cast["secretary"], at=now)


@pytest.fixture
def session(cast, now):
    """The session after a regular meeting: two sealed notices wait among the ordinary ones."""
    return call("regular", by=cast["secretary"], at=now).executive_session
