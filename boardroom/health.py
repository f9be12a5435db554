"""Two questions a machine may ask: is the portal alive, and is it ready?

Both are answered before anything else is looked at, by any host name and without TLS, and say
nothing about versions, people or what waits. `/healthz` is for whoever restarts a process;
`/readyz` is for whoever wakes an engineer.
"""

import os
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone
from kombu.exceptions import OperationalError

from boardroom.celery import app
from governance.notices.models import Notice

# A letter that was due this long ago and has not left means that no worker works.
LETTERS_ARE_LATE = timedelta(minutes=10)


class NotReady(Exception):
    """A part the portal cannot do without does not answer."""


def ask_database():
    """The database takes a question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache
def ask_migrations():
    """The tables are those this code expects; once so, they stay so for this process."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady


def ask_broker():
    """The bell can be rung: its folder takes a file, or the broker a connection."""
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    if folder and not os.access(folder, os.W_OK):
        raise NotReady
    if not folder:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)


def outbox(now):
    """Whether letters leave. Late letters are told, and do not close the portal to its readers."""
    overdue = Notice.objects.waiting_since(now - LETTERS_ARE_LATE)
    return "late" if overdue.exists() else "on time"


PARTS = {"database": ask_database, "migrations": ask_migrations, "broker": ask_broker}


def state_of_parts():
    """Each part by name, `ok` or `failed`."""
    state = {}
    for name, ask in PARTS.items():
        try:
            ask()
        except (NotReady, DatabaseProblem, OperationalError, OSError):
            state[name] = "failed"
        else:
            state[name] = "ok"
    return state


def readiness():
    """200 when every part answers, 503 with the name of the one that does not."""
    state = state_of_parts()
    ready = set(state.values()) == {"ok"}
    if ready:
        state["outbox"] = outbox(timezone.now())
    return JsonResponse({"ready": ready, **state}, status=200 if ready else 503)


def answer_probes(get_response):
    """Answer `/healthz` and `/readyz` here; everything else goes on into the portal."""

    def middleware(request):
        if request.method in ("GET", "HEAD"):
            if request.path == "/healthz":
                return JsonResponse({"alive": True})
            if request.path == "/readyz":
                return readiness()
        return get_response(request)

    return middleware
