"""The letters of this room: a vote is open, a result is declared (NT-VOTE)."""

from governance.meetings.mail import users_of
from governance.notices.kinds import Kind, register
from governance.notices.operations import tell

VOTE_OPENED = register(
    Kind(
        "vote_opened",
        "decisions",
        provision="NT-VOTE",
        subject="Something waits for you",
        link=lambda motion: motion.get_absolute_url(),
    )
)
RESULT_DECLARED = register(
    Kind(
        "result_declared",
        "decisions",
        provision="NT-VOTE",
        subject="A result has been declared",
        link=lambda motion: motion.get_absolute_url(),
    )
)


def tell_of_vote(kind, motion, *, day, by):
    """Write to the members of the body who take part in this motion (NT-VOTE)."""
    members = motion.meeting.members(day)
    readers = users_of(members.exclude(pk__in=motion.recused_people().values("pk")))
    tell(kind, motion, readers=readers, occurrence=kind.name, by=by)
