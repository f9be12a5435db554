"""Who the reader is today: name, offices, seats and standing, read in one query."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject

from governance.board.models import Designation, Directorship, Independence, Role
from governance.committees.models import Committee, Seat
from governance.meetings.models import AgendaItem
from governance.meetings.moves import MeetingState
from governance.people.models import Appointment, Office, Person

COUNTS_AS_INDEPENDENT = (Independence.YES, Independence.STALE)


@dataclass(frozen=True)
class Standing:
    """The dated facts of one person on one day, as far as every page asks for them."""

    person: Person
    designations: tuple[str, ...]
    appointments: tuple[tuple[str, str], ...]
    seats: tuple[tuple[str, bool], ...]
    # Empty: not a director.
    independence: str | None
    presents: bool

    @property
    def is_director(self):
        return self.independence is not None

    @property
    def is_independent(self):
        return self.independence in COUNTS_AS_INDEPENDENT

    @property
    def leads(self):
        return Role.LEAD in self.designations and self.is_independent

    @property
    def offices(self):
        return frozenset(office for office, _ in self.appointments)

    @property
    def roles(self):
        """As the rail prints them: "Lead Independent Director", "Compensation (Chair)", "Audit"."""
        told = [Role(role).label for role in self.designations]
        told += [title or Office(office).label for office, title in self.appointments]
        if self.is_director and not self.designations:
            told.append("Independent Director" if self.is_independent else "Director")
        told += [f"{name} (Chair)" if chairs else name for name, chairs in self.seats]
        return told or ["No office today"]


def standing_of(request):
    """The reader's standing, read once for each request."""
    if not hasattr(request, "standing"):
        request.standing = read_standing(request.user)
        # What the doors would ask for next is known now.
        request.user.offices_today = request.standing.offices
        request.user.person = request.standing.person
    return request.standing


def read_standing(user):
    """The facts that hold on the account's day; an account that is closed holds none."""
    day = user.today
    mine = {"person": OuterRef("pk")}
    seats = Seat.objects.on(day).filter(**mine).order_by("-chairs", "committee__name")
    directorship = Directorship.objects.on(day).with_independence(day).filter(**mine)
    presented = AgendaItem.objects.filter(presenter=OuterRef("pk"))
    person = Person.objects.annotate(
        designated=ArraySubquery(Designation.objects.on(day).filter(**mine).values("role")),
        appointed=ArraySubquery(
            Appointment.objects.on(day)
            .filter(**mine)
            .values(json=JSONObject(office="office", title="title"))
        ),
        seated=ArraySubquery(
            seats.values(json=JSONObject(body="committee__name", chairs="chairs"))
        ),
        independence_today=Subquery(directorship.values("independence")[:1]),
        presents=Exists(presented.exclude(meeting__state=MeetingState.DRAFT)),
    ).get(pk=user.person_id)
    return Standing(
        person=person,
        designations=tuple(person.designated),
        appointments=tuple((row["office"], row["title"]) for row in person.appointed),
        seats=tuple(
            (Committee(name=row["body"]).short_name, row["chairs"]) for row in person.seated
        ),
        independence=person.independence_today,
        presents=person.presents,
    )
