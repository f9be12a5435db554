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
    current = set(Edition.objects.latest_of_each().filter(pk__in=[one.pk for one in editions]))
    cleared = 0
    for edition, books in editions.items():
        had = rights_in(edition) if edition in current or is_open(edition, before) else set()
        for book in books:
            if (book.rights, book.front) not in had:
                clear(book)
                cleared += 1
    return cleared


def is_open(edition, before):
    """Whether a newer edition is so new that somebody may have this one open."""
    newer = Edition.objects.filter(meeting=edition.meeting_id, number__gt=edition.number)
    return newer.order_by("number").first().published_at > before


def rights_in(edition):
    """What names the books that somebody has of an edition now."""
    edition = Edition.objects.select_related("meeting__committee").get(pk=edition.pk)
    books = []
    for user in User.objects.filter(is_active=True):
        if Edition.objects.visible_to(user).filter(pk=edition.pk).exists():
            books.append(book_for(user, edition))
    return {(book.rights, book.front) for book in books if book.has_papers or book.whole}


@transaction.atomic
def clear(book):
    """Delete one copy, and its file where nothing else holds it."""
    file = StoredFile.objects.select_for_update().get(pk=book.file_id)
    book.delete()
    forget(file)
