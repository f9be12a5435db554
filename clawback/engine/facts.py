"""What is known of a case: people, the restatement, what the committee did, and the awards.

Money, prices, measures and percentages are exact fractions: dollars, the plan's own unit, and
percent units (`82.5` is 82.5 %). Shares and options are whole numbers (sections 1 and 4).

A fact marked `| Any` is None only where no policy of the case asks for it: documents see to that.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from clawback.engine.days import Span
from clawback.engine.exact import cents, whole
from clawback.engine.policy import Policy
from clawback.engine.working import MONEY, SHARES


@dataclass(frozen=True, slots=True)
class StockSale:
    date: date
    profit: Fraction


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    section16: tuple[Span, ...] = ()
    executive_officer: tuple[Span, ...] = ()
    principal_officer: tuple[Span, ...] = ()
    named_executive_officer: bool = False
    stock_sales: tuple[StockSale, ...] = ()


@dataclass(frozen=True, slots=True)
class Restatement:
    """What was restated and when; a date of None is not known, or has not come."""

    type: str
    conclusion_date: date | None = None
    court_order_date: date | None = None
    restated_filing_date: date | None = None
    first_issued_date: date | Any = None
    issuer_misconduct: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the committee found of one person: a standard of fault, caused in full or in part."""

    person: str
    standard: str
    caused: str
    should_repay: bool


@dataclass(frozen=True, slots=True)
class Election:
    """How much the committee elects to recover of a person, in dollars."""

    person: str
    policy: str
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Claim:
    """That recovery from a person is impracticable, and what was done before saying so."""

    person: str
    policy: str
    basis: str
    provided_to_exchange: bool
    decided_by_independent_directors: bool
    third_party_cost: Fraction | None = None
    reasonable_attempt: bool = False
    documented: bool = False
    law_adopted: date | None = None
    counsel_opinion: bool = False


@dataclass(frozen=True)
class Committee:
    """What the committee determined; without a day while it has not."""

    determination_date: date | Any = None
    findings: tuple[Finding, ...] = ()
    elections: tuple[Election, ...] = ()
    impracticability: tuple[Claim, ...] = ()

    @cached_property
    def findings_by_person(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.person, []).append(finding)
        return found


@dataclass(frozen=True, slots=True)
class FiscalPeriod:
    label: str
    span: Span
    is_transition: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of measure and payout in percent, by rising measure; a step pays the last reached."""

    points: tuple[tuple[Fraction, Fraction], ...]
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    key: str
    basis: str
    weight: Fraction
    curve: Curve
    reported: Fraction
    restated: Fraction


@dataclass(frozen=True, slots=True)
class RelativeTsr:
    """Total shareholder return ranked among peers; the restated end price may be an estimate, by
    the names `low`, `point` and `high`. The peers are sorted."""

    key: str
    basis: str
    weight: Fraction
    curve: Curve
    begin_price: Fraction
    reported_end_price: Fraction
    restated_end_price: dict[str, Fraction] | Fraction
    dividends: Fraction
    peer_tsr_pct: tuple[Fraction, ...]
    percentile_places: int | None = None

    @property
    def is_estimated(self) -> bool:
        return isinstance(self.restated_end_price, dict)


@dataclass(frozen=True, slots=True)
class Gate:
    """Nothing is paid while its value is below `min`."""

    key: str
    basis: str
    reported: Fraction
    restated: Fraction
    min: Fraction


@dataclass(frozen=True, slots=True)
class Modifier:
    """Multiplies the payout, in percent."""

    key: str
    basis: str
    reported: Fraction
    restated: Fraction


@dataclass(frozen=True, slots=True)
class Discretion:
    """A factor in percent, or an amount to add; repeated on the restated run or left out."""

    is_factor: bool
    value: Fraction
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Payout:
    """The plan's formula; `target` in dollars, or in shares with the rounding of theirs."""

    target: Fraction
    metrics: tuple[Metric | RelativeTsr, ...]
    gates: tuple[Gate, ...] = ()
    modifiers: tuple[Modifier, ...] = ()
    cap_pct: Fraction | None = None
    metric_pct_places: int | None = None
    payout_pct_places: int | None = None
    discretion: Discretion | None = None
    estimate_selection: str = "point"
    share_rounding: str | None = None

    @property
    def unit(self) -> str:
        return SHARES if self.share_rounding else MONEY

    def rounded(self, amount: Fraction) -> Fraction:
        """To the cent, or to whole shares as the award says."""
        return whole(amount, self.share_rounding) if self.share_rounding else cents(amount)

    @property
    def bases(self) -> frozenset[str]:
        """What its metrics, gates and modifiers rest on."""
        return frozenset(one.basis for one in (*self.metrics, *self.gates, *self.modifiers))

    @property
    def is_estimated(self) -> bool:
        return any(isinstance(one, RelativeTsr) and one.is_estimated for one in self.metrics)


@dataclass(frozen=True, slots=True)
class Pool:
    """A bonus pool, in dollars: a rate of what a measure exceeds its hurdle by, up to a cap."""

    basis: str
    measure_reported: Fraction
    measure_restated: Fraction
    hurdle: Fraction
    rate_pct: Fraction
    cap: Fraction | None
    total_paid: Fraction


@dataclass(frozen=True, slots=True)
class Payment:
    """Part of a cash award: `paid`, `unpaid`, or `deferred` in notional units with two prices."""

    date: date
    amount: Fraction
    status: str
    credit_price: Fraction | Any = None
    current_price: Fraction | Any = None


@dataclass(frozen=True, slots=True)
class Lot:
    """Shares or options sold, or shares withheld for tax, at a price per share."""

    shares: Fraction
    price: Fraction
    sold_on: date | Any = None


@dataclass(frozen=True, slots=True)
class ShareSettlement:
    """Where the shares of an award are; the prices in dollars per share."""

    undelivered: Fraction
    held: Fraction
    withheld: Lot | None
    sales: tuple[Lot, ...]
    lot_order: str
    dividend_equivalents_per_share: Fraction
    valuation_price: Fraction

    @property
    def total(self) -> Fraction:
        withheld = self.withheld.shares if self.withheld else Fraction(0)
        return self.undelivered + self.held + withheld + sum(lot.shares for lot in self.sales)


@dataclass(frozen=True, slots=True)
class OptionSettlement:
    """Where the options of an award are; the prices in dollars per share."""

    strike: Fraction
    valuation_price: Fraction
    unexercised: Fraction
    exercised_held: Fraction
    exercised_sold: tuple[Lot, ...]

    @property
    def total(self) -> Fraction:
        sold = sum(lot.shares for lot in self.exercised_sold)
        return self.unexercised + self.exercised_held + sold


@dataclass(frozen=True, slots=True)
class Award:
    """What one person was awarded for one performance period, in dollars or in whole shares."""

    key: str
    person: str
    type: str
    grant_date: date
    period: Span
    received_date: date
    filing_dates: tuple[date, ...]
    awarded: Fraction
    payout: Payout | Any = None
    pool: Pool | Any = None
    payments: tuple[Payment, ...] = ()
    settlement: ShareSettlement | OptionSettlement | None = None

    @property
    def unit(self) -> str:
        return SHARES if self.type in ("shares", "options") else MONEY


@dataclass(frozen=True, slots=True)
class Run:
    """One policy applied to a whole case; `riders` is the policy as it applies to some people."""

    name: str
    policy: Policy
    riders: dict[str, Policy]

    def policy_for(self, person: str) -> Policy:
        """The policy as it applies to this person, and to nobody else (C-AMD-02)."""
        return self.riders.get(person, self.policy)


@dataclass(frozen=True, slots=True)
class Recovery:
    person: str
    date: date
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Given:
    """An amount found elsewhere to be erroneously awarded to a person, in dollars."""

    person: str
    erroneous: Fraction
    forgone: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class DisclosureRequest:
    """What the annual disclosure is asked of: a run, or amounts given per person."""

    as_of: date
    policy: str | None = None
    given: tuple[Given, ...] | Any = None
    amount_determined: dict[str, date] = field(default_factory=dict)
    recoveries: tuple[Recovery, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A restatement with everybody and everything it reaches; the runs in order of precedence."""

    runs: tuple[Run, ...] = ()
    people: tuple[Person, ...] = ()
    restatement: Restatement | Any = None
    committee: Committee = Committee()
    fiscal_periods: tuple[FiscalPeriod, ...] = ()
    awards: tuple[Award, ...] = ()
    combine: bool = False
    disclosure: DisclosureRequest | None = None
