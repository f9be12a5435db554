"""What members say of an interest before a vote, and the wordings that a motion went through."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.decisions.models.motions import Motion, in_state
from governance.people.models import Person
from governance.records.moves import never_changed


class InterestPrompt(models.Model):
    """A member is asked about an interest; no vote is opened before they have answered (M-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="interest_prompts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="interest_prompts")
    prompted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prompted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motion", "person"], name="interest_prompted_once")
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"{self.person} asked"


@pghistory.track()
class Declaration(models.Model):
    """A member who votes discloses an interest in a motion, or says that they have none (L-46).

    It holds for one wording; after an amendment it is made again. Whoever takes no part is recused
    from the item instead.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="declarations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="declarations")
    version = models.PositiveSmallIntegerField()
    # Empty: asked, the member said that there is no interest.
    disclosure = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["declared_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "person", "version"], name="declaration_once_each"
            )
        ]
        triggers = [
            never_changed(),
            in_state("is_made_before_the_vote", "open", "interests are declared before the vote"),
        ]

    def __str__(self):
        return f"Declaration of {self.declared_at:%-d %B %Y}"


class AmendmentQuerySet(models.QuerySet):
    """Amendments: known to whoever reads the motion."""

    def visible_to(self, user):
        return self.filter(motion__in=Motion.objects.visible_to(user))

    def admitted(self):
        return self.exclude(admitted_at=None).order_by("number")


@pghistory.track()
class Amendment(models.Model):
    """Other words for a motion: the mover proposes them, whoever presides takes them up (M-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="amendments")
    # Which wording it makes: two for the first amendment.
    number = models.PositiveSmallIntegerField()
    earlier = models.TextField("text before it")
    text = models.TextField("exact text")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    # Empty: proposed, and not taken up.
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    admitted_at = models.DateTimeField(null=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "number"],
                condition=Q(admitted_at__isnull=False),
                name="amendment_one_taken_up",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(text=models.F("earlier")),
                name="amendment_changes_the_words",
            ),
            models.CheckConstraint(
                condition=Q(admitted_at=None, admitted_by=None)
                | Q(admitted_at__gte=models.F("proposed_at"), admitted_by__isnull=False),
                name="amendment_admitted_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="amends_what_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("motion", "decisions_motion%ROWTYPE")],
                func="""
                    IF TG_OP = 'UPDATE' AND (OLD.admitted_at IS NOT NULL
                        OR to_jsonb(OLD) - 'admitted_at' - 'admitted_by_id'
                            <> to_jsonb(NEW) - 'admitted_at' - 'admitted_by_id') THEN
                        RAISE EXCEPTION 'an amendment is only ever taken up';
                    END IF;
                    SELECT * INTO motion FROM decisions_motion WHERE id = NEW.motion_id FOR SHARE;
                    IF motion.state <> 'open' OR motion.text <> NEW.earlier
                        OR NEW.number <> motion.version + 1 THEN
                        RAISE EXCEPTION 'an amendment is of the text that is before the meeting';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Amendment of {self.proposed_at:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("decisions:amendment", args=[self.pk])
