"""What many tests begin with, made once for each worker and put back as rows ever after.

Making the cast takes a hundred statements; putting the same rows back takes one for each table.
The database's triggers fire as they did then, and write the history anew.
"""

from copy import deepcopy

from django.apps import apps
from django.db import connection
from psycopg import sql

_KEPT: dict = {}


def remembered(key, make):
    """What `make` returns: made the first time, and put back with its rows afterwards.

    It only adds rows. Whatever stood before, the company say, is not among them and has to stand
    again.
    """
    if key in _KEPT:
        kept, made = _KEPT[key]
        put_back(kept)
        return deepcopy(made)
    before = rows_in_tables()
    made = make()
    after = rows_in_tables()
    grown = [table for table, count in after.items() if count != before[table]]
    assert not any(before[table] for table in grown), "rows were added to a table that had some"
    _KEPT[key] = [(table, copied(table)) for table in grown], deepcopy(made)
    return made


def rows_in_tables():
    """How many rows each table of ours has, but for history; in the order of the rooms."""
    there = set(connection.introspection.table_names())
    models = [model for model in apps.get_models() if not hasattr(model, "pgh_tracked_model")]
    tables = [model._meta.db_table for model in models if model._meta.db_table in there]
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
    """All rows of a table, as COPY writes them."""
    out = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(out) as copy:
        return b"".join(map(bytes, copy))


def put_back(kept):
    with connection.cursor() as cursor:
        for table, rows in kept:
            into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
            with cursor.copy(into) as copy:
                copy.write(rows)
