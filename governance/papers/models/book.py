"""The book of a meeting: its editions, the copies bound for readers with the same rights."""

import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum

from governance.committees.models import Committee
from governance.committees.standing import standing_today
from governance.meetings.models import AgendaItem, Meeting
from governance.papers.access import items_open_to, office_reads
from governance.papers.models.paper import Paper, PaperVersion
from governance.people.models import Person
from governance.records.models import StoredFile
from governance.records.moves import never_changed


class EditionQuerySet(models.QuerySet):
    """Editions, through the door of their meeting; which pages one has is settled per reader."""

    def visible_to(self, user):
        """Whoever reads the meeting or presents in it; who bound it and when is no secret."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def latest_of_each(self):
        """Of each meeting its latest edition; a reader's own may be an earlier one (`new_to`)."""
        newer = Edition.objects.filter(meeting=OuterRef("meeting"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))

    def new_to(self, user):
        """Those that brought the reader something: a paper that the edition before had not, or
        something else that an item asks. That there are others tells of what is withheld."""
        same = EditionPage.objects.filter(
            edition__meeting=OuterRef("edition__meeting"),
            edition__number=OuterRef("edition__number") - 1,
            version=OuterRef("version"),
        )
        # By the paper: one that is withdrawn has been there, and versions keep their numbers.
        papers = Paper.objects.visible_to(user)
        pages = EditionPage.objects.filter(
            ~Exists(same), edition=OuterRef("pk"), version__paper__in=papers
        )
        asks = EditionBrief.objects.visible_to(user).filter(edition=OuterRef("pk"), is_new=True)
        return self.visible_to(user).filter(Exists(pages) | Exists(asks))

    def current(self, meeting):
        """The latest edition of a meeting's book; None before the first."""
        return self.filter(meeting=meeting).order_by("-number").first()


@pghistory.track()
class Edition(models.Model):
    """The book of a meeting as it was made available at one instant; the latest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="edition_number_once"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Edition {self.number}"


class EditionPageQuerySet(models.QuerySet):
    """What an edition holds, through the door of each paper."""

    def visible_to(self, user):
        return self.filter(version__in=PaperVersion.objects.visible_to(user))

    def lengths(self, editions):
        """By edition, how many pages there are in it."""
        of_each = self.filter(edition__in=editions).order_by().values("edition")
        return dict(of_each.annotate(total=Sum("version__pages")).values_list("edition", "total"))


@pghistory.track()
class EditionPage(models.Model):
    """A version of a paper as an edition has it, with the number printed on each of its pages.

    Numbers run within an item ("4-12"), so that no number counts what a reader may not know of.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="pages")
    version = models.ForeignKey(PaperVersion, models.PROTECT, related_name="pages_in")
    position = models.PositiveSmallIntegerField()
    labels = ArrayField(models.CharField(max_length=120))
    # Minutes after the lock of the agenda at which its readers first had it; empty: in time.
    late = models.PositiveIntegerField(null=True)

    objects = EditionPageQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "version"], name="edition_version_once"),
            models.UniqueConstraint(fields=["edition", "position"], name="edition_place_once"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return "Pages of an edition"


class EditionBriefQuerySet(models.QuerySet):
    """What an edition asks, through the door of each item."""

    def visible_to(self, user):
        return self.filter(items_open_to(user))


@pghistory.track()
class EditionBrief(models.Model):
    """What an item asks of the body, as an edition has it: a reader keeps what they had."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="briefs")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="+")
    decision = models.TextField(blank=True)
    changed = models.TextField(blank=True)
    page_budget = models.PositiveSmallIntegerField(null=True)
    # Its readers had another one with the edition before, or none.
    is_new = models.BooleanField(default=False)

    objects = EditionBriefQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "item"], name="edition_brief_once"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return "Brief of an edition"

    @property
    def words(self):
        """What a reader reads of it."""
        return self.decision, self.changed

    @property
    def asks(self):
        """All that it says."""
        return *self.words, self.page_budget


class BoundBook(models.Model):
    """A book bound for readers with the same rights; each gets it with a mark of their own.

    `rights` names the pages it holds. Whoever asks for it is asked at each request whether these
    are still their rights. It can be bound again at any time, and is no official row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="bound")
    rights = models.CharField(max_length=64)
    # Names what the book itself says: the words of its cover and agenda.
    front = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    # Its first page as a drawing, where that is a cover.
    cover = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    pages = models.PositiveSmallIntegerField()
    mark_at = models.PositiveBigIntegerField()
    mark_length = models.PositiveIntegerField()
    # What each page shows: its label, and of a paper the version and the page in it.
    leaves = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "rights", "front"], name="bound_once_for_a_right"
            ),
        ]

    def __str__(self):
        return f"Book of {self.pages} pages"


class AcknowledgementQuerySet(models.QuerySet):
    """One's own; the office that serves the body sees whose are missing."""

    def visible_to(self, user):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(Q(person=user.person_id) | office_reads(user, "edition__meeting__"))


class Acknowledgement(models.Model):
    """A member says that they have the papers; nothing else is known of who read what."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="acknowledgements")
    said_at = models.DateTimeField()

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="acknowledged_once"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return "Acknowledgement"


class PresentingQuerySet(models.QuerySet):
    """Who shows a page now, for readers of the meeting; which page they may see is asked apart."""

    def visible_to(self, user):
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class Presenting(models.Model):
    """Somebody shows a page of the book in a meeting under way, to whoever chooses to follow.

    It says what is shown now and keeps nothing of what was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="presenting")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # The number printed on the page.
    label = models.CharField(max_length=120)

    objects = PresentingQuerySet.as_manager()

    def __str__(self):
        return "Presenting"


class BookRuleQuerySet(models.QuerySet):
    """What holds of books, for the secretary's office."""

    def visible_to(self, user):
        return self.all() if standing_today(user).is_secretarial else self.none()


@pghistory.track()
class BookRule(models.Model):
    """What readers may do with a body's books, from a day on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateField()
    # Empty: the Board.
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="book_rules"
    )
    may_download = models.BooleanField("readers may take a copy away", default=True)
    notes_days = models.PositiveSmallIntegerField(
        "days after the minutes are approved when private notes are purged", default=30
    )

    objects = BookRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["since", "committee"], nulls_distinct=False, name="book_rule_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(notes_days__range=(1, 3650)), name="book_rule_keeps_notes_a_while"
            ),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Books from {self.since:%-d %B %Y}"

    @classmethod
    def on(cls, day, committee):
        """The rule in force that day for the body; before the first, a copy may be taken."""
        rules = cls.objects.filter(since__lte=day, committee=committee).order_by("-since")
        return rules.first() or cls(since=day, committee_id=committee)
