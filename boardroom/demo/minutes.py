"""Minutes in the demo: the Board's last ones wait for comments, a committee's are being written."""

from datetime import timedelta

from governance.meetings.models import HELD, Meeting, Purpose
from governance.minutes import operations

# What was done with an item, in the words of an invented Corporate Secretary.
WORDS = {
    Purpose.DECIDE: "The directors considered the papers, and asked about cost and timing.",
    Purpose.DISCUSS: "Management reported. The directors asked what had changed since the last "
    "meeting, and what management would do if it did not change back.",
    Purpose.NOTE: "The Board took note.",
}


def take_minutes(secretary, now):
    """Circulate those of the Board's last meeting, and begin those of the last of a committee."""
    held = Meeting.objects.filter(state__in=HELD).order_by("-starts_at")
    by = {"by": secretary, "at": now - timedelta(hours=20)}
    if board := held.filter(committee=None).first():
        minutes = operations.draft(board, **by)
        words = {str(item.pk): WORDS[item.purpose] for item in board.items.all()}
        minutes = operations.write(minutes, words=words, base=minutes.edition, **by)
        operations.circulate(minutes, base=minutes.edition, **by)
    if committee := held.exclude(committee=None).first():
        operations.draft(committee, **by)
