"""The exact words of the Committee's resolutions, and the steps of a working in words."""

import re
from datetime import date
from decimal import Decimal

from clawback.models import Causation, Fault, ResolutionKind
from clawback.models.cases import EndDate


def dollars(amount):
    """ "$412,750.00"."""
    return f"${amount:,.2f}"


def words_of(kind, *, case, person, effect, lines, on):
    """RESOLVED, and what; the reasons follow in the words of whoever puts it.

    `lines` are those of the participant that it speaks of, with their awards.
    """
    opening = WORDS[kind](case, person, effect, lines)
    reason = effect.get("reason", "").strip()
    return "\n\n".join(filter(None, (f"RESOLVED, that {opening}", reason)))


def of_finding(case, person, effect, lines):
    if effect["fault"] == Fault.NONE:
        return (
            f"the Committee does not find that conduct of {person.name} caused the restatement "
            f"“{case.title}”."
        )
    fault = Fault(effect["fault"]).label.lower()
    if effect["causation"] == Causation.NONE:
        return f"the Committee finds {fault} of {person.name}, which did not cause the restatement."
    how = "wholly" if effect["causation"] == Causation.FULL else "partly"
    return (
        f"the Committee, in its sole discretion, finds that {fault} of {person.name} {how} caused "
        f"the restatement “{case.title}” (C-TRG-04)."
    )


def of_repayment(case, person, effect, lines):
    should = "should" if effect["should"] else "should not"
    return (
        f"the Committee determines, apart from any finding, that {person.name} {should} repay "
        "incentive compensation to the Company (C-TRG-04)."
    )


def of_recovery(case, person, effect, lines):
    amounts = effect["amounts"]
    told = "; ".join(
        f"{dollars_of(amounts[str(line.pk)])} of the {line.award.name}" for line in lines
    )
    return (
        f"the Committee determines that the Company recover from {person.name}: {told} "
        f"(C-TRG-05, C-REC-01).{weighed(effect)} This determination is conclusive and binding "
        "(C-DET-01)."
    )


def weighed(effect):
    """The cost that the Committee took into account, where it did (C-EST-02)."""
    cost = effect.get("cost")
    if not cost:
        return ""
    return f" The Committee has weighed the cost of recovery, estimated at {dollars_of(cost)}."


def of_no_recovery(case, person, effect, lines):
    told = ", ".join(f"the {line.award.name}" for line in lines)
    return (
        f"the Committee determines that nothing be recovered from {person.name} under the "
        f"fault-based policy of {told}. What the mandatory rule asks is not touched by this (L-26)."
    )


def of_end_date(case, person, effect, lines):
    return (
        "the three years of the policy run from the original filing to "
        f"{EndDate(effect['end_date']).label} (C-TRG-03)."
    )


def of_impracticability(case, person, effect, lines):
    told = ", ".join(f"the {line.award.name}" for line in lines)
    basis = {
        "direct_expense": "the direct expense paid to third parties would exceed the amount",
        "home_country_law": "it would violate a law of the home country",
    }[effect["claim"]["basis"]]
    return (
        f"recovery from {person.name} of {told} under the mandatory rule is impracticable, as "
        f"{basis} (L-26)."
    )


def of_write_off(case, person, effect, lines):
    told = ", ".join(f"the {line.award.name}" for line in lines)
    return (
        f"what is still outstanding from {person.name} of {told} is written off, and the Company "
        "does not pursue it (C-REC-02)."
    )


def of_rider(case, person, effect, lines):
    day = date.fromisoformat(effect["since"])
    return (
        f"the policy is revised for {person.name} alone, from {day.day} {day:%B %Y} on, on "
        f"the legal basis of {effect['legal_basis']} (C-AMD-01, C-AMD-02)."
    )


WORDS = {
    ResolutionKind.FINDING: of_finding,
    ResolutionKind.REPAY: of_repayment,
    ResolutionKind.RECOVER: of_recovery,
    ResolutionKind.NO_RECOVERY: of_no_recovery,
    ResolutionKind.END_DATE: of_end_date,
    ResolutionKind.IMPRACTICABLE: of_impracticability,
    ResolutionKind.WRITE_OFF: of_write_off,
    ResolutionKind.RIDER: of_rider,
}


def dollars_of(text):
    return dollars(Decimal(text))


# --- Steps of a working -------------------------------------------------------------------------

CALL = re.compile(r"\b(r\d|floor|ceil|min|max)\(")
LONG = re.compile(r"(?<![\d.])\d{4,}")
ROUNDED = {
    "r0": "rounded to the whole",
    "r1": "rounded to one place",
    "r2": "rounded to two places",
    "floor": "rounded down",
    "ceil": "rounded up",
}
CHOSEN = {"min": "the lesser of", "max": "the greater of"}


def said_step(step):
    """A step of a working: "excess: the greater of 0 and 640,000 - 330,000 = 310,000.00".

    The arithmetic writes `max(0, 640000 - 330000)` as in the worked cases (docs/recoveries.md).
    """
    name, colon, rest = step.replace("_", " ").rpartition(": ")
    how, sign, value = rest.rpartition(" = " if " = " in rest else " ~ ")
    told = f"{in_words(how, whole=True)}{sign.replace('~', '≈')}{value}"
    told = told.replace(" x ", " × ").replace(" - ", " − ")
    return f"{name}{colon}{LONG.sub(lambda found: f'{int(found[0]):,}', told)}"


def in_words(how, *, whole=False):
    """An expression with its roundings and choices in words; in brackets within another one."""
    call = CALL.search(how)
    if call is None:
        return how
    inside, after = argument(how, call.end())
    if call[1] in CHOSEN:
        told = f"{CHOSEN[call[1]]} {' and '.join(map(in_words, arguments(inside)))}"
    else:
        told = f"{in_words(inside)}, {ROUNDED.get(call[1], 'rounded')}"
    before = how[: call.start()]
    alone = whole and not before and not after
    return f"{before}{told if alone else f'({told})'}{in_words(after)}"


def arguments(inside):
    """What its commas part, and not those of another call within."""
    parts, deep = [""], 0
    for letter in inside:
        deep += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not deep:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def argument(how, start):
    """What stands between the brackets that were opened before `start`, and what comes after."""
    deep = 1
    for place in range(start, len(how)):
        deep += {"(": 1, ")": -1}.get(how[place], 0)
        if not deep:
            return how[start:place], how[place + 1 :]
    return how[start:], ""
