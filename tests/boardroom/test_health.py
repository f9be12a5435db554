"""What the portal answers to the machines that watch it."""

import json
import os
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from boardroom import health
from governance.notices import kinds
from governance.notices.models import Notice
from governance.people.operations import open_account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked_anew():
    health.ask_migrations.cache_clear()
    yield
    health.ask_migrations.cache_clear()


def test_alive_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_ready_names_every_part_and_nothing_else(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "broker": "ok",
        "outbox": "on time",
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_come_by_any_name_and_without_tls(path, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["portal.example.com"]
    answer = Client().get(path, HTTP_HOST="10.0.0.7:8000")
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert not answer.cookies


def test_a_database_that_is_gone_is_named(client, monkeypatch):
    def refuse(*args):
        raise OperationalError("connection to 10.0.0.9 refused for user app")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["ready"], answer.json()["database"]) == (False, "failed")
    assert b"10.0.0.9" not in answer.content


def test_tables_that_are_behind_the_code_are_named(client):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(
        *max(one for one in recorder.applied_migrations() if one[0] == "meetings")
    )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "failed"


def test_the_folder_of_the_demos_broker_is_looked_at(client, settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path)}
    assert client.get("/readyz").json()["broker"] == "ok"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}
    assert client.get("/readyz").json()["broker"] == "failed"


@pytest.mark.parametrize("minutes, says", [(9, "on time"), (11, "late")])
def test_letters_that_do_not_leave_are_told_and_close_nothing(client, minutes, says):
    reader = open_account("adams@example.com", given_name="Ruth", family_name="Adams")
    kind = sorted(kinds.ordinary())[0]
    Notice.objects.create(
        kind=kind,
        subject_label="meetings.meeting",
        subject_id=uuid.uuid4(),
        reader=reader,
        occurrence="first",
        message_id="<one@portal.example.com>",
        created_at=timezone.now() - timedelta(minutes=minutes),
    )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["outbox"]) == (200, says)


WITHOUT_BROKER = """
import json
import django
django.setup()
from boardroom import health, tasks
tasks.ask_for(tasks.tell_of_reset, "01234567-89ab-cdef-0123-456789abcdef")
health.PARTS = {"broker": health.ask_broker}
state = health.state_of_parts()
print(json.dumps(state))
"""


def test_nothing_waits_for_a_broker_that_is_gone():
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_BROKER],
        env={**os.environ, "CELERY_BROKER_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,  # Far more than it takes; without an end of patience it would take for ever.
    )
    *logged, told = ended.stdout.splitlines()
    assert json.loads(told) == {"broker": "failed"}
    assert "boardroom.tasks.tell_of_reset was not asked for" in logged[0]


def test_a_post_is_not_a_probe(client):
    assert client.post("/healthz").status_code == 404
