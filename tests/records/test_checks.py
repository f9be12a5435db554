"""What is asked of a database before tables are made in it."""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, connections
from psycopg import sql

from governance.records.checks import the_database_tells_letters_from_marks

pytestmark = pytest.mark.django_db


@contextmanager
def another_database(lc_ctype):
    """A database of its own, by its alias, in which letters are what the operating system says."""
    name = f"{connection.settings_dict['NAME']}_other"
    named, there = sql.Identifier(name), connection.copy("other")
    there.settings_dict["NAME"] = name
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 LC_CTYPE {}")
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(named))
        server.execute(create.format(named, sql.Literal(lc_ctype)))
        connections["other"] = there
        try:
            yield "other"
        finally:
            there.close()
            del connections["other"]
            server.execute(sql.SQL("DROP DATABASE {}").format(named))


@pytest.mark.parametrize("lc_ctype, ids", [("C", ["records.W001"]), ("C.UTF-8", [])])
def test_a_database_that_takes_marks_for_letters_is_warned_of(lc_ctype, ids):
    with another_database(lc_ctype) as other:
        assert the_database_tells_letters_from_marks() == []
        found = the_database_tells_letters_from_marks(databases=[other])
    assert [(one.id, one.obj) for one in found] == [(id, other) for id in ids]
