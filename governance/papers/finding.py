"""Papers are found by the words of their pages, behind the door of each.

Of frequent words there are more pages than anybody turns, so the newest that are open to who asks
are told of. The door is asked about the papers of the newest pages alone; pages that it keeps shut
change neither what is found nor whether there is more.
"""

import re
from datetime import timedelta

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import (
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Extract, Greatest, Substr

from governance.asking import SOME_KEYS, SOME_PLACE, SOME_WORDS, Word, ask_plainly, keys_told
from governance.committees.asking import ask_values
from governance.papers.models import PaperVersion, Sheet

# In whose words is looked for, as the indexes of words have it.
ENGLISH = Word("english")
# So many open pages are told of; so many are looked at in the first go, and in each that follows
# about as many as are likely to do, and at most twice as many as before.
HITS, A_GO, GOES = 100, 136, 6
# Of so few open ones in the first go, all papers that are open are asked for instead.
FEW = 20
ITS_MEETING = "version__paper__item__meeting__"
# Letters of a page that are looked at for what stands around the words, and how many of them before
# the first.
AROUND, BEFORE = 400, 120
WORD = re.compile(r"\w+")


def query_of(words):
    """As search engines understand what was typed."""
    return SearchQuery(words, config=ENGLISH, search_type="websearch")


def rank_of(vector, query):
    """How much a text is about the words, the shorter the more."""
    return SearchRank(vector, query, normalization=Value(1))


def papers_with(user, words, within):
    """Versions that the user may read and that have the words, each with its rank, the second in
    which it was brought, and its best page; and whether there are more such pages.

    `within` narrows rows to meetings, given the way to them; two that narrow alike are equal.
    """
    hits = open_pages(user, words, within)
    best = {}
    for sheet, version, rank, brought in hits[:HITS]:
        if version not in best or rank > best[version][1]:
            best[version] = version, rank, brought, sheet
    return [*best.values()], len(hits) > HITS


def open_pages(user, words, within):
    """The newest pages with the words that the user may read, one more than is told of.

    Whichever way they are looked for, they are the same: page after page while most are open, and
    from what the user may read where few are, which takes longer.
    """
    is_phrase = '"' in words
    hits, begins, ends = [], 0, A_GO
    for _ in range(GOES):
        given = {SOME_WORDS: words}
        some = ask_plainly(newest_pages, within, is_phrase, begins, ends, given=given)
        readable = open_to(user, {hit[1] for hit in some})
        hits += [hit for hit in some if hit[1] in readable]
        if len(hits) > HITS or len(some) < ends - begins:
            return hits[: HITS + 1]
        if len(hits) < FEW:
            break
        begins, ends = ends, ends + further(len(hits), ends)
    readable = PaperVersion.objects.readers_have(user).values("pk")
    pages = newest_first(within, is_phrase, words).filter(version__in=readable)
    return list(pages[: HITS + 1])


def further(hits, looked_at):
    """How many pages to look at next, where so many were open among those looked at: a fourth more
    than would do if it went on so, in quarters of the first go."""
    quarter = max(A_GO // 4, 1)
    wanted = (HITS + 1 - hits) * looked_at * 5 // (max(hits, 1) * 4)
    return min(wanted // quarter * quarter + quarter, 2 * looked_at)


def newest_pages(within, is_phrase, begins, ends):
    """A go through the pages with some words."""
    return newest_first(within, is_phrase, SOME_WORDS)[begins:ends]


def newest_first(within, is_phrase, words):
    """The pages with the words: key, version, how much it is about them, when it was brought."""
    query = query_of(words)
    brought = F("brought_at")
    if is_phrase:
        # Words are often on a page, and seldom side by side: page after page, from the newest on,
        # would be looked at for nothing. Put so, the index of words is asked first.
        later = F("brought_at") + timedelta(0)
        brought = ExpressionWrapper(later, output_field=DateTimeField())
    # The pages of a paper are brought at one instant.
    rows = within(Sheet.objects.filter(words=query), ITS_MEETING).order_by(brought.desc(), "-pk")
    # Seconds, which are read sooner than an instant is.
    told = rank_of(F("words"), query), Cast(Extract("brought_at", "epoch"), FloatField())
    return rows.values_list(told_key("pk"), told_key("version"), *told)


def told_key(name):
    """A key as text, which is read sooner: there are hundreds."""
    return Cast(name, TextField())


def open_to(user, versions):
    """Those of these versions that the user reads."""
    if not versions:
        return set()
    return {key for (key,) in ask_values(read_by, user, given={SOME_KEYS: keys_told(versions)})}


def read_by(user):
    rows = PaperVersion.objects.readers_have(user).filter(pk__among=SOME_KEYS).order_by()
    return rows.values_list(told_key("pk"))


class FirstOf(Func):
    """Where in a text the first word begins that begins so; nought: nowhere."""

    function = "regexp_instr"
    template = "%(function)s(%(expressions)s, 1, 1, 0, 'i')"
    output_field = IntegerField()


def told_of(user, sheets, words, begins, ends):
    """Of pages that the user may read: paper, title, meeting, its hour, whether it was entered
    later, what it is for; and what stands around the words, each between these marks.

    To read a whole page for it takes the database as long as to find the page. So the part is read
    in which a word begins as one that was typed does; and the whole where that was another word, or
    for words that are to stand side by side, which are on few pages.
    """
    # What is found may end otherwise: "plans", where "planning" was typed.
    starts = {word[: max(len(word) - 3, 3)] for word in WORD.findall(words)}
    given = {SOME_WORDS: words, SOME_PLACE: rf"\m({'|'.join(sorted(starts))})"}

    def said(some, *, whole):
        rows = ask_values(
            titles, user, whole, begins, ends, given=given | {SOME_KEYS: keys_told(some)}
        )
        return {
            sheet: (*rest, f"{position}, {item}", part)
            for sheet, *rest, position, item, part in rows
        }

    told = said(sheets, whole='"' in words) if sheets else {}
    missed = [sheet for sheet, (*_, part) in told.items() if begins not in part]
    return told | said(missed, whole=True) if missed else told


def titles(user, whole, begins, ends):
    """Of some pages what they are of, and what stands around some words: in the whole text, or near
    the place where one begins."""
    near = FirstOf("sheets__text", Value(SOME_PLACE)) - BEFORE
    text = "sheets__text" if whole else Substr("sheets__text", Greatest(near, 1), AROUND)
    marks = {"start_sel": begins, "stop_sel": ends, "max_words": 30, "min_words": 12}
    around = SearchHeadline(text, query_of(SOME_WORDS), config=ENGLISH, **marks)
    meeting, item = "paper__item__meeting__", "paper__item__"
    told = (told_key("sheets"), "paper", "paper__title", f"{meeting}name", f"{meeting}starts_at")
    rows = PaperVersion.objects.readers_have(user).filter(sheets__pk__among=SOME_KEYS).order_by()
    of_item = f"{meeting}backfilled", f"{item}position", f"{item}title"
    return rows.values_list(*told, *of_item, around)
