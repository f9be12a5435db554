"""Reminders of what the Board determines once a year."""

from celery import shared_task
from django.utils import timezone

from governance.board.examining import remind_of_expiry


@shared_task
def remind_of_determinations():
    """Write about determinations that run out before long (G-IND-02)."""
    remind_of_expiry(on=timezone.localdate())
