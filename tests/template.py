"""One migrated database that every worker's own is a copy of.

Migrating takes most of a minute, copying a blink. The template's name tells the state of the
migrations, so that a later run finds it still there and a change of one migration makes another.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.apps import apps
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "migrated_for_tests"
# Any number, as long as nobody else's lock in the same server has it.
TURN = 7_310_524


def migrated_template():
    """The name of the migrated database; the first to ask makes it, everybody else waits."""
    name = f"{PREFIX}_{state_of_migrations()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TURN])
        there = {
            row[0]
            for row in connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
            )
        }
        if name not in there:
            for old in there:
                drop(connection, old)
            make(connection, name)
    return name


def make(connection, name):
    """Migrate under another name first: a database half migrated is never taken for a template."""
    unfinished = f"{name}_unfinished"
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    url = urlsplit(os.environ["DATABASE_URL"])
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": urlunsplit(url._replace(path=f"/{unfinished}"))},
        check=True,
    )
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(unfinished), sql.Identifier(name)
        )
    )


def drop(connection, name):
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def state_of_migrations():
    """Changes when a migration of ours does, or a package that brings some."""
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.is_relative_to(ROOT) and ".venv" not in folder.parts:
            for path in sorted((folder / "migrations").glob("*.py")):
                digest.update(f"{config.label} {path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
