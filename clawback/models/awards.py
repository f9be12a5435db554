"""Incentive pay: who was awarded what, by which plan, and what of it was paid (C-CMP-01)."""

import uuid

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from clawback.access import in_the_circle
from governance.people.models import Person


class AwardKind(models.TextChoices):
    """What an award is paid in, and how it is worked out."""

    CASH = "cash", "Cash"
    POOL = "pool", "Share of a bonus pool"
    SHARES = "shares", "Performance shares"
    OPTIONS = "options", "Options"


class AwardQuerySet(models.QuerySet):
    """Awards of incentive pay."""

    def visible_to(self, user):
        """The Compensation Committee and the Lead Independent Director; never one's own.

        A preparer sees the inputs of the one award to which they are invited, through its case.
        """
        if not in_the_circle(user):
            return self.none()
        return self.exclude(person=user.person_id)


@pghistory.track()
class Award(models.Model):
    """Incentive pay of one person under a plan.

    `terms` are the plan's formula, payments and settlement as docs/recoveries.md writes them in
    section 4: what is reported there was the basis on which it was awarded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="awards")
    name = models.CharField(max_length=120, help_text="As people say it: 2024 annual bonus.")
    plan = models.CharField(max_length=120, blank=True)
    # The policy applies all the same; the plan's words are shown (C-OVR-01).
    plan_forbids_recovery = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=AwardKind)
    granted_on = models.DateField()
    period_start = models.DateField()
    period_end = models.DateField()
    # The last day of the fiscal period in which the measure was attained (L-26).
    received_on = models.DateField()
    # First filings of the statements on which it was computed (C-TRG-03).
    filed_on = ArrayField(models.DateField())
    # Dollars, or whole shares or options.
    awarded = models.DecimalField(max_digits=20, decimal_places=2)
    terms = models.JSONField(default=dict)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["person__family_name", "period_end", "name"]
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="award_named_once"),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="award_period_has_days"
            ),
            models.CheckConstraint(condition=Q(awarded__gte=0), name="award_is_not_negative"),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Award of {self.granted_on:%-d %B %Y}"


@pghistory.track()
class StockSale(models.Model):
    """A sale of the company's stock by an officer, with its profit in dollars (L-55)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="stock_sales")
    sold_on = models.DateField()
    profit = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        ordering = ["sold_on"]

    def __str__(self):
        return f"Sale of {self.sold_on:%-d %B %Y}"
