"""Motions, as far as a test needs them to have come."""

from governance.decisions import operations
from governance.meetings.operations import add_item
from tests.factories.meetings import presider

TEXT = "RESOLVED, that the Board approves the invented annual plan."


def put(meeting, *, mover, by, at, item=None, title="Approve the plan", text=TEXT, seconder=None):
    """A motion in its exact words, on an item of its own unless one is given."""
    item = item or add_item(meeting, title="The invented plan", purpose="decide", by=by, at=at)
    return operations.put_motion(
        item, title=title, text=text, mover=mover, seconder=seconder, by=by, at=at
    )


def voting(meeting, *, mover, by, at, **facts):
    """A motion whose vote is open; the meeting is in session."""
    motion = put(meeting, mover=mover, by=by, at=at, **facts)
    presides = presider(meeting, at=at)
    operations.put_before_meeting(motion, by=presides, at=at)
    return operations.open_vote(motion, by=presides, at=at)
