"""The states of an action that a meeting left to somebody, as a table of moves."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from governance.board.access import is_secretary
from governance.meetings.access import holds_the_chair, may_arrange
from governance.meetings.moves import MeetingState
from governance.people.models import Appointment, Office, Person
from governance.records.models import Company
from governance.records.moves import Move
from governance.refusals import Refused

# What is due later than that is a slip of the pen.
LATEST = timedelta(days=3 * 365 + 1)


class ActionState(models.TextChoices):
    """Where an action stands."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


# A meeting that came to order leaves actions behind, while it is held and ever after.
LEAVES_ACTIONS = (
    MeetingState.IN_SESSION,
    MeetingState.RECESSED,
    MeetingState.ADJOURNED,
    MeetingState.CLOSED,
)


def may_enter_actions(by, meeting, day):
    """The secretary's office, and whoever chairs the body."""
    return may_arrange(by, meeting, day) or holds_the_chair(by, meeting, day)


def may_enter(by, action, day):
    return by is not None and may_enter_actions(by, action.meeting, day)


def may_settle(by, action, day):
    """Whoever it was left to, and the Corporate Secretary."""
    return is_secretary(by, day) or (by is not None and by.person_id == action.owner_id)


def possible_owners(meeting, day):
    """Members of the body, and whoever holds an office of the company that day."""
    officers = Appointment.objects.on(day).exclude(office=Office.ADMINISTRATOR)
    members = meeting.members(day).values("pk")
    return Person.objects.filter(Q(pk__in=members) | Q(pk__in=officers.values("person")))


def says_what(action, **facts):
    if not action.what.strip():
        raise Refused("Say in a few words what is to be done.")


def its_meeting_came_to_order(action, **facts):
    """What a meeting decides is done after it was called to order."""
    if action.meeting.state not in LEAVES_ACTIONS:
        raise Refused("Actions are entered once the meeting was called to order.", "M-01")


def its_item_is_of_the_meeting(action, **facts):
    if action.item and action.item.meeting_id != action.meeting_id:
        raise Refused("Choose an item of this meeting.", provision="M-01")


def its_day_is_ahead(action, *, at, **facts):
    if action.due_on > Company.current().day_of(at) + LATEST:
        raise Refused("That day is more than three years away. Choose a nearer one.", "M-01")
    if action.due_on < Company.current().day_of(at):
        raise Refused("That day has passed. Choose one that is still to come.")


def its_owner_may_have_it(action, *, at, **facts):
    """Nobody is given what they may not know of, nor somebody who serves no more."""
    day = Company.current().day_of(at)
    if not possible_owners(action.meeting, day).filter(pk=action.owner_id).exists():
        raise Refused(f"{action.owner} is neither a member of this body nor an officer.")
    if action.item and action.item.recusals.filter(person=action.owner_id).exists():
        raise Refused(f"{action.owner} is recused from this item.", provision="M-03")


def says_why(action, *, why="", **facts):
    if not why.strip():
        raise Refused("Say why the action is dropped.")


ACTION_MOVES = (
    Move(
        "enter",
        "",
        ActionState.OPEN,
        may=may_enter,
        needs=(
            says_what,
            its_meeting_came_to_order,
            its_item_is_of_the_meeting,
            its_day_is_ahead,
            its_owner_may_have_it,
        ),
    ),
    Move(
        "complete",
        ActionState.OPEN,
        ActionState.DONE,
        may=may_settle,
        button="Mark it done",
        said="done",
    ),
    Move(
        "drop",
        ActionState.OPEN,
        ActionState.DROPPED,
        may=may_settle,
        needs=(says_why,),
        button="Drop it",
        said="dropped",
    ),
)
