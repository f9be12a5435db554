"""A hundred thousand invented pages of papers, to search through: always the same for a company.

    python -m bench.documents 100000

puts so many into the company whose database the environment names, as pages of published papers of
every meeting it had, and says the seconds it took. They are read through the doors like any other.
Their words come as often as words do in a language (Zipf's law).
"""

import json
import sys
import time
import uuid
from random import Random

import django
import numpy

PAGES_OF_A_PAPER = 5
# What a page of text has, in bytes.
LENGTH = 2_600
# The most frequent words of English, which are not looked for; behind them so many invented ones.
STOPPED = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "as",
    "was",
    "with",
    "be",
    "by",
    "on",
    "not",
    "his",
    "i",
    "or",
    "are",
    "this",
    "have",
]
VOCABULARY = 30_000
ONSETS = [
    "b",
    "d",
    "f",
    "g",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "z",
    "br",
    "dr",
    "gr",
    "kl",
    "pl",
    "st",
    "tr",
]
VOWELS = "aeiou"
SEED = 2026
# Words of a page are drawn for so many pages at a time.
A_BATCH = 1_000


def vocabulary():
    """Invented words, the most frequent first: short ones, as a language has them."""
    random, known = Random(SEED), dict.fromkeys(STOPPED)
    while len(known) < VOCABULARY:
        syllables = 2 + (len(known) > 300) + (len(known) > 8_000)
        word = "".join(random.choice(ONSETS) + random.choice(VOWELS) for _ in range(syllables))
        # So ended, English takes nothing off it.
        known[word + "k"] = None
    return list(known)


def pages(number):
    """The texts of so many pages."""
    words = numpy.array(vocabulary(), dtype=object)
    lengths = numpy.array([len(word) + 1 for word in words])
    shares = 1 / numpy.arange(1, len(words) + 1)
    bounds = numpy.cumsum(shares / shares.sum())
    dice = numpy.random.default_rng(SEED)
    # More than a page takes, even of the shortest.
    most = 2 * LENGTH // int((lengths * shares).sum() / shares.sum())
    for done in range(0, number, A_BATCH):
        drawn = numpy.searchsorted(bounds, dice.random((min(A_BATCH, number - done), most)))
        ends = numpy.cumsum(lengths[drawn], axis=1)
        for page, end in zip(drawn, ends, strict=True):
            yield " ".join(words[page[: numpy.searchsorted(end, LENGTH) or 1]])


# --- Into the company --------------------------------------------------------------------------


def load(number):
    """So many pages, as papers of the items of every meeting there was, the earliest first."""
    from django.db import connection, transaction

    from governance.papers.models import Edition, EditionPage, Paper, PaperVersion, Sheet

    began = time.perf_counter()
    tables = [model._meta.db_table for model in (Edition, EditionPage, Paper, PaperVersion, Sheet)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        # The company is invented and thrown away: nothing of this has a history.
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        indexes = indexes_of_words(cursor)
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        copy_pages(cursor, versions(number // PAGES_OF_A_PAPER))
        # What still is to be checked stands in the way of other changes to a table.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for _, definition in indexes:
            cursor.execute(definition)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"pages": number, "seconds": time.perf_counter() - began}


def indexes_of_words(cursor):
    """Made anew at the end, which is quicker than page by page."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE tablename = 'papers_sheet' AND indexdef LIKE '%USING gin%'"
    )
    return cursor.fetchall()


def versions(number):
    """So many papers of one version, each in the edition of its meeting; their versions."""
    from governance.meetings.models import AgendaItem
    from governance.papers.models import Edition, EditionPage, Paper, PaperVersion
    from governance.people.models import User
    from governance.records.models import StoredFile

    random = Random(SEED)
    by = User.objects.filter(person__appointments__office="corporate_secretary").first()
    items = AgendaItem.objects.select_related("meeting").exclude(meeting__editions__number__gte=1)
    items = list(items.order_by("meeting__starts_at", "meeting", "position"))
    file = StoredFile(id=identity(random), digest=f"{SEED:064}", size=1, wrapped_key=b"none")
    rows = {StoredFile: [file], Edition: [], Paper: [], PaperVersion: [], EditionPage: []}
    editions, printed = {}, {}
    for at in range(number):
        item = items[at * len(items) // number]
        meeting, position = item.meeting, at - first_of(at, len(items), number) + 1
        if meeting.pk not in editions:
            rows[Edition].append(
                Edition(
                    id=identity(random),
                    meeting=meeting,
                    number=1,
                    published_at=meeting.starts_at,
                    published_by=by,
                )
            )
            editions[meeting.pk], printed[meeting.pk] = rows[Edition][-1], 0
        paper = Paper(
            id=identity(random),
            item=item,
            position=position,
            title=f"An invented paper of {item.title}"[:200],
            state="published",
            brought_by=by,
        )
        version = PaperVersion(
            id=identity(random),
            paper=paper,
            number=1,
            name="invented.pdf",
            kind="pdf",
            pages=PAGES_OF_A_PAPER,
            file=file,
            original=file,
            brought_by=by,
            brought_at=meeting.starts_at,
        )
        printed[meeting.pk] += 1
        labels = [f"{item.position}-{position}{letter}" for letter in "abcde"]
        shown = EditionPage(
            id=identity(random),
            edition=editions[meeting.pk],
            version=version,
            position=printed[meeting.pk],
            labels=labels,
        )
        rows[Paper].append(paper)
        rows[PaperVersion].append(version)
        rows[EditionPage].append(shown)
    for model, of_it in rows.items():
        model.objects.bulk_create(of_it, batch_size=2_000)
    return rows[PaperVersion]


def first_of(at, items, number):
    """The first paper of the item to which this one belongs."""
    item = at * items // number
    return -(-item * number // items)


def copy_pages(cursor, of):
    """The pages themselves, by COPY."""
    random, texts = Random(SEED + 1), pages(PAGES_OF_A_PAPER * len(of))
    with cursor.copy(
        "COPY papers_sheet (id, version_id, number, text, brought_at) FROM STDIN"
    ) as copy:
        for version in of:
            for page in range(1, PAGES_OF_A_PAPER + 1):
                copy.write_row(
                    (identity(random), version.pk, page, next(texts), version.brought_at)
                )


def identity(random):
    return uuid.UUID(int=random.getrandbits(128), version=4)


if __name__ == "__main__":
    django.setup()
    print(json.dumps(load(int(sys.argv[1]))))
