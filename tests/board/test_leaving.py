"""Whoever leaves the Board leaves its committees, whatever their rows say (access rule 3, L-39)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.board.engagements import enter_commitment
from governance.board.models import Bar, Designation, FactKind, Role
from governance.board.models.facts import nominating_chair, reviewers
from governance.board.moves import sits_on_nominating
from governance.board.reporting import enter_fact
from governance.committees.access import chairs, is_member
from governance.committees.composition import compose, three_committees
from governance.committees.models import Seat
from governance.committees.operations import amend_seat, end_seats
from governance.refusals import Refused
from tests.factories.board import DesignationFactory, DirectorshipFactory
from tests.factories.people import AppointmentFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(company):
    return company.today()


@pytest.fixture
def gone(cast, today):
    """The chair of the nominating committee left the Board yesterday; the seat's row goes on."""
    user = cast["nominating_chair"]
    user.person.directorships.update(until=today - timedelta(days=1))
    return user


def test_who_left_reads_nothing_of_independence_any_more(gone, client, today):
    client.force_login(gone)
    assert client.get("/board/independence/").status_code == 404
    assert not reviewers(today).filter(pk=gone.person_id).exists()
    assert not nominating_chair(today).filter(pk=gone.person_id).exists()
    assert not sits_on_nominating(gone, today)


def test_who_left_is_no_member_and_no_chair(gone, today):
    committee = Seat.objects.get(person=gone.person).committee
    assert not is_member(gone, committee, today)
    assert not chairs(gone, committee, today)


def test_a_seat_does_not_outlast_the_directorship(gone, cast, today):
    seat = Seat.objects.get(person=gone.person)
    later = today + timedelta(days=90)
    with pytest.raises(Refused, match="no seat lasts longer"):
        amend_seat(seat, until=later, by=cast["secretary"], on=today)
    with pytest.raises(DatabaseError), transaction.atomic():
        Seat.objects.filter(pk=seat.pk).update(until=later)


def test_a_seat_with_a_later_end_is_shortened(cast, today):
    person = cast["nominating_chair"].person
    Seat.objects.filter(person=person).update(until=today + timedelta(days=90))
    left = today - timedelta(days=1)
    person.directorships.update(until=left)
    end_seats(today)
    assert Seat.objects.get(person=person).until == left


def test_the_database_lets_nobody_lead_whom_the_rules_bar(cast, today, now):
    person = cast["director"].person
    ahead = today + timedelta(days=1)
    Designation.objects.filter(role=Role.LEAD).update(until=ahead)
    lead = {"person": person, "role": Role.LEAD, "since": ahead}
    with transaction.atomic():
        DesignationFactory(**lead)
        transaction.set_rollback(True)
    AppointmentFactory(person=person, office="manager", since=today)
    with pytest.raises(DatabaseError), transaction.atomic():
        DesignationFactory(**lead)
    person.appointments.all().delete()
    told = {"kind": FactKind.EMPLOYMENT, "since": today - timedelta(days=400)}
    enter_fact(person=person, by=cast["secretary"], at=now, **told)
    assert Bar.objects.filter(person=person).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        DesignationFactory(**lead)


def test_a_director_to_be_enters_what_they_do_elsewhere(cast, today):
    person = PersonFactory()
    facts = {"organisation": "An invented firm", "role": "Director", "since": today}
    by = {"by": cast["secretary"], "on": today}
    with pytest.raises(Refused, match="directors in office"):
        enter_commitment(person=person, **facts, **by)
    DirectorshipFactory(person=person, since=today + timedelta(days=30))
    assert enter_commitment(person=person, **facts, **by).pk


def test_what_nobody_sits_on_is_listed(cast, today):
    Seat.objects.all().delete()
    says = three_committees(compose(today)).says
    assert says.endswith("Audit, Compensation, or the Nominating and Governance Committee.")
