"""What is on record about the demo's directors: what they bring, and ties that bar nobody today.

Every row is written by a verb, as the Corporate Secretary writes it, so that the workbench has
something to open.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from boardroom.demo.minutes import take_minutes
from boardroom.demo.papers import bring_papers
from boardroom.demo.recovery import keep_recovery
from boardroom.demo.skills import say_what_directors_bring
from governance.board.answering import digest_of, save_answers, sign
from governance.board.engagements import add_commitment, confirm
from governance.board.examining import open_cycle
from governance.board.models import FactKind, Organisation, Position
from governance.board.reporting import (
    enter_fact,
    enter_organisation,
    enter_organisation_year,
    report_change,
)
from governance.board.sheets import PARTS, Answers
from governance.committees.charters import LITERACY, Computed, Function, Tag
from governance.committees.models import Committee, Kind
from governance.committees.operations import (
    adopt_charter,
    ask_of_members,
    attest,
    delegate,
    draft_charter,
    put_charter_before_board,
    put_charter_in_force,
    recommend_charter,
    write_section,
)
from governance.committees.watching import look_again
from governance.people.following import together
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
@together()
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
    since = years_after(today, -1) + timedelta(days=30)
    for committee in Committee.objects.on(today):
        if committee.kind == Kind.AUDIT:
            give_charter(committee, secretary, now, years_after(since, -2))
        act = give_charter(committee, secretary, now, since)
        if committee.kind == Kind.AUDIT:
            look_after_risk(committee, act, secretary, today)
    philippa = Person.objects.get(given_name="Philippa", family_name="Danvers")
    report_change(
        person=philippa,
        text="A firm of which my brother is a partner has been asked for an offer.",
        by=philippa.user,
        at=now - timedelta(days=3),
    )
    ask_two_directors(secretary, now)
    take_minutes(secretary, now)
    keep_recovery(secretary, now)
    bring_papers(secretary, now)
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


def ask_two_directors(secretary, now):
    """The yearly questions are out to two directors: one has signed, the other has not begun."""
    signing, waiting = (
        Person.objects.get(given_name=given, family_name=family)
        for given, family in (("Ingrid", "Solvane"), ("Tobias", "Wrenfield"))
    )
    cycle = open_cycle(by=secretary, at=now - timedelta(days=6), people=[signing, waiting])
    questionnaire, at = cycle.questionnaires.get(person=signing), now - timedelta(days=2)
    day = Company.current().day_of(at)
    for part in PARTS:
        known = Answers(questionnaire, today=day).of(part.key).known
        typed = {f"{part.key}-any": "no", "commitments-time": "yes"}
        typed |= {f"{form.prefix}-answer": "still" for form in known}
        save_answers(questionnaire, part=part.key, typed=typed, by=signing.user, at=at)
        questionnaire.refresh_from_db()
    digest = digest_of(Answers(questionnaire, today=day).text())
    sign(questionnaire, digest=digest, by=signing.user, at=at, method="password")


def look_after_risk(committee, act, secretary, today):
    """What the Board has handed to the committee, by the act that adopted its charter."""
    delegate(
        committee=committee,
        function=Function.RISK,
        scope="Decides how the risks of the laboratory's suppliers (invented) are watched.",
        limits="No commitment of more than $250,000.00 in a year.",
        act=act,
        since=act.day,
        by=secretary,
        on=today,
    )


def give_charter(committee, secretary, now, since):
    """A charter of the committee as the Board adopted it, and what was attested of its members."""
    today = Company.current().day_of(now)
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
    ask_of_members(
        charter,
        code="not_employed",
        text="No member is an officer or employee of the Company.",
        computed=Computed.NOT_EMPLOYED,
        **by,
    )
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
    if committee.kind == Kind.AUDIT and not committee.seats.filter(attestations__isnull=False):
        for seat in committee.seats.on(today):
            attest(seat=seat, code=LITERACY, holds=True, found_on=today, by=secretary, on=today)
    return act
