"""What is done with books and notes by the clock."""

from celery import shared_task
from django.utils import timezone

from governance.papers import book, purging


@shared_task
def purge_notes():
    """Purge the private notes that are due."""
    purging.purge_notes(on=timezone.localdate())


@shared_task
def bind_ahead(edition):
    """Bind what readers of an edition are going to ask for, so that nobody waits for it."""
    book.bind_ahead(edition)
