"""What the database refuses whatever the code does, and what it remembers of a shell's doings."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from governance.board.models import (
    AuthorisedSeats,
    Designation,
    Determination,
    Directorship,
    Role,
)
from governance.committees.models import Committee, Kind, Seat
from governance.people.models import Appointment, Office, Person
from tests.factories.board import DeterminationFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

START, MIDDLE, END = date(2024, 1, 1), date(2024, 6, 1), date(2025, 1, 1)


def refused(make):
    """A bare insert or update that the database itself turns down."""
    with pytest.raises(DatabaseError), transaction.atomic():
        make()


@pytest.fixture
def person(db):
    return PersonFactory()


@pytest.fixture
def other(db):
    return PersonFactory()


def directorship(person, since=START, until=None, **facts):
    facts = {"director_class": 1, **facts}
    return Directorship.objects.bulk_create(
        [Directorship(person=person, since=since, until=until, **facts)]
    )


def test_nobody_sits_twice_at_once(person, other):
    directorship(person, until=END)
    refused(lambda: directorship(person, since=MIDDLE))
    refused(lambda: directorship(person, since=date(2023, 1, 1), until=MIDDLE))
    # The day on which it ends is free for the next term, and others sit beside.
    directorship(person, since=END, director_class=2)
    directorship(other)


def test_a_term_has_at_least_one_day_and_a_class(person):
    refused(lambda: directorship(person, until=START))
    refused(lambda: directorship(person, director_class=4))


def test_an_update_cannot_make_two_terms_overlap(person):
    directorship(person, until=END)
    directorship(person, since=END)
    refused(lambda: Directorship.objects.filter(since=START).update(until=None))
    refused(lambda: Directorship.objects.filter(since=END).update(since=MIDDLE))


@pytest.mark.parametrize("role", Role.values)
def test_one_person_leads_at_a_time(role, person, other):
    def designate(who, since, until=None):
        Designation.objects.bulk_create(
            [Designation(person=who, role=role, since=since, until=until)]
        )

    for who in (person, other):
        directorship(who)
        DeterminationFactory(person=who, determined_on=START)
    designate(person, START, END)
    refused(lambda: designate(other, MIDDLE))
    designate(other, END)


def test_the_two_roles_may_be_held_at_once(person, other):
    for who, role in ((person, Role.CHAIR), (other, Role.LEAD)):
        directorship(who)
        DeterminationFactory(person=who, determined_on=START)
        Designation.objects.create(person=who, role=role, since=START)
    assert Designation.objects.on(MIDDLE).count() == 2


def test_a_finding_is_made_once_a_day_and_lasts(person):
    def determine(on=START, expires=END):
        DeterminationFactory(person=person, determined_on=on, expires_on=expires)

    determine()
    refused(determine)
    refused(lambda: determine(MIDDLE, MIDDLE))


def test_the_bylaws_fix_a_number_of_seats_from_a_day_on():
    AuthorisedSeats.objects.create(since=START, number=9)
    refused(lambda: AuthorisedSeats.objects.bulk_create([AuthorisedSeats(since=START, number=7)]))
    refused(lambda: AuthorisedSeats.objects.bulk_create([AuthorisedSeats(since=END, number=0)]))
    assert AuthorisedSeats.objects.number_on(date(2023, 12, 31)) == 0
    assert AuthorisedSeats.objects.number_on(MIDDLE) == 9


@pytest.mark.parametrize(
    "office", ["chief_executive", "chief_financial_officer", "general_counsel"]
)
def test_an_office_that_one_person_holds_is_not_given_to_two(office, person, other):
    def appoint(who, since=START):
        Appointment.objects.bulk_create([Appointment(person=who, office=office, since=since)])

    appoint(person)
    refused(lambda: appoint(other, MIDDLE))
    refused(lambda: appoint(person, MIDDLE))


def test_two_may_be_managers_but_nobody_twice(person, other):
    for who in (person, other):
        Appointment.objects.create(person=who, office=Office.MANAGER, since=START)
    refused(
        lambda: Appointment.objects.bulk_create(
            [Appointment(person=person, office=Office.MANAGER, since=MIDDLE)]
        )
    )


# --- Nothing that others stand on goes away -----------------------------------------------------


@pytest.fixture
def rows(person):
    """One row of each kind that hangs on a person."""
    directorship(person)
    committee = Committee.objects.create(name="Audit Committee", kind=Kind.AUDIT, since=START)
    return {
        "directorship": Directorship.objects.get(),
        "designation": Designation.objects.create(person=person, role=Role.CHAIR, since=START),
        "determination": DeterminationFactory(person=person, determined_on=START),
        "appointment": Appointment.objects.create(
            person=person, office=Office.MANAGER, since=START
        ),
        "committee": committee,
        "seat": Seat.objects.create(person=person, committee=committee, since=START),
    }


@pytest.mark.parametrize("kind", ["directorship", "designation", "appointment", "seat"])
def test_a_person_on_whom_a_row_hangs_stays(kind, rows, person):
    for name, row in reversed(rows.items()):
        if name not in (kind, "committee", "determination"):
            row.delete()
    with pytest.raises(ProtectedError):
        person.delete()
    refused(lambda: delete_by_hand(person))


def delete_by_hand(row):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_committee_with_seats_stays(rows):
    with pytest.raises(ProtectedError):
        rows["committee"].delete()
    refused(lambda: delete_by_hand(rows["committee"]))


# --- A shell leaves a trace ---------------------------------------------------------------------

CHANGES = {
    "directorship": {"until": END},
    "designation": {"until": END},
    "appointment": {"title": "Head of Supply"},
    "committee": {"until": END},
    "seat": {"chairs": True},
}


@pytest.mark.parametrize("kind", CHANGES)
def test_history_tells_what_came_changed_and_went(kind, rows):
    row = rows[kind]
    model = type(row)
    events = model.pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    model.objects.filter(pk=row.pk).update(**CHANGES[kind])
    assert list(events.values_list("pgh_label", flat=True)) == ["insert", "update"]
    (field, value) = next(iter(CHANGES[kind].items()))
    first, last = events
    assert getattr(first, field) != getattr(last, field) == value
    # An update that changes nothing is no event.
    model.objects.filter(pk=row.pk).update(**CHANGES[kind])
    assert events.count() == 2


@pytest.mark.parametrize("kind", ["directorship", "designation", "seat"])
def test_a_deletion_stays_in_the_history(kind, rows):
    row = rows[kind]
    model, key = type(row), row.pk
    model.objects.filter(pk=key).delete()
    events = model.pgh_event_model.objects.filter(id=key).order_by("pgh_id")
    assert list(events.values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_a_determination_is_locked_when_made(rows):
    """A later finding is another row (M-07)."""
    made = Determination.objects.filter(pk=rows["determination"].pk)
    refused(lambda: made.update(basis="Reconsidered."))
    refused(lambda: made.delete())


@pytest.mark.parametrize("kind", [*CHANGES, "person"])
def test_history_is_only_ever_added_to(kind, rows, person):
    row = {**rows, "person": person}[kind]
    events = type(row).pgh_event_model.objects.filter(id=row.pk)
    assert events.exists()
    refused(lambda: events.update(pgh_label="nothing"))
    refused(lambda: events.delete())


def test_a_persons_name_is_changed_and_the_old_one_kept(person):
    was = person.family_name
    Person.objects.filter(pk=person.pk).update(family_name="Adams-Reed")
    events = Person.pgh_event_model.objects.filter(pgh_obj_id=person.pk).order_by("pgh_id")
    assert [event.family_name for event in events] == [was, "Adams-Reed"]
