"""The role that runs the portal in production owns nothing and cannot touch the record."""

import uuid
from contextlib import contextmanager

import pghistory.models
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from boardroom.grants import grant_to, privileges
from governance.people.models import Person
from governance.records.models import Entry

pytestmark = pytest.mark.django_db

EVENTS = [
    model
    for model in apps.get_models()
    if issubclass(model, pghistory.models.Event) and model._meta.managed
]
RECORD = [Entry, *EVENTS]


@pytest.fixture
def role():
    """A role such as production has, gone again when the test is over."""
    name = f"app_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name}")
        if connection.pg_version >= 160000:
            cursor.execute(f"GRANT {name} TO CURRENT_USER WITH SET TRUE")
    grant_to(name)
    return name


@contextmanager
def acting_as(role):
    """Come to the database as that role, until the block ends or an error undoes it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield cursor
        cursor.execute("RESET ROLE")


def attempt(role, statement):
    """What the database answers; the test goes on either way."""
    try:
        with acting_as(role) as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(error)
    return "done"


def test_there_is_a_record_to_protect():
    assert len(EVENTS) > 5


@pytest.mark.parametrize("model", RECORD, ids=lambda model: model._meta.label_lower)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"],
    ids=["update", "delete", "truncate"],
)
def test_nothing_of_the_record_can_be_changed(role, model, statement):
    table, column = model._meta.db_table, model._meta.pk.column
    assert "permission denied" in attempt(role, statement.format(table, column))


def test_no_table_can_be_emptied_altered_or_made(role):
    for table in connection.introspection.table_names():
        assert "permission denied" in attempt(role, f"TRUNCATE {table} CASCADE")
    assert "must be owner" in attempt(role, "ALTER TABLE people_person ADD COLUMN x int")
    assert "must be owner" in attempt(role, "ALTER TABLE records_entry DISABLE TRIGGER ALL")
    assert "permission denied" in attempt(role, "CREATE TABLE x (y int)")
    assert "permission denied" in attempt(role, "DELETE FROM django_migrations")


def test_it_owns_nothing(role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [role])
        assert cursor.fetchone() == (0,)


def test_the_portal_still_runs_and_its_history_is_written(role):
    with acting_as(role), pghistory.context(user="somebody"):
        person = Person.objects.create(given_name="Ruth", family_name="Adams")
        person.family_name = "Reed"
        person.save()
    kept = Person.pgh_event_model.objects.filter(pgh_obj_id=person.pk)
    assert [event.family_name for event in kept.order_by("pgh_id")] == ["Adams", "Reed"]


def test_every_table_is_spoken_of():
    assert set(privileges()) == set(connection.introspection.table_names())
    assert privileges()["records_entry"] == ("SELECT", "INSERT")
    assert "DELETE" in privileges()["django_session"]


def test_the_owner_is_not_made_smaller_by_mistake():
    with pytest.raises(CommandError, match="owns the tables"):
        call_command("grant_role", connection.settings_dict["USER"])


def test_a_role_that_does_not_exist_is_named():
    with pytest.raises(CommandError, match="nobody_here"), transaction.atomic():
        call_command("grant_role", "nobody_here")
