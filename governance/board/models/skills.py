"""What each director brings, in words and with its day; nothing here is counted (G-BRD-01)."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, Q

from governance.people.models import Person
from governance.periods import holds_on
from governance.records.moves import never_changed

HEADINGS = ("knowledge", "background", "experience", "judgment")


def says_something(heading):
    """There are words under the heading."""
    return models.CheckConstraint(
        condition=~Q(**{f"{heading}__regex": r"^\s*$"}), name=f"skills_say_{heading}"
    )


class SkillsEntryQuerySet(models.QuerySet):
    """Entries of the skills matrix."""

    def visible_to(self, user):
        """Directors in office and the secretary's office (AC-BRD)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_secretarial:
            return self.all()
        serving = Person.objects.filter(holds_on(user.today, "directorships__"), user=user)
        return self.filter(Exists(serving))

    def on(self, day):
        """The one of each person that stands on the day: the latest by then."""
        rows = self.filter(since__lte=day).order_by("person_id", "-since", "-entered_at")
        return rows.distinct("person_id")


@pghistory.track()
class SkillsEntry(models.Model):
    """What a director brings that is of value to the Company, from a day on (G-BRD-01).

    Written once: a later entry takes its place from its own day on, and this one stays readable for
    the days before. Of two from the same day the one that was entered last stands.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="skills")
    since = models.DateField("from")
    knowledge = models.TextField()
    background = models.TextField()
    experience = models.TextField()
    judgment = models.TextField()
    entered_at = models.DateTimeField(editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )

    objects = SkillsEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-entered_at"]
        verbose_name_plural = "skills entries"
        constraints = [says_something(heading) for heading in HEADINGS]
        indexes = [
            # The matrix: "what stood for each director on the day?"
            models.Index(fields=["person", "-since"], name="skills_person_since"),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Skills entry of {self.since:%-d %B %Y}"
