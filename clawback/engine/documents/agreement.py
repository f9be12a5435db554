"""What has to agree across a case: names, runs, and the facts that their policies turn on."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from clawback.engine.documents.kinds import Fields, Problems
from clawback.engine.facts import Award, Restatement
from clawback.engine.policy import Policy
from clawback.engine.working import SHARES

# Lists of the inputs, with what tells their items apart.
APART = {
    "policies": ("as", "key"),
    "people": ("key",),
    "awards": ("key",),
    "fiscal_periods": ("label",),
}


def keys_differ(found: Fields) -> Problems:
    for name, keys in APART.items():
        for key in twice(_named(found.written.get(name), *keys)):
            yield name, f"have {key} twice"
    for name in ("elections", "impracticability"):
        made = [one for _, one in _objects(_within(found, "committee", name))]
        acts = [(str(one.get("person")), str(one.get("policy"))) for one in made]
        for person, policy in twice(acts):
            yield f"committee.{name}", f"have {person} twice under {policy}"


def names_are_known(found: Fields) -> Problems:
    """Whoever and whatever is named has to be in the case."""
    people = set(_named(found.written.get("people"), "key"))
    runs = set(_named(found.written.get("policies"), "as", "key"))
    for path, one in _naming(found):
        person, policy = one.get("person"), one.get("policy")
        if isinstance(person, str) and person not in people:
            yield f"{path}.person", f"there is no {person} among the people"
        if isinstance(policy, str) and policy not in runs:
            yield f"{path}.policy", f"there is no run {policy}"
    asked = _within(found, "disclosure", "policy")
    if isinstance(asked, str) and asked not in runs:
        yield "disclosure.policy", f"there is no run {asked}"
    given = _objects(_within(found, "disclosure", "given"))
    people.update(str(one.get("person")) for _, one in given)
    for path, person in _disclosed(found):
        if isinstance(person, str) and person not in people:
            yield path, f"there is no {person} among the people"


def _disclosed(found: Fields) -> Iterator[tuple[str, Any]]:
    """Whom the disclosure names as having repaid, or as owing a determined amount."""
    for at, one in _objects(_within(found, "disclosure", "recoveries")):
        yield f"disclosure.recoveries[{at}].person", one.get("person")
    determined = _within(found, "disclosure", "amount_determined")
    for person in determined if isinstance(determined, dict) else ():
        yield f"disclosure.amount_determined.{person}", person


def _named(written: Any, *keys: str) -> Iterator[str]:
    """What the objects of a list are called, by the first of these keys that they have."""
    for _, one in _objects(written):
        name = next(filter(None, map(one.get, keys)), None)
        if isinstance(name, str):
            yield name


def _naming(found: Fields) -> Iterator[tuple[str, dict]]:
    """Every object that names a person or a run, with its path."""
    lists = {name: found.written.get(name) for name in ("awards", "riders")}
    for name in ("findings", "elections", "impracticability"):
        lists[f"committee.{name}"] = _within(found, "committee", name)
    for name, written in lists.items():
        for at, one in _objects(written):
            yield f"{name}[{at}]", one


def _within(found: Fields, *names: str) -> Any:
    place: Any = found.written
    for name in names:
        place = place.get(name) if isinstance(place, dict) else None
    return place


def _objects(written: Any) -> Iterator[tuple[int, dict]]:
    """The objects of a list, so far as it is one."""
    if isinstance(written, list):
        yield from ((at, one) for at, one in enumerate(written) if isinstance(one, dict))


def riders_agree(found: Fields) -> Problems:
    """Two riders of one person must not say different things of one parameter."""
    said: set[tuple[str, str, str]] = set()
    for at, rider in enumerate(found["riders"]):
        for name in rider.overrides:
            key = (rider.person, rider.policy, name)
            if key in said:
                yield f"riders[{at}].overrides.{name}", "is given by another rider too"
            said.add(key)


def years_do_not_overlap(found: Fields) -> Problems:
    """A day belongs to one fiscal year; a transition period may be told beside them."""
    periods = enumerate(found["fiscal_periods"])
    years = [(at, period) for at, period in periods if not period.is_transition]
    years.sort(key=lambda one: one[1].span.start)
    for (_, before), (at, period) in pairwise(years):
        if before.span.overlaps(period.span):
            yield f"fiscal_periods[{at}].start", f"is not after the end of {before.label}"


def _policies(found: Fields) -> Iterator[tuple[str, Policy]]:
    for run in found["runs"]:
        yield from ((run.name, policy) for policy in (run.policy, *run.riders.values()))


def runs_have_their_days(found: Fields) -> Problems:
    """The days on which the tests of a policy turn have to be given."""
    needed: dict[str, str] = {}
    for name, policy in _policies(found):
        for path in _days_needed(policy, found["restatement"]):
            needed.setdefault(path, name)
    if needed and found["restatement"] is None:
        yield "restatement", f"is needed by {next(iter(needed.values()))}"
        return
    for path, name in needed.items():
        if not _is_given(found, path):
            yield path, f"is needed by {name}"


def _days_needed(policy: Policy, restatement: Restatement | None) -> Iterator[str]:
    yield "restatement.type"
    rule, event = policy.lookback.rule, policy.lookback.event
    if policy.coverage == "section16_ever":
        yield "committee.determination_date"
    if rule == "elapsed_from_filing":
        is_determination = event == "committee_determination_date"
        yield "committee.determination_date" if is_determination else f"restatement.{event}"
    if rule == "completed_fiscal_years":
        if not (restatement and restatement.court_order_date):
            yield "restatement.conclusion_date"
        yield "fiscal_periods"
    if rule == "window_after_filing" or policy.coverage == "principal_officers_at_filing":
        yield "restatement.first_issued_date"


def _is_given(found: Fields, path: str) -> bool:
    where, _, name = path.partition(".")
    if found[where] is None:
        return False
    return bool(getattr(found[where], name) if name else found[where])


def awards_have_their_formula(found: Fields) -> Problems:
    """Only where everything counts can an award do without its formula, pool or settlement, and
    only where no years run from its filing without the days of it."""
    for at, award in enumerate(found["awards"]):
        policies = [run.policy_for(award.person) for run in found["runs"]]
        needed: list[str] = []
        if any(not policy.takes_everything for policy in policies):
            needed += _formula_missing(award)
        if any(policy.lookback.rule == "elapsed_from_filing" for policy in policies):
            needed += [] if award.filing_dates else ["filing_dates"]
        yield from ((f"awards[{at}].{name}", "is missing") for name in needed)


def _formula_missing(award: Award) -> Iterator[str]:
    formula = "pool" if award.type == "pool" else "payout"
    if getattr(award, formula) is None:
        yield formula
    if award.unit == SHARES:
        if award.settlement is None:
            yield "settlement"
        if award.payout and award.payout.share_rounding is None:
            yield "share_rounding"


def twice(names: Iterable) -> list:
    return sorted(name for name, count in Counter(names).items() if count > 1)
