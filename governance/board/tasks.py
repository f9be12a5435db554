"""Reminders of what the Board determines, and directors confirm, once a year."""

from celery import shared_task
from django.utils import timezone

from governance.board import engagements
from governance.board.examining import remind_of_expiry


@shared_task
def remind_of_determinations():
    """Write about determinations that run out before long (G-IND-02)."""
    remind_of_expiry(on=timezone.localdate())


@shared_task
def remind_of_confirmations():
    """Write to directors who have not confirmed for a year that they have the time (G-ATT-01)."""
    engagements.remind_of_confirmations(on=timezone.localdate())
