"""A paper of an agenda item, its versions, and what the item asks of its readers."""

import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.urls import reverse

from governance.meetings.models import AgendaItem
from governance.papers.access import items_open_to, office_reads
from governance.papers.moves import PAPER_MOVES, PaperState
from governance.records.models import StoredFile
from governance.records.moves import guard_triggers, never_changed


class PaperQuerySet(models.QuerySet):
    """Papers, through the door of their item."""

    def visible_to(self, user):
        """Once published, to who reads the item; before that to the office and who brought it.

        Of a withdrawn one its readers know that it is gone, and why; its versions are shut.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        told = Q(state__in=(PaperState.PUBLISHED, PaperState.WITHDRAWN))
        kept = ~Q(state=PaperState.DISCARDED) & (Q(brought_by=user.pk) | office_reads(user))
        return self.filter(items_open_to(user)).filter(told | kept)

    def with_latest(self, user):
        """Each with the number and the length of the latest version that the account may read."""
        versions = PaperVersion.objects.visible_to(user).filter(paper=OuterRef("pk"))
        versions = versions.order_by("-number")
        return self.annotate(
            number=Subquery(versions.values("number")[:1]),
            length=Subquery(versions.values("pages")[:1]),
        )

    def in_order(self):
        return self.order_by("item__position", "position")


@pghistory.track()
class Paper(models.Model):
    """Something to be read for one item of an agenda; its versions are the files."""

    MOVES = PAPER_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="papers")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=PaperState, default=PaperState.DRAFT, editable=False
    )
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="papers_brought"
    )
    # Why a paper that its readers had was withdrawn.
    why = models.TextField(default="", blank=True, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["item", "position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="paper_position_once"),
            models.CheckConstraint(
                condition=~Q(state=PaperState.WITHDRAWN) | ~Q(why=""), name="paper_withdrawn_why"
            ),
        ]
        triggers = [*guard_triggers(PAPER_MOVES, PaperState.DRAFT)]

    def __str__(self):
        return "Paper"

    def get_absolute_url(self):
        return reverse("papers:paper", args=[self.pk])


class PaperVersionQuerySet(models.QuerySet):
    """Versions, through the door of their paper."""

    def visible_to(self, user):
        """Published ones to who reads the paper; all of them to the office and who brought it."""
        papers = self.filter(paper__in=Paper.objects.visible_to(user))
        if not user.is_authenticated:
            return papers
        printed = PaperVersion.pages_in.rel.related_model.objects.filter(version=OuterRef("pk"))
        open_now = Q(paper__state=PaperState.PUBLISHED) & Exists(printed)
        own = Q(paper__brought_by=user.pk)
        return papers.filter(open_now | own | office_reads(user, "paper__item__meeting__"))

    def readers_have(self, user):
        """Of each published paper the latest version that is in a book, and no other."""
        # Such a version is open to whoever reads the item, whose door alone is asked, therefore.
        printed = PaperVersion.pages_in.rel.related_model.objects.filter(version=OuterRef("pk"))
        latest = PaperVersion.objects.filter(Exists(printed), paper=OuterRef("paper"))
        return self.filter(
            items_open_to(user, "paper__item"),
            paper__state=PaperState.PUBLISHED,
            pk=Subquery(latest.order_by("-number").values("pk")[:1]),
        )

    def originals_for(self, user):
        """The files as they were brought, which the secretary's office alone has."""
        return self.visible_to(user).filter(office_reads(user, "paper__item__meeting__"))


@pghistory.track()
class PaperVersion(models.Model):
    """One version of a paper: the clean file that is read, and the one that was brought.

    `removed` says what was taken out of the file, `changed` what differs from the version before
    ("6 pages changed"), empty for the first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    name = models.CharField("name of the file", max_length=130)
    kind = models.CharField(max_length=4)
    pages = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    original = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    removed = ArrayField(models.TextField(), default=list)
    changed = models.TextField(default="", blank=True)
    # Pages, counted from one, that differ from the version before.
    changed_pages = ArrayField(models.PositiveSmallIntegerField(), default=list)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()

    objects = PaperVersionQuerySet.as_manager()

    class Meta:
        ordering = ["paper", "number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1, pages__gte=1), name="version_counts"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Version {self.number}"


class SheetQuerySet(models.QuerySet):
    """Words of pages, through the door of their version."""

    def visible_to(self, user):
        return self.filter(version__in=PaperVersion.objects.visible_to(user))


class Sheet(models.Model):
    """A page of a version, and the words on it, by which it is found.

    The words lie with the row and the text apart (see the migration): a search looks into the words
    of many pages, and shows the text of a few.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(PaperVersion, models.PROTECT, related_name="sheets")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    words = models.GeneratedField(
        expression=SearchVector("text", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    brought_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="sheet_once_a_version"),
        ]
        indexes = [
            # Search: "which pages have these words?"
            GinIndex(fields=["words"], name="sheet_words"),
            # The same of words that most pages have: "which are the newest?"
            models.Index(fields=["-brought_at"], name="sheet_newest"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Sheet {self.number}"


class BriefQuerySet(models.QuerySet):
    """Briefs, through the door of their item."""

    def visible_to(self, user):
        return self.filter(items_open_to(user))


@pghistory.track()
class Brief(models.Model):
    """The cover of an item's papers: what is asked of the body, and what is new."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="brief")
    decision = models.TextField("decision sought", blank=True, max_length=1000)
    changed = models.TextField("what changed since last time", blank=True, max_length=1000)
    # Pages that the body wants to read for this item at most; empty: it did not say.
    page_budget = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = BriefQuerySet.as_manager()

    def __str__(self):
        return "Brief"

    @property
    def words(self):
        """What a reader reads of it."""
        return self.decision, self.changed

    @property
    def asks(self):
        """All that it says."""
        return *self.words, self.page_budget
