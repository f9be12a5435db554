"""What is done with books and notes by the clock."""

from celery import shared_task
from django.utils import timezone

from governance.papers import book, clearing, purging


@shared_task
def purge_notes():
    """Purge the private notes that are due."""
    purging.purge_notes(on=timezone.localdate())


@shared_task
def clear_bound_books():
    """Delete the bound books that nobody can be led to any more."""
    clearing.clear_bound_books(at=timezone.now())


@shared_task
def bind_ahead(edition):
    """Bind what readers of an edition are going to ask for, so that nobody waits for it."""
    book.bind_ahead(edition)
