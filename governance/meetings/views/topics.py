"""The last time a topic was before the body: found among its earlier items, and tied."""

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from governance.meetings import discussing
from governance.meetings.access import may_build
from governance.meetings.forms import EarlierForm, TopicForm
from governance.meetings.models import AgendaItem
from governance.refusals import Refused
from governance.words import said_long_day

MOST_FOUND = 12


@require_http_methods(["GET", "POST"])
def tie(request, pk):
    """Who builds the agenda says when an item's topic was last before the body (G-AGD-01)."""
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not may_build(request.user, item.meeting, request.user.today):
        raise PermissionDenied
    earlier = discussing.earlier_of_the_body(item.meeting, request.user)
    refusal = None
    if request.method == "POST":
        form = EarlierForm(request.POST, earlier=earlier, reader=request.user)
        try:
            if not (form.is_valid() or "untie" in request.POST):
                raise Refused("Choose one of the items found.", provision="G-AGD-01")
            chosen = form.cleaned_data.get("earlier")
            discussing.tie(item, chosen, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect("meetings:item", item.pk)
    asked = TopicForm(request.GET)
    words = asked.cleaned_data["q"] if asked.is_valid() else ""
    page = {
        "item": item,
        "asked": words,
        "refusal": refusal,
        "tied": earlier.filter(pk=item.follows_id).first(),
        "found": [row(one) for one in matching(earlier, item, words)[:MOST_FOUND]],
    }
    return render(request, "meetings/tie.html", page)


def matching(earlier, item, words):
    """Earlier items with these words; without any, those most like the item."""
    titles = earlier.annotate(words=SearchVector("title", config="english"))
    if words:
        return titles.filter(words=SearchQuery(words, config="english", search_type="websearch"))
    alike = Q(tags__overlap=item.tags)
    said = SearchQuery("")
    for word in item.title.split():
        said |= SearchQuery(word, config="english")
    return (
        titles.filter(alike | Q(words=said))
        .annotate(likeness=SearchRank(F("words"), said))
        .order_by("-likeness", "-meeting__starts_at")
    )


def row(item):
    """An earlier item as the page offers it."""
    return {
        "key": item.pk,
        "title": item.title,
        "says": f"{item.meeting.name}, {said_long_day(item.meeting.day)}",
        "url": reverse("meetings:item", args=[item.pk]),
    }
