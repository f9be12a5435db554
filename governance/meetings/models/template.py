"""What an agenda of a kind of meeting starts from, as the secretary's office keeps it."""

import uuid

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from governance.committees.models import Committee
from governance.committees.standing import standing_today
from governance.meetings.models.agenda import Purpose, Tag
from governance.meetings.models.meeting import MeetingKind
from governance.people.models import SINGLE_OFFICES, Office


class AgendaTemplateQuerySet(models.QuerySet):
    """Templates, through the door of whoever drafts the meetings of the body."""

    def visible_to(self, user):
        """The Corporate Secretary all, the rest of the office the Board's."""
        standing = standing_today(user)
        if standing.is_secretary:
            return self.all()
        return self.filter(committee=None) if standing.is_secretarial else self.none()


@pghistory.track()
class AgendaTemplate(models.Model):
    """The agenda that a kind of meeting of one body starts from (G-AGD-01, G-MTG-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty: the Board itself.
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="agenda_templates"
    )
    kind = models.CharField(max_length=10, choices=MeetingKind)

    objects = AgendaTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["committee", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "kind"], name="agenda_template_once", nulls_distinct=False
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} meeting of the {self.body_name}"

    @property
    def body_name(self):
        return self.committee.name if self.committee_id else "Board"


class TemplateLineQuerySet(models.QuerySet):
    """Lines, through the door of their template."""

    def visible_to(self, user):
        return self.filter(template__in=AgendaTemplate.objects.visible_to(user))


@pghistory.track()
class TemplateLine(models.Model):
    """One matter that every such agenda starts with; who holds the office presents it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(AgendaTemplate, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.DISCUSS)
    minutes = models.PositiveSmallIntegerField("minutes allotted", default=15)
    # Offices that one person holds at a time. Empty: whoever is named later.
    office = models.CharField(
        "presented by",
        max_length=30,
        blank=True,
        choices=[(office.value, office.label) for office in Office if office in SINGLE_OFFICES],
    )
    tags = ArrayField(models.CharField(max_length=30, choices=Tag), default=list, blank=True)

    objects = TemplateLineQuerySet.as_manager()

    class Meta:
        ordering = ["template", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "position"],
                name="template_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(0, 720)) & Q(position__gte=1) & ~Q(title=""),
                name="template_line_has_a_place",
            ),
        ]

    def __str__(self):
        return f"Line {self.position}"
