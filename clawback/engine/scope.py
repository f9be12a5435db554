"""Whether a policy reaches an award: every test is made, and every failing one told (section 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from clawback.engine.facts import Award, Case, Finding, Person
from clawback.engine.lookback import event_day, last_day, recovery_periods, window
from clawback.engine.policy import Policy


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an award is out: a code, and a sentence that a member of the committee can read."""

    code: str
    sentence: str


def reasons(case: Case, policy: Policy, award: Award, person: Person, amount: Fraction):
    """Every reason why a policy does not reach an award, by code; none when it is in scope.

    `amount` is the excess in the award's unit, or under `full_amount` the dollars received in the
    window (section 5).
    """
    found = [
        *_effective(policy, award),
        *_outside_lookback(case, policy, award),
        *covered_by_person(case, policy, person, award),
        *_nothing(policy, amount),
    ]
    return tuple(sorted(found, key=lambda reason: reason.code))


def covered_by_person(
    case: Case, policy: Policy, person: Person, award: Award | None = None
) -> Iterator[Reason]:
    """Why a policy does not reach a person, whatever the award: the restatement, coverage, fault.

    Coverage by service in a performance period needs the award; without one, it is enough to have
    been an executive officer at all (section 5, C-COV-01, C-TRG-04).
    """
    if case.restatement.type not in policy.restatement_types:
        yield Reason(
            "RESTATEMENT_NOT_COVERED", "The policy does not apply to this kind of restatement."
        )
    if not _is_covered(case, policy, person, award):
        yield Reason("NOT_COVERED_PERSON", COVERAGE[policy.coverage])
    yield from _fault(case, policy, person)


COVERAGE = {
    "section16_ever": "Was no Section 16 officer on or before the day of the determination.",
    "executive_officer_in_period": "Was no executive officer during the performance period.",
    "principal_officers_at_filing": "Was no principal officer when the document was first issued.",
}


def _effective(policy: Policy, award: Award) -> Iterator[Reason]:
    effective = policy.effective_date
    if policy.effective_test == "grant_date" and award.grant_date < effective:
        said = f"Granted on {award.grant_date}, before the policy took effect on {effective}."
        yield Reason("GRANT_BEFORE_EFFECTIVE", said)
    if policy.effective_test == "received_date" and award.received_date < effective:
        said = f"Received on {award.received_date}, before the policy took effect on {effective}."
        yield Reason("RECEIVED_BEFORE_EFFECTIVE", said)


def _outside_lookback(case: Case, policy: Policy, award: Award) -> Iterator[Reason]:
    """Under `full_amount` the window asks when payments were made, not when an award was earned."""
    lookback = policy.lookback
    if lookback.rule == "elapsed_from_filing":
        last, event = last_day(award, lookback), event_day(case, lookback)
        if event > last:
            yield Reason("OUTSIDE_LOOKBACK", f"The last day was {last}; the event was on {event}.")
        return
    if lookback.rule == "completed_fiscal_years":
        spans = [period.span for period in recovery_periods(case, lookback)]
    else:
        spans = [window(case.restatement, lookback)]
    is_by_payment = policy.takes_everything
    if not is_by_payment and not any(award.received_date in span for span in spans):
        said = f"Received on {award.received_date}, outside the periods that the policy reaches."
        yield Reason("OUTSIDE_LOOKBACK", said)


def _is_covered(case: Case, policy: Policy, person: Person, award: Award | None) -> bool:
    if policy.coverage == "section16_ever":
        day = case.committee.determination_date
        return any(term.start <= day for term in person.section16)
    if policy.coverage == "principal_officers_at_filing":
        day = case.restatement.first_issued_date
        return any(day in term for term in person.principal_officer)
    if award is None:
        return bool(person.executive_officer)
    return any(
        term.overlaps(award.period) and term.start <= award.received_date
        for term in person.executive_officer
    )


def _fault(case: Case, policy: Policy, person: Person) -> Iterator[Reason]:
    """Whose fault it was is the committee's finding, never inferred (C-TRG-04)."""
    if policy.fault == "participant":
        found = _findings(case, policy, person)
        if not found:
            yield Reason("NO_FAULT_FINDING", "The committee found no fault of the policy's kind.")
        elif not any(finding.should_repay for finding in found):
            yield Reason(
                "NO_REPAY_DETERMINATION", "The committee did not determine that it be repaid."
            )
    if policy.fault == "issuer_misconduct" and not case.restatement.issuer_misconduct:
        yield Reason("NO_MISCONDUCT", "No misconduct of the company was found.")


def _findings(case: Case, policy: Policy, person: Person) -> list[Finding]:
    return [
        one
        for one in case.committee.findings_by_person.get(person.key, ())
        if one.standard in policy.fault_standards
    ]


def _nothing(policy: Policy, amount: Fraction) -> Iterator[Reason]:
    if amount:
        return
    if policy.takes_everything:
        yield Reason("NOTHING_RECEIVED_IN_WINDOW", "Nothing was paid in the window.")
    else:
        yield Reason("NO_EXCESS", "The restated result would have paid as much or more.")
