"""What is due of a line and of a person, and what of it was demanded; nothing is written here.

Whatever was determined, each dollar is recovered once: the larger of both tracks is due.
"""

from decimal import Decimal

from django.db.models import Q, Sum

from clawback.access import chairs_the_committee
from clawback.models import Account, Demand, EntryKind, LedgerEntry, Line, RuleLine
from clawback.moves import LineState, RuleState
from governance.records.models import Entry
from governance.records.moves import Move

NOTHING = Decimal(0)
# Where the fault-based policy asks for nothing, and only the mandatory rule may.
OUTSIDE = (LineState.UNDECIDED, LineState.NO_RECOVERY)
# What changes how much is due.
SIGNS = {EntryKind.DUE: 1, EntryKind.REDUCED: -1}
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
    return line.state in OUTSIDE and rule is not None and rule.state == RuleState.ERRONEOUS


def served_at(line):
    """When the line was last in a demand, on either track; None where it never was."""
    return served_of([line.pk]).get(line.pk)


def served_of(lines):
    """The same of many lines, by their keys, in as many questions as for one."""
    rules = dict(RuleLine.objects.filter(line__in=lines).values_list("pk", "line"))
    of_lines = Q(subject_label=Line._meta.label_lower, subject_id__in=lines, move="issue_demand")
    of_rules = Q(subject_label=RuleLine._meta.label_lower, subject_id__in=rules, move=SERVE.name)
    found: dict = {}
    for key, at in Entry.objects.filter(of_lines | of_rules).values_list("subject_id", "at"):
        line = rules.get(key, key)
        found[line] = max(at, found.get(line, at))
    return found


def undemanded(account):
    """How much of what is outstanding was in no demand yet: all of it, or what rose since."""
    return undemanded_of([account])[account.pk]


def undemanded_of(accounts):
    """The same of many accounts, by their keys, in as many questions as for one."""
    served = served_of([account.line_id for account in accounts])
    lines = {account.pk: account.line_id for account in accounts}
    risen = dict.fromkeys(lines, NOTHING)
    moved = LedgerEntry.objects.filter(account__in=lines, kind__in=SIGNS)
    for entry in moved:
        since = served.get(lines[entry.account_id])
        if since is None or entry.at > since:
            risen[entry.account_id] += SIGNS[entry.kind] * entry.amount
    return {
        account.pk: max(NOTHING, min(account.outstanding, risen[account.pk]))
        for account in accounts
    }


def is_demanded(line):
    """Whether the participant was asked for it on either track, and it is not settled.

    What was demanded is collected also while the Committee has determined more, before the rest is
    demanded.
    """
    if line.state in (LineState.DEMANDED, LineState.RECOVERING):
        return True
    return (line.state == LineState.RECOVER or by_rule_alone(line)) and served_at(line) is not None
