"""The case of a restatement, who is kept out of it, who is let in, and what it rests on (M-16)."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from clawback.access import may_know, may_know_privileged
from clawback.models.once import sealed_once
from clawback.models.restatements import Restatement
from clawback.moves import CASE_MOVES, CaseState
from governance.people.models import Person
from governance.periods import PeriodQuerySet
from governance.records.moves import guard_triggers, never_changed
from governance.records.sealed import SealedRow


class EndDate(models.TextChoices):
    """To which event the three years run: the text of the policy does not say (C-TRG-03)."""

    DETERMINATION = "committee_determination_date", "the Committee’s determination"
    RESTATED = "restated_filing_date", "the filing of the restated statements"
    CONCLUSION = "conclusion_date", "the conclusion that a restatement is required"


class OfACaseQuerySet(models.QuerySet):
    """What belongs to a case is read by whoever may know of the case."""

    def visible_to(self, user):
        """Through the door of its case (AC-CASE)."""
        return self.filter(may_know(user, "case__"))


class PrivilegedQuerySet(models.QuerySet):
    """What counsel wrote for the Committee."""

    def visible_to(self, user):
        """The Committee, the Lead Independent Director, and invited counsel and advisers."""
        return self.filter(may_know_privileged(user, "case__"))


@pghistory.track()
class Wall(models.Model):
    """Somebody is kept out of the case of a restatement, whatever else they are (access rule 2).

    It stands before the case opens, and is never taken down.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restatement = models.ForeignKey(Restatement, models.PROTECT, related_name="walls")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # The officer whose pay it is about; anybody else is walled for a conflict.
    is_subject = models.BooleanField(default=True)
    # Listed by name in the proxy statement's pay tables, for the disclosure (L-26).
    is_named_officer = models.BooleanField("named executive officer", default=False)
    basis = models.CharField(max_length=300)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["person__family_name", "person__given_name"]
        constraints = [
            models.UniqueConstraint(fields=["restatement", "person"], name="wall_stands_once"),
            models.CheckConstraint(condition=~Q(basis=""), name="wall_has_a_basis"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Wall of {self.at:%-d %B %Y}"


class CaseQuerySet(models.QuerySet):
    """Cases, through the one door of the Compensation Committee."""

    def visible_to(self, user):
        """Today's Committee and Lead Independent Director, and whoever they invited; never whoever
        is walled from it (AC-CASE)."""
        return self.filter(may_know(user))


@pghistory.track(exclude=["wrapped_key"])
class Case(SealedRow):
    """Whether pay is recovered after a restatement; one case for each (M-16)."""

    MOVES = CASE_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restatement = models.OneToOneField(Restatement, models.PROTECT, related_name="case")
    state = models.CharField(max_length=20, choices=CaseState)
    # The reading of the three years that the Committee adopted; empty: its determination.
    end_date = models.CharField(max_length=40, choices=EndDate, default=EndDate.DETERMINATION)
    # What a court or the Committee found of the company, for section 304; empty: not found.
    issuer_misconduct = models.BooleanField(null=True)
    # What happened, in the words of whoever opened it.
    sealed_matter = models.BinaryField(default=b"", editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        triggers = [
            *guard_triggers(CASE_MOVES, CaseState.OPENED),
            pgtrigger.Trigger(
                name="opens_behind_its_walls",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM clawback_wall
                            WHERE restatement_id = NEW.restatement_id AND is_subject) THEN
                        RAISE EXCEPTION 'a case opens when its subjects are walled';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return "Case"

    def get_absolute_url(self):
        return reverse("clawback:case", args=[self.pk])

    @property
    def of_case(self):
        return self

    @property
    def title(self):
        """As its page is headed: that of the restatement."""
        return self.restatement.title

    @property
    def matter(self):
        return self.read_sealed("matter")


class Capacity(models.TextChoices):
    """As what somebody is let in."""

    COUNSEL = "counsel", "Counsel"
    ADVISER = "adviser", "Adviser"
    PREPARER = "preparer", "Preparer"
    SECRETARY = "secretary", "Corporate Secretary"
    AUDITOR = "auditor", "Auditor"


class CaseInvitationQuerySet(PeriodQuerySet):
    """Who was let in to a case."""

    def visible_to(self, user):
        """Through the door of its case (AC-CASE); and one's own, as long as it lasts."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Q(pk__in=self.model.objects.on(user.today).filter(person=user.person_id))
        return self.filter(may_know(user, "case__") | mine)


@pghistory.track()
class CaseInvitation(models.Model):
    """The Committee's chair lets somebody in, for a time; to one award's inputs, or to the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="admissions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=10, choices=Capacity)
    # Empty: the whole case. Otherwise the inputs of this line, and nothing else.
    line = models.ForeignKey("Line", models.PROTECT, null=True, related_name="admissions")
    since = models.DateField()
    until = models.DateField(null=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = CaseInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        constraints = [
            # One that is ended on the day on which it was given held on no day.
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="case_invitation_ends_later",
            ),
            models.UniqueConstraint(
                fields=["case", "person", "line"],
                condition=Q(until=None),
                nulls_distinct=False,
                name="case_invitation_once",
            ),
            models.CheckConstraint(
                condition=Q(line=None) | Q(capacity="preparer"), name="case_invitation_line"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="lets_in_nobody_walled",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (SELECT 1 FROM clawback_wall AS wall
                            JOIN clawback_case AS matter
                                ON matter.restatement_id = wall.restatement_id
                            WHERE matter.id = NEW.case_id AND wall.person_id = NEW.person_id) THEN
                        RAISE EXCEPTION 'whoever is walled from a case is not let in';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self):
        return "Invitation"

    def get_absolute_url(self):
        if self.line_id:
            return reverse("clawback:inputs", args=[self.line_id])
        return reverse("clawback:case", args=[self.case_id])


class CaseReading(models.Model):
    """Somebody opened a page of the case; its members see who and when (AC-CASE)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OfACaseQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        triggers = [never_changed()]

    def __str__(self):
        return "Reading"


@pghistory.track()
class CaseRecusal(models.Model):
    """A member of the Committee takes no part in the findings on a participant, and why.

    Whoever is the subject is walled, and knows nothing of it: that is not a recusal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    basis = models.CharField(max_length=300)
    at = models.DateTimeField()

    objects = OfACaseQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="case_recusal_once"),
            models.CheckConstraint(condition=~Q(basis=""), name="case_recusal_has_a_basis"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return "Recusal"


class Condition(models.IntegerChoices):
    """The four conditions of the policy, which hold together or not at all (C-TRG-05)."""

    RESTATED = 1, "Financial statements materially restated"
    LESS = 2, "Incentive pay would have been less"
    IN_TIME = 3, "No more than three years since original filing"
    FAULT = 4, "Gross negligence, intentional misconduct or fraud, and repayment"


@pghistory.track(exclude=["wrapped_key"])
class Evidence(SealedRow):
    """What a condition rests on, sealed; written once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    condition = models.PositiveSmallIntegerField(choices=Condition)
    # Empty: it speaks of every participant.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sealed_text = models.BinaryField(default=b"", editable=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OfACaseQuerySet.as_manager()

    class Meta:
        ordering = ["condition", "at"]
        triggers = [sealed_once("text")]

    def __str__(self):
        return "Evidence"

    @property
    def text(self):
        return self.read_sealed("text")


@pghistory.track(exclude=["wrapped_key"])
class Estimate(SealedRow):
    """A measure that the statements do not hold is estimated: method, range, point (C-EST-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="estimates")
    line = models.ForeignKey("Line", models.PROTECT, related_name="estimates")
    measure = models.CharField(max_length=80)
    low = models.DecimalField(max_digits=20, decimal_places=6)
    point = models.DecimalField(max_digits=20, decimal_places=6)
    high = models.DecimalField(max_digits=20, decimal_places=6)
    # Which of the three the Committee adopted; empty: none yet.
    adopted = models.CharField(max_length=5, blank=True)
    sealed_method = models.BinaryField(default=b"", editable=False)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    adopted_at = models.DateTimeField(null=True)

    objects = OfACaseQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__lte=models.F("point"), point__lte=models.F("high")),
                name="estimate_lies_in_its_range",
            ),
            models.CheckConstraint(
                condition=Q(adopted__in=["", "low", "point", "high"])
                & (Q(adopted="", adopted_at=None) | (~Q(adopted="") & Q(adopted_at__isnull=False))),
                name="estimate_adopted_point",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return "Estimate"

    @property
    def method(self):
        return self.read_sealed("method")


class Question(models.TextChoices):
    """What counsel is asked."""

    END_DATE = "end_date", "To which event the three years run"
    VERSION = "version", "Which version of the policy applies"
    LAW = "law", "How far the law permits recovery"


class Ruling(models.TextChoices):
    """What the law permits, as counsel sees it (C-REC-03)."""

    PERMITTED = "permitted", "Permitted"
    LIMITED = "limited", "Permitted up to an amount"
    PROHIBITED = "prohibited", "Prohibited"


@pghistory.track(exclude=["wrapped_key"])
class CounselNote(SealedRow):
    """Counsel's note to the Committee, privileged and sealed; written once (C-REC-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="counsel_notes")
    question = models.CharField(max_length=10, choices=Question)
    # Empty: it speaks of every participant.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ruling = models.CharField(max_length=10, choices=Ruling, blank=True)
    limit = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    jurisdiction = models.CharField(max_length=80, blank=True)
    sealed_text = models.BinaryField(default=b"", editable=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = PrivilegedQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(question="law") & ~Q(ruling="") & ~Q(jurisdiction=""))
                | (~Q(question="law") & Q(ruling="")),
                name="counsel_note_rules_on_law",
            ),
            models.CheckConstraint(
                condition=Q(ruling="limited", limit__gte=0)
                | (~Q(ruling="limited") & Q(limit=None)),
                name="counsel_note_limit",
            ),
        ]
        triggers = [sealed_once("text")]

    def __str__(self):
        return "Note of counsel"

    @property
    def text(self):
        return self.read_sealed("text")
