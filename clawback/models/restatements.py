"""A restatement: what was wrong in which statements, when that was known, and the right figures."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from clawback.access import could_be_subject, reads_restatements, walls_of


class RestatementKind(models.TextChoices):
    """How statements are put right, by the words of accountants."""

    BIG_R = "big_r", "Material: the statements are restated and filed again"
    LITTLE_R = "little_r", "Immaterial to earlier years, corrected in them"
    OUT_OF_PERIOD = "out_of_period", "Out of period: corrected in the current year"


# Material, or a trigger of the mandatory rule (C-PUR-01, L-26).
ASK_FOR_A_CASE = (RestatementKind.BIG_R, RestatementKind.LITTLE_R)


class PeriodKind(models.TextChoices):
    """What a period of the fiscal calendar is."""

    YEAR = "year", "Fiscal year"
    TRANSITION = "transition", "Transition period"


class RestatementQuerySet(models.QuerySet):
    """Restatements, of which the Board knows before the public does."""

    def visible_to(self, user):
        """Directors in office and the secretary's office (C-TRG-01, AC-BRD)."""
        return self.all() if reads_restatements(user) else self.none()

    def open_to(self, user):
        """Those for which the account may open a case: it could not be a subject of it (M-16)."""
        return self.visible_to(user).exclude(could_be_subject(user.person_id))

    def asking(self, user):
        """Those that ask the account for a case, which nobody opened yet (C-PUR-01).

        Whoever is walled goes on being asked: if the question went away when somebody else opens
        the case, its end would tell them that there is one.
        """
        unopened = Q(case=None) | Q(walls_of(user, "pk"))
        mine = self.visible_to(user).exclude(could_be_subject(user.person_id))
        return mine.filter(unopened, kind__in=ASK_FOR_A_CASE)


@pghistory.track()
class Restatement(models.Model):
    """Statements are put right. Whether pay follows is another matter, behind another door."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=120, help_text="As people say it: Restatement of 2024.")
    kind = models.CharField(max_length=20, choices=RestatementKind)
    summary = models.TextField(blank=True)
    # When the Board, a committee or authorised officers concluded, or should have concluded, that
    # a restatement is required; and when a court or a regulator ordered it (L-26).
    concluded_on = models.DateField(null=True, blank=True)
    ordered_on = models.DateField(null=True, blank=True)
    announced_on = models.DateField(null=True, blank=True)
    # When the misstated document was first issued (L-55), and the right one filed.
    first_issued_on = models.DateField(null=True, blank=True)
    restated_filed_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(editable=False)

    objects = RestatementQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["title"], name="restatement_titled_once"),
            models.CheckConstraint(
                condition=Q(concluded_on__isnull=False) | Q(ordered_on__isnull=False),
                name="restatement_has_a_day",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("clawback:restatement", args=[self.pk])

    @property
    def is_material(self):
        """The first condition of the fault-based policy (C-TRG-01)."""
        return self.kind == RestatementKind.BIG_R

    @property
    def asks_for_a_case(self):
        """Material, or a trigger of the mandatory rule (C-PUR-01, L-26)."""
        return self.kind in ASK_FOR_A_CASE

    @property
    def trigger_day(self):
        """The earlier of the conclusion and the order (L-26)."""
        return min(filter(None, (self.concluded_on, self.ordered_on)))


@pghistory.track()
class RestatedPeriod(models.Model):
    """A period whose statements are put right, and the day on which they were first filed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restatement = models.ForeignKey(Restatement, models.PROTECT, related_name="periods")
    label = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=PeriodKind, default=PeriodKind.YEAR)
    start = models.DateField()
    end = models.DateField()
    # An amended filing never starts the three years again (C-TRG-03).
    first_filed_on = models.DateField()

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(
                fields=["restatement", "label"], name="restated_period_labelled_once"
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="restated_period_days"),
        ]

    def __str__(self):
        return self.label


@pghistory.track()
class RestatedMeasure(models.Model):
    """One figure of a period, as it was reported and as it is restated; in the plan's unit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.ForeignKey(RestatedPeriod, models.PROTECT, related_name="measures")
    key = models.CharField(max_length=80, help_text="The name that award plans use for it.")
    reported = models.DecimalField(max_digits=30, decimal_places=10)
    restated = models.DecimalField(max_digits=30, decimal_places=10)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["period", "key"], name="restated_measure_once"),
        ]

    def __str__(self):
        return self.key
