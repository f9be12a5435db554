"""What the participant reads once a demand was served: their own balance, and nothing else."""

from decimal import Decimal

from clawback import dues
from clawback.moves import LineState

NOTHING = Decimal(0)
SERVED = (
    LineState.DEMANDED,
    LineState.RECOVERING,
    LineState.RECOVERED,
    LineState.PARTLY,
    LineState.WRITTEN_OFF,
)


def balance_of(demand):
    """The accounts of what was demanded of a person in a case, and how much is still to be paid.

    Whoever asks has come through the door of the letter. What was determined and not demanded yet
    is not among them.
    """
    case, person = demand.case, demand.person
    rows = dues.accounts_of(case, person).select_related("line__award__person")
    rows = rows.prefetch_related("instalments").order_by("line__award__period_end")
    served = [account for account in rows if is_served(account.line)]
    open_still = sum((account.outstanding for account in served), NOTHING)
    taken = sum((account.cancelled + account.repaid for account in served), NOTHING)
    return served, max(NOTHING, min(open_still, dues.demanded(case, person) - taken))


def plan_of(account):
    """The instalments of one of these accounts."""
    return account.instalments.all()


def is_served(line):
    if line.state in SERVED:
        return True
    outside = line.state in (LineState.UNDECIDED, LineState.NO_RECOVERY)
    return outside and dues.demanded_by_rule(line)
