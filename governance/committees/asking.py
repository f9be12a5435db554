"""Questions that every visit asks anew, written by the ORM once for each reader's standing.

The doors make long SQL, and writing it takes the ORM many times longer than answering it takes the
database. The text of a question depends on nothing but the reader, their day, their standing and
the facts it is given; while these stay the same, so does the text. The rows are read every time.
A text that stays the same is also prepared on the connection, so that the database plans it once.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from governance.asking import SOME_INSTANT, numbered, prepared, read
from governance.committees.standing import Standing, standing_today


@dataclass(frozen=True)
class Reader:
    """Everything of an account that a door looks at; two that agree in it see the same."""

    account: UUID
    day: date
    # Compared, but not part of the hash: account and day tell readers apart quickly enough.
    standing: Standing = field(hash=False)
    user: Any = field(compare=False, repr=False)


def ask(question, user, *facts, instant=None):
    """The rows of `question(user, *facts)`, a function that returns a QuerySet.

    The facts are few and repeat: an hour that differs each time would be written each time. So an
    `instant` is told apart: the question is handed a stand-in as its last fact, with which it may
    compare and do nothing else.
    """
    reader = Reader(user.pk, user.today, standing_today(user), user)
    if instant is None:
        model, sql, given = write(question, reader, *facts)
    else:
        model, sql, given = write(question, reader, *facts, SOME_INSTANT)
        given = [instant if one == SOME_INSTANT else one for one in given]
    return read(model, sql, given) if sql else []


def ask_values(question, user, *facts, given):
    """The values of `question(user, *facts)`, a function that returns a QuerySet of values.

    What differs each time stands in it as one of the stand-ins of governance.asking; `given` says
    for each what it stands for.
    """
    reader = Reader(user.pk, user.today, standing_today(user), user)
    _, sql, written = write(question, reader, *facts)
    if not sql:
        return []
    with prepared(), connection.cursor() as cursor:
        cursor.execute(sql, [given.get(one, one) for one in written])
        return cursor.fetchall()


@lru_cache(maxsize=1024)
def write(question, reader, *facts):
    """The model, the SQL and its parameters; no SQL when the answer is known to be empty."""
    rows = question(reader.user, *facts)
    try:
        return rows.model, *numbered(*rows.query.sql_with_params())
    except EmptyResultSet:
        return rows.model, "", ()
