"""The states of a request for an agenda item (M-02), as a table of moves."""

from django.db import models

from governance.board.access import is_director, is_secretary, leads_the_independent
from governance.committees.access import is_member
from governance.meetings.access import holds_the_chair
from governance.records.moves import Move, by_the_system
from governance.refusals import Refused


class RequestState(models.TextChoices):
    """Where a request stands (M-02)."""

    SUBMITTED = "submitted", "Submitted"
    INCLUDED = "included", "On the agenda"
    DEFERRED = "deferred", "Deferred"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    INCLUDED_FROM_FLOOR = "included_from_floor", "Raised at the meeting"
    UNDISPOSITIONED = "undispositioned", "Not answered"


# Answered, so that every director may know of it.
DISPOSED = (
    RequestState.INCLUDED,
    RequestState.DEFERRED,
    RequestState.DECLINED,
    RequestState.INCLUDED_FROM_FLOOR,
    RequestState.UNDISPOSITIONED,
)
WAITING = (RequestState.SUBMITTED, RequestState.DEFERRED)


def may_ask(by, request, day):
    """Any director in office asks of the Board; of a committee its members. Nothing else is asked
    of them (G-AGD-02)."""
    if by is None or request.requester_id != by.person_id:
        return False
    if request.committee_id:
        return is_member(by, request.committee, day)
    return is_director(by, day)


def chairs_it(by, request, day):
    """The chair of the body; a request stands for a meeting here, which names the body."""
    return by is not None and holds_the_chair(by, request, day)


def leads(by, request, day):
    return request.committee_id is None and leads_the_independent(by, day)


def may_answer(by, request, day):
    """The chair, the Lead Independent Director, and of ordinary matters the Secretary (M-02)."""
    office = is_secretary(by, day) and not request.concerns_management
    return chairs_it(by, request, day) or leads(by, request, day) or office


def may_decline(by, request, day):
    """The chair; where it concerns management, the Lead Independent Director too (M-02)."""
    return chairs_it(by, request, day) or (request.concerns_management and leads(by, request, day))


def is_the_requester(by, request, day):
    return by is not None and request.requester_id == by.person_id


def hears_it(by, request, day):
    """The requester and whoever answers read it whole, at every time (G-AGD-02)."""
    return is_the_requester(by, request, day) or may_answer(by, request, day)


def may_read_who(by, request, day):
    """Others read who asked if the requester agrees (M-02)."""
    return request.may_be_named or hears_it(by, request, day)


def may_read_reasons(by, request, day):
    """Others read the reasons too, unless these concern management or tell who asked (M-02)."""
    open_to_all = request.may_be_named and not request.concerns_management
    return open_to_all or hears_it(by, request, day)


def says_why(request, *, why="", **facts):
    """A request is declined with a reason that says something (M-02)."""
    if len(why.strip()) < 10:
        raise Refused(
            "Say in ten characters or more why it is declined: every director reads it.",
            provision="G-AGD-02",
        )


def its_meeting_is_not_over(request, **facts):
    """The target still lies ahead, or is in session (M-02)."""
    if request.meeting is None:
        raise Refused("No meeting of the body is planned: defer it to one.", provision="M-02")
    if request.meeting.is_over:
        raise Refused("That meeting is over: defer it to a later one.", provision="M-02")


def requester_is_there(request, *, at, **facts):
    """It is raised while the meeting is in session, by whoever is there (M-02)."""
    if request.meeting is None or not request.meeting.is_in_session:
        raise Refused("It is raised while the meeting is in session.", provision="M-02")
    if not request.meeting.present_at(at).filter(pk=request.requester_id).exists():
        raise Refused("You are not recorded as present; tell the secretary.", provision="C8")


REQUEST_MOVES = (
    Move("submit", "", RequestState.SUBMITTED, may=may_ask, provision="G-AGD-02"),
    Move(
        "include",
        WAITING,
        RequestState.INCLUDED,
        may=may_answer,
        needs=(its_meeting_is_not_over,),
        provision="G-AGD-02",
        button="Put on the agenda",
        said="put on the agenda",
    ),
    Move(
        "defer",
        RequestState.SUBMITTED,
        RequestState.DEFERRED,
        may=may_answer,
        provision="G-AGD-02",
        button="Defer",
        said="deferred",
    ),
    Move(
        "decline",
        WAITING,
        RequestState.DECLINED,
        may=may_decline,
        needs=(says_why,),
        provision="G-AGD-02",
        button="Decline",
        said="declined",
    ),
    Move(
        "raise_from_floor",
        (*WAITING, RequestState.DECLINED),
        RequestState.INCLUDED_FROM_FLOOR,
        may=is_the_requester,
        needs=(requester_is_there,),
        provision="G-AGD-02",
        button="Raise it now",
        said="raised at the meeting",
    ),
    Move(
        "withdraw",
        WAITING,
        RequestState.WITHDRAWN,
        may=is_the_requester,
        provision="M-02",
        button="Withdraw",
        said="withdrawn",
    ),
    Move(
        "leave_unanswered",
        WAITING,
        RequestState.UNDISPOSITIONED,
        may=by_the_system,
        provision="G-AGD-02",
        said="not answered",
    ),
)
