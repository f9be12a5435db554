"""Small documents, each right as it stands; a test changes what it is about."""

import json
from copy import deepcopy
from pathlib import Path

from clawback.engine import Malformed, evaluate, read_case, read_cases
from clawback.engine.answers import answer

FILE = Path(__file__).parent / "cases.json"
DOCUMENT = json.loads(FILE.read_text(encoding="utf-8"))
POLICIES = DOCUMENT["policies"]
CURVE = [["90", "50"], ["100", "100"], ["120", "200"]]
SINCE_2017 = [{"start": "2017-03-01", "end": None}]


def person(key="p1", **changes):
    terms = {"section16": SINCE_2017, "executive_officer": SINCE_2017}
    return {"key": key, **deepcopy(terms), **changes}


def metric(reported="110", restated="95", **changes):
    """150 % as reported and 75 % as restated."""
    values = {"key": "operating_income", "basis": "financial", "weight": "100"}
    return {**values, "reported": reported, "restated": restated, "curve": CURVE, **changes}


def ranked(**changes):
    """A return of 50 % that four peers bracket: the percentile is 50."""
    return {
        "key": "relative_tsr",
        "kind": "relative_tsr",
        "basis": "market",
        "weight": "100",
        "begin_price": "40.00",
        "reported_end_price": "58.00",
        "dividends": "2.00",
        "restated_end_price": "50.00",
        "peer_tsr_pct": ["70", "60", "40", "10"],
        "percentile_places": None,
        "curve": [["25", "50"], ["50", "100"], ["75", "200"]],
        **changes,
    }


def award(key="A1", **changes):
    return {
        "key": key,
        "person": "p1",
        "grant_date": "2024-02-12",
        "period": {"start": "2024-01-01", "end": "2024-12-31"},
        "received_date": "2024-12-31",
        "filing_dates": ["2025-02-14"],
        **changes,
    }


def cash(key="A1", awarded="150000.00", payments=None, payout=None, **changes):
    """A bonus of 150,000.00 that should have been 75,000.00."""
    payout = {"target": "100000.00", "metrics": [metric()], **(payout or {})}
    paid = [{"date": "2025-03-14", "amount": awarded, "status": "paid"}]
    found = award(key, type="cash", payout=payout, awarded=awarded, payments=payments or paid)
    return found | changes


def shares(key="A1", settlement=None, awarded="1500", payout=None, **changes):
    """1,500 shares that should have been 750."""
    payout = {"target": "1000", "metrics": [metric()], **(payout or {})}
    held = {"held": awarded, "valuation_price": "10.00"}
    found = award(key, type="shares", payout=payout, awarded=awarded, share_rounding="down")
    return found | {"settlement": settlement or held} | changes


def options(key="A1", **settlement):
    """1,500 options that should have been 750."""
    return shares(key, type="options", settlement={"strike": "10.00", **settlement})


def pool(key="A1", awarded="1000.00", **changes):
    """A tenth of bonuses that exceed the restated pool by 4,000.00."""
    terms = {
        "basis": "financial",
        "measure_reported": "200000",
        "measure_restated": "110000",
        "hurdle": "50000",
        "rate_pct": "10",
        "cap": None,
        "total_paid": "10000.00",
        **changes,
    }
    paid = [{"date": "2025-03-14", "amount": awarded, "status": "paid"}]
    return award(key, type="pool", pool=terms, awarded=awarded, payments=paid)


YEARS = [
    {"label": f"FY{year}", "start": f"{year}-01-01", "end": f"{year}-12-31", "kind": "year"}
    for year in range(2021, 2026)
]
FAULT = {"person": "p1", "standard": "fraud", "caused": "full", "should_repay": True}


def inputs(*awards, policy="mandatory", overrides=None, **changes):
    """Awards for 2024 in a case that reaches them, by one policy unless `policies` are given."""
    found = {
        "policies": [{"key": policy, "overrides": overrides or {}}],
        "people": [person()],
        "fiscal_periods": YEARS,
        "restatement": {
            "type": "big_r",
            "conclusion_date": "2025-09-08",
            "court_order_date": None,
            "restated_filing_date": "2025-11-10",
            "first_issued_date": "2025-02-14",
            "issuer_misconduct": True,
        },
        "committee": {"determination_date": "2026-01-20", "findings": [FAULT]},
        "awards": list(awards) or [cash()],
    }
    # A copy in which no two lists are one.
    return json.loads(json.dumps(found | changes))


def answered(*awards, **changes):
    """What the engine answers."""
    return answer(evaluate(read_case(inputs(*awards, **changes), POLICIES)))


def run_of(*awards, policy="mandatory", **changes):
    """The answer under one policy."""
    return answered(*awards, policy=policy, **changes)["policies"][policy]


def only(*awards, **changes):
    """The answer for the first award under one policy."""
    return next(iter(run_of(*awards, **changes)["awards"].values()))


def document(*awards, expected=None, **changes):
    """A whole file with one case."""
    case = {"id": "own", "inputs": inputs(*awards, **changes), "expected": expected or {}}
    return {"format": "clawback-cases/1", "policies": deepcopy(POLICIES), "cases": [case]}


def problems(document):
    """What is wrong with a document, by path."""
    try:
        read_cases(document)
    except Malformed as malformed:
        return {problem.path: problem.reason for problem in malformed.problems}
    return {}
