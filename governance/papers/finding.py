"""Papers are found by the words of their pages, behind the door of each.

Of frequent words there are more pages than anybody turns, so the newest that are open to who asks
are told of. The door is asked about the papers of the newest pages alone; pages that it keeps shut
change neither what is found nor whether there is more.
"""

from datetime import timedelta

from django.contrib.postgres.search import SearchHeadline, SearchRank
from django.db.models import DateTimeField, ExpressionWrapper, F, Value

from governance.asking import SOME_KEYS
from governance.committees.asking import ask_values
from governance.papers.models import PaperVersion, Sheet

# So many open pages are told of; so many are looked at in the first go, and twice as many in each
# that follows it, as those that are open come in heaps.
HITS, A_GO, GOES = 300, 400, 4
# Of so few open ones in the first go, all papers that are open are asked for instead.
FEW = 20
ITS_MEETING = "version__paper__item__meeting__"


def rank_of(vector, query):
    """How much a text is about the words, the shorter the more."""
    return SearchRank(vector, query, normalization=Value(1))


def papers_with(user, query, within, *, is_phrase):
    """Papers that the user may read and that have the words, each as it is told of, with its rank,
    its best page and its item; and whether there are more such pages.

    `within` narrows rows to meetings, given the way to them.
    """
    pages = within(Sheet.objects.filter(words=query), ITS_MEETING)
    pages = newest_first(pages, query, is_phrase)
    hits, papers = open_pages(user, pages)
    best = {}
    for sheet, version, rank in hits[:HITS]:
        if rank > best.get(version, (None, -1))[1]:
            best[version] = sheet, rank
    found = []
    for version, (sheet, rank) in best.items():
        *told, position, item = papers[version]
        found.append((*told, rank, sheet, f"{position}, {item}"))
    return found, len(hits) > HITS


def open_pages(user, pages):
    """The newest of these pages that the user may read, one more than is told of, and what is told
    of their papers.

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
    hits = list(pages.filter(version__in=readable)[: HITS + 1])
    return hits, open_to(user, {version for _, version, _ in hits})


def newest_first(pages, query, is_phrase):
    """These pages, and how much each is about the words."""
    brought = F("brought_at")
    if is_phrase:
        # Words are often on a page, and seldom side by side: page after page, from the newest on,
        # would be looked at for nothing. Put so, the index of words is asked first.
        later = F("brought_at") + timedelta(0)
        brought = ExpressionWrapper(later, output_field=DateTimeField())
    # The pages of a paper are brought at one instant.
    rows = pages.order_by(brought.desc(), "-pk")
    return rows.values_list("pk", "version", rank_of(F("words"), query))


def open_to(user, versions):
    """Of these versions those that the user reads, with what is told of their papers."""
    if not versions:
        return {}
    rows = ask_values(told_of, user, given={SOME_KEYS: list(versions)})
    return {version: rest for version, *rest in rows}


def told_of(user):
    meeting = "paper__item__meeting__"
    told = ("pk", "paper", "paper__title", f"{meeting}name", f"{meeting}starts_at")
    rows = PaperVersion.objects.readers_have(user).filter(pk__among=SOME_KEYS).order_by()
    of_its_item = ("paper__item__position", "paper__item__title")
    return rows.values_list(*told, f"{meeting}backfilled", *of_its_item)


def words_around(sheets, query, begins, ends):
    """Of each of these pages what stands around the words; they were found for who asks."""
    marks = {"start_sel": begins, "stop_sel": ends, "max_words": 30, "min_words": 12}
    headline = SearchHeadline("text", query, config="english", **marks)
    return Sheet.objects.filter(pk__in=sheets).order_by().values_list("pk", headline)
