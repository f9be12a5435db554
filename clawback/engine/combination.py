"""Several policies, and each dollar recovered once (section 8)."""

from collections.abc import Iterable
from fractions import Fraction

from clawback.engine.exact import ZERO
from clawback.engine.facts import Case
from clawback.engine.results import Combined, RunResult


def combine(case: Case, runs: Iterable[RunResult]) -> Combined:
    """The largest that any run recovers of each award, in dollars, and what each run adds to those
    before it; profits of stock sales are added to their run (section 8)."""
    owners = {award.key: award.person for award in case.awards}
    by_award: dict[str, Fraction] = {}
    profits: dict[str, Fraction] = {}
    attribution = {}
    for run in runs:
        found = {key: result.recoverable for key, result in run.awards.items()}
        added = _raise(by_award, found)
        attribution[run.run.name] = added + _raise(profits, run.stock_sale_profits or {})
    by_person = dict.fromkeys([*owners.values(), *profits], ZERO)
    for key, amount in by_award.items():
        by_person[owners[key]] += amount
    for person, profit in profits.items():
        by_person[person] += profit
    return Combined(by_award, by_person, attribution)


def _raise(highest: dict[str, Fraction], found: dict[str, Fraction]) -> Fraction:
    """Raise each amount to what was found, if that is more; by how much in all."""
    added = ZERO
    for key, amount in found.items():
        raised = max(amount, highest.get(key, amount))
        added += raised - highest.get(key, ZERO)
        highest[key] = raised
    return added
