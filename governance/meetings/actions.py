"""Actions that meetings leave to somebody: entered, done or dropped, and reminded of."""

from django.db import transaction

from governance.meetings import mail
from governance.meetings.models import Action, Meeting
from governance.records.models import Company
from governance.records.moves import advance, begin


def day_of(at):
    return Company.current().day_of(at)


@transaction.atomic
def enter_action(meeting, *, what, owner, due_on, by, at, item=None):
    """Write down what the meeting left to somebody, during it or after, and tell them.

    Raises Refused before the meeting came to order, for a day that has passed, an item of another
    meeting, and an owner who neither serves the company nor may read the item.
    """
    # A recusal waits for the same row: whoever it walls off is given nothing of the item.
    locked = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    action = Action(
        meeting=locked,
        item=item,
        what=what.strip(),
        owner=owner,
        due_on=due_on,
        entered_on=day_of(at),
    )
    begin(action, "enter", by=by, at=at)
    mail.tell_of_new_action(action, by=by)
    return action


def complete(action, *, by, at):
    """Its owner or the Corporate Secretary marks it done."""
    return advance(action, "complete", by=by, at=at, settled_on=day_of(at))


def drop(action, *, why, by, at):
    """Its owner or the Corporate Secretary gives it up, and says why."""
    return advance(action, "drop", by=by, at=at, why=why.strip(), settled_on=day_of(at))
