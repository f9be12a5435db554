"""Whether each standing committee has its charter, and when it was last looked at (G-CHA-01).

Pure functions of the days; the page reads the rows.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from governance.periods import months_after
from governance.verdicts import Status, Verdict
from governance.words import said_long_day

DUE_WITHIN = timedelta(days=60)
CURE_CRITERIA_WITHIN = timedelta(days=30)
REVIEW_MONTHS = 12
# The nominating committee's charter need not be reviewed each year (Z-11).
REVIEWED = ("audit", "compensation")


def has_its_charter(kind: str, in_force: int, reviewed_on: date | None, day: date) -> Verdict:
    """One version is in force, and for two of the committees it was reviewed within a year.

    `in_force` is the number of versions in force that day, `reviewed_on` the day of the last
    review, or the day from which it is in force.
    """
    if in_force != 1:
        return Verdict("G-CHA-01", Status.BREACHED, "No charter is in force.")
    if kind not in REVIEWED or reviewed_on is None:
        return Verdict("G-CHA-01", Status.MET, "Its charter is in force.")
    due = months_after(reviewed_on, REVIEW_MONTHS)
    if day > due:
        says = f"Its review was due on {said_long_day(due)}."
        return Verdict("G-CHA-01", Status.OVERDUE, says, due)
    says = f"Reviewed; due again by {said_long_day(due)}."
    near = day >= due - DUE_WITHIN
    return Verdict("G-CHA-01", Status.DUE_SOON if near else Status.MET, says, due)


@dataclass(frozen=True)
class Asked:
    """One criterion asked of one member: since when, and what was attested, if anything."""

    since: date
    holds: bool | None = None


def meets_criteria(asked: list[Asked], day: date) -> Verdict:
    """Every member meets every criterion of the charter (G-COM-03).

    What was not attested is at risk for thirty days from the day it applied, then overdue.
    """
    if any(one.holds is False for one in asked):
        return Verdict("G-COM-03", Status.BREACHED, "A member does not meet a criterion.")
    open_since = [one.since for one in asked if one.holds is None]
    if not open_since:
        return Verdict("G-COM-03", Status.MET, "Every member meets the charter's criteria.")
    until = min(open_since) + CURE_CRITERIA_WITHIN
    if day <= until:
        says = f"Criteria wait to be confirmed until {said_long_day(until)}."
        return Verdict("G-COM-03", Status.AT_RISK, says, until)
    return Verdict("G-COM-03", Status.OVERDUE, "Criteria were not confirmed in time.", until)
