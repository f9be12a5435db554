"""Bound books go once nobody can be led to them; what is asked for again is bound again."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from governance.meetings import operations as meetings
from governance.papers import operations
from governance.papers.book import bind_ahead, book_for, bound_for
from governance.papers.clearing import KEPT_OPEN, clear_bound_books
from governance.papers.models import BoundBook, Edition
from governance.records.files import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def tomorrow():
    """A night after all that is bound in a test, by the clock of the database."""
    return timezone.now() + KEPT_OPEN + timedelta(hours=1)


@pytest.fixture
def cleared(django_capture_on_commit_callbacks):
    """How many are cleared on an instant; their bytes go with the transaction."""

    def clear(*, at):
        with django_capture_on_commit_callbacks(execute=True):
            return clear_bound_books(at=at)

    return clear


def bound(user, edition):
    return bound_for(book_for(user, edition))


def renewed(published, cast, now, file):
    """The plan in another version, and published."""
    paper = published.meeting.items.get(title="The invented plan").papers.get()
    by = {"by": cast["secretary"], "at": now}
    operations.bring_version(paper, source=file("other", 4, seed=2), name="plan.pdf", **by)
    return operations.publish_book(published.meeting, **by)


def test_what_somebody_has_stays(cleared, cast, published, tomorrow):
    kept = bound(cast["chair"], published)
    assert cleared(at=tomorrow) == 0
    assert BoundBook.objects.get() == kept
    assert default_storage.exists(kept.file.place)


def test_of_an_older_edition_nothing_is_left(cleared, cast, now, published, tomorrow, file):
    old = bound(cast["chair"], published)
    new = bound(cast["chair"], renewed(published, cast, now, file))
    # Its readers may have it open still.
    assert cleared(at=timezone.now()) == 0
    assert cleared(at=tomorrow) == 1
    assert BoundBook.objects.get() == new
    assert not default_storage.exists(old.file.place)
    assert not StoredFile.objects.filter(pk=old.file_id).exists()
    assert default_storage.exists(new.file.place)


def test_whom_a_newer_edition_brings_nothing_keep_theirs(
    cleared, cast, now, published, tomorrow, bring
):
    """The recused director is led to the first, and has it bound only once."""
    old, theirs = bound(cast["chair"], published), bound(cast["director"], published)
    bring(published.meeting, "The invented lease", "more of the lease", 2)
    newer = operations.publish_book(published.meeting, by=cast["secretary"], at=now)
    assert Edition.objects.new_to(cast["director"]).current(published.meeting) == published
    new = bound(cast["chair"], newer)
    assert cleared(at=tomorrow) == 1
    assert not BoundBook.objects.filter(pk=old.pk).exists()
    assert set(BoundBook.objects.all()) == {theirs, new}


def test_books_are_bound_ahead_for_whom_an_edition_is_new(cast, now, published, bring):
    bring(published.meeting, "The invented lease", "more of the lease", 2)
    newer = operations.publish_book(published.meeting, by=cast["secretary"], at=now)
    bind_ahead(newer.pk)
    rights = set(BoundBook.objects.filter(edition=newer).values_list("rights", flat=True))
    assert book_for(cast["chair"], newer).rights in rights
    assert book_for(cast["director"], newer).rights not in rights


def test_rights_that_nobody_has_any_more_take_their_book_along(
    cleared, cast, now, published, tomorrow
):
    alone = bound(cast["director"], published)
    shared = bound(cast["chair"], published)
    assert alone != shared
    plan = published.meeting.items.get(title="The invented plan")
    by = {"by": cast["secretary"], "at": now}
    meetings.record_recusal(plan, cast["director"].person, mode="left", basis="Kin.", **by)
    assert cleared(at=tomorrow) == 1
    assert BoundBook.objects.get() == shared


def test_a_file_that_something_else_holds_stays(cleared, cast, now, published, tomorrow, file):
    old = bound(cast["chair"], published)
    theirs = book_for(cast["chair"], renewed(published, cast, now, file))
    facts = {"rights": theirs.rights, "front": theirs.front, "file": old.file}
    place = {"mark_at": old.mark_at, "mark_length": old.mark_length, "leaves": old.leaves}
    BoundBook.objects.create(edition=theirs.edition, pages=old.pages, **facts, **place)
    assert cleared(at=tomorrow) == 1
    assert default_storage.exists(old.file.place)
    assert BoundBook.objects.get().file == old.file


def test_who_is_just_being_sent_a_part_gets_it_whole(
    cleared, cast, now, published, tomorrow, file, client
):
    """And whoever asks for the next part learns that there is a newer book."""
    old = bound(cast["chair"], published)
    address = reverse("papers:bound", args=[old.pk])
    client.force_login(cast["chair"])
    answer = client.get(address, headers={"Range": "bytes=0-"})
    parts = iter(answer.streaming_content)
    begun = next(parts)
    renewed(published, cast, now, file)
    assert cleared(at=tomorrow) == 1
    assert len(begun) + sum(map(len, parts)) == old.file.size
    assert client.get(address, headers={"Range": "bytes=0-99"}).status_code == 404


def test_what_is_asked_for_again_is_bound_again(cleared, cast, published, tomorrow):
    first = bound(cast["chair"], published)
    BoundBook.objects.update(rights="0" * 64)
    assert cleared(at=tomorrow) == 1
    again = bound(cast["chair"], published)
    assert again.pk != first.pk and again.pages == first.pages
    assert default_storage.exists(again.file.place)
