"""What whoever runs a meeting does on its page: who is there, the call to order, the end."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from governance.committees.asking import ask
from governance.following import mark_of, nothing_new
from governance.meetings import attending, discussing, operations
from governance.meetings.access import may_run
from governance.meetings.forms import AttendanceForm, ReasonForm
from governance.meetings.models import AgendaItem, Meeting
from governance.meetings.moves import UNDER_WAY
from governance.meetings.views.agenda import (
    FOLLOWED,
    agenda_items,
    out_of_the_room,
    put_before,
)
from governance.records.models import Company
from governance.records.moves import moves_open_to
from governance.refusals import Refused
from governance.words import said_day, said_hours

HOUR_WANTED = "Write the hour like 14:05, or leave it empty for now."
# What is asked before each move is made, what follows from it, and the verb.
ACTS = {
    "schedule": (
        "Shall this meeting be scheduled?",
        "Everybody it concerns gets a letter.",
        operations.schedule,
    ),
    "notice": (
        "Shall notice be given?",
        "Everybody it concerns gets a letter, and the agenda stays as published.",
        operations.give_notice,
    ),
    "cancel": (
        "Shall this meeting be cancelled?",
        "Everybody it concerns gets a letter. A cancelled meeting is called anew.",
        operations.cancel,
    ),
    "open": (
        "Shall the meeting be called to order?",
        "The hour is entered in the record.",
        operations.call_to_order,
    ),
    "record_no_quorum": (
        "Shall it be recorded that there is no quorum?",
        "The meeting counts as not held.",
        operations.record_no_quorum,
    ),
    "recess": (
        "Shall the meeting go into recess?",
        "It goes on afterwards as the same meeting.",
        operations.recess,
    ),
    "reconvene": (
        "Shall the meeting go on?",
        "A quorum has to be present again.",
        operations.reconvene,
    ),
    "adjourn": (
        "Shall the meeting be adjourned?",
        "Everybody present is recorded as leaving now, and the meeting is over.",
        operations.adjourn,
    ),
    "approve_entry": (
        "Shall the entry of this meeting be approved?",
        "It was entered after it was held. Your approval is kept in its record.",
        operations.approve_entry,
    ),
    "close": (
        "Shall the record of this meeting be closed?",
        "Its minutes are locked; nothing of it is changed any more.",
        operations.close,
    ),
}
WITH_REASON = ("cancel",)


def to_be_run(request, pk):
    """The meeting, for a reader of it; only they learn that it is not theirs to run."""
    readable = Meeting.objects.readable_by(request.user).select_related("committee")
    return get_object_or_404(readable, pk=pk)


@require_http_methods(["GET", "POST"])
def act(request, pk, move):
    """Make one move of a meeting, asked once (M-01)."""
    meeting, name = to_be_run(request, pk), move.replace("-", "_")
    if name not in ACTS or "_" in move:
        raise Http404
    if not any(
        one.may(request.user, meeting, request.user.today)
        for one in Meeting.MOVES
        if one.name == name
    ):
        raise PermissionDenied
    asks, follows, verb = ACTS[name]
    form = ReasonForm(request.POST or None) if name in WITH_REASON else None
    refusal = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            verb(meeting, by=request.user, at=timezone.now(), **(form.cleaned_data if form else {}))
        except Refused as refused:
            refusal = refused
        else:
            return redirect(meeting)
    elif name not in {one.name for one in moves_open_to(meeting, request.user, request.user.today)}:
        refusal = Refused(
            f"That is not possible now: it is {meeting.get_state_display().lower()}.", code="stale"
        )
    if name == "open":
        follows = f"{follows} Quorum: {meeting.count_present(timezone.now()).in_words}."
    if name == "open" and timezone.now() < meeting.starts_at:
        hours = said_hours(meeting.starts_at, meeting.ends_at, request.company.zone_words)
        follows = f"{follows} It was set for {said_day(meeting.day, request.user.today)}, {hours}."
    words = next(one.words for one in Meeting.MOVES if one.name == name)
    page = {
        "meeting": meeting,
        "asks": asks,
        "follows": follows,
        "words": words,
        "form": form,
        "refusal": refusal,
        "danger": name in ("cancel", "record_no_quorum"),
    }
    return render(request, "meetings/act.html", page)


@require_POST
def take_up(request, pk):
    """The meeting turns to an item of its agenda (M-01)."""
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not may_run(request.user, item.meeting, request.user.today):
        raise PermissionDenied
    try:
        discussing.take_up(item, by=request.user, at=timezone.now())
    except Refused as refusal:
        shown = {"meeting": item.meeting, "heading": "Take up an item", "refusal": refusal}
        return render(request, "meetings/refused.html", shown)
    return redirect(item.meeting)


@require_http_methods(["GET", "POST"])
def attendance(request, pk):
    """Who arrives, in which mode, and who leaves, as it happens (C8)."""
    meeting = to_be_run(request, pk)
    if not may_run(request.user, meeting, request.user.today):
        raise PermissionDenied
    at, refusal = timezone.now(), None
    members = meeting.members(request.user.today)
    here = {row.person_id: row for row in meeting.attendances.covering(at)}
    motions = ask(put_before, request.user, meeting.pk)
    out = out_of_the_room(meeting, agenda_items(request, meeting), motions)
    mark = mark_of(meeting.state, sorted(row.pk for row in here.values()), sorted(out.items()))
    if unchanged := nothing_new(request, mark):
        return unchanged
    if request.method == "POST":
        # The list is one form, so that one hour stands for all of it; a button names the member.
        typed = {**request.GET.dict(), **request.POST.dict()}
        form = AttendanceForm(typed, members=members, reader=request.user)
        if not form.is_valid():
            wrong = "hour" in form.errors
            refusal = HOUR_WANTED if wrong else "Choose a member, and how they attend."
        else:
            try:
                keep(meeting, **form.cleaned_data, by=request.user, at=at)
            except Refused as refused:
                refusal = refused
            else:
                return redirect("meetings:attendance", meeting.pk)
        here = {row.person_id: row for row in meeting.attendances.covering(at)}
    counted = [motion.closed_at or motion.vote_opened_at for motion in motions]
    counted = max(filter(None, [meeting.convened_at, *counted]), default=None)
    page = {
        "news": mark if meeting.state in FOLLOWED else "",
        "meeting": meeting,
        "refusal": refusal,
        "count": (count := meeting.count_present(at)),
        "lacks": meeting.state in UNDER_WAY and not count.is_met,
        "members": [
            {
                "person": person,
                "here": (row := here.get(person.pk)),
                "out": out.get(person.pk),
                "uncounted": row and (counted is None or row.since > counted),
            }
            for person in members
        ],
        "open": meeting.state in FOLLOWED,
        "hour": request.POST.get("hour", ""),
        "modes": AttendanceForm.MODES,
    }
    return render(request, "meetings/attendance.html", page)


def keep(meeting, *, person, what, hour, by, at):
    """Enter an arrival in its mode, a departure, or that an arrival was a mistake."""
    then = Company.current().last_at(hour, at) if hour else None
    if what == AttendanceForm.MISTAKE:
        return attending.take_back_arrival(meeting, person, by=by, at=at)
    if what == AttendanceForm.LEAVES:
        return attending.record_departure(meeting, person, by=by, at=at, until=then)
    return attending.record_arrival(meeting, person, mode=what, by=by, at=at, since=then)
