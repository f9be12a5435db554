"""Who is who in the demo: everybody with an account, what they are today, and what they may see."""

from dataclasses import dataclass

from governance.board.models import Designation, Directorship, Independence, Role
from governance.committees.models import Seat
from governance.people.models import SECRETARIAL_OFFICES, Appointment, Office, User

BOARD = "Sees the Board's meetings and decisions, and the work of their own committees"
SEES_AS_LEAD = f"{BOARD}. Presides behind the independent directors' closed door."
SEES_AS_INDEPENDENT = f"{BOARD}, and what lies behind the independent directors' closed door."
SEES_AS_DIRECTOR = f"{BOARD}. Of the independent directors' session, only that an hour is reserved."
SEES_AS_SECRETARY = (
    "Sees every ordinary matter, and the admin in which the year is run. Of the independent "
    "directors' session, only its hour."
)
SEES_AS_OFFICE = (
    "Sees the Board's ordinary matters, and the admin in which the year is run. Nothing of the "
    "independent directors' session, and of the committees' work only who sits on them."
)
SEES_AS_ADMINISTRATOR = "Sees accounts and the state of the system. No content at all."
SEES_AS_MANAGEMENT = "Sees the meetings and items to which they are invited, and nothing else."


@dataclass(frozen=True)
class Member:
    """One of the cast, as its row shows them."""

    key: str
    name: str
    roles: str
    sees: str


def grouped(rows):
    """Rows by their person's key."""
    found = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


class Facts:
    """The dated facts of everybody on one day, read at once."""

    def __init__(self, day):
        directorships = Directorship.objects.on(day).with_independence(day)
        self.directorships = {row.person_id: row for row in directorships}
        self.designations = grouped(Designation.objects.on(day))
        self.seats = grouped(Seat.objects.on(day).select_related("committee"))
        self.appointments = grouped(Appointment.objects.on(day))

    def offices(self, person):
        return {row.office for row in self.appointments.get(person, ())}

    def is_independent(self, person):
        directorship = self.directorships.get(person)
        counts = (Independence.YES, Independence.STALE)
        return directorship is not None and directorship.independence in counts

    def roles(self, person):
        """In one line: "Lead Independent Director, Audit (chair), Compensation"."""
        told = [row.get_role_display() for row in self.designations.get(person, ())]
        if person in self.directorships and Role.LEAD.label not in told:
            told.append("Independent director" if self.is_independent(person) else "Director")
        told += [row.printed for row in self.appointments.get(person, ())]
        for seat in self.seats.get(person, ()):
            told.append(f"{seat.committee.short_name}{' (chair)' if seat.chairs else ''}")
        return ", ".join(told) or "Holds no office today"

    def group(self, person):
        """Under which heading the person stands."""
        offices = self.offices(person)
        if person in self.directorships:
            return "Directors"
        if offices.intersection(SECRETARIAL_OFFICES):
            return "The Secretary's office"
        if Office.ADMINISTRATOR in offices:
            return "Administrators"
        return "Management and others"

    def sees(self, person):
        """What the person may see, in one sentence or two."""
        group = self.group(person)
        if group == "Directors":
            leads = any(row.role == Role.LEAD for row in self.designations.get(person, ()))
            if not self.is_independent(person):
                return SEES_AS_DIRECTOR
            return SEES_AS_LEAD if leads else SEES_AS_INDEPENDENT
        if group == "The Secretary's office":
            is_secretary = Office.CORPORATE_SECRETARY in self.offices(person)
            return SEES_AS_SECRETARY if is_secretary else SEES_AS_OFFICE
        return SEES_AS_ADMINISTRATOR if group == "Administrators" else SEES_AS_MANAGEMENT


def cast_on(day):
    """Everybody with an account, under their headings, the Board's leaders first."""
    facts = Facts(day)
    groups = {
        name: []
        for name in (
            "Directors",
            "The Secretary's office",
            "Management and others",
            "Administrators",
        )
    }
    users = User.objects.filter(is_active=True).select_related("person")
    for user in users.order_by("person__family_name", "person__given_name"):
        person = user.person_id
        groups[facts.group(person)].append(
            Member(str(user.pk), user.person.name, facts.roles(person), facts.sees(person))
        )
    groups["Directors"].sort(key=lambda one: Role.LEAD.label not in one.roles)
    return {name: members for name, members in groups.items() if members}
