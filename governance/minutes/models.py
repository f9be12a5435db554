"""Minutes of a meeting, their versions and comments, the signature, and later corrections."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property

from governance.board.models import Directorship
from governance.committees.standing import standing_today
from governance.meetings.models import Meeting
from governance.minutes.moves import (
    CORRECTION_MOVES,
    MINUTES_MOVES,
    CorrectionState,
    MinutesState,
)
from governance.minutes.parts import checks_of, part_of
from governance.people.models import Person
from governance.records.models import Act
from governance.records.moves import guard_triggers, never_changed

# From its approval on every director reads them, whatever the body.
APPROVED = (MinutesState.APPROVED, MinutesState.SIGNED, MinutesState.LOCKED)


class MinutesRuleQuerySet(models.QuerySet):
    """What holds of minutes, for the secretary's office, which keeps them."""

    def visible_to(self, user):
        inside = user.is_authenticated and user.is_active and user.is_secretarial
        return self.all() if inside else self.none()


def binds_the_text(*columns):
    """The database names the exact text by its SHA-256."""
    bound = " || ".join(f"NEW.{column}" for column in columns)
    return pgtrigger.Trigger(
        name="binds_the_exact_text",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            NEW.digest := encode(sha256(convert_to({bound}, 'UTF8')), 'hex');
            RETURN NEW;
        """,
    )


class MinutesRule(models.Model):
    """What the company does with minutes when they are signed, from a day on (M-05)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateField(unique=True)
    presider_signs = models.BooleanField("whoever presided signs too", default=False)
    purges_drafts = models.BooleanField("earlier versions are purged", default=False)

    objects = MinutesRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        triggers = [never_changed()]

    def __str__(self):
        return f"Minutes from {self.since:%-d %B %Y}"

    @classmethod
    def on(cls, day):
        """The rule in force that day; before the first the secretary signs, and all is kept."""
        return cls.objects.filter(since__lte=day).order_by("-since").first() or cls(since=day)


class MinutesQuerySet(models.QuerySet):
    """Minutes, through the door of the body while they are drafts, of the Board when approved."""

    def visible_to(self, user):
        """The secretary's office; the body once circulated; every director once approved."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        standing = standing_today(user)
        if standing.is_secretarial:
            return self.all()
        chaired = [seat.committee for seat in standing.seats if seat.chairs]
        seen = Q(meeting__committee__in=chaired)
        circulated = ~Q(state=MinutesState.DRAFT)
        seen |= circulated & Q(meeting__committee__in=standing.committees)
        if standing.is_director:
            seen |= circulated & Q(meeting__committee=None) | Q(state__in=APPROVED)
        return self.filter(seen)

    def open_to_comment(self, user):
        """Circulated, not approved yet, and of a body on which the reader sits."""
        standing = standing_today(user)
        mine = Q(meeting__committee__in=standing.committees)
        if standing.is_director:
            mine |= Q(meeting__committee=None)
        return self.visible_to(user).filter(mine, state=MinutesState.CIRCULATED)


@pghistory.track()
class Minutes(models.Model):
    """The minutes of a meeting: drafted, circulated, approved by the body, signed (M-05)."""

    MOVES = MINUTES_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes_taken")
    state = models.CharField(
        max_length=10, choices=MinutesState, default=MinutesState.DRAFT, editable=False
    )
    # Empty while nobody is known to have presided.
    presided = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    # They are the text of a paper, of a meeting that was entered later (M-01).
    on_paper = models.BooleanField(default=False, editable=False)
    circulated_at = models.DateTimeField(null=True, editable=False)
    # The act of the body, at a later meeting or by consent, that approved the exact text.
    approved_by = models.ForeignKey(
        Act, models.PROTECT, null=True, related_name="minutes", editable=False
    )

    objects = MinutesQuerySet.as_manager()

    class Meta:
        ordering = ["-meeting__starts_at"]
        verbose_name_plural = "minutes"
        constraints = [
            models.UniqueConstraint(fields=["meeting"], name="minutes_once_a_meeting"),
            models.CheckConstraint(
                condition=Q(state__in=APPROVED, approved_by__isnull=False)
                | (~Q(state__in=APPROVED) & Q(approved_by=None)),
                name="minutes_approved_by_an_act",
            ),
            models.CheckConstraint(
                condition=Q(state=MinutesState.DRAFT, circulated_at=None)
                | (~Q(state=MinutesState.DRAFT) & Q(circulated_at__isnull=False, on_paper=False))
                | Q(state__in=APPROVED, circulated_at=None, on_paper=True),
                name="minutes_circulated_at_an_instant",
            ),
        ]
        triggers = [
            *guard_triggers(MINUTES_MOVES, MinutesState.DRAFT),
            pgtrigger.Protect(
                name="are_locked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=MinutesState.LOCKED),
            ),
        ]

    def __str__(self):
        return f"Minutes of {self.meeting.day:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("minutes:minutes", args=[self.pk])

    @cached_property
    def current(self):
        """The version that counts: the latest."""
        return self.versions.order_by("-number").first()

    @property
    def edition(self):
        """What a page was opened on: where they stood, and the SHA-256 of their text."""
        return f"{self.state} {self.current.digest}"

    @property
    def is_approved(self):
        return self.state in APPROVED

    def owing(self, day):
        """In which capacities a signature is still owed: the secretary's, and by the rule of that
        day that of whoever presided, as long as they are in office and can give it (M-05)."""
        given = dict(self.signatures.values_list("signer", "capacity"))
        owing = [] if Capacity.SECRETARY in given.values() else [Capacity.SECRETARY]
        presider = MinutesRule.on(day).presider_signs and not self.on_paper and self.presided_id
        in_office = Directorship.objects.on(day).filter(person=presider or None).exists()
        return [*owing, Capacity.PRESIDED] if in_office and presider not in given else owing


class VersionQuerySet(models.QuerySet):
    """Versions are read with their minutes."""

    def visible_to(self, user):
        return self.filter(minutes__in=Minutes.objects.visible_to(user))

    def last_of_each(self):
        """Minutes as they read now."""
        later = MinutesVersion.objects.filter(
            minutes=OuterRef("minutes"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))


# Of the words the history keeps the SHA-256 alone: drafts that are purged are gone (M-05).
@pghistory.track(exclude=["parts", "text", "words"])
class MinutesVersion(models.Model):
    """One wording of the minutes. A draft is rewritten; what was circulated stays as it was.

    Versions before the last may be purged at the lock, where the rule says so, and never else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    parts = models.JSONField()
    text = models.TextField("exact text")
    # Kept, as a text is long: a search puts many in order by them.
    words = models.GeneratedField(
        expression=SearchVector("text", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    digest = models.CharField(max_length=64, editable=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["minutes", "number"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "number"], name="version_numbered_once"),
        ]
        indexes = [
            # Search: "which wordings have these words?"
            GinIndex(fields=["words"], name="minutes_have_words"),
        ]
        triggers = [
            binds_the_text("text"),
            pgtrigger.Trigger(
                name="is_fixed_once_circulated",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("stands", "varchar")],
                func="""
                    SELECT state INTO stands FROM minutes_minutes
                        WHERE id = COALESCE(NEW.minutes_id, OLD.minutes_id) FOR SHARE;
                    IF TG_OP = 'DELETE' AND stands = 'signed' AND OLD.number < (
                        SELECT max(number) FROM minutes_minutesversion
                            WHERE minutes_id = OLD.minutes_id
                    ) THEN
                        RETURN OLD;
                    END IF;
                    IF TG_OP = 'DELETE' OR stands IN ('approved', 'signed', 'locked')
                        OR (TG_OP = 'UPDATE' AND stands <> 'draft') THEN
                        RAISE EXCEPTION 'minutes that were circulated are revised by a new version,'
                            ' and those that were approved by a correction';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Version {self.number}"

    @property
    def read_parts(self):
        """Its parts, as they are put together on pages and paper."""
        return [part_of(one) for one in self.parts]

    def checks(self):
        """What is there and what is missing (M-05)."""
        return checks_of(self.read_parts)


class CommentQuerySet(models.QuerySet):
    """Comments on minutes, for the body and the secretary's office."""

    def visible_to(self, user):
        """Whoever takes part in the wording; other directors read the text that came of it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        standing = standing_today(user)
        inside = Q(minutes__meeting__committee__in=standing.committees)
        if standing.is_director:
            inside |= Q(minutes__meeting__committee=None)
        seen = self if standing.is_secretarial else self.filter(inside)
        return seen.filter(minutes__in=Minutes.objects.visible_to(user))


@pghistory.track()
class Comment(models.Model):
    """What a member says to one part of the minutes while they are circulated (M-05)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="comments")
    version = models.PositiveSmallIntegerField(editable=False)
    # The key of the part it speaks of.
    part = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField()
    said_at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["said_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]
        triggers = [never_changed()]

    def __str__(self):
        return f"Comment of {self.said_at:%-d %B %Y}"


class Capacity(models.TextChoices):
    """As what somebody signs."""

    SECRETARY = "secretary", "Corporate Secretary"
    PRESIDED = "presided", "Presided at the meeting"


class SignatureQuerySet(models.QuerySet):
    """Signatures are read with their minutes."""

    def visible_to(self, user):
        return self.filter(minutes__in=Minutes.objects.visible_to(user))


@pghistory.track()
class MinutesSignature(models.Model):
    """The Corporate Secretary, or whoever presided, signs what the body approved (M-05)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    capacity = models.CharField(
        max_length=10, choices=Capacity, default=Capacity.SECRETARY, editable=False
    )
    signed_at = models.DateTimeField()
    # What was bound, as the receipt prints it.
    text_digest = models.CharField(max_length=64)
    statement = models.CharField(max_length=300)
    sign_in_method = models.CharField(max_length=40)
    session = models.CharField(max_length=64, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "signer"], name="minutes_signed_once_each")
        ]
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="binds_what_was_approved",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM minutes_minutes AS minutes
                        JOIN minutes_minutesversion AS version ON version.minutes_id = minutes.id
                        WHERE minutes.id = NEW.minutes_id AND minutes.state = 'approved'
                            AND version.digest = NEW.text_digest
                            AND version.number = (SELECT max(number) FROM minutes_minutesversion
                                WHERE minutes_id = NEW.minutes_id)
                    ) THEN
                        RAISE EXCEPTION 'a signature binds the text that the body approved';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Signature of {self.signed_at:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("minutes:signature", args=[self.pk])


class CorrectionQuerySet(models.QuerySet):
    """Corrections are read with the minutes that they correct."""

    def visible_to(self, user):
        return self.filter(minutes__in=Minutes.objects.visible_to(user))


@pghistory.track()
class Correction(models.Model):
    """What locked minutes should have said; the original stays as it was signed (M-05).

    Each names by its SHA-256 what it corrects, the minutes or the correction before it.
    """

    MOVES = CORRECTION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField(editable=False)
    text = models.TextField("what they should say")
    reason = models.CharField(max_length=500)
    previous_digest = models.CharField(max_length=64, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        max_length=10, choices=CorrectionState, default=CorrectionState.PROPOSED, editable=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Act, models.PROTECT, null=True, related_name="corrections", editable=False
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["minutes", "number"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "number"], name="correction_numbered_once"),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason=""), name="correction_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", approved_by=None)
                | (~Q(state="proposed") & Q(approved_by__isnull=False)),
                name="correction_approved_by_an_act",
            ),
        ]
        triggers = [
            *guard_triggers(CORRECTION_MOVES, CorrectionState.PROPOSED),
            binds_the_text("previous_digest", "text"),
            pgtrigger.Protect(
                name="words_are_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
                | pgtrigger.Q(old__reason__df=pgtrigger.F("new__reason"))
                | pgtrigger.Q(old__previous_digest__df=pgtrigger.F("new__previous_digest")),
            ),
        ]

    def __str__(self):
        return f"Correction {self.number}"

    def get_absolute_url(self):
        return reverse("minutes:minutes", args=[self.minutes_id])
