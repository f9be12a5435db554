"""The money: what is demanded, cancelled, repaid, paid by instalments, forgone (C-REC-02)."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from clawback.access import may_know
from clawback.models.cases import Case
from clawback.models.lines import Line
from clawback.models.once import sealed_once
from governance.people.models import Person
from governance.records.moves import never_changed
from governance.records.sealed import SealedRow


class OfALineQuerySet(models.QuerySet):
    """What belongs to a line is read by whoever may know of its case."""

    def visible_to(self, user):
        """Through the door of its case (AC-CASE)."""
        return self.filter(may_know(user, "line__case__"))


class OfAnAccountQuerySet(models.QuerySet):
    """What belongs to an account is read by whoever may know of its case."""

    def visible_to(self, user):
        """Through the door of its case (AC-CASE)."""
        return self.filter(may_know(user, "account__line__case__"))


class Account(models.Model):
    """What of a line is recovered: its sums are those of its entries, kept by the database.

    recoverable = cancelled + repaid + forgone + outstanding, to the cent and at every moment; each
    dollar is recovered once, whichever track asks for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.OneToOneField(Line, models.PROTECT, related_name="account")
    # What of the award was not paid when the account was opened: no more can be cancelled.
    unpaid = models.DecimalField(max_digits=20, decimal_places=2)
    recoverable = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    cancelled = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    repaid = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    forgone = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    outstanding = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    objects = OfALineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    recoverable=F("cancelled") + F("repaid") + F("forgone") + F("outstanding")
                ),
                name="account_balances",
            ),
            models.CheckConstraint(
                condition=Q(cancelled__gte=0, repaid__gte=0, forgone__gte=0, outstanding__gte=0),
                name="account_has_no_negative_sum",
            ),
            models.CheckConstraint(
                condition=Q(cancelled__lte=F("unpaid")), name="account_cancels_what_is_unpaid"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="follows_its_entries",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF pg_trigger_depth() < 2 THEN
                        RAISE EXCEPTION 'the sums of an account follow from its entries';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="begins_empty",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.recoverable + NEW.cancelled + NEW.repaid + NEW.forgone
                            + NEW.outstanding <> 0 THEN
                        RAISE EXCEPTION 'an account begins empty';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return "Account"


class EntryKind(models.TextChoices):
    """What moves the sums of an account."""

    DUE = "due", "Determined to be recovered"
    REDUCED = "reduced", "Determined anew, at less"
    CANCELLED = "cancelled", "Cancelled before it was paid"
    REPAID = "repaid", "Repaid"
    FORGONE = "forgone", "Forgone by an act of the Committee"


class LedgerEntry(models.Model):
    """One movement, written once; a slip of the pen is put right by another (`corrects`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    # Dollars; below zero only where it takes back the entry that it corrects.
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    day = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    # The resolution that forgoes; empty for everything else.
    resolution = models.ForeignKey(
        "Resolution", models.PROTECT, null=True, related_name="ledger_entries"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    objects = OfAnAccountQuerySet.as_manager()

    class Meta:
        ordering = ["day", "at"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, corrects=None) | Q(amount__lt=0, corrects__isnull=False),
                name="ledger_entry_has_an_amount",
            ),
            models.CheckConstraint(
                condition=~Q(kind="forgone") | Q(resolution__isnull=False),
                name="ledger_entry_forgoes_by_an_act",
            ),
        ]
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="moves_the_sums",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    UPDATE clawback_account SET
                        recoverable = recoverable
                            + CASE NEW.kind WHEN 'due' THEN NEW.amount
                                WHEN 'reduced' THEN -NEW.amount ELSE 0 END,
                        cancelled = cancelled
                            + CASE NEW.kind WHEN 'cancelled' THEN NEW.amount ELSE 0 END,
                        repaid = repaid + CASE NEW.kind WHEN 'repaid' THEN NEW.amount ELSE 0 END,
                        forgone = forgone
                            + CASE NEW.kind WHEN 'forgone' THEN NEW.amount ELSE 0 END,
                        outstanding = outstanding
                            + CASE NEW.kind WHEN 'due' THEN NEW.amount ELSE -NEW.amount END
                    WHERE id = NEW.account_id;
                    IF NOT FOUND THEN RAISE EXCEPTION 'an entry belongs to an account'; END IF;
                    IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
                            SELECT 1 FROM clawback_ledgerentry WHERE id = NEW.corrects_id
                            AND account_id = NEW.account_id AND kind = NEW.kind
                            AND amount = -NEW.amount) THEN
                        RAISE EXCEPTION 'a correction takes back one entry whole';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Entry of {self.day:%-d %B %Y}"


@pghistory.track()
class Instalment(models.Model):
    """What is to be repaid by a day (C-REC-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="instalments")
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)

    objects = OfAnAccountQuerySet.as_manager()

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["account", "due_on"], name="instalment_one_a_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_has_an_amount"),
        ]

    def __str__(self):
        return f"Instalment of {self.due_on:%-d %B %Y}"


class DemandQuerySet(models.QuerySet):
    """Letters of demand."""

    def visible_to(self, user):
        """Those who may know of its case, and the person on whom it was served (AC-CASE)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(may_know(user, "case__") | Q(person=user.person_id))


@pghistory.track(exclude=["wrapped_key"])
class Demand(SealedRow):
    """The determination is communicated to the participant, who is asked to repay (C-REC-02).

    From this moment the participant reads this letter and their own balance, and nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="demands")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    digest = models.CharField(max_length=64)
    sealed_text = models.BinaryField(default=b"", editable=False)
    served_on = models.DateField()
    served_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = DemandQuerySet.as_manager()

    class Meta:
        ordering = ["-served_on"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="demand_has_an_amount"),
        ]
        triggers = [sealed_once("text")]

    def __str__(self):
        return f"Letter of {self.served_on:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("clawback:demand", args=[self.pk])

    @property
    def text(self):
        return self.read_sealed("text")
