"""Senior management sets an agenda in consultation with the Board, typically (G-AGD-01)."""

from django.db import transaction

from governance.board.models import Directorship
from governance.meetings.models import Consultation
from governance.meetings.operations import check_may_build, day_of, lock
from governance.people.models import Appointment
from governance.refusals import Refused


def may_be_consulted(day):
    """Directors in office that day whom the Company does not employ."""
    employed = Appointment.objects.employed(day)
    return Directorship.objects.on(day).exclude(person__in=employed.values("person"))


@transaction.atomic
def record_consultation(meeting, person, *, by, at):
    """Write down that a director was consulted on the agenda; publishing waits for nobody.

    Raises Refused for whoever is no director or is employed: management consulted itself.
    """
    meeting = lock(meeting)
    check_may_build(meeting, by=by, at=at)
    if not may_be_consulted(day_of(at)).filter(person=person).exists():
        raise Refused(
            f"{person} is not a director, or is employed by the Company. An agenda is set in "
            "consultation with a director who is not.",
            provision="G-AGD-01",
        )
    return Consultation.objects.create(meeting=meeting, person=person, at=at, entered_by=by)
