"""The states of a paper, as a table of moves."""

from django.db import models

from governance.papers.access import may_bring, may_change, may_publish
from governance.records.moves import Move
from governance.refusals import Refused


class PaperState(models.TextChoices):
    """Where a paper stands."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"
    WITHDRAWN = "withdrawn", "Withdrawn"


def meeting_is_ahead(paper, **facts):
    """What a meeting had before it is part of its record when it is over."""
    if paper.item.meeting.is_over:
        raise Refused("The meeting is over: its papers stay as they were.")


def reason_is_given(paper, why="", **facts):
    """Readers are told why a paper is gone that they had."""
    if len(why.strip()) < 10:
        raise Refused("Say in a sentence why it is withdrawn; its readers see it.")


PAPER_MOVES = (
    Move("bring", "", PaperState.DRAFT, may=may_bring, needs=(meeting_is_ahead,), said="brought"),
    Move(
        "renew",
        PaperState.DRAFT,
        PaperState.DRAFT,
        may=may_change,
        needs=(meeting_is_ahead,),
        said="brought in a new version",
    ),
    Move(
        "replace",
        PaperState.PUBLISHED,
        PaperState.PUBLISHED,
        may=may_change,
        needs=(meeting_is_ahead,),
        said="brought in a new version, which its readers get with the next edition",
    ),
    Move(
        "publish",
        PaperState.DRAFT,
        PaperState.PUBLISHED,
        may=may_publish,
        needs=(meeting_is_ahead,),
        said="published",
    ),
    Move(
        "discard",
        PaperState.DRAFT,
        PaperState.DISCARDED,
        may=may_change,
        needs=(meeting_is_ahead,),
        button="Discard",
        said="discarded before it was published",
    ),
    Move(
        "withdraw",
        PaperState.PUBLISHED,
        PaperState.WITHDRAWN,
        may=may_publish,
        needs=(meeting_is_ahead, reason_is_given),
        button="Withdraw",
        said="withdrawn",
    ),
)
