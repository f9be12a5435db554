"""The worker's side of the outbox: it is rung, or comes round on schedule, and delivers."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from governance.notices import moments
from governance.notices.delivering import deliver

# Well below the time after which a task is ended by force.
SECONDS = 30
BATCH = 20


@shared_task
def deliver_notices():
    """Deliver what is due, a batch over each line; what is left waits for the next round."""
    end = monotonic() + SECONDS
    while monotonic() < end:
        if deliver(timezone.now(), limit=BATCH) < BATCH:
            break


@shared_task
def tell_the_day():
    """Write of whatever the day brings, from eight in the morning on, once (NT-DUE, NT-OVR)."""
    moments.morning(timezone.localtime())
