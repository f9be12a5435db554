"""Instalments of an account: agreed, how they stand on a day, and told when due (C-REC-02)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from clawback.dues import NOTHING, is_demanded
from clawback.models import Account, Instalment
from clawback.opening import day_of
from clawback.recovering import dollars, take_up
from governance.money import said_dollars
from governance.refusals import Refused


@dataclass(frozen=True)
class Part:
    """One instalment: how much of it was met, and how it stands on a day."""

    due_on: date
    amount: Decimal
    met: Decimal
    state: str

    @property
    def open(self):
        return self.amount - self.met


def as_they_stand(rows, outstanding, day):
    """A plan covered all that was outstanding, so what has come since is what it exceeds today's
    balance by; the earliest instalments are met first."""
    rows = list(rows)
    left = sum((row.amount for row in rows), NOTHING) - outstanding
    found = []
    for row in rows:
        met = max(NOTHING, min(row.amount, left))
        left -= met
        state = "met" if met == row.amount else "overdue" if row.due_on < day else "due"
        found.append(Part(row.due_on, row.amount, met, state))
    return found


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
