"""What the Committee resolves behind the door of a case, and what follows for its lines (M-16)."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from clawback.access import may_know, walls_of
from clawback.models.cases import Case, OfACaseQuerySet
from clawback.models.lines import Line
from clawback.models.once import sealed_once
from clawback.moves import RESOLUTION_MOVES, ResolutionState
from governance.committees.standing import standing_today
from governance.meetings.models import Meeting
from governance.people.models import Person
from governance.records.moves import guard_triggers, never_changed
from governance.records.sealed import SealedRow


class ResolutionKind(models.TextChoices):
    """What a resolution does when it is carried."""

    FINDING = "finding", "Finding on what caused the restatement"
    REPAY = "repay", "Whether the participant should repay"
    RECOVER = "recover", "Determination to recover"
    NO_RECOVERY = "no_recovery", "Determination not to recover"
    END_DATE = "end_date", "Reading of the three years"
    IMPRACTICABLE = "impracticable", "Recovery under the rule is impracticable"
    WRITE_OFF = "write_off", "Write-off"
    RIDER = "rider", "Rider to the policy"


class Fault(models.TextChoices):
    """What the Committee finds of a person's conduct; a policy says which is enough (C-TRG-04)."""

    GROSS_NEGLIGENCE = "gross_negligence", "Gross negligence"
    MISCONDUCT = "intentional_misconduct", "Intentional misconduct"
    FRAUD = "fraud", "Fraud"
    NEGLIGENCE = "negligence", "Negligence"
    NONE = "none", "No fault"


class Causation(models.TextChoices):
    """Whether that conduct caused the restatement."""

    FULL = "full", "Wholly caused it"
    PARTIAL = "partial", "Partly caused it"
    NONE = "none", "Did not cause it"


class Answer(models.TextChoices):
    """What a member may answer; each weighs the same on the page."""

    FOR = "for", "For"
    AGAINST = "against", "Against"
    ABSTAIN = "abstain", "Abstain"


@pghistory.track(exclude=["wrapped_key"])
class Resolution(SealedRow):
    """The exact words on which the Committee votes, in a meeting or by unanimous consent.

    `effect` is what its carrying writes, sealed with the words: amounts by line, or a finding.
    """

    MOVES = RESOLUTION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="resolutions")
    kind = models.CharField(max_length=20, choices=ResolutionKind)
    # Empty: it speaks of every participant.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=ResolutionState)
    # SHA-256 of the words.
    digest = models.CharField(max_length=64)
    sealed_text = models.BinaryField(default=b"", editable=False)
    sealed_effect = models.BinaryField(default=b"", editable=False)
    # The meeting of the Committee in which it is voted; empty: by unanimous consent, or not yet.
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="+")
    by_consent = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    votes_for = models.PositiveSmallIntegerField(null=True)
    votes_against = models.PositiveSmallIntegerField(null=True)
    votes_abstain = models.PositiveSmallIntegerField(null=True)
    present = models.PositiveSmallIntegerField(null=True)
    quorum = models.PositiveSmallIntegerField(null=True)
    serving = models.PositiveSmallIntegerField(null=True)
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The earlier one that this supersedes; its reasons are in the words.
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="superseded_by")

    objects = OfACaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by_consent=False) | Q(meeting=None), name="resolution_one_way"
            ),
            models.CheckConstraint(
                condition=~Q(state="carried")
                | Q(by_consent=True)
                | Q(votes_for__gt=0, quorum__lte=models.F("present"), meeting__isnull=False),
                name="resolution_carried_in_due_form",
            ),
        ]
        triggers = [
            *guard_triggers(RESOLUTION_MOVES, ResolutionState.PUT),
            pgtrigger.Trigger(
                name="is_conclusive",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.state IN ('carried', 'defeated', 'inquorate', 'withdrawn') AND
                            (to_jsonb(NEW) - 'wrapped_key') <> (to_jsonb(OLD) - 'wrapped_key') THEN
                        RAISE EXCEPTION 'what the Committee resolved is conclusive';
                    END IF;
                    IF OLD.sealed_text <> '' AND (NEW.sealed_text <> OLD.sealed_text
                            OR NEW.digest <> OLD.digest) THEN
                        RAISE EXCEPTION 'the words of a resolution are fixed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return "Resolution of the Committee"

    def get_absolute_url(self):
        return reverse("clawback:resolution", args=[self.pk])

    @property
    def of_case(self):
        return self.case

    @property
    def text(self):
        return self.read_sealed("text")


class OfAResolutionQuerySet(models.QuerySet):
    """What belongs to a resolution is read by whoever may know of its case."""

    def visible_to(self, user):
        """Through the door of its case (AC-CASE)."""
        return self.filter(may_know(user, "resolution__case__"))


class ResolutionVoter(models.Model):
    """A member who may vote on a resolution: the list is frozen when the vote opens."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="voters")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = OfAResolutionQuerySet.as_manager()

    class Meta:
        ordering = ["person__family_name", "person__given_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["resolution", "person"], name="resolution_voter_listed_once"
            ),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return "Voter"


class ResolutionBallot(models.Model):
    """A member's signed answer to a resolution; it binds the exact words and is not changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="ballots")
    voter = models.ForeignKey(Person, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=Answer)
    cast_at = models.DateTimeField()
    text_digest = models.CharField(max_length=64)
    statement = models.CharField(max_length=300)
    sign_in_method = models.CharField(max_length=40)
    session = models.CharField(max_length=64, blank=True)

    objects = OfAResolutionQuerySet.as_manager()

    class Meta:
        ordering = ["cast_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["resolution", "voter"], name="resolution_ballot_one_each"
            ),
        ]
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="is_cast_in_an_open_vote",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("matter", "clawback_resolution%ROWTYPE")],
                func="""
                    SELECT * INTO matter FROM clawback_resolution
                        WHERE id = NEW.resolution_id FOR SHARE;
                    IF matter.state <> 'voting' OR matter.digest <> NEW.text_digest THEN
                        RAISE EXCEPTION 'a ballot binds the exact words while the vote is open';
                    END IF;
                    IF NOT EXISTS (SELECT 1 FROM clawback_resolutionvoter WHERE
                            resolution_id = NEW.resolution_id AND person_id = NEW.voter_id) THEN
                        RAISE EXCEPTION 'only those on the list vote';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Ballot of {self.cast_at:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("clawback:ballot", args=[self.pk])


def carried(*kinds):
    """The row says what a resolution of this kind resolved, once it is carried."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return pgtrigger.Trigger(
        name="is_resolved_by_the_committee",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            IF NOT EXISTS (SELECT 1 FROM clawback_resolution WHERE id = NEW.resolution_id
                    AND case_id = NEW.case_id AND state = 'carried' AND kind IN ({listed})) THEN
                RAISE EXCEPTION 'the Committee has not resolved it';
            END IF;
            RETURN NEW;
        """,
    )


class ResolvedQuerySet(OfACaseQuerySet):
    """What the Committee resolved of participants, which a later resolution supersedes."""

    def standing(self):
        """Those that stand. Two may be of one instant: a resolution says what it supersedes."""
        carried = ResolutionState.CARRIED
        return self.exclude(resolution__superseded_by__state=carried).order_by("at")


@pghistory.track(exclude=["wrapped_key"])
class Finding(SealedRow):
    """What the Committee found of a participant's conduct; the latest one stands (C-TRG-04)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="findings")
    resolution = models.OneToOneField(Resolution, models.PROTECT, related_name="finding")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    fault = models.CharField(max_length=30, choices=Fault)
    causation = models.CharField(max_length=10, choices=Causation)
    sealed_grounds = models.BinaryField(default=b"", editable=False)
    at = models.DateTimeField()

    objects = ResolvedQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        triggers = [sealed_once("grounds"), carried(ResolutionKind.FINDING)]

    def __str__(self):
        return "Finding"

    @property
    def grounds(self):
        return self.read_sealed("grounds")

    @property
    def in_words(self):
        """ "gross negligence, which partly caused it"."""
        if self.fault == Fault.NONE:
            return "no fault"
        return f"{self.get_fault_display().lower()}, which {self.get_causation_display().lower()}"


class BoardReportQuerySet(models.QuerySet):
    """Determinations that were reported to the Board."""

    def visible_to(self, user):
        """Whoever may know of its case; and independent directors whom no wall keeps out of it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        known = may_know(user, "case__")
        if standing_today(user).is_independent:
            known |= ~Q(walls_of(user, "case__restatement"))
        return self.filter(known)


@pghistory.track(exclude=["wrapped_key"])
class BoardReport(SealedRow):
    """A determination is reported to the Board: its exact words, and nothing else of the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="board_reports")
    resolution = models.OneToOneField(Resolution, models.PROTECT, related_name="board_report")
    sealed_text = models.BinaryField(default=b"", editable=False)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = BoardReportQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        triggers = [
            sealed_once("text"),
            carried(ResolutionKind.RECOVER, ResolutionKind.NO_RECOVERY),
        ]

    def __str__(self):
        return f"Report of {self.at:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("clawback:reported", args=[self.pk])

    @property
    def text(self):
        return self.read_sealed("text")


@pghistory.track()
class Repayment(models.Model):
    """Whether a participant should repay: a determination apart from any finding (C-TRG-04)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="repayments")
    resolution = models.OneToOneField(Resolution, models.PROTECT, related_name="repayment")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    should = models.BooleanField()
    at = models.DateTimeField()

    objects = ResolvedQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        triggers = [never_changed(), carried(ResolutionKind.REPAY)]

    def __str__(self):
        return "Should repay"


@pghistory.track(exclude=["wrapped_key"])
class RecoveryDetermination(SealedRow):
    """What the Committee determined of one line: conclusive, and written once (C-DET-01).

    A later one takes its place, by another resolution of the Committee, with its reasons.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="determinations")
    line = models.ForeignKey(Line, models.PROTECT, related_name="determinations")
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="determinations")
    recover = models.BooleanField()
    # Dollars sought, the whole of what is recoverable or less; nothing where it is not recovered.
    amount = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    sealed_reason = models.BinaryField(default=b"", editable=False)
    determined_on = models.DateField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    objects = OfACaseQuerySet.as_manager()

    class Meta:
        ordering = ["-determined_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recover=True, amount__gt=0) | Q(recover=False, amount=0),
                name="determination_has_its_amount",
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(replaces=None), name="determination_one_first"
            ),
            models.UniqueConstraint(
                fields=["line", "resolution"], name="determination_once_in_a_resolution"
            ),
        ]
        triggers = [
            sealed_once("reason"),
            carried(ResolutionKind.RECOVER, ResolutionKind.NO_RECOVERY),
            pgtrigger.Trigger(
                name="is_within_the_cap",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.recover AND NEW.amount > COALESCE((
                            SELECT cap FROM clawback_calculation WHERE line_id = NEW.line_id
                            ORDER BY number DESC LIMIT 1), 0) THEN
                        RAISE EXCEPTION 'more than is recoverable cannot be determined';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Determination of {self.determined_on:%-d %B %Y}"

    @property
    def reason(self):
        return self.read_sealed("reason")
