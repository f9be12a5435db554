"""Actions that meetings leave to somebody: entered, done or dropped, and reminded of."""

from datetime import timedelta

from django.db import transaction

from governance.meetings import mail
from governance.meetings.models import Action, Meeting
from governance.records.models import Company
from governance.records.moves import advance, begin

# Days from which on the owner is reminded, counted from the day it is due (NT-DUE).
REMIND = (timedelta(days=-14), timedelta(days=-7), timedelta(days=-1), timedelta(days=1))


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


def remind_of_actions(*, on):
    """Write to owners 14, 7 and 1 days before an action is due, and the day after it was (NT-DUE).

    Of the days that have come since it was entered the latest is the letter's occurrence, so that
    a morning without this job leaves nobody out.
    """
    for action in Action.objects.left_open().filter(due_on__lte=on - REMIND[0]):
        days = [action.due_on + days for days in REMIND]
        reached = [day for day in days if action.entered_on < day <= on]
        if reached:
            mail.tell_of_action(action, occurrence=f"{max(reached)}")
