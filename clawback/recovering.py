"""The money of a case: its ledgers, in which something is cancelled, repaid, or forgone (C-REC-02).

Both tracks share a line's account, whose sums the database keeps. An account is locked before its
line, so that two acts wait for each other.
"""

from decimal import Decimal
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Min, Sum

from clawback.access import may_collect
from clawback.dues import NOTHING, OUTSIDE, accounts_of, demanded, due_on, is_demanded, rule_of
from clawback.models import Account, EntryKind, LedgerEntry, Line, ResolutionKind
from clawback.moves import SETTLED, LineState, ResolutionState, RuleState
from clawback.opening import day_of
from governance.money import said_dollars
from governance.records.moves import SYSTEM, advance
from governance.refusals import Refused

CENT = Decimal("0.01")
COLLECTED = (EntryKind.CANCELLED, EntryKind.REPAID)
# What each constraint of an account says, as a person reads it.
SENTENCES = {
    "account_cancels_what_is_unpaid": "No more can be cancelled than was not paid yet.",
    "account_has_no_negative_sum": "That is more than is outstanding.",
    "account_balances": "The sums of this account would not balance.",
}


# --- What is due -----------------------------------------------------------------------------


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
    reopen(account, at=at)
    close_if_settled(account, at=at)
    return account


def bring_up_to_date(line, *, by, at):
    """Bring a line's account to what is due now, and never below what was taken or forgone.

    What the Committee wrote off leaves what the mandatory rule recovers whole (L-26).
    """
    account, rule = Account.objects.filter(line=line).first(), rule_of(line)
    amount = due_on(line)
    if account:
        amount = max(amount, account.cancelled + account.repaid + account.forgone)
    if account and rule and rule.state == RuleState.ERRONEOUS:
        amount = max(amount, rule.amount + account.forgone)
    return set_due(line, amount, unpaid=line.latest.unpaid, by=by, at=at)


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


@transaction.atomic
def correct_entry(entry, *, why, by, at):
    """Take a cancellation or a repayment back whole, with the reason (C-REC-02).

    It was a slip of the pen, or the bank took a repayment back: then an award that was settled is
    open again, with that amount outstanding.
    """
    line = entry.account.line
    account = take_up(line, by=by, at=at)
    if entry.kind not in COLLECTED or entry.corrects_id:
        raise Refused("Only a cancellation or a repayment is corrected.", provision="C-REC-02")
    if not why.strip():
        raise Refused("Say why: it stands in the ledger beside the entry.", provision="C-REC-02")
    if not (is_demanded(line) or is_reversible(entry, line)):
        raise Refused(
            "This award is settled. Only a repayment that did not come is taken back now.",
            provision="C-REC-02",
        )
    if LedgerEntry.objects.filter(corrects=entry).exists():
        raise Refused("This entry has been corrected already.", provision="C-REC-02")
    facts = {"day": day_of(at), "note": why.strip(), "corrects": entry}
    back = post(account, entry.kind, -entry.amount, **facts, by=by, at=at)
    reopen(account, at=at)
    return back


def is_reversible(entry, line):
    """A repayment on a settled award: money that had come may be taken back by the bank."""
    return entry.kind == EntryKind.REPAID and is_settled(line)


def is_settled(line):
    """Whether it was recovered, on the track on which it was demanded."""
    rule = rule_of(line)
    by_rule = line.state in OUTSIDE and rule is not None and rule.state == RuleState.RECOVERED
    return by_rule or line.state in SETTLED


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


def reopen(account, *, at):
    """What was settled is being recovered again, as something is outstanding (L-26)."""
    if not account.outstanding:
        return
    line, rule = Line.objects.get(pk=account.line_id), rule_of(account.line)
    if line.state in SETTLED:
        advance(line, "reopen", by=SYSTEM, at=at)
        account.line.refresh_from_db(fields=["state"])
    recovered = rule and rule.state == RuleState.RECOVERED
    if recovered and account.cancelled + account.repaid < rule.amount:
        advance(rule, "reopen", by=SYSTEM, at=at)


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


# --- Amounts ---------------------------------------------------------------------------------


def dollars(amount, least=CENT):
    """An amount in whole cents."""
    amount = Decimal(amount)
    if not amount.is_finite() or amount != amount.quantize(CENT):
        raise Refused("Write whole cents, like 1,250.00.", provision="C-REC-02")
    if amount < least:
        raise Refused("Write an amount above nothing.", provision="C-REC-02")
    return amount
