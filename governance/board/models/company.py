"""What holds of the Company itself for a time, and changes what the rules ask of its Board."""

import uuid

import pghistory
from django.db import models
from django.db.models import Q

from governance.periods import PeriodQuerySet, TextRange, begins_before_it_ends, no_overlap
from governance.records.models import Act


class StatusKind(models.TextChoices):
    """What may hold of a company, and of its certificate of incorporation."""

    SMALLER = "smaller_reporting", "Smaller reporting company"
    BALANCED = "balanced_classes", "The certificate asks for classes of equal size"
    DECLASSIFIED = "declassified", "The Board is no longer divided into classes"


class CompanyStatusQuerySet(PeriodQuerySet):
    """What a company tells in every annual report."""

    def visible_to(self, user):
        """Public inside the portal."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def kinds_on(self, day):
        """What holds that day."""
        return frozenset(self.on(day).values_list("kind", flat=True))


@pghistory.track()
class CompanyStatus(models.Model):
    """Something holds of the Company from a day on, perhaps by an act (L-22, L-42, G-CLS-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("what holds", max_length=20, choices=StatusKind)
    # The Board's act that put a changed certificate before the stockholders.
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="statuses")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = CompanyStatusQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "since"]
        verbose_name_plural = "company statuses"
        constraints = [
            begins_before_it_ends("company_status_has_a_day"),
            no_overlap("company_status_no_overlap", TextRange("kind")),
            models.CheckConstraint(
                condition=~Q(kind=StatusKind.DECLASSIFIED) | Q(act__isnull=False),
                name="declassified_by_an_act",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} from {self.since:%-d %B %Y}"
