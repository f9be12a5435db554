"""What the participant reads once a demand was served: their own balance, and nothing else."""

from clawback import dues
from clawback.dues import NOTHING


def balance_of(demand):
    """The accounts of what was demanded of a person in a case, and how much is still to be paid.

    Whoever asks has come through the door of the letter. What was determined and not demanded yet
    is not among them, nor is it in their sums.
    """
    case, person = demand.case, demand.person
    rows = dues.accounts_of(case, person).select_related("line__award__person")
    rows = rows.prefetch_related("instalments").order_by("line__award__period_end")
    asked = dues.served_of([account.line_id for account in rows])
    served = [account for account in rows if account.line_id in asked]
    rest = dues.undemanded_of(served)
    for account in served:
        account.recoverable -= rest[account.pk]
        account.outstanding -= rest[account.pk]
    open_still = sum((account.outstanding for account in served), NOTHING)
    taken = sum((account.cancelled + account.repaid for account in served), NOTHING)
    return served, max(NOTHING, min(open_still, dues.demanded(case, person) - taken))


def plan_of(account):
    """The instalments of one of these accounts."""
    return account.instalments.all()
