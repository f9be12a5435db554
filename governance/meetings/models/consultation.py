"""With whom of the Board an agenda was talked over before it was published (G-AGD-01)."""

import uuid

import pghistory
from django.conf import settings
from django.db import models

from governance.meetings.models.meeting import Meeting, fixed_with_its_meeting
from governance.people.models import Person
from governance.records.moves import never_changed


@pghistory.track()
class Consultation(models.Model):
    """A director who is no employee was consulted on the agenda of a meeting (G-AGD-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="consultations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        triggers = [never_changed(), fixed_with_its_meeting()]

    def __str__(self):
        return f"Consultation of {self.at:%-d %B %Y}"
