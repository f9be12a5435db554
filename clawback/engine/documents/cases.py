"""A file of worked cases in the format clawback-cases/1, read as a whole (section 2)."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clawback.engine.documents.agreement import (
    awards_have_their_formula,
    keys_differ,
    names_are_known,
    riders_agree,
    runs_have_their_days,
    twice,
    years_do_not_overlap,
)
from clawback.engine.documents.awards import AWARDS
from clawback.engine.documents.disclosures import DISCLOSURE
from clawback.engine.documents.kinds import (
    UNREADABLE,
    Check,
    Fields,
    Kind,
    Malformed,
    Problem,
    Problems,
    Reading,
    anything,
    flag,
    integer,
    listed,
    mapped,
    one_of,
    optional,
    record,
    text,
)
from clawback.engine.documents.people import COMMITTEE, FISCAL_PERIOD, PERSON, RESTATEMENT
from clawback.engine.documents.policies import POLICY, is_readable, overrides, read_policy
from clawback.engine.facts import Case, Committee, Run
from clawback.engine.policy import Policy, overridden

FORMAT = "clawback-cases/1"


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """A case, and what is expected of it, as it was written."""

    id: str
    case: Case
    expected: dict[str, Any]


def read_cases(document: Any) -> tuple[WorkedCase, ...]:
    """The cases of a document in the format clawback-cases/1, ready to be evaluated (section 2).

    Raises Malformed with every problem that it has, each with its path and reason.
    """
    reading = Reading()
    policies = document.get("policies") if isinstance(document, dict) else None
    found = _file(policies if isinstance(policies, dict) else {})(reading, "", document)
    if reading.problems:
        raise Malformed(reading.problems)
    return found


def read_text(text: str) -> tuple[WorkedCase, ...]:
    """The cases of a file's text, in JSON (section 2).

    Raises Malformed with every problem that it has, each with its path and reason.
    """
    repeated: list[Problem] = []

    def one_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for name in twice(name for name, _ in pairs):
            repeated.append(Problem("", f"has the key {name} twice in one object"))
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=one_of_each, parse_float=Decimal)
    except (ValueError, RecursionError) as reason:
        raise Malformed([Problem("", f"is no JSON: {reason}")]) from None
    try:
        cases = read_cases(document)
    except Malformed as malformed:
        repeated.extend(malformed.problems)
    if repeated:
        raise Malformed(repeated)
    return cases


def read_case(inputs: Any, policies: Any) -> Case:
    """The inputs of one case, by the policies that its runs name (section 4).

    Raises Malformed with every problem that they have, each with its path and reason.
    """
    reading = Reading()
    mapped(POLICY)(reading, "policies", policies)
    found = _inputs(policies if isinstance(policies, dict) else {})(reading, "inputs", inputs)
    if reading.problems:
        raise Malformed(reading.problems)
    return found


def _file(policies: dict[str, Any]) -> Kind:
    case = record(
        lambda **found: WorkedCase(found["id"], found["inputs"], found["expected"]),
        fields={
            "id": text,
            "difficulty": optional(integer(1, 5)),
            "tags": optional(listed(text)),
            "working": optional(listed(text)),
            "inputs": _inputs(policies),
            "expected": mapped(anything),
        },
    )
    return record(
        lambda **found: found["cases"],
        _ids_differ,
        fields={
            "format": one_of(FORMAT),
            "policies": optional(mapped(POLICY), {}),
            "cases": listed(case),
        },
    )


def _ids_differ(found: Fields) -> Problems:
    for name in twice(one.id for one in found["cases"]):
        yield "cases", f"has {name} twice"


# --- Runs -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A policy to run, by its key, under a name of its own."""

    key: str
    name: str
    overrides: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rider:
    """Other parameters of one run for one person, on a legal basis (C-AMD-01)."""

    person: str
    policy: str
    overrides: dict[str, Any]


ASKED = record(
    lambda **found: Asked(found["key"], found["as"] or found["key"], found["overrides"]),
    fields={"key": text, "as": optional(text), "overrides": optional(overrides, {})},
)
RIDER = record(
    lambda **found: Rider(found["person"], found["policy"], found["overrides"]),
    fields={"person": text, "policy": text, "legal_basis": text, "overrides": overrides},
)


def _run(reading: Reading, policies: dict[str, Any], number: int, found: Fields) -> Run | None:
    """One of the runs asked for; None where its policy cannot be read."""
    asked, path = found["policies"][number], f"policies[{number}]"
    if asked.key not in policies:
        reading.refuse(f"{path}.key", f"there is no policy {asked.key}")
        return None
    if not is_readable(policies[asked.key]):
        return None
    parameters = overridden(policies[asked.key], asked.overrides)
    policy = read_policy(reading, f"{path}.overrides", parameters)
    riders: dict[str, Policy] = {}
    amended: dict[str, dict[str, Any]] = {}
    for at, rider in enumerate(found["riders"]):
        if rider.policy == asked.name and policy is not UNREADABLE:
            changed = overridden(amended.get(rider.person, parameters), rider.overrides)
            amended[rider.person] = changed
            riders[rider.person] = read_policy(reading, f"riders[{at}].overrides", changed)
    return Run(asked.name, policy, riders)


def runs_resolve(policies: dict[str, Any]) -> Check:
    """Gives the case its runs, in the place of what was asked."""

    def check(found: Fields) -> Problems:
        inner = Reading()
        runs = [_run(inner, policies, number, found) for number in range(len(found["policies"]))]
        yield from ((problem.path, problem.reason) for problem in inner.problems)
        if not inner.problems and None not in runs:
            found["runs"] = tuple(runs)

    return check


def _inputs(policies: dict[str, Any]) -> Kind:
    """The inputs of a case; `policies` as the file has written them."""
    return record(
        lambda policies, riders, currency, committee, **rest: Case(
            committee=committee or Committee(), **rest
        ),
        keys_differ,
        names_are_known,
        years_do_not_overlap,
        riders_agree,
        runs_resolve(policies),
        runs_have_their_days,
        awards_have_their_formula,
        fields={
            "policies": optional(listed(ASKED), ()),
            "riders": optional(listed(RIDER), ()),
            "people": optional(listed(PERSON), ()),
            "restatement": optional(RESTATEMENT),
            "committee": optional(COMMITTEE),
            "fiscal_periods": optional(listed(FISCAL_PERIOD), ()),
            "awards": optional(listed(AWARDS), ()),
            "combine": optional(flag, False),
            "disclosure": optional(DISCLOSURE),
            "currency": optional(text),
        },
    )
