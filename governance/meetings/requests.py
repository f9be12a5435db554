"""Requests for agenda items: asked, answered by their day, raised at the meeting (M-02)."""

from django.db import transaction
from django.db.models import Max

from governance.meetings import mail
from governance.meetings.models import AgendaItem, AgendaRequest, Meeting
from governance.meetings.models.request import locks_at
from governance.meetings.moves import MeetingState
from governance.meetings.request_moves import WAITING, RequestState
from governance.people.models import Person
from governance.records.models import Company
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused
from governance.verdicts import Status, Verdict
from governance.words import said_long_day

CALLED = (MeetingState.SCHEDULED, MeetingState.NOTICED)


def day_of(at):
    return Company.current().day_of(at)


def next_meeting(committee, *, at, but=None):
    """The next meeting of the body that is called and has not begun, or None."""
    rows = Meeting.objects.filter(committee=committee, state__in=CALLED, starts_at__gt=at)
    rows = rows.exclude(pk=but.pk) if but else rows
    return rows.order_by("starts_at").first()


@transaction.atomic
def submit_request(
    *,
    title,
    by,
    at,
    text="",
    committee=None,
    meeting=None,
    concerns_management=False,
    may_be_named=True,
):
    """A director asks for an item; nothing but a directorship is asked of them (G-AGD-02).

    The target is the meeting named, or the next one of the body. Raises Refused for a meeting that
    is over, or of another body, and without a title.
    """
    if not title.strip():
        raise Refused("Say in a few words what you ask for.", provision="G-AGD-02")
    if meeting and meeting.is_over:
        raise Refused("That meeting is over; ask for the next one.", provision="G-AGD-02")
    committee = meeting.committee if meeting else committee
    meeting = meeting or next_meeting(committee, at=at)
    person = Person.objects.select_for_update().get(pk=by.person_id)
    last = AgendaRequest.objects.filter(requester=person).aggregate(last=Max("number"))["last"]
    request = AgendaRequest(
        requester=person,
        number=(last or 0) + 1,
        committee=committee,
        meeting=meeting,
        title=title.strip(),
        text=text,
        concerns_management=concerns_management,
        may_be_named=may_be_named,
        submitted_at=at,
        late=bool(meeting and at >= locks_at(meeting)),
    )
    begin(request, "submit", by=by, at=at)
    mail.tell_of_request(request, day=day_of(at), by=by)
    return request


@transaction.atomic
def include(request, *, by, at, minutes=15):
    """Put it on the agenda of its meeting (M-02); a published agenda is told again."""
    target = request.meeting and lock(request.meeting)
    item = target and not target.is_over and append(target, request.title, minutes)
    advance(request, "include", by=by, at=at, item=item)
    answered(request, by=by, at=at)
    if target.state == MeetingState.NOTICED:
        mail.tell_of_agenda(target, at=at, by=by, day=day_of(at))
    return request


def append(meeting, title, minutes):
    """Another item at the end of the agenda, for discussion."""
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    return AgendaItem.objects.create(
        meeting=meeting, position=last + 1, title=title, minutes=minutes
    )


def lock(meeting):
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


@transaction.atomic
def defer(request, *, meeting, by, at, why=""):
    """Answer that it waits for a later meeting of the body, which then has it to answer (M-02)."""
    now = request.meeting
    if meeting.committee_id != request.committee_id or meeting.is_over:
        raise Refused("Choose a later meeting of the same body.", provision="M-02")
    if now and meeting.starts_at <= now.starts_at:
        raise Refused(
            f"It is deferred to a later meeting than that of {said_long_day(now.day)}.", "M-02"
        )
    advance(request, "defer", by=by, at=at, why=why, meeting=meeting)
    return answered(request, by=by, at=at)


@transaction.atomic
def decline(request, *, why, by, at):
    """Answer that it is not taken up, and why: every director reads it (M-02)."""
    advance(request, "decline", by=by, at=at, why=why)
    return answered(request, by=by, at=at)


@transaction.atomic
def raise_from_floor(request, *, by, at):
    """At the meeting the requester raises it, whatever was answered (G-AGD-02)."""
    target = request.meeting and lock(request.meeting)
    item = append(target, request.title, 15) if target and target.is_in_session else None
    return advance(request, "raise_from_floor", by=by, at=at, item=item)


def withdraw_request(request, *, by, at):
    """The requester takes it back before it was answered (M-02)."""
    return advance(request, "withdraw", by=by, at=at)


def answered(request, *, by, at):
    mail.tell_of_answer(request, by=by, at=at)
    return request


# --- What becomes of requests with their meeting --------------------------------------------------


def retarget(meeting, *, at):
    """The meeting is cancelled: what waited for it waits for the next one of the body (M-01)."""
    following = next_meeting(meeting.committee, at=at, but=meeting)
    meeting.requests.filter(state__in=WAITING).update(meeting=following)


def leave_unanswered(meeting, *, at):
    """The meeting is adjourned: what nobody answered stays so in the record (M-02)."""
    for request in meeting.requests.filter(state__in=WAITING).order_by("submitted_at"):
        advance(request, "leave_unanswered", by=SYSTEM, at=at)


# --- The duty to answer ---------------------------------------------------------------------------


def disposition(request, at) -> Verdict:
    """Whether a request was answered by its hour; declining is an answer (G-AGD-02)."""

    def verdict(status, says):
        return Verdict("G-AGD-02", status, says, request.due_at and day_of(request.due_at))

    if request.state == RequestState.UNDISPOSITIONED:
        return verdict(Status.BREACHED, "The meeting ended without an answer.")
    if request.state == RequestState.DEFERRED:
        return verdict(Status.MET, f"Deferred to the {request.meeting.name}.")
    if request.state != RequestState.SUBMITTED:
        return verdict(Status.MET, f"{request.get_state_display()}.")
    if request.meeting and request.due_at is None:
        return verdict(Status.DUE_SOON, "To be answered before the meeting ends.")
    if request.due_at is None:
        return verdict(Status.UPCOMING, "It is answered once a meeting of the body is planned.")
    if at > request.due_at:
        return verdict(Status.OVERDUE, "It was to be answered before now.")
    due = f"To be answered by {said_long_day(day_of(request.due_at))}."
    return verdict(Status.UPCOMING, due)
