"""Charters of committees as versioned documents, and what is asked of members (M-13)."""

import uuid

import pghistory
import pgtrigger
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.board.access import is_director
from governance.people.models import Appointment, Office
from governance.people.operations import is_secretary
from governance.periods import UUIDRange, no_overlap
from governance.records.models import Act
from governance.records.moves import Move, by_the_system, guard_triggers, never_changed
from governance.refusals import Refused


class CharterState(models.TextChoices):
    """Where a version of a charter stands (M-13)."""

    DRAFTED = "drafted", "Drafted"
    RECOMMENDED = "recommended", "Recommended"
    BOARD_REVIEW = "board_review", "Before the Board"
    ADOPTED = "adopted", "Adopted"
    IN_FORCE = "in_force", "In force"
    SUPERSEDED = "superseded", "Superseded"
    RETIRED = "retired", "Retired"


# Bound by an act: its words are fixed, and everybody inside may read them once in force.
ADOPTED = (
    CharterState.ADOPTED,
    CharterState.IN_FORCE,
    CharterState.SUPERSEDED,
    CharterState.RETIRED,
)
WAS_IN_FORCE = (CharterState.IN_FORCE, CharterState.SUPERSEDED, CharterState.RETIRED)
DRAFTS = (CharterState.DRAFTED, CharterState.RECOMMENDED, CharterState.BOARD_REVIEW)


class Tag(models.TextChoices):
    """What a charter has to say (G-CHA-02)."""

    POLICIES = "policies", "policies"
    RESPONSIBILITIES = "responsibilities", "responsibilities"
    QUALIFICATIONS = "qualifications", "qualifications of members"


def may_draft(by, charter, day):
    """The committee's members, the General Counsel and the Corporate Secretary (M-13)."""
    counsel = Appointment.objects.on(day).filter(office=Office.GENERAL_COUNSEL)
    return by is not None and (
        is_secretary(by, day)
        or counsel.filter(person=by.person_id).exists()
        or charter.committee.seats.on(day).filter(person=by.person_id).exists()
    )


def may_enter_act(by, charter, day):
    return by is not None and is_secretary(by, day)


def says_what_a_charter_says(charter, **facts):
    """Policies, responsibilities, and what qualifies somebody to be a member (G-CHA-02)."""
    tagged = set(charter.sections.exclude(tag="").values_list("tag", flat=True))
    missing = [tag.label for tag in Tag if tag not in tagged]
    if missing:
        raise Refused(
            f"The charter is incomplete: no section on {' and '.join(missing)}.",
            provision="G-CHA-02",
            code="charter_incomplete",
        )


def its_committee_recommends_it(charter, **facts):
    """The three committees recommend their own charters; of others nothing is asked (M-13)."""
    if charter.committee.kind != "further" and charter.recommended_by_id is None:
        raise Refused(
            "The committee recommends its charter before the Board looks at it.",
            provision="M-13",
        )


CHARTER_MOVES = (
    Move("draft", "", CharterState.DRAFTED, may=may_draft, provision="M-13"),
    Move(
        "recommend",
        CharterState.DRAFTED,
        CharterState.RECOMMENDED,
        may=may_enter_act,
        provision="M-13",
        button="Enter the committee's recommendation",
        said="recommended",
    ),
    Move(
        "put_before_board",
        (CharterState.DRAFTED, CharterState.RECOMMENDED),
        CharterState.BOARD_REVIEW,
        may=may_enter_act,
        needs=(its_committee_recommends_it,),
        provision="M-13",
        button="Put before the Board",
        said="put before the Board",
    ),
    Move(
        "adopt",
        CharterState.BOARD_REVIEW,
        CharterState.ADOPTED,
        may=may_enter_act,
        provision="M-13",
        button="Enter the adoption",
        said="adopted",
        binding=True,
    ),
    Move(
        "put_in_force",
        CharterState.ADOPTED,
        CharterState.IN_FORCE,
        may=may_enter_act,
        needs=(says_what_a_charter_says,),
        provision="G-CHA-02",
        button="Put in force",
        said="put in force",
    ),
    Move(
        "supersede",
        CharterState.IN_FORCE,
        CharterState.SUPERSEDED,
        may=by_the_system,
        provision="M-13",
        said="superseded",
    ),
    Move(
        "retire",
        CharterState.IN_FORCE,
        CharterState.RETIRED,
        may=may_enter_act,
        provision="M-13",
        button="Retire",
        said="retired",
    ),
)


class CharterQuerySet(models.QuerySet):
    """Charters: public once they were in force; before that, their authors' (G-CHA-01)."""

    def visible_to(self, user):
        """What was in force to everybody inside; drafts to the committee and the office.

        What has been adopted and waits for its day is the Board's knowledge too.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_secretarial:
            return self.all()
        sits = Q(committee__seats__person=user.person_id) & _seat_on(user.today)
        drafts = self.model._default_manager.filter(sits).values("pk")
        readable = Q(state__in=WAS_IN_FORCE)
        # Whoever has left the Board has left its committees, whatever their rows say.
        if is_director(user, user.today):
            readable |= Q(pk__in=drafts) | Q(state=CharterState.ADOPTED)
        return self.filter(readable)

    def in_force(self, day):
        """The versions that are in force on the day: one for each committee at most."""
        lasts = Q(until__isnull=True) | Q(until__gt=day)
        return self.filter(lasts, state__in=WAS_IN_FORCE, since__lte=day)


def _seat_on(day):
    ends = Q(committee__seats__until__isnull=True) | Q(committee__seats__until__gt=day)
    return Q(committee__seats__since__lte=day) & ends


@pghistory.track()
class Charter(models.Model):
    """One version of a committee's charter, from its draft to the day it is superseded (M-13)."""

    MOVES = CHARTER_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    committee = models.ForeignKey("committees.Committee", models.PROTECT, related_name="charters")
    version = models.CharField(max_length=40, help_text="As people say it: “2026”.")
    state = models.CharField(
        max_length=15, choices=CharterState, default=CharterState.DRAFTED, editable=False
    )
    # In force from, and the first day no longer; empty until then.
    since = models.DateField(null=True, blank=True, editable=False)
    until = models.DateField(null=True, blank=True, editable=False)
    recommended_by = models.ForeignKey(
        Act, models.PROTECT, null=True, editable=False, related_name="charters_recommended"
    )
    # The Board's act; empty until it is adopted.
    adopted_by = models.ForeignKey(
        Act, models.PROTECT, null=True, editable=False, related_name="charters_adopted"
    )

    objects = CharterQuerySet.as_manager()

    class Meta:
        ordering = ["committee__name", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "version"], name="charter_version_once"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gt=F("since")),
                name="charter_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DRAFTS, adopted_by=None)
                | (~Q(state__in=DRAFTS) & Q(adopted_by__isnull=False)),
                name="charter_adopted_by_an_act",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=WAS_IN_FORCE) & Q(since__isnull=False))
                | (~Q(state__in=WAS_IN_FORCE) & Q(since=None)),
                name="charter_in_force_from_a_day",
            ),
            no_overlap(
                "charter_one_in_force",
                UUIDRange("committee"),
                condition=Q(since__isnull=False),
            ),
        ]
        triggers = [
            *guard_triggers(CHARTER_MOVES, CharterState.DRAFTED),
            pgtrigger.Trigger(
                name="is_adopted_by_the_board",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.adopted_by_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM records_act WHERE id = NEW.adopted_by_id
                        AND committee_id IS NULL
                        AND (NEW.since IS NULL OR day <= NEW.since)
                    ) THEN
                        RAISE EXCEPTION 'the Board adopts a charter before it is in force';
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.adopted_by_id IS NOT NULL
                        AND (OLD.adopted_by_id, OLD.committee_id, OLD.version) IS DISTINCT FROM
                            (NEW.adopted_by_id, NEW.committee_id, NEW.version) THEN
                        RAISE EXCEPTION 'what was adopted is not changed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Charter of the {self.committee}, version {self.version}"

    def get_absolute_url(self):
        return reverse("committees:charter", args=[self.pk])


def locked_with_its_charter():
    """Its words and criteria are fixed from the day on which the Board adopted it (M-13)."""
    return pgtrigger.Trigger(
        name="is_locked_when_adopted",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF EXISTS (
                SELECT 1 FROM committees_charter AS charter
                WHERE charter.id IN (NEW.charter_id, OLD.charter_id)
                AND charter.state NOT IN ('drafted', 'recommended', 'board_review')
            ) THEN
                RAISE EXCEPTION 'what was adopted is not changed: write another version';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


@pghistory.track(exclude=["words"])
class Section(models.Model):
    """A part of a charter's text; some are of the kinds that every charter has (G-CHA-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    tag = models.CharField("is about", max_length=20, choices=Tag, blank=True)
    text = models.TextField()
    # Kept for the search, as a text is long; sections are too few for an index of them.
    words = models.GeneratedField(
        expression=SearchVector("title", "text", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["charter", "position"], name="section_position_once")
        ]
        triggers = [locked_with_its_charter()]

    def __str__(self):
        return f"Section {self.position}"


class Computed(models.TextChoices):
    """Criteria that the record answers by itself, on any day (G-COM-03)."""

    GENERAL = "nasdaq_general", "independent under the listing rules"
    AUDIT = "audit_10a3", "independent under the audit standard"
    COMPENSATION = "comp_10c1", "independent under the compensation standard"
    EXPERT = "financial_expert", "designated a financial expert"
    NOT_EMPLOYED = "not_employed", "no officer or employee"


@pghistory.track()
class Criterion(models.Model):
    """What a charter asks of each member, beside what the law does (G-COM-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="criteria")
    code = models.SlugField(max_length=40)
    text = models.CharField(max_length=300)
    # Empty: somebody attests it of each member.
    computed = models.CharField(
        "answered by the record", max_length=20, choices=Computed, blank=True
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["charter", "code"], name="criterion_code_once")
        ]
        triggers = [locked_with_its_charter()]

    def __str__(self):
        return self.text


@pghistory.track()
class CharterReview(models.Model):
    """The yearly look at whether a charter is still adequate (L-14, L-21, G-CHA-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField()
    change_needed = models.BooleanField("a change is needed", default=False)

    class Meta:
        ordering = ["-reviewed_on"]
        constraints = [
            models.UniqueConstraint(fields=["charter", "reviewed_on"], name="review_once_a_day")
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Review of {self.reviewed_on:%-d %B %Y}"


class Function(models.TextChoices):
    """What the Board hands to a committee. Some of it the law does not let it hand over (L-40)."""

    EXECUTIVE_PAY = "executive_pay", "Pay of executive officers"
    AUDITOR = "auditor", "The outside auditor"
    NOMINATIONS = "nominations", "Nominations"
    RELATED_PERSONS = "related_persons", "Related person transactions"
    FINANCING = "financing", "Financing"
    STRATEGY = "strategy", "Strategy"
    RISK = "risk", "Risk"
    OTHER = "other", "Another function"
    ADOPT_BYLAW = "adopt_bylaw", "Adopting a bylaw"
    AMEND_BYLAW = "amend_bylaw", "Amending a bylaw"
    REPEAL_BYLAW = "repeal_bylaw", "Repealing a bylaw"
    CHARTER_AMENDMENT = "charter_amendment", "Amending the certificate of incorporation"
    MERGER = "merger", "A merger"
    SALE_OF_ASSETS = "sale_of_assets", "A sale of substantially all assets"
    DISSOLUTION = "dissolution", "Dissolution"
    CONVERSION = "conversion", "Conversion"
    DOMESTICATION = "domestication", "Domestication"


NOT_DELEGABLE = (
    Function.ADOPT_BYLAW,
    Function.AMEND_BYLAW,
    Function.REPEAL_BYLAW,
    Function.CHARTER_AMENDMENT,
    Function.MERGER,
    Function.SALE_OF_ASSETS,
    Function.DISSOLUTION,
    Function.CONVERSION,
    Function.DOMESTICATION,
)
# What the guidelines give to one committee stays with it (G-COM-05).
ASSIGNED = {
    Function.EXECUTIVE_PAY: "compensation",
    Function.AUDITOR: "audit",
    Function.RELATED_PERSONS: "audit",
    Function.NOMINATIONS: "nominating",
}


class DelegationQuerySet(models.QuerySet):
    """What the Board has delegated is the Board's knowledge (AC-BRD)."""

    def visible_to(self, user):
        """Directors in office and the secretary's office."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        inside = user.is_secretarial or is_director(user, user.today)
        return self.all() if inside else self.none()

    def on(self, day):
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


@pghistory.track()
class Delegation(models.Model):
    """The Board hands a function to a committee, by its act, within limits (G-COM-05)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    committee = models.ForeignKey(
        "committees.Committee", models.PROTECT, related_name="delegations"
    )
    function = models.CharField(max_length=20, choices=Function)
    scope = models.TextField(help_text="What the committee may decide.")
    limits = models.TextField(blank=True, help_text="What it may not, amounts for instance.")
    act = models.ForeignKey(Act, models.PROTECT, related_name="delegations")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["committee__name", "function", "since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="delegation_has_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(function__in=NOT_DELEGABLE), name="delegation_within_the_law"
            ),
            models.CheckConstraint(condition=~Q(scope=""), name="delegation_has_a_scope"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="is_by_act_of_the_board",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM records_act WHERE id = NEW.act_id
                            AND committee_id IS NULL AND day <= NEW.since) THEN
                        RAISE EXCEPTION 'the Board delegates, by its act';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.get_function_display()}, {self.committee}"


class AttestedQuerySet(models.QuerySet):
    """Confirmations of what members are: their result is the Board's knowledge (AC-BRD)."""

    def visible_to(self, user):
        """Directors in office and the secretary's office."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        inside = user.is_secretarial or is_director(user, user.today)
        return self.all() if inside else self.none()


# What the law asks of members of the audit committee, beside independence (L-15, L-16).
LITERACY, SOPHISTICATION = "financial_literacy", "financial_sophistication"


@pghistory.track()
class Attestation(models.Model):
    """Whether a member meets a criterion of the charter, or of law, on a day (G-COM-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seat = models.ForeignKey("committees.Seat", models.PROTECT, related_name="attestations")
    code = models.SlugField(
        "criterion", max_length=40, help_text="As the charter calls it, or financial_literacy."
    )
    holds = models.BooleanField("is met", default=True)
    found_on = models.DateField()

    objects = AttestedQuerySet.as_manager()

    class Meta:
        ordering = ["-found_on"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "code", "found_on"], name="attested_once_a_day")
        ]

    def __str__(self):
        return f"Attested on {self.found_on:%-d %B %Y}"
