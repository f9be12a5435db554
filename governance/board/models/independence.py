"""How the Board comes to find a director independent: questionnaires, examinations, findings."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from governance.board.models.facts import Fact, OwnQuerySet
from governance.board.moves import (
    EXAMINATION_MOVES,
    QUESTIONNAIRE_MOVES,
    ExaminationState,
    QuestionnaireState,
)
from governance.people.models import Person
from governance.periods import holds_on
from governance.records.models import Act
from governance.records.moves import guard_triggers, never_changed


class Standard(models.TextChoices):
    """Standards under which independence is determined (G-IND-02)."""

    GENERAL = "nasdaq_general", "general"
    AUDIT = "audit_10a3", "audit committee"
    COMPENSATION = "comp_10c1", "compensation committee"


class Independence(models.TextChoices):
    """What a director's independence is worth on a day (C7)."""

    YES = "yes", "independent"
    STALE = "stale", "independent, to be determined again"
    NO = "no", "not independent"
    NONE = "none", "never determined"


class CycleQuerySet(models.QuerySet):
    """Yearly rounds of questionnaires."""

    def visible_to(self, user):
        """The Secretary, and everybody who may know of a questionnaire in it."""
        if user.is_authenticated and user.is_active and user.is_secretary:
            return self.all()
        known = Questionnaire.objects.visible_to(user).filter(cycle=OuterRef("pk"))
        return self.filter(Exists(known.order_by()))


@pghistory.track()
class Cycle(models.Model):
    """A yearly round of questionnaires and determinations, opened by the Secretary (G-COI-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opened_on = models.DateField(unique=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on"]

    def __str__(self):
        return f"Questionnaires of {self.opened_on:%-d %B %Y}"


class QuestionnaireQuerySet(OwnQuerySet):
    """Questionnaires, known to few."""

    def known_to(self, user):
        """Those of which the reader may know that they exist and how they stand.

        The rest of the secretary's office sees that much, and no answer.
        """
        inside = user.is_authenticated and user.is_active and user.is_secretarial
        return self.all() if inside else self.visible_to(user)


# A draft is the director's own: its every keystroke is no part of the record; the text is.
@pghistory.track(exclude=["answers", "saved_at"])
class Questionnaire(models.Model):
    """What a director answers each year about independence, family and other commitments.

    `answers` is kept as it is typed; signing binds the exact text that was shown (G-COI-01).
    """

    MOVES = QUESTIONNAIRE_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="questionnaires")
    person = models.ForeignKey(Person, models.PROTECT, related_name="questionnaires")
    state = models.CharField(
        max_length=12, choices=QuestionnaireState, default=QuestionnaireState.SENT, editable=False
    )
    sent_on = models.DateField(editable=False)
    answers = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField(null=True, editable=False)
    returned_on = models.DateField(null=True, editable=False)
    # What was bound, as the receipt prints it.
    text = models.TextField(blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    statement = models.CharField(max_length=300, blank=True, editable=False)
    sign_in_method = models.CharField(max_length=40, blank=True, editable=False)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_on", "person__family_name"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "person"], name="questionnaire_once_a_cycle"),
            models.CheckConstraint(
                condition=Q(state="sent")
                | (Q(signed_at__isnull=False, returned_on__isnull=False) & ~Q(text="")),
                name="questionnaire_returned_is_signed",
            ),
        ]
        triggers = [
            *guard_triggers(QUESTIONNAIRE_MOVES, QuestionnaireState.SENT),
            pgtrigger.Trigger(
                name="binds_the_exact_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.state <> 'sent' AND OLD.answers IS DISTINCT FROM NEW.answers THEN
                        RAISE EXCEPTION 'what was signed is not changed';
                    END IF;
                    -- Only signing writes what was signed; sent back, it stays until it is
                    -- signed anew.
                    IF NOT (OLD.state = 'sent' AND NEW.state = 'returned')
                            AND (OLD.person_id, OLD.cycle_id, OLD.text, OLD.signed_at,
                                 OLD.returned_on, OLD.statement, OLD.sign_in_method)
                            IS DISTINCT FROM
                                (NEW.person_id, NEW.cycle_id, NEW.text, NEW.signed_at,
                                 NEW.returned_on, NEW.statement, NEW.sign_in_method) THEN
                        RAISE EXCEPTION 'what was signed is not changed';
                    END IF;
                    NEW.digest := CASE WHEN NEW.text = '' THEN ''
                        ELSE encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') END;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Questionnaire of {self.sent_on:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("board:questionnaire", args=[self.pk])


class AmendmentQuerySet(OwnQuerySet):
    """Amendments, known to those who may know of the facts."""

    owner = "fact__person"


class Amendment(models.Model):
    """A proposed fact that is to take the place of one on record, which has ended (C7).

    Confirmed, it does so in the same transaction. Where it `never` was so, the proposal repeats the
    fact that is contested, and confirming sets both aside.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fact = models.OneToOneField(Fact, models.PROTECT, related_name="amendment")
    of = models.ForeignKey(Fact, models.PROTECT, related_name="amendments")
    never = models.BooleanField("never was so", default=False)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="amends_what_is_on_record",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM board_fact told, board_fact known
                            WHERE told.id = NEW.fact_id AND known.id = NEW.of_id
                            AND told.state = 'proposed' AND known.state = 'confirmed'
                            AND told.person_id = known.person_id AND told.kind = known.kind) THEN
                        RAISE EXCEPTION 'a proposal amends a confirmed fact of its kind and person';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return "An amendment of a fact"


@pghistory.track()
class ChangeReport(models.Model):
    """A director's circumstances changed: until the Board determines again, the value is stale.

    A determination made after the report settles it for its standard (C7, M-07).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="change_reports")
    reported_on = models.DateField()
    reported_at = models.DateTimeField(editable=False)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    text = models.TextField("what changed")

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_on"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="change_report_says_what")
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Change reported on {self.reported_on:%-d %B %Y}"


class DeterminationQuerySet(models.QuerySet):
    """Determinations themselves; the facts behind them are known to fewer."""

    def visible_to(self, user):
        """Directors in office and the secretary's office: the Board made them (AC-BRD)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_secretarial:
            return self.all()
        serving = Person.objects.filter(holds_on(user.today, "directorships__"), user=user)
        return self.filter(Exists(serving))


@pghistory.track()
class Determination(models.Model):
    """The Board's finding, under one standard, whether a director is independent (G-IND-02, L-09).

    Locked when made: a later finding is another row, and the latest one counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="determinations")
    standard = models.CharField(max_length=20, choices=Standard)
    independent = models.BooleanField()
    determined_on = models.DateField()
    # Settles what was reported before this instant.
    made_at = models.DateTimeField(editable=False)
    # Made on 11 February 2026, it expires on 11 February 2027 and is stale from the 12th (C1).
    expires_on = models.DateField()
    act = models.ForeignKey(Act, models.PROTECT, related_name="determinations")
    basis = models.TextField(blank=True, help_text="What the Board considered.")
    facts = models.ManyToManyField(
        Fact, through="Consideration", related_name="determinations", blank=True
    )
    considered_pay = models.BooleanField(
        "the source of the director's compensation was considered", default=False
    )
    considered_affiliation = models.BooleanField(
        "affiliation with the Company was considered", default=False
    )

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        ordering = ["-determined_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "standard", "determined_on"], name="determination_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("determined_on")), name="determination_lasts"
            ),
            models.CheckConstraint(
                condition=Q(independent=True) | ~Q(basis=""), name="determination_no_has_a_reason"
            ),
        ]
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="is_an_act_of_the_board",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM records_act WHERE id = NEW.act_id
                            AND committee_id IS NULL AND day = NEW.determined_on) THEN
                        RAISE EXCEPTION 'the Board determines, by an act of that day';
                    END IF;
                    IF NEW.independent AND EXISTS (SELECT 1 FROM board_bar
                            WHERE person_id = NEW.person_id AND outcome = 'bar'
                            AND standard IN ('', NEW.standard)
                            AND since <= NEW.determined_on AND NOT once
                            AND (until IS NULL OR until > NEW.determined_on)) THEN
                        RAISE EXCEPTION 'a bright line rules independence out that day';
                    END IF;
                    -- Fees are no bar to the compensation committee, but they have to be weighed,
                    -- unless the Company is a smaller reporting one (L-22).
                    IF NEW.independent AND NEW.standard = 'comp_10c1'
                            AND NOT (NEW.considered_pay AND NEW.considered_affiliation)
                            AND NOT EXISTS (SELECT 1 FROM board_companystatus
                                WHERE kind = 'smaller_reporting' AND since <= NEW.determined_on
                                AND (until IS NULL OR until > NEW.determined_on)) THEN
                        RAISE EXCEPTION 'determination_weighs_both_factors';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.person}, determination of {self.determined_on:%-d %B %Y}"


class Consideration(models.Model):
    """A fact that the Board weighed when it determined independence (L-09)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    determination = models.ForeignKey(Determination, models.PROTECT, related_name="considered")
    fact = models.ForeignKey(Fact, models.PROTECT, related_name="considered")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["determination", "fact"], name="considered_once")
        ]
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="comes_after_its_facts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (SELECT 1 FROM board_fact f, board_determination d
                            WHERE f.id = NEW.fact_id AND d.id = NEW.determination_id
                            AND (f.since > d.determined_on OR f.person_id <> d.person_id)) THEN
                        RAISE EXCEPTION 'a determination follows the facts that it weighs';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return "A fact that was weighed"


@pghistory.track()
class Examination(models.Model):
    """One director under one standard in one cycle, on the way to a determination (M-07)."""

    MOVES = EXAMINATION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="examinations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="examinations")
    standard = models.CharField(max_length=20, choices=Standard)
    state = models.CharField(
        max_length=20, choices=ExaminationState, default=ExaminationState.OPEN, editable=False
    )
    # What each test said when the answers were in: pass, bar or review, by the test's provision.
    results = models.JSONField(default=dict, blank=True, editable=False)
    counsel_note = models.TextField(blank=True, editable=False)
    # What the nominating committee recommends, and by which act; empty until it has.
    recommends = models.BooleanField(null=True, editable=False)
    recommended_by = models.ForeignKey(
        Act, models.PROTECT, null=True, editable=False, related_name="recommendations"
    )
    determination = models.OneToOneField(
        Determination, models.PROTECT, null=True, editable=False, related_name="examination"
    )

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["person__family_name", "standard"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "person", "standard"], name="examination_once_a_cycle"
            ),
            models.CheckConstraint(
                condition=~Q(state="recommended")
                | Q(recommends__isnull=False, recommended_by__isnull=False),
                name="examination_recommended_by_an_act",
            ),
            models.CheckConstraint(
                condition=Q(state="determined", determination__isnull=False)
                | (~Q(state="determined") & Q(determination__isnull=True)),
                name="examination_determined_has_a_finding",
            ),
        ]
        triggers = guard_triggers(EXAMINATION_MOVES, ExaminationState.OPEN)

    def __str__(self):
        return f"Examination of the cycle of {self.cycle.opened_on:%-d %B %Y}"
