"""The policies that come with the portal: parameters, and words to be replaced by one's own.

The words are a paraphrase for a company that has not entered its own yet.
"""

from datetime import date

from clawback.models import PolicyKind

FAULT_WORDS = """The Compensation Committee adopted this policy; it takes effect on 8 February 2019.

1. Purpose. The Company may ask its officers to pay back incentive compensation when their \
conduct helped to cause a material restatement.

2. Who and what. It covers everybody who is, or once was, an officer under Section 16 of the \
Exchange Act, and incentive pay in cash or in equity whose size depended on the Company's \
financial or operating results, paid or still owed. It prevails over whatever a plan says to \
the contrary.

3. Conditions. Pay is recovered where all of these hold: financial statements are materially \
restated; the pay would have been less on the right figures; no more than three years have \
passed since the statements were first filed; and the Committee, in its sole discretion, finds \
that the participant's gross negligence, intentional misconduct or fraud caused the \
restatement, wholly or in part, and that the participant should repay.

4. How much. At most what was received above what would have been received on the restated \
figures. The participant repays it, and the Company cancels what is not paid yet, as far as \
the law permits. Where a measure is not in the statements, the Committee estimates reasonably; \
it may weigh what recovery would cost.

5. Effect. What the Committee determines is conclusive and binding. The policy may be revised \
for some participants, or for all, where the law asks for it, and applies as it reads at the \
time to awards made on its effective date or later."""

RULE_WORDS = """The Company recovers, reasonably promptly and whoever was at fault, \
incentive-based compensation that executive officers received in error.

1. When. Whenever the Company has to prepare an accounting restatement, also one that corrects \
an error which is immaterial to earlier years and would matter if it were corrected in the \
current one.

2. Which pay. Pay that was earned by a measure of financial reporting, stock price and total \
shareholder return among them, and received during the three completed fiscal years before the \
day on which the restatement was required, on 2 October 2023 or later.

3. How much. What was received above what would have been received on the restated figures, \
before tax. The Company neither insures nor indemnifies anybody against it.

4. Exceptions. Only where the Committee's independent directors find recovery impracticable: \
its direct cost would exceed the amount, after an attempt that is documented, or a law of the \
home country adopted before 28 November 2022 forbids it, as counsel has confirmed."""

STATUTE_WORDS = """For information. Where statements are restated because of misconduct, \
section 304 of the Sarbanes-Oxley Act has the chief executive and the chief financial officer \
reimburse the \
Company for bonus, incentive and equity pay received in the twelve months after the statements \
were first issued, and for profits of selling the Company's stock in that time. The Securities \
and Exchange Commission enforces it; whose misconduct it was does not matter."""

FAULT_TERMS = {
    "effective_date": "2019-02-08",
    "effective_test": "grant_date",
    "restatement_types": ["big_r"],
    "lookback.rule": "elapsed_from_filing",
    "lookback.years": 3,
    "lookback.event": "committee_determination_date",
    "lookback.leap_rule": "feb28",
    "coverage": "section16_ever",
    "fault": "participant",
    "fault_standards": ["gross_negligence", "intentional_misconduct", "fraud"],
    "measures": ["financial", "market", "operating"],
    "excess_rule": "excess",
    "notional_earnings": "exclude",
    "repay_allowed": True,
    "cost": "committee_discretion",
}
RULE_TERMS = {
    "effective_date": "2023-10-02",
    "effective_test": "received_date",
    "restatement_types": ["big_r", "little_r"],
    "lookback.rule": "completed_fiscal_years",
    "lookback.years": 3,
    "coverage": "executive_officer_in_period",
    "fault": "none",
    "fault_standards": [],
    "measures": ["financial", "market"],
    "excess_rule": "excess",
    "notional_earnings": "include",
    "repay_allowed": True,
    "cost": "impracticability",
}
STATUTE_TERMS = {
    "effective_date": None,
    "effective_test": "none",
    "restatement_types": ["big_r"],
    "lookback.rule": "window_after_filing",
    "lookback.months": 12,
    "coverage": "principal_officers_at_filing",
    "fault": "issuer_misconduct",
    "fault_standards": [],
    "measures": ["financial", "market"],
    "excess_rule": "full_amount",
    "notional_earnings": "exclude",
    "repay_allowed": True,
    "cost": "ignore",
}
TITLES = {
    PolicyKind.FAULT: "Clawback policy",
    PolicyKind.RULE: "Policy on compensation received in error",
    PolicyKind.SECTION_304: "Section 304 of the Sarbanes-Oxley Act",
}
WORDINGS = {
    PolicyKind.FAULT: FAULT_WORDS,
    PolicyKind.RULE: RULE_WORDS,
    PolicyKind.SECTION_304: STATUTE_WORDS,
}
TERMS = {
    PolicyKind.FAULT: FAULT_TERMS,
    PolicyKind.RULE: RULE_TERMS,
    PolicyKind.SECTION_304: STATUTE_TERMS,
}
# From when the statute, and the first policy that the exchange asks for, are in force.
STATUTE_SINCE, RULE_SINCE = date(2002, 7, 30), date(2023, 12, 1)
