"""The states of a meeting (M-01) and of an executive session (M-06), as tables of moves."""

from django.db import models

from governance.committees.models import Committee
from governance.meetings.access import (
    leads_the_independent,
    may_approve_entry,
    may_begin,
    may_call,
    may_call_session,
    may_cancel,
    may_enter_session,
    may_join_call,
    may_lead_session,
    may_preside,
    may_preside_session,
    may_run,
    may_take_over,
    may_take_the_chair,
)
from governance.records.models import Company
from governance.records.moves import Move, by_the_system
from governance.refusals import Refused


class MeetingState(models.TextChoices):
    """Where a meeting stands (M-01)."""

    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    NOTICED = "noticed", "Notice given"
    IN_SESSION = "in_session", "In session"
    RECESSED = "recessed", "In recess"
    ADJOURNED = "adjourned", "Adjourned"
    CANCELLED = "cancelled", "Cancelled"
    FAILED_QUORUM = "failed_quorum", "No quorum"
    CLOSED = "closed", "Closed"


# Called, and not begun; between the call to order and the end; called and never held.
BEFORE = (MeetingState.SCHEDULED, MeetingState.NOTICED)
UNDER_WAY = (MeetingState.IN_SESSION, MeetingState.RECESSED)
CALLED_OFF = (MeetingState.CANCELLED, MeetingState.FAILED_QUORUM)


class SessionState(models.TextChoices):
    """Where an executive session stands (M-06)."""

    STUB = "stub", "Set"
    READY = "ready", "Ready to begin"
    OPEN_PENDING_PRESIDER = "open_pending_presider", "Choosing who presides"
    IN_SESSION = "in_session", "In session"
    CLOSED = "closed", "Closed"
    WAIVED = "waived", "Waived"
    CANCELLED = "cancelled", "Cancelled"
    NOT_HELD = "not_held", "Not held"


def can_be_reached(meeting, **facts):
    """There is a room to go to or a number to call."""
    if not (meeting.place.strip() or meeting.dial_in.strip()):
        raise Refused(
            "Say where the meeting is held, or how to dial in, before it is scheduled.",
            provision="M-01",
        )


def notice_is_long_enough(meeting, *, at, **facts):
    """Members have the hours of notice that the bylaws give them, or every one waives them."""
    if not meeting.notice_is_short(at):
        return
    owing = meeting.not_waiving(at).count()
    if owing:
        raise Refused(
            f"A {meeting.get_kind_display().lower()} meeting needs {meeting.notice_hours} hours of "
            "notice, and fewer are left. Reschedule it, or call it again for a later hour; or let "
            f"every member waive the notice in writing: {owing} have not.",
            provision="M-01",
            code="short_notice",
        )


def has_not_begun(meeting, *, starts_at=None, **facts):
    """Only a meeting whose hour has not come is moved, and only to an hour that is ahead."""
    at = facts["at"]
    if meeting.starts_at <= at:
        raise Refused("The hour of this meeting has come; it can no longer be moved.", "M-01")
    if starts_at is None or starts_at <= at:
        raise Refused("Choose an hour that lies ahead.", provision="M-01")


def quorum_is_present(meeting, *, at, **facts):
    """A quorum of the body is present at the moment it is called to order (L-37, L-41)."""
    count = meeting.count_present(at)
    if count.present < count.needed:
        raise Refused(f"No quorum: {count.in_words}.", provision=count.provision, code="no_quorum")


def quorum_is_absent(meeting, *, at, **facts):
    """The hour has come and too few are there."""
    count = meeting.count_present(at)
    if at < meeting.starts_at:
        raise Refused("The hour of the meeting has not come yet.", provision="M-01")
    if count.present >= count.needed:
        raise Refused(f"There is a quorum: {count.in_words}.", provision=count.provision)


def no_vote_is_open(meeting, **facts):
    """A meeting does not end in the middle of a vote."""
    if meeting.motions.filter(state="voting").exists():
        raise Refused("A vote is open. Close it before the meeting adjourns.", provision="M-01")


def minutes_are_locked(meeting, **facts):
    """The record of a meeting is closed when its minutes are signed and locked.

    The room of minutes comes later; they are asked for by the name of the relation.
    """
    if not meeting.minutes_taken.filter(state="locked").exists():
        raise Refused("Its minutes are to be signed and locked first.", provision="M-01")


def was_entered_later(meeting, **facts):
    """A meeting that is held here is noticed before it is called to order."""
    if meeting.entered_on is None:
        raise Refused("Notice is given before a meeting is called to order.", provision="M-01")


def entry_is_approved(meeting, **facts):
    """What was entered later is approved by the chair (M-01)."""
    if meeting.entered_on and not meeting.entry_approved_by_id:
        raise Refused("The chair of the body approves the entry first.", provision="M-01")


def body_exists(meeting, *, at):
    """Nobody calls a meeting of a committee that is yet to be formed, or was dissolved."""
    day = Company.current().day_of(meeting.starts_at if meeting.backfilled else at)
    if meeting.committee and not Committee.objects.on(day).filter(pk=meeting.committee_id).exists():
        raise Refused(f"There is no {meeting.committee} on that day.", provision="M-01")


MEETING_MOVES = (
    Move("create", "", MeetingState.DRAFT, may=may_begin, needs=(body_exists,), provision="M-01"),
    Move(
        "schedule",
        MeetingState.DRAFT,
        MeetingState.SCHEDULED,
        may=may_call,
        needs=(can_be_reached,),
        provision="M-01",
        button="Schedule and tell everybody",
        said="scheduled",
    ),
    Move(
        "notice",
        MeetingState.SCHEDULED,
        MeetingState.NOTICED,
        may=may_call,
        needs=(notice_is_long_enough,),
        provision="M-01",
        button="Give notice",
        said="notice given",
    ),
    Move(
        "reschedule",
        (MeetingState.SCHEDULED, MeetingState.NOTICED),
        MeetingState.SCHEDULED,
        may=may_call,
        needs=(has_not_begun,),
        provision="M-01",
        button="Move to another hour",
        said="moved to another hour",
    ),
    Move(
        "cancel",
        (MeetingState.DRAFT, MeetingState.SCHEDULED, MeetingState.NOTICED),
        MeetingState.CANCELLED,
        may=may_cancel,
        provision="M-01",
        button="Cancel the meeting",
        said="cancelled",
    ),
    Move(
        "open",
        MeetingState.NOTICED,
        MeetingState.IN_SESSION,
        may=may_run,
        needs=(quorum_is_present,),
        provision="M-01",
        button="Call to order",
        said="called to order",
    ),
    Move(
        "enter_past",
        MeetingState.DRAFT,
        MeetingState.IN_SESSION,
        may=may_call,
        needs=(was_entered_later, quorum_is_present),
        provision="M-01",
        said="called to order, as entered later",
    ),
    Move(
        "record_no_quorum",
        MeetingState.NOTICED,
        MeetingState.FAILED_QUORUM,
        may=may_call,
        needs=(quorum_is_absent,),
        provision="L-37",
        button="Record that there is no quorum",
        said="not held, for want of a quorum",
    ),
    Move(
        "recess",
        MeetingState.IN_SESSION,
        MeetingState.RECESSED,
        may=may_preside,
        provision="M-01",
        button="Recess",
        said="in recess",
    ),
    Move(
        "reconvene",
        MeetingState.RECESSED,
        MeetingState.IN_SESSION,
        may=may_preside,
        needs=(quorum_is_present,),
        provision="M-01",
        button="Reconvene",
        said="reconvened",
    ),
    Move(
        "take_up",
        MeetingState.IN_SESSION,
        MeetingState.IN_SESSION,
        may=may_run,
        provision="M-01",
        button="Take up",
    ),
    Move(
        "adjourn",
        (MeetingState.IN_SESSION, MeetingState.RECESSED),
        MeetingState.ADJOURNED,
        may=may_preside,
        needs=(no_vote_is_open,),
        provision="M-01",
        button="Adjourn",
        said="adjourned",
    ),
    Move(
        "approve_entry",
        MeetingState.ADJOURNED,
        MeetingState.ADJOURNED,
        may=may_approve_entry,
        provision="M-01",
        button="Approve the entry",
        said="approved as entered",
    ),
    Move(
        "close",
        MeetingState.ADJOURNED,
        MeetingState.CLOSED,
        may=may_call,
        needs=(entry_is_approved, minutes_are_locked),
        provision="M-01",
        button="Close the record",
        said="closed",
    ),
)


def two_are_in_the_room(session, *, at, **facts):
    """At least two independent directors make a session."""
    if session.in_the_room(at) < 2:
        raise Refused(
            "At least two independent directors must be in the room before it begins.",
            provision="G-EXS-01",
        )


def lead_of(by, session, day):
    return leads_the_independent(by, day)


def another_is_linked(session, why="", **facts):
    """Only an hour beside which there is another session is taken away, for a reason."""
    others = session.meeting and session.meeting.executive_sessions.exclude(pk=session.pk)
    if not others or not others.exists():
        raise Refused(
            "This is the only session of its meeting; it is waived, not removed.", "G-EXS-01"
        )
    if not why.strip():
        raise Refused("Say why the session is removed.", provision="M-06")


SESSION_MOVES = (
    Move("set", "", SessionState.STUB, may=by_the_system, provision="G-EXS-01"),
    Move("open_early", "", SessionState.STUB, may=may_call_session, provision="M-06"),
    Move("call", "", SessionState.STUB, may=may_call_session, provision="M-06"),
    Move(
        "join_call",
        SessionState.STUB,
        SessionState.READY,
        may=may_join_call,
        provision="M-06",
        button="Join the call",
        said="called by two directors",
    ),
    Move(
        "remove",
        SessionState.STUB,
        SessionState.CANCELLED,
        may=lead_of,
        needs=(another_is_linked,),
        provision="M-06",
        button="Remove this session",
        said="removed",
    ),
    Move(
        "waive",
        (SessionState.STUB, SessionState.READY),
        SessionState.WAIVED,
        may=by_the_system,
        provision="G-EXS-01",
        said="waived",
    ),
    Move(
        "cancel",
        SessionState.STUB,
        SessionState.CANCELLED,
        may=by_the_system,
        provision="G-EXS-01",
        said="cancelled with its meeting",
    ),
    Move(
        "make_ready",
        SessionState.STUB,
        SessionState.READY,
        may=by_the_system,
        provision="G-EXS-01",
        said="ready to begin",
    ),
    Move(
        "open",
        SessionState.READY,
        SessionState.IN_SESSION,
        may=may_enter_session,
        needs=(two_are_in_the_room,),
        provision="G-EXS-02",
        button="Begin the session",
        said="begun",
    ),
    Move(
        "open_without_lead",
        SessionState.READY,
        SessionState.OPEN_PENDING_PRESIDER,
        may=may_enter_session,
        needs=(two_are_in_the_room,),
        provision="G-EXS-03",
        button="Begin, and choose who presides",
        said="begun; its presiding director is to be chosen",
    ),
    Move(
        "choose",
        SessionState.OPEN_PENDING_PRESIDER,
        SessionState.IN_SESSION,
        may=by_the_system,
        provision="G-EXS-03",
        said="given a presiding director",
    ),
    Move(
        "lead_joins",
        SessionState.OPEN_PENDING_PRESIDER,
        SessionState.IN_SESSION,
        may=may_take_the_chair,
        provision="G-EXS-02",
        button="Preside",
        said="taken over by the Lead Independent Director",
    ),
    Move(
        "hand_over",
        SessionState.IN_SESSION,
        SessionState.IN_SESSION,
        may=may_take_over,
        provision="G-EXS-02",
        button="Preside",
    ),
    Move(
        "decline",
        SessionState.IN_SESSION,
        SessionState.IN_SESSION,
        may=may_take_over,
        provision="G-EXS-02",
        button="Leave the chair as it is",
    ),
    Move(
        "admit_guest",
        SessionState.IN_SESSION,
        SessionState.IN_SESSION,
        may=may_preside_session,
        provision="M-06",
        button="Admit a guest",
    ),
    Move(
        "remove_guest",
        SessionState.IN_SESSION,
        SessionState.IN_SESSION,
        may=may_preside_session,
        provision="M-06",
        button="Ask the guest to leave",
    ),
    Move(
        "close",
        SessionState.IN_SESSION,
        SessionState.CLOSED,
        may=may_lead_session,
        provision="G-EXS-02",
        button="Close the session",
        said="closed",
    ),
    Move(
        "pass_over",
        SessionState.READY,
        SessionState.NOT_HELD,
        may=by_the_system,
        provision="G-EXS-01",
        said="not held before the next regular meeting",
    ),
)
