"""How a case begins: its subjects are walled, it opens, others are let in (M-16, C-PUR-01)."""

from datetime import timedelta

from django.db import transaction

from clawback import mail
from clawback.access import (
    chairs_the_committee,
    is_possible_subject,
    is_walled,
    may_open_cases,
    may_work,
)
from clawback.models import Award, Capacity, Case, CaseInvitation, CaseReading, Wall
from governance.people.models import EXECUTIVE_OFFICES, Person
from governance.people.operations import is_secretary
from governance.records.models import Company
from governance.records.moves import begin
from governance.refusals import Refused

# A page that follows the case by itself, or is turned over, is one reading.
ONE_READING = timedelta(minutes=30)


def day_of(at):
    return Company.current().day_of(at)


def proposed_subjects(restatement, day):
    """Current and former officers with an award for a period that is restated (C-COV-01).

    It is a proposal: whoever opens the case names its subjects.
    """
    touched = Award.objects.none()
    for period in restatement.periods.all():
        touched |= Award.objects.filter(period_start__lte=period.end, period_end__gte=period.start)
    officers = Person.objects.filter(
        appointments__office__in=EXECUTIVE_OFFICES, appointments__since__lte=day
    )
    return officers.filter(pk__in=touched.values("person")).distinct()


@transaction.atomic
def open_case(restatement, *, subjects, matter, by, at, named=(), conflicted=None):
    """Wall the subjects, and open the case behind the walls (M-16, C-PUR-01).

    `named` are those of the subjects whom the proxy statement's pay tables name; `conflicted` has
    the basis for everybody else who is kept out. Raises Refused for whoever is no chair of the
    Committee nor Lead Independent Director, and for whoever could be its subject.
    """
    if not may_open_cases(by, day_of(at)):
        raise Refused(
            "The Committee’s chair or the Lead Independent Director opens a case.",
            provision="M-16",
            code="not_yours",
        )
    conflicted = conflicted or {}
    tied = is_possible_subject(by, restatement) or is_walled(by, restatement)
    # Asked before whether there is a case: whoever is walled from it does not hear of one.
    if tied or by.person in subjects or by.person in conflicted:
        raise Refused(
            "Whoever is a subject of the case, or has a conflict, does not open it.",
            provision="M-16",
        )
    if Case.objects.filter(restatement=restatement).exists():
        raise Refused("There is one case for a restatement, and it is open.", "M-16", "stale")
    if not subjects:
        raise Refused("Name the officers whose pay it is about.", provision="C-PUR-01")
    for person in subjects:
        wall(restatement, person, named=person in named, by=by, at=at)
    for person, basis in conflicted.items():
        if person not in subjects:
            wall(restatement, person, is_subject=False, basis=basis, by=by, at=at)
    case = Case(restatement=restatement)
    begin(case, "open", by=by, at=at)
    case.write_sealed(matter=matter.strip())
    mail.tell_of_case(case, at=at, by=by)
    return case


def wall(restatement, person, *, by, at, is_subject=True, named=False, basis=""):
    """Keep somebody out. Nobody takes a wall down."""
    basis = basis.strip() or ("Subject of the case." if is_subject else "")
    if not basis:
        raise Refused(f"Say why {person} is kept out: a wall without a basis is refused.", "M-16")
    return Wall.objects.create(
        restatement=restatement,
        person=person,
        is_subject=is_subject,
        is_named_officer=named,
        basis=basis,
        ordered_by=by,
        at=at,
    )


@transaction.atomic
def wall_off(case, person, *, by, at, is_subject=True, named=False, basis=""):
    """Somebody found later is kept out from now on; what they were invited to ends (M-16)."""
    case = lock(case)
    if not chairs_the_committee(by, case, day_of(at)):
        raise Refused("The Committee’s chair orders a wall.", provision="M-16", code="not_yours")
    if person == by.person:
        raise Refused(
            "Whoever has a conflict of their own tells the Lead Independent Director, who orders "
            "the wall.",
            provision="M-16",
        )
    if case.restatement.walls.filter(person=person).exists():
        raise Refused(f"{person} is kept out already.", provision="M-16", code="stale")
    made = wall(
        case.restatement,
        person,
        is_subject=is_subject,
        named=named,
        basis=basis,
        by=by,
        at=at,
    )
    end_all(case, person, day_of(at))
    return made


def end_all(case, person, day):
    """Every invitation of the person ends at once."""
    case.admissions.filter(person=person, until=None).update(until=day)


@transaction.atomic
def invite(case, person, *, capacity, by, at, line=None):
    """Let somebody in: to the whole case, or a preparer to the inputs of one award (AC-CASE)."""
    case, day = lock(case), day_of(at)
    if not chairs_the_committee(by, case, day):
        raise Refused("The Committee’s chair lets others in.", "M-16", "not_yours")
    if person == by.person:
        raise Refused("Nobody lets themselves in.", provision="M-16")
    if case.restatement.walls.filter(person=person).exists():
        raise Refused(f"{person} is walled from this case and is not let in.", provision="M-16")
    if line and capacity != Capacity.PREPARER:
        raise Refused("One award’s inputs are for a preparer.", provision="M-16")
    if capacity == Capacity.PREPARER and line is None:
        raise Refused("A preparer is let in to one award’s inputs: say which.", "M-16")
    if capacity == Capacity.AUDITOR:
        raise Refused(
            "An auditor is not let in to a case: what was determined is reported.", "M-16"
        )
    account = getattr(person, "user", None)
    if account is None:
        raise Refused(f"{person} has no account with which to sign in.", provision="M-16")
    if capacity == Capacity.SECRETARY and not is_secretary(account, day):
        raise Refused(f"{person} is not the Corporate Secretary.", provision="M-16")
    if case.admissions.on(day).filter(person=person, line=line).exists():
        raise Refused(f"{person} is invited already.", provision="M-16", code="stale")
    invitation = CaseInvitation.objects.create(
        case=case, person=person, capacity=capacity, line=line, since=day, invited_by=by, at=at
    )
    mail.tell_of_invitation(invitation, at=at)
    return invitation


@transaction.atomic
def end_invitation(invitation, *, by, at):
    """From now on the person is outside."""
    case, day = lock(invitation.case), day_of(at)
    if not chairs_the_committee(by, case, day):
        raise Refused("The Committee’s chair lets others in, and out.", "M-16", "not_yours")
    end_all(case, invitation.person, day)


def note_reading(case, *, by, at):
    """A page of the case is opened; by whom and when, its members are shown (AC-CASE)."""
    lately = case.readings.filter(reader=by, at__gt=at - ONE_READING)
    if not lately.exists():
        CaseReading.objects.create(case=case, reader=by, at=at)


def lock(case):
    """The case as it stands, kept still until this transaction ends."""
    return (
        Case.objects.select_for_update(of=("self",)).select_related("restatement").get(pk=case.pk)
    )


def check_may_work(by, case, at):
    """Members, the Lead Independent Director and invited counsel write in a case."""
    if is_walled(by, case.restatement) or not may_work(by, case, day_of(at)):
        raise Refused("You may not do that.", provision="M-16", code="not_yours")
