"""What the portal keeps of people's own calendars: what it told them, and who subscribes to it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class OwnCalendarQuerySet(models.QuerySet):
    """What somebody's own calendar is told, through the door of whose calendar it is."""

    def visible_to(self, user):
        """One's own and nobody else's."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(reader=user.pk)


class CalendarEntryQuerySet(OwnCalendarQuerySet):
    """Entries of somebody's calendar."""

    def ahead(self, at):
        """Those that a calendar shows as an hour to come."""
        return self.filter(cancelled=False, ends_at__gt=at)


class CalendarEntry(models.Model):
    """A letter put a meeting or an executive session into one reader's own calendar (NT-SCH).

    It says what that calendar was told last, so that the next change is told as a change, and an
    hour can be taken out of it again when its reader may know of nothing more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # One of the two.
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, null=True, related_name="+")
    session = models.ForeignKey(
        "meetings.ExecutiveSession", models.PROTECT, null=True, related_name="+"
    )
    # The event's name in that calendar, by which an answer is known.
    uid = models.CharField(max_length=320, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    # A fingerprint of all that was told.
    facts = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    # Of the last answer that came by letter: to which of our letters, and when it was given. Empty:
    # none came.
    answered_sequence = models.PositiveIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = CalendarEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "calendar entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=True, session__isnull=False)
                | Q(meeting__isnull=False, session__isnull=True),
                name="entry_of_a_meeting_or_a_session",
            ),
            models.UniqueConstraint(fields=["reader", "meeting"], name="entry_once_a_meeting"),
            models.UniqueConstraint(fields=["reader", "session"], name="entry_once_a_session"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_sequence__isnull=True)
                | Q(answered_at__isnull=False, answered_sequence__isnull=False),
                name="entry_answered_at_an_instant",
            ),
        ]
        indexes = [
            # Each hour: "which entries lie ahead, of readers who may know of nothing more?"
            models.Index(fields=["ends_at"], name="entry_standing", condition=Q(cancelled=False)),
        ]

    def __str__(self):
        return f"Meeting of {timezone.localdate(self.starts_at):%-d %B %Y}"

    @property
    def subject(self):
        """The key of what it is of."""
        return self.meeting_id or self.session_id


class CalendarFeedQuerySet(OwnCalendarQuerySet):
    """Private addresses."""

    def at_address(self, digest):
        """The one at this address, for whoever has it, while its reader's account is open."""
        return self.filter(digest=digest, reader__is_active=True)


class CalendarFeed(models.Model):
    """A private address at which somebody's calendar program reads their meetings.

    Only a hash of the address is kept. Whoever makes a new one ends the one before; whoever ends
    it has none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reader = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    objects = CalendarFeedQuerySet.as_manager()

    def __str__(self):
        return f"Calendar of {self.reader}"
