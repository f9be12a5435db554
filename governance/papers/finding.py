"""Papers are found by the words of their pages, behind the door of each.

Of frequent words there are more pages than anybody turns, so the newest are looked at; the door is
asked about the papers of those alone, before anything of them is told.
"""

from datetime import timedelta

from django.contrib.postgres.search import SearchHeadline, SearchRank
from django.db.models import DateTimeField, ExpressionWrapper, F, Value

from governance.papers.models import PaperVersion, Sheet

# At most so many are looked at, the newest first; so many open pages are enough.
HITS, ENOUGH = 500, 100
ITS_MEETING = "version__paper__item__meeting__"


def rank_of(vector, query):
    """How much a text is about the words, the shorter the more."""
    return SearchRank(vector, query, normalization=Value(1))


def papers_with(user, query, within, *, is_phrase):
    """Papers that the user may read and that have the words, each as it is told of, with its rank
    and its best page; and whether there are more pages than were looked at.

    `within` narrows rows to meetings, given the way to them. Whoever may read few of the newest
    pages is served from what they may read, which takes longer and gives the same.
    """
    pages = within(Sheet.objects.filter(words=query), ITS_MEETING)
    hits = newest(pages, query, is_phrase)
    papers = open_to(user, {version for _, version, _ in hits})
    more = len(hits) == HITS
    if more and sum(version in papers for _, version, _ in hits) < ENOUGH:
        readable = PaperVersion.objects.readers_have(user).values("pk")
        hits = newest(pages.filter(version__in=readable), query, is_phrase)
        papers = open_to(user, {version for _, version, _ in hits})
        more = len(hits) == HITS
    best = {}
    for sheet, version, rank in hits:
        if version in papers and rank > best.get(version, (None, -1))[1]:
            best[version] = sheet, rank
    return [(*papers[version], rank, sheet) for version, (sheet, rank) in best.items()], more


def newest(pages, query, is_phrase):
    """The newest of these pages, and how much each is about the words."""
    newest_first = F("brought_at").desc()
    if is_phrase:
        # Words are often on a page, and seldom side by side: page after page, from the newest on,
        # would be looked at for nothing. Put so, the index of words is asked first.
        brought = F("brought_at") + timedelta(0)
        newest_first = ExpressionWrapper(brought, output_field=DateTimeField()).desc()
    rows = pages.order_by(newest_first).values_list("pk", "version", rank_of(F("words"), query))
    return list(rows[:HITS])


def open_to(user, versions):
    """Of these versions those that the user reads, with what is told of their papers."""
    if not versions:
        return {}
    meeting = "paper__item__meeting__"
    told = ("pk", "paper", "paper__title", f"{meeting}name", f"{meeting}starts_at")
    rows = PaperVersion.objects.readers_have(user).filter(pk__in=versions).order_by()
    rows = rows.values_list(*told, f"{meeting}backfilled")
    return {version: rest for version, *rest in rows}


def words_around(sheets, query, begins, ends):
    """Of each of these pages what stands around the words; they were found for who asks."""
    marks = {"start_sel": begins, "stop_sel": ends, "max_words": 30, "min_words": 12}
    headline = SearchHeadline("text", query, config="english", **marks)
    return Sheet.objects.filter(pk__in=sheets).order_by().values_list("pk", headline)
