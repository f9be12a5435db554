"""Calendars of those who have lost their part in a meeting."""

from celery import shared_task
from django.utils import timezone

from governance.meetings.calendars.withdrawing import withdraw_entries


@shared_task
def take_hours_out_of_calendars():
    """Cancel, in their own calendars, the meetings of readers who have lost the right to them."""
    withdraw_entries(at=timezone.now())
