"""The parameters of a policy as people read them (C-ADM-01)."""

from datetime import date

from governance.words import said_long_day

# Both in the order in which a policy is read: when, for whom, how far back, what, how much.
NAMES = {
    "effective_date": "Effective date",
    "effective_test": "Applies to awards by",
    "restatement_types": "Kinds of restatement",
    "coverage": "Whom it covers",
    "lookback.rule": "Look-back",
    "lookback.years": "Years",
    "lookback.months": "Months",
    "lookback.event": "Counted to",
    "lookback.leap_rule": "29 February falls on",
    "fault": "Fault asked for",
    "fault_standards": "Standards of fault",
    "measures": "Measures that count",
    "excess_rule": "What is recovered",
    "notional_earnings": "Earnings on cancelled deferred amounts",
    "repay_allowed": "Repayment allowed",
    "cost": "Cost of recovery",
}
VALUES = {
    "effective_test": {
        "grant_date": "the day of their grant",
        "received_date": "the day on which they were received",
        "none": "no day: to all of them",
    },
    "restatement_types": {
        "big_r": "material",
        "little_r": "immaterial to earlier years",
        "out_of_period": "out of period",
    },
    "coverage": {
        "section16_ever": "everybody who is or once was a Section 16 officer",
        "executive_officer_in_period": "executive officers of the performance period",
        "principal_officers_at_filing": "the chief executive and the chief financial officer "
        "when the document was first issued",
    },
    "lookback.rule": {
        "elapsed_from_filing": "from the original filing",
        "completed_fiscal_years": "completed fiscal years before the restatement was required",
        "window_after_filing": "after the document was first issued",
    },
    "lookback.event": {
        "committee_determination_date": "the Committee’s determination",
        "restated_filing_date": "the filing of the restated statements",
        "conclusion_date": "the conclusion that a restatement is required",
    },
    "lookback.leap_rule": {"feb28": "28 February", "mar1": "1 March"},
    "fault": {
        "participant": "the participant’s own",
        "none": "none",
        "issuer_misconduct": "misconduct, whosever it was",
    },
    "measures": {
        "financial": "in the statements",
        "market": "share price or return",
        "operating": "operating",
        "individual": "personal",
    },
    "excess_rule": {
        "excess": "what was received above the right amount",
        "full_amount": "everything received in that time",
    },
    "notional_earnings": {"include": "cancelled with them", "exclude": "not counted"},
    "cost": {
        "committee_discretion": "weighed by the Committee",
        "impracticability": "only where recovery is impracticable",
        "ignore": "not weighed",
    },
}
DAYS = ("effective_date",)


def said_terms(terms):
    """All of them, each with its name."""
    known = [path for path in NAMES if path in terms]
    rest = sorted(terms.keys() - NAMES.keys())
    return [(NAMES.get(path, path), said_value(path, terms[path])) for path in known + rest]


def said_value(path, value):
    """A parameter in words: "gross negligence, fraud"."""
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(said_value(path, one) for one in value) or "none"
    if path in DAYS:
        return said_long_day(date.fromisoformat(value))
    return VALUES.get(path, {}).get(value) or str(value).replace("_", " ")
