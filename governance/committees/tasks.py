"""What the night brings: a day is over, and with it a deadline, a term or a seat."""

from celery import shared_task
from django.utils import timezone

from governance.committees.watching import look_again


@shared_task
def look_at_composition():
    """Ask the rules of composition again, for today."""
    look_again(timezone.localdate())
