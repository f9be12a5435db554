"""Telling: who is to be told of what is written down, and the worker is woken."""

import logging
import threading

from celery import current_app
from django.db import transaction

from governance.notices.models import Notice

log = logging.getLogger(__name__)


def tell(kind, subject, *, readers, occurrence, by=None):
    """Write down that each reader is to be told of this occurrence, once, and wake the worker.

    Whoever did it is not told of it. Writing the same occurrence again changes nothing. It belongs
    to the caller's transaction: what is rolled back is told to nobody.
    """
    told = {reader.pk: reader for reader in readers if by is None or reader.pk != by.pk}
    if not told:
        return
    # In one order, so that two who tell the same readers at once wait for each other only once.
    notices = [Notice.of(kind, subject, told[pk], occurrence) for pk in sorted(told)]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    transaction.on_commit(ring, robust=True)


def ring():
    """Wake the worker. Nobody waits for the bell: a page answers while it is rung."""
    threading.Thread(target=pull, name="bell", daemon=True).start()


def pull():
    """Ring the bell once. If the broker is gone, the next round of the schedule delivers."""
    try:
        current_app.send_task(
            "governance.notices.tasks.deliver_notices", expires=25, retry=False, ignore_result=True
        )
    except Exception as error:  # each broker raises errors of its own, and none of them matters
        log.warning("The bell was not heard: %s", type(error).__name__)
