"""The four conditions of the fault-based policy for one award (C-TRG-05).

Nothing here infers fault: the fourth holds where the Committee has found it and has determined that
the participant should repay, and is open until then.
"""

from dataclasses import dataclass
from enum import StrEnum

from clawback.inputs import AS_IF, FAULT
from clawback.models import Condition


class Value(StrEnum):
    """What a condition is on a day."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


@dataclass(frozen=True)
class Verdict:
    """One condition, its value, and why in a sentence."""

    condition: Condition
    value: Value
    says: str


# What keeps an award out beside the four conditions: who is covered, and from when (C-TRG-05).
NO_POLICY = "No fault-based policy is in force."
SCOPE = {"NOT_COVERED_PERSON", "GRANT_BEFORE_EFFECTIVE", "RECEIVED_BEFORE_EFFECTIVE"}


def verdicts(found, line):
    """The four conditions of a line, as a reckoning found them."""
    one = found.of(AS_IF, line.award)
    if one is None:
        return tuple(Verdict(each, Value.FAILS, NO_POLICY) for each in Condition)
    codes = {reason.code: reason.sentence for reason in one.reasons}
    return (
        restated(found, line, codes),
        less(one, codes),
        in_time(one, codes),
        fault(found, line),
    )


def restated(found, line, codes):
    """Material, and of a period of the award (C-TRG-01)."""
    touched = [
        period.label
        for period in found.periods
        if period.start <= line.award.period_end and line.award.period_start <= period.end
    ]
    if not found.case.restatement.is_material:
        return Verdict(Condition.RESTATED, Value.FAILS, "The restatement is not material.")
    if not touched:
        says = "No restated period is one of the award’s."
        return Verdict(Condition.RESTATED, Value.FAILS, says)
    if "RESTATEMENT_NOT_COVERED" in codes:
        return Verdict(Condition.RESTATED, Value.FAILS, codes["RESTATEMENT_NOT_COVERED"])
    return Verdict(Condition.RESTATED, Value.HOLDS, f"Restated: {', '.join(touched)}.")


def less(one, codes):
    """On the restated figures it would have been less (C-TRG-02)."""
    if "NO_EXCESS" in codes:
        return Verdict(Condition.LESS, Value.FAILS, codes["NO_EXCESS"])
    return Verdict(Condition.LESS, Value.HOLDS, "On the restated figures it would be less.")


def in_time(one, codes):
    """Within three years of the first filing (C-TRG-03)."""
    if "OUTSIDE_LOOKBACK" in codes:
        return Verdict(Condition.IN_TIME, Value.FAILS, codes["OUTSIDE_LOOKBACK"])
    return Verdict(Condition.IN_TIME, Value.HOLDS, "Within the time of the policy.")


def fault(found, line):
    """Found, and to be repaid; each by a resolution of its own (C-TRG-04).

    Which standards are enough is the policy's to say, or a rider's for this participant.
    """
    finding = found.findings.get(line.award.person_id)
    repay = found.repayments.get(line.award.person_id)
    codes = {reason.code for reason in found.of(FAULT, line.award).reasons}
    if finding and "NO_FAULT_FINDING" in codes:
        says = f"The Committee found: {finding.in_words}. That is not enough."
        return Verdict(Condition.FAULT, Value.FAILS, says)
    if repay and not repay.should:
        says = "The Committee determined that the participant should not repay."
        return Verdict(Condition.FAULT, Value.FAILS, says)
    if finding is None or repay is None:
        missing = "" if finding else "no finding yet" if repay else "no finding yet, and "
        missing += "" if repay else "not determined yet whether the participant should repay"
        says = f"For the Committee to determine in its sole discretion: {missing}."
        return Verdict(Condition.FAULT, Value.OPEN, says)
    says = f"The Committee found: {finding.in_words}; the participant should repay."
    return Verdict(Condition.FAULT, Value.HOLDS, says)


def out_of_scope(found, line):
    """Why the policy does not reach the award at all, whatever the conditions say."""
    one = found.of(AS_IF, line.award)
    if one is None:
        return [NO_POLICY]
    return [reason.sentence for reason in one.reasons if reason.code in SCOPE]


def all_hold(found, line):
    """Every condition holds, and the policy reaches the award: it is recoverable (C-TRG-05)."""
    if out_of_scope(found, line):
        return False
    return all(one.value == Value.HOLDS for one in verdicts(found, line))
