"""What of a recoverable amount is let go, and whether it may be (section 8)."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from clawback.engine.exact import ZERO
from clawback.engine.facts import Case, Claim
from clawback.engine.policy import Policy
from clawback.engine.results import PersonResult

# A law on which impracticability rests must be older than this (Rule 10D-1, L-26).
LAW_ADOPTED_BEFORE = date(2022, 11, 28)
TOO_MUCH = "ELECTION_EXCEEDS_RECOVERABLE"


def forgo(
    case: Case, run: str, policy: Policy, person: str, recoverable: Fraction
) -> tuple[PersonResult, list[str]]:
    """What a person owes after elections and claims, and the errors among them (section 8).

    Under `committee_discretion` the committee elects an amount (C-EST-02); under
    `impracticability` a valid claim forgoes everything (L-26).
    """
    if policy.cost == "committee_discretion":
        return _elect(case, run, person, recoverable)
    claims = case.committee.impracticability if policy.cost == "impracticability" else ()
    for claim in claims:
        if (claim.person, claim.policy) == (person, run):
            found = tuple(sorted(problems(claim, recoverable)))
            forgone = ZERO if found else recoverable
            return PersonResult(recoverable, forgone, found), []
    return PersonResult(recoverable, ZERO), []


def _elect(
    case: Case, run: str, person: str, recoverable: Fraction
) -> tuple[PersonResult, list[str]]:
    for election in case.committee.elections:
        if (election.person, election.policy) == (person, run):
            if election.amount > max(ZERO, recoverable):
                return PersonResult(recoverable, ZERO), [f"{TOO_MUCH}:{person}"]
            return PersonResult(recoverable, recoverable - election.amount), []
    return PersonResult(recoverable, ZERO), []


def problems(claim: Claim, amount: Fraction) -> Iterator[str]:
    """What a claim that recovery of so many dollars is impracticable lacks (section 8, L-26)."""
    if not claim.decided_by_independent_directors:
        yield "NOT_INDEPENDENT"
    if not claim.provided_to_exchange:
        yield "NOT_PROVIDED_TO_EXCHANGE"
    if claim.basis == "direct_expense":
        if claim.third_party_cost is None or claim.third_party_cost <= amount:
            yield "COST_NOT_GREATER"
        if not claim.reasonable_attempt:
            yield "NO_REASONABLE_ATTEMPT"
        if not claim.documented:
            yield "NOT_DOCUMENTED"
    else:
        if claim.law_adopted is None or claim.law_adopted >= LAW_ADOPTED_BEFORE:
            yield "LAW_TOO_RECENT"
        if not claim.counsel_opinion:
            yield "NO_COUNSEL_OPINION"
