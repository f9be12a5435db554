"""Bound books that no reader can be led to any more go, with what the storage keeps of them.

A book is bound once for each set of rights, and again whenever somebody asks: of an older edition,
or for rights that nobody has, a copy is only one more place where papers lie. A day passes first,
for those who have it open.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from governance.papers.book import book_for
from governance.papers.models import BoundBook, Edition
from governance.people.models import User
from governance.records.files import StoredFile, forget

KEPT_OPEN = timedelta(days=1)


def clear_bound_books(*, at):
    """Delete the copies that were bound a day ago or earlier and that nobody has; how many."""
    before = at - KEPT_OPEN
    rows = BoundBook.objects.filter(file__kept_at__lt=before).select_related("edition")
    editions = defaultdict(list)
    for row in rows:
        editions[row.edition].append(row)
    cleared = 0
    for edition, books in editions.items():
        had = rights_in(edition, before)
        for book in books:
            if (book.rights, book.front) not in had:
                clear(book)
                cleared += 1
    return cleared


def rights_in(edition, before):
    """What names the books that somebody has of an edition now, or may have open still."""
    edition = Edition.objects.select_related("meeting__committee").get(pk=edition.pk)
    users = [one for one in User.objects.filter(is_active=True) if is_led_to(one, edition, before)]
    books = [book_for(user, edition) for user in users]
    return {(book.rights, book.front) for book in books if book.has_papers or book.whole}


def is_led_to(user, edition, before):
    """Whether it is the reader's own, though a later one brought others something; or was, until
    a newer one came so late that they may have it open."""
    theirs = Edition.objects.new_to(user).filter(meeting=edition.meeting_id)
    theirs = list(theirs.filter(number__gte=edition.number).order_by("number")[:2])
    newer = [one for one in theirs if one != edition]
    return edition in theirs and all(one.published_at > before for one in newer)


@transaction.atomic
def clear(book):
    """Delete one copy, and its files where nothing else holds them."""
    of_it = StoredFile.objects.filter(pk__in=[book.file_id, book.cover_id]).order_by("pk")
    files = list(of_it.select_for_update())
    book.delete()
    for file in files:
        forget(file)
