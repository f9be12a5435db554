"""Section 304: what the chief executive and finance officer would reimburse, as information (L-55).

The Securities and Exchange Commission enforces it, whoever was at fault. Nothing that the Committee
determines follows from it, and no sheet rests on it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from clawback.access import chairs_the_committee
from clawback.engine import Malformed, evaluate, read_case
from clawback.inputs import PRINCIPAL, SECTION_304, inputs_of
from clawback.models import Award, StockSale
from clawback.opening import day_of, lock
from clawback.reckoning import money
from clawback.sentences import of_case
from governance.people.models import Person
from governance.people.operations import check_days
from governance.records.moves import Move, enter
from governance.refusals import Refused

# It moves no state; the record says that it was stated, and by whom.
STATE = Move(
    "state_misconduct",
    "",
    "",
    may=chairs_the_committee,
    provision="L-55",
    said="marked for section 304",
)


@dataclass(frozen=True)
class Exposure:
    """One officer: pay received in the twelve months, and profits of selling stock in them."""

    person: Person
    received: Decimal
    profits: Decimal
    reasons: tuple[str, ...]

    @property
    def total(self):
        return self.received + self.profits


@dataclass(frozen=True)
class Exposures:
    """All of a case, if misconduct is found; `first` and `last` are the days that count."""

    first: date
    last: date
    officers: tuple[Exposure, ...]


def subjects_exposed(case):
    """Subjects of the case who ever were its chief executive or finance officer."""
    walled = case.restatement.walls.filter(is_subject=True).values("person")
    mine = Person.objects.filter(pk__in=walled, appointments__office__in=PRINCIPAL)
    return mine.distinct().order_by("family_name", "given_name")


def exposures_of(case, on):
    """What each would reimburse if misconduct is found; None where the statute is not on file.

    Raises Refused where it cannot be worked out, and says why.
    """
    people = list(subjects_exposed(case))
    awards = list(Award.objects.filter(person__in=people).select_related("person"))
    if not awards:
        return None
    inputs, policies = inputs_of(case, awards, on, {})
    if SECTION_304.value not in policies:
        return None
    inputs["policies"] = [{"key": SECTION_304.value}]
    inputs["riders"] = []
    inputs["restatement"]["issuer_misconduct"] = True
    try:
        run = evaluate(read_case(inputs, policies)).runs[SECTION_304]
    except Malformed as malformed:
        told = " ".join(of_case(one.path, one.reason, awards) for one in malformed.problems[:5])
        raise Refused(f"It cannot be worked out. {told}", provision="L-55") from malformed
    spans = [one.window for one in run.awards.values()]
    officers = (exposure_of(person, run) for person in people if str(person.pk) in run.people)
    return Exposures(spans[0].start, spans[0].end, tuple(officers))


def exposure_of(person, run):
    mine = [one for one in run.awards.values() if one.award.person == str(person.pk)]
    reasons = {
        reason.sentence
        for one in mine
        for reason in one.reasons
        if reason.code != "NOTHING_RECEIVED_IN_WINDOW"
    }
    received = sum((money(one.recoverable) for one in mine), Decimal(0))
    profits = money(run.stock_sale_profits[str(person.pk)])
    return Exposure(person, received, profits, tuple(sorted(reasons)))


def sales_of(case):
    """Sales of the company's stock by these officers, as they were entered."""
    return StockSale.objects.filter(person__in=subjects_exposed(case)).select_related("person")


@transaction.atomic
def state_misconduct(case, found, *, by, at):
    """Mark what a court or the Company found of its misconduct; None: nothing yet (L-55)."""
    case = lock(case)
    check_may_state(by, case, at)
    case.issuer_misconduct = found
    case.save(update_fields=["issuer_misconduct"])
    enter(case, STATE, source=case.state, target=case.state, by=by, at=at)
    return case


@transaction.atomic
def enter_sale(case, person, *, sold_on, profit, by, at):
    """Enter a sale of stock by one of the officers, with its profit; below zero for a loss."""
    case = lock(case)
    check_may_state(by, case, at)
    if not subjects_exposed(case).filter(pk=person.pk).exists():
        raise Refused(f"Section 304 does not speak of {person}.", provision="L-55")
    check_days([sold_on], on=day_of(at))
    if sold_on > day_of(at):
        raise Refused("That day has not come yet.", provision="L-55")
    return StockSale.objects.create(person=person, sold_on=sold_on, profit=profit)


def check_may_state(by, case, at):
    if not chairs_the_committee(by, case, day_of(at)):
        raise Refused("The Committee’s chair enters that.", provision="L-55", code="not_yours")
