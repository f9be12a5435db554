"""Guests of an executive session: let in, and asked to leave, by whoever presides (M-06)."""

from django.db import IntegrityError, transaction

from governance.board.access import independent_people
from governance.board.models import Directorship
from governance.meetings.models import Capacity, SessionGuest
from governance.meetings.sessions import day_of, lock
from governance.people.models import Appointment, Office
from governance.records.moves import advance
from governance.refusals import Refused


def check_capacity(person, capacity, day):
    """Whoever reads as a guest is the Secretary, or is counsel or an adviser from outside (AC-IND).

    The General Counsel comes as counsel. Another director, and whoever else holds an office of the
    company, come as other guests.
    """
    if person.pk in independent_people(day):
        raise Refused("Independent directors are no guests of their session.", "M-06")
    offices = set(
        Appointment.objects.on(day).filter(person=person).values_list("office", flat=True)
    )
    if capacity == Capacity.OTHER:
        return
    if capacity == Capacity.SECRETARY:
        if Office.CORPORATE_SECRETARY not in offices:
            raise Refused(f"{person} is not the Corporate Secretary.", provision="M-06")
        return
    if capacity == Capacity.COUNSEL:
        offices.discard(Office.GENERAL_COUNSEL)
    if offices or Directorship.objects.on(day).filter(person=person).exists():
        raise Refused(
            "Directors and the company's own people come as other guests, who read nothing.",
            provision="M-06",
        )


@transaction.atomic
def admit_guest(session, *, person, capacity, by, at):
    """The presiding director lets somebody in; the interval is kept (M-06)."""
    session = lock(session)
    advance(session, "admit_guest", by=by, at=at)
    check_capacity(person, capacity, day_of(at))
    try:
        with transaction.atomic():
            return SessionGuest.objects.create(
                session=session, person=person, capacity=capacity, since=at
            )
    except IntegrityError as error:
        raise Refused(f"{person} is in the room already.", code="stale") from error


@transaction.atomic
def remove_guest(session, *, person, by, at):
    """The presiding director asks a guest to leave, who knows of the session no more (M-06)."""
    advance(session, "remove_guest", by=by, at=at)
    if not session.guests.filter(person=person, until=None).update(until=at):
        raise Refused("This guest is not in the room any more.", code="stale")
