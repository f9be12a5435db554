"""The formula of a plan: metrics, gates, modifiers, discretion (sections 4 and 6)."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from clawback.engine.documents.kinds import (
    UNREADABLE,
    Field,
    Fields,
    Kind,
    Problems,
    Reading,
    by_word,
    decimal,
    integer,
    listed,
    one_of,
    optional,
    price,
    price_above_zero,
    record,
    shown,
    text,
)
from clawback.engine.exact import ZERO
from clawback.engine.facts import (
    Curve,
    Discretion,
    Gate,
    Metric,
    Modifier,
    Payout,
    RelativeTsr,
)
from clawback.engine.payout import ESTIMATES

PLACES = optional(integer(0, 28))
BASIS = one_of("financial", "market", "operating", "individual")


def point(reading: Reading, path: str, value: Any) -> Any:
    if not isinstance(value, list) or len(value) != 2:
        return reading.refuse(path, f"has to be a measure and a payout, not {shown(value)}")
    found = (decimal(reading, f"{path}[0]", value[0]), price(reading, f"{path}[1]", value[1]))
    return UNREADABLE if any(one is UNREADABLE for one in found) else found


def curve(reading: Reading, path: str, value: Any) -> Any:
    """Points by rising measure; the payouts may rise or fall."""
    points = listed(point, at_least=1)(reading, path, value)
    if points is UNREADABLE:
        return points
    is_wrong = False
    for number, ((before, _), (measure, _)) in enumerate(pairwise(points), start=1):
        if measure <= before:
            is_wrong = True
            same = "has the measure of the point before, which would then pay twice"
            low = "is out of order: the measures have to rise"
            reading.refuse(f"{path}[{number}]", same if measure == before else low)
    return UNREADABLE if is_wrong else points


MEASURED: dict[str, Kind | Field] = {
    "key": text,
    "basis": BASIS,
    "weight": price,
    "curve": curve,
    "shape": optional(one_of("linear", "step"), "linear"),
}


def metric(curve: Any, shape: str, **rest: Any) -> Metric:
    return Metric(curve=Curve(curve, shape == "step"), **rest)


def relative_tsr(curve: Any, shape: str, kind: str, peer_tsr_pct: Any, **rest: Any) -> RelativeTsr:
    peers = tuple(sorted(peer_tsr_pct))
    return RelativeTsr(curve=Curve(curve, shape == "step"), peer_tsr_pct=peers, **rest)


def point_in_range(found: Fields) -> Problems:
    """A reasonable estimate lies within its own range (C-EST-01)."""
    if not found["low"] <= found["point"] <= found["high"]:
        yield "point", "lies outside the range from low to high"


ESTIMATE = record(dict, point_in_range, fields=dict.fromkeys(ESTIMATES, price))


def restated_price(reading: Reading, path: str, value: Any) -> Any:
    return (ESTIMATE if isinstance(value, dict) else price)(reading, path, value)


PLAIN_METRIC = record(metric, fields={**MEASURED, "reported": decimal, "restated": decimal})
RELATIVE_TSR = record(
    relative_tsr,
    fields={
        **MEASURED,
        "kind": one_of("relative_tsr"),
        "begin_price": price_above_zero,
        "reported_end_price": price,
        "restated_end_price": restated_price,
        "dividends": optional(price, ZERO),
        "peer_tsr_pct": listed(decimal, at_least=1),
        "percentile_places": PLACES,
    },
)


def either_metric(reading: Reading, path: str, value: Any) -> Any:
    is_ranked = isinstance(value, dict) and value.get("kind") is not None
    return (RELATIVE_TSR if is_ranked else PLAIN_METRIC)(reading, path, value)


GATE = record(
    Gate,
    fields={
        "key": text,
        "basis": BASIS,
        "reported": decimal,
        "restated": decimal,
        "min": decimal,
    },
)


def modifier(reported_pct: Fraction, restated_pct: Fraction, **rest: Any) -> Modifier:
    return Modifier(reported=reported_pct, restated=restated_pct, **rest)


MODIFIER = record(
    modifier,
    fields={"key": text, "basis": BASIS, "reported_pct": price, "restated_pct": price},
)


def discretion_of(amount: Kind) -> Kind:
    """A factor in percent, or an amount in the award's unit."""
    handling = {"restated_handling": one_of("keep", "drop")}

    def factor(kind: str, pct: Fraction, restated_handling: str) -> Discretion:
        return Discretion(True, pct, restated_handling == "keep")

    def added(kind: str, amount: Fraction, restated_handling: str) -> Discretion:
        return Discretion(False, amount, restated_handling == "keep")

    kinds = {
        "factor": record(factor, fields={"kind": text, "pct": price, **handling}),
        "amount": record(added, fields={"kind": text, "amount": amount, **handling}),
    }
    return by_word("kind", kinds)


def weights_count(found: Fields) -> Problems:
    if not sum(one.weight for one in found["metrics"]):
        yield "metrics", "have no weight at all"


def payout_in(target: Kind, amount: Kind) -> Kind:
    return record(
        Payout,
        weights_count,
        fields={
            "target": target,
            "metrics": listed(either_metric, at_least=1),
            "gates": optional(listed(GATE), ()),
            "modifiers": optional(listed(MODIFIER), ()),
            "cap_pct": optional(price),
            "metric_pct_places": PLACES,
            "payout_pct_places": PLACES,
            "discretion": optional(discretion_of(amount)),
            "estimate_selection": optional(one_of(*ESTIMATES), "point"),
        },
    )
