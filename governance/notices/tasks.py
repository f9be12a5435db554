"""The worker's side of the outbox: it is rung, or comes round on schedule, and delivers."""

from time import monotonic

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from governance.notices import doubts, mailbox, moments
from governance.notices.delivering import deliver

# Well below the time after which a task is ended by force.
SECONDS = 30
BATCH = 50


# Any number of workers deliver at once: no two of them claim the same letter.
@shared_task(alone=False)
def deliver_notices():
    """Deliver what is due, a batch over each line; what is left waits for the next round."""
    end = monotonic() + SECONDS
    while monotonic() < end:
        if deliver(timezone.now(), limit=BATCH, until=end) < BATCH:
            break


@shared_task
def resolve_doubts():
    """Settle what has been in doubt for ten minutes."""
    doubts.resolve(timezone.now())


@shared_task
def collect_letters():
    """Read what has come into the mailbox, where there is one."""
    if settings.INCOMING_URL:
        mailbox.collect(settings.INCOMING_URL, at=timezone.now())


@shared_task
def tell_the_day():
    """Write of whatever the day brings, from eight in the morning on, once (NT-DUE, NT-OVR)."""
    moments.morning(timezone.localtime())
