"""Who serves on the Board: the questions that other rooms ask before they open a door."""

from governance.asking import ask_on
from governance.board.models import Designation, Directorship, Role
from governance.people.models import SECRETARIAL_OFFICES, Appointment, Office, Person


def read_already(by, day):
    """The standing on that day that a page has read of its visitor, or None: ask the rows.

    Verbs are handed the account itself and never find one here; see `committees.standing.Visitor`.
    """
    return by.standing if getattr(by, "standing", None) and by.today == day else None


def is_director(by, day):
    """A director in office that day, hold-overs included."""
    if known := read_already(by, day):
        return known.is_director
    return by is not None and Directorship.objects.on(day).filter(person=by.person_id).exists()


def is_independent(by, day):
    """An independent director in office that day; a stale determination still counts (AC-IND)."""
    if known := read_already(by, day):
        return known.is_independent
    return by is not None and by.person_id in independent_people(day)


def independent_people(day):
    """Keys of the independent directors in office that day, stale ones included (AC-IND)."""
    return {sitting.person_id for sitting in ask_on(independent_directors, day)}


def independent_directors(day):
    return Directorship.objects.independent(day)


def holds(role, by, day):
    """Whether the account's person is designated that day."""
    if known := read_already(by, day):
        return role in known.designations
    return (
        by is not None
        and Designation.objects.on(day).filter(role=role, person=by.person_id).exists()
    )


def chairs_the_board(by, day):
    return holds(Role.CHAIR, by, day)


def leads_the_independent(by, day):
    """The Lead Independent Director, as long as they are independent (G-EXS-02)."""
    return holds(Role.LEAD, by, day) and is_independent(by, day)


def is_secretary(by, day):
    """The Corporate Secretary in office that day."""
    if known := read_already(by, day):
        return known.is_secretary
    return (
        by is not None
        and Appointment.objects.on(day)
        .filter(person=by.person_id, office=Office.CORPORATE_SECRETARY)
        .exists()
    )


def is_of_the_secretarys_office(by, day):
    """The Corporate Secretary or an Assistant Secretary in office that day."""
    if known := read_already(by, day):
        return known.is_secretarial
    return (
        by is not None
        and Appointment.objects.on(day)
        .filter(person=by.person_id, office__in=SECRETARIAL_OFFICES)
        .exists()
    )


def nominating_committee():
    """The key of the Nominating and Governance Committee, whose acts recommend; None without one.

    The room of committees comes later; its seats are asked for by the name of the relation.
    """
    seats = Person.objects.filter(seats__committee__kind="nominating")
    return seats.values_list("seats__committee", flat=True).first()
