"""What a plan pays: its formula run on reported or on restated values (section 6)."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter

from clawback.engine.exact import HUNDRED, ZERO, rounded
from clawback.engine.facts import Curve, Discretion, Metric, Payout, RelativeTsr
from clawback.engine.working import PERCENT, Step

ESTIMATES = ("low", "point", "high")
# On the reported run no measure counts as restated.
NOTHING: frozenset[str] = frozenset()
# How a working writes the rounding of shares, and of money.
ROUNDINGS = {"down": "floor", "half_up": "r0", "up": "ceil", None: "r2"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the formula pays: percent of target, dollars or shares, and the working."""

    payout_pct: Fraction
    amount: Fraction
    working: tuple[Step, ...]


def reported_outcome(payout: Payout) -> Outcome:
    """What the plan pays on the values first reported: percent, dollars or shares (section 6)."""
    return _outcome(payout, NOTHING, is_reported=True)


def restated_outcome(payout: Payout, measures: Iterable[str], estimate: str = "") -> Outcome:
    """What the plan pays on restated values: percent, dollars or shares (section 6).

    Only metrics, gates and modifiers whose basis is among `measures` take their restated value.
    `estimate` is `low`, `point` or `high`; empty for the one that the payout selects.
    """
    return _outcome(payout, frozenset(measures), estimate or payout.estimate_selection)


def _outcome(
    payout: Payout, measures: frozenset[str], estimate: str = "", is_reported: bool = False
) -> Outcome:
    run = _Run(payout, measures, estimate, "reported" if is_reported else "restated")
    percent = run.percent()
    discretion = payout.discretion
    if discretion and not (is_reported or discretion.is_kept):
        discretion = None
    amount = run.amount(percent, discretion)
    return Outcome(percent, amount, tuple(run.steps))


class _Run:
    """One run of a formula: which measures count as restated, and the steps taken so far."""

    def __init__(self, payout: Payout, measures: frozenset[str], estimate: str, named: str):
        self.payout, self.measures, self.estimate = payout, measures, estimate
        self.named = named
        self.steps: list[Step] = []

    def step(self, finds, how, numbers, value) -> Fraction:
        self.steps.append(Step(f"{self.named} {finds}", how, numbers, value, PERCENT))
        return value

    def value_of(self, one) -> Fraction:
        return one.restated if one.basis in self.measures else one.reported

    def percent(self) -> Fraction:
        """Payout in percent of target: metrics, weights, gates, modifiers, cap, rounding."""
        found = self.gated(self.weighted([self.metric(one) for one in self.payout.metrics]))
        for one in self.payout.modifiers:
            value = self.value_of(one)
            found = self.step(
                f"with {one.key}", "{} x {} / 100", (found, value), found * value / HUNDRED
            )
        cap = self.payout.cap_pct
        if cap is not None:
            found = self.step("capped", "min({}, {})", (found, cap), min(found, cap))
        return self.to_places("payout", found, self.payout.payout_pct_places)

    def amount(self, percent: Fraction, discretion: Discretion | None) -> Fraction:
        """Target x percent, adjusted by discretion, floored at zero, to the cent or share."""
        payout = self.payout
        exact = payout.target * percent / HUNDRED
        how = "{} x {} / 100"
        numbers: tuple[Fraction, ...] = (payout.target, percent)
        if discretion:
            how += " x {} / 100" if discretion.is_factor else " + {}"
            numbers += (discretion.value,)
            if discretion.is_factor:
                exact *= discretion.value / HUNDRED
            else:
                exact = max(ZERO, exact + discretion.value)
                how = f"max(0, {how})"
        found = payout.rounded(exact)
        how = f"{ROUNDINGS[payout.share_rounding]}({how})"
        self.steps.append(Step(f"{self.named} amount", how, numbers, found, payout.unit))
        return found

    def to_places(self, finds, found, places) -> Fraction:
        if places is None:
            return found
        return self.step(finds, f"r{places}({{}})", (found,), rounded(found, places))

    def metric(self, metric: Metric | RelativeTsr) -> Fraction:
        if isinstance(metric, RelativeTsr):
            value = self.percentile(metric)
        else:
            value = self.value_of(metric)
        found = self.on_curve(metric.key, metric.curve, value)
        return self.to_places(metric.key, found, self.payout.metric_pct_places)

    def on_curve(self, key: str, curve: Curve, x: Fraction) -> Fraction:
        """Nothing below the first point, the last payout from the last on, linear in between."""
        points = curve.points
        at = bisect_right(points, x, key=itemgetter(0)) - 1
        if at < 0:
            return self.step(key, "{} is below the first point, {}", (x, points[0][0]), ZERO)
        x0, p0 = points[at]
        if curve.is_step or x == x0 or at == len(points) - 1:
            return self.step(key, "{} reaches the point {}", (x, x0), p0)
        x1, p1 = points[at + 1]
        return self.step(
            key,
            "{} + ({} - {}) x ({} - {}) / ({} - {})",
            (p0, p1, p0, x, x0, x1, x0),
            p0 + (p1 - p0) * (x - x0) / (x1 - x0),
        )

    def percentile(self, metric: RelativeTsr) -> Fraction:
        """Where the company's return ranks among its peers, in percent; ties favour it."""
        end = self.end_price(metric)
        numbers = (end, metric.dividends, metric.begin_price)
        tsr = self.step(
            f"{metric.key}, return",
            "(({} + {}) / {} - 1) x 100",
            numbers,
            ((end + metric.dividends) / metric.begin_price - 1) * HUNDRED,
        )
        others = len(metric.peer_tsr_pct)
        ahead = others - bisect_right(metric.peer_tsr_pct, tsr)
        count, rank = Fraction(others + 1), Fraction(ahead + 1)
        found = self.step(
            f"{metric.key}, percentile",
            "100 x ({} - {}) / ({} - 1)",
            (count, rank, count),
            Fraction(100 * (others - ahead), others),
        )
        return self.to_places(f"{metric.key}, percentile", found, metric.percentile_places)

    def end_price(self, metric: RelativeTsr) -> Fraction:
        if metric.basis not in self.measures:
            return metric.reported_end_price
        price = metric.restated_end_price
        return price[self.estimate] if isinstance(price, dict) else price

    def weighted(self, payouts: list[Fraction]) -> Fraction:
        """Payouts by their relative weights."""
        if len(payouts) == 1:
            return payouts[0]
        weights = [one.weight for one in self.payout.metrics]
        total = sum(weights)
        found = sum(weight * payout for weight, payout in zip(weights, payouts, strict=True))
        terms = " + ".join(["{} x {}"] * len(payouts))
        pairs = [one for pair in zip(weights, payouts, strict=True) for one in pair]
        return self.step("weighted", f"({terms}) / {{}}", (*pairs, total), found / total)

    def gated(self, found: Fraction) -> Fraction:
        for gate in self.payout.gates:
            value = self.value_of(gate)
            if value < gate.min:
                found = self.step(
                    f"gate {gate.key}", "{} is below the minimum, {}", (value, gate.min), ZERO
                )
        return found
