"""One line for each participant and award of a case, and what was worked out of it (M-16, L-26)."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from clawback.access import may_know
from clawback.models.awards import Award
from clawback.models.cases import Case, CaseInvitation, OfACaseQuerySet
from clawback.models.once import sealed_once
from clawback.moves import LINE_MOVES, RULE_MOVES, LineState, RuleState
from governance.records.moves import guard_triggers
from governance.records.sealed import SealedRow


class LineQuerySet(OfACaseQuerySet):
    """Lines of cases."""

    def prepared_by(self, user):
        """Lines whose award's inputs the account may see: those of cases it may know of, and the
        one award to whose inputs it was let in, of which it learns nothing else."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        asked = CaseInvitation.objects.on(user.today).filter(person=user.person_id)
        of_one = Q(pk__in=asked.exclude(line=None).values("line"))
        return self.filter(may_know(user, "case__") | of_one)


@pghistory.track()
class Line(models.Model):
    """One award of one participant in a case."""

    MOVES = LINE_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="lines")
    award = models.ForeignKey(Award, models.PROTECT, related_name="lines")
    state = models.CharField(max_length=30, choices=LineState)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["award__person__family_name", "award__period_end", "award__name"]
        constraints = [
            models.UniqueConstraint(fields=["case", "award"], name="line_one_for_an_award"),
        ]
        triggers = [
            *guard_triggers(LINE_MOVES, LineState.UNDECIDED),
            pgtrigger.Trigger(
                name="is_of_a_walled_subject",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM clawback_wall AS wall
                            JOIN clawback_case AS matter
                                ON matter.restatement_id = wall.restatement_id
                            JOIN clawback_award AS award ON award.id = NEW.award_id
                            WHERE matter.id = NEW.case_id AND wall.is_subject
                            AND wall.person_id = award.person_id) THEN
                        RAISE EXCEPTION 'a subject is walled before a line is added';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return "Line"

    @property
    def of_case(self):
        return self.case

    @property
    def latest(self):
        """What was worked out last, or None."""
        return self.calculations.order_by("-number").first()


class RuleLineQuerySet(models.QuerySet):
    """The mandatory track of lines."""

    def visible_to(self, user):
        """Through the door of its case (AC-CASE)."""
        return self.filter(may_know(user, "line__case__"))


@pghistory.track()
class RuleLine(models.Model):
    """The same line on the mandatory track: fault and discretion have no say in it (L-26)."""

    MOVES = RULE_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.OneToOneField(Line, models.PROTECT, related_name="under_the_rule")
    state = models.CharField(max_length=30, choices=RuleState)
    amount = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    objects = RuleLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="in_recovery_period", amount=0)
                | (~Q(state="in_recovery_period") & Q(amount__gt=0)),
                name="rule_line_has_its_amount",
            ),
        ]
        triggers = guard_triggers(RULE_MOVES, RuleState.IN_PERIOD)

    def __str__(self):
        return "Line under the rule"

    @property
    def of_case(self):
        return self.line.case


class CalculationQuerySet(models.QuerySet):
    """Recalculation sheets."""

    def visible_to(self, user):
        """Through the door of its case (AC-CASE)."""
        return self.filter(may_know(user, "line__case__"))


class Calculation(SealedRow):
    """A line's recalculation sheet: inputs, working and result, sealed and numbered (C-TRG-02).

    The money in clear is what the database holds determinations against.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, models.PROTECT, related_name="calculations")
    number = models.PositiveIntegerField()
    # The most that the fault-based policy could recover, all conditions met (C-REC-01).
    cap = models.DecimalField(max_digits=20, decimal_places=2)
    # What the mandatory rule recovers.
    mandatory = models.DecimalField(max_digits=20, decimal_places=2)
    # What of the award is not paid yet, and can be cancelled (C-REC-02).
    unpaid = models.DecimalField(max_digits=20, decimal_places=2)
    sealed_sheet = models.BinaryField(default=b"", editable=False)
    # SHA-256 of the sheet.
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = CalculationQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="calculation_numbered_once"),
            models.CheckConstraint(
                condition=Q(cap__gte=0, mandatory__gte=0, unpaid__gte=0),
                name="calculation_is_not_negative",
            ),
        ]
        triggers = [sealed_once("sheet")]

    def __str__(self):
        return "Recalculation"
