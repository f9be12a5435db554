"""A demand is drafted, and served once counsel has written how far the law permits (C-REC-03)."""

from decimal import Decimal
from hashlib import sha256

from django.db import transaction

from clawback.access import chairs_the_committee
from clawback.dues import (
    NOTHING,
    SERVE,
    accounts_of,
    by_rule_alone,
    demanded,
    determination_of,
    rule_of,
    undemanded,
)
from clawback.mail import tell_of_demand
from clawback.models import Demand, Finding, Line, Question, Repayment, Ruling
from clawback.moves import LineState
from clawback.opening import day_of
from clawback.papers import demand_words
from clawback.recovering import bring_up_to_date
from governance.records.moves import advance, enter
from governance.refusals import Refused

ASKING = (LineState.RECOVER, LineState.DEMANDED, LineState.RECOVERING)


def law_on(case, person):
    """What counsel last wrote on how far the law permits recovery: of this person, or of all."""
    notes = case.counsel_notes.filter(question=Question.LAW).order_by("-at")
    return notes.filter(person=person).first() or notes.filter(person=None).first()


def to_demand(case, person):
    """The lines of which something is outstanding that was not demanded yet: all of it, or what
    either track asks for since the last demand."""
    lines = Line.objects.filter(case=case, award__person=person, account__outstanding__gt=0)
    rows = lines.select_related("account", "award__person", "case__restatement")
    asking = [line for line in rows if line.state in ASKING or by_rule_alone(line)]
    return [line for line in asking if undemanded(line.account)]


@transaction.atomic
def serve_demand(case, person, *, by, at):
    """The Committee's chair demands what was determined of a person; counsel has spoken before.

    None where the law prohibits it: the lines are closed, and nothing is demanded (C-REC-03).
    """
    if not chairs_the_committee(by, case, day_of(at)):
        raise Refused("Only the Committee’s chair serves a demand.", "C-REC-03", "not_yours")
    # Both orders of two demands meet here.
    list(accounts_of(case, person).select_for_update(of=("self",)).order_by("pk"))
    lines = to_demand(case, person)
    if not lines:
        raise Refused("Everything determined of this person has been demanded.", "C-REC-02")
    note = law_on(case, person)
    if note is None:
        raise Refused(
            "Counsel has not written yet how far the law permits recovery.", provision="C-REC-03"
        )
    if note.ruling == Ruling.PROHIBITED:
        return close_by_law(lines, by=by, at=at)
    for line in lines:
        check_still_stands(line)
    amount = to_be_asked(lines, note, case, person)
    if amount <= 0:
        raise Refused("The law permits no more than was demanded already.", provision="C-REC-03")
    demand = write_demand(case, person, lines, amount, by=by, at=at)
    for line in lines:
        if line.state == LineState.RECOVER:
            advance(line, "issue_demand", by=by, at=at)
        if rule := rule_of(line):
            enter(rule, SERVE, source=rule.state, target=rule.state, by=by, at=at)
    tell_of_demand(demand, by=by)
    return demand


def check_still_stands(line):
    """What was determined is within the last sheet, and nothing was found since (C-TRG-05)."""
    if line.state != LineState.RECOVER:
        return
    determined, sheet = determination_of(line), line.latest
    since = determined.resolution.closed_at
    mine = {"case": line.case_id, "person": line.award.person_id, "at__gt": since}
    later = Finding.objects.filter(**mine).exists() or Repayment.objects.filter(**mine).exists()
    if later or determined.amount > sheet.cap:
        raise Refused(
            f"What the {line.award.name} rests on has changed since it was determined. The "
            "Committee determines it anew before it is demanded.",
            provision="C-TRG-05",
            code="stale",
        )


def draft_demand(case, person, *, day):
    """The letter as it would be served that day; empty where nothing can be demanded."""
    lines, note = to_demand(case, person), law_on(case, person)
    if not lines or note is None or note.ruling == Ruling.PROHIBITED:
        return ""
    amount = to_be_asked(lines, note, case, person)
    return demand_words(case, person, lines, amount, day=day) if amount > 0 else ""


def to_be_asked(lines, note, case, person):
    """What was not demanded yet, and no more than the law permits."""
    sought = sum((undemanded(line.account) for line in lines), NOTHING)
    return min(sought, permitted(note, case, person))


def permitted(note, case, person):
    """How much may still be demanded: no end to it where counsel sees none."""
    if note.ruling != Ruling.LIMITED:
        return Decimal("Infinity")
    return note.limit - demanded(case, person)


def close_by_law(lines, *, by, at):
    """Nothing is demanded of what the law prohibits; the mandatory rule is not closed by it."""
    asked = [line for line in lines if line.state == LineState.RECOVER]
    if not asked:
        raise Refused(
            "The law prohibits this demand. Under the mandatory rule the Committee alone finds "
            "that recovery is impracticable.",
            provision="L-26",
        )
    for line in asked:
        advance(line, "close_prohibited", by=by, at=at)
        bring_up_to_date(line, by=by, at=at)


def write_demand(case, person, lines, amount, *, by, at):
    text = demand_words(case, person, lines, amount, day=day_of(at))
    demand = Demand.objects.create(
        case=case,
        person=person,
        amount=amount,
        digest=sha256(text.encode()).hexdigest(),
        served_on=day_of(at),
        served_by=by,
    )
    demand.write_sealed(text=text)
    return demand
