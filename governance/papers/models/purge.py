"""When private notes go, what keeps them, and what tells their reader that they went."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from governance.committees.standing import standing_today
from governance.meetings.models import ExecutiveSession, Meeting
from governance.papers.models.note import OwnQuerySet
from governance.people.models import Person
from governance.records.moves import never_changed


def day_of(held):
    """The day of a meeting or of an executive session."""
    return held.day if isinstance(held, Meeting) else timezone.localdate(held.starts_at)


def of_one(name):
    """It is of the notes of a meeting, or of those of an executive session."""
    return models.CheckConstraint(
        condition=Q(meeting__isnull=False, session=None) | Q(meeting=None, session__isnull=False),
        name=f"{name}_of_a_meeting_or_a_session",
    )


class HoldQuerySet(models.QuerySet):
    """Legal holds, which the secretary's office keeps; a reader is told that there is one."""

    def visible_to(self, user):
        return self.all() if standing_today(user).is_secretarial else self.none()

    def on(self, day):
        """Those in force that day."""
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gt=day))

    def covering(self, held):
        """Those whose period the meeting, or the executive session, falls into."""
        day = day_of(held)
        return self.filter(first__lte=day).filter(Q(last=None) | Q(last__gte=day))


@pghistory.track()
class Hold(models.Model):
    """A legal hold: nothing of these meetings that somebody noted is purged while it lasts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.CharField(max_length=200)
    # Empty: every reader.
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="holds", verbose_name="reader"
    )
    first = models.DateField("meetings from")
    # Empty: to this day and beyond.
    last = models.DateField("meetings until", null=True, blank=True)
    since = models.DateField("in force from")
    until = models.DateField("lifted on", null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = "legal hold"
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last=None) | Q(last__gte=F("first")), name="hold_period_runs_forward"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="hold_ends_after_it_began"
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def reaches(self, held):
        """Whether the meeting, or the executive session, falls into its period."""
        return self.first <= day_of(held) and (self.last is None or day_of(held) <= self.last)

    def __str__(self):
        return f"Hold of {self.since:%-d %B %Y}"


class Announcement(models.Model):
    """That a reader was told, from which day on, that their notes of a meeting go."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="announcements")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="announcements")
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, null=True, related_name="+")
    told_on = models.DateField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            of_one("announced"),
            models.UniqueConstraint(fields=["person", "meeting"], name="announced_once"),
            models.UniqueConstraint(fields=["person", "session"], name="announced_once_a_session"),
        ]

    def __str__(self):
        return "Announcement"


class Certificate(models.Model):
    """What a reader has instead of notes that were purged: of what, when, and how many.

    It is theirs alone, as the notes were.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="certificates")
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, null=True, related_name="+")
    purged_on = models.DateField()
    notes = models.PositiveIntegerField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-purged_on"]
        constraints = [of_one("certificate")]
        triggers = [never_changed()]

    def __str__(self):
        return "Certificate"
