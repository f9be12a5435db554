"""The states of a motion (M-03) and of a written consent (M-04), as tables of moves."""

from django.db import models

from governance.decisions.access import (
    may_circulate,
    may_conduct,
    may_declare,
    may_draft_consent,
    may_file,
    may_propose,
    may_put,
    may_withdraw,
    signs,
)
from governance.decisions.guards import chief_executive_stayed_out, what_blocks
from governance.decisions.kinds import FILLS_A_SEAT
from governance.records.moves import Move, by_the_system
from governance.refusals import Refused


class MotionState(models.TextChoices):
    """Where a motion stands (M-03)."""

    DRAFTED = "drafted", "Drafted"
    BLOCKED = "blocked", "Blocked"
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


def meeting_is_not_over(motion, **facts):
    """What was conducted is part of the record once the meeting is over (M-01)."""
    if motion.meeting.is_over:
        raise Refused("This meeting is over; no motion can be put to it.", provision="M-03")


def nothing_blocks_it(motion, *, at, **facts):
    """What the kind of the motion asks holds (M-03)."""
    if refusal := what_blocks(motion, at):
        raise refusal


def interests_are_declared(motion, *, at, **facts):
    """Whoever was asked about an interest has answered, on the text as it stands (M-03)."""
    owing = [person.name for person in motion.owing_declarations(at)]
    if owing:
        raise Refused(
            f"To be declared first, on the text as it stands: {', '.join(owing)}.",
            provision="M-03",
            code="undeclared",
        )


def quorum_is_present(motion, *, at, **facts):
    """A quorum is present at the moment of the vote, not only at the opening (L-37).

    Seats on the Board are filled without one (L-49).
    """
    if motion.kind in FILLS_A_SEAT:
        return
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
        (MotionState.DRAFTED, MotionState.BLOCKED),
        MotionState.OPEN,
        may=may_put,
        needs=(meeting_is_not_over, nothing_blocks_it),
        provision="M-03",
        button="Put before the meeting",
        said="put before the meeting",
    ),
    Move(
        "block",
        (MotionState.DRAFTED, MotionState.BLOCKED),
        MotionState.BLOCKED,
        may=may_put,
        needs=(meeting_is_not_over,),
        provision="M-03",
        said="blocked",
    ),
    Move(
        "amend",
        MotionState.OPEN,
        MotionState.OPEN,
        may=may_put,
        needs=(meeting_is_not_over,),
        provision="M-03",
        said="amended",
    ),
    Move(
        "declare_interest",
        MotionState.OPEN,
        MotionState.OPEN,
        may=may_declare,
        needs=(meeting_is_not_over,),
        provision="M-03",
        said="interest declared",
    ),
    Move(
        "open_vote",
        MotionState.OPEN,
        MotionState.VOTING,
        may=may_put,
        needs=(
            meeting_is_in_session,
            quorum_is_present,
            chief_executive_stayed_out,
            interests_are_declared,
        ),
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


class ConsentState(models.TextChoices):
    """Where a written consent stands (M-04)."""

    DRAFTED = "drafted", "Drafted"
    CIRCULATED = "circulated", "Circulated"
    PARTLY_SIGNED = "partly_signed", "Partly signed"
    EFFECTIVE = "effective", "In effect"
    FILED = "filed", "Filed with the minutes"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"
    REFUSED = "refused", "Refused"


SIGNABLE = (ConsentState.CIRCULATED, ConsentState.PARTLY_SIGNED)

CONSENT_MOVES = (
    Move("draft", "", ConsentState.DRAFTED, may=may_draft_consent, provision="M-04"),
    Move(
        "circulate",
        ConsentState.DRAFTED,
        ConsentState.CIRCULATED,
        may=may_circulate,
        provision="L-43",
        button="Circulate",
        said="circulated",
        binding=True,
    ),
    Move(
        "refuse",
        ConsentState.DRAFTED,
        ConsentState.REFUSED,
        may=by_the_system,
        provision="L-43",
        said="refused",
    ),
    Move(
        "sign",
        SIGNABLE,
        ConsentState.PARTLY_SIGNED,
        may=signs,
        provision="L-43",
        button="Sign",
        said="signed",
        binding=True,
    ),
    Move(
        "revoke",
        ConsentState.PARTLY_SIGNED,
        ConsentState.PARTLY_SIGNED,
        may=signs,
        provision="L-43",
        said="signature revoked",
    ),
    Move(
        "revoke_last",
        ConsentState.PARTLY_SIGNED,
        ConsentState.CIRCULATED,
        may=signs,
        provision="L-43",
        said="signature revoked",
    ),
    Move(
        "take_effect",
        SIGNABLE,
        ConsentState.EFFECTIVE,
        may=by_the_system,
        provision="L-43",
        said="in effect",
    ),
    Move(
        "withdraw",
        (ConsentState.DRAFTED, *SIGNABLE),
        ConsentState.WITHDRAWN,
        may=may_circulate,
        provision="M-04",
        button="Withdraw",
        said="withdrawn",
    ),
    Move(
        "lapse",
        SIGNABLE,
        ConsentState.LAPSED,
        may=by_the_system,
        provision="M-04",
        said="lapsed",
    ),
    Move(
        "file",
        ConsentState.EFFECTIVE,
        ConsentState.FILED,
        may=may_file,
        provision="L-43",
        button="File with the minutes",
        said="filed with the minutes",
    ),
)
