"""Behind the door: the executive session of the independent directors (M-06)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from governance.committees.standing import visitor
from governance.following import mark_of, nothing_new
from governance.meetings import calling, guests, sessions
from governance.meetings.access import (
    lead_independent_director,
    leads_the_independent,
    may_lead_session,
    may_preside_session,
    may_take_over,
    may_write_record,
)
from governance.meetings.forms import CandidateForm, MattersForm, RecordForm
from governance.meetings.models import ExecutiveSession, SessionKind
from governance.meetings.moves import SessionState
from governance.meetings.qualifying import SessionResult
from governance.refusals import Refused
from governance.words import said_hour, said_long_day

ACTS = {
    "enter": sessions.enter_room,
    "leave": sessions.leave_room,
    "begin": sessions.begin_session,
    "preside": sessions.take_the_chair,
    "decline": sessions.decline_the_chair,
    "join": calling.join_call,
    "close": sessions.close_session,
}
SAYS = {
    SessionState.STUB: "The room opens when the Board meeting has adjourned.",
    SessionState.READY: "The Board meeting has adjourned. The room is open; it begins when at "
    "least two independent directors are in it.",
    SessionState.OPEN_PENDING_PRESIDER: "It began without the Lead Independent Director. The "
    "others choose who presides: more than half of those in the room, and a tie chooses nobody.",
    SessionState.IN_SESSION: "The session is being held.",
    SessionState.CLOSED: "The session was held and is closed.",
    SessionState.WAIVED: "More than half of the independent directors in office waived it.",
    SessionState.CANCELLED: "There was no session at this hour.",
    SessionState.NOT_HELD: "The session was not held before the next regular Board meeting.",
}
SAYS_SPECIAL = {
    SessionState.STUB: "One director has called it. A second one joins the call, and then the "
    "room is open.",
    SessionState.READY: "The room is open; it begins when at least two of those invited are in it.",
    SessionState.NOT_HELD: "The session was not held before the next regular Board meeting.",
}
SAYS_RESULT = {
    SessionResult.QUALIFYING: "For some time only independent directors were in the room, two at "
    "least, and one of them presided.",
    SessionResult.PROVISIONAL: "It counts once the Board has determined anew the independence of "
    "whoever was overdue for it.",
    SessionResult.NON_QUALIFYING: "At no time were two or more independent directors, and nobody "
    "else, in the room with one of them presiding.",
}


def behind_the_door(request, pk):
    """The session, for whoever may know of it today; there is none for anybody else."""
    sessions_ = ExecutiveSession.objects.visible_to(request.user)
    return get_object_or_404(sessions_.select_related("meeting", "presiding"), pk=pk)


@require_http_methods(["GET", "HEAD"])
def session(request, pk):
    """The room: who is in it, who presides, what is taken up (G-EXS-01 to G-EXS-03)."""
    session = behind_the_door(request, pk)
    sessions.note_reading(session, by=request.user, at=timezone.now())
    return show(request, session)


def show(request, session, refusal=None, matters=None, record=None, kept=""):
    """The page, with what was refused and what had been typed, if something was."""
    now, mine, today = timezone.now(), request.user.person_id, request.user.today
    mark = mark_of_session(session, now)
    if unchanged := nothing_new(request, mark):
        return unchanged
    is_live = session.is_open or session.state == SessionState.READY
    inside = list(session.present_at(now)) if is_live else []
    members = list(session.members(day_shown(request, session)))
    in_the_room = mine in [person.pk for person in inside]
    by = visitor(request.user)
    leads = leads_the_independent(by, today)
    page = {
        "news": "" if session.state in sessions.OVER else mark,
        "session": session,
        "says": said_of(session),
        "long_day": said_long_day(timezone.localdate(session.starts_at)),
        "hour": said_hour(session.starts_at),
        "standing": standing_of(session),
        "refusal": refusal,
        "inside": inside,
        "presider_is_out": session.state == SessionState.IN_SESSION
        and session.presiding_id not in {person.pk for person in inside},
        "in_the_room": in_the_room,
        "may_enter": is_live and not in_the_room and is_member(request, session),
        "may_begin": session.state == SessionState.READY and in_the_room,
        "may_preside": session.state == SessionState.OPEN_PENDING_PRESIDER
        and leads
        and in_the_room,
        "may_take_over": session.state == SessionState.IN_SESSION
        and may_take_over(by, session, today),
        "may_close": session.state == SessionState.IN_SESSION
        and may_lead_session(by, session, today),
        "asks_to_close": request.GET.get("ask") == "close",
        "form": matters or matters_form(session, noting=leads or session.presiding_id == mine),
        "record": record or record_form(request, session, now),
        "kept": kept,
        "lead": lead_independent_director(today),
        "invited": members,
        "said_result": SAYS_RESULT.get(session.result, ""),
        **let_in(request, session, now),
        **beside(request, session),
    }
    if session.state == SessionState.CLOSED:
        page |= record_of(session)
    if session.state == SessionState.OPEN_PENDING_PRESIDER:
        page |= choosing(request, session, now)
    return render(request, "meetings/session.html", page)


def mark_of_session(session, now):
    """What changes on the page while somebody looks; of sealed words, that they did."""
    inside = session.attendances.covering(now).order_by("pk")
    return mark_of(
        (session.state, session.presiding_id, session.starts_at, session.edition),
        bytes(session.sealed_matters),
        list(inside.values_list("pk", flat=True)),
        list(session.guests.covering(now).order_by("pk").values_list("pk", flat=True)),
        session.invitations.exclude(called_at=None).count(),
        (ballots_cast(session, now), session.waiver_votes.count()),
    )


def ballots_cast(session, now):
    """Which round chooses who presides, and how many have chosen in it."""
    if session.state != SessionState.OPEN_PENDING_PRESIDER:
        return None
    current = sessions.round_of(session, now)
    return current, sessions.ballots_of(session, current).count()


def is_member(request, session):
    """Whether the reader may come in; a guest is let in and reads."""
    return session.members(request.user.today).filter(pk=request.user.person_id).exists()


def said_of(session):
    if session.kind == SessionKind.SPECIAL and session.state in SAYS_SPECIAL:
        return SAYS_SPECIAL[session.state]
    return SAYS[session.state]


def standing_of(session):
    if session.state != SessionState.STUB:
        return session.get_state_display()
    if session.kind == SessionKind.SPECIAL:
        return "Called, and waits for a second director"
    return "Directly after the Board meeting"


def matters_form(session, *, noting):
    if not noting or session.state in sessions.OVER:
        return None
    return MattersForm(initial={"text": session.matters})


def record_form(request, session, now):
    """The form of the record, for whoever may still write it."""
    if session.state not in (*sessions.OPEN, SessionState.CLOSED) or session.is_locked(now):
        return None
    if not may_write_record(request.user, session, request.user.today):
        return None
    names = ("notes", "outcome", "place", "tags", "edition")
    return RecordForm(initial={name: getattr(session, name) for name in names})


def let_in(request, session, now):
    """Guests who are in the room, and whether the reader lets them in and asks them to leave."""
    admits = session.state == SessionState.IN_SESSION and may_preside_session(
        request.user, session, request.user.today
    )
    return {"guests": session.guests.covering(now).select_related("person"), "may_admit": admits}


def beside(request, session):
    """What independent directors may do about it beside holding it (M-06)."""
    if not is_member(request, session):
        return {"is_guest": True}
    waits = session.state in calling.WAIVABLE and session.kind == SessionKind.REGULAR
    votes = list(session.waiver_votes.select_related("person"))
    linked = ExecutiveSession.objects.visible_to(request.user).filter(
        meeting=session.meeting_id, meeting__isnull=False
    )
    return {
        "votes": votes,
        "may_waive": waits and request.user.person_id not in [vote.person_id for vote in votes],
        "linked": linked.exclude(pk=session.pk),
        "is_stub": session.state == SessionState.STUB and session.kind == SessionKind.REGULAR,
        "may_join": session.state == SessionState.STUB
        and session.kind == SessionKind.SPECIAL
        and not session.invitations.filter(
            person=request.user.person_id, called_at__isnull=False
        ).exists(),
    }


def day_shown(request, session):
    """Who is independent today; of a session that is over, who was when it ended."""
    if session.state not in sessions.OVER:
        return request.user.today
    return timezone.localdate(session.closed_at or session.starts_at)


def record_of(session):
    """Who was there from when to when, and how whoever presided was chosen (M-06)."""
    return {
        "attended": [
            {
                "name": row.person.name,
                "hours": f"{said_hour(row.since)} to {said_hour(row.until)}",
            }
            for row in sessions.presence_in(session)
        ],
        "were_guests": [
            {
                "name": row.person.name,
                "as_what": row.get_capacity_display(),
                "hours": f"{said_hour(row.since)} to {said_hour(row.until)}",
            }
            for row in session.guests.select_related("person")
        ],
        "presided": [
            {"name": row.person.name, "hours": f"{said_hour(row.since)} to {said_hour(row.until)}"}
            for row in session.presiding_intervals.select_related("person")
        ],
        "held": held(session),
        "chosen_in": sessions.all_rounds(session),
    }


def held(session):
    """From when to when; with the day, if it was held on another one than it was called for."""
    hours = f"{said_hour(session.opened_at)} to {said_hour(session.closed_at)}"
    day = timezone.localdate(session.opened_at)
    return (
        hours if day == timezone.localdate(session.starts_at) else f"{said_long_day(day)}, {hours}"
    )


def choosing(request, session, now):
    """The round that is voted, the earlier ones, and whether the reader has chosen (G-EXS-03)."""
    current = sessions.round_of(session, now)
    room = sessions.electors(session, now)
    mine = request.user.person_id
    cast = sessions.ballots_of(session, current)
    asked = request.GET.get("candidate")
    return {
        "round": current,
        "electors": room,
        "cast": cast.count(),
        "chosen": cast.filter(elector=mine).select_related("candidate").first(),
        "may_choose": any(person.pk == mine for person in room),
        "candidates": [{"value": str(person.pk), "label": person.name} for person in room],
        "asked": next((person for person in room if str(person.pk) == asked), None),
        "rounds": sessions.earlier_rounds(session, current),
    }


@require_POST
def act(request, pk, name):
    """Enter, leave, begin, preside or close."""
    session = behind_the_door(request, pk)
    if name not in ACTS:
        raise Http404
    try:
        ACTS[name](session, by=request.user, at=timezone.now())
    except Refused as refusal:
        session.refresh_from_db()
        return show(request, session, refusal=refusal)
    return redirect(session)


@require_POST
def choose(request, pk):
    """One elector's ballot on who presides (G-EXS-03)."""
    session = behind_the_door(request, pk)
    room = sessions.electors(session, timezone.now())
    form = CandidateForm(request.POST, candidates=room, reader=request.user)
    try:
        if not form.is_valid():
            raise Refused("Choose one of the independent directors in the room.", "G-EXS-03")
        sessions.choose_presider(session, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as refusal:
        session.refresh_from_db()
        return show(request, session, refusal=refusal)
    return redirect(session)


@require_POST
def note(request, pk):
    """Note what is to be taken up; sealed to those behind the door (G-EXS-02)."""
    session = behind_the_door(request, pk)
    form, other = MattersForm(request.POST), typed_record(request, session)
    if form.is_valid():
        try:
            sessions.note_matters(session, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            return show(request, session, refusal=refusal, matters=form, record=other)
        if other:
            session.refresh_from_db()
            kept = "The matters are sealed. What you typed in the record is not sealed yet."
            return show(request, session, record=other, kept=kept)
        return redirect(session)
    return show(request, session, matters=form, record=other)


@require_POST
def record(request, pk):
    """Write down what was said and what came of it; sealed, and locked after seven days (M-06)."""
    session = behind_the_door(request, pk)
    form, other = RecordForm(request.POST), typed_matters(request, session)
    if form.is_valid():
        try:
            sessions.write_record(session, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            return show(request, session, refusal=refusal, record=form, matters=other)
        if other:
            session.refresh_from_db()
            kept = "The record is sealed. What you typed in the matters is not sealed yet."
            return show(request, session, matters=other, kept=kept)
        return redirect(session)
    return show(request, session, record=form, matters=other)


def typed_matters(request, session):
    """The matters that were sent along with the record, if they are not those that are sealed."""
    form = MattersForm(request.POST, initial={"text": session.matters})
    return form if "text" in request.POST and form.has_changed() else None


def typed_record(request, session):
    """The record that was sent along with the matters, if it is not the one that is sealed."""
    form = record_form(request, session, timezone.now())
    if form is None or "edition" not in request.POST:
        return None
    typed = RecordForm(request.POST, initial=form.initial)
    return typed if typed.has_changed() else None


@require_POST
def dismiss(request, pk):
    """Whoever presides asks a guest to leave (M-06)."""
    session = behind_the_door(request, pk)
    guest = session.guests.filter(pk=as_key(request.POST.get("guest"))).first()
    try:
        if guest is None:
            raise Refused("Choose one of the guests in the room.", provision="M-06")
        guests.remove_guest(session, person=guest.person, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show(request, session, refusal=refusal)
    return redirect(session)


def as_key(text):
    """A key as it was typed, or none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
