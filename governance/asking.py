"""Questions that are asked again and again: written by the ORM once, and prepared by the server.

Writing a long one takes the ORM ten times as long as answering it takes the database. The rows are
read every time.
"""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Lookup, UUIDField
from psycopg import RawCursor
from psycopg.sql import quote

# Stand in the question for whoever asks, for the day on which they do, and for an instant.
SOMEBODY, SOME_DAY, SOME_INSTANT = UUID(int=1), date.min, datetime.min.replace(tzinfo=UTC)
# The same for words that are looked for, for a pattern of where they stand, and for keys of which
# there are any number.
SOME_WORDS, SOME_PLACE, SOME_KEYS = "(some words)", "(some place)", UUID(int=2)


class Word(str):
    """A word of ours, as a state is: it stands in the text of a question as it is."""

    __slots__ = ()


@UUIDField.register_lookup
class Among(Lookup):
    """Whether a key is one of those given for SOME_KEYS; the text is the same for any number.

    They are given as `keys_told` tells them.
    """

    lookup_name = "among"

    def as_sql(self, compiler, connection):
        key, of_key = self.process_lhs(compiler, connection)
        keys, of_keys = self.process_rhs(compiler, connection)
        return f"{key} = ANY(({keys})::text::uuid[])", (*of_key, *of_keys)


def keys_told(keys):
    """Any number of keys, as the server reads them: a hundred are written sooner as one text."""
    return f"{{{','.join(map(str, keys))}}}"


def ask_on(question, day):
    """The rows of `question(day)`, a function that returns a QuerySet, for any day.

    Its text is the same for every day, and is written once for each process.
    """
    model, sql, given = write_for_some_day(question)
    return read(model, sql, [asked(one, None, day) for one in given])


@lru_cache(maxsize=64)
def write_for_some_day(question):
    rows = question(SOME_DAY)
    return rows.model, *numbered(*rows.query.sql_with_params())


def ask_alike(question, *, given):
    """The rows of `question()`, a function that returns a QuerySet and is asked by all alike.

    `given` says for each stand-in what it stands for.
    """
    model, sql, written = write_for_everybody(question)
    return read(model, sql, [given.get(one, one) for one in written])


@lru_cache(maxsize=64)
def write_for_everybody(question):
    rows = question()
    return rows.model, *numbered(*rows.query.sql_with_params())


def ask_plainly(question, *facts, given):
    """The values of `question(*facts)`, a function that returns a QuerySet of values for anybody.

    For what the server plans anew each time, as the best way depends on what is looked for. `given`
    says for each stand-in what it stands for.
    """
    sql, written = write_plainly(question, *facts)
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(one, one) for one in written])
        return cursor.fetchall()


@lru_cache(maxsize=256)
def write_plainly(question, *facts):
    return question(*facts).query.sql_with_params()


def numbered(sql, given):
    """The text as the server itself writes it, "$1" for a value wherever it stands, and the values.

    The ORM writes "%s" for each place of a value. The text would be read through for them whenever
    it is asked, and a day that stands in eighty places would be sent eighty times. The states and
    kinds that a question names stand in it as they are: then the server knows how rare they are,
    and its plan is good for everybody.
    """
    numbers: dict = {}
    values = iter(given)

    def written(place):
        if place[0] == "%%":
            return "%"
        value = next(values)
        if isinstance(value, Enum):
            return quote(value.value)
        if isinstance(value, Word) or value == "":
            # An empty text as well: an index of words has it in its expression.
            return quote(value)
        return f"${numbers.setdefault((type(value), value), len(numbers) + 1)}"

    text = re.sub("%[s%]", written, sql)
    if text.startswith("("):
        # Several questions in one begin with a bracket. The history takes that for a write while a
        # form is answered, and would say first on whose behalf.
        text = f"SELECT * FROM ({text}) AS asked"
    return text, tuple(value for _, value in numbers)


def read(model, sql, given):
    """The rows, each with what is annotated: as `raw()` reads them, which works out anew each time
    what the columns are."""
    with prepared(), connection.cursor() as cursor:
        cursor.execute(sql, given)
        names, places, annotated, converted = columns_of(
            model, tuple(column.name for column in cursor.description)
        )
        found = []
        for row in cursor.fetchall():
            values = list(row)
            for place, column, convert in converted:
                values[place] = convert(values[place], column, connection)
            one = model.from_db(connection.alias, names, [values[place] for place in places])
            for name, place in annotated:
                setattr(one, name, values[place])
            found.append(one)
        return found


@lru_cache(maxsize=1024)
def columns_of(model, columns):
    """The model's fields among the columns and where each stands, what is annotated, and what has
    to be converted."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    own = [field for column, field in fields.items() if column in columns]
    return (
        [field.attname for field in own],
        [columns.index(field.column) for field in own],
        [(name, place) for place, name in enumerate(columns) if name not in fields],
        [
            (columns.index(field.column), field.get_col(model._meta.db_table), convert)
            for field in own
            for convert in field.get_db_converters(connection)
        ],
    )


def asked(value, person, day):
    return person if value == SOMEBODY else day if value == SOME_DAY else value


@contextmanager
def prepared():
    """What is asked within it goes to the server as text and parameters, for it to prepare.

    The text is `numbered`. Elsewhere a statement goes as one text: the history says first on whose
    behalf it writes, and two statements in one cannot be prepared.
    """
    connection.ensure_connection()
    held = connection.connection
    usual, held.cursor_factory = held.cursor_factory, RawCursor
    try:
        yield
    finally:
        held.cursor_factory = usual
