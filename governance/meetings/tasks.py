"""Reminders of what meetings left to be done."""

from celery import shared_task
from django.utils import timezone

from governance.meetings import actions


@shared_task
def remind_of_actions():
    """Write to the owners of actions whose day comes near, or has passed (NT-DUE)."""
    actions.remind_of_actions(on=timezone.localdate())
