"""Awards of incentive pay, and what a preparer gives of one of them in a case (C-CMP-01, C-TRG-02).

An award keeps its plan's formula as it was applied. What its measures should have been belongs to a
case: they are given for its line, sealed, and the latest ones count.
"""

import json
from copy import deepcopy
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction

from clawback.access import (
    could_be_subject,
    in_the_circle,
    is_walled,
    may_calculate,
    may_work,
)
from clawback.engine import Malformed, read_case
from clawback.models import (
    Award,
    AwardKind,
    Condition,
    Estimate,
    Evidence,
    Line,
    Restatement,
)
from clawback.sentences import of_award
from governance.people.operations import check_days
from governance.records.models import Company, Entry
from governance.records.moves import Move, enter
from governance.refusals import Refused

# Estimates are for measures that are not in the statements (C-EST-01).
ESTIMATED = ("market", "operating")
POOL = "pool"
# Tables say these in the cell that they are about.
ENDS_EARLY = "The performance period ends before it begins."
UNWRITTEN = "A measure, gate or modifier is not written as in the worked cases."
NOT_ONES_OWN = "Nobody enters an award of their own."
TIED = (
    "Statements of this time are restated, and you were an officer then or have an award for it: "
    "another member enters it."
)


# It moves no state; the record says that it was done.
AMEND = Move("amend", "", "", may=in_the_circle, provision="C-CMP-01", said="amended")


def award_document(award, *, restated=None):
    """An award as the arithmetic takes it (docs/recoveries.md, section 4).

    `restated` has what its measures should have been, by their keys; for a share price that is
    estimated a low, a point and a high. A measure that is not among them keeps what was reported.
    """
    restated = restated or {}
    document = deepcopy(award.terms) | {
        "key": str(award.pk),
        "person": str(award.person_id),
        "type": award.kind,
        "grant_date": award.granted_on.isoformat(),
        "period": {"start": award.period_start.isoformat(), "end": award.period_end.isoformat()},
        "received_date": award.received_on.isoformat(),
        "filing_dates": [day.isoformat() for day in award.filed_on],
        "awarded": written(award),
    }
    payout = document.get("payout") or {}
    for metric in payout.get("metrics", ()):
        if metric.get("kind") == "relative_tsr":
            price = restated.get(metric["key"], metric["reported_end_price"])
            metric["restated_end_price"] = price
            if isinstance(price, dict):
                # What the Committee adopted counts, whatever the plan would have taken.
                payout["estimate_selection"] = "point"
        else:
            metric["restated"] = restated.get(metric["key"], metric["reported"])
    for gate in payout.get("gates", ()):
        gate["restated"] = restated.get(gate["key"], gate["reported"])
    for modifier in payout.get("modifiers", ()):
        value = restated.get(modifier["key"], modifier["reported_pct"])
        modifier["restated_pct"] = value
    if pool := document.get("pool"):
        pool["measure_restated"] = restated.get(POOL, pool["measure_reported"])
    return document


def written(award):
    """Dollars with cents; shares and options in whole numbers."""
    in_dollars = award.kind in (AwardKind.CASH, AwardKind.POOL)
    return f"{award.awarded:.2f}" if in_dollars else f"{award.awarded:.0f}"


def measures_of(award):
    """What of an award may be restated: its keys, each with basis and reported value."""
    payout = award.terms.get("payout") or {}
    found = {}
    for metric in payout.get("metrics", ()):
        reported = metric.get("reported", metric.get("reported_end_price"))
        found[metric["key"]] = {"basis": metric["basis"], "reported": reported}
    for gate in payout.get("gates", ()):
        found[gate["key"]] = {"basis": gate["basis"], "reported": gate["reported"]}
    for modifier in payout.get("modifiers", ()):
        found[modifier["key"]] = {"basis": modifier["basis"], "reported": modifier["reported_pct"]}
    if pool := award.terms.get("pool"):
        found[POOL] = {"basis": pool["basis"], "reported": pool["measure_reported"]}
    return found


# --- The register -------------------------------------------------------------------------------


@transaction.atomic
def enter_award(*, by, at, **facts):
    """Enter an award with the formula by which it was worked out (C-CMP-01).

    The formula has to give what was awarded, and the payments to add up to it. Raises Refused with
    everything that does not agree, and for one's own award.
    """
    award = Award(**facts)
    check_may_enter(by, award)
    check_award(award, on=Company.current().day_of(at))
    try:
        with transaction.atomic():
            award.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            f"{award.person} has an award called “{award.name}” already, or its period ends before "
            "it begins.",
            provision="C-CMP-01",
        ) from error
    return award


@transaction.atomic
def amend_award(award, *, why, by, at, **facts):
    """Put an award right, and say why; its history keeps what it said before.

    A case that looks at it has to calculate anew before the Committee determines anything. It is
    not refused for that: whoever is walled from a case would learn that there is one.
    """
    row = Award.objects.select_for_update(of=("self",)).select_related("person").get(pk=award.pk)
    check_may_enter(by, row)
    if not why.strip():
        raise Refused("Say why it is amended: it stands beside the award.", "C-CMP-01")
    if all(getattr(row, name) == value for name, value in facts.items()):
        raise Refused("Nothing of it would be another.", "C-CMP-01", "stale")
    for name, value in facts.items():
        setattr(row, name, value)
    check_may_enter(by, row)
    check_award(row, on=Company.current().day_of(at))
    row.save()
    enter(row, AMEND, source="", target="", by=by, at=at, why=why.strip())
    return row


def amendments_of(award):
    """When an award was put right, by whom and why, the latest first; the caller has its door."""
    return Entry.objects.about(award).select_related("actor__person").order_by("-at")


def may_enter(by, award):
    try:
        check_may_enter(by, award)
    except Refused:
        return False
    return True


def check_may_enter(by, award):
    """The Committee's members; nobody for themselves, nor for a time that is restated and in which
    they were an officer. That is so whether there is a case or none, and tells of no case."""
    if not in_the_circle(by):
        raise Refused("The Compensation Committee keeps the awards.", "C-CMP-01", "not_yours")
    if award.person_id == by.person_id:
        raise Refused(NOT_ONES_OWN, "C-CMP-01", "not_yours")
    restated = Restatement.objects.filter(
        could_be_subject(by.person_id),
        periods__start__lte=award.period_end,
        periods__end__gte=award.period_start,
    )
    if restated.exists():
        raise Refused(TIED, "C-CMP-01", "not_yours")


def check_award(award, *, on):
    """Days within reach, and a formula that gives what was awarded."""
    check_days(
        [award.granted_on, award.period_start, award.period_end, award.received_on],
        on=on,
    )
    check_days(award.filed_on, on=on)
    if award.period_end < award.period_start:
        raise Refused(ENDS_EARLY, provision="C-CMP-01")
    if not award.filed_on:
        raise Refused("Say when the statements were first filed.", provision="C-TRG-03")
    problems = problems_of(award)
    if problems:
        raise Refused(" ".join(problems), provision="C-CMP-01")


def problems_of(award, restated=None):
    """Everything in which an award does not agree with itself, in sentences."""
    return [sentence for _, sentence in placed_problems(award, restated)]


def placed_problems(award, restated=None):
    """The same, each behind its place in the document of the award: `payments[0].amount`."""
    try:
        document = award_document(award, restated=restated)
    except (AttributeError, KeyError, TypeError):
        return [("payout", UNWRITTEN)]
    inputs = {
        "people": [{"key": str(award.person_id)}],
        "restatement": {"type": "big_r"},
        "committee": {"determination_date": award.received_on.isoformat(), "findings": []},
        "fiscal_periods": [],
        "awards": [document],
        "policies": [],
    }
    try:
        read_case(inputs, {})
    except Malformed as malformed:
        places = [(one.path.partition("].")[2], one.reason) for one in malformed.problems]
        return [(inside, of_award(inside, reason)) for inside, reason in places]
    return []


# --- What a case knows of it --------------------------------------------------------------------


def restated_of(line):
    """What the measures of a line's award should have been, as far as its case knows."""
    return restated_in(line.case, [line.award])[line.award_id]


def restated_in(case, awards):
    """The same for many awards of a case, by their keys, in as many questions as for one.

    An estimate that was adopted comes before what a preparer gave, and that before the figures of
    the restatement for a period of the award.
    """
    lines = {line.award_id: line.pk for line in Line.objects.filter(case=case)}
    periods = list(case.restatement.periods.prefetch_related("measures").order_by("start"))
    given, estimates = given_in(case), adopted_in(case)
    return {
        award.pk: known_of(award, periods, given, estimates, lines.get(award.pk))
        for award in awards
    }


def known_of(award, periods, given, estimates, line):
    stated = from_periods(award, periods) | given.get(str(line), {})
    # What the statements do not hold is estimated, and nothing else stands for it (C-EST-01).
    bases = measures_of(award)
    found = {
        key: value
        for key, value in stated.items()
        if key in bases and bases[key]["basis"] not in ESTIMATED
    }
    for estimate in estimates.get(line, ()):
        found[estimate.measure] = estimated(award, estimate)
    return {key: value for key, value in found.items() if key in bases}


def estimates_of(line):
    """Estimates of a line, for whoever was let in to its inputs; the latest first."""
    return Estimate.objects.filter(line=line).order_by("-at")


def from_periods(award, periods):
    """Figures of the restated periods that are the award's."""
    return {
        measure.key: plain(measure.restated)
        for period in periods
        if period.start <= award.period_end and award.period_start <= period.end
        for measure in period.measures.all()
    }


def given_in(case):
    """The latest inputs that preparers gave, by line."""
    rows = Evidence.objects.filter(case=case, condition=Condition.LESS).order_by("at", "pk")
    told = filter(None, map(read_inputs, rows))
    return {one["line"]: one["restated"] for one in told}


def adopted_in(case):
    """The estimates that were adopted, by line."""
    found: dict = {}
    for row in Estimate.objects.filter(case=case).exclude(adopted="").order_by("at"):
        found.setdefault(row.line_id, []).append(row)
    return found


def read_inputs(evidence):
    """The document of a preparer's inputs; None for evidence in words."""
    text = evidence.text
    return json.loads(text) if text.startswith('{"line"') else None


def estimated(award, estimate):
    """The point that was adopted; the whole range for a share price, as the working shows it."""
    metrics = (award.terms.get("payout") or {}).get("metrics", ())
    is_price = any(
        one["key"] == estimate.measure and one.get("kind") == "relative_tsr" for one in metrics
    )
    if is_price and estimate.adopted == "point":
        return {name: plain(getattr(estimate, name)) for name in ("low", "point", "high")}
    return plain(getattr(estimate, estimate.adopted))


def plain(number):
    """A decimal without needless zeros: 96.5."""
    return f"{number.normalize():f}"


@transaction.atomic
def give_inputs(line, restated, *, by, at):
    """Give what the measures of one award should have been; sealed, and the latest count."""
    check_may_prepare(by, line, at)
    known = measures_of(line.award)
    told = {}
    for key, value in restated.items():
        if key not in known:
            raise Refused(f"The award has no measure called {key}.", provision="C-TRG-02")
        if known[key]["basis"] in ESTIMATED:
            raise Refused(f"{key} is not in the statements: propose an estimate.", "C-EST-01")
        told[key] = plain(number(value))
    check_values(line.award, told)
    row = Evidence.objects.create(
        case=line.case, condition=Condition.LESS, person=line.award.person, given_by=by, at=at
    )
    row.write_sealed(text=json.dumps({"line": str(line.pk), "restated": told}))
    return row


def check_values(award, restated):
    """The award can be worked out on these values."""
    if problems := problems_of(award, restated):
        raise Refused(" ".join(problems), provision="C-TRG-02")


def number(value):
    try:
        found = Decimal(value)
    except (InvalidOperation, TypeError):
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= Decimal(10) ** 20:
        raise Refused("A measure is a number.", provision="C-TRG-02")
    return found


@transaction.atomic
def propose_estimate(line, measure, *, low, point, high, method, by, at):
    """Estimate a measure that the statements do not hold: method, range and point (C-EST-01)."""
    check_may_prepare(by, line, at)
    known = measures_of(line.award).get(measure)
    if known is None:
        raise Refused("The award has no such measure.", provision="C-EST-01")
    if known["basis"] not in ESTIMATED:
        raise Refused(
            "What the statements hold is not estimated: give the restated figure.", "C-EST-01"
        )
    if not method.strip():
        raise Refused("Say by which method it is estimated.", provision="C-EST-01")
    low, point, high = number(low), number(point), number(high)
    if not low <= point <= high:
        raise Refused("The point lies within its range.", provision="C-EST-01")
    for value in (low, point, high):
        check_values(line.award, {measure: plain(value)})
    same = Estimate.objects.filter(line=line, measure=measure, low=low, point=point, high=high)
    if any(row.method == method.strip() for row in same.filter(prepared_by=by)):
        raise Refused("This estimate is before the Committee already.", "C-EST-01", "stale")
    row = Estimate.objects.create(
        case=line.case,
        line=line,
        measure=measure,
        low=low,
        point=point,
        high=high,
        prepared_by=by,
        at=at,
    )
    row.write_sealed(method=method.strip())
    return row


def check_may_prepare(by, line, at):
    """Invited preparers, counsel, and members whom no wall keeps out."""
    day = Company.current().day_of(at)
    if is_walled(by, line.case.restatement):
        raise Refused("You may not do that.", provision="M-16", code="not_yours")
    asked = line.admissions.on(day).filter(person=by.person_id).exists()
    if not (asked or may_work(by, line, day) or may_calculate(by, line.case, day)):
        raise Refused("You may not do that.", provision="M-16", code="not_yours")
