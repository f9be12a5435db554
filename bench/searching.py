"""What a search among many pages asks of the database, and what it would at the least.

    python -m bench.searching PERSON    searches as the account with this key, says the milliseconds

Each search is one that the search page does: through the doors, with the words around what is
found. Beside it the bare search: the same pages by the same index, ranked, with the same words
around them, for a reader who may see everything. Rare words, frequent ones, and phrases.
"""

import json
import sys
import time
from contextlib import contextmanager
from random import Random
from statistics import median
from urllib.parse import urlencode

import django

from bench.documents import STOPPED, pages, vocabulary

OF_EACH = 20
# By their place among all words, the most frequent first.
FREQUENT, RARE = range(len(STOPPED), 300), range(3_000, 30_000)
PAGES_OF_PHRASES = 400
# Each is asked so often, after once that is not counted, and the median taken.
TIMES = 3
BARE = """
    WITH hits AS MATERIALIZED (
        SELECT id, text, ts_rank(words, query, 1) AS rank FROM papers_sheet,
            websearch_to_tsquery('english', %s) AS query
        WHERE words @@ query ORDER BY {} DESC LIMIT {}
    ), shown AS MATERIALIZED (SELECT id, text FROM hits ORDER BY rank DESC LIMIT {})
    SELECT id, ts_headline('english', text, websearch_to_tsquery('english', %s)) FROM shown
"""


def questions():
    """What is searched for: (sort, words), in turn, always the same."""
    words, random = vocabulary(), Random(7)
    frequent = [words[place] for place in random.sample(FREQUENT, OF_EACH)]
    rare = [words[place] for place in random.sample(RARE, OF_EACH)]
    quoted = random.sample([*pages(PAGES_OF_PHRASES)], OF_EACH)
    phrases = [phrase_in(page, random) for page in quoted]
    for three in zip(rare, frequent, phrases, strict=True):
        yield from zip(("rare", "frequent", "phrase"), three, strict=True)


def phrase_in(page, random):
    """Two words that stand side by side in a page, as somebody would quote them."""
    words = page.split()
    found = [pair for pair in zip(words, words[1:], strict=False) if not {*pair} & {*STOPPED}]
    return f'"{" ".join(random.choice(found))}"'


def measure(person):
    from governance.people.models import User

    user = User.objects.select_related("person").get(pk=person)
    return [{"sort": sort, "words": words} | times_of(user, words) for sort, words in questions()]


def times_of(user, words):
    """Of one search: all its queries together, the slowest of them, and the bare search."""
    searched, bare = [], []
    for turn in range(TIMES + 1):
        taken = search(user, words)
        alone = bare_search(words)
        if turn:
            searched.append(taken)
            bare.append(alone)
    return {
        "sql_ms": median(sum(one) for one in searched),
        "slowest_ms": median(max(one) for one in searched),
        "bare_ms": median(bare),
    }


def search(user, words):
    """The milliseconds of each query of the search page."""
    from boardroom.search import A_PAGE, matching, named

    with stopped() as taken:
        found, _ = matching(user, words)
        list(named(user, words, found[:A_PAGE]))
    return taken


def bare_search(words):
    from django.db import connection

    from boardroom.search import A_PAGE
    from governance.papers.finding import HITS

    # As the search page does; see governance.papers.finding.newest_first.
    order = "brought_at + interval '0'" if '"' in words else "brought_at"
    with stopped() as taken, connection.cursor() as cursor:
        cursor.execute(BARE.format(order, HITS, A_PAGE), [words, words])
        cursor.fetchall()
    return sum(taken)


@contextmanager
def stopped():
    """The milliseconds of each query within."""
    from django.db import connection

    taken = []

    def watch(execute, *given):
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            taken.append((time.perf_counter() - began) * 1000)

    with connection.execute_wrapper(watch):
        yield taken


def visits(bench, number, company, runs):
    """The search page in turn with the floor, and what each search asks of the database."""
    from bench.figures import DIRECTOR, FLOOR

    floor, path = bench.visitors[FLOOR], f"/{bench.subjects['floor']}/"
    visitor = bench.visitors[DIRECTOR, company]
    searches = bench.said(company, "bench.searching", bench.subjects["director"])
    # As the floor is by now: any of the server's threads, each on a connection of its own, answers.
    for _, words in questions():
        visitor.ask("GET", f"/meetings/search/?{urlencode({'q': words})}")
    for one in searches:
        asked = f"/meetings/search/?{urlencode({'q': one['words']})}"
        visitor.ask("GET", asked)
        taken = [(floor.ask("GET", path)[1], visitor.ask("GET", asked)[1]) for _ in range(runs)]
        one["floor_ms"], one["page_ms"] = map(median, zip(*taken, strict=True))
    return {"pages": number, "searches": searches}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(sys.argv[1])))
