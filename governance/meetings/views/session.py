"""Behind the door: the executive session of the independent directors (M-06)."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from governance.meetings import sessions
from governance.meetings.access import (
    lead_independent_director,
    leads_the_independent,
    may_lead_session,
)
from governance.meetings.forms import CandidateForm, MattersForm
from governance.meetings.models import ExecutiveSession
from governance.meetings.moves import SessionState
from governance.refusals import Refused
from governance.words import said_hour, said_long_day

ACTS = {
    "enter": sessions.enter_room,
    "leave": sessions.leave_room,
    "begin": sessions.begin_session,
    "preside": sessions.take_the_chair,
    "close": sessions.close_session,
}
OVER = (SessionState.CLOSED, SessionState.CANCELLED, SessionState.NOT_HELD)
SAYS = {
    SessionState.STUB: "The room opens when the Board meeting has adjourned.",
    SessionState.READY: "The Board meeting has adjourned. The room is open; it begins when at "
    "least two independent directors are in it.",
    SessionState.OPEN_PENDING_PRESIDER: "The Lead Independent Director is not in the room. The "
    "others choose who presides: more than half of those in the room, and a tie chooses nobody.",
    SessionState.IN_SESSION: "The session is being held.",
    SessionState.CLOSED: "The session was held and is closed.",
    SessionState.CANCELLED: "The Board meeting was not held, and so there was no session.",
    SessionState.NOT_HELD: "The session was not held before the next regular Board meeting.",
}


def behind_the_door(request, pk):
    """The session, for independent directors in office today; there is none for anybody else."""
    sessions_ = ExecutiveSession.objects.visible_to(request.user)
    return get_object_or_404(sessions_.select_related("meeting", "presiding"), pk=pk)


@require_http_methods(["GET", "HEAD"])
def session(request, pk):
    """The room: who is in it, who presides, what is taken up (G-EXS-01 to G-EXS-03)."""
    return show(request, behind_the_door(request, pk))


def show(request, session, refusal=None, matters=None):
    now, mine = timezone.now(), request.user.person_id
    inside = list(session.present_at(now)) if session.is_open or is_ready(session) else []
    in_the_room = mine in [person.pk for person in inside]
    presides = session.presiding_id == mine
    leads = leads_the_independent(request.user, request.user.today)
    page = {
        "session": session,
        "says": SAYS[session.state],
        "long_day": said_long_day(timezone.localdate(session.starts_at)),
        "hour": said_hour(session.starts_at),
        "standing": "Directly after the Board meeting"
        if session.state == SessionState.STUB
        else session.get_state_display(),
        "refusal": refusal,
        "inside": inside,
        "in_the_room": in_the_room,
        "may_enter": (session.is_open or is_ready(session)) and not in_the_room,
        "may_begin": is_ready(session) and in_the_room,
        "may_preside": session.state == SessionState.OPEN_PENDING_PRESIDER
        and leads
        and in_the_room,
        "may_close": session.state == SessionState.IN_SESSION
        and may_lead_session(request.user, session, request.user.today),
        "asks_to_close": request.GET.get("ask") == "close",
        "form": matters
        or (
            MattersForm(initial={"text": session.matters})
            if (leads or presides) and session.state not in OVER
            else None
        ),
        "lead": lead_independent_director(request.user.today),
        "invited": session.independent_directors(day_shown(request, session)),
    }
    if session.state == SessionState.CLOSED:
        page |= record_of(session)
    if session.state == SessionState.OPEN_PENDING_PRESIDER:
        page |= choosing(request, session, now)
    return render(request, "meetings/session.html", page)


def day_shown(request, session):
    """Who is independent today; of a session that is over, who was when it ended."""
    if session.state not in OVER:
        return request.user.today
    return timezone.localdate(session.closed_at or session.starts_at)


def record_of(session):
    """Who was there from when to when, and how whoever presided was chosen (M-06)."""
    return {
        "attended": [
            {
                "name": row.person.name,
                "hours": f"{said_hour(row.since)} to {said_hour(row.until)}",
                "presided": row.person_id == session.presiding_id,
            }
            for row in sessions.presence_in(session)
        ],
        "held": f"{said_hour(session.opened_at)} to {said_hour(session.closed_at)}",
        "chosen_in": sessions.all_rounds(session),
    }


def is_ready(session):
    return session.state == SessionState.READY


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
        sessions.choose_presider(
            session, form.cleaned_data["candidate"], by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        session.refresh_from_db()
        return show(request, session, refusal=refusal)
    return redirect(session)


@require_POST
def note(request, pk):
    """Note what is to be taken up; sealed to those behind the door (G-EXS-02)."""
    session = behind_the_door(request, pk)
    form = MattersForm(request.POST)
    if form.is_valid():
        try:
            sessions.note_matters(session, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            return show(request, session, refusal=refusal, matters=form)
        return redirect(session)
    return show(request, session, matters=form)
