"""One item of an agenda, and the interest that a director declares in it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import visitor
from governance.meetings import operations
from governance.meetings.access import belongs_to, may_build, may_run
from governance.meetings.forms import RecordedRecusalForm, RecusalForm
from governance.meetings.models import AgendaItem
from governance.meetings.views.agenda import motion_mark
from governance.meetings.views.guests import guests_of
from governance.refusals import Refused


@require_safe
def item(request, pk):
    """One matter on the agenda, with its motions and who takes no part in it."""
    items = AgendaItem.objects.visible_to(request.user).select_related(
        "meeting__committee", "presenter"
    )
    item = get_object_or_404(items, pk=pk)
    member = belongs_to(visitor(request.user), item.meeting, request.user.today)
    motions = [
        {
            "title": motion.title,
            "says": f"Moved by {motion.mover}",
            "url": motion.get_absolute_url(),
            "marks": [motion_mark(motion, over=item.meeting.is_over)],
        }
        for motion in item.motions.visible_to(request.user).select_related("mover")
    ]
    over = item.meeting.is_over
    page = {
        "item": item,
        "meeting": item.meeting,
        "motions": motions,
        "papers": papers_of(request.user, item),
        # Whoever presents brings what is read; the page itself asks whether they may.
        "may_bring": not over
        and (
            request.user.person_id in presenting(item)
            or may_build(visitor(request.user), item.meeting, request.user.today)
        ),
        "recusals": list(item.recusals.select_related("person")),
        "guests": guests_of(request.user, item),
        "may_build": not over
        and may_build(visitor(request.user), item.meeting, request.user.today),
        "before": last_time(request, item),
        "may_recuse": member and not over,
        "may_record": not over and may_run(visitor(request.user), item.meeting, request.user.today),
        "may_put": (member or request.user.is_secretary) and not over,
        "facts": [
            {"label": "Purpose", "value": item.get_purpose_display()},
            {"label": "Length", "value": f"{item.minutes} minutes"},
            {"label": "Presented by", "value": str(item.presenter or "Nobody named")},
            # Whoever presents has to find the room, and sees no more of the meeting than this.
            {"label": "Where", "value": where(item.meeting)},
        ],
    }
    return render(request, "meetings/item.html", page)


def papers_of(user, item):
    """What is to be read for the item, as far as the reader may."""
    return [
        {
            "title": paper.title,
            "says": "",
            "url": paper.get_absolute_url(),
            "marks": []
            if paper.state == "published"
            else [{"kind": "soon", "says": paper.get_state_display()}],
        }
        for paper in item.papers.visible_to(user)
    ]


def presenting(item):
    """Whoever presents the item, and its guests."""
    return {item.presenter_id, *item.invited.values_list("person", flat=True)} - {None}


def last_time(request, item):
    """Where its topic was before the body last, as far as the reader may know; else None."""
    earlier = AgendaItem.objects.visible_to(request.user).filter(pk=item.follows_id)
    return earlier.select_related("meeting").first()


def where(meeting):
    """ "Headquarters; dial in: +1 555 0100"."""
    dial_in = f"dial in: {meeting.dial_in}" if meeting.dial_in else ""
    return "; ".join(filter(None, (meeting.place, dial_in))) or "Not said yet"


@require_http_methods(["GET", "POST"])
def recuse(request, pk):
    """A director declares an interest: from then on the item is withheld from them (M-03)."""
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not belongs_to(request.user, item.meeting, request.user.today):
        raise PermissionDenied
    form = RecusalForm(request.POST or None)
    if form.is_valid():
        try:
            operations.record_recusal(
                item,
                request.user.person,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(item.meeting)
    return render(request, "meetings/recuse.html", {"item": item, "form": form})


@require_http_methods(["GET", "POST"])
def record_recusal(request, pk):
    """Whoever runs the meeting records that a member takes no part in an item (M-03)."""
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not may_run(visitor(request.user), item.meeting, request.user.today):
        raise PermissionDenied
    members = item.meeting.members(request.user.today).order_by("family_name", "given_name")
    members = members.exclude(pk__in=item.recusals.values("person"))
    form = RecordedRecusalForm(request.POST or None, members=members, reader=request.user)
    if form.is_valid():
        try:
            operations.record_recusal(item, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(item.meeting)
    return render(request, "meetings/record_recusal.html", {"item": item, "form": form})
