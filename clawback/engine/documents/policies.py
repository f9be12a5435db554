"""Policies, and what others a run or a rider puts in the place of their parameters (section 3)."""

from typing import Any

from clawback.engine.documents.kinds import (
    Fields,
    Problems,
    Reading,
    at,
    day,
    flag,
    integer,
    one_of,
    optional,
    record,
    words,
)
from clawback.engine.documents.people import RESTATEMENT_TYPE, STANDARD
from clawback.engine.documents.plans import BASIS
from clawback.engine.policy import Lookback, Policy

# What each rule of look-back cannot do without.
NEEDED = {
    "elapsed_from_filing": ("years", "event"),
    "completed_fiscal_years": ("years",),
    "window_after_filing": ("months",),
}


def rule_is_complete(found: Fields) -> Problems:
    for name in NEEDED[found["rule"]]:
        if found[name] is None:
            yield name, f"is needed by {found['rule']}"


def lookback(leap_rule: str | None, **rest: Any) -> Lookback:
    return Lookback(leap_rule=leap_rule or "feb28", **rest)


LOOKBACK = record(
    lookback,
    rule_is_complete,
    fields={
        "rule": one_of(*NEEDED),
        "years": optional(integer(1, 100)),
        "months": optional(integer(1, 1200)),
        "event": optional(
            one_of("committee_determination_date", "restated_filing_date", "conclusion_date")
        ),
        "leap_rule": optional(one_of("feb28", "mar1")),
    },
)


def test_has_its_day(found: Fields) -> Problems:
    if found["effective_test"] != "none" and found["effective_date"] is None:
        yield "effective_date", f"is needed by the test of the {found['effective_test']}"


def everything_has_its_window(found: Fields) -> Problems:
    if found["excess_rule"] == "full_amount" and found["lookback"].rule != "window_after_filing":
        yield "lookback.rule", "has to be window_after_filing where the full amount counts"


POLICY = record(
    Policy,
    test_has_its_day,
    everything_has_its_window,
    fields={
        "effective_date": optional(day),
        "effective_test": one_of("grant_date", "received_date", "none"),
        "restatement_types": words(RESTATEMENT_TYPE),
        "lookback": LOOKBACK,
        "coverage": one_of(
            "section16_ever", "executive_officer_in_period", "principal_officers_at_filing"
        ),
        "fault": one_of("participant", "none", "issuer_misconduct"),
        "fault_standards": optional(words(STANDARD), frozenset()),
        "measures": words(BASIS),
        "excess_rule": one_of("excess", "full_amount"),
        "notional_earnings": one_of("include", "exclude"),
        "repay_allowed": flag,
        "cost": one_of("committee_discretion", "impracticability", "ignore"),
    },
)

LOOKBACK_PARAMETERS = ("rule", "years", "months", "event", "leap_rule")
PARAMETERS = frozenset((*Policy.__slots__, *(f"lookback.{name}" for name in LOOKBACK_PARAMETERS)))


def overrides(reading: Reading, path: str, value: Any) -> Any:
    """Parameters by dotted path; what they may be shows where they are put into the policy."""
    if not isinstance(value, dict):
        return reading.refuse(path, "has to be an object of parameters by dotted path")
    for name in value:
        if name not in PARAMETERS:
            reading.refuse(at(path, name), "is not a parameter of a policy")
    return {name: one for name, one in value.items() if name in PARAMETERS}


def read_policy(reading: Reading, path: str, parameters: dict[str, Any]) -> Any:
    """A policy whose parameters were overridden; what is then wrong is told at the overrides."""
    inner = Reading()
    policy = POLICY(inner, "", parameters)
    for problem in inner.problems:
        reading.refuse(at(path, problem.path), problem.reason)
    return policy


def is_readable(parameters: Any) -> bool:
    """Whether a policy has no problem of its own, which is told where it stands."""
    inner = Reading()
    POLICY(inner, "", parameters)
    return not inner.problems
