"""The states of minutes and of their corrections (M-05), as tables of moves."""

from django.db import models

from governance.meetings.models import HELD
from governance.minutes.access import (
    may_circulate,
    may_draft,
    may_propose_correction,
    may_sign,
    may_write,
)
from governance.records.moves import Move, by_the_system
from governance.refusals import Refused


class MinutesState(models.TextChoices):
    """Where the minutes of a meeting stand (M-05)."""

    DRAFT = "draft", "Draft"
    CIRCULATED = "circulated", "Circulated"
    APPROVED = "approved", "Approved"
    SIGNED = "signed", "Signed"
    LOCKED = "locked", "Locked"


class CorrectionState(models.TextChoices):
    """Where a correction of locked minutes stands (M-05)."""

    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    LOCKED = "locked", "Locked"


def meeting_was_held(minutes, **facts):
    """Minutes are taken of a meeting that was held and is over."""
    if minutes.meeting.state not in HELD:
        raise Refused("Minutes are drafted when the meeting has adjourned.", provision="M-05")


def meeting_was_entered_later(minutes, **facts):
    """The minutes of a meeting that was held here are put together from its record."""
    if minutes.meeting.entered_on is None:
        raise Refused("Only a past meeting that was entered has its minutes from paper.", "M-01")


def nothing_is_missing(minutes, **facts):
    """Every missing fact is named before the minutes go out."""
    missing = [check.says for check in minutes.current.checks() if not check.holds]
    if missing:
        raise Refused(f"They cannot go out yet. {' '.join(missing)}", provision="M-05")


def minutes_are_locked(correction, **facts):
    """Until they are locked, minutes are revised instead."""
    if correction.minutes.state != MinutesState.LOCKED:
        raise Refused("These minutes are not locked: comment on them instead.", provision="M-05")


MINUTES_MOVES = (
    Move(
        "draft",
        "",
        MinutesState.DRAFT,
        may=may_draft,
        needs=(meeting_was_held,),
        provision="M-05",
        said="drafted",
    ),
    Move(
        "circulate",
        MinutesState.DRAFT,
        MinutesState.CIRCULATED,
        may=may_circulate,
        needs=(nothing_is_missing,),
        provision="M-05",
        button="Circulate to the members",
        said="circulated",
    ),
    Move(
        "revise",
        MinutesState.CIRCULATED,
        MinutesState.CIRCULATED,
        may=may_write,
        provision="M-05",
        said="revised",
    ),
    Move(
        "approve",
        MinutesState.CIRCULATED,
        MinutesState.APPROVED,
        may=by_the_system,
        provision="M-05",
        said="approved",
    ),
    Move(
        "enter_paper",
        MinutesState.DRAFT,
        MinutesState.APPROVED,
        may=may_circulate,
        needs=(meeting_was_entered_later,),
        provision="M-01",
        said="entered from paper, as they were approved",
    ),
    Move(
        "sign_first",
        MinutesState.APPROVED,
        MinutesState.APPROVED,
        may=may_sign,
        provision="M-05",
        said="signed by one of two",
        binding=True,
    ),
    Move(
        "sign",
        MinutesState.APPROVED,
        MinutesState.SIGNED,
        may=may_sign,
        provision="M-05",
        button="Read and sign",
        said="signed",
        binding=True,
    ),
    Move(
        "lock",
        MinutesState.SIGNED,
        MinutesState.LOCKED,
        may=by_the_system,
        provision="M-05",
        said="locked",
    ),
)
CORRECTION_MOVES = (
    Move(
        "propose_correction",
        "",
        CorrectionState.PROPOSED,
        may=may_propose_correction,
        needs=(minutes_are_locked,),
        provision="M-05",
        said="proposed",
    ),
    Move(
        "approve",
        CorrectionState.PROPOSED,
        CorrectionState.APPROVED,
        may=by_the_system,
        provision="M-05",
        said="approved",
    ),
    Move(
        "lock",
        CorrectionState.APPROVED,
        CorrectionState.LOCKED,
        may=by_the_system,
        provision="M-05",
        said="locked",
    ),
)
