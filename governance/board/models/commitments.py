"""What else directors do: a register without any number that would be too many (G-ATT-01, Z-04)."""

import uuid

import pghistory
from django.db import models
from django.db.models import F, Q

from governance.board.models.facts import OwnQuerySet
from governance.people.models import Person
from governance.periods import holds_on


class CommitmentQuerySet(OwnQuerySet):
    """Engagements outside the Company."""

    def visible_to(self, user):
        """Seats on boards of public companies are public; the rest is the director's own."""
        own = super().visible_to(user)
        if not user.is_authenticated or not user.is_active:
            return own
        return self.filter(Q(pk__in=own.values("pk")) | Q(public_company=True))

    def on(self, day):
        """Those that last on the day."""
        return self.filter(holds_on(day))


@pghistory.track()
class Commitment(models.Model):
    """A director's engagement elsewhere, for a time (G-ATT-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="commitments")
    organisation = models.CharField(max_length=200)
    role = models.CharField(max_length=120, help_text="Director, trustee, chief executive …")
    public_company = models.BooleanField("seat on the board of a public company", default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="Empty: it goes on.")

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="commitment_has_a_day"
            )
        ]

    def __str__(self):
        return f"Engagement since {self.since:%-d %B %Y}"


@pghistory.track()
class EngagementDay(models.Model):
    """A day on which an engagement asks for the director: a board meeting elsewhere, say."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="days")
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "day"], name="engagement_day_once")
        ]

    def __str__(self):
        return f"{self.day:%-d %B %Y}"


@pghistory.track()
class Confirmation(models.Model):
    """A director confirms that other engagements leave the time the Board needs (G-ATT-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="confirmations")
    confirmed_on = models.DateField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-confirmed_on"]
        constraints = [
            models.UniqueConstraint(fields=["person", "confirmed_on"], name="confirmed_once_a_day")
        ]

    def __str__(self):
        return f"Confirmation of {self.confirmed_on:%-d %B %Y}"
