"""Migrations are named, complete, and do one thing."""

import io
import re
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.commands.makemigrations import Command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState

from tests.house.source import PACKAGES

NAMED = re.compile(r"\d{4}_(?!auto_)[a-z][a-z0-9]*(_[a-z0-9]+)*")
LOADER = MigrationLoader(None, ignore_no_migrations=True)
OURS = [config for config in apps.get_app_configs() if config.name.startswith(PACKAGES)]
LABELS = [config.label for config in OURS if list(config.get_models())]
MIGRATIONS = [
    migration for (label, _), migration in sorted(LOADER.disk_migrations.items()) if label in LABELS
]


def test_nothing_waits_to_be_migrated():
    # As `makemigrations --check` asks, with the detector that also sees triggers.
    detector = Command.autodetector(
        LOADER.project_state(),
        ProjectState.from_apps(apps),
        NonInteractiveMigrationQuestioner(specified_apps=set(LABELS), dry_run=True),
    )
    changes = detector.changes(graph=LOADER.graph, trim_to_apps=set(LABELS))
    waiting = {
        label: [operation.describe() for each in found for operation in each.operations]
        for label, found in changes.items()
    }
    assert waiting == {}


def test_every_room_with_models_begins_with_its_initial():
    first = {migration.app_label for migration in MIGRATIONS if migration.name[:4] == "0001"}
    assert set(LABELS) - first == set()
    assert len(LABELS) >= 7


@pytest.mark.parametrize("migration", MIGRATIONS, ids=str)
def test_a_migration_is_named_and_does_something(migration):
    assert NAMED.fullmatch(migration.name)
    assert migration.operations
    assert bool(migration.initial) is (migration.name[:4] == "0001")


@pytest.mark.parametrize("migration", MIGRATIONS, ids=str)
def test_data_and_schema_travel_separately(migration):
    data = [isinstance(operation, RunPython) for operation in migration.operations]
    assert all(data) or not any(data)


@pytest.mark.django_db
def test_a_room_made_at_once_is_taken_down_again():
    """With its triggers, in the order that its tables allow."""
    texts = io.StringIO()
    call_command("sqlmigrate", "minutes", "0001_initial", backwards=True, stdout=texts)
    lines = [line for line in texts.getvalue().splitlines() if line]
    tables = re.findall(r'DROP TABLE "(\w+)"', texts.getvalue())
    assert {"minutes_minutes", "minutes_minutesversion"} <= set(tables)
    assert tables.index("minutes_minutesversion") < tables.index("minutes_minutes")
    assert any("DROP TRIGGER IF EXISTS" in line for line in lines)


@pytest.mark.django_db
def test_what_was_changed_at_once_is_changed_back():
    """The models that came with it go, and what others were given is taken from them."""
    texts = io.StringIO()
    call_command("sqlmigrate", "papers", "0007", backwards=True, stdout=texts)
    assert 'DROP TABLE "papers_sessionpaper"' in texts.getvalue()
    assert "DROP TRIGGER IF EXISTS" in texts.getvalue()
    assert 'ALTER TABLE "papers_announcement" DROP COLUMN' in texts.getvalue()


def test_numbers_follow_each_other():
    assert LOADER.detect_conflicts() == {}
    numbers = Counter((each.app_label, each.name[:4]) for each in MIGRATIONS)
    assert [number for number, times in numbers.items() if times > 1] == []


@pytest.mark.parametrize("name", ["0002_auto_20260101_0000", "0002", "2_seats", "0002_Seats"])
def test_the_check_sees_a_migration_without_a_name(name):
    assert not NAMED.fullmatch(name)
