"""The worker is asked for a job of this room; nobody waits until it has heard."""

import threading
from contextlib import suppress

from celery import current_app


def ask_for(job, key):
    """Ask for a job about one row, by its key, and go on."""
    threading.Thread(target=pull, args=[job, key], name=job, daemon=True).start()


def pull(job, key):
    """Ring once. What nobody heard is taken up by the schedule, or when somebody asks for it."""
    with suppress(Exception):  # each broker raises errors of its own, and none of them matters
        name = f"governance.papers.tasks.{job}"
        current_app.send_task(name, [str(key)], retry=False, ignore_result=True)
