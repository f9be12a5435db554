"""What the night brings: a day is over, and with it a deadline, a term or a seat."""

from celery import shared_task
from django.utils import timezone

from governance.people.following import standing_changed


@shared_task
def look_at_composition():
    """Whoever follows changes of standing looks again, for today."""
    standing_changed(timezone.localdate())
