"""What the engine answers. Money is in dollars, awards of shares and options in whole numbers."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from clawback.engine.days import Span
from clawback.engine.exact import ZERO
from clawback.engine.facts import Award, Run
from clawback.engine.payout import Outcome
from clawback.engine.pools import PoolOutcome
from clawback.engine.scope import Reason
from clawback.engine.settlement import Part
from clawback.engine.working import Step


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What an award should have been, and its excess, both in the award's unit (section 6).

    A pool award has its `pool`; any other `reported` and `restated`, and `estimates` by name,
    which is empty where nothing is estimated.
    """

    recalculated: Fraction
    excess: Fraction
    working: tuple[Step, ...]
    reported: Outcome | None = None
    restated: Outcome | None = None
    estimates: dict[str, "Recalculation"] | None = None
    pool: PoolOutcome | None = None


@dataclass(frozen=True, slots=True)
class AwardResult:
    """What one policy makes of one award; `recoverable` in dollars.

    Under `full_amount` there is no recalculation, but what was received in the window. Only an
    award in scope under any other policy has `parts`.
    """

    award: Award
    reasons: tuple[Reason, ...]
    recoverable: Fraction
    working: tuple[Step, ...]
    recalculation: Recalculation | None = None
    parts: dict[str, Part] | None = None
    last_day: date | None = None
    window: Span | None = None
    received_in_window: Fraction | None = None

    @property
    def in_scope(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class PersonResult:
    """What one person owes under one run, in dollars; `problems` is None where nobody claimed that
    recovery is impracticable, and empty where the claim is valid."""

    recoverable: Fraction
    forgone: Fraction
    problems: tuple[str, ...] | None = None

    @property
    def to_recover(self) -> Fraction:
        return self.recoverable - self.forgone


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one policy makes of a case, by award and by person."""

    run: Run
    awards: dict[str, AwardResult]
    people: dict[str, PersonResult]
    trigger_date: date | None = None
    recovery_periods: tuple[str, ...] | None = None
    stock_sale_profits: dict[str, Fraction] | None = None

    @property
    def total_recoverable(self) -> Fraction:
        return sum((one.recoverable for one in self.people.values()), ZERO)

    @property
    def total_forgone(self) -> Fraction:
        return sum((one.forgone for one in self.people.values()), ZERO)


@dataclass(frozen=True, slots=True)
class Combined:
    """Each award recovered once among all runs; `attribution` by run, in order of precedence."""

    by_award: dict[str, Fraction]
    by_person: dict[str, Fraction]
    attribution: dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The figures of the annual disclosure, in dollars (section 9)."""

    aggregate: Fraction
    recovered: Fraction
    forgone_by_person: dict[str, Fraction]
    outstanding_180_days: dict[str, Fraction]

    @property
    def forgone(self) -> Fraction:
        return sum(self.forgone_by_person.values(), ZERO)

    @property
    def outstanding(self) -> Fraction:
        return self.aggregate - self.forgone - self.recovered


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What every run of a case gives; `errors` are inputs that were rejected and had no effect."""

    runs: dict[str, RunResult]
    combined: Combined | None
    disclosure: Disclosure | None
    errors: tuple[str, ...]
