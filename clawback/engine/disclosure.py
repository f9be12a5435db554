"""What the proxy statement and the annual report tell of recoveries (section 9)."""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from clawback.engine.exact import ZERO
from clawback.engine.facts import Case, DisclosureRequest
from clawback.engine.results import Disclosure, RunResult

OLD = timedelta(days=180)


def disclose(case: Case, request: DisclosureRequest, runs: dict[str, RunResult]) -> Disclosure:
    """Aggregate, recovered and outstanding dollars on a day, and the named executive officers
    whose balance was determined at least 180 days before (section 9, Item 402(w))."""
    owed, forgone = _amounts(request, runs)
    recovered = _by_person(
        (one.person, one.amount) for one in request.recoveries if one.date <= request.as_of
    )
    balances = {
        person: amount - forgone.get(person, ZERO) - recovered.get(person, ZERO)
        for person, amount in owed.items()
    }
    return Disclosure(
        aggregate=sum(owed.values(), ZERO),
        recovered=sum(recovered.values(), ZERO),
        forgone_by_person={person: amount for person, amount in forgone.items() if amount > 0},
        outstanding_180_days=_old(case, request, balances),
    )


def _amounts(
    request: DisclosureRequest, runs: dict[str, RunResult]
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """What each person owes, and what of it was forgone."""
    if request.policy:
        people = runs[request.policy].people
        return (
            {person: one.recoverable for person, one in people.items()},
            {person: one.forgone for person, one in people.items()},
        )
    return (
        _by_person((one.person, one.erroneous) for one in request.given),
        _by_person((one.person, one.forgone) for one in request.given),
    )


def _by_person(amounts: Iterable[tuple[str, Fraction]]) -> dict[str, Fraction]:
    """What each person's amounts come to."""
    found: dict[str, Fraction] = {}
    for person, amount in amounts:
        found[person] = found.get(person, ZERO) + amount
    return found


def _old(
    case: Case, request: DisclosureRequest, balances: dict[str, Fraction]
) -> dict[str, Fraction]:
    named = {person.key for person in case.people if person.named_executive_officer}
    return {
        person: balance
        for person, balance in balances.items()
        if person in named
        and balance > 0
        and person in request.amount_determined
        and request.as_of - request.amount_determined[person] >= OLD
    }
