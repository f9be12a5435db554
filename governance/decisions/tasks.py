"""What time brings: a consent's stated hour comes, sixty days pass, a vote is to end."""

from celery import shared_task
from django.utils import timezone

from governance.decisions import consents, moments


@shared_task
def keep_up_with_consents():
    """Let consents take effect or lapse whose instant has come (L-43, M-04)."""
    consents.keep_up_all(timezone.now())


@shared_task
def keep_up_with_votes():
    """Write to whoever has not voted, before the hour until which ballots are awaited (M-03)."""
    moments.remind_voters(timezone.now())
