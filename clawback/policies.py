"""The recovery policies in their dated versions, and which one applies to whom (C-ADM-01, C-AMD).

A version is adopted by an act of the Compensation Committee or the Board; a rider, for some
participants alone, by a resolution behind the door of a case.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max

from clawback import mail
from clawback.engine import Malformed, read_case
from clawback.engine.policy import overridden
from clawback.models import PolicyKind, PolicyTerm, PolicyVersion
from clawback.moves import ResolutionState
from clawback.parameters import NAMES
from clawback.sentences import said
from governance.committees.models import Committee, Kind
from governance.people.operations import check_days, is_secretary
from governance.records.acts import check_act
from governance.records.models import Company
from governance.refusals import Refused

# The first version of the fault-based policy took effect on this day, and no later one moves it.
FIRST_DAY = date(2019, 2, 8)
# Whatever begins so is one of the conditions under which pay is recovered (C-EFF-02).
CONDITIONS = (
    *("effective_", "restatement_types", "lookback.", "coverage", "fault"),
    *("measures", "excess_rule"),
)


@dataclass(frozen=True)
class Difference:
    """One parameter that differs between two versions; None where it is not given."""

    path: str
    before: object
    after: object

    @property
    def words(self):
        return NAMES.get(self.path, self.path)

    @property
    def is_a_condition(self):
        return self.path.startswith(CONDITIONS)


def base_version(kind, day):
    """The version for everybody in force that day, or None."""
    return PolicyVersion.objects.in_force(kind, day).filter(is_rider=False).first()


def version_for(person, kind, day):
    """The version that applies to the person that day: a rider of theirs, or everybody's."""
    return PolicyVersion.objects.applying_to(person, kind, day)


def terms_of(version):
    """The parameters of a version by their dotted paths."""
    return dict(version.terms.values_list("path", "value"))


def full_terms(version):
    """The same, a rider's over those of the version that everybody had when it took effect."""
    if not version.is_rider:
        return terms_of(version)
    base = base_version(version.kind, version.since)
    return (terms_of(base) if base else {}) | terms_of(version)


def terms_for(person, kind, day):
    """Parameters as they apply to the person that day, by their paths; None where none do.

    What a rider does not speak of is as everybody has it on that day (C-EFF-02).
    """
    version, base = version_for(person, kind, day), base_version(kind, day)
    if version is None:
        return None
    terms = terms_of(base) if base else {}
    return terms | (terms_of(version) if version.is_rider else {})


def parameters_of(person, kind, day):
    """The policy as it applies to this person on that day, as the engine takes it; or None."""
    terms = terms_for(person, kind, day)
    return None if terms is None else overridden({}, terms)


def differences(one, other):
    """Parameters in which two versions differ, by path."""
    return changes(full_terms(one), full_terms(other))


def changes(before, after):
    return [
        Difference(path, before.get(path), after.get(path))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]


def changed_in_a_condition(person, kind, *, since, on):
    """Whether anything on which recovery depends reads otherwise for the person than it did on the
    earlier day, when some version was in force (C-EFF-02).

    The terms are compared and not the versions: under one rider, everybody's may have changed.
    """
    then, now = terms_for(person, kind, since), terms_for(person, kind, on)
    if then is None or now is None:
        return False
    return any(one.is_a_condition for one in changes(then, now))


def statutory_policy_on_file(day):
    """Whether a policy that the exchange asks for is in force; without one it is breached (L-26).

    The fault-based policy of 2019 does not satisfy the rule.
    """
    return base_version(PolicyKind.RULE, day) is not None


@transaction.atomic
def adopt_version(*, kind, title, since, wording, terms, act, by, at):
    """Enter a version that the Committee or the Board adopted by its act (C-ADM-01, M-13).

    `terms` are parameters by dotted path. Raises Refused for anybody but the Corporate Secretary,
    for an act of another body, and for parameters with which nothing could be worked out.
    """
    on = Company.current().day_of(at)
    if not is_secretary(by, on):
        raise Refused("The Corporate Secretary enters what was adopted.", "C-ADM-01", "not_yours")
    if kind not in (PolicyKind.FAULT, PolicyKind.RULE):
        raise Refused("A statute is not adopted.", provision="C-ADM-01")
    committee = Committee.objects.filter(kind=Kind.COMPENSATION).first()
    adopter = None if act is None or act.committee is None else committee and committee.pk
    check_act(act, of=adopter, on=on, what="A policy", provision="C-ADM-01")
    check_first_day(kind, since, act)
    if kind == PolicyKind.FAULT and terms.get("effective_date") != FIRST_DAY.isoformat():
        # It decides to which grants the policy attaches (C-EFF-01), however it is amended.
        raise Refused(
            "The policy is effective from 8 February 2019; no version moves that day.", "C-ADM-01"
        )
    told = {"title": title, "since": since, "wording": wording, "terms": terms}
    version = make_version(kind=kind, act=act, **told)
    mail.tell_of_policy(version, at=at, by=by)
    return version


def check_first_day(kind, since, act):
    """The first version of the fault-based policy begins on its day; later ones after their act."""
    check_days([since], on=act.day)
    earlier = PolicyVersion.objects.filter(kind=kind, is_rider=False)
    if kind == PolicyKind.FAULT and not earlier.exists():
        if since != FIRST_DAY:
            raise Refused("The first version took effect on 8 February 2019.", "C-ADM-01")
        return
    if since < act.day:
        raise Refused("A version takes effect on the day of its act, or later.", "C-AMD-01")
    if earlier.filter(since__gte=since).exists():
        raise Refused("A version of that day or a later one is there already.", "C-ADM-01")


def make_version(*, kind, title, since, wording, terms, people=(), **facts):
    """Write a version with its parameters, under the next number of its policy."""
    if not title.strip() or not wording.strip():
        raise Refused("A policy has a title and its exact words.", provision="C-ADM-01")
    base = base_version(kind, since) if people else None
    check_terms((terms_of(base) if base else {}) | terms)
    # Riders have numbers of their own: a gap among the others would tell that there is one.
    alike = PolicyVersion.objects.filter(kind=kind, is_rider=bool(people))
    last = alike.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            version = PolicyVersion.objects.create(
                kind=kind,
                number=last + 1,
                title=title.strip(),
                since=since,
                wording=wording,
                is_rider=bool(people),
                **facts,
            )
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name != "policy_version_numbered_once":
            raise
        raise Refused(
            "Another version was entered at the same moment. Read it, and enter this one again "
            "where it still is to be.",
            provision="C-ADM-01",
            code="stale",
        ) from error
    version.people.set(people)
    PolicyTerm.objects.bulk_create(
        PolicyTerm(version=version, path=path, value=value) for path, value in terms.items()
    )
    return version


def check_terms(terms):
    """The arithmetic can work with these parameters; every problem is told at once."""
    empty = {
        "people": [],
        "restatement": {"type": "big_r"},
        "committee": {"determination_date": "2026-01-01", "findings": []},
        "fiscal_periods": [],
        "awards": [],
        "policies": [],
    }
    try:
        read_case(empty, {"policy": overridden({}, terms)})
    except Malformed as malformed:
        told = "; ".join(
            f"{NAMES.get(one.path.removeprefix('policies.policy.'), one.path)} {said(one.reason)}"
            for one in malformed.problems
            if one.path.startswith("policies.")
        )
        if told:
            raise Refused(f"These parameters cannot be applied: {told}.", "C-ADM-01") from None


@transaction.atomic
def state_the_statute(*, title, wording, terms, since):
    """Section 304 is kept beside the policies, for information; nobody adopts it (L-55)."""
    return make_version(
        kind=PolicyKind.SECTION_304, title=title, since=since, wording=wording, terms=terms
    )


@transaction.atomic
def adopt_rider(resolution, *, kind, people, since, title, wording, legal_basis, terms, by, at):
    """Change the policy for some participants, as the law asks, and for nobody else (C-AMD-02)."""
    if resolution.state != ResolutionState.CARRIED:
        raise Refused("The Committee adopts a rider by its resolution.", "C-AMD-01")
    if since < Company.current().day_of(at):
        raise Refused("A rider takes effect on the day of its act, or later.", "C-AMD-01")
    if base_version(kind, since) is None:
        raise Refused("No version of that policy is in force on that day.", "C-AMD-01")
    return make_version(
        kind=kind,
        title=title,
        since=since,
        wording=wording,
        terms=terms,
        people=people,
        legal_basis=legal_basis.strip(),
    )
