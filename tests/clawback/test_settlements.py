"""Where a recovery comes from, part by part, with figures worked out by hand (C-REC-02)."""

from fractions import Fraction

import pytest

from clawback.engine import evaluate, read_case
from tests.clawback.builders import POLICIES, cash, inputs, only, options, pool, shares


def payment(amount, status="paid", date="2025-03-14", **prices):
    return {"date": date, "amount": amount, "status": status, **prices}


def deferred(amount, credit, current, date="2025-03-14"):
    return payment(amount, "deferred", date, credit_price=credit, current_price=current)


def barred(**changes):
    """Law forbids that anything be repaid."""
    return {"overrides": {"repay_allowed": False}, **changes}


# --- Cash and pools: the excess is 75,000.00 ---------------------------------------------------


def test_unpaid_amounts_go_first_then_deferred_ones_then_cash():
    payments = [
        payment("100000.00"),
        deferred("30000.00", "20.00", "25.00"),
        payment("20000.00", "unpaid"),
    ]
    found = only(cash(payments=payments))
    assert found["breakdown"] == {
        "cancel_unpaid": "20000.00",
        "cancel_deferred": "30000.00",
        "deferred_earnings": "7500.00",
        "repay_cash": "25000.00",
        "remaining_payable": "0.00",
    }
    assert found["recoverable"] == "82500.00"


def test_what_is_still_owed_after_cancelling_remains_payable():
    payments = [payment("50000.00"), payment("60000.00", "unpaid"), payment("40000.00", "unpaid")]
    found = only(cash(payments=payments))
    assert found["breakdown"]["cancel_unpaid"] == "75000.00"
    assert found["breakdown"]["remaining_payable"] == "25000.00"
    assert found["breakdown"]["repay_cash"] == "0.00"


def test_where_law_bars_repayment_the_rest_is_named_and_not_recoverable():
    payments = [
        payment("100000.00"),
        deferred("30000.00", "20.00", "25.00"),
        payment("20000.00", "unpaid"),
    ]
    found = only(cash(payments=payments), **barred())
    assert found["breakdown"]["barred_by_law"] == "25000.00"
    assert found["breakdown"]["repay_cash"] == "0.00"
    assert found["recoverable"] == "57500.00"


def test_an_award_of_which_everything_is_barred_is_in_scope_for_nothing():
    found = only(cash(), **barred())
    assert (found["in_scope"], found["recoverable"]) == (True, "0.00")
    assert found["breakdown"]["barred_by_law"] == "75000.00"


@pytest.mark.parametrize(
    "credit, current, earned, counted",
    [
        ("20.00", "25.00", "7500.00", "include"),
        ("20.00", "25.00", "0.00", "exclude"),
        ("20.00", "15.00", "0.00", "include"),
        ("3", "4", "10000.00", "include"),
        ("7", "8", "4285.71", "include"),
    ],
)
def test_earnings_of_deferred_amounts_are_never_losses(credit, current, earned, counted):
    payments = [payment("120000.00"), deferred("30000.00", credit, current)]
    found = only(cash(payments=payments), overrides={"notional_earnings": counted})
    assert found["breakdown"]["deferred_earnings"] == earned


def test_deferred_amounts_are_cancelled_by_their_day_however_they_are_listed():
    """All of the first, 45,000.00 of the second: 9,000.00 and 4,500.00 were earned."""
    first = deferred("30000.00", "10.00", "13.00", "2025-01-02")
    second = deferred("90000.00", "10.00", "11.00", "2025-02-02")
    for payments in ([first, second], [second, first]):
        found = only(cash(payments=[*payments, payment("30000.00")]))
        assert found["breakdown"]["deferred_earnings"] == "13500.00"
        assert found["breakdown"]["cancel_deferred"] == "75000.00"


def test_a_pool_award_is_settled_as_cash_is():
    award = pool()
    award["payments"] = [payment("700.00"), payment("300.00", "unpaid")]
    found = only(award)
    assert found["breakdown"] == {
        "cancel_unpaid": "300.00",
        "repay_cash": "100.00",
        "remaining_payable": "0.00",
    }


def test_tax_that_was_withheld_reduces_nothing():
    found = only(cash(payments=[payment("150000.00") | {"tax_withheld": "60000.00"}]))
    assert found["recoverable"] == "75000.00"


# --- Shares: the excess is 750 -----------------------------------------------------------------


def sale(date, number, price):
    return {"date": date, "shares": number, "price": price}


LOTS = [
    sale("2025-05-01", "200", "30.00"),
    sale("2025-04-01", "300", "10.00"),
    sale("2025-06-01", "100", "20.00"),
]


def settled(**settlement):
    found = only(shares(settlement=settlement))
    return found["breakdown"], found["recoverable"]


def test_shares_are_taken_from_where_they_are_in_turn():
    """100 cancelled, 250 returned, all 400 sold and nothing withheld."""
    breakdown, recoverable = settled(
        undelivered="100",
        held="250",
        sales=[sale("2025-06-01", "400", "20.00")],
        withheld={"shares": "750", "price": "12.00"},
        valuation_price="10.00",
        dividend_equivalents_per_share="0.333",
    )
    assert breakdown == {
        "cancel_shares": "100",
        "return_shares": "250",
        "cash_for_sold": "8000.00",
        "cash_for_withheld": "0.00",
        "dividend_equivalents": "216.45",
        "shares_at_valuation_price": "3500.00",
    }
    assert recoverable == "11716.45"


def test_withheld_shares_come_last_at_the_price_of_the_withholding():
    breakdown, recoverable = settled(
        sales=[sale("2025-06-01", "500", "20.00")], withheld={"shares": "1000", "price": "12.005"}
    )
    assert breakdown["cash_for_sold"] == "10000.00"
    assert breakdown["cash_for_withheld"] == "3001.25"
    assert recoverable == "13001.25"


@pytest.mark.parametrize(
    "order, money",
    [
        (None, "9500.00"),
        ("latest_first", "9500.00"),
        ("earliest_first", "7500.00"),
        ("highest_price_first", "9500.00"),
    ],
)
def test_lots_are_taken_in_the_order_of_the_plan(order, money):
    """450 of 600 sold: 100 at 20, 200 at 30 and 150 at 10, or 300 at 10 and 150 at 30."""
    chosen = {"lot_order": order} if order else {}
    withheld = {"shares": "600", "price": "1.00"}
    breakdown, _ = settled(
        held="300", sales=LOTS, withheld=withheld, valuation_price="10.00", **chosen
    )
    assert breakdown["cash_for_sold"] == money


def test_the_highest_price_comes_first_whenever_it_was():
    sales = [sale("2025-06-01", "750", "20.00"), sale("2025-05-01", "750", "30.00")]
    assert settled(sales=sales, lot_order="latest_first")[1] == "15000.00"
    assert settled(sales=sales, lot_order="highest_price_first")[1] == "22500.00"


def test_lots_of_one_day_are_taken_at_the_higher_price_first_however_listed():
    same = [sale("2025-06-01", "750", "20.00"), sale("2025-06-01", "750", "30.00")]
    for order in ("latest_first", "earliest_first"):
        for sales in (same, same[::-1]):
            assert settled(sales=sales, lot_order=order)[1] == "22500.00"


def test_each_lot_is_rounded_to_the_cent():
    sales = [sale("2025-06-01", "375", "0.001"), sale("2025-05-01", "1125", "0.001")]
    assert settled(sales=sales)[0]["cash_for_sold"] == "0.76"


def test_shares_that_law_leaves_with_the_person_are_named():
    settlement = {"undelivered": "100", "held": "1400", "valuation_price": "10.00"}
    found = only(shares(settlement=settlement), **barred())
    assert found["breakdown"]["cancel_shares"] == "100"
    assert found["breakdown"]["return_shares"] == "0"
    assert found["breakdown"]["barred_by_law"] == "650"
    assert found["recoverable"] == "1000.00"


# --- Options: the excess is 750, the strike 10.00 ----------------------------------------------


def exercised(date, number, price):
    return {"date": date, "options": number, "price": price}


def test_options_are_cancelled_then_their_shares_returned_then_their_gain_repaid():
    found = only(
        options(
            unexercised="200",
            exercised_held="300",
            exercised_sold=[
                exercised("2025-05-01", "800", "40.00"),
                exercised("2025-06-01", "200", "30.00"),
            ],
            valuation_price="16.00",
        )
    )
    assert found["breakdown"] == {
        "cancel_options": "200",
        "return_shares": "300",
        "exercise_price_credit": "3000.00",
        "cash_for_sold": "5500.00",
        "cancelled_at_intrinsic_value": "1200.00",
        "shares_at_valuation_price": "4800.00",
    }
    assert found["recoverable"] == "8500.00"


def test_options_under_water_are_worth_nothing_and_gains_never_negative():
    found = only(
        options(
            unexercised="200",
            exercised_sold=[
                exercised("2025-06-01", "500", "8.00"),
                exercised("2025-05-01", "800", "12.00"),
            ],
            valuation_price="7.00",
        )
    )
    assert found["breakdown"]["cancelled_at_intrinsic_value"] == "0.00"
    assert found["breakdown"]["cash_for_sold"] == "100.00"
    assert found["recoverable"] == "100.00"


def test_options_that_lapsed_are_not_taken():
    """Of an excess of 750 only 200 + 300 are left: 200 x 6.00 and 300 x 2.00 are 1,800.00."""
    left = {"unexercised": "200", "exercised_sold": [exercised("2025-06-01", "300", "12.00")]}
    found = only(options(**left, valuation_price="16.00"))
    assert found["excess"] == "750"
    assert found["breakdown"]["cancel_options"] == "200"
    assert found["breakdown"]["cash_for_sold"] == "600.00"
    assert found["recoverable"] == "1800.00"


def test_options_that_law_leaves_with_the_person_are_named():
    unsold = {"unexercised": "200", "exercised_held": "1300", "valuation_price": "16.00"}
    found = only(options(**unsold), **barred())
    assert found["breakdown"]["barred_by_law"] == "550"
    assert found["recoverable"] == "1200.00"


def test_a_working_comes_to_what_was_recovered():
    result = evaluate(read_case(inputs(shares()), POLICIES))
    award = result.runs["mandatory"].awards["A1"]
    assert award.recoverable == Fraction(7500)
    assert list(map(str, award.working))[-2:] == [
        "shares_at_valuation_price: r2(750 x 10) = 7500.00",
        "recoverable: 7500 + 0 + 0 + 0 = 7500.00",
    ]
