"""What the arithmetic refuses of a document, as a sentence that a secretary can act on (C-TRG-02).

The arithmetic names a place by its path and says what is wrong there, for whoever writes documents;
people type into forms and tables, and read what their fields are called.
"""

import re

from clawback.models import PolicyKind

# What a place is called, and whether many are meant; `{}` is the number of the last item in it.
AWARD = {
    "awarded": "What was awarded",
    "grant_date": "The day of the grant",
    "period": "The performance period",
    "received_date": "The day on which it was received",
    "filing_dates": ("The days of the first filings", True),
    "share_rounding": "How shares are rounded",
    "payments": ("The payments", True),
    "payments[]": "Payment {}",
    "payments[].date": "The day of payment {}",
    "payments[].amount": "The amount of payment {}",
    "payments[].status": "What became of payment {}",
    "payments[].credit_price": "The unit at credit of payment {}",
    "payments[].current_price": "The unit now of payment {}",
    "payments[].tax_withheld": "The tax withheld of payment {}",
    "payout": "The plan’s formula",
    "payout.target": "The target",
    "payout.cap_pct": "The most that is paid",
    "payout.metrics": ("The measures", True),
    "payout.metrics[]": "Measure {}",
    "payout.metrics[].key": "The name of measure {}",
    "payout.metrics[].basis": "What measure {} rests on",
    "payout.metrics[].weight": "The weight of measure {}",
    "payout.metrics[].reported": "What was reported of measure {}",
    "payout.metrics[].restated": "What measure {} should have been",
    "payout.metrics[].curve": "The curve",
    "payout.metrics[].begin_price": "The first price of measure {}",
    "payout.metrics[].reported_end_price": "The last price of measure {}",
    "payout.metrics[].restated_end_price": "What the last price of measure {} should have been",
    "payout.metrics[].dividends": ("The dividends of measure {}", True),
    "payout.metrics[].peer_tsr_pct": ("The returns of the peers", True),
    "payout.gates": ("The gates", True),
    "payout.gates[]": "Gate {}",
    "payout.gates[].key": "The name of gate {}",
    "payout.gates[].basis": "What gate {} rests on",
    "payout.gates[].reported": "What was reported of gate {}",
    "payout.gates[].restated": "What gate {} should have been",
    "payout.gates[].min": "The least at which gate {} opens",
    "payout.modifiers": ("The modifiers", True),
    "payout.modifiers[]": "Modifier {}",
    "payout.modifiers[].key": "The name of modifier {}",
    "payout.modifiers[].basis": "What modifier {} rests on",
    "payout.modifiers[].reported_pct": "What was reported of modifier {}",
    "payout.modifiers[].restated_pct": "What modifier {} should have been",
    "payout.discretion": "The discretion",
    "payout.discretion.restated_handling": "What becomes of the discretion on restated figures",
    "pool": "The pool",
    "pool.basis": "What the pool rests on",
    "pool.measure_reported": "What was reported of the pool’s measure",
    "pool.measure_restated": "What the pool’s measure should have been",
    "pool.hurdle": "The hurdle of the pool",
    "pool.rate_pct": "The rate of the pool",
    "pool.cap": "The most that the pool comes to",
    "pool.total_paid": "What was paid of the pool",
    "settlement": "The settlement",
    "settlement.strike": "The strike price",
    "settlement.valuation_price": "The share price today",
    "settlement.undelivered": "How many shares are not delivered",
    "settlement.held": "How many shares are held",
    "settlement.unexercised": "How many options are not exercised",
    "settlement.withheld": "What was withheld for tax",
    "settlement.sales": ("The sales", True),
    "settlement.sales[]": "Sale {}",
    "settlement.sales[].date": "The day of sale {}",
    "settlement.sales[].shares": "The shares of sale {}",
    "settlement.sales[].price": "The price of sale {}",
    "settlement.exercised_sold[]": "Sale {}",
}
CASE = {
    "restatement": "The restatement",
    "restatement.conclusion_date": "The day on which it was concluded that statements are restated",
    "restatement.court_order_date": "The day on which a restatement was ordered",
    "restatement.restated_filing_date": "The day on which the restated statements were filed",
    "restatement.first_issued_date": "The day on which the misstated document was first issued",
    "fiscal_periods": ("The fiscal years", True),
    "people": "An officer’s time in office",
    "committee": "What the Committee resolved",
    "riders": ("The riders to a policy", True),
}
RUNS = {**dict(PolicyKind.choices), "as_if": PolicyKind.FAULT.label}
# How something is written in a document, and how people write it.
WRITTEN = {
    "a decimal in quotes": "a number",
    "a whole number in quotes": "a whole number",
    " without quotes": "",
    "an object of parameters by dotted path": "names and values between braces",
    "an object": "names and values between braces",
    "a list": "a list between brackets",
    "a text": "in words",
}
UNKNOWN = "is not a key that is known here"
NOT_SO = re.compile(r"has to be (?P<what>.+), not (?P<told>.+)", re.DOTALL)
INDEX = re.compile(r"\[(\d+)\]")


def of_award(inside, reason):
    """A sentence on a place within an award: `payments[1].status`."""
    return at_place(inside, reason, AWARD, "The award")


def of_case(path, reason, awards):
    """A sentence on a place within the inputs of a case: an award of these, or beside them."""
    found = re.fullmatch(r"awards\[(\d+)\]\.?(.*)", path)
    if not found:
        return at_place(path, reason, CASE, "What the case rests on")
    award = awards[int(found[1])]
    said = of_award(found[2], reason)
    return f"{award.name} of {award.person}: {said[0].lower()}{said[1:]}"


def at_place(path, reason, nouns, whole):
    if reason == UNKNOWN:
        above, _, name = path.rpartition(".")
        where, _ = noun_of(above, nouns, whole)
        return f"Nothing called “{name}” belongs to {where[0].lower()}{where[1:]}."
    noun, are_many = noun_of(path, nouns, whole)
    return f"{noun} {said(reason, are_many=are_many)}."


def noun_of(path, nouns, whole):
    """What a place is called, or the nearest one around it; and whether many are meant."""
    names = INDEX.sub("[]", path)
    while names:
        if names in nouns:
            noun = nouns[names]
            words, are_many = noun if isinstance(noun, tuple) else (noun, False)
            numbers = INDEX.findall(path)[: names.count("[]")]
            return words.format(int(numbers[-1]) + 1 if numbers else ""), are_many
        names = names[:-2] if names.endswith("[]") else names.rpartition(".")[0]
    return whole, False


def said(reason, are_many=False):
    """What is wrong, without how documents are written; it follows the name of a place."""
    if needed := re.fullmatch(r"is needed by (\w+)", reason):
        policy = RUNS.get(needed[1], needed[1].replace("_", " "))
        verb = "are" if are_many else "is"
        return f"{verb} not recorded, and needed under: {policy}"
    if wrong := NOT_SO.fullmatch(reason):
        what = wrong["what"].replace('"', "").replace("_", " ")
        for before, after in WRITTEN.items():
            what = what.replace(before, after)
        told = wrong["told"].strip("'\"")
        told = "nothing" if told == "None" else f"“{told}”"
        reason = f"has to be {what}, and {told} is written"
    if at_least := re.fullmatch(r"has to have at least (\d+)", reason):
        reason = f"has to have {at_least[1]} or more"
    if are_many:
        reason = re.sub(r"^has\b", "have", re.sub(r"^is\b", "are", reason))
    return reason
