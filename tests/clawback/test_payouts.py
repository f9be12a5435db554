"""What a plan should have paid: every step of the formula, with figures worked out by hand."""

import pytest

from clawback.engine import evaluate, read_case
from clawback.engine.answers import answer, working
from tests.clawback.builders import (
    POLICIES,
    cash,
    inputs,
    metric,
    only,
    pool,
    ranked,
    shares,
)


def paid(payout, awarded, **changes):
    """Restated percent and amount of a bonus of 100,000.00 at target."""
    found = only(cash(awarded=awarded, payout=payout), **changes)
    return found["restated_payout_pct"], found["recalculated"]


# --- The curve ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "restated, percent",
    [
        ("89.999999", "0.000000"),
        ("90", "50.000000"),
        ("95", "75.000000"),
        ("100", "100.000000"),
        ("119.999999", "199.999995"),
        ("120", "200.000000"),
        ("1000000", "200.000000"),
        ("-5", "0.000000"),
    ],
)
def test_payout_is_linear_between_points_and_flat_outside(restated, percent):
    found = only(cash(payout={"metrics": [metric("110", restated)]}))
    assert found["restated_payout_pct"] == percent


@pytest.mark.parametrize("restated, percent", [("89", "0"), ("99.99", "50"), ("100", "100")])
def test_a_step_pays_the_last_point_reached(restated, percent):
    stepped = metric("119", restated, shape="step")
    assert paid({"metrics": [stepped]}, "100000.00")[0] == f"{percent}.000000"


def test_one_point_is_a_cliff():
    cliff = metric("100", "99", curve=[["100", "150"]])
    assert paid({"metrics": [cliff]}, "150000.00") == ("0.000000", "0.00")


def test_a_curve_may_fall():
    """Of costs, less is better: nothing below the first point, the last payout from the last on."""
    falling = metric("85", "95", curve=[["80", "200"], ["90", "100"], ["100", "0"]])
    assert paid({"metrics": [falling]}, "150000.00") == ("50.000000", "50000.00")


def test_nothing_is_rounded_before_the_cent():
    """A third of the way, of a target that three divides: 66,666.67 would be wrong by a cent."""
    third = metric("3", "1", curve=[["0", "0"], ["3", "100"]])
    assert paid({"target": "0.03", "metrics": [third]}, "0.03") == ("33.333333", "0.01")


def test_half_a_cent_that_only_fractions_reach_is_rounded_up():
    """0.07 x (1/14) is half a cent exactly; digits of a seventh would fall short of it."""
    seventh = metric("14", "1", curve=[["0", "0"], ["14", "100"]])
    assert paid({"target": "0.07", "metrics": [seventh]}, "0.07") == ("7.142857", "0.01")


def test_whole_shares_that_only_fractions_reach_are_not_lost():
    third = metric("3", "1", curve=[["0", "0"], ["3", "100"]])
    found = only(shares(awarded="3", payout={"target": "3", "metrics": [third]}))
    assert found["recalculated"] == "1"


# --- Weights, gates, modifiers, caps, rounding -------------------------------------------------


def test_weights_are_relative():
    """Two parts of 75 % and one of 150 %: 100 %."""
    both = [metric("110", "95", weight="2"), metric("110", "110", weight="1", key="other")]
    assert paid({"metrics": both}, "150000.00") == ("100.000000", "100000.00")


def test_each_metric_is_rounded_where_the_plan_says_so():
    """87.77 and 82.23 % are 88 and 82 % in whole percent."""
    both = [metric("100", "97.554"), metric("100", "96.446", key="other")]
    assert paid({"metrics": both, "metric_pct_places": 0}, "100000.00")[0] == "85.000000"
    # Half of 88 and 83 with one decimal less than it needs.
    uneven = [metric("100", "97.554"), metric("100", "96.6", key="other")]
    places = {"metrics": uneven, "metric_pct_places": 0, "payout_pct_places": 0}
    assert paid(places, "100000.00")[0] == "86.000000"


@pytest.mark.parametrize(
    "restated, percent", [("2.00", "75.000000"), ("1.999", "0.000000"), ("3", "75.000000")]
)
def test_a_gate_pays_nothing_below_its_minimum(restated, percent):
    gate = {"key": "eps", "basis": "financial", "reported": "2.05", "min": "2.00"}
    assert paid({"gates": [{**gate, "restated": restated}]}, "150000.00")[0] == percent


def test_every_gate_has_to_open():
    gate = {"basis": "financial", "reported": "2", "min": "2"}
    gates = [{**gate, "key": "eps", "restated": "1"}, {**gate, "key": "margin", "restated": "2"}]
    assert paid({"gates": gates}, "150000.00")[0] == "0.000000"


def modifier(reported, restated, basis="financial"):
    return {"key": basis, "basis": basis, "reported_pct": reported, "restated_pct": restated}


def test_modifiers_multiply_each_other_before_the_cap():
    """150 % x 120 % x 50 % = 90 % as reported; 75 % x 80 % x 50 % = 30 % restated."""
    both = [modifier("120", "80"), modifier("50", "50", "market")]
    assert paid({"modifiers": both, "cap_pct": "180"}, "90000.00") == ("30.000000", "30000.00")


def test_the_cap_comes_before_the_rounding_of_the_payout():
    capped = {"cap_pct": "99.96", "payout_pct_places": 1}
    assert paid({"metrics": [metric("110", "105")], **capped}, "100000.00")[0] == "100.000000"


@pytest.mark.parametrize("basis, percent", [("operating", "150"), ("individual", "150")])
def test_what_a_policy_does_not_count_keeps_its_reported_value(basis, percent):
    """Metric, gate and modifier alike (section 6)."""
    gate = {"key": "g", "basis": basis, "reported": "2", "restated": "1", "min": "2"}
    for payout in (
        {"metrics": [metric(basis=basis)]},
        {"metrics": [metric("110", "110")], "gates": [gate]},
        {"metrics": [metric("110", "110")], "modifiers": [modifier("100", "50", basis)]},
    ):
        found = only(cash(payout=payout))
        assert found["restated_payout_pct"] == f"{percent}.000000"
        assert found["reasons"] == ["NO_EXCESS"]


def test_a_rider_may_count_other_measures():
    rider = {"person": "p1", "policy": "mandatory", "legal_basis": "order"}
    measures = {"measures": ["financial", "operating"]}
    bonus = cash(payout={"metrics": [metric(basis="operating")]})
    assert only(bonus, riders=[{**rider, "overrides": measures}])["excess"] == "75000.00"


# --- Discretion and rounding of amounts --------------------------------------------------------


@pytest.mark.parametrize(
    "kind, awarded, kept, dropped",
    [
        ({"kind": "factor", "pct": "80"}, "120000.00", "60000.00", "75000.00"),
        ({"kind": "factor", "pct": "120"}, "180000.00", "90000.00", "75000.00"),
        ({"kind": "factor", "pct": "0"}, "0.00", "0.00", "75000.00"),
        ({"kind": "amount", "amount": "-80000.00"}, "70000.00", "0.00", "75000.00"),
        ({"kind": "amount", "amount": "12.34"}, "150012.34", "75012.34", "75000.00"),
    ],
)
def test_discretion_is_repeated_or_left_out(kind, awarded, kept, dropped):
    for handling, amount in (("keep", kept), ("drop", dropped)):
        payout = {"discretion": {**kind, "restated_handling": handling}}
        assert paid(payout, awarded)[1] == amount


def test_discretion_over_shares_is_in_shares():
    added = {"kind": "amount", "amount": "-100", "restated_handling": "keep"}
    found = only(shares(awarded="1400", payout={"discretion": added}))
    assert (found["recalculated"], found["excess"]) == ("650", "750")


@pytest.mark.parametrize(
    "rounding, recalculated", [("down", "687"), ("half_up", "688"), ("up", "688")]
)
def test_shares_round_as_the_award_says(rounding, recalculated):
    """1,000 x 68.75 % = 687.5."""
    payout = {"metrics": [metric("110", "93.75")]}
    found = only(shares(payout=payout, share_rounding=rounding))
    assert found["recalculated"] == recalculated


def test_half_a_share_less_a_little_rounds_down():
    payout = {"metrics": [metric("110", "93.749")]}
    for rounding, recalculated in (("half_up", "687"), ("up", "688")):
        found = only(shares(payout=payout, share_rounding=rounding))
        assert found["recalculated"] == recalculated


def test_a_restated_result_that_pays_more_leaves_no_excess():
    found = only(cash(payout={"metrics": [metric("110", "115")]}))
    assert (found["recalculated"], found["excess"]) == ("175000.00", "0.00")
    assert found["reasons"] == ["NO_EXCESS"]


# --- Relative total shareholder return ---------------------------------------------------------


def ranks(awarded, **changes):
    return only(shares(awarded=awarded, payout={"metrics": [ranked(**changes)]}))


def test_a_return_is_ranked_among_its_peers():
    """50 % is third of five, as (50 + 2) / 40 - 1 = 30 % is fourth: percentiles 50 and 25."""
    found = ranks("1000")
    assert found["reported_payout_pct"] == "100.000000"
    assert found["restated_payout_pct"] == "50.000000"
    assert found["excess"] == "500"


def test_ties_favour_the_company():
    """A restated return of 40 % is that of the third peer: still third of five."""
    assert ranks("1000", restated_end_price="54.00")["excess"] == "0"


def test_a_percentile_is_rounded_where_the_plan_says_so():
    """Two of three peers ahead: a percentile of 33.333… %, or 33 in whole percent."""
    three = {"peer_tsr_pct": ["70", "60", "10"], "curve": [["0", "0"], ["100", "200"]]}
    exact = ranks("666", **three)
    assert exact["reported_payout_pct"] == "66.666667"
    assert ranks("660", percentile_places=0, **three)["reported_payout_pct"] == "66.000000"


def test_dividends_and_places_may_be_left_out():
    plain = ranked(reported_end_price="60.00")
    for name in ("dividends", "percentile_places"):
        del plain[name]
    found = only(shares(awarded="1000", payout={"metrics": [plain]}))
    assert found["reported_payout_pct"] == "100.000000"
    assert found["restated_payout_pct"] == "50.000000"


RANGE = {"low": "40.00", "point": "50.00", "high": "58.00"}


@pytest.mark.parametrize(
    "selected, excess", [("low", "1000"), ("point", "500"), ("high", "0"), (None, "500")]
)
def test_a_range_is_told_whole_and_one_point_of_it_applied(selected, excess):
    """(40 + 2) / 40 - 1 = 5 % is last: nothing; 50.00 pays half, 58.00 is as reported."""
    payout = {"metrics": [ranked(restated_end_price=RANGE)]}
    if selected:
        payout["estimate_selection"] = selected
    found = only(shares(awarded="1000", payout=payout))
    assert found["estimates"] == {
        "low": {"restated_payout_pct": "0.000000", "recalculated": "0", "excess": "1000"},
        "point": {"restated_payout_pct": "50.000000", "recalculated": "500", "excess": "500"},
        "high": {"restated_payout_pct": "100.000000", "recalculated": "1000", "excess": "0"},
    }
    assert found["excess"] == excess


def test_a_policy_without_market_measures_restates_no_price():
    payout = {"metrics": [ranked()]}
    changed = {"overrides": {"measures": ["financial"]}}
    assert only(shares(awarded="1000", payout=payout), **changed)["excess"] == "0"


# --- Pools -------------------------------------------------------------------------------------


def test_a_pool_owes_what_was_paid_beyond_its_restated_size():
    """10 % of (110,000 - 50,000) = 6,000; 10,000 was paid; of 1,000 a tenth of 4,000."""
    found = only(pool())
    assert found["pool_reported"] == "15000.00"
    assert (found["pool_restated"], found["pool_deficiency"]) == ("6000.00", "4000.00")
    assert (found["excess"], found["recalculated"]) == ("400.00", "600.00")
    assert "reported_payout_pct" not in found


@pytest.mark.parametrize(
    "changes, excess",
    [
        ({"measure_restated": "40000"}, "1000.00"),
        ({"measure_restated": "150000"}, "0.00"),
        ({"cap": "9500"}, "400.00"),
        ({"cap": "5000"}, "500.00"),
        ({"basis": "operating", "measure_reported": "149999.9"}, "0.00"),
        ({"measure_reported": "100000", "basis": "operating"}, "500.00"),
        ({"measure_restated": "149999.5"}, "0.01"),
        ({"measure_restated": "149999.51"}, "0.00"),
    ],
)
def test_a_pool_is_capped_and_never_negative(changes, excess):
    """The deficiency itself is not rounded: 0.05 and 0.049 of a dollar are 0.005 and 0.0049."""
    assert only(pool(**changes))["excess"] == excess


def test_a_measure_may_have_any_precision():
    """5 x 10^-991 below 95 pays 25 x 10^-991 % less than 75 %, which no cent shows."""
    low = f"94.{'9' * 990}5"
    assert len(low) > 990
    found = only(cash(payout={"metrics": [metric("110", low)]}))
    assert (found["restated_payout_pct"], found["excess"]) == ("75.000000", "75000.00")


def test_an_amount_may_be_longer_than_its_measures():
    """Five modifiers, each of a thousand digits, and not one of them is lost."""
    huge = {"basis": "financial", "reported_pct": "100", "restated_pct": "1" + "0" * 999}
    modifiers = [{"key": f"k{number}", **huge} for number in range(5)]
    award = cash(payout={"metrics": [metric()], "modifiers": modifiers})
    result = evaluate(read_case(inputs(award), POLICIES))
    found = answer(result)["policies"]["mandatory"]["awards"]["A1"]
    amount = "75000" + "0" * (5 * 997)
    assert (found["recalculated"], found["excess"]) == (f"{amount}.00", "0.00")
    assert working(result)["mandatory"]["A1"][-1] == f"excess: max(0, 150000 - {amount}) = 0.00"


def test_a_pool_of_which_nothing_was_paid_has_no_excess():
    found = only(pool(awarded="0.00", total_paid="0.00"))
    assert (found["pool_deficiency"], found["excess"]) == ("0.00", "0.00")
    assert found["reasons"] == ["NO_EXCESS"]
