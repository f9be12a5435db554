"""The documents of a case: memorandum, determination, demand, statement of account, disclosure.

Each prints the day and the SHA-256 of its text, so that a copy can be held against the record.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.utils import timezone

from clawback.dues import OUTSIDE, served_at, undemanded
from clawback.models import Condition, PolicyKind
from clawback.plots import curves_of
from clawback.wording import said_step
from governance.money import said_dollars
from governance.records.models import Company
from governance.typesetting import typeset
from governance.words import said_long_day, said_number

UNITS = {"shares": " shares", "options": " options"}


# --- What a sheet says -----------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What an award was, what it should have been, and the excess; in words, with their unit."""

    awarded: str = "not calculated"
    recalculated: str = "not calculated"
    excess: str = "not calculated"


def sheet_of(calculation):
    """The recalculation sheet, opened; empty where there is none."""
    return json.loads(calculation.read_sealed("sheet") or "{}") if calculation else {}


# Whose figures are told first: those of the track on which the award is recovered.
BY_POLICY = (PolicyKind.FAULT, "as_if", PolicyKind.RULE)
BY_RULE = (PolicyKind.RULE, *BY_POLICY)
# Runs of a sheet by their names, as people say them.
RUNS = {**dict(PolicyKind.choices), "as_if": "Fault-based policy, if its fourth condition held"}


def figures_of(line, sheet=None, kinds=BY_POLICY):
    """The figures of a line as its latest sheet has them."""
    sheet = sheet_of(line.latest) if sheet is None else sheet
    answers = sheet.get("answer", {})
    found = next((answers[kind] for kind in kinds if "awarded" in answers.get(kind, {})), None)
    if found is None:
        return Figures()
    names = ("awarded", "recalculated", "excess")
    return Figures(*(said_amount(found[name], line.award) for name in names))


def said_amount(written, award):
    """ "$380,000.00" or "5,500 shares"."""
    unit = UNITS.get(award.kind)
    return f"{int(written):,}{unit}" if unit else said_dollars(Decimal(written))


# --- The demand ------------------------------------------------------------------------------


def demand_words(case, person, lines, amount, *, day):
    """The exact words of a demand: who, which awards, the figures, and how to repay.

    Nothing of counsel's is in it, and no ground of a finding.
    """
    company = Company.current()
    sought = sum((undemanded(line.account) for line in lines), Decimal(0))
    unpaid = sum((unpaid_of(line.account) for line in lines), Decimal(0))
    cancelled = min(amount, unpaid)
    told = [
        said_long_day(day),
        f"To {person.name}",
        f"{case.title}: the Compensation Committee of {company.name} has determined that incentive "
        "compensation which you received is to be recovered, as it rested on statements that have "
        "since been restated.",
        *(award_words(line) for line in lines),
    ]
    if amount < sought:
        told.append(f"Of these {said_dollars(sought)}, this letter demands {said_dollars(amount)}.")
    else:
        told.append(f"In all, {said_dollars(amount)} is demanded.")
    if cancelled:
        told.append(f"{said_dollars(cancelled)} that was not paid to you yet will be cancelled.")
    if amount > cancelled:
        told.append(
            f"Please repay {said_dollars(amount - cancelled)} to the Company. Instalments may be "
            "agreed with the Committee; each payment is entered in your account, which you can "
            "read in the portal."
        )
    told.append("The Committee’s determination is final and binding.")
    return "\n\n".join(told)


def award_words(line):
    outside = line.state in OUTSIDE
    found = figures_of(line, kinds=BY_RULE if outside else BY_POLICY)
    beside = " in addition to what was demanded before" if served_at(line) else ""
    return (
        f"{line.award.name}: as reported {found.awarded}, as restated {found.recalculated}, "
        f"excess {found.excess}; sought {said_dollars(undemanded(line.account))}{beside}."
    )


def unpaid_of(account):
    """What of a demand can be cancelled: an earlier one takes it first."""
    asked = undemanded(account)
    left = account.unpaid - account.cancelled - (account.outstanding - asked)
    return max(Decimal(0), min(asked, left))


# --- On paper --------------------------------------------------------------------------------


def words_in(facts):
    """Every word of a document, in its order."""
    if isinstance(facts, dict):
        facts = facts.values()
    elif not isinstance(facts, list | tuple):
        return [str(facts)]
    return [word for one in facts for word in words_in(one)]


def on_paper(template, facts, *, running, digest=""):
    """Typeset a document with the company at its head and the SHA-256 of its text at its foot."""
    digest = digest or sha256("\n".join(words_in(facts)).encode()).hexdigest()
    head = {"company": Company.current().name, "running": running, "foot": f"Text {digest}"}
    return typeset(template, head | facts)


def determination_on_paper(resolution):
    """A resolution of the Committee in its exact words, with how it was carried (C-DET-01)."""
    facts = {
        "title": resolution.get_kind_display(),
        "stands": f"{resolution.case.title}. {stands(resolution)}",
        "text": resolution.text,
        "says": [votes_in_words(resolution)],
        "amounts": [
            [one.line.award.person.name, one.line.award.name, said_dollars(one.amount)]
            for one in resolution.determinations.select_related("line__award__person")
        ],
    }
    running = "Compensation Committee"
    return on_paper("determination", facts, running=running, digest=resolution.digest)


def stands(resolution):
    if not resolution.closed_at:
        return f"{resolution.get_state_display()}."
    day = said_long_day(timezone.localdate(resolution.closed_at))
    return f"{resolution.get_state_display()} on {day}."


def votes_in_words(resolution):
    """ "Three for, one against, none abstaining; four of five members present, …" """
    if resolution.by_consent and resolution.closed_at:
        return "By unanimous consent of the members without a meeting."
    if resolution.votes_for is None:
        return "No vote has been counted."
    sides = (
        (resolution.votes_for, "for"),
        (resolution.votes_against, "against"),
        (resolution.votes_abstain, "abstaining"),
    )
    told = ", ".join(f"{said_number(count) if count else 'none'} {side}" for count, side in sides)
    present, serving = said_number(resolution.present or 0), said_number(resolution.serving or 0)
    quorum = said_number(resolution.quorum or 0)
    return f"{told.capitalize()}; {present} of {serving} members present, a quorum being {quorum}."


def demand_on_paper(demand):
    """The letter of demand as it was served, to the word."""
    facts = {
        "title": "Demand for repayment",
        "stands": f"Served on {said_long_day(demand.served_on)}.",
        "text": demand.text,
    }
    return on_paper("demand", facts, running="Recovery of compensation", digest=demand.digest)


def statement_on_paper(title, person, sheets, *, day):
    """The account of a person award by award, as it stands on a day; `sheets` as on its page."""
    told = [
        {
            "heading": sheet["title"],
            "sums": [[one["says"], one["amount"]] for one in sheet["sums"]],
            "entries": [
                [one["day"], ". ".join(filter(None, (one["what"], one["note"]))), one["amount"]]
                for one in sheet["entries"]
            ],
            "plan": [[one["day"], one["amount"], one["says"]] for one in sheet["plan"]],
        }
        for sheet in sheets
    ]
    facts = {
        "title": f"Statement of account: {person.name}",
        "stands": f"{title}. As it stands on {said_long_day(day)}.",
        "accounts": told,
    }
    return on_paper("statement", facts, running="Recovery of compensation")


def disclosure_on_paper(year, cases, *, day):
    """What is disclosed of recoveries for a fiscal year (Item 402(w)); `cases` as on its page."""
    facts = {
        "title": f"Recovery of erroneously awarded compensation, {year}",
        "stands": f"As of {said_long_day(year.end)}, drawn up on {said_long_day(day)}.",
        "cases": [
            {
                "heading": one["title"],
                "sums": [[row["says"], row["amount"]] for row in one["sums"]],
                "old": [[row["who"], row["amount"]] for row in one["old"]],
                "forgone": [[row["who"], row["amount"], row["why"]] for row in one["forgone"]],
            }
            for one in cases
        ],
    }
    return on_paper("disclosure", facts, running="Item 402(w) of Regulation S-K")


# --- The memorandum --------------------------------------------------------------------------


def memorandum_on_paper(case, lines, held, *, day):
    """The case before the Committee: conditions, the table of awards, every step, the curves.

    `lines` and what hangs on them come through the reader's door; `held` has the four conditions
    of a line by its key.
    """
    opened = [(line, sheet_of(line.latest)) for line in lines]
    facts = {
        "title": case.title,
        "stands": f"Memorandum to the Compensation Committee, {said_long_day(day)}.",
        "matter": case.matter,
        "conditions": conditions_of(case),
        "awards": [award_row(line, sheet) for line, sheet in opened],
        "workings": [working_of(line, sheet, held) for line, sheet in opened if sheet],
    }
    return on_paper("memorandum", facts, running="Privileged and confidential")


def conditions_of(case):
    """The four conditions of the policy with what each rests on (C-TRG-05)."""
    evidence = list(case.evidence.select_related("person"))
    resolved = {
        Condition.RESTATED: [f"{case.restatement.get_kind_display()}."],
        Condition.FAULT: [*findings_of(case), *repayments_of(case)],
    }
    return [
        {
            "heading": f"{number}. {label}",
            "evidence": [
                *resolved.get(number, []),
                *(about(one.person, one.text) for one in evidence if one.condition == number),
            ],
        }
        for number, label in Condition.choices
    ]


def about(person, words):
    """Of one participant, or of them all."""
    return f"{person.name}: {words}" if person else words


def findings_of(case):
    """What the Committee found of each participant last."""
    latest = {one.person: one for one in case.findings.standing().select_related("person")}
    return [
        f"{person.name}: {one.get_fault_display().lower()}, {one.get_causation_display().lower()}."
        for person, one in latest.items()
    ]


def repayments_of(case):
    latest = {one.person: one for one in case.repayments.standing().select_related("person")}
    return [
        f"{person.name} {'should' if one.should else 'should not'} repay."
        for person, one in latest.items()
    ]


def award_row(line, sheet):
    found = figures_of(line, sheet)
    cap = said_dollars(line.latest.cap) if line.latest else "not calculated"
    mandatory = said_dollars(line.latest.mandatory) if line.latest else "not calculated"
    name = f"{line.award.person.name}: {line.award.name}"
    return [name, found.awarded, found.recalculated, found.excess, cap, mandatory]


def working_of(line, sheet, held):
    """Every step of a sheet by the policy it was worked out under, and the payout curves."""
    answers = sheet.get("answer", {})
    runs = [
        {
            "heading": RUNS.get(name, name),
            "reasons": [reason_words(code) for code in answers.get(name, {}).get("reasons", [])],
            "steps": [said_step(step) for step in steps],
        }
        for name, steps in sheet.get("working", {}).items()
    ]
    heading = f"{line.award.person.name}: {line.award.name}"
    digest = line.latest.digest
    conditions = [
        f"{one.condition.value}. {one.condition.label}: {one.value.value}. {one.says}"
        for one in held.get(line.pk, ())
    ]
    told = {"heading": heading, "conditions": conditions, "runs": runs, "digest": digest}
    return told | {"curves": curves_of(sheet)}


# Why a policy does not reach an award (docs/recoveries.md, section 5).
REASONS = {
    "RESTATEMENT_NOT_COVERED": "it does not cover a restatement of this kind",
    "GRANT_BEFORE_EFFECTIVE": "the award was granted before it took effect",
    "RECEIVED_BEFORE_EFFECTIVE": "the award was received before it took effect",
    "OUTSIDE_LOOKBACK": "the award lies outside the years it looks back",
    "NOT_COVERED_PERSON": "it does not cover the person",
    "NO_FAULT_FINDING": "the Committee has found no fault that is enough",
    "NO_REPAY_DETERMINATION": "the Committee has not determined that the person should repay",
    "NO_MISCONDUCT": "no misconduct of the company has been found",
    "NO_EXCESS": "no less would have been awarded",
    "NOTHING_RECEIVED_IN_WINDOW": "nothing was received in its window",
}


def reason_words(code):
    return REASONS.get(code, code)
