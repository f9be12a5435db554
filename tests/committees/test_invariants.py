"""What the database refuses of committees and seats."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from governance.committees.models import Committee, Kind, Seat
from tests.factories.board import DirectorshipFactory
from tests.factories.committees import CommitteeFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

START, MIDDLE, END = date(2024, 1, 1), date(2024, 6, 1), date(2025, 1, 1)


def refused(make):
    with pytest.raises(DatabaseError), transaction.atomic():
        make()


@pytest.fixture
def committee(db):
    return CommitteeFactory()


def seat(committee, person, since=START, until=None, chairs=False):
    if not person.directorships.exists():
        DirectorshipFactory(person=person)
    Seat.objects.bulk_create(
        [Seat(committee=committee, person=person, since=since, until=until, chairs=chairs)]
    )


def test_nobody_sits_twice_on_one_committee(committee):
    person = PersonFactory()
    seat(committee, person, until=END)
    refused(lambda: seat(committee, person, since=MIDDLE))
    seat(committee, person, since=END)
    seat(CommitteeFactory(kind=Kind.COMPENSATION), person)


def test_a_committee_has_one_chair_at_a_time(committee):
    seat(committee, PersonFactory(), until=END, chairs=True)
    other = PersonFactory()
    refused(lambda: seat(committee, other, since=MIDDLE, chairs=True))
    seat(committee, other, since=MIDDLE, until=END)
    refused(lambda: Seat.objects.filter(person=other).update(chairs=True))
    seat(committee, other, since=END, chairs=True)


def test_a_seat_and_a_committee_have_at_least_a_day(committee):
    refused(lambda: seat(committee, PersonFactory(), until=START))
    refused(lambda: Committee.objects.update(until=committee.since))


def test_each_standing_committee_is_there_once(committee):
    def form(kind, name):
        Committee.objects.bulk_create([Committee(kind=kind, name=name, since=START)])

    refused(lambda: form(Kind.AUDIT, "Second Audit Committee"))
    form(Kind.FURTHER, "Technology Committee")
    form(Kind.FURTHER, "Sustainability Committee")
    refused(lambda: form(Kind.FURTHER, "Technology Committee"))
