"""Requests for agenda items: one's own, those one answers, and those that were answered (M-02)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import standing_today, visitor
from governance.meetings import requests as verbs
from governance.meetings.access import is_of
from governance.meetings.forms import DeclineForm, DeferForm, RequestForm, said_meeting
from governance.meetings.models import AgendaRequest, Meeting
from governance.meetings.request_moves import RequestState, may_read_reasons, may_read_who
from governance.records.moves import moves_open_to
from governance.refusals import Refused
from governance.verdicts import Status
from governance.words import said_day, said_hour, said_long_day

MARKS = {
    RequestState.SUBMITTED: "soon",
    RequestState.INCLUDED: "met",
    RequestState.INCLUDED_FROM_FLOOR: "met",
    RequestState.UNDISPOSITIONED: "overdue",
}
# The latest are listed; each stays at its own address.
MOST = 200
# What is asked before each answer: the question, what follows, the button, the verb, its form.
ACTS = {
    "include": (
        "Shall it be put on the agenda?",
        "It becomes the last item; the agenda is then ordered as usual.",
        "Put it on the agenda",
        verbs.include,
        None,
    ),
    "defer": (
        "To which later meeting is it deferred?",
        "The director is told, and that meeting then has it to answer.",
        "Defer it",
        verbs.defer,
        DeferForm,
    ),
    "decline": (
        "Shall it be declined?",
        "Every director reads the answer, and the director may still raise it at the meeting.",
        "Decline it",
        verbs.decline,
        DeclineForm,
    ),
    "raise-from-floor": (
        "Do you raise it now?",
        "It is added to the agenda of the meeting that is in session.",
        "Raise it now",
        verbs.raise_from_floor,
        None,
    ),
    "withdraw": (
        "Do you take your request back?",
        "It stays in the record as withdrawn.",
        "Withdraw my request",
        verbs.withdraw_request,
        None,
    ),
}


def readable(request):
    rows = AgendaRequest.objects.visible_to(request.user)
    return rows.select_related("requester", "committee", "meeting__committee", "item")


def ahead(user):
    """Meetings of the reader's bodies that are not over, for which they may ask."""
    standing = standing_today(user)
    visible = Meeting.objects.visible_to(user)
    rows = visible.ahead(timezone.now()).select_related("committee")
    keys = [one.pk for one in rows if is_of(standing, one)]
    return visible.filter(pk__in=keys).order_by("starts_at")


@require_safe
def requests(request):
    """One's own requests, those that wait for the reader's answer, and those that have one."""
    zone = request.company.zone
    rows = list(readable(request).with_the_lock(zone).order_by("-submitted_at")[:MOST])
    waiting = set(AgendaRequest.objects.waiting_for(request.user).values_list("pk", flat=True))
    own = [one for one in rows if one.requester_id == request.user.person_id]
    others = [one for one in rows if one not in own and one.pk not in waiting]
    with request.company.held():
        page = {
            "waiting": [row(request, one) for one in rows if one.pk in waiting],
            "own": [row(request, one) for one in own],
            "others": [row(request, one) for one in others],
            "may_ask": standing_today(request.user).is_director,
        }
    return render(request, "meetings/requests.html", page)


def row(request, one):
    """A request as lists show it."""
    verdict = verbs.disposition(one, timezone.now())
    day = said_day(timezone.localdate(one.submitted_at), request.user.today)
    whose = f"{said_requester(request, one)}, {day}"
    kind = "overdue" if verdict.status == Status.OVERDUE else MARKS.get(one.state, "plain")
    return {
        "title": one.title,
        "says": f"{whose}. {verdict.says}",
        "url": one.get_absolute_url(),
        "marks": [{"kind": kind, "says": "Overdue" if kind == "overdue" else said_state(one)}],
    }


def said_requester(request, one):
    """Who asked, for whoever may read it; a number of theirs would tell as much (M-02)."""
    if not may_read_who(visitor(request.user), one, request.user.today):
        return "A director"
    return f"{one.requester}, request {one.number}"


def said_state(one):
    late = ", late" if one.late and one.state == RequestState.SUBMITTED else ""
    return f"{one.get_state_display()}{late}"


@require_http_methods(["GET", "POST"])
def ask(request):
    """A director asks for an item; the form asks for nothing but words (G-AGD-02)."""
    if not standing_today(request.user).is_director:
        raise Http404
    form = RequestForm(
        request.POST or None,
        meetings=ahead(request.user),
        reader=request.user,
        initial={"meeting": request.GET.get("meeting", "")},
    )
    if form.is_valid():
        try:
            made = verbs.submit_request(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(made)
    return render(request, "meetings/ask.html", {"form": form})


@require_safe
def request(request, pk):
    """One request, how it was answered, and what the reader may do with it."""
    one = get_object_or_404(readable(request), pk=pk)
    return render(request, "meetings/request.html", page_of(request, one))


def page_of(request, one):
    zone, user = request.company.zone_words, request.user
    at = f"{said_long_day(timezone.localdate(one.submitted_at))}, {said_hour(one.submitted_at)}"
    due = one.due_at
    facts = [
        {"label": "Asked by", "value": said_requester(request, one)},
        {
            "label": "When",
            "value": f"{at} {zone}" + (", after the agenda was locked" if one.late else ""),
        },
        {"label": "For", "value": said_target(one)},
    ]
    if due and one.state == RequestState.SUBMITTED:
        day = said_long_day(timezone.localdate(due))
        facts.append({"label": "To be answered by", "value": f"{day}, {said_hour(due)} {zone}"})
    verdict = verbs.disposition(one, timezone.now())
    return {
        "one": one,
        "facts": facts,
        "reasons": one.text if may_read_reasons(visitor(user), one, user.today) else "",
        "says": verdict.says,
        "badge": "overdue" if verdict.status == Status.OVERDUE else MARKS.get(one.state, "plain"),
        "acts": acts(request, one),
    }


def said_target(one):
    if one.meeting is None:
        return f"the next meeting of the {one.body_name}, which is not planned yet"
    return said_meeting(one.meeting)


def acts(request, one):
    """The buttons of whoever answers, or asked."""
    by = visitor(request.user)
    names = [move.name.replace("_", "-") for move in moves_open_to(one, by, by.today)]
    if one.meeting is None or not one.meeting.is_in_session:
        names = [name for name in names if name != "raise-from-floor"]
    return [
        {"verb": ACTS[name][2], "url": reverse("meetings:request_act", args=[one.pk, name])}
        for name in ACTS
        if name in names
    ]


@require_http_methods(["GET", "POST"])
def act(request, pk, name):
    """Answer a request, or take one's own back: asked once (M-02)."""
    one = get_object_or_404(readable(request), pk=pk)
    if name not in ACTS:
        raise Http404
    move = next(row for row in one.MOVES if row.name == name.replace("-", "_"))
    if not move.may(visitor(request.user), one, request.user.today):
        raise PermissionDenied
    asks, follows, verb, do, form_class = ACTS[name]
    form = form_of(form_class, request, one)
    refusal = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            do(one, **(form.cleaned_data if form else {}), by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
            one = get_object_or_404(readable(request), pk=pk)
        else:
            return redirect(one)
    page = {
        "one": one,
        "asks": asks,
        "follows": follows,
        "verb": verb,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "meetings/request_act.html", page)


def form_of(form_class, request, one):
    if form_class is DeferForm:
        visible = Meeting.objects.visible_to(request.user)
        later = visible.ahead(timezone.now()).filter(committee=one.committee)
        later = later.exclude(pk=one.meeting_id)
        if one.meeting:
            later = later.filter(starts_at__gt=one.meeting.starts_at)
        return DeferForm(request.POST or None, meetings=later, reader=request.user)
    return form_class(request.POST or None) if form_class else None
