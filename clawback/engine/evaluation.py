"""A whole case: every award under every policy, then people, combination and disclosure."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from clawback.engine.combination import combine
from clawback.engine.disclosure import disclose
from clawback.engine.exact import ZERO
from clawback.engine.facts import Award, Case, Person, Run
from clawback.engine.forgoing import forgo
from clawback.engine.lookback import last_day, recovery_periods, trigger_date, window
from clawback.engine.payout import ESTIMATES, Outcome, reported_outcome, restated_outcome
from clawback.engine.policy import Policy
from clawback.engine.pools import pool_outcome
from clawback.engine.results import (
    AwardResult,
    CaseResult,
    PersonResult,
    Recalculation,
    RunResult,
)
from clawback.engine.scope import covered_by_person, reasons
from clawback.engine.settlement import settle
from clawback.engine.working import MONEY, Step


def evaluate(case: Case) -> CaseResult:
    """What may be recovered in a case under each of its policies, with the working (section 10)."""
    known: dict[tuple[str, frozenset[str]], Recalculation] = {}
    errors: set[str] = set()
    runs = {run.name: _run(case, run, known, errors) for run in case.runs}
    combined = combine(case, runs.values()) if case.combine else None
    disclosure = disclose(case, case.disclosure, runs) if case.disclosure else None
    return CaseResult(runs, combined, disclosure, tuple(sorted(errors)))


def recalculate(award: Award, measures: Iterable[str]) -> Recalculation:
    """What an award should have been, and its excess, in dollars or whole shares (section 6).

    Only values whose basis is among `measures` are restated.
    """
    if award.pool:
        pool = pool_outcome(award, measures)
        return Recalculation(award.awarded - pool.excess, pool.excess, pool.working, pool=pool)
    reported = reported_outcome(award.payout)
    names = ESTIMATES if award.payout.is_estimated else ()
    found = {
        name: _against(award, reported, restated_outcome(award.payout, measures, name))
        for name in names
    }
    if found:
        adopted = found[award.payout.estimate_selection]
    else:
        adopted = _against(award, reported, restated_outcome(award.payout, measures))
    return Recalculation(
        adopted.recalculated,
        adopted.excess,
        adopted.working,
        reported,
        adopted.restated,
        found,
    )


def _against(award: Award, reported: Outcome, restated: Outcome) -> Recalculation:
    """The excess over one restated outcome; awards are never netted against each other."""
    excess = max(ZERO, award.awarded - restated.amount)
    numbers = (award.awarded, restated.amount)
    step = Step("excess", "max(0, {} - {})", numbers, excess, award.unit)
    working = (*reported.working, *restated.working, step)
    return Recalculation(restated.amount, excess, working, reported, restated)


def award_under(
    case: Case, policy: Policy, award: Award, person: Person, recalculation: Recalculation | Any
) -> AwardResult:
    """What one policy makes of one award, in dollars and shares, with its working.

    `recalculation` is that under the policy's measures; None under `full_amount`.
    """
    if policy.takes_everything:
        return _everything(case, policy, award, person)
    found = reasons(case, policy, award, person, recalculation.excess)
    rule = policy.lookback.rule
    last = last_day(award, policy.lookback) if rule == "elapsed_from_filing" else None
    span = window(case.restatement, policy.lookback) if rule == "window_after_filing" else None
    if found:
        return AwardResult(
            award, found, ZERO, recalculation.working, recalculation, last_day=last, window=span
        )
    settled = settle(award, policy, recalculation.excess)
    return AwardResult(
        award,
        (),
        settled.recoverable,
        (*recalculation.working, *settled.working),
        recalculation,
        settled.parts,
        last,
        span,
    )


def _everything(case: Case, policy: Policy, award: Award, person: Person) -> AwardResult:
    """Everything paid in the window, whatever it should have been (section 7)."""
    span = window(case.restatement, policy.lookback)
    paid = tuple(one.amount for one in award.payments if one.status == "paid" and one.date in span)
    received = sum(paid, ZERO)
    how = " + ".join(["{}"] * len(paid)) or "0"
    found = reasons(case, policy, award, person, received)
    return AwardResult(
        award,
        found,
        ZERO if found else received,
        (Step("received in the window", how, paid, received, MONEY),),
        window=span,
        received_in_window=received,
    )


def _run(case: Case, run: Run, known: dict, errors: set[str]) -> RunResult:
    people = {person.key: person for person in case.people}
    awards = {}
    for award in case.awards:
        policy = run.policy_for(award.person)
        found = None if policy.takes_everything else _recalculation(award, policy, known)
        awards[award.key] = award_under(case, policy, award, people[award.person], found)
    profits = _profits(case, run) if run.policy.takes_everything else None
    lookback = run.policy.lookback
    by_years = lookback.rule == "completed_fiscal_years"
    return RunResult(
        run,
        awards,
        _people(case, run, awards, profits, errors),
        trigger_date(case.restatement) if by_years else None,
        tuple(one.label for one in recovery_periods(case, lookback)) if by_years else None,
        profits,
    )


def _recalculation(award: Award, policy: Policy, known: dict) -> Recalculation:
    """Made once for all policies under which the same values of the award are restated."""
    bases = {award.pool.basis} if award.pool else award.payout.bases
    counted = policy.measures & bases
    key = (award.key, counted)
    if key not in known:
        known[key] = recalculate(award, counted)
    return known[key]


def _profits(case: Case, run: Run) -> dict[str, Fraction]:
    """Each covered person's profits on sales in the window, losses ignored (section 7)."""
    found = {}
    for person in case.people:
        policy = run.policy_for(person.key)
        found[person.key] = ZERO
        if policy.takes_everything and not any(covered_by_person(case, policy, person)):
            span = window(case.restatement, policy.lookback)
            sales = (one.profit for one in person.stock_sales if one.date in span)
            found[person.key] = sum((max(ZERO, profit) for profit in sales), ZERO)
    return found


def _people(
    case: Case, run: Run, awards: dict[str, AwardResult], profits: dict | None, errors: set[str]
) -> dict[str, PersonResult]:
    """Those with an award, and everybody where profits of stock sales count."""
    owed = dict(profits or {})
    for result in awards.values():
        person = result.award.person
        owed[person] = owed.get(person, ZERO) + result.recoverable
    people: dict[str, PersonResult] = {}
    elected = [one.person for one in case.committee.elections if one.policy == run.name]
    for person in dict.fromkeys([*owed, *elected]):
        policy, amount = run.policy_for(person), owed.get(person, ZERO)
        people[person], found = forgo(case, run.name, policy, person, amount)
        errors.update(found)
    return {person: people[person] for person in owed}
