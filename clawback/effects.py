"""What a resolution asks before it is put, and what its carrying writes (C-TRG-04, C-TRG-05).

An effect is a document: `fault` and `causation` of a finding; `should` of a repayment; `amounts` by
line of a recovery, with `cost` where that was weighed; `lines` of what is not recovered, written
off or impracticable, the last with its `claim`; `end_date` of a reading. Each may have a `reason`.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from clawback.clock import clock_of
from clawback.conditions import Value, all_hold, out_of_scope, verdicts
from clawback.dues import due_on, is_demanded, rule_of
from clawback.engine.facts import Claim
from clawback.engine.forgoing import problems
from clawback.gathering import noted
from clawback.models import (
    Account,
    Causation,
    Fault,
    Finding,
    PolicyKind,
    Question,
    RecoveryDetermination,
    Repayment,
    ResolutionKind,
)
from clawback.models.cases import EndDate
from clawback.moves import CaseState, LineState, RuleState
from clawback.opening import day_of
from clawback.policies import adopt_rider, changed_in_a_condition
from clawback.reckoning import UNDECIDED, is_current, reckon
from clawback.recovering import forgo, owed_by_rule, set_due, waivable
from governance.money import said_dollars
from governance.records.moves import SYSTEM, advance
from governance.refusals import Refused

DEMANDED = (LineState.DEMANDED, LineState.RECOVERING)


def check(kind, case, person, effect, lines, *, on):
    """What has to hold before the Committee may resolve it. Raises Refused, and changes nothing."""
    CHECKS[kind](case, person, effect, lines, on)


def take_effect(resolution, effect, lines, *, at):
    """What a carried resolution writes, in the transaction in which it is carried."""
    EFFECTS[resolution.kind](resolution, effect, lines, at)


# --- What is asked before -----------------------------------------------------------------------


def check_subject(case, person):
    if person is None or not case.restatement.walls.filter(person=person, is_subject=True).exists():
        raise Refused("Say of which subject of the case.", provision="M-16")


def check_finding(case, person, effect, lines, on):
    """A finding names the standard and the causation; the portal proposes neither (C-TRG-04)."""
    check_subject(case, person)
    if effect.get("fault") not in Fault.values:
        raise Refused("Say what the Committee finds of the conduct.", provision="C-TRG-04")
    if effect.get("causation") not in Causation.values:
        raise Refused("Say whether the conduct caused the restatement.", provision="C-TRG-04")
    if effect["fault"] == Fault.NONE and effect["causation"] != Causation.NONE:
        raise Refused("Where there is no fault, it caused nothing.", provision="C-TRG-04")
    if not effect.get("reason", "").strip():
        raise Refused("A finding has its grounds: say on what it rests.", provision="C-TRG-04")


def check_repayment(case, person, effect, lines, on):
    check_subject(case, person)
    if not isinstance(effect.get("should"), bool):
        raise Refused("Say whether the participant should repay.", provision="C-TRG-04")


def check_recovery(case, person, effect, lines, on):
    """All four conditions hold on the day, and no amount is above what is recoverable."""
    check_subject(case, person)
    check_review(case, lines, (*UNDECIDED, *DEMANDED))
    found = reckon(case, [line.award for line in lines], on)
    for line in lines:
        check_sheet(line, found)
        if not all_hold(found, line):
            raise Refused(what_fails(found, line), provision="C-TRG-05", code="incomplete")
        check_amount(line, effect["amounts"][str(line.pk)])
        check_more_than_demanded(line, Decimal(effect["amounts"][str(line.pk)]))
        check_readings(case, line, on)
        check_version(case, line, on)


def check_review(case, lines, states=UNDECIDED):
    if case.state != CaseState.REVIEW:
        raise Refused("The case is not before the Committee yet.", provision="M-16", code="stale")
    if not lines:
        raise Refused("Say for which awards.", provision="M-16")
    for line in lines:
        if line.state not in states:
            raise Refused(said_past(line), provision="C-DET-01", code="stale")


def said_past(line):
    """Why nothing is determined of the line any more, and what can be done."""
    if line.state in DEMANDED:
        return (
            f"Recovery of the {line.award.name} was demanded. More can be determined of it; what "
            "is not pursued is written off."
        )
    return (
        f"The {line.award.name} is closed: {line.get_state_display().lower()}. Nothing is "
        "determined of it any more; the mandatory rule alone could open it again."
    )


def check_more_than_demanded(line, amount):
    """Once it was demanded, the Committee determines more, and demands the difference (C-DET-01).

    Less is no determination then, but a write-off, which leaves what is mandatory.
    """
    account = Account.objects.filter(line=line).first()
    if account and is_demanded(line) and amount <= account.recoverable:
        raise Refused(
            f"{said_dollars(account.recoverable)} of the {line.award.name} is to be recovered, "
            "and was demanded. Determine more than that; what is not pursued is written off.",
            provision="C-DET-01",
            code="stale",
        )


def check_sheet(line, found):
    if not is_current(line, found):
        raise Refused(
            f"The inputs of the {line.award.name} have changed since it was calculated. "
            "Calculate it again.",
            provision="C-TRG-02",
            code="stale",
        )


def what_fails(found, line):
    """Which conditions do not hold, in a sentence."""
    told = [*out_of_scope(found, line)]
    told += [one.says for one in verdicts(found, line) if one.value != Value.HOLDS]
    return f"The {line.award.name} is not recoverable: {' '.join(told)}"


def check_amount(line, text):
    """Above zero, to the cent, and within the cap (C-REC-01)."""
    try:
        amount = Decimal(text)
        whole = amount == amount.quantize(Decimal("0.01"))
    except (InvalidOperation, TypeError):
        whole = False
    if not whole:
        raise Refused("An amount is in dollars and cents.", provision="C-REC-01")
    if amount <= 0:
        raise Refused("What is recovered is more than nothing.", provision="C-REC-01")
    if amount > line.latest.cap:
        raise Refused(
            f"${amount:,.2f} is more than is recoverable of the {line.award.name}: "
            f"${line.latest.cap:,.2f}.",
            provision="C-REC-01",
            code="exceeds_recoverable",
        )


def check_readings(case, line, on):
    """Where the readings of the three years differ, counsel has written on it (C-TRG-03)."""
    clock = clock_of(case, line.award, on)
    if clock and not clock.agrees and not noted(case, Question.END_DATE, line.award.person):
        raise Refused(
            f"Whether the {line.award.name} is in time depends on how the three years are read. "
            "Counsel’s note on it comes first.",
            provision="C-TRG-03",
        )


def check_version(case, line, on):
    """Where the policy has changed in a condition since the grant, counsel has written on it."""
    person, granted = line.award.person, line.award.granted_on
    changed = changed_in_a_condition(person, PolicyKind.FAULT, since=granted, on=on)
    if changed and not noted(case, Question.VERSION, person):
        raise Refused(
            f"The policy was another when the {line.award.name} was granted. Counsel’s note on it "
            "comes first.",
            provision="C-EFF-02",
        )


def check_no_recovery(case, person, effect, lines, on):
    check_subject(case, person)
    check_review(case, lines)
    if not effect.get("reason", "").strip():
        raise Refused("Say why nothing is recovered.", provision="C-TRG-04")


def check_end_date(case, person, effect, lines, on):
    """The reading is one that the text bears, and its event has come (C-TRG-03)."""
    if person is not None:
        raise Refused("A reading holds for every participant.", provision="C-TRG-03")
    end_date = effect.get("end_date")
    if end_date not in EndDate.values:
        raise Refused("Say to which event the three years run.", provision="C-TRG-03")
    days = {
        EndDate.RESTATED: case.restatement.restated_filed_on,
        EndDate.CONCLUSION: case.restatement.concluded_on,
    }
    if end_date in days and days[end_date] is None:
        raise Refused("That day is not known yet.", provision="C-TRG-03")
    if not effect.get("reason", "").strip():
        raise Refused("Say why it is read so.", provision="C-TRG-03")


def check_claim(case, person, effect, lines, on):
    """Recovery under the rule is impracticable on the grounds that the rule knows (L-26)."""
    check_subject(case, person)
    if not lines:
        raise Refused("Say for which awards.", provision="L-26")
    amount = sum((asked_by_rule(line) for line in lines), Decimal(0))
    found = sorted(problems(read_claim(person, effect["claim"]), Fraction(amount)))
    if found:
        told = " ".join(SAID_PROBLEMS[code] for code in found)
        raise Refused(f"The rule does not allow that. {told}", provision="L-26")


def asked_by_rule(line):
    """What the rule still recovers of a line. Raises Refused where that is nothing."""
    rule, account = rule_of(line), Account.objects.filter(line=line).first()
    if rule is None or rule.state != RuleState.ERRONEOUS or account is None:
        raise Refused(
            f"Nothing of the {line.award.name} is recovered under the rule.", provision="L-26"
        )
    return max(owed_by_rule(account, rule.amount), Decimal(0))


# What a claim lacks, as the Committee reads it (L-26).
SAID_PROBLEMS = {
    "NOT_INDEPENDENT": "Independent directors decide it.",
    "NOT_PROVIDED_TO_EXCHANGE": "The documentation goes to the exchange first.",
    "COST_NOT_GREATER": "What third parties would cost is not more than the amount.",
    "NO_REASONABLE_ATTEMPT": "A reasonable attempt to recover comes first.",
    "NOT_DOCUMENTED": "The attempt has to be documented.",
    "LAW_TOO_RECENT": "The law has to be older than 28 November 2022.",
    "NO_COUNSEL_OPINION": "It takes an opinion of home-country counsel.",
}


def read_claim(person, told):
    """The claim as the engine asks for it. Raises Refused for what is no day or no amount."""
    cost, adopted = told.get("third_party_cost"), told.get("law_adopted")
    try:
        return Claim(
            person=str(person.pk),
            policy=PolicyKind.RULE,
            basis=told["basis"],
            provided_to_exchange=bool(told.get("provided_to_exchange")),
            decided_by_independent_directors=True,
            third_party_cost=Fraction(cost) if cost else None,
            reasonable_attempt=bool(told.get("reasonable_attempt")),
            documented=bool(told.get("documented")),
            law_adopted=date.fromisoformat(adopted) if adopted else None,
            counsel_opinion=bool(told.get("counsel_opinion")),
        )
    except ValueError as error:
        raise Refused("Say the cost in dollars, and the day of the law.", "L-26") from error


def check_write_off(case, person, effect, lines, on):
    check_subject(case, person)
    if not lines:
        raise Refused("Say for which awards.", provision="C-REC-02")
    for line in lines:
        if line.state not in DEMANDED:
            raise Refused("What was demanded is written off, and nothing else.", "C-REC-02")
        if not waivable(line):
            raise Refused(
                f"Nothing of the {line.award.name} can be written off: it is settled, or the "
                "mandatory rule recovers it, which ends only where that is impracticable.",
                provision="L-26",
            )
    if not effect.get("reason", "").strip():
        raise Refused("Say why the rest is not pursued.", provision="C-REC-02")


def check_rider(case, person, effect, lines, on):
    check_subject(case, person)
    if not effect.get("legal_basis", "").strip():
        raise Refused("A rider has a legal basis.", provision="C-AMD-01")


# --- What is written ----------------------------------------------------------------------------


def write_finding(resolution, effect, lines, at):
    row = Finding.objects.create(
        case=resolution.case,
        resolution=resolution,
        person=resolution.person,
        fault=effect["fault"],
        causation=effect["causation"],
        at=at,
    )
    row.write_sealed(grounds=effect["reason"].strip())


def write_repayment(resolution, effect, lines, at):
    Repayment.objects.create(
        case=resolution.case,
        resolution=resolution,
        person=resolution.person,
        should=effect["should"],
        at=at,
    )


def write_recovery(resolution, effect, lines, at):
    for line in lines:
        amount = Decimal(effect["amounts"][str(line.pk)])
        determine(resolution, line, effect, at=at, recover=True, amount=amount)


def write_no_recovery(resolution, effect, lines, at):
    for line in lines:
        determine(resolution, line, effect, at=at, recover=False, amount=Decimal(0))


def determine(resolution, line, effect, *, at, recover, amount):
    """The determination of one line, its state, and its account (C-DET-01)."""
    last = line.determinations.filter(replaced_by=None).first()
    row = RecoveryDetermination.objects.create(
        case=resolution.case,
        line=line,
        resolution=resolution,
        recover=recover,
        amount=amount,
        determined_on=day_of(at),
        replaces=last,
    )
    row.write_sealed(reason=effect.get("reason", "").strip() or resolution.text)
    move = "determine_recover" if recover else "determine_no_recovery"
    advance(line, move, by=SYSTEM, at=at)
    set_due(line, due_on(line), unpaid=line.latest.unpaid, by=SYSTEM, at=at, resolution=resolution)


def write_end_date(resolution, effect, lines, at):
    case = resolution.case
    case.end_date = effect["end_date"]
    case.save(update_fields=["end_date"])


def write_claim(resolution, effect, lines, at):
    for line in lines:
        rule = line.under_the_rule
        if owed := asked_by_rule(line):
            forgo(line, owed, resolution=resolution, at=at)
        rule.refresh_from_db()
        if rule.state == RuleState.ERRONEOUS:
            advance(rule, "find_impracticable", by=SYSTEM, at=at)


def write_off(resolution, effect, lines, at):
    for line in lines:
        forgo(line, waivable(line), resolution=resolution, at=at)


def write_rider(resolution, effect, lines, at):
    told = {name: effect[name] for name in ("kind", "title", "wording", "legal_basis", "terms")}
    adopt_rider(
        resolution,
        people=[resolution.person],
        since=date.fromisoformat(effect["since"]),
        by=resolution.put_by,
        at=at,
        **told,
    )


CHECKS = {
    ResolutionKind.FINDING: check_finding,
    ResolutionKind.REPAY: check_repayment,
    ResolutionKind.RECOVER: check_recovery,
    ResolutionKind.NO_RECOVERY: check_no_recovery,
    ResolutionKind.END_DATE: check_end_date,
    ResolutionKind.IMPRACTICABLE: check_claim,
    ResolutionKind.WRITE_OFF: check_write_off,
    ResolutionKind.RIDER: check_rider,
}
EFFECTS = {
    ResolutionKind.FINDING: write_finding,
    ResolutionKind.REPAY: write_repayment,
    ResolutionKind.RECOVER: write_recovery,
    ResolutionKind.NO_RECOVERY: write_no_recovery,
    ResolutionKind.END_DATE: write_end_date,
    ResolutionKind.IMPRACTICABLE: write_claim,
    ResolutionKind.WRITE_OFF: write_off,
    ResolutionKind.RIDER: write_rider,
}
