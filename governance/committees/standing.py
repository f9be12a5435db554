"""What an account's person is today: offices, directorship, independence, designations, seats.

Every page and every door asks these facts, so they are read together, once for each request (an
account object lives as long as a request or a letter). Verbs do not ask here: what somebody may do
is asked of the rows themselves, for the day of the act.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast

from governance.asking import SOME_DAY, SOMEBODY, asked, numbered, prepared
from governance.board.models import Designation, Directorship, Independence, Role
from governance.committees.models import Committee, Seat
from governance.people.models import SECRETARIAL_OFFICES, Appointment, Office, Person

COUNTS_AS_INDEPENDENT = (Independence.YES, Independence.STALE)


@dataclass(frozen=True)
class HeldSeat:
    """A seat that is held today."""

    committee: UUID
    kind: str
    name: str
    chairs: bool


@dataclass(frozen=True)
class Standing:
    """The dated facts of one person on one day."""

    name: str
    designations: tuple[str, ...]
    appointments: tuple[tuple[str, str], ...]
    seats: tuple[HeldSeat, ...]
    # None: not a director that day.
    independence: str | None

    @property
    def is_director(self):
        return self.independence is not None

    @property
    def is_independent(self):
        """A stale determination still counts (AC-IND)."""
        return self.independence in COUNTS_AS_INDEPENDENT

    @property
    def leads_the_independent(self):
        return Role.LEAD in self.designations and self.is_independent

    @cached_property
    def offices(self):
        return frozenset(office for office, _ in self.appointments)

    @property
    def is_secretary(self):
        return Office.CORPORATE_SECRETARY in self.offices

    @property
    def is_secretarial(self):
        return not self.offices.isdisjoint(SECRETARIAL_OFFICES)

    @property
    def committees(self):
        return [seat.committee for seat in self.seats]

    def sits_on(self, kind):
        """A member of the committee of that kind."""
        return any(seat.kind == kind for seat in self.seats)


NOBODY = Standing("", (), (), (), None)


def standing_today(user):
    """What the account's person is on the account's day; an account that is closed is nobody."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    if "standing" not in user.known_today:
        user.known_today["standing"] = standing_on(user.person_id, user.today)
    return user.known_today["standing"]


@dataclass(frozen=True)
class Visitor:
    """Whoever reads a page: its buttons are offered by their standing today, read once.

    What a button does asks anew: the verb is handed the account, and asks the rows.
    """

    person_id: UUID
    today: date
    standing: Standing


def visitor(user):
    return Visitor(user.person_id, user.today, standing_today(user))


def standing_on(person, day):
    """What the person is on the day, in one question."""
    sql, written = question()
    given = [asked(value, person, day) for value in written]
    with prepared(), connection.cursor() as cursor:
        cursor.execute(sql, given)
        row = cursor.fetchone()
    if row is None:
        return NOBODY
    given_name, family_name, designations, offices, titles, *seats, independence = row
    return Standing(
        name=Person(given_name=given_name, family_name=family_name).name,
        designations=tuple(designations),
        appointments=tuple(zip(offices, titles, strict=True)),
        seats=tuple(
            HeldSeat(UUID(committee), kind, Committee(name=name).short_name, in_chair)
            for committee, kind, name, in_chair in zip(*seats, strict=True)
        ),
        independence=independence,
    )


@cache
def question():
    """The question's SQL and parameters, written by the ORM once for each process.

    Writing it takes the ORM ten times as long as asking it takes the database.
    """
    day, mine = SOME_DAY, {"person": OuterRef("pk")}
    designations = Designation.objects.on(day).filter(**mine).order_by("role")
    appointments = Appointment.objects.on(day).filter(**mine).order_by("since", "office")
    seats = Seat.objects.on(day).filter(**mine)
    seats = seats.order_by("-chairs", "committee__name")
    seats = seats.annotate(committee_key=Cast("committee", CharField()))
    directorships = Directorship.objects.on(day).with_independence(day).filter(**mine)
    people = Person.objects.filter(pk=SOMEBODY).values_list(
        "given_name",
        "family_name",
        ArraySubquery(designations.values("role")),
        ArraySubquery(appointments.values("office")),
        ArraySubquery(appointments.values("title")),
        ArraySubquery(seats.values("committee_key")),
        ArraySubquery(seats.values("committee__kind")),
        ArraySubquery(seats.values("committee__name")),
        ArraySubquery(seats.values("chairs")),
        Subquery(directorships.values("independence")[:1]),
    )
    return numbered(*people.order_by().query.sql_with_params())
