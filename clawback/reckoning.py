"""A case is worked out: which awards it reaches, and a recalculation sheet for each (C-TRG-02).

Everything is worked out for a day: that of the determination, which is today until there is one.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Q

from clawback.access import may_scope
from clawback.awards import ESTIMATED, measures_of
from clawback.engine import Malformed, evaluate, read_case
from clawback.engine.answers import answer, working
from clawback.engine.results import AwardResult, CaseResult
from clawback.engine.scope import Reason
from clawback.inputs import AS_IF, FAULT, RULE, SECTION_304, inputs_of
from clawback.models import (
    Award,
    AwardKind,
    Calculation,
    Case,
    Finding,
    Line,
    Repayment,
    RuleLine,
)
from clawback.moves import LineState, RuleState
from clawback.opening import day_of, lock
from clawback.recovering import bring_up_to_date
from clawback.sentences import of_case
from clawback.wording import said_step
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused

# What the Committee has yet to say, or the figures to show, is no reason to leave an award out.
OPEN_REASONS = {"NO_FAULT_FINDING", "NO_REPAY_DETERMINATION", "NO_EXCESS", "NO_MISCONDUCT"}
# An award of other periods was worked out on figures that stand (C-TRG-01).
ELSEWHERE = Reason("OTHER_PERIOD", "No restated period is one of the award’s.")


@dataclass(frozen=True)
class Reckoning:
    """The answers of the engine for a case on a day, by the keys of awards and people."""

    case: Case
    on: date
    inputs: dict[str, Any]
    result: CaseResult

    def of(self, kind, award) -> AwardResult | None:
        """What a policy makes of an award; None where no version of it is in force."""
        run = self.result.runs.get(kind)
        return run.awards.get(str(award.pk)) if run else None

    def figures_of(self, award):
        """An award in words, as the fault-based policy has it; or the rule, where there is none."""
        answers = self.document["answer"]["policies"]
        for run in (AS_IF, RULE.value):
            if run in answers:
                return answers[run]["awards"][str(award.pk)]
        return {}

    @cached_property
    def periods(self):
        """The restated periods, read once."""
        return list(self.case.restatement.periods.all())

    @cached_property
    def findings(self):
        """The finding on each participant that stands."""
        return {row.person_id: row for row in Finding.objects.standing().filter(case=self.case)}

    @cached_property
    def repayments(self):
        """Whether each participant should repay, as it was determined last."""
        rows = Repayment.objects.standing().filter(case=self.case)
        return {row.person_id: row for row in rows}

    @cached_property
    def document(self):
        """The same in words, as sheets keep it."""
        return {"answer": answer(self.result), "working": working(self.result)}


def reckon(case, awards, on, *, restated=None):
    """Work out every award under every policy in force on the day.

    `restated` has, by award, other restated values than the case holds: what if they were so.
    Raises Refused where an award cannot be worked out, and says why.
    """
    awards = list(awards)
    inputs, policies = inputs_of(case, awards, on, restated or {})
    try:
        return Reckoning(case, on, inputs, evaluate(read_case(inputs, policies)))
    except Malformed as malformed:
        told = " ".join(of_case(one.path, one.reason, awards) for one in malformed.problems[:5])
        raise Refused(f"The case cannot be worked out. {told}", "C-TRG-02") from malformed


# --- Scope ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scoped:
    """An award, and why each policy does or does not reach it, whatever the Committee finds."""

    award: Award
    reasons: dict[str, list]

    @property
    def is_reached(self):
        """Some policy under which pay is recovered reaches it."""
        return any(not reasons for kind, reasons in self.reasons.items() if kind != SECTION_304)


def scope_of(case, on):
    """Every award on the register with the reasons for which it is out (C-COV-01, C-EFF-01)."""
    awards = list(Award.objects.select_related("person"))
    if not awards:
        return []
    found = reckon(case, awards, on)
    return [Scoped(award, reasons_of(found, award)) for award in awards]


def reasons_of(found, award):
    """Why each policy does not reach an award, whatever is found; nothing where it does."""
    touched = any(
        one.start <= award.period_end and award.period_start <= one.end for one in found.periods
    )
    return {
        kind: [
            *([] if touched else [ELSEWHERE]),
            *(one for one in found.of(kind, award).reasons if one.code not in OPEN_REASONS),
        ]
        for kind in (FAULT, RULE, SECTION_304)
        if found.of(kind, award)
    }


@transaction.atomic
def scope(case, *, by, at):
    """Find every award in the window under every policy in force, and add its line (M-16).

    Only awards of subjects are added: whoever else is found is walled first, and then it is done
    again.
    """
    case = lock(case)
    if case.state == "opened":
        advance(case, "scope", by=by, at=at)
    else:
        check_may_scope(case, by=by, at=at)
    walled = set(case.restatement.walls.filter(is_subject=True).values_list("person", flat=True))
    there = set(case.lines.values_list("award", flat=True))
    for found in scope_of(case, day_of(at)):
        award = found.award
        if found.is_reached and award.person_id in walled and award.pk not in there:
            line = Line(case=case, award=award)
            begin(line, "add", by=SYSTEM, at=at)
            if not found.reasons.get(RULE, ["not in force"]):
                begin(RuleLine(line=line), "begin", by=SYSTEM, at=at)
    return case


def check_may_scope(case, *, by, at):
    if not may_scope(by, case, day_of(at)):
        raise Refused("The Committee’s chair or invited counsel does that.", "M-16", "not_yours")


# --- Sheets -----------------------------------------------------------------------------------


@transaction.atomic
def calculate(case, *, by, at):
    """Work out every line anew, and keep each sheet sealed (C-TRG-02, C-REC-01).

    Refused where a measure that the statements do not hold has no estimate that was adopted
    (C-EST-01).
    """
    case = lock(case)
    lines = list(case.lines.select_related("award__person"))
    for line in lines:
        check_estimates(line)
    advance(case, "calculate", by=by, at=at)
    if not lines:
        return case
    found = reckon(case, [line.award for line in lines], day_of(at))
    for line in lines:
        keep_sheet(line, found, by=by, at=at)
    return case


@transaction.atomic
def present(case, *, by, at):
    """Lay the case before the Committee; what the rule asks back is due from now on (L-26)."""
    case = advance(case, "present", by=by, at=at)
    erroneous = Q(under_the_rule__state=RuleState.ERRONEOUS)
    for line in case.lines.filter(erroneous | Q(account__isnull=False)):
        bring_up_to_date(line, by=SYSTEM, at=at)
    return case


def check_estimates(line):
    """A measure that the statements do not hold has an estimate that was adopted (C-EST-01)."""
    settled = set(line.estimates.exclude(adopted="").values_list("measure", flat=True))
    for key, measure in measures_of(line.award).items():
        if measure["basis"] in ESTIMATED and key not in settled:
            raise Refused(
                f"“{key}” of the {line.award.name} of {line.award.person} is not in the "
                "statements: an estimate of it is proposed and adopted first.",
                provision="C-EST-01",
            )


def keep_sheet(line, found, *, by, at):
    """One sheet, and what follows for the mandatory track."""
    sheet = json.dumps(sheet_of(line, found), sort_keys=True)
    last = line.latest
    row = Calculation.objects.create(
        line=line,
        number=last.number + 1 if last else 1,
        cap=cap_of(found, line.award),
        mandatory=recoverable(found.of(RULE, line.award)),
        unpaid=unpaid_of(found, line.award),
        digest=hashlib.sha256(sheet.encode()).hexdigest(),
        made_by=by,
        at=at,
    )
    row.write_sealed(sheet=sheet)
    rule = RuleLine.objects.filter(line=line).first()
    # What was recovered stays so, unless the rule now recovers more of it (L-26).
    more = rule and rule.state == RuleState.RECOVERED and row.mandatory > rule.amount
    if more or (rule and rule.state in (RuleState.IN_PERIOD, RuleState.ERRONEOUS)):
        move = "find_erroneous" if row.mandatory else "find_correct"
        advance(rule, move, by=SYSTEM, at=at, amount=row.mandatory)
    return row


def sheet_of(line, found):
    """What a sheet keeps: the inputs of this award, the answers, and the working step by step."""
    key = str(line.award_id)
    told = found.document
    return {
        "inputs": basis_of(line, found),
        "on": found.on.isoformat(),
        "answer": {
            run: answers["awards"][key] for run, answers in told["answer"]["policies"].items()
        },
        "working": {run: steps[key] for run, steps in told["working"].items()},
        "curves": curves_of(basis_of(line, found)["award"]),
    }


def working_of(sheet):
    """The working of a sheet, step by step, under the policy; or the rule, where there is none."""
    steps = sheet["working"].get(AS_IF) or sheet["working"].get(RULE.value, ())
    return [said_step(step) for step in steps]


def curves_of(award):
    """The curve of each measure, with both values: what a picture of it is drawn from."""
    metrics = award.get("payout", {}).get("metrics", ())
    names = ("key", "curve", "shape", "reported", "restated")
    return [{name: one[name] for name in names if name in one} for one in metrics]


def basis_of(line, found):
    """Everything the result rests on but the day and the findings: if it changes, so may it.

    What only section 304 asks is left out: it is information, and no amount follows from it.
    """
    key = str(line.award_id)
    person = next(one for one in found.inputs["people"] if one["key"] == str(line.award.person_id))
    return {
        "award": next(one for one in found.inputs["awards"] if one["key"] == key),
        "person": {name: one for name, one in person.items() if name != "stock_sales"},
        "restatement": {
            name: one
            for name, one in found.inputs["restatement"].items()
            if name != "issuer_misconduct"
        },
    }


def cap_of(found, award):
    """The most that the fault-based policy could recover of it, by the figures (C-REC-01).

    Whether it is in time, and whose fault it was, are conditions of their own.
    """
    one = found.of(AS_IF, award)
    return recoverable(one) if one else Decimal(0)


def recoverable(one):
    return Decimal(0) if one is None else money(one.recoverable)


def money(amount):
    """An exact fraction of dollars, which is whole cents, as the database keeps it."""
    return Decimal(amount.numerator * 100 // amount.denominator) / 100


def unpaid_of(found, award):
    """What of an award has not been paid out: dollars owed or deferred, with what these earned;
    shares that were not delivered and options not exercised, at their value (C-REC-02)."""
    terms = award.terms
    owed = sum(
        (Decimal(one["amount"]) for one in terms.get("payments", ()) if one["status"] != "paid"),
        Decimal(0),
    )
    settlement = terms.get("settlement") or {}
    value = Decimal(settlement.get("valuation_price", 0))
    if award.kind == AwardKind.SHARES:
        owed += Decimal(settlement.get("undelivered", 0)) * value
    if award.kind == AwardKind.OPTIONS:
        gain = max(value - Decimal(settlement.get("strike", 0)), Decimal(0))
        owed += Decimal(settlement.get("unexercised", 0)) * gain
    under_the_rule = found.of(RULE, award)
    if under_the_rule and under_the_rule.parts and "deferred_earnings" in under_the_rule.parts:
        owed += money(under_the_rule.parts["deferred_earnings"].value)
    return owed.quantize(Decimal("0.01"), ROUND_HALF_UP)


def is_current(line, found):
    """The last sheet rests on what the case holds now."""
    last = line.latest
    return last is not None and rests_on(json.loads(last.read_sealed("sheet")), line, found)


def rests_on(sheet, line, found):
    """Whether a sheet was worked out of the inputs of this reckoning."""
    return sheet["inputs"] == basis_of(line, found)


UNDECIDED = (LineState.UNDECIDED, LineState.RECOVER, LineState.NO_RECOVERY)
