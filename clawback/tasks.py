"""Reminders of what runs out, and of what is to be repaid."""

from celery import shared_task
from django.utils import timezone

from clawback.clock import warn_of_clocks
from clawback.instalments import remind_of_instalments


@shared_task
def remind_of_recoveries():
    """Write of windows that close, and of instalments that are due today (C-TRG-03, NT-CLW)."""
    today = timezone.localdate()
    warn_of_clocks(on=today)
    remind_of_instalments(on=today)
