"""Reminders of what meetings left to be done, and calendars of those who have no part in them."""

from celery import shared_task
from django.utils import timezone

from governance.meetings import actions
from governance.meetings.calendars.withdrawing import withdraw_entries


@shared_task
def remind_of_actions():
    """Write to the owners of actions whose day comes near, or has passed (NT-DUE)."""
    actions.remind_of_actions(on=timezone.localdate())


@shared_task
def take_hours_out_of_calendars():
    """Cancel, in their own calendars, the meetings of readers who have lost the right to them."""
    withdraw_entries(at=timezone.now())
