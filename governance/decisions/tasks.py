"""What time brings to written consents: a stated hour comes, sixty days pass, members wait."""

from celery import shared_task
from django.utils import timezone

from governance.decisions import consents


@shared_task
def keep_up_with_consents():
    """Let consents take effect or lapse whose instant has come (L-43, M-04)."""
    consents.keep_up_all(timezone.now())


@shared_task
def remind_of_consents():
    """Write to members who have not signed, every three days (NT-CONS)."""
    consents.remind_of_consents(at=timezone.now())
