"""The states of a motion (M-03), as a table of moves."""

from django.db import models

from governance.decisions.access import may_conduct, may_propose, may_put, may_withdraw
from governance.records.moves import Move
from governance.refusals import Refused


class MotionState(models.TextChoices):
    """Where a motion stands (M-03)."""

    DRAFTED = "drafted", "Drafted"
    OPEN = "open", "Before the meeting"
    VOTING = "voting", "Voting"
    PASSED = "passed", "Carried"
    FAILED = "failed", "Not carried"
    INQUORATE = "inquorate", "No quorum"
    WITHDRAWN = "withdrawn", "Withdrawn"


DECIDED = (MotionState.PASSED, MotionState.FAILED, MotionState.INQUORATE)


def meeting_is_in_session(motion, **facts):
    """Votes are taken while the meeting is in session, and at no other time."""
    if not motion.meeting.is_in_session:
        raise Refused("The meeting is not in session, so no vote can be taken.", provision="M-03")


def quorum_is_present(motion, *, at, **facts):
    """A quorum is present at the moment of the vote, not only at the opening (L-37)."""
    count = motion.quorum_at(at)
    if not count.is_met:
        raise Refused(
            f"No vote can be opened without a quorum: {count.in_words}.",
            provision=count.provision,
            code="inquorate",
        )


MOTION_MOVES = (
    Move("put", "", MotionState.DRAFTED, may=may_propose, provision="M-03"),
    Move(
        "open",
        MotionState.DRAFTED,
        MotionState.OPEN,
        may=may_put,
        provision="M-03",
        button="Put before the meeting",
        said="put before the meeting",
    ),
    Move(
        "open_vote",
        MotionState.OPEN,
        MotionState.VOTING,
        may=may_put,
        needs=(meeting_is_in_session, quorum_is_present),
        provision="M-03",
        button="Open the vote",
        said="vote opened",
    ),
    Move(
        "carry",
        MotionState.VOTING,
        MotionState.PASSED,
        may=may_conduct,
        provision="L-38",
        said="carried",
    ),
    Move(
        "defeat",
        MotionState.VOTING,
        MotionState.FAILED,
        may=may_conduct,
        provision="L-38",
        said="not carried",
    ),
    Move(
        "find_no_quorum",
        MotionState.VOTING,
        MotionState.INQUORATE,
        may=may_conduct,
        provision="L-37",
        said="not decided, for want of a quorum",
    ),
    Move(
        "withdraw",
        (MotionState.DRAFTED, MotionState.OPEN),
        MotionState.WITHDRAWN,
        may=may_withdraw,
        provision="M-03",
        button="Withdraw",
        said="withdrawn",
    ),
)
