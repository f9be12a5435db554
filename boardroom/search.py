"""Meetings, agenda items and resolutions by their words, through the doors of three rooms."""

from django import forms
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.paginator import Paginator
from django.db.models import Value
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.decisions.models import Motion
from governance.meetings.models import AgendaItem, Meeting
from governance.words import said_long_day

A_PAGE = 20
PAGES = {
    "Meeting": "meetings:meeting",
    "Item": "meetings:item",
    "Resolution": "decisions:motion",
}


class SearchForm(forms.Form):
    """The words, with quotation marks, `or` and `-` as search engines have them."""

    q = forms.CharField(max_length=200, required=False)


@require_safe
def search(request):
    """Everything with these words that the reader may know of, the latest meeting first."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(matching(request.user, words), A_PAGE).get_page(request.GET.get("page"))
    why = "Nothing that is open to you has these words." if words else "Type a word or two."
    if not form.is_valid():
        why = "That is not something to search for. Type a word or two."
    shown = {"asked": words, "found": [row(*one) for one in page], "page": page, "why": why}
    return render(request, "meetings/search.html", shown)


def matching(user, words):
    """What has the words: its kind, key and title, its meeting's name and hour."""
    if not words:
        return Meeting.objects.visible_to(user).none()
    query = SearchQuery(words, config="english", search_type="websearch")

    def found(kind, rows, *fields, meeting="meeting__"):
        vector = SearchVector(*fields, config="english")
        rows = rows.order_by().alias(words=vector).filter(words=query)
        shown = (Value(kind), "pk", fields[0], f"{meeting}name", f"{meeting}starts_at")
        shown = (*shown, f"{meeting}backfilled")
        return rows.values_list(*shown)

    meetings = found("Meeting", Meeting.objects.visible_to(user), "name", meeting="")
    items = found("Item", AgendaItem.objects.visible_to(user), "title")
    motions = found("Resolution", Motion.objects.visible_to(user), "title", "text")
    return meetings.union(items, motions, all=True).order_by("-starts_at", "pk")


def row(kind, key, title, meeting, hour, entered_later):
    """What was found, where, and its own page."""
    where = "" if kind == "Meeting" else f" at the {meeting}"
    day = said_long_day(timezone.localdate(hour))
    return {
        "title": title,
        "says": f"{kind}{where}, {day}{', entered later' if entered_later else ''}",
        "url": reverse(PAGES[kind], args=[key]),
    }
