"""What is due of a line and of a person, and what of it was demanded; nothing is written here.

Whatever was determined, each dollar is recovered once: the larger of both tracks is due.
"""

from decimal import Decimal

from django.db.models import Max, Sum

from clawback.access import chairs_the_committee
from clawback.models import Account, Demand, EntryKind, LedgerEntry, RuleLine
from clawback.moves import LineState, RuleState
from governance.records.models import Entry
from governance.records.moves import Move

NOTHING = Decimal(0)
# A demand does not move a line on the mandatory track; the record says that it was demanded.
SERVE = Move(
    "serve",
    RuleState.ERRONEOUS,
    RuleState.ERRONEOUS,
    may=chairs_the_committee,
    provision="C-REC-02",
)


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


def accounts_of(case, person):
    return Account.objects.filter(line__case=case, line__award__person=person)


def demanded(case, person):
    """What all demands on a person come to."""
    served = Demand.objects.filter(case=case, person=person)
    return served.aggregate(sum=Sum("amount"))["sum"] or NOTHING


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


def is_demanded(line):
    """Whether the participant was asked for it, on either track."""
    if line.state in (LineState.DEMANDED, LineState.RECOVERING):
        return True
    return by_rule_alone(line) and demanded_by_rule(line)
