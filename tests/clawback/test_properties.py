"""What holds of every case, however it was invented (section 10)."""

import json
import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from clawback.engine import Malformed, evaluate, read_case, reported_outcome
from clawback.engine.answers import answer
from clawback.engine.documents.awards import with_rounding
from clawback.engine.documents.kinds import Reading, count, money, signed_count, signed_money
from clawback.engine.documents.plans import payout_in
from clawback.engine.exact import rounded, written
from tests.clawback.builders import (
    POLICIES,
    SINCE_2017,
    award,
    cash,
    inputs,
    metric,
    person,
    ranked,
    run_of,
)

BOTH = [{"key": "mandatory"}, {"key": "discretionary"}]
PEOPLE = ("p1", "p2", "p3")
STANDARDS = st.sampled_from(["negligence", "gross_negligence", "fraud"])


def sums(most=100_000_000):
    """Dollars to the cent."""
    return st.integers(0, most).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


def decimals(low, high, places=3):
    scale = 10**places
    numbers = st.integers(low * scale, high * scale)
    return numbers.map(lambda number: written(Fraction(number, scale), places))


days = st.dates(date(2018, 1, 1), date(2027, 1, 1)).map(str)


@st.composite
def curves(draw, rising=False):
    measures = draw(st.lists(st.integers(-50, 200), min_size=1, max_size=5, unique=True))
    payouts = draw(st.lists(decimals(0, 250), min_size=len(measures), max_size=len(measures)))
    if rising:
        payouts.sort(key=Fraction)
    return [[str(x), payout] for x, payout in zip(sorted(measures), payouts, strict=True)]


@st.composite
def metrics(draw):
    if draw(st.booleans()):
        low, point, high = sorted((draw(decimals(1, 90, 2)) for _ in range(3)), key=Fraction)
        price = st.sampled_from([point, {"low": low, "point": point, "high": high}])
        return ranked(
            restated_end_price=draw(price),
            peer_tsr_pct=draw(st.lists(decimals(-90, 200, 1), min_size=1, max_size=7)),
            percentile_places=draw(st.sampled_from([None, 0, 2])),
            curve=draw(curves()),
        )
    return metric(
        draw(decimals(-60, 210)),
        draw(decimals(-60, 210)),
        basis=draw(st.sampled_from(["financial", "market", "operating", "individual"])),
        weight=draw(decimals(1, 60, 1)),
        curve=draw(curves()),
        shape=draw(st.sampled_from(["linear", "step"])),
    )


@st.composite
def payouts(draw, target):
    found = {"target": target, "metrics": draw(st.lists(metrics(), min_size=1, max_size=3))}
    gate = {"key": "g", "basis": "financial", "reported": "2", "min": "2"}
    modifier = {"key": "m", "basis": "operating", "reported_pct": "110"}
    factor = {"kind": "factor", "pct": draw(decimals(0, 150, 1))}
    handling = draw(st.sampled_from(["keep", "drop"]))
    extras = {
        "gates": [{**gate, "restated": draw(st.sampled_from(["1.9", "2", "3"]))}],
        "modifiers": [{**modifier, "restated_pct": draw(decimals(50, 150, 1))}],
        "cap_pct": draw(decimals(50, 200, 1)),
        "payout_pct_places": draw(st.integers(0, 4)),
        "metric_pct_places": draw(st.integers(0, 4)),
        "discretion": {**factor, "restated_handling": handling},
        "estimate_selection": draw(st.sampled_from(["low", "point", "high"])),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(extras))))
    return found | {name: extras[name] for name in chosen}


def awarded_by(payout, rounding=None):
    """What a formula pays on reported values, as a document writes it."""
    kind = payout_in(count, signed_count) if rounding else payout_in(money, signed_money)
    amount = reported_outcome(with_rounding(kind(Reading(), "", payout), rounding)).amount
    return written(amount, 0 if rounding else 2)


def parts_of(total, number, draw):
    """A whole number in so many parts."""
    cuts = sorted(draw(st.integers(0, total)) for _ in range(number - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, total], strict=True)]


@st.composite
def payments(draw, awarded):
    cents = int(awarded.replace(".", ""))
    found = []
    for part in parts_of(cents, draw(st.integers(1, 4)), draw):
        status = draw(st.sampled_from(["paid", "unpaid", "deferred"]))
        one = {"date": draw(days), "amount": written(Fraction(part, 100), 2), "status": status}
        if status == "deferred":
            one |= {"credit_price": "3", "current_price": draw(decimals(1, 9, 2))}
        found.append(one)
    return found


@st.composite
def lots(draw, numbers, name):
    return [
        {"date": draw(days), name: str(number), "price": draw(decimals(1, 90, 2))}
        for number in numbers
    ]


@st.composite
def awards(draw, key):
    kind = draw(st.sampled_from(["cash", "pool", "shares", "options"]))
    found = award(
        key,
        person=draw(st.sampled_from(PEOPLE)),
        type=kind,
        grant_date=draw(days),
        received_date=draw(st.sampled_from(["2022-12-31", "2023-12-31", "2024-12-31"])),
        filing_dates=draw(st.lists(days, min_size=1, max_size=3)),
    )
    if kind == "pool":
        paid = draw(st.integers(1, 10**9))
        awarded = written(Fraction(draw(st.integers(0, paid)), 100), 2)
        found["pool"] = {
            "basis": draw(st.sampled_from(["financial", "operating"])),
            "measure_reported": draw(decimals(0, 10**7)),
            "hurdle": draw(decimals(0, 10**6)),
            "measure_restated": draw(decimals(0, 10**7)),
            "rate_pct": draw(decimals(0, 20)),
            "cap": draw(st.none() | sums()),
            "total_paid": written(Fraction(paid, 100), 2),
        }
        return found | {"awarded": awarded, "payments": draw(payments(awarded))}
    if kind == "cash":
        payout = draw(payouts(draw(sums())))
        awarded = awarded_by(payout)
        return found | {"awarded": awarded, "payout": payout, "payments": draw(payments(awarded))}
    rounding = draw(st.sampled_from(["down", "half_up", "up"]))
    payout = draw(payouts(str(draw(st.integers(0, 20_000)))))
    awarded = awarded_by(payout, rounding)
    found |= {"awarded": awarded, "payout": payout, "share_rounding": rounding}
    first, second, third, *sold = parts_of(int(awarded), draw(st.integers(3, 6)), draw)
    if kind == "options":
        found["settlement"] = {
            "strike": draw(decimals(1, 40, 2)),
            "valuation_price": draw(decimals(1, 90, 2)),
            "unexercised": str(first),
            "exercised_held": str(second),
            "exercised_sold": draw(lots([third, *sold], "options")),
        }
    else:
        orders = st.sampled_from(["latest_first", "earliest_first", "highest_price_first"])
        found["settlement"] = {
            "undelivered": str(first),
            "held": str(second),
            "lot_order": draw(orders),
            "withheld": {"shares": str(third), "price": draw(decimals(1, 90, 3))},
            "sales": draw(lots(sold, "shares")),
            "valuation_price": draw(decimals(1, 90, 3)),
            "dividend_equivalents_per_share": draw(decimals(0, 3)),
        }
    return found


@st.composite
def cases(draw, policies=BOTH):
    """A case with awards of every kind, some of which each policy does not reach."""
    found = inputs(
        *[draw(awards(f"A{number}")) for number in range(draw(st.integers(1, 4)))],
        policies=[one | {"overrides": dict(one.get("overrides", {}))} for one in policies],
        people=[
            person(
                key,
                executive_officer=[{"start": draw(days), "end": None}],
                principal_officer=SINCE_2017,
                stock_sales=[{"date": draw(days), "profit": draw(sums())}],
            )
            for key in PEOPLE
        ],
        combine=True,
    )
    found["restatement"]["type"] = draw(st.sampled_from(["big_r", "big_r", "little_r"]))
    found["committee"]["findings"] = [
        {"person": key, "standard": draw(STANDARDS), "caused": "full", "should_repay": True}
        for key in PEOPLE
    ]
    for one in found["policies"]:
        one["overrides"]["repay_allowed"] = draw(st.booleans())
    return found


def result_of(case):
    return evaluate(read_case(case, POLICIES))


def results(case):
    return [award for run in result_of(case).runs.values() for award in run.awards.values()]


WITH_SECTION_304 = [*BOTH, {"key": "sox304"}]


@given(cases())
def test_what_is_cancelled_repaid_and_barred_is_the_excess(case):
    for found in results(case):
        if found.parts is not None and found.award.type in ("cash", "pool"):
            part = {name: one.value for name, one in found.parts.items()}
            taken = ("cancel_unpaid", "cancel_deferred", "repay_cash", "barred_by_law")
            assert sum(part.get(name, 0) for name in taken) == found.recalculation.excess
            paid = part["repay_cash"] + part.get("barred_by_law", 0)
            kept = sum(one.amount for one in found.award.payments if one.status == "paid")
            assert paid == max(0, kept - found.recalculation.recalculated)


@given(cases(WITH_SECTION_304))
def test_nothing_is_recovered_from_an_award_out_of_scope(case):
    for found in results(case):
        assert found.in_scope == (not found.reasons)
        if not found.in_scope:
            assert found.recoverable == 0 and found.parts is None


@given(cases())
def test_no_award_loses_more_than_it_was(case):
    for found in results(case):
        assert 0 <= found.recalculation.excess <= found.award.awarded
        for part in (found.parts or {}).values():
            assert part.value >= 0
            assert part.value.denominator == 1 or (part.value * 100).denominator == 1


@given(cases(WITH_SECTION_304))
def test_no_cent_is_made_or_lost(case):
    found = result_of(case)
    for run in found.runs.values():
        profits = sum((run.stock_sale_profits or {}).values())
        recovered = sum(one.recoverable for one in run.awards.values())
        assert run.total_recoverable == profits + recovered
        for one in run.people.values():
            assert one.to_recover + one.forgone == one.recoverable
    combined = found.combined
    assert sum(combined.attribution.values()) == sum(combined.by_person.values())
    profits = sum(found.runs["sox304"].stock_sale_profits.values())
    assert sum(combined.by_person.values()) == sum(combined.by_award.values()) + profits


@given(cases(WITH_SECTION_304))
def test_an_award_is_recovered_once(case):
    found = result_of(case)
    for key, amount in found.combined.by_award.items():
        singly = [run.awards[key].recoverable for run in found.runs.values()]
        assert amount == max(singly)


LISTS = ("payments", "filing_dates")


@given(cases(WITH_SECTION_304), st.randoms(use_true_random=False))
def test_no_amount_depends_on_an_order(case, random):
    before = answer(result_of(case))
    for name in ("awards", "people", "fiscal_periods"):
        random.shuffle(case[name])
    random.shuffle(case["committee"]["findings"])
    for one in case["awards"]:
        settlement = one.get("settlement", {})
        for written_list in (
            *(one[name] for name in LISTS if name in one),
            *(settlement[name] for name in ("sales", "exercised_sold") if name in settlement),
        ):
            random.shuffle(written_list)
    assert answer(result_of(case)) == before


OVERRIDES = st.sampled_from(
    [
        {"repay_allowed": False},
        {"lookback.years": 9},
        {"measures": []},
        {"notional_earnings": "include"},
        {"fault": "none"},
        {"coverage": "section16_ever", "cost": "ignore"},
    ]
)


@given(cases(), st.sampled_from(PEOPLE), OVERRIDES)
def test_a_rider_touches_nobody_else(case, rider, overrides):
    before = answer(result_of(case))["policies"]
    whose = {one["key"]: one["person"] for one in case["awards"]}
    told = {"person": rider, "policy": "mandatory", "legal_basis": "x", "overrides": overrides}
    after = answer(result_of(case | {"riders": [told]}))["policies"]
    assert after["discretionary"] == before["discretionary"]
    for key, person_key in whose.items():
        if person_key != rider:
            assert after["mandatory"]["awards"][key] == before["mandatory"]["awards"][key]
            people = (one["mandatory"]["people"] for one in (after, before))
            assert len({json.dumps(one[person_key]) for one in people}) == 1


@given(curves(rising=True), decimals(-60, 210), decimals(-60, 210), decimals(-60, 210), sums())
def test_a_lower_restated_measure_never_lowers_the_excess(curve, reported, one, other, target):
    low, high = sorted((one, other), key=Fraction)
    excess = []
    for restated in (low, high):
        payout = {"target": target, "metrics": [metric(reported, restated, curve=curve)]}
        found = run_of(cash(awarded=awarded_by(payout), payout=payout))
        excess.append(Decimal(found["awards"]["A1"]["excess"]))
    assert excess[0] >= excess[1]


# --- The working ---------------------------------------------------------------------------------

ARITHMETIC = re.compile(r"(?:[\d\s{}+\-x/(),.]|r\d+|floor|ceil|min|max)*")
NAMES = {f"r{places}": lambda x, p=places: rounded(Fraction(x), p) for places in range(10)}
NAMES |= {"floor": math.floor, "ceil": math.ceil, "min": min, "max": max, "Fraction": Fraction}


def worked_out(step):
    """What an expression comes to, by Python's own arithmetic on fractions."""
    numbers = [f"Fraction({one.numerator}, {one.denominator})" for one in step.numbers]
    expression = re.sub(r"(?<![a-z])x(?![a-z])", "*", step.how).format(*numbers)
    return eval(expression, dict(NAMES))


@given(cases())
def test_every_step_of_a_working_comes_to_its_value(case):
    for found in results(case):
        for step in found.working:
            if ARITHMETIC.fullmatch(step.how):
                assert worked_out(step) == step.value, step
            assert str(step).startswith(f"{step.finds}: ")


# --- Numbers and documents -----------------------------------------------------------------------


@given(st.fractions(), st.integers(0, 8))
def test_rounding_is_half_up_away_from_zero(number, places):
    found = rounded(number, places)
    assert abs(found - number) <= Fraction(1, 2 * 10**places)
    if abs(found - number) == Fraction(1, 2 * 10**places):
        assert abs(found) > abs(number)
    assert Fraction(written(number, places)) == found


@given(st.decimals(-(10**9), 10**9, places=5), st.integers(0, 4))
def test_rounding_is_that_of_decimals(number, places):
    expected = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert Fraction(expected) == rounded(Fraction(number), places)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**6)
    | st.sampled_from(["", "0", "0.00", "-1.00", "p1", "A1", "2024-02-29", "9" * 50, "mandatory"])
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value):
    """Every object and list of a document, with the keys of what it holds."""
    held = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in list(held):
        yield value, key
        if isinstance(one, dict | list):
            yield from places(one)


@given(
    cases(WITH_SECTION_304),
    st.randoms(use_true_random=False),
    st.lists(ANYTHING, min_size=1, max_size=3),
)
def test_whatever_stands_in_a_document_it_is_refused_or_evaluated(case, random, values):
    case = json.loads(json.dumps(case))
    for value in values:
        place, key = random.choice(list(places(case)))
        place[key] = value
    try:
        read = read_case(case, POLICIES)
    except Malformed as malformed:
        assert all(problem.path.startswith("inputs") for problem in malformed.problems)
    else:
        answer(evaluate(read))
