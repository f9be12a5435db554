"""How many awards a second the arithmetic of recoveries works out, and in how much memory.

    python -m bench.recoveries 10000

works out so many invented awards of mixed types under two policies, with the working of each, and
the payouts alone by plain interpolation in NumPy, which is the floor. Says what it took as JSON.
"""

import gc
import json
import sys
import time
from pathlib import Path
from random import Random

from clawback.engine import evaluate, read_case
from clawback.engine.documents.awards import with_rounding
from clawback.engine.documents.kinds import Reading, count, money, signed_count, signed_money
from clawback.engine.documents.plans import payout_in
from clawback.engine.exact import written
from clawback.engine.payout import reported_outcome

AWARDS_OF_A_PERSON = 10
POLICIES = {
    "discretionary": {
        "effective_date": "2019-02-08",
        "effective_test": "grant_date",
        "restatement_types": ["big_r"],
        "lookback": {
            "rule": "elapsed_from_filing",
            "years": 3,
            "event": "committee_determination_date",
            "leap_rule": "feb28",
        },
        "coverage": "section16_ever",
        "fault": "participant",
        "fault_standards": ["gross_negligence", "intentional_misconduct", "fraud"],
        "measures": ["financial", "market", "operating"],
        "excess_rule": "excess",
        "notional_earnings": "exclude",
        "repay_allowed": True,
        "cost": "committee_discretion",
    },
    "mandatory": {
        "effective_date": "2023-10-02",
        "effective_test": "received_date",
        "restatement_types": ["big_r", "little_r"],
        "lookback": {"rule": "completed_fiscal_years", "years": 3},
        "coverage": "executive_officer_in_period",
        "fault": "none",
        "fault_standards": [],
        "measures": ["financial", "market"],
        "excess_rule": "excess",
        "notional_earnings": "include",
        "repay_allowed": True,
        "cost": "impracticability",
    },
}
CURVE = [["90", "50"], ["100", "100"], ["120", "200"]]
RANKS = [["25", "50"], ["50", "100"], ["75", "200"]]
PAYOUTS = {
    "money": payout_in(money, signed_money),
    "shares": payout_in(count, signed_count),
}


def invented(number, seed=1):
    """The inputs of a case with so many awards: cash, pools, shares, options in turn."""
    random = Random(seed)
    people = [f"p{at}" for at in range(-(-number // AWARDS_OF_A_PERSON))]
    makers = (cash, several, pool, shares, ranked, options)
    return {
        "policies": [{"key": "mandatory"}, {"key": "discretionary"}],
        "combine": True,
        "people": [officer(key) for key in people],
        "fiscal_periods": [year(at) for at in range(2020, 2026)],
        "restatement": {"type": "big_r", "conclusion_date": "2025-09-08"},
        "committee": {
            "determination_date": "2026-01-20",
            "findings": [
                {"person": key, "standard": "fraud", "caused": "full", "should_repay": True}
                for key in people[::2]
            ],
        },
        "awards": [
            makers[at % len(makers)](random, f"A{at}", people[at // AWARDS_OF_A_PERSON])
            for at in range(number)
        ],
    }


def officer(key):
    term = [{"start": "2017-03-01", "end": None}]
    return {"key": key, "section16": term, "executive_officer": term}


def year(at):
    return {"label": f"FY{at}", "start": f"{at}-01-01", "end": f"{at}-12-31", "kind": "year"}


def award(random, key, person, kind):
    earned = random.choice([2022, 2023, 2024])
    return {
        "key": key,
        "person": person,
        "type": kind,
        "grant_date": f"{earned}-02-12",
        "period": {"start": f"{earned}-01-01", "end": f"{earned}-12-31"},
        "received_date": f"{earned}-12-31",
        "filing_dates": [f"{earned + 1}-02-14"],
    }


def metric(random, basis="financial", weight="100"):
    reported, restated = (f"{random.randint(8500, 12500) / 100:.2f}" for _ in range(2))
    values = {"basis": basis, "weight": weight, "reported": reported, "restated": restated}
    return {"key": f"{basis}_result", **values, "curve": CURVE}


def awarded(payout, rounding=None):
    kind = PAYOUTS["shares" if rounding else "money"]
    found = reported_outcome(with_rounding(kind(Reading(), "", payout), rounding)).amount
    return written(found, 0 if rounding else 2)


def dollars(cents):
    return f"{cents // 100}.{cents % 100:02}"


def paid_out(random, amount):
    """Half was paid, a quarter is deferred, and the rest is still owed."""
    cents = int(amount.replace(".", ""))
    half, quarter = cents // 2, cents // 4
    prices = {"credit_price": "20.00", "current_price": f"{random.randint(15, 30)}.00"}
    return [
        {"date": "2025-03-14", "amount": dollars(half), "status": "paid"},
        {"date": "2025-03-14", "amount": dollars(quarter), "status": "deferred", **prices},
        {"date": "2026-03-14", "amount": dollars(cents - half - quarter), "status": "unpaid"},
    ]


def cash(random, key, person):
    payout = {"target": dollars(random.randint(10**6, 10**8)), "metrics": [metric(random)]}
    amount = awarded(payout)
    paid = [{"date": "2025-03-14", "amount": amount, "status": "paid"}]
    found = award(random, key, person, "cash")
    return found | {"payout": payout, "awarded": amount, "payments": paid}


def several(random, key, person):
    """A bonus on three metrics with a gate, a modifier and a cap."""
    bases = (("financial", "60"), ("operating", "25"), ("individual", "15"))
    payout = {
        "target": dollars(random.randint(10**6, 10**8)),
        "metrics": [metric(random, *one) for one in bases],
        "gates": [
            {"key": "eps", "basis": "financial", "reported": "2", "restated": "2", "min": "1.5"}
        ],
        "modifiers": [
            {"key": "safety", "basis": "individual", "reported_pct": "110", "restated_pct": "110"}
        ],
        "cap_pct": "180",
    }
    amount = awarded(payout)
    found = award(random, key, person, "cash")
    return found | {"payout": payout, "awarded": amount, "payments": paid_out(random, amount)}


def pool(random, key, person):
    amount = dollars(random.randint(10**5, 10**7))
    terms = {
        "basis": "financial",
        "measure_reported": "120000000.00",
        "measure_restated": f"{random.randint(90, 120)}000000.00",
        "hurdle": "50000000.00",
        "rate_pct": "3",
        "cap": "2500000.00",
        "total_paid": "1900000.00",
    }
    found = award(random, key, person, "pool")
    return found | {"pool": terms, "awarded": amount, "payments": paid_out(random, amount)}


def in_shares(random, key, person, kind, measured):
    payout = {"target": str(random.randint(100, 20_000)), "metrics": [measured]}
    number = awarded(payout, "down")
    found = award(random, key, person, kind) | {"share_rounding": "down"}
    return found | {"payout": payout, "awarded": number}, int(number)


def shares(random, key, person):
    found, number = in_shares(random, key, person, "shares", metric(random))
    third = number // 3
    sold = {"shares": str(third), "price": "48.00", "date": "2025-06-03"}
    settlement = {
        "undelivered": str(number - 3 * third),
        "held": str(third),
        "withheld": {"shares": str(third), "price": "45.00"},
        "sales": [sold],
        "dividend_equivalents_per_share": "1.10",
        "valuation_price": "50.00",
    }
    return found | {"settlement": settlement}


def ranked(random, key, person):
    """Shares on relative shareholder return, with an estimate of the restated price."""
    prices = sorted(random.sample(range(3500, 6500), 4))
    low, point, high, end = map(dollars, prices)
    measured = {
        "key": "relative_tsr",
        "kind": "relative_tsr",
        "basis": "market",
        "weight": "100",
        "begin_price": "40.00",
        "reported_end_price": end,
        "restated_end_price": {"low": low, "point": point, "high": high},
        "peer_tsr_pct": [str(random.randint(-30, 90)) for _ in range(20)],
        "curve": RANKS,
    }
    found, number = in_shares(random, key, person, "shares", measured)
    return found | {"settlement": {"held": str(number), "valuation_price": "50.00"}}


def options(random, key, person):
    found, number = in_shares(random, key, person, "options", metric(random))
    third = number // 3
    settlement = {
        "strike": "10.00",
        "valuation_price": "14.00",
        "unexercised": str(number - 2 * third),
        "exercised_held": str(third),
        "exercised_sold": [{"options": str(third), "price": "16.00", "date": "2025-05-06"}],
    }
    return found | {"settlement": settlement}


# --- The stopwatch -------------------------------------------------------------------------------


def timed(function, *given):
    """What a function gives, and the seconds of the processor that it took."""
    began = time.process_time()
    found = function(*given)
    return found, time.process_time() - began


def written_out(result):
    """Every step of every working as a line of text; how many there are."""
    return sum(
        len([str(step) for step in award.working])
        for run in result.runs.values()
        for award in run.awards.values()
    )


def interpolated(inputs):
    """The payouts of all metrics, as reported and as restated, by NumPy: the floor, in seconds."""
    import numpy

    metrics = [one for one in of_all_awards(inputs) if "restated" in one]
    x, p = numpy.array(CURVE, dtype=float).T
    values = [[numpy.float64(one[name]) for one in metrics] for name in ("reported", "restated")]
    began = time.perf_counter()
    found = [numpy.interp(one, x, p, left=0) for one in values]
    return found, time.perf_counter() - began


def of_all_awards(inputs):
    """Every metric of every award."""
    for one in inputs["awards"]:
        yield from one.get("payout", {}).get("metrics", ())


def mebibytes(name):
    """Of this process: VmRSS, what it has now, or VmHWM, the most it has had. Its parent's is not
    counted, as it would be in what the system keeps of a child."""
    told = Path("/proc/self/status").read_text().partition(f"{name}:")[2]
    return int(told.split()[0]) / 1024


def measure(number):
    """What so many awards take: seconds, and MiB beyond what was there before they were read."""
    inputs = invented(number)
    before = mebibytes("VmRSS")
    case, reading = timed(read_case, inputs, POLICIES)
    # What was read is not searched for garbage again and again while results are made.
    gc.freeze()
    result, evaluating = timed(evaluate, case)
    memory = mebibytes("VmHWM") - before
    steps, writing = timed(written_out, result)
    _, floor = interpolated(inputs)
    return {
        "awards": number,
        "reading_s": reading,
        "evaluating_s": evaluating,
        "writing_s": writing,
        "steps": steps,
        "memory_mib": memory,
        "floor_s": floor,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
