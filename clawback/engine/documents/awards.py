"""Awards, what was paid of them and where their shares are (section 4)."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from clawback.engine.documents.kinds import (
    Field,
    Fields,
    Kind,
    Problems,
    by_word,
    count,
    day,
    decimal,
    listed,
    money,
    one_of,
    optional,
    price,
    price_above_zero,
    record,
    signed_count,
    signed_money,
    text,
)
from clawback.engine.documents.people import PERIOD
from clawback.engine.documents.plans import BASIS, payout_in
from clawback.engine.exact import ZERO, plain
from clawback.engine.facts import (
    Award,
    Lot,
    OptionSettlement,
    Payment,
    Payout,
    Pool,
    ShareSettlement,
)
from clawback.engine.payout import reported_outcome
from clawback.engine.settlement import LOT_ORDERS

POOL = record(
    Pool,
    fields={
        "basis": BASIS,
        "measure_reported": decimal,
        "measure_restated": decimal,
        "hurdle": decimal,
        "rate_pct": price,
        "cap": optional(price),
        "total_paid": money,
    },
)


def payment(tax_withheld: Fraction, **rest: Any) -> Payment:
    """The tax withheld is told for information: all amounts are before tax."""
    return Payment(**rest)


PAID: dict[str, Kind | Field] = {
    "date": day,
    "amount": money,
    "status": text,
    "tax_withheld": optional(money),
}
PRICED: dict[str, Kind | Field] = {"credit_price": price_above_zero, "current_price": price}
PAYMENT = by_word(
    "status",
    {
        "paid": record(payment, fields=PAID),
        "unpaid": record(payment, fields=PAID),
        "deferred": record(payment, fields={**PAID, **PRICED}),
    },
)


def lots_of(shares: str) -> Kind:
    def lot(**found: Any) -> Lot:
        return Lot(found[shares], found["price"], found["date"])

    return record(lot, fields={"date": day, shares: count, "price": price})


WITHHELD = record(Lot, fields={"shares": count, "price": price})


def shares_are_priced(found: Fields) -> Problems:
    if found["valuation_price"] is None and (found["undelivered"] or found["held"]):
        yield "valuation_price", "is missing"


def options_are_priced(found: Fields) -> Problems:
    if found["valuation_price"] is None and (found["unexercised"] or found["exercised_held"]):
        yield "valuation_price", "is missing"


def share_settlement(valuation_price: Fraction | None, **rest: Any) -> ShareSettlement:
    return ShareSettlement(valuation_price=valuation_price or ZERO, **rest)


def option_settlement(valuation_price: Fraction | None, **rest: Any) -> OptionSettlement:
    return OptionSettlement(valuation_price=valuation_price or ZERO, **rest)


SHARE_SETTLEMENT = record(
    share_settlement,
    shares_are_priced,
    fields={
        "undelivered": optional(count, ZERO),
        "held": optional(count, ZERO),
        "withheld": optional(WITHHELD),
        "sales": optional(listed(lots_of("shares")), ()),
        "lot_order": optional(one_of(*LOT_ORDERS), "latest_first"),
        "dividend_equivalents_per_share": optional(price, ZERO),
        "valuation_price": optional(price),
    },
)
OPTION_SETTLEMENT = record(
    option_settlement,
    options_are_priced,
    fields={
        "strike": price,
        "unexercised": optional(count, ZERO),
        "exercised_held": optional(count, ZERO),
        "exercised_sold": optional(listed(lots_of("options")), ()),
        "valuation_price": optional(price),
    },
)


def payments_add_up(found: Fields) -> Problems:
    total = sum((one.amount for one in found["payments"]), ZERO)
    if total != found["awarded"]:
        yield "payments", f"add up to {plain(total)}, not to the {plain(found['awarded'])} awarded"


def pool_covers(found: Fields) -> Problems:
    if found["pool"] and found["pool"].total_paid < found["awarded"]:
        yield "pool.total_paid", f"is less than the {plain(found['awarded'])} awarded of it"


def settlement_is_covered(found: Fields) -> Problems:
    """Options lapse, so that fewer may be there than were awarded, and never more."""
    settlement, awarded = found["settlement"], found["awarded"]
    if settlement and settlement.total > awarded:
        total = plain(settlement.total)
        yield "settlement", f"adds up to {total}, more than the {plain(awarded)} awarded"


def formula_gives(awarded: Fraction, payout: Payout | None) -> Problems:
    """The formula on reported values has to give what was awarded (section 6)."""
    amount = reported_outcome(payout).amount if payout else awarded
    if amount != awarded:
        said = f"is {plain(awarded)}, but the formula on reported values gives {plain(amount)}"
        yield "awarded", said


def formula_gives_cash(found: Fields) -> Problems:
    return formula_gives(found["awarded"], found["payout"])


def formula_gives_shares(found: Fields) -> Problems:
    rounding = found["share_rounding"]
    payout = with_rounding(found["payout"], rounding) if rounding else None
    return formula_gives(found["awarded"], payout)


def with_rounding(payout: Payout | None, share_rounding: str | None) -> Payout | None:
    """Shares are rounded as the award says, which its formula has to know."""
    return replace(payout, share_rounding=share_rounding) if payout else None


def award(payout: Any = None, share_rounding: str | None = None, **rest: Any) -> Award:
    return Award(payout=with_rounding(payout, share_rounding), **rest)


AWARD: dict[str, Kind | Field] = {
    "key": text,
    "person": text,
    "type": text,
    "grant_date": day,
    "period": PERIOD,
    "received_date": day,
    "filing_dates": optional(listed(day), ()),
}
IN_MONEY: dict[str, Kind | Field] = {**AWARD, "awarded": money, "payments": listed(PAYMENT)}
IN_SHARES: dict[str, Kind | Field] = {
    **AWARD,
    "awarded": count,
    "share_rounding": optional(one_of("down", "half_up", "up")),
    "payout": optional(payout_in(count, signed_count)),
}
SETTLED = (settlement_is_covered, formula_gives_shares)
AWARDS = by_word(
    "type",
    {
        "cash": record(
            award,
            payments_add_up,
            formula_gives_cash,
            fields={**IN_MONEY, "payout": optional(payout_in(money, signed_money))},
        ),
        "pool": record(
            award, payments_add_up, pool_covers, fields={**IN_MONEY, "pool": optional(POOL)}
        ),
        "shares": record(
            award, *SETTLED, fields={**IN_SHARES, "settlement": optional(SHARE_SETTLEMENT)}
        ),
        "options": record(
            award,
            *SETTLED,
            fields={**IN_SHARES, "settlement": optional(OPTION_SETTLEMENT)},
        ),
    },
)
