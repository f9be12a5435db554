"""Whatever the reader may know of by its words: meetings, items, resolutions, minutes, papers,
directors and charters, each through the door of its room. What is sealed is not looked through."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django import forms
from django.contrib.postgres.search import SearchVector
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    F,
    Max,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from governance.asking import SOME_WORDS
from governance.board.models import Directorship
from governance.committees.asking import ask_values
from governance.committees.models import Charter, Committee
from governance.decisions.models import Motion
from governance.meetings.models import AgendaItem, Meeting, Recusal
from governance.minutes.models import MinutesVersion
from governance.papers import finding
from governance.papers.finding import ENGLISH, HITS, query_of, rank_of
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
MARKED = ("{}", "<mark>{}</mark>")
BOARD = "board"
# Marks of direction and of no width; joiners are letters of some scripts.
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Quotation marks as a tablet writes them for whoever types the plain one.
QUOTES = re.compile("[\u201c-\u201f\u00ab\u00bb\uff02]")
# A dash between two words; the database would leave out whatever has the second.
LONE_MINUS = re.compile(r"(?<!\S)-+(?!\S)")


MINUTES = {
    "title": "minutes__meeting__name",
    "key": "minutes",
    "meeting": "minutes__meeting__",
    "kept": F("words"),
}


# What is said of an entry that nothing can be looked for by.
WRONG = {
    "q": "That is not something to search for. Type a word or two.",
    "body": "That is not something to search for: there is no such body.",
    "year": "That is not something to search for: a year has four figures.",
}


class SearchForm(forms.Form):
    """The words, with quotation marks, `or` and `-` as search engines have them; a body, a year."""

    q = forms.CharField(max_length=200, required=False)
    body = forms.ChoiceField(required=False)
    year = forms.IntegerField(min_value=1900, max_value=2200, required=False)

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = bodies

    def clean_q(self):
        """What nobody sees comes along with what is pasted; quotation marks are of any kind."""
        words = QUOTES.sub('"', UNSEEN.sub("", self.cleaned_data["q"]))
        return LONE_MINUS.sub("", words).strip()


def bodies_of(user):
    """Any body, the Board, and each committee."""
    named = [(str(pk), name) for pk, name in ask_values(committees, user, given={})]
    return [("", "Any body"), (BOARD, "Board of Directors"), *named]


def committees(user):
    return Committee.objects.visible_to(user).order_by("name").values_list("pk", "name")


@require_safe
def search(request):
    """Everything with these words that the reader may know of: what they are most about first, and
    of what is alike the newest."""
    bodies = bodies_of(request.user)
    form = SearchForm(request.GET, bodies=bodies)
    asked = form.cleaned_data if form.is_valid() else {}
    words = asked.get("q", "")
    found, more = matching(request.user, words, asked.get("body"), asked.get("year"))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    why = "Nothing that is open to you has these words." if words else "Type a word or two."
    if words and not found and are_everywhere(words):
        why = "That has no word to search for, or only such as stand in every text. Add one."
    if not form.is_valid():
        why = " ".join(WRONG[name] for name in form.errors)
    shown = {
        "asked": form["q"].value() or "",
        "bodies": bodies,
        "body": asked.get("body", ""),
        "year": asked.get("year") or "",
        "found": [row(one) for one in named(request.user, words, page)],
        "page": page,
        "more": more,
        "why": why,
    }
    return render(request, "meetings/search.html", shown)


@dataclass(frozen=True)
class Found:
    """Something with the words: its kind, key and title, its meeting's name and hour."""

    kind: str
    key: object
    title: str
    meeting: str
    hour: datetime | None
    entered_later: bool
    rank: float
    # Of a paper, the number and the title of what it is for, and what stands around the words.
    item: str = ""
    part: str = ""


@dataclass(frozen=True)
class FoundPaper:
    """A version of a paper with the words, the second in which it was brought, its best page."""

    version: object
    rank: float
    brought: float
    sheet: object


def place(one):
    """What is most about the words first, then the latest."""
    if isinstance(one, FoundPaper):
        return -one.rank, -one.brought, str(one.version)
    return -one.rank, -(one.hour.timestamp() if one.hour else 0), str(one.key)


@dataclass(frozen=True)
class Narrowed:
    """Those of a body's meetings, and of a year's, given the way from the rows to a meeting."""

    body: str
    year: int | None
    # Compared alone: the text of a question says at which instants the year begins and ends there.
    zone: str = field(default_factory=timezone.get_current_timezone_name)

    def __call__(self, rows, meeting):
        rows = rows.order_by()
        if self.body:
            committee = None if self.body == BOARD else self.body
            rows = rows.filter(**{f"{meeting}committee": committee})
        return rows.filter(**{f"{meeting}starts_at__year": self.year}) if self.year else rows


def are_everywhere(words):
    """Whether nothing can be looked for by these words, which are "the", or "and"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(websearch_to_tsquery(%s, %s)) = 0", [ENGLISH, words])
        return cursor.fetchone()[0]


def matching(user, words, body="", year=None):
    """What has the words, in its order; and whether there is more than was looked at."""
    if not words:
        return [], False
    within = Narrowed(body, year)
    rows = ask_values(with_words, user, within, given={SOME_WORDS: words})
    pages, more = finding.papers_with(user, words, within)
    more = more or any(number > HITS for number in Counter(row[0] for row in rows).values())
    found = [*(Found(*one) for one in rows), *(FoundPaper(*one) for one in pages)]
    return sorted(found, key=place), more


def named(user, words, found):
    """What was found, papers with their titles, their meetings, what they are for and what stands
    around the words; without one that was shut meanwhile."""
    sheets = [one.sheet for one in found if isinstance(one, FoundPaper)]
    told = finding.told_of(user, sheets, words, BEGINS, ENDS)
    for one in found:
        if isinstance(one, Found):
            yield one
        elif one.sheet in told:
            *says, item, part = told[one.sheet]
            yield Found("Paper", *says, one.rank, item, marked(part))


def with_words(user, within):
    """What is told of everything but papers with these words, whatever they are: of each kind the
    newest, and one more, which tells that there are others."""
    query = query_of(SOME_WORDS)

    def found(kind, rows, *fields, title="", key="pk", meeting="meeting__", kept=None):
        vector = kept or SearchVector(*fields, config=ENGLISH)
        rows = within(rows, meeting).alias(words_of=vector).filter(words_of=query)
        told = (Value(kind), key, title or fields[0], f"{meeting}name", f"{meeting}starts_at")
        rows = rows.values_list(*told, f"{meeting}backfilled", rank_of(vector, query))
        # By key too: the items of a meeting have one hour, and pages are turned through the same.
        return rows.order_by(f"-{meeting}starts_at", "pk")[: HITS + 1]

    kinds = [
        found("Meeting", Meeting.objects.visible_to(user), "name", meeting=""),
        found("Item", AgendaItem.objects.visible_to(user), "title"),
        found("Resolution", Motion.objects.visible_to(user), "title", "text"),
        found("Minutes", wordings_open_to(user), **MINUTES),
    ]
    if not within.body and not within.year:
        kinds += without_a_meeting(user, query)
    first, *others = kinds
    return first.union(*others, all=True)


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
    vector = SearchVector("given_name", "family_name", config=ENGLISH)
    people = Person.objects.visible_to(user).filter(pk__in=served)
    people = people.alias(words_of=vector).filter(words_of=query).order_by()
    name = Concat("given_name", Value(" "), "family_name")
    rank = rank_of(vector, query)
    yield people.values_list(Value("Director"), "pk", name, *nothing, rank)[: HITS + 1]
    vector = F("sections__words")
    charters = Charter.objects.visible_to(user).filter(sections__words=query).order_by()
    told = (Value("Charter"), "pk", "committee__name", *nothing)
    # One with many such sections comes once, and as high as the best of them.
    charters = charters.values("pk").annotate(rank=Max(rank_of(vector, query)))
    yield charters.values_list(*told, "rank")[: HITS + 1]


def marked(part):
    """The words around a hit, with a mark on each that was looked for."""
    pieces = part.replace(ENDS, BEGINS).split(BEGINS)
    return format_html("".join(MARKED[at % 2] for at in range(len(pieces))), *pieces)


def row(one):
    """What was found, where, and its own page."""
    to = f" to item {one.item}," if one.item else ""
    where = "" if one.kind == "Meeting" or not one.meeting else f"{to} at the {one.meeting}"
    day = f", {said_long_day(timezone.localdate(one.hour))}" if one.hour else ""
    return {
        "title": one.title,
        "says": f"{one.kind}{where}{day}{', entered later' if one.entered_later else ''}",
        "url": reverse(PAGES[one.kind], args=[one.key]),
        "part": one.part,
    }
