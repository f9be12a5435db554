"""Actions: one's own, one of them, and how it is entered, done or dropped."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import visitor
from governance.meetings import actions as verbs
from governance.meetings.action_moves import ActionState, may_enter_actions, possible_owners
from governance.meetings.forms import ActionForm, ReasonForm
from governance.meetings.models import Action, AgendaItem, Meeting
from governance.meetings.views.conduct import to_be_run
from governance.records.moves import find_move, moves_open_to
from governance.refusals import Refused
from governance.words import said_day, said_long_day

MARKS = {ActionState.OPEN: "soon", ActionState.DONE: "met"}
# What is asked before each: the question, what follows, the verb, its form.
ACTS = {
    "complete": (
        "Is it done?",
        "It is entered in the record, and letters about it end.",
        verbs.complete,
        None,
    ),
    "drop": (
        "Shall it be dropped?",
        "It stays in the record with the reason.",
        verbs.drop,
        ReasonForm,
    ),
}


def readable(request):
    return Action.objects.visible_to(request.user).select_related("owner", "meeting__committee")


def mark(action, today):
    """How it stands, as lists and its page show it."""
    if action.state == ActionState.OPEN and action.due_on < today:
        return {"kind": "overdue", "says": "Overdue"}
    return {"kind": MARKS.get(action.state, "plain"), "says": action.get_state_display()}


@require_safe
def actions(request):
    """What meetings have left to the reader, the nearest day first."""
    own = readable(request).left_open().filter(owner=request.user.person_id)
    today = request.user.today
    rows = [
        {
            "title": action.what,
            "says": f"{action.meeting.body_name}, by {said_day(action.due_on, today)}",
            "url": action.get_absolute_url(),
            "marks": [mark(action, today)],
        }
        for action in own
    ]
    return render(request, "meetings/actions.html", {"actions": rows})


@require_safe
def action(request, pk):
    """One action, where it came from, and what the reader may do with it."""
    action = get_object_or_404(readable(request), pk=pk)
    by = visitor(request.user)
    offered = {move.name: move.words for move in moves_open_to(action, by, by.today)}
    page = {
        "action": action,
        "mark": mark(action, by.today),
        "facts": facts(request, action),
        "acts": [
            {"verb": words, "url": reverse("meetings:action_act", args=[action.pk, name])}
            for name, words in offered.items()
        ],
    }
    return render(request, "meetings/action.html", page)


def facts(request, action):
    """Its owner may be no reader of the meeting, and then learns the body and the day alone."""
    meeting = action.meeting
    told = {"label": "From", "value": f"{meeting.body_name}, {said_long_day(meeting.day)}"}
    if Meeting.objects.readable_by(request.user).filter(pk=meeting.pk).exists():
        told |= {"url": meeting.get_absolute_url()}
    items = AgendaItem.objects.visible_to(request.user).filter(pk=action.item_id)
    found = [
        {"label": "Owner", "value": action.owner},
        {"label": "By", "value": said_long_day(action.due_on)},
        told,
        *(
            {"label": "Item", "value": item.title, "url": reverse("meetings:item", args=[item.pk])}
            for item in items
        ),
    ]
    if action.settled_on:
        label = action.get_state_display()
        found.append({"label": label, "value": said_long_day(action.settled_on)})
    return found


@require_http_methods(["GET", "POST"])
def enter(request, pk):
    """The secretary's office or the chair writes down what the meeting left to somebody."""
    meeting, today = to_be_run(request, pk), request.user.today
    if not may_enter_actions(visitor(request.user), meeting, today):
        raise PermissionDenied
    form = ActionForm(
        request.POST or None,
        owners=possible_owners(meeting, today),
        meeting=meeting,
        reader=request.user,
    )
    if form.is_valid():
        try:
            verbs.enter_action(meeting, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(meeting)
    return render(request, "meetings/enter_action.html", {"meeting": meeting, "form": form})


@require_http_methods(["GET", "POST"])
def act(request, pk, name):
    """Mark an action done, or drop it: asked once."""
    action = get_object_or_404(readable(request), pk=pk)
    if name not in ACTS:
        raise Http404
    move = find_move(Action.MOVES, name, ActionState.OPEN)
    if not move.may(visitor(request.user), action, request.user.today):
        raise PermissionDenied
    asks, follows, do, form_class = ACTS[name]
    form = form_class(request.POST or None) if form_class else None
    refusal = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            do(
                action,
                **(form.cleaned_data if form else {}),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect(action)
    page = {
        "action": action,
        "asks": asks,
        "follows": follows,
        "verb": move.words,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "meetings/action_act.html", page)
