"""Files on their way: what becomes of each, told on the page from which it was sent."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from governance.following import mark_of
from governance.papers import arriving
from governance.papers.models import Arrival, ArrivalState
from governance.refusals import Refused
from governance.words import said_day, said_hour

MARKS = {
    ArrivalState.WAITING: "plain",
    ArrivalState.CHECKING: "soon",
    ArrivalState.BROUGHT: "met",
    ArrivalState.REFUSED: "overdue",
}
SAYS = {
    ArrivalState.WAITING: "It is kept, and waits to be checked.",
    ArrivalState.CHECKING: "Scripts and hidden data are being taken out.",
}


def arrivals_for(user, **about):
    """What the account may see of files on their way to an item, or to a paper."""
    rows = Arrival.objects.visible_to(user).filter(**about)
    return list(rows.select_related("brought_by__person", "paper").order_by("brought_at", "pk"))


def news_of(arrivals, *facts):
    """What the page follows while something is on its way; empty: it does not follow."""
    if not any(one.state in SAYS for one in arrivals):
        return ""
    return mark_of([(one.pk, one.state) for one in arrivals], *facts)


def course(arrival):
    """A file as its sender sees it: where it stands, and why it was refused."""
    at = timezone.localtime(arrival.brought_at)
    settled = arrival.state in (ArrivalState.BROUGHT, ArrivalState.REFUSED)
    return {
        "key": arrival.pk,
        "name": arrival.name,
        "state": arrival.get_state_display(),
        "kind": MARKS[arrival.state],
        "says": arrival.says if settled else SAYS[arrival.state],
        "sent": f"{arrival.brought_by.person}, {said_day(at.date(), timezone.localdate())}, "
        f"{said_hour(arrival.brought_at)}",
        "url": arrival.paper.get_absolute_url() if arrival.paper_id else "",
        "verb": "Put away" if settled else "Take back",
        "may": arrival.state != ArrivalState.CHECKING,
    }


@require_POST
def put_away(request, pk):
    """Clear away what became of a file, or take one back that waits."""
    rows = Arrival.objects.visible_to(request.user).select_related("renews")
    arrival = get_object_or_404(rows, pk=pk)
    try:
        arriving.put_away(arrival, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    if arrival.renews:
        return redirect(arrival.renews)
    if arrival.session_id:
        return redirect("papers:session", arrival.session_id)
    return redirect("papers:bring", arrival.item_id)
