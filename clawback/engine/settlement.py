"""Where a recovery comes from: what is cancelled, returned and repaid, before tax (section 7)."""

from dataclasses import dataclass, field
from fractions import Fraction

from clawback.engine.exact import ZERO, cents
from clawback.engine.facts import Award, Lot, OptionSettlement, Payment, ShareSettlement
from clawback.engine.policy import Policy
from clawback.engine.working import MONEY, SHARES, Step

# How lots sold are taken; those of one day at the higher price first, however they are listed.
LOT_ORDERS = {
    "latest_first": lambda lot: (-lot.sold_on.toordinal(), -lot.price),
    "earliest_first": lambda lot: (lot.sold_on.toordinal(), -lot.price),
    "highest_price_first": lambda lot: (-lot.price, lot.sold_on.toordinal()),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a breakdown: dollars, or shares or options by number."""

    value: Fraction
    unit: str


@dataclass(slots=True)
class Settlement:
    """What an excess comes from, part by part, and what that is worth in dollars."""

    left: Fraction
    parts: dict[str, Part] = field(default_factory=dict)
    recoverable: Fraction = ZERO
    working: list[Step] = field(default_factory=list)

    def note(self, part: str, how: str, numbers: tuple, value: Fraction, unit: str) -> Fraction:
        self.parts[part] = Part(value, unit)
        self.working.append(Step(part, how, numbers, value, unit))
        return value

    def take(self, part: str, at_most: Fraction, unit: str) -> Fraction:
        """Take what is left, up to a limit."""
        taken = min(self.left, at_most)
        self.note(part, "min({}, {})", (self.left, at_most), taken, unit)
        self.left -= taken
        return taken

    def take_lots(self, part: str, lots: list[Lot], strike: Fraction | None = None) -> Fraction:
        """Take shares out of lots in their order; dollars at their price, less any strike."""
        money, terms, numbers = ZERO, [], []
        for lot in lots:
            taken = min(self.left, lot.shares)
            if taken:
                self.left -= taken
                how, given, price = _per_share(lot.price, strike)
                terms.append(f"r2({{}} x {how})")
                numbers += [taken, *given]
                money += cents(taken * price)
        return self.note(part, " + ".join(terms) or "0", tuple(numbers), money, MONEY)

    def state(self, part: str, shares: Fraction, price: Fraction, strike=None) -> Fraction:
        """State shares in dollars at a price, less any strike."""
        how, given, each = _per_share(price, strike)
        return self.note(part, f"r2({{}} x {how})", (shares, *given), cents(shares * each), MONEY)

    def bar(self, unit: str) -> None:
        """What law forbids to take back stays where it is, and is named."""
        self.note("barred_by_law", "{}", (self.left,), self.left, unit)
        self.left = ZERO

    def settle(self, *amounts: Fraction) -> "Settlement":
        """What the parts come to; a negative amount is given back."""
        self.recoverable = sum(amounts, ZERO)
        signs = "".join(" - {}" if amount < 0 else " + {}" for amount in amounts)
        numbers = tuple(abs(amount) for amount in amounts)
        step = Step("recoverable", signs.removeprefix(" + "), numbers, self.recoverable, MONEY)
        self.working.append(step)
        return self


def settle(award: Award, policy: Policy, excess: Fraction) -> Settlement:
    """What the excess of an award in scope comes from, part by part (section 7, C-REC-02).

    `excess` is in dollars for cash and pools, in whole shares or options else. Where the policy
    lets nothing be repaid, only what is unpaid, deferred, undelivered or unexercised is taken.
    """
    found = Settlement(excess)
    if isinstance(award.settlement, ShareSettlement):
        return _settle_shares(found, award.settlement, policy)
    if isinstance(award.settlement, OptionSettlement):
        return _settle_options(found, award.settlement, policy)
    return _settle_cash(found, award, policy)


def _per_share(price: Fraction, strike: Fraction | None) -> tuple[str, tuple, Fraction]:
    """The value of one share, and how it is found: never below zero."""
    if strike is None:
        return "{}", (price,), price
    return "max(0, {} - {})", (price, strike), max(ZERO, price - strike)


def _settle_cash(found: Settlement, award: Award, policy: Policy) -> Settlement:
    """Unpaid amounts are cancelled first, then deferred ones; the rest is repaid."""
    unpaid = sum((one.amount for one in award.payments if one.status == "unpaid"), ZERO)
    amounts = [found.take("cancel_unpaid", unpaid, MONEY)]
    if any(one.status == "deferred" for one in award.payments):
        amounts += _cancel_deferred(found, award, policy)
    amounts.append(found.take("repay_cash", found.left if policy.repay_allowed else ZERO, MONEY))
    if not policy.repay_allowed:
        found.bar(MONEY)
    remaining = unpaid - amounts[0]
    found.note("remaining_payable", "{} - {}", (unpaid, amounts[0]), remaining, MONEY)
    return found.settle(*amounts)


def _cancel_deferred(found: Settlement, award: Award, policy: Policy) -> tuple[Fraction, Fraction]:
    """Deferred amounts, those of the earliest day first, and what they have earned since."""
    deferred = _deferred_in_order(award)
    left = found.left
    cancelled = found.take("cancel_deferred", sum((one.amount for one in deferred), ZERO), MONEY)
    earnings, terms, numbers = ZERO, [], []
    if policy.notional_earnings == "include":
        for one in deferred:
            taken = min(left, one.amount)
            left -= taken
            earnings += cents(taken * max(ZERO, one.current_price / one.credit_price - 1))
            terms.append("r2({} x max(0, {} / {} - 1))")
            numbers += [taken, one.current_price, one.credit_price]
    how = " + ".join(terms) or "0"
    return cancelled, found.note("deferred_earnings", how, tuple(numbers), earnings, MONEY)


def _deferred_in_order(award: Award) -> list[Payment]:
    """By day; of one day those that have earned most first, however they are listed."""
    deferred = [one for one in award.payments if one.status == "deferred"]
    return sorted(deferred, key=lambda one: (one.date, -one.current_price / one.credit_price))


def _settle_shares(found: Settlement, shares: ShareSettlement, policy: Policy) -> Settlement:
    """Undelivered shares are cancelled, held ones returned; sold and withheld ones are paid for."""
    cancelled = found.take("cancel_shares", shares.undelivered, SHARES)
    if not policy.repay_allowed:
        found.bar(SHARES)
    delivered = found.left
    returned = found.take("return_shares", shares.held, SHARES)
    sales = sorted(shares.sales, key=LOT_ORDERS[shares.lot_order])
    sold = found.take_lots("cash_for_sold", sales)
    withheld = found.take_lots("cash_for_withheld", [shares.withheld] if shares.withheld else [])
    each = shares.dividend_equivalents_per_share
    equivalents = found.state("dividend_equivalents", delivered, each)
    given = cancelled + returned
    stated = found.state("shares_at_valuation_price", given, shares.valuation_price)
    return found.settle(stated, sold, withheld, equivalents)


def _settle_options(found: Settlement, options: OptionSettlement, policy: Policy) -> Settlement:
    """Unexercised options are cancelled, shares held from exercise returned against the strike,
    and the gain on those sold is paid."""
    strike, valuation = options.strike, options.valuation_price
    cancelled = found.take("cancel_options", options.unexercised, SHARES)
    if not policy.repay_allowed:
        found.bar(SHARES)
    returned = found.take("return_shares", options.exercised_held, SHARES)
    credit = found.state("exercise_price_credit", returned, strike)
    lots = sorted(options.exercised_sold, key=LOT_ORDERS["latest_first"])
    sold = found.take_lots("cash_for_sold", lots, strike)
    intrinsic = found.state("cancelled_at_intrinsic_value", cancelled, valuation, strike)
    stated = found.state("shares_at_valuation_price", returned, valuation)
    return found.settle(intrinsic, stated, -credit, sold)
