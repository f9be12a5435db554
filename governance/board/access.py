"""Who serves on the Board: the questions that other rooms ask before they open a door."""

from governance.board.models import Designation, Directorship, Role
from governance.people.models import SECRETARIAL_OFFICES, Appointment, Office


def is_director(by, day):
    """A director in office that day, hold-overs included."""
    return by is not None and Directorship.objects.on(day).filter(person=by.person_id).exists()


def is_independent(by, day):
    """An independent director in office that day; a stale determination still counts (AC-IND)."""
    return (
        by is not None
        and Directorship.objects.independent(day).filter(person=by.person_id).exists()
    )


def holds(role, by, day):
    """Whether the account's person is designated that day."""
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
    return (
        by is not None
        and Appointment.objects.on(day)
        .filter(person=by.person_id, office=Office.CORPORATE_SECRETARY)
        .exists()
    )


def is_of_the_secretarys_office(by, day):
    """The Corporate Secretary or an Assistant Secretary in office that day."""
    return (
        by is not None
        and Appointment.objects.on(day)
        .filter(person=by.person_id, office__in=SECRETARIAL_OFFICES)
        .exists()
    )
