"""What is on record about the demo's directors: what they bring, and ties that bar nobody today.

Every row is written by a verb, as the Corporate Secretary writes it, so that the workbench has
something to open.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from boardroom.demo.skills import say_what_directors_bring
from governance.board.engagements import add_commitment, confirm
from governance.board.models import FactKind, Organisation, Position
from governance.board.reporting import (
    enter_fact,
    enter_organisation,
    enter_organisation_year,
    report_change,
)
from governance.committees.charters import LITERACY, Tag
from governance.committees.models import Committee, Kind
from governance.committees.operations import (
    adopt_charter,
    attest,
    draft_charter,
    put_charter_before_board,
    put_charter_in_force,
    recommend_charter,
    write_section,
)
from governance.committees.watching import look_again
from governance.people.models import Appointment, Office, Person
from governance.periods import months_after, years_after
from governance.records.acts import enter_act
from governance.records.models import Company

LABORATORY = "Brightwater Laboratory (invented)"
SECTIONS = {
    Tag.POLICIES: (
        "Purpose and policies",
        "The {} meets at least once in each quarter, keeps minutes, and reports to the Board after "
        "each meeting. It may seek advice of its own choosing without asking management.",
    ),
    Tag.RESPONSIBILITIES: (
        "Responsibilities",
        "The {} does what the corporate governance guidelines and the law give to it, looks at "
        "this charter from time to time, and proposes changes to the Board.",
    ),
    Tag.QUALIFICATIONS: (
        "Who may be a member",
        "Every member of the {} is a director whom the Board has found independent under each "
        "standard that applies to it.",
    ),
}
UNIVERSITY = "Halcyon State University (invented)"


@transaction.atomic
def put_on_record(now):
    """Enter the invented ties once; a demo that knows them is left alone."""
    if Organisation.objects.filter(name=LABORATORY).exists():
        return
    today = Company.current().day_of(now)
    held = Appointment.objects.on(today).filter(office=Office.CORPORATE_SECRETARY)
    secretary = held.select_related("person__user").get().person.user
    record(secretary, now, today)
    say_what_directors_bring(secretary, now, today)
    keep_registers(now, today)
    for committee in Committee.objects.on(today):
        give_charter(committee, secretary, now, today)
    philippa = Person.objects.get(given_name="Philippa", family_name="Danvers")
    report_change(
        person=philippa,
        text="A firm of which my brother is a partner has been asked for an offer.",
        by=philippa.user,
        at=now - timedelta(days=3),
    )
    look_again(today)


def record(secretary, now, today):
    """A director runs a laboratory that the company pays; another is a university's trustee."""

    def known(name, **facts):
        given, family = name.split()
        person = Person.objects.get(given_name=given, family_name=family)
        return enter_fact(person=person, by=secretary, at=now, **facts)

    laboratory = enter_organisation(name=LABORATORY, by=secretary, on=today)
    start = today.replace(month=1, day=1)
    enter_organisation_year(
        organisation=laboratory,
        start=start.replace(year=start.year - 1),
        end=start - timedelta(days=1),
        revenue=Decimal("3100000.00"),
        by=secretary,
        on=today,
    )
    since = start.replace(year=start.year - 4)
    known(
        "Desmond Okarfo",
        kind=FactKind.POSITION,
        organisation=laboratory,
        position=Position.EXECUTIVE,
        since=since,
    )
    known(
        "Desmond Okarfo",
        kind=FactKind.PAYMENT,
        organisation=laboratory,
        amount=Decimal("184300.00"),
        by_company=True,
        since=start,
    )
    university = enter_organisation(name=UNIVERSITY, by=secretary, on=today)
    known(
        "Ingrid Solvane",
        kind=FactKind.POSITION,
        organisation=university,
        position=Position.DIRECTOR,
        since=since,
    )


def keep_registers(now, today):
    """Two directors keep their registers, and one has confirmed to have the time."""
    for given, family, organisation, role, public in (
        ("Ingrid", "Solvane", UNIVERSITY, "Trustee", False),
        ("Tobias", "Wrenfield", "Northwold Rail, Inc. (invented)", "Director", True),
    ):
        person = Person.objects.get(given_name=given, family_name=family)
        add_commitment(
            person=person,
            organisation=organisation,
            role=role,
            public_company=public,
            since=years_after(today, -4).replace(month=1, day=1),
            by=person.user,
            at=now,
        )
    ingrid = Person.objects.get(given_name="Ingrid", family_name="Solvane")
    confirm(person=ingrid, by=ingrid.user, on=months_after(today, -5))


def give_charter(committee, secretary, now, today):
    """The committee's charter as the Board adopted it, and what was attested of its members."""
    since = years_after(today, -1) + timedelta(days=30)
    act = enter_act(
        committee=None,
        day=since,
        title=f"Charter of the {committee.name}",
        text=f"RESOLVED, that the charter of the {committee.name} is adopted as presented.",
        by=secretary,
        on=today,
    )
    by = {"by": secretary, "at": now}
    charter = draft_charter(committee=committee, version=f"{since:%Y}", **by)
    for tag, (title, text) in SECTIONS.items():
        write_section(charter, title=title, text=text.format(committee.name), tag=tag, **by)
    proposed = enter_act(
        committee=committee.pk,
        day=since - timedelta(days=14),
        title="Charter recommended",
        text=f"RESOLVED, that the charter of the {committee.name} is recommended to the Board.",
        by=secretary,
        on=today,
    )
    recommend_charter(charter, act=proposed, **by)
    put_charter_before_board(charter, **by)
    adopt_charter(charter, act=act, **by)
    put_charter_in_force(charter, since=since, **by)
    if committee.kind == Kind.AUDIT:
        for seat in committee.seats.on(today):
            attest(seat=seat, code=LITERACY, holds=True, found_on=today, by=secretary, on=today)
