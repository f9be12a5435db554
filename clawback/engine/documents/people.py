"""The people of a case, the restatement, and what the committee did (section 4)."""

from typing import Any

from clawback.engine.days import Span
from clawback.engine.documents.kinds import (
    Fields,
    Problems,
    day,
    flag,
    listed,
    money,
    one_of,
    optional,
    record,
    signed_money,
    text,
)
from clawback.engine.facts import (
    Claim,
    Committee,
    Election,
    Finding,
    FiscalPeriod,
    Person,
    Restatement,
    StockSale,
)


def in_order(found: Fields) -> Problems:
    if found["end"] is not None and found["end"] < found["start"]:
        yield "end", "is before the start"


TERM = record(Span, in_order, fields={"start": day, "end": optional(day)})
PERIOD = record(Span, in_order, fields={"start": day, "end": day})

STOCK_SALE = record(StockSale, fields={"date": day, "profit": signed_money})

PERSON = record(
    Person,
    fields={
        "key": text,
        "section16": optional(listed(TERM), ()),
        "executive_officer": optional(listed(TERM), ()),
        "principal_officer": optional(listed(TERM), ()),
        "named_executive_officer": optional(flag, False),
        "stock_sales": optional(listed(STOCK_SALE), ()),
    },
)

RESTATEMENT_TYPE = one_of("big_r", "little_r", "out_of_period")

RESTATEMENT = record(
    Restatement,
    fields={
        "type": RESTATEMENT_TYPE,
        "conclusion_date": optional(day),
        "court_order_date": optional(day),
        "restated_filing_date": optional(day),
        "first_issued_date": optional(day),
        "issuer_misconduct": optional(flag),
    },
)

# What a finding may say somebody did; plain negligence is no fault of the plan (C-TRG-04).
STANDARD = one_of("gross_negligence", "intentional_misconduct", "fraud", "negligence")

FINDING = record(
    Finding,
    fields={
        "person": text,
        "standard": STANDARD,
        "caused": one_of("full", "partial"),
        "should_repay": flag,
    },
)
ELECTION = record(Election, fields={"person": text, "policy": text, "amount": money})
CLAIM = record(
    Claim,
    fields={
        "person": text,
        "policy": text,
        "basis": one_of("direct_expense", "home_country_law"),
        "provided_to_exchange": flag,
        "decided_by_independent_directors": flag,
        "third_party_cost": optional(money),
        "reasonable_attempt": optional(flag, False),
        "documented": optional(flag, False),
        "law_adopted": optional(day),
        "counsel_opinion": optional(flag, False),
    },
)
COMMITTEE = record(
    Committee,
    fields={
        "determination_date": optional(day),
        "findings": optional(listed(FINDING), ()),
        "elections": optional(listed(ELECTION), ()),
        "impracticability": optional(listed(CLAIM), ()),
    },
)


def fiscal_period(label: str, kind: str, **days: Any) -> FiscalPeriod:
    return FiscalPeriod(label, Span(**days), kind == "transition")


FISCAL_PERIOD = record(
    fiscal_period,
    in_order,
    fields={"label": text, "start": day, "end": day, "kind": one_of("year", "transition")},
)
