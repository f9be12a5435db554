"""What has to be told outside: a notice to the exchange, a current report (L-28, L-51, NT-FIL)."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from governance.people.models import Office

# Who tells the exchange and files, and who is written to (NT-FIL).
FILERS = (Office.GENERAL_COUNSEL, Office.CORPORATE_SECRETARY)


class Item(models.TextChoices):
    """What is filed: the notice under the listing rules, or an item of Form 8-K."""

    NOTICE = "5625", "Notice to the exchange"
    NONCOMPLIANCE = "3.01", "Form 8-K, Item 3.01: noncompliance with a listing rule"
    NON_RELIANCE = "4.02", "Form 8-K, Item 4.02: statements no longer to be relied upon"
    OFFICERS = "5.02", "Form 8-K, Item 5.02: directors and officers"
    BYLAWS = "5.03", "Form 8-K, Item 5.03: bylaws or certificate amended"
    CODE_WAIVER = "5.05", "Form 8-K, Item 5.05: waiver of the code of ethics"
    VOTES = "5.07", "Form 8-K, Item 5.07: votes of the stockholders"


class FilingQuerySet(models.QuerySet):
    """Filings: the work of the General Counsel and the Corporate Secretary."""

    def visible_to(self, user):
        """The secretary's office, of which both are (NT-FIL)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.all() if user.is_secretarial else self.none()


@pghistory.track()
class Filing(models.Model):
    """Something that has happened has to be told outside by a day (L-28, L-51)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.CharField(max_length=5, choices=Item)
    about = models.CharField("what happened", max_length=300)
    # The row it follows from, and which occurrence of it: a day, or a step.
    source = models.UUIDField(editable=False)
    occurrence = models.CharField(max_length=40, editable=False)
    event_on = models.DateField("happened on")
    due_on = models.DateField()
    # Both empty while it is to be done.
    settled_on = models.DateField("filed on", null=True, blank=True)
    needed = models.BooleanField("it had to be filed", null=True, blank=True)
    # The accession number, or why nothing had to be filed.
    told = models.CharField("reference, or why not", max_length=300, blank=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "source", "occurrence"], name="filing_once_for_what_happened"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("event_on")), name="filing_due_after_the_event"
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None, needed=None, told="")
                | Q(settled_on__gte=models.F("event_on"), needed=True)
                | (Q(settled_on__isnull=False, needed=False) & ~Q(told="")),
                name="filing_is_settled_in_words",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            # What was settled stays so: a correction is a filing of its own.
            pgtrigger.Protect(
                name="is_settled_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__settled_on__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_item_display()}, of {self.event_on:%-d %B %Y}"
