"""Private notes: of their reader alone, under a key of the reader's own."""

import uuid

from django.db import models
from django.db.models import Q

from governance.meetings.models import Meeting
from governance.papers.models.paper import Paper
from governance.papers.models.sealed import SessionPaper
from governance.people.models import Person
from governance.records.sealed import SealedRow


class ReaderKey(SealedRow):
    """The data key under which one person's notes are kept; without it they are noise."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, models.PROTECT, related_name="reader_key")

    def __str__(self):
        return "Key of a reader"


class OwnQuerySet(models.QuerySet):
    """Rows that are their owner's, and nobody else's whatever their office."""

    def visible_to(self, user):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(person=user.person_id)


def in_one_place(name):
    """It belongs to the book of a meeting, or to a sealed paper."""
    return models.CheckConstraint(
        condition=Q(meeting__isnull=False, sealed_paper=None)
        | Q(meeting=None, sealed_paper__isnull=False),
        name=f"{name}_in_a_book_or_a_sealed_paper",
    )


class Note(models.Model):
    """A highlight, an underline, a pen stroke, a note or a bookmark on a paper.

    What it says and where it stands is sealed; the row tells whose it is, on which paper, and how
    often it was saved, by which devices merge what each has.
    """

    # Made by the device, so that a note saved twice is one.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, models.PROTECT, related_name="notes")
    # Empty on the cover and the agenda.
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="notes")
    # In the book of a meeting, or on a paper of an executive session.
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="notes")
    sealed_paper = models.ForeignKey(SessionPaper, models.PROTECT, null=True, related_name="notes")
    revision = models.PositiveIntegerField(default=1)
    erased = models.BooleanField(default=False)
    sealed = models.BinaryField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [in_one_place("note")]
        indexes = [
            # The reader: "which notes do I have in this book?"
            models.Index(fields=["person", "meeting"], name="note_of_a_reader"),
        ]

    def __str__(self):
        return "Private note"


class ReadingPlace(models.Model):
    """Where a reader stopped in a book, sealed: nobody learns who read which page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="+")
    sealed_paper = models.ForeignKey(SessionPaper, models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            in_one_place("place"),
            models.UniqueConstraint(fields=["person", "meeting"], name="one_place_in_a_book"),
            models.UniqueConstraint(
                fields=["person", "sealed_paper"], name="one_place_in_a_sealed_paper"
            ),
        ]

    def __str__(self):
        return "Private place"
