"""The record: what was done, by whom and when; and the company's calendar by which days count."""

import uuid
import zoneinfo
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

import pghistory
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Now
from django.utils import timezone

from governance.asking import SOME_DAY, ask_on

# Django looks for a room's tables in this module.
from governance.records.files import StoredFile as StoredFile


def check_time_zone(name):
    """A zone of the IANA list, such as America/Los_Angeles."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone that the IANA list knows.")


# The company that a long piece of work holds on to; see Company.held.
_held: ContextVar["Company | None"] = ContextVar("company", default=None)


@pghistory.track()
class Company(models.Model):
    """The one company whose board meets here. Days, quarters and letters follow its clock (C1)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(
        max_length=60, default="America/New_York", validators=[check_time_zone]
    )
    # The day that "today" stood for when the company file was first loaded.
    anchor_day = models.DateField(null=True, blank=True)
    # Always true; its uniqueness keeps a second company out of this database.
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        verbose_name_plural = "company"
        constraints = [models.CheckConstraint(condition=Q(only=True), name="company_is_one")]

    def __str__(self):
        return self.name

    @classmethod
    def current(cls):
        """The company, or an unsaved stand-in on Eastern time before it has been loaded."""
        return _held.get() or next(iter(ask_on(loaded, SOME_DAY)), None) or cls(name="Boardroom")

    @contextmanager
    def held(self):
        """For a long piece of work, such as a loading, this is the company without asking again."""
        token = _held.set(self)
        try:
            yield self
        finally:
            _held.reset(token)

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def zone_words(self):
        """The zone as people say it: "Pacific" for America/Los_Angeles."""
        return ZONE_WORDS.get(self.time_zone, self.time_zone.split("/")[-1].replace("_", " "))

    def day_of(self, instant):
        """The company's local date at an instant."""
        return timezone.localdate(instant, self.zone)

    def today(self):
        return timezone.localdate(timezone=self.zone)

    def last_at(self, hour, instant):
        """When the company's clock showed this hour last: today, or yesterday before midnight."""
        day = self.day_of(instant)
        shown = datetime.combine(day, hour, self.zone)
        if shown > instant:
            shown = datetime.combine(day - timedelta(days=1), hour, self.zone)
        return shown


def loaded(day):
    """The company, the same on every day; each page asks for it first."""
    return Company.objects.order_by("pk")[:1]


ZONE_WORDS = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Mountain Standard",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "UTC": "UTC",
}


def days_do_not_overlap(name):
    """Fiscal periods are stored with both ends inclusive (C2) and never overlap."""
    days = Func(F("start"), F("end"), Value("[]"), function="daterange")
    return ExclusionConstraint(name=name, expressions=[(days, RangeOperators.OVERLAPS)])


@pghistory.track()
class FiscalYear(models.Model):
    """A fiscal year as the company counts it, 52 or 53 weeks included (C2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(max_length=20, unique=True, help_text="As people say it: 2026.")
    start = models.DateField()
    end = models.DateField(help_text="The last day, inclusive.")

    class Meta:
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="fiscal_year_has_days"),
            days_do_not_overlap("fiscal_year_no_overlap"),
        ]

    def __str__(self):
        return f"Fiscal {self.label}"


class CalendarQuerySet(models.QuerySet):
    """The calendar by which days are counted."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()


@pghistory.track()
class FiscalQuarter(models.Model):
    """A quarter of a fiscal year, stored and never derived from months (C2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="quarters")
    number = models.PositiveSmallIntegerField()
    start = models.DateField()
    end = models.DateField(help_text="The last day, inclusive.")

    objects = CalendarQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="quarter_once_a_year"),
            models.CheckConstraint(
                condition=Q(end__gt=F("start")) & Q(number__range=(1, 4)), name="quarter_has_days"
            ),
            days_do_not_overlap("quarter_no_overlap"),
        ]

    def __str__(self):
        return f"Q{self.number} of fiscal {self.year.label}"

    @classmethod
    def of(cls, day):
        """The quarter that holds the day, or None."""
        return cls.objects.filter(start__lte=day, end__gte=day).select_related("year").first()


def recorded_models():
    """The nouns whose moves are entered in the record: they have a table of moves and a door."""
    return [model for model in apps.get_models() if hasattr(model, "MOVES")]


class EntryQuerySet(models.QuerySet):
    """Entries are read through the door of what they speak of."""

    def visible_to(self, user):
        """Entries about what the user may know of; nothing else of the record shows."""
        doors = Q(pk__in=[])
        for model in recorded_models():
            visible = model._default_manager.visible_to(user).filter(pk=OuterRef("subject_id"))
            # Asked of each entry, of which a page shows few; not of all that may be known.
            doors |= Q(Exists(visible.order_by()), subject_label=model._meta.label_lower)
        return self.filter(doors)

    def about(self, subject):
        """The history of one row, which the caller has reached through its own door."""
        return self.filter(subject_label=subject._meta.label_lower, subject_id=subject.pk)


class Entry(models.Model):
    """One thing that was done: who, when, from where to where, why, under which provision (C12).

    The database numbers the entries of each subject, chains each to the one before by SHA-256, and
    refuses every change. `at` is when it happened, `recorded_at` when it was written down; they
    differ for meetings entered afterwards.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_label = models.CharField(max_length=100)
    subject_id = models.UUIDField()
    number = models.PositiveIntegerField(editable=False, default=0)
    move = models.CharField(max_length=40)
    source = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=40)
    # Empty: it followed from another event; no person did it.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="entries"
    )
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    why = models.TextField(blank=True)
    provision = models.CharField(max_length=20, blank=True)
    previous_digest = models.CharField(max_length=64, blank=True, editable=False)
    digest = models.CharField(max_length=64, editable=False, default="")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["subject_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "number"], name="entry_numbered_once"),
        ]
        indexes = [
            # Today: "what changed since I was last here?"
            models.Index(fields=["subject_label", "-at"], name="entry_label_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="is_chained",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("latest", "records_entry%ROWTYPE")],
                func="""
                    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject_id::text, 0));
                    SELECT * INTO latest FROM records_entry
                        WHERE subject_id = NEW.subject_id ORDER BY number DESC LIMIT 1;
                    NEW.number := COALESCE(latest.number, 0) + 1;
                    NEW.previous_digest := COALESCE(latest.digest, '');
                    NEW.digest := records_entry_digest(NEW);
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.move} on {self.at:%-d %B %Y}"


class ActQuerySet(models.QuerySet):
    """Acts of the Board and its committees."""

    def visible_to(self, user):
        """The Corporate Secretary, who enters what follows from them.

        Whoever reads what an act brought about, a charter say, is told there of the act.
        """
        inside = user.is_authenticated and user.is_active and user.is_secretary
        return self.all() if inside else self.none()

    def of_the_board(self):
        return self.filter(committee=None)


@pghistory.track()
class Act(models.Model):
    """What a body has done in due form: a motion carried, or a written consent in effect (C16).

    What can only be done by the Board or a committee points to its act, so that it can be shown
    later who did it, when, and in which words.
    """

    class How(models.TextChoices):
        """How the body acted."""

        MOTION = "motion", "motion carried"
        CONSENT = "consent", "written consent"
        PAPER = "paper", "act taken on paper"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty: the Board. The key of a committee, which the room of committees ties to its table.
    committee = models.UUIDField(null=True, blank=True, db_column="committee_id")
    how = models.CharField(max_length=10, choices=How)
    # The motion or consent; empty for what was done on paper, or before the portal was there.
    source = models.UUIDField(null=True, unique=True, editable=False)
    day = models.DateField()
    title = models.CharField(max_length=200)
    text = models.TextField("exact text")
    digest = models.CharField(max_length=64, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "title"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(title=""), name="act_has_a_text"),
            models.CheckConstraint(
                condition=Q(how="paper", source=None) | (~Q(how="paper") & Q(source__isnull=False)),
                name="act_has_its_source",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="is_written_once", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="binds_the_exact_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    NEW.digest := encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex');
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Act of {self.day:%-d %B %Y}"

    @property
    def is_of_the_board(self):
        return self.committee is None


class FileRow(models.Model):
    """What the company file created, so that loading the same file again changes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=200, unique=True)
    digest = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=100)
    subject_id = models.UUIDField()

    def __str__(self):
        return self.reference
