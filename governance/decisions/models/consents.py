"""Acts without a meeting: the text everybody signs, and each signature (L-43, M-04)."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from governance.board.models import AuthorisedSeats, Directorship
from governance.committees.models import Committee, Seat
from governance.committees.standing import standing_today
from governance.decisions.kinds import FILLS_A_SEAT, MotionKind
from governance.decisions.moves import CONSENT_MOVES, ConsentState
from governance.decisions.unanimity import AHEAD
from governance.people.models import Person
from governance.records.moves import guard_triggers

# While members may sign.
OPEN = (ConsentState.CIRCULATED, ConsentState.PARTLY_SIGNED)
IN_EFFECT = (ConsentState.EFFECTIVE, ConsentState.FILED)


class ConsentQuerySet(models.QuerySet):
    """Written consents, through the door of the body (access table, "Written consent")."""

    def visible_to(self, user):
        """The secretary's office and the body's members; drafts only whoever may draft them."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        standing = standing_today(user)
        if standing.is_secretarial:
            return self.all()
        inside = Q(committee__in=standing.committees)
        if standing.is_director:
            inside |= Q(committee__isnull=True)
        else:
            # Asked with the rows: the text of a question is kept for the standing, which does not
            # say who joins.
            inside |= Q(Exists(joins_soon(user)), committee__isnull=True)
        in_the_chair = Q(committee__in=[one.committee for one in standing.seats if one.chairs])
        if standing.leads_the_independent or "chair" in standing.designations:
            in_the_chair |= Q(committee__isnull=True)
        begun = ~Q(state__in=(ConsentState.DRAFTED, ConsentState.REFUSED))
        return self.filter(inside & begun | in_the_chair)

    def awaiting(self, user):
        """Open consents that the account's person has neither signed nor answered otherwise."""
        mine = {"consent": OuterRef("pk"), "signer": user.person_id}
        signed = ConsentSignature.objects.filter(**mine, revoked_at=None)
        answered = ConsentObjection.objects.filter(
            consent=OuterRef("pk"), person=user.person_id, withdrawn_at=None
        )
        standing = standing_today(user)
        member = Q(committee__in=standing.committees)
        if standing.is_director:
            member |= Q(committee__isnull=True)
        waiting = self.visible_to(user).filter(member, ~Exists(signed), ~Exists(answered))
        return waiting.filter(state__in=OPEN)


def joins_soon(user):
    """Whoever will be a director within sixty days may sign for then (L-43): those terms."""
    ahead = (user.today, user.today + AHEAD)
    return Directorship.objects.filter(person=user.person_id, since__range=ahead)


@pghistory.track()
class WrittenConsent(models.Model):
    """A resolution that every member of a body signs instead of meeting (L-43, M-04)."""

    MOVES = CONSENT_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty: the Board.
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="consents"
    )
    kind = models.CharField(max_length=20, choices=MotionKind, default=MotionKind.ORDINARY)
    title = models.CharField(max_length=200)
    text = models.TextField("exact text")
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        max_length=15, choices=ConsentState, default=ConsentState.DRAFTED, editable=False
    )
    # Why it was refused or withdrawn.
    why = models.CharField(max_length=500, blank=True, editable=False)
    circulated_at = models.DateTimeField(null=True, editable=False)
    lapses_at = models.DateTimeField(null=True, editable=False)
    effective_at = models.DateTimeField(null=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-circulated_at", "title"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(title=""), name="consent_has_a_text"),
            models.CheckConstraint(
                condition=Q(state__in=IN_EFFECT, effective_at__isnull=False)
                | (~Q(state__in=IN_EFFECT) & Q(effective_at=None)),
                name="consent_in_effect_from_an_instant",
            ),
            models.CheckConstraint(
                condition=Q(circulated_at=None, lapses_at=None)
                | Q(lapses_at__gt=models.F("circulated_at")),
                name="consent_lapses_after_it_was_circulated",
            ),
        ]
        triggers = [
            *guard_triggers(CONSENT_MOVES, ConsentState.DRAFTED),
            pgtrigger.Trigger(
                name="binds_the_exact_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.state <> 'drafted'
                        AND (OLD.text, OLD.title, OLD.kind, OLD.committee_id, OLD.circulated_at)
                            IS DISTINCT FROM
                            (NEW.text, NEW.title, NEW.kind, NEW.committee_id, NEW.circulated_at)
                    THEN
                        RAISE EXCEPTION 'a consent is fixed once it is circulated';
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.effective_at IS NOT NULL
                        AND OLD.effective_at IS DISTINCT FROM NEW.effective_at THEN
                        RAISE EXCEPTION 'a consent took effect when it did';
                    END IF;
                    NEW.digest := encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex');
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Written consent of the {self.body_name}"

    def get_absolute_url(self):
        return reverse("decisions:consent", args=[self.pk])

    @property
    def body_name(self):
        return self.committee.name if self.committee_id else "Board"

    @property
    def is_open(self):
        return self.state in OPEN

    @property
    def is_in_effect(self):
        return self.state in IN_EFFECT

    def members(self, day):
        """People who make up the body that day."""
        if self.committee_id:
            path = Seat.objects.on(day).filter(committee=self.committee_id)
        else:
            path = Directorship.objects.on(day)
        return Person.objects.filter(pk__in=path.values("person"))

    def needed(self, day):
        """How many members a quorum takes; to fill a vacancy all who remain suffice (L-43)."""
        if self.kind in FILLS_A_SEAT:
            return 1
        if self.committee_id:
            return self.members(day).count() // 2 + 1
        return AuthorisedSeats.objects.number_on(day) // 2 + 1


class SignatureQuerySet(models.QuerySet):
    """Signatures: known to everybody who reads the consent."""

    def visible_to(self, user):
        return self.filter(consent__in=WrittenConsent.objects.visible_to(user))

    def standing(self):
        """Those that were not revoked."""
        return self.filter(revoked_at=None)


@pghistory.track()
class ConsentSignature(models.Model):
    """A member signs the exact text, for now or for a time ahead (L-43).

    It is revocable until the consent takes effect; a revoked one stays in the record.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consent = models.ForeignKey(WrittenConsent, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    counts_from = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, editable=False)
    # An interested member signs with the disclosure; empty for everybody else (L-46).
    disclosure = models.TextField(blank=True)
    # What was bound, as the receipt prints it.
    text_digest = models.CharField(max_length=64)
    statement = models.CharField(max_length=300)
    sign_in_method = models.CharField(max_length=40)
    session = models.CharField(max_length=64, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "signer"],
                condition=Q(revoked_at=None),
                name="consent_signed_once",
            ),
            models.CheckConstraint(
                condition=Q(counts_from__gte=models.F("signed_at")),
                name="signature_counts_from_then_on",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=models.F("signed_at")),
                name="signature_revoked_afterwards",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="binds_while_it_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("consent", "decisions_writtenconsent%ROWTYPE")],
                func="""
                    SELECT * INTO consent FROM decisions_writtenconsent
                        WHERE id = NEW.consent_id FOR SHARE;
                    IF consent.state NOT IN ('circulated', 'partly_signed') THEN
                        RAISE EXCEPTION 'a consent is signed while it is open';
                    END IF;
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR
                            to_jsonb(OLD) - 'revoked_at' <> to_jsonb(NEW) - 'revoked_at' THEN
                            RAISE EXCEPTION 'a signature is only ever revoked';
                        END IF;
                        RETURN NEW;
                    END IF;
                    IF consent.digest <> NEW.text_digest THEN
                        RAISE EXCEPTION 'a signature binds the exact text that was circulated';
                    END IF;
                    IF NEW.counts_from > NEW.signed_at + interval '60 days' THEN
                        RAISE EXCEPTION 'a signature is given for sixty days ahead at most';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Signature of {self.signed_at:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("decisions:signature", args=[self.pk])


class ConsentObjection(models.Model):
    """A member will not sign, or is recused: the consent cannot take effect meanwhile (M-04).

    It is no vote, and nothing failed: the portal proposes a meeting instead.
    """

    class Reason(models.TextChoices):
        REFUSES = "refuses", "does not sign"
        RECUSED = "recused", "is recused from the matter"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consent = models.ForeignKey(WrittenConsent, models.PROTECT, related_name="objections")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    said_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["said_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "person"],
                condition=Q(withdrawn_at=None),
                name="objection_once_each",
            )
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Objection of {self.said_at:%-d %B %Y}"
