"""What is done with books and notes by the clock."""

from celery import shared_task
from django.utils import timezone

from governance.papers import arriving, book, clearing, purging
from governance.papers.bell import ask_for


@shared_task
def purge_notes():
    """Purge the private notes that are due."""
    purging.purge_notes(on=timezone.localdate())
    purging.purge_places(on=timezone.localdate())


@shared_task
def clear_bound_books():
    """Delete the bound books that nobody can be led to any more."""
    clearing.clear_bound_books(at=timezone.now())


@shared_task
def bind_ahead(edition):
    """Bind what readers of an edition are going to ask for, so that nobody waits for it."""
    book.bind_ahead(edition)


# A large file takes longer than other jobs do: its own process has two minutes, and what differs
# from the version before is looked for after that. Well below the hour after which a broker hands
# a message out again.
@shared_task(soft_time_limit=240, time_limit=270)
def check_arrival(arrival):
    """Check one file that was brought, and ask for the next."""
    if arriving.check(arrival, now=timezone.now()):
        check_arrivals()


@shared_task
def check_arrivals():
    """Ask for the file that is to be checked next, if any is."""
    if key := arriving.next_due(timezone.now()):
        ask_for("check_arrival", key)


@shared_task
def tidy_arrivals():
    """Clear away what became of files long ago."""
    arriving.tidy(timezone.now())
