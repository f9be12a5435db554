"""Bonus pools: what each award repays of a pool that would have been too small (section 6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from clawback.engine.exact import HUNDRED, ZERO, cents
from clawback.engine.facts import Award, Pool
from clawback.engine.working import MONEY, Step


@dataclass(frozen=True, slots=True)
class PoolOutcome:
    """The pool as reported and as restated, its deficiency, and an award's share, in dollars."""

    reported: Fraction
    restated: Fraction
    deficiency: Fraction
    excess: Fraction
    working: tuple[Step, ...]


def pool_outcome(award: Award, measures: Iterable[str]) -> PoolOutcome:
    """The part of an award, in dollars, by which bonuses paid exceed the restated pool (section 6).

    The measure takes its restated value only if its basis is among `measures`.
    """
    pool = award.pool
    is_restated = pool.basis in measures
    steps: list[Step] = []
    reported = _size(pool, pool.measure_reported, "pool as reported", steps)
    measure = pool.measure_restated if is_restated else pool.measure_reported
    restated = _size(pool, measure, "pool as restated", steps)
    deficiency = max(ZERO, pool.total_paid - restated)
    numbers = (pool.total_paid, restated)
    steps.append(Step("deficiency", "max(0, {} - {})", numbers, deficiency, MONEY))
    if pool.total_paid:
        excess = cents(deficiency * award.awarded / pool.total_paid)
        shared = (deficiency, award.awarded, pool.total_paid)
        steps.append(Step("excess", "r2({} x {} / {})", shared, excess, MONEY))
    else:
        # Nothing was paid of it, so nothing was awarded.
        excess = ZERO
        steps.append(Step("excess", "0", (), excess, MONEY))
    return PoolOutcome(reported, restated, deficiency, excess, tuple(steps))


def _size(pool: Pool, measure: Fraction, finds: str, steps: list[Step]) -> Fraction:
    size = pool.rate_pct / HUNDRED * max(ZERO, measure - pool.hurdle)
    how = "{} / 100 x max(0, {} - {})"
    numbers: tuple[Fraction, ...] = (pool.rate_pct, measure, pool.hurdle)
    if pool.cap is not None:
        size, how, numbers = min(size, pool.cap), f"min({how}, {{}})", (*numbers, pool.cap)
    steps.append(Step(finds, how, numbers, size, MONEY))
    return size
