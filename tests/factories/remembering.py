"""What many tests begin with, made once for each worker and put back as rows ever after.

Making the cast takes a hundred statements; putting the same rows back takes one for each table.
The history that the database's triggers wrote is among the rows, so they keep still meanwhile: they
would write it twice, and take a row that has come far for a new one.
"""

from copy import deepcopy
from functools import cache

import pgtrigger
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from psycopg import sql

from governance.records.files import StoredFile

_KEPT: dict = {}
# Until the end of the transaction, or until the list is emptied.
IGNORING = "SELECT set_config('pgtrigger.ignore', %s, true)"


def remembered(key, make):
    """What `make` returns: made the first time, and put back with its rows afterwards.

    It only adds rows and files. Whatever stood before, the company say, is not among them and has
    to stand again, the same each time.
    """
    if key in _KEPT:
        kept, files, made = _KEPT[key]
        put_back(kept)
        store_again(files)
        return deepcopy(made)
    before = rows_in_tables()
    stood = {table: copied(table) for table, count in before.items() if count}
    made = make()
    kept = []
    for table, count in rows_in_tables().items():
        if count:
            rows, old = copied(table), stood.get(table, [])
            new = [row for row in rows if row not in old]
            assert len(new) == count - len(old), f"a row was changed that stood in {table}"
            kept.append((table, b"".join(new)))
    kept = [(table, rows) for table, rows in kept if rows]
    _KEPT[key] = kept, stored_files(), deepcopy(made)
    return made


def rows_in_tables():
    """How many rows each table of ours has; in the order of the rooms."""
    there = set(connection.introspection.table_names())
    tables = [model._meta.db_table for model in apps.get_models()]
    tables = [table for table in tables if table in there]
    tables = list(dict.fromkeys(tables))
    count = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(table), sql.Identifier(table))
        for table in tables
    )
    with connection.cursor() as cursor:
        found = dict(cursor.execute(count).fetchall())
    # A server that counts large tables side by side answers in whatever order it is done.
    return {table: found[table] for table in tables}


def copied(table):
    """All rows of a table, a line for each, as COPY writes them."""
    out = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(out) as copy:
        return b"".join(map(bytes, copy)).splitlines(keepends=True)


def put_back(kept):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(IGNORING, [triggers_of(frozenset(table for table, _ in kept))])
        for table, rows in kept:
            into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
            with cursor.copy(into) as copy:
                copy.write(rows)
        cursor.execute(IGNORING, ["{}"])


def stored_files():
    """What is in the storage by its place there: a test may take it away for good."""
    found = {}
    for place in (row.place for row in StoredFile.objects.all()):
        with default_storage.open(place) as file:
            found[place] = file.read()
    return found


def store_again(files):
    for place, content in files.items():
        if not default_storage.exists(place):
            default_storage.save(place, ContentFile(content))


@cache
def triggers_of(tables):
    """What pgtrigger calls the triggers of these tables.

    Each trigger reads the list from its beginning before it knows whether it is meant: with those
    of all tables in it a row took a quarter of a millisecond.
    """
    names = (
        trigger.get_pgid(model)
        for model, trigger in pgtrigger.registered()
        if model._meta.db_table in tables
    )
    return "{" + ",".join(names) + "}"
