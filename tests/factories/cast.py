"""Who is who in the tests: one account for each part that a person can play."""

from governance.board.models import Role, Standard
from governance.committees.models import Committee, Kind
from governance.people.models import Office, User
from tests.factories import LONG_AGO
from tests.factories.board import (
    AuthorisedSeatsFactory,
    DesignationFactory,
    DeterminationFactory,
    DirectorshipFactory,
)
from tests.factories.committees import CommitteeFactory, SeatFactory
from tests.factories.people import AppointmentFactory, PersonFactory, UserFactory

# Nine directors sit on nine seats. Seven are independent; the chair and the chief executive are
# not. `director` sits on no committee.
INDEPENDENT = (
    "lead_director",
    "audit_chair",
    "audit_member",
    "compensation_chair",
    "compensation_member",
    "nominating_chair",
    "director",
)
DIRECTORS = (*INDEPENDENT, "chair", "chief_executive")
SEATS = {
    Kind.AUDIT: ("audit_chair", "audit_member", "lead_director"),
    Kind.COMPENSATION: ("compensation_chair", "compensation_member", "audit_member"),
    Kind.NOMINATING: ("nominating_chair", "lead_director", "compensation_member"),
}
# Beside the general standard, which every independent director meets.
STANDARDS = {Kind.AUDIT: Standard.AUDIT, Kind.COMPENSATION: Standard.COMPENSATION}
OFFICES = {
    "chief_executive": Office.CHIEF_EXECUTIVE,
    "chief_financial_officer": Office.CHIEF_FINANCIAL_OFFICER,
    "general_counsel": Office.GENERAL_COUNSEL,
    "manager": Office.MANAGER,
    "secretary": Office.CORPORATE_SECRETARY,
    "assistant_secretary": Office.ASSISTANT_SECRETARY,
    "administrator": Office.ADMINISTRATOR,
}
# Holds nothing today, and did once; and somebody who never did.
OTHERS = ("former_director", "outsider")
EVERYBODY = (*DIRECTORS, *(name for name in OFFICES if name not in DIRECTORS), *OTHERS)


def make_cast() -> dict[str, User]:
    """The accounts by the name of their part; the company's board around them."""
    cast = {name: account(name) for name in EVERYBODY}
    AuthorisedSeatsFactory()
    for name in DIRECTORS:
        DirectorshipFactory(person=cast[name].person)
    for name in INDEPENDENT:
        DeterminationFactory(person=cast[name].person)
    for name, office in OFFICES.items():
        AppointmentFactory(person=cast[name].person, office=office)
    DesignationFactory(person=cast["chair"].person, role=Role.CHAIR)
    DesignationFactory(person=cast["lead_director"].person, role=Role.LEAD)
    make_committees(cast)
    DirectorshipFactory(
        person=cast["former_director"].person, until=LONG_AGO.replace(year=LONG_AGO.year + 3)
    )
    return cast


def account(name):
    """An account in the name of its part: Lead Director."""
    given_name, _, family_name = name.replace("_", " ").title().partition(" ")
    person = PersonFactory(given_name=given_name, family_name=family_name or "Example")
    return UserFactory(person=person, email=f"{name}@example.com")


def make_committees(cast) -> dict[Kind, Committee]:
    """The three standing committees; the first named chairs."""
    committees = {kind: CommitteeFactory(kind=kind) for kind in SEATS}
    for kind, names in SEATS.items():
        for number, name in enumerate(names):
            if standard := STANDARDS.get(kind):
                DeterminationFactory(person=cast[name].person, standard=standard)
            SeatFactory(
                committee=committees[kind],
                person=cast[name].person,
                chairs=number == 0,
                financial_expert=kind == Kind.AUDIT and number == 0,
            )
    return committees
