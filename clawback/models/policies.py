"""The recovery policies in their dated versions, each with its words and parameters (C-ADM-01)."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from clawback.access import in_the_circle, reads_restatements
from clawback.models.cases import Wall
from governance.people.models import Person
from governance.records.models import Act
from governance.records.moves import never_changed


class PolicyKind(models.TextChoices):
    """The tracks on which pay is recovered, side by side."""

    FAULT = "discretionary", "Fault-based policy"
    RULE = "mandatory", "Mandatory rule of the exchange"
    SECTION_304 = "sox304", "Section 304, for information"


class PolicyVersionQuerySet(models.QuerySet):
    """Versions of the policies."""

    def visible_to(self, user):
        """Policies are the Board's to read; a rider is the Committee's, and not its subject's."""
        if in_the_circle(user):
            # A rider for the subject of a case would tell of it to whoever is walled from it.
            walled = Wall.objects.filter(person=user.person_id).values("restatement")
            subjects = Wall.objects.filter(is_subject=True, restatement__in=walled)
            hidden = Q(people=user.person_id) | Q(people__in=subjects.values("person"))
            riders = self.model.objects.filter(hidden, is_rider=True)
            return self.exclude(pk__in=riders.values("pk"))
        if not reads_restatements(user):
            return self.none()
        return self.filter(is_rider=False)

    def in_force(self, kind, day):
        """Versions of a policy that have taken effect by the day, the latest first."""
        return self.filter(kind=kind, since__lte=day).order_by("-since", "-number")

    def applying_to(self, person, kind, day):
        """The version that applies to a person that day, or None (C-AMD-02, C-EFF-02).

        The latest rider for the person comes first, also where everybody has got a later version
        since; then the latest version for everybody. A rider for others never.
        """
        mine = Q(is_rider=False) | Q(people=person)
        return (
            self.in_force(kind, day).filter(mine).order_by("-is_rider", "-since", "-number").first()
        )


@pghistory.track()
class PolicyVersion(models.Model):
    """The policy as the Committee adopted it, in force from a day on; never changed afterwards.

    A rider is a version for some participants, which the law asks for; it leaves everybody else's
    as it is (C-AMD-01, C-AMD-02).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=PolicyKind)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    since = models.DateField()
    # The company's own words.
    wording = models.TextField()
    # Empty for what a statute says, and for a rider, which a resolution behind the door adopts.
    act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    is_rider = models.BooleanField(default=False)
    people = models.ManyToManyField(Person, related_name="+")
    legal_basis = models.TextField(blank=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-since", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "is_rider", "number"], name="policy_version_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(is_rider=False) | ~Q(legal_basis=""),
                name="policy_rider_has_a_legal_basis",
            ),
            models.CheckConstraint(
                condition=Q(is_rider=True, act=None)
                | Q(is_rider=False, kind="sox304", act=None)
                | (Q(is_rider=False, act__isnull=False) & ~Q(kind="sox304")),
                name="policy_version_has_its_act",
            ),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"{self.get_kind_display()}, version of {self.since:%-d %B %Y}"


@pghistory.track()
class PolicyTerm(models.Model):
    """A parameter of a version: its dotted path and value, as docs/recoveries.md names them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="terms")
    path = models.CharField(max_length=60)
    value = models.JSONField(null=True)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["version", "path"], name="policy_term_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return self.path
