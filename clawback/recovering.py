"""The money of a case: what is due, demanded, cancelled, repaid, by instalments, or forgone.

Whatever was determined, each dollar is recovered once: both tracks share a line's account, whose
sums the database keeps. An account is locked before its line, so that two acts wait for each other.
"""

from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Sum

from clawback.access import chairs_the_committee, may_collect
from clawback.instalments import as_they_stand
from clawback.mail import tell_of_demand, tell_of_instalment
from clawback.models import (
    Account,
    Demand,
    EntryKind,
    Finding,
    Instalment,
    LedgerEntry,
    Line,
    Question,
    Repayment,
    ResolutionKind,
    RuleLine,
    Ruling,
)
from clawback.moves import LineState, ResolutionState, RuleState
from clawback.papers import demand_words
from governance.money import said_dollars
from governance.records.models import Company, Entry
from governance.records.moves import SYSTEM, Move, advance, enter
from governance.refusals import Refused

NOTHING = Decimal(0)
CENT = Decimal("0.01")
# A demand does not move a line on the mandatory track; the record says that it was demanded.
SERVE = Move(
    "serve",
    RuleState.ERRONEOUS,
    RuleState.ERRONEOUS,
    may=chairs_the_committee,
    provision="C-REC-02",
)
COLLECTED = (EntryKind.CANCELLED, EntryKind.REPAID)
# What each constraint of an account says, as a person reads it.
SENTENCES = {
    "account_cancels_what_is_unpaid": "No more can be cancelled than was not paid yet.",
    "account_has_no_negative_sum": "That is more than is outstanding.",
    "account_balances": "The sums of this account would not balance.",
}


# --- What is due -----------------------------------------------------------------------------


def determination_of(line):
    """The determination in force: the one that no later one replaces; or None."""
    return line.determinations.filter(replaced_by=None).first()


def rule_of(line):
    """The line on the mandatory track, or None."""
    return RuleLine.objects.filter(line=line).first()


def due_on(line) -> Decimal:
    """What is to be recovered: the larger of the determination in force and the mandatory rule.

    Where the law prohibits what the policy asks for, the determination counts no more (C-REC-03).
    """
    determined, rule = determination_of(line), rule_of(line)
    sought = determined.amount if determined and line.state != LineState.PROHIBITED else NOTHING
    return max(sought, rule.amount if rule else NOTHING)


@transaction.atomic
def set_due(line, amount, *, unpaid, by, at, resolution=None):
    """Bring what is recoverable of a line to this amount, and open its account where there is none.

    It cannot go below what has been cancelled, repaid and forgone. None where nothing is due yet.
    """
    amount = dollars(amount, least=NOTHING)
    if amount:
        Account.objects.get_or_create(line=line, defaults={"unpaid": unpaid})
    account = Account.objects.select_for_update(of=("self",)).filter(line=line).first()
    if account is None or account.recoverable == amount:
        return account
    more = amount - account.recoverable
    kind = EntryKind.DUE if more > 0 else EntryKind.REDUCED
    post(account, kind, abs(more), day=day_of(at), by=by, at=at, resolution=resolution)
    close_if_settled(account, at=at)
    return account


# --- The demand ------------------------------------------------------------------------------


def law_on(case, person):
    """What counsel last wrote on how far the law permits recovery: of this person, or of all."""
    notes = case.counsel_notes.filter(question=Question.LAW).order_by("-at")
    return notes.filter(person=person).first() or notes.filter(person=None).first()


def to_demand(case, person):
    """The lines of which something is outstanding that was not demanded yet."""
    lines = Line.objects.filter(case=case, award__person=person, account__outstanding__gt=0)
    rows = lines.select_related("account", "award__person", "case__restatement")
    return [line for line in rows if line.state == LineState.RECOVER or asks_by_rule_alone(line)]


def asks_by_rule_alone(line):
    """Only the mandatory rule asks for it, and it was not demanded since the amount was found."""
    return by_rule_alone(line) and not demanded_by_rule(line)


def by_rule_alone(line):
    rule = rule_of(line)
    outside = line.state in (LineState.UNDECIDED, LineState.NO_RECOVERY)
    return outside and rule is not None and rule.state == RuleState.ERRONEOUS


def demanded_by_rule(line):
    """Whether the line was in a demand since its amount was found (L-26)."""
    rule = rule_of(line)
    if rule is None:
        return False
    due = LedgerEntry.objects.filter(account__line=line, kind=EntryKind.DUE)
    since = due.aggregate(last=Max("at"))["last"]
    served = Entry.objects.about(rule).filter(move=SERVE.name)
    return since is not None and served.filter(at__gte=since).exists()


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


def bring_up_to_date(line, *, by, at):
    """Bring a line's account to what is due now, and never below what was taken or forgone."""
    account = Account.objects.filter(line=line).first()
    taken = account.cancelled + account.repaid + account.forgone if account else NOTHING
    sheet = line.latest
    return set_due(line, max(due_on(line), taken), unpaid=sheet.unpaid, by=by, at=at)


def draft_demand(case, person, *, day):
    """The letter as it would be served that day; empty where nothing can be demanded."""
    lines, note = to_demand(case, person), law_on(case, person)
    if not lines or note is None or note.ruling == Ruling.PROHIBITED:
        return ""
    amount = to_be_asked(lines, note, case, person)
    return demand_words(case, person, lines, amount, day=day) if amount > 0 else ""


def to_be_asked(lines, note, case, person):
    """What is outstanding, and no more than the law permits."""
    sought = sum((line.account.outstanding for line in lines), NOTHING)
    return min(sought, permitted(note, case, person))


def accounts_of(case, person):
    return Account.objects.filter(line__case=case, line__award__person=person)


def permitted(note, case, person):
    """How much may still be demanded: no end to it where counsel sees none."""
    if note.ruling != Ruling.LIMITED:
        return Decimal("Infinity")
    return note.limit - demanded(case, person)


def demanded(case, person):
    """What all demands on a person come to."""
    served = Demand.objects.filter(case=case, person=person)
    return served.aggregate(sum=Sum("amount"))["sum"] or NOTHING


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
        set_due(line, due_on(line), unpaid=line.account.unpaid, by=by, at=at)


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


# --- The ledger ------------------------------------------------------------------------------


class Split(NamedTuple):
    """What of an amount is cancelled, and what is repaid."""

    cancel: Decimal
    repay: Decimal


def default_split(line):
    """What is unpaid is cancelled first, and the rest repaid; the Committee may choose another."""
    account = Account.objects.get(line=line)
    cancelled = min(account.outstanding, account.unpaid - account.cancelled)
    return Split(cancelled, account.outstanding - cancelled)


@transaction.atomic
def cancel(line, amount, *, day, note, by, at, seen=None):
    """Cancel for nothing what was not paid yet (C-REC-02)."""
    return collect(line, EntryKind.CANCELLED, amount, day=day, note=note, by=by, at=at, seen=seen)


@transaction.atomic
def repay(line, amount, *, day, note, by, at, seen=None):
    """Enter what the participant repaid (C-REC-02)."""
    return collect(line, EntryKind.REPAID, amount, day=day, note=note, by=by, at=at, seen=seen)


def collect(line, kind, amount, *, day, note, by, at, seen):
    """Enter an amount; `seen` is what was outstanding when it was typed, so that a page that is
    sent twice, or after somebody else’s entry, enters nothing."""
    account = take_up(line, by=by, at=at)
    if seen is not None and seen != account.outstanding:
        raise Refused(
            f"{said_dollars(account.outstanding)} is outstanding now: something was entered since "
            "this page was opened. Look at the ledger before you enter more.",
            provision="C-REC-02",
            code="stale",
        )
    amount = dollars(amount)
    if day > day_of(at):
        raise Refused("That day has not come yet.", provision="C-REC-02")
    first = account.entries.aggregate(first=Min("day"))["first"]
    if first and day < first:
        raise Refused("Nothing had been determined by that day.", provision="C-REC-02")
    if not is_demanded(line):
        raise Refused("Serve the demand first: nothing is taken before it.", provision="C-REC-02")
    # What was demanded, and not what is outstanding, where the law permits less.
    case, person = line.case, line.award.person
    taken = accounts_of(case, person).aggregate(sum=Sum("cancelled") + Sum("repaid"))["sum"]
    most = demanded(case, person) - taken
    if account.outstanding >= amount > most:
        raise Refused(
            f"No more than was demanded is taken: {said_dollars(most)} is left of it.",
            provision="C-REC-02",
        )
    entry = post(account, kind, amount, day=day, note=note, by=by, at=at)
    if line.state == LineState.DEMANDED:
        advance(line, "begin_recovery", by=by, at=at)
    close_if_settled(account, at=at)
    return entry


def is_demanded(line):
    """Whether the participant was asked for it, on either track."""
    if line.state in (LineState.DEMANDED, LineState.RECOVERING):
        return True
    return by_rule_alone(line) and demanded_by_rule(line)


@transaction.atomic
def correct_entry(entry, *, why, by, at):
    """Take a cancellation or a repayment back whole: it was a slip of the pen (C-REC-02)."""
    line = entry.account.line
    account = take_up(line, by=by, at=at)
    if entry.kind not in COLLECTED or entry.corrects_id:
        raise Refused("Only a cancellation or a repayment is corrected.", provision="C-REC-02")
    if not why.strip():
        raise Refused("Say why: it stands in the ledger beside the entry.", provision="C-REC-02")
    if not is_demanded(line):
        raise Refused("This award is settled: its ledger is closed.", provision="C-REC-02")
    if LedgerEntry.objects.filter(corrects=entry).exists():
        raise Refused("This entry has been corrected already.", provision="C-REC-02")
    facts = {"day": day_of(at), "note": why.strip(), "corrects": entry}
    return post(account, entry.kind, -entry.amount, **facts, by=by, at=at)


def take_up(line, *, by, at):
    """The account, locked, with the line as it stands now; for whoever may collect."""
    if not may_collect(by, line, day_of(at)):
        raise Refused(
            "Only the Committee’s chair, or a preparer on the chair’s order, keeps the ledger.",
            provision="C-REC-02",
            code="not_yours",
        )
    # All of the person's, in one order: what was demanded is asked of them together.
    rows = accounts_of(line.case, line.award.person).select_for_update(of=("self",))
    account = next((row for row in rows.order_by("pk") if row.line_id == line.pk), None)
    if account is None:
        raise Refused("Nothing has been determined of this award.", provision="C-REC-02")
    line.refresh_from_db(fields=["state"])
    account.line = line
    return account


def post(account, kind, amount, *, day, by, at, note="", corrects=None, resolution=None):
    """Write an entry; whatever the account's constraints refuse is told in a sentence."""
    try:
        with transaction.atomic():
            entry = LedgerEntry.objects.create(
                account=account,
                kind=kind,
                amount=amount,
                day=day,
                note=note,
                corrects=corrects,
                resolution=resolution,
                entered_by=by,
                at=at,
            )
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in SENTENCES:
            raise
        raise Refused(said(name, kind), provision="C-REC-02") from error
    account.refresh_from_db(fields=["recoverable", *SUMS])
    return entry


SUMS = ("cancelled", "repaid", "forgone", "outstanding")


def said(constraint, kind):
    if kind == EntryKind.REDUCED:
        return "Less than this has been cancelled, repaid and forgone already cannot be due."
    return SENTENCES[constraint]


def close_if_settled(account, *, at):
    """At nothing outstanding the line is recovered, on both tracks; in part where the Committee
    wrote something off."""
    if account.outstanding or not account.cancelled + account.repaid:
        return
    line = Line.objects.get(pk=account.line_id)
    if line.state == LineState.RECOVERING:
        advance(line, "write_off_rest" if written_off(account) else "settle", by=SYSTEM, at=at)
        account.line.refresh_from_db(fields=["state"])
    settle_rule(line, at=at)


def settle_rule(line, *, at):
    rule = rule_of(line)
    if rule and rule.state == RuleState.ERRONEOUS:
        advance(rule, "settle", by=SYSTEM, at=at)


def written_off(account):
    """What an act of the Committee gave up; what it never sought is not that."""
    gone = account.entries.filter(kind=EntryKind.FORGONE)
    gone = gone.exclude(resolution__kind=ResolutionKind.RECOVER)
    return gone.aggregate(sum=Sum("amount"))["sum"] or NOTHING


@transaction.atomic
def forgo(line, amount, *, resolution, at):
    """Give up what the Committee resolved to: a write-off, an election, or as impracticable.

    What the mandatory rule recovers is given up only as impracticable (L-26).
    """
    if resolution.state != ResolutionState.CARRIED or resolution.case_id != line.case_id:
        raise Refused("The Committee has not resolved to forgo it.", provision="C-REC-02")
    account = Account.objects.select_for_update(of=("self",)).filter(line=line).first()
    if account is None:
        raise Refused("Nothing has been determined of this award.", provision="C-REC-02")
    line.refresh_from_db(fields=["state"])
    amount, rule = dollars(amount), rule_of(line)
    impracticable = resolution.kind == ResolutionKind.IMPRACTICABLE
    mandatory = rule.amount if rule and rule.state == RuleState.ERRONEOUS else NOTHING
    if impracticable and not mandatory:
        raise Refused("The mandatory rule recovers nothing of this award.", provision="L-26")
    if impracticable and amount < owed_by_rule(account, mandatory):
        raise Refused("What is impracticable to recover is forgone whole.", provision="L-26")
    if not impracticable and account.recoverable - account.forgone - amount < mandatory:
        raise Refused(
            f"The mandatory rule recovers {said_dollars(mandatory)} of this award: it is forgone "
            "only where the Committee finds recovery impracticable.",
            provision="L-26",
        )
    entry = post(
        account,
        EntryKind.FORGONE,
        amount,
        day=day_of(at),
        by=SYSTEM,
        at=at,
        resolution=resolution,
    )
    end_what_is_forgone(line, account, rule if impracticable else None, at=at)
    return entry


def waivable(line):
    """What of a line the Committee may write off: nothing that the mandatory rule recovers."""
    account, rule = Account.objects.filter(line=line).first(), rule_of(line)
    if account is None:
        return NOTHING
    mandatory = rule.amount if rule and rule.state == RuleState.ERRONEOUS else NOTHING
    return max(min(account.outstanding, account.recoverable - account.forgone - mandatory), NOTHING)


def owed_by_rule(account, mandatory):
    """What is outstanding under the rule: what was taken counts towards it first."""
    return min(account.outstanding, mandatory - account.cancelled - account.repaid)


def end_what_is_forgone(line, account, impracticable, *, at):
    if impracticable:
        advance(impracticable, "find_impracticable", by=SYSTEM, at=at)
    if account.outstanding:
        return
    taken = account.cancelled + account.repaid
    if line.state == LineState.RECOVERING and taken and not written_off(account):
        advance(line, "settle", by=SYSTEM, at=at)
    elif line.state == LineState.RECOVERING and taken:
        advance(line, "write_off_rest", by=SYSTEM, at=at)
    elif line.state in (LineState.DEMANDED, LineState.RECOVERING):
        advance(line, "write_off", by=SYSTEM, at=at)
    if taken:
        settle_rule(line, at=at)


# --- Instalments -----------------------------------------------------------------------------


@transaction.atomic
def plan_instalments(line, parts, *, by, at):
    """Agree by which days what is outstanding is repaid; one not begun is replaced (C-REC-02)."""
    account = take_up(line, by=by, at=at)
    today = day_of(at)
    if not is_demanded(line):
        raise Refused("Serve the demand first: nothing is taken before it.", provision="C-REC-02")
    earlier = Instalment.objects.filter(account=account)
    planned = earlier.aggregate(sum=Sum("amount"))["sum"] or NOTHING
    if planned > account.outstanding:
        raise Refused("This plan has begun, and stands.", provision="C-REC-02")
    parts = [(day, dollars(amount)) for day, amount in parts]
    days = [day for day, _ in parts]
    if len(set(days)) != len(days):
        raise Refused("Each instalment has a day of its own.", provision="C-REC-02")
    if any(day < today for day in days):
        raise Refused("An instalment is due today or later.", provision="C-REC-02")
    total = sum((amount for _, amount in parts), NOTHING)
    if total != account.outstanding:
        raise Refused(
            f"The instalments add up to {said_dollars(total)}; outstanding is "
            f"{said_dollars(account.outstanding)}.",
            provision="C-REC-02",
        )
    earlier.delete()
    return Instalment.objects.bulk_create(
        Instalment(account=account, due_on=day, amount=amount) for day, amount in sorted(parts)
    )


def instalments_of(line, day):
    """The instalments of a line as they stand on a day: met, due or overdue."""
    account = Account.objects.filter(line=line).first()
    rows = Instalment.objects.filter(account=account) if account else []
    return as_they_stand(rows, account.outstanding if account else NOTHING, day)


def remind_of_instalments(on):
    """Write to each participant whose instalment is due on this day."""
    rows = Instalment.objects.filter(due_on=on, account__outstanding__gt=0)
    for row in rows.select_related("account__line__award"):
        line = row.account.line
        if any(part.due_on == on and part.state == "met" for part in instalments_of(line, on)):
            continue
        served = Demand.objects.filter(case=line.case_id, person=line.award.person_id)
        if demand := served.order_by("-served_on").first():
            tell_of_instalment(demand, on=on)


# --- Amounts and days ------------------------------------------------------------------------


def dollars(amount, least=CENT):
    """An amount in whole cents."""
    amount = Decimal(amount)
    if not amount.is_finite() or amount != amount.quantize(CENT):
        raise Refused("Write whole cents, like 1,250.00.", provision="C-REC-02")
    if amount < least:
        raise Refused("Write an amount above nothing.", provision="C-REC-02")
    return amount


def day_of(at):
    return Company.current().day_of(at)
