"""What time brings to written consents: a stated hour comes, sixty days pass."""

from celery import shared_task
from django.utils import timezone

from governance.decisions import consents


@shared_task
def keep_up_with_consents():
    """Let consents take effect or lapse whose instant has come (L-43, M-04)."""
    consents.keep_up_all(timezone.now())
