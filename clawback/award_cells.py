"""An award as the rows of a table have it, and what the cells of such rows make of it (C-CMP-01).

What no column says stands in “further terms”, in the format of the worked cases; so every award
that the register holds goes out, and comes in again as the same.
"""

import json
from datetime import date
from decimal import Decimal
from itertools import takewhile, zip_longest

from clawback.award_forms import BASES, said_curve, terms_of
from clawback.awards import written
from clawback.models import AwardKind
from governance.board.imports.columns import said
from governance.money import said_dollars

IN_DOLLARS = (AwardKind.CASH, AwardKind.POOL)
# What is said of an award once, in the first of its rows.
BASICS = (
    *("plan", "plan_forbids_recovery", "kind", "granted_on", "period_start", "period_end"),
    *("received_on", "filed_on", "awarded"),
)
SETTLEMENT = ("undelivered", "held", "valuation_price", "strike", "unexercised")
ONCE = (*BASICS, "target", "cap_pct", "share_rounding", *SETTLEMENT, "further")
MEASURE = ("key", "basis", "weight", "reported", "curve", "shape")
PAYMENT = ("date", "amount", "status", "credit_price", "current_price")


def figure(text):
    """A number without needless zeros: 96.5; any other text as it is."""
    try:
        return f"{Decimal(text).normalize():f}"
    except ArithmeticError:
        return str(text)


def listed_days(days):
    return "; ".join(day.isoformat() for day in days)


def cells_of(award):
    """The rows of an award; what holds of it as a whole stands in the first."""
    once, measures, payments = told_of(award)
    rows = zip_longest(measures or [{}], payments, fillvalue={})
    for measure, payment in rows:
        yield {"person": str(award.person), "name": award.name} | once | measure | payment
        once = {}


def told_of(award):
    """What its cells say: of the award once, of each measure, of each payment."""
    further = json.loads(json.dumps(award.terms))
    payout = further.get("payout") or {}
    told = {
        "plan": award.plan,
        "plan_forbids_recovery": "yes" if award.plan_forbids_recovery else "no",
        "kind": str(award.kind),
        "granted_on": award.granted_on.isoformat(),
        "period_start": award.period_start.isoformat(),
        "period_end": award.period_end.isoformat(),
        "received_on": award.received_on.isoformat(),
        "filed_on": listed_days(award.filed_on),
        "awarded": written(award),
        "share_rounding": further.pop("share_rounding", ""),
    }
    metrics = payout.get("metrics") or []
    measures = [measure_cells(metrics.pop(0)) for _ in leading(metrics, MEASURE)]
    if measures:
        told["target"] = figure(payout.pop("target"))
        told["cap_pct"] = figure(payout.pop("cap_pct", ""))
    payments = further.get("payments") or []
    paid = [payment_cells(payments.pop(0)) for _ in leading(payments, PAYMENT)]
    settlement = further.get("settlement") or {}
    told |= {name: figure(settlement.pop(name, "")) for name in SETTLEMENT}
    left = left_of(further)
    told["further"] = json.dumps(left, sort_keys=True, ensure_ascii=False) if left else ""
    return told, measures, paid


def leading(parts, columns):
    """The measures, or payments, with which a list begins and which columns say whole."""
    return list(takewhile(lambda one: one.keys() <= {*columns}, parts))


def left_of(terms):
    """The terms without those that columns have emptied."""
    if "payout" in terms and not terms["payout"].get("metrics", True):
        del terms["payout"]["metrics"]
    emptied = ("payout", "payments", "settlement")
    return {name: one for name, one in terms.items() if one or name not in emptied}


def measure_cells(metric):
    curve = [(figure(measure), figure(payout)) for measure, payout in metric["curve"]]
    return {
        "key": metric["key"],
        "basis": metric["basis"],
        "weight": figure(metric["weight"]),
        "reported": figure(metric["reported"]),
        "curve": said_curve(curve),
        "shape": metric.get("shape", "linear"),
    }


def payment_cells(payment):
    return {name: figure(payment.get(name, "")) for name in PAYMENT} | {
        "date": payment["date"],
        "amount": f"{Decimal(payment['amount']):.2f}",
        "status": payment["status"],
    }


# --- From cells --------------------------------------------------------------------------------


def terms_told(once, measures, payments):
    """The terms that an award is entered with, as the form makes them of the same facts."""
    further = json.loads(json.dumps(once["further"] or {}))
    rest = further.pop("payments", [])
    typed = ("target", "cap_pct", *SETTLEMENT)
    told = {name: None if once[name] == "" else once[name] for name in typed} | {
        "kind": once["kind"],
        "further": further,
        "share_rounding": once["share_rounding"],
    }
    terms = terms_of(told, measures, payments)
    if rest:
        terms["payments"] = [*terms.get("payments", []), *rest]
    return terms


# --- What a preview says ------------------------------------------------------------------------


def said_amount(award, amount=None):
    """ "$640,000.00", or "5,500 shares"; what was awarded, or another amount of the same."""
    amount = award.awarded if amount is None else amount
    if award.kind in IN_DOLLARS:
        return said_dollars(amount)
    return f"{amount:,.0f} {'options' if award.kind == AwardKind.OPTIONS else 'shares'}"


# Dollars may be paid in either way; shares and options say so themselves.
PAID_IN = {AwardKind.CASH: " in cash", AwardKind.POOL: " of a bonus pool"}


def said_whole(award):
    """All that is entered of an award, a sentence for each part of it."""
    once, measures, payments = told_of(award)
    plan = f" under {award.plan}" if award.plan else ""
    if award.plan_forbids_recovery:
        plan += ", which says that nothing is recovered"
    yield (
        f"{said_amount(award)}{PAID_IN.get(award.kind, '')}{plan}, granted on "
        f"{said(award.granted_on)} for {said(award.period_start)} to "
        f"{said(award.period_end)}, received on {said(award.received_on)}; "
        f"statements first filed on {', '.join(map(said, award.filed_on))}."
    )
    if measures:
        cap = f", payout at most {once['cap_pct']} %" if once["cap_pct"] else ""
        yield f"Target {said_amount(award, Decimal(once['target']))}{cap}."
    bases = dict(BASES)
    for one in measures:
        steps = " in steps" if one["shape"] == "step" else ""
        yield (
            f"{one['key']} ({bases[one['basis']].lower()}), weight {one['weight']}, reported "
            f"{one['reported']}, curve {one['curve']}{steps}."
        )
    for one in payments:
        units = f", unit at credit {one['credit_price']}, now {one['current_price']}"
        yield (
            f"{said_dollars(Decimal(one['amount']))} on "
            f"{said(date.fromisoformat(one['date']))}, {one['status']}"
            f"{units if one['credit_price'] else ''}."
        )
    settled = [f"{name.replace('_', ' ')} {once[name]}" for name in SETTLEMENT if once[name]]
    if once["share_rounding"]:
        settled.append(f"rounded {once['share_rounding'].replace('_', ' ')}")
    if settled:
        yield f"Settlement: {', '.join(settled)}."
    if once["further"]:
        yield f"Further terms: {once['further']}"
