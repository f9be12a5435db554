"""Executive sessions beside the regular ones: calling them, and what is asked before it binds."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import standing_today
from governance.meetings import calling, guests
from governance.meetings.access import leads_the_independent, may_enter_session, may_preside_session
from governance.meetings.forms import CallForm, GuestForm, PresentForm, SessionReasonForm
from governance.meetings.models import ExecutiveSession
from governance.meetings.views.session import behind_the_door
from governance.refusals import Refused
from governance.words import said_hour, said_long_day

# The latest are listed; each stays at its own address.
MOST = 200


@dataclass(frozen=True)
class Asked:
    """What is asked before an act: the question, what follows, the button, its form, who may."""

    asks: str
    follows: str
    verb: str
    do: Callable
    form: type
    may: Callable


def leads(by, session, day):
    return leads_the_independent(by, day)


ACTS = {
    "early": Asked(
        "Who is there?",
        "It is a session of its own, marked early; the one after the Board meeting stays.",
        "Open the session",
        calling.open_early,
        PresentForm,
        may_enter_session,
    ),
    "waive": Asked(
        "Shall this session be waived?",
        "Your vote is not taken back. More than half of the independent directors in office "
        "waive it.",
        "Vote to waive it",
        calling.waive,
        SessionReasonForm,
        may_enter_session,
    ),
    "remove": Asked(
        "Shall this session be removed?",
        "The other session of this meeting stays.",
        "Remove this session",
        calling.remove_session,
        SessionReasonForm,
        leads,
    ),
    "admit": Asked(
        "Who is let in?",
        "From when to when they are there is kept. While somebody else is in the room, the time "
        "does not count as a meeting of independent directors alone.",
        "Let them in",
        guests.admit_guest,
        GuestForm,
        may_preside_session,
    ),
}


@require_http_methods(["GET", "POST"])
def act(request, pk, name):
    """Ask once, say what follows, and do it (M-06)."""
    session = behind_the_door(request, pk)
    if name not in ACTS:
        raise Http404
    asked, refusal = ACTS[name], None
    if not asked.may(request.user, session, request.user.today):
        raise PermissionDenied
    form = asked.form(request.POST or None, session=session, reader=request.user)
    if form.is_valid():
        try:
            asked.do(session, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(session)
    page = {"session": session, "asked": asked, "form": form, "refusal": refusal}
    return render(request, "meetings/session_ask.html", page)


def members_only(request):
    """Independent directors in office today; for everybody else the page does not exist."""
    if not standing_today(request.user).is_independent:
        raise Http404


@require_safe
def sessions(request):
    """Executive sessions of which the reader may know, the latest first (AC-IND)."""
    members_only(request)
    rows = ExecutiveSession.objects.visible_to(request.user).select_related("meeting")
    listed = [
        {
            "title": f"{said_long_day(timezone.localdate(one.starts_at))}, "
            f"{said_hour(one.starts_at)}",
            "says": f"{one.get_kind_display()}. {one.get_result_display()}".rstrip() + held_on(one),
            "url": one.get_absolute_url(),
            "state": one.get_state_display(),
        }
        for one in rows[:MOST]
    ]
    return render(request, "meetings/sessions.html", {"sessions": listed})


def held_on(session):
    """ ". Held 21 November 2026", if that was not the day it was called for."""
    opened = session.opened_at and timezone.localdate(session.opened_at)
    if not opened or opened == timezone.localdate(session.starts_at):
        return ""
    return f". Held {said_long_day(opened)}"


@require_http_methods(["GET", "POST"])
def call(request):
    """Call a session that follows no meeting (M-06)."""
    members_only(request)
    form, refusal = CallForm(request.POST or None, reader=request.user), None
    if form.is_valid():
        try:
            session = calling.call_session(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(session)
    page = {"form": form, "refusal": refusal, "back": reverse("meetings:sessions")}
    return render(request, "meetings/session_call.html", page)
