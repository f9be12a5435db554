"""Papers are found by the words of their pages, behind the door of each.

Of frequent words there are more pages than anybody turns, so the newest that are open to who asks
are told of. The door is asked about the papers of the newest pages alone; pages that it keeps shut
change neither what is found nor whether there is more.
"""

import re
from datetime import timedelta

from django.contrib.postgres.search import SearchHeadline, SearchRank
from django.db.models import (
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Value,
)
from django.db.models.functions import Greatest, Substr

from governance.asking import SOME_KEYS
from governance.committees.asking import ask_values
from governance.papers.models import PaperVersion, Sheet

# So many open pages are told of; so many are looked at in the first go, and twice as many in each
# that follows it, as those that are open come in heaps.
HITS, A_GO, GOES = 100, 136, 6
# Of so few open ones in the first go, all papers that are open are asked for instead.
FEW = 20
# What is to be known of a version before its papers are put in order.
TOLD = ("paper", "paper__item__meeting__starts_at")
ITS_MEETING = "version__paper__item__meeting__"
# Letters of a page that are looked at for what stands around the words, and how many of them before
# the first.
AROUND, BEFORE = 480, 160
WORD = re.compile(r"\w+")


def rank_of(vector, query):
    """How much a text is about the words, the shorter the more."""
    return SearchRank(vector, query, normalization=Value(1))


def papers_with(user, query, within, *, is_phrase):
    """Papers that the user may read and that have the words, each with the hour of its meeting, its
    rank, its best page and the version that this is of; and whether there are more such pages.

    `within` narrows rows to meetings, given the way to them.
    """
    pages = within(Sheet.objects.filter(words=query), ITS_MEETING)
    pages = newest_first(pages, query, is_phrase)
    hits, papers = open_pages(user, pages)
    best = {}
    for sheet, version, rank in hits[:HITS]:
        if rank > best.get(version, (None, -1))[1]:
            best[version] = sheet, rank
    found = [(*papers[version], rank, sheet, version) for version, (sheet, rank) in best.items()]
    return found, len(hits) > HITS


def open_pages(user, pages):
    """The newest of these pages that the user may read, one more than is told of, and of each of
    their versions the paper and the hour of its meeting.

    Whichever way they are looked for, they are the same: page after page while most are open, and
    from what the user may read where few are, which takes longer.
    """
    hits, papers, begins = [], {}, 0
    for go in range(GOES):
        ends = begins + A_GO * 2**go
        some = list(pages[begins:ends])
        papers |= open_to(user, {version for _, version, _ in some})
        hits += [hit for hit in some if hit[1] in papers]
        if len(hits) > HITS or len(some) < ends - begins:
            return hits[: HITS + 1], papers
        if len(hits) < FEW:
            break
        begins = ends
    readable = PaperVersion.objects.readers_have(user).values("pk")
    told = pages.filter(version__in=readable).values_list(
        *("pk", "version", "rank"), *(f"version__{name}" for name in TOLD)
    )
    hits = list(told[: HITS + 1])
    return [hit[:3] for hit in hits], {version: rest for _, version, _, *rest in hits}


def newest_first(pages, query, is_phrase):
    """These pages, and how much each is about the words."""
    brought = F("brought_at")
    if is_phrase:
        # Words are often on a page, and seldom side by side: page after page, from the newest on,
        # would be looked at for nothing. Put so, the index of words is asked first.
        later = F("brought_at") + timedelta(0)
        brought = ExpressionWrapper(later, output_field=DateTimeField())
    # The pages of a paper are brought at one instant.
    rows = pages.order_by(brought.desc(), "-pk").annotate(rank=rank_of(F("words"), query))
    return rows.values_list("pk", "version", "rank")


def open_to(user, versions):
    """Of these versions those that the user reads, each with its paper and its meeting's hour."""
    if not versions:
        return {}
    rows = ask_values(read_by, user, given={SOME_KEYS: list(versions)})
    return {version: rest for version, *rest in rows}


def read_by(user):
    rows = PaperVersion.objects.readers_have(user).filter(pk__among=SOME_KEYS).order_by()
    return rows.values_list("pk", *TOLD)


def told_of(user, versions):
    """Of versions that the user reads: title, meeting, whether it was entered later, its item."""
    if not versions:
        return {}
    rows = ask_values(titles, user, given={SOME_KEYS: list(versions)})
    return {version: (*rest, f"{position}, {item}") for version, *rest, position, item in rows}


def titles(user):
    meeting, item = "paper__item__meeting__", "paper__item__"
    told = ("pk", "paper__title", f"{meeting}name", f"{meeting}backfilled")
    rows = PaperVersion.objects.readers_have(user).filter(pk__among=SOME_KEYS).order_by()
    return rows.values_list(*told, f"{item}position", f"{item}title")


class FirstOf(Func):
    """Where in a text the first word begins that begins so; nought: nowhere."""

    function = "regexp_instr"
    template = "%(function)s(%(expressions)s, 1, 1, 0, 'i')"
    output_field = IntegerField()


def words_around(sheets, query, words, begins, ends):
    """By page, what stands around the words of the query; they were found for who asks.

    To read a whole page for it takes the database as long as to find the page. So the part is read
    in which a word begins as one that was typed does; and the whole where that was another word, or
    for words that are to stand side by side, which are on few pages.
    """
    marks = {"start_sel": begins, "stop_sel": ends, "max_words": 30, "min_words": 12}

    def said(some, text):
        headline = SearchHeadline(text, query, config="english", **marks)
        return Sheet.objects.filter(pk__in=some).order_by().values_list("pk", headline)

    # What is found may end otherwise: "plans", where "planning" was typed.
    starts = {word[: max(len(word) - 3, 3)] for word in WORD.findall(words)}
    place = FirstOf("text", Value(rf"\m({'|'.join(sorted(starts))})"))
    near = Substr("text", Greatest(place - BEFORE, 1), AROUND)
    told = dict(said(sheets, "text" if '"' in words else near))
    missed = [pk for pk, part in told.items() if begins not in part]
    return told | dict(said(missed, "text")) if missed else told
