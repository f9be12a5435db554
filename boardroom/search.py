"""Whatever the reader may know of by its words: meetings, items, resolutions, minutes, papers,
directors and charters, each through the door of its room. What is sealed is not looked through."""

from django import forms
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchVector
from django.core.paginator import Paginator
from django.db.models import BooleanField, CharField, DateTimeField, F, Min, Value
from django.db.models.functions import Cast, Concat
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.board.models import Directorship
from governance.committees.models import Charter, Committee
from governance.decisions.models import Motion
from governance.meetings.models import AgendaItem, Meeting, Recusal
from governance.minutes.models import MinutesVersion
from governance.papers.models import Sheet
from governance.people.models import Person
from governance.words import said_long_day

A_PAGE = 20
PAGES = {
    "Meeting": "meetings:meeting",
    "Item": "meetings:item",
    "Resolution": "decisions:motion",
    "Minutes": "minutes:minutes",
    "Paper": "papers:paper",
    "Director": "board:director",
    "Charter": "committees:charter",
}
# Where the words stand is marked between these, which no text has.
BEGINS, ENDS = "\x01", "\x02"
BOARD = "board"
MINUTES = {
    "title": "minutes__meeting__name",
    "key": "minutes",
    "meeting": "minutes__meeting__",
}


class SearchForm(forms.Form):
    """The words, with quotation marks, `or` and `-` as search engines have them; a body, a year."""

    q = forms.CharField(max_length=200, required=False)
    body = forms.ChoiceField(required=False)
    year = forms.IntegerField(min_value=1900, max_value=2200, required=False)

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = bodies


def bodies_of(user):
    """Any body, the Board, and each committee."""
    committees = Committee.objects.visible_to(user).order_by("name").values_list("pk", "name")
    named = [(str(pk), name) for pk, name in committees]
    return [("", "Any body"), (BOARD, "Board of Directors"), *named]


@require_safe
def search(request):
    """Everything with these words that the reader may know of, the latest meeting first."""
    bodies = bodies_of(request.user)
    form = SearchForm(request.GET, bodies=bodies)
    asked = form.cleaned_data if form.is_valid() else {}
    words = asked.get("q", "")
    found = matching(request.user, words, asked.get("body"), asked.get("year"))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    why = "Nothing that is open to you has these words." if words else "Type a word or two."
    if not form.is_valid():
        why = "That is not something to search for. Type a word or two."
    rows = list(page)
    parts = told_parts(request.user, words, [key for kind, key, *_ in rows if kind == "Paper"])
    shown = {
        "asked": words,
        "bodies": bodies,
        "body": asked.get("body", ""),
        "year": asked.get("year") or "",
        "found": [row(*one) | {"part": parts.get(one[1], "")} for one in rows],
        "page": page,
        "why": why,
    }
    return render(request, "meetings/search.html", shown)


def query_of(words):
    return SearchQuery(words, config="english", search_type="websearch")


def matching(user, words, body="", year=None):
    """What has the words: its kind, key and title, its meeting's name and hour."""
    if not words:
        return Meeting.objects.visible_to(user).none()
    query = query_of(words)

    def within(rows, meeting):
        rows = rows.order_by()
        if body:
            committee = None if body == BOARD else body
            rows = rows.filter(**{f"{meeting}committee": committee})
        return rows.filter(**{f"{meeting}starts_at__year": year}) if year else rows

    def found(kind, rows, *fields, title="", key="pk", meeting="meeting__"):
        vector = SearchVector(*fields, config="english")
        rows = within(rows, meeting).alias(words_of=vector).filter(words_of=query)
        return shown(kind, rows, title or fields[0], key, meeting)

    def shown(kind, rows, title, key, meeting):
        told = (Value(kind), key, title, f"{meeting}name", f"{meeting}starts_at")
        return rows.values_list(*told, f"{meeting}backfilled")

    item = "version__paper__item__"
    papers = within(Sheet.objects.readers_have(user).filter(words=query), f"{item}meeting__")
    kinds = [
        found("Meeting", Meeting.objects.visible_to(user), "name", meeting=""),
        found("Item", AgendaItem.objects.visible_to(user), "title"),
        found("Resolution", Motion.objects.visible_to(user), "title", "text"),
        found("Minutes", wordings_open_to(user), "text", **MINUTES),
        shown(
            "Paper", papers, "version__paper__title", "version__paper", f"{item}meeting__"
        ).distinct(),
    ]
    if not body and not year:
        kinds += without_a_meeting(user, query)
    first, *others = kinds
    return first.union(*others, all=True).order_by(F("starts_at").desc(nulls_last=True), "pk")


def wordings_open_to(user):
    """Minutes as they read now, where nothing in them is withheld from the reader."""
    walls = Recusal.objects.filter(person=user.person_id).values("item__meeting")
    rows = MinutesVersion.objects.visible_to(user).last_of_each()
    return rows.exclude(minutes__meeting__in=walls)


def without_a_meeting(user, query):
    """Directors by their name, and charters by their words."""
    nothing = (
        Value("", output_field=CharField()),
        # Named, since a union takes a bare NULL for text.
        Cast(Value(None), DateTimeField()),
        Value(False, output_field=BooleanField()),
    )
    served = Directorship.objects.visible_to(user).values("person")
    vector = SearchVector("given_name", "family_name", config="english")
    people = Person.objects.visible_to(user).filter(pk__in=served)
    people = people.alias(words_of=vector).filter(words_of=query).order_by()
    name = Concat("given_name", Value(" "), "family_name")
    yield people.values_list(Value("Director"), "pk", name, *nothing)
    vector = SearchVector("sections__title", "sections__text", config="english")
    charters = Charter.objects.visible_to(user).alias(words_of=vector)
    charters = charters.filter(words_of=query).distinct()
    yield charters.order_by().values_list(Value("Charter"), "pk", "committee__name", *nothing)


def told_parts(user, words, papers):
    """Of each paper the first page that has the words, with what stands around them."""
    if not papers:
        return {}
    query = query_of(words)
    having = Sheet.objects.readers_have(user).filter(words=query, version__paper__in=papers)
    first = having.order_by().values("version__paper").annotate(page=Min("number"))
    headline = SearchHeadline(
        "text", query, config="english", start_sel=BEGINS, stop_sel=ENDS, max_words=30, min_words=12
    )
    wanted = {(one["version__paper"], one["page"]) for one in first}
    rows = having.filter(number__in={page for _, page in wanted}).annotate(part=headline)
    return {
        paper: marked(part)
        for paper, page, part in rows.values_list("version__paper", "number", "part")
        if (paper, page) in wanted
    }


def marked(part):
    """The words around a hit in their order, each with whether it is one that was looked for."""
    told = []
    for piece in part.replace(ENDS, BEGINS).split(BEGINS):
        told.append({"words": piece, "hit": len(told) % 2 == 1})
    return told


def row(kind, key, title, meeting, hour, entered_later):
    """What was found, where, and its own page."""
    where = "" if kind == "Meeting" or not meeting else f" at the {meeting}"
    day = f", {said_long_day(timezone.localdate(hour))}" if hour else ""
    return {
        "title": title,
        "says": f"{kind}{where}{day}{', entered later' if entered_later else ''}",
        "url": reverse(PAGES[kind], args=[key]),
    }
