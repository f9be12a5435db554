"""What directors say to a short notice: they waive it, or object to it."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from governance.meetings.models.meeting import Meeting
from governance.people.models import Person
from governance.records.history import kept_together
from governance.records.moves import never_changed


class WaiverQuerySet(models.QuerySet):
    """Waivers: known to whoever reads the meeting."""

    def visible_to(self, user):
        return self.filter(meeting__in=Meeting.objects.readable_by(user))


@kept_together()
class NoticeWaiver(models.Model):
    """A director waives the notice of a meeting, for the hour it is set for (M-01).

    In writing beforehand; or by being there at the call to order without an objection.
    """

    class How(models.TextChoices):
        WRITTEN = "written", "in writing"
        ATTENDED = "attended", "by attending without objection"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notice_waivers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="notice_waivers")
    # The hour whose notice is waived: a meeting that is moved is waived anew.
    starts_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=How)
    given_at = models.DateTimeField()
    # What was bound, as the receipt prints it; empty for whoever waived by attending.
    text = models.TextField(blank=True)
    text_digest = models.CharField(max_length=64, blank=True)
    statement = models.CharField(max_length=300, blank=True)
    sign_in_method = models.CharField(max_length=40, blank=True)
    session = models.CharField(max_length=64, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person", "starts_at"], name="notice_waived_once"
            ),
            models.CheckConstraint(
                condition=models.Q(how="attended")
                | ~models.Q(text="") & ~models.Q(text_digest="") & ~models.Q(sign_in_method=""),
                name="notice_waiver_binds_a_text",
            ),
        ]
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="waives_the_hour_that_is_set",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM 1 FROM meetings_meeting
                        WHERE id = NEW.meeting_id AND starts_at = NEW.starts_at
                        AND state = CASE NEW.how WHEN 'written' THEN 'scheduled'
                            ELSE 'in_session' END FOR SHARE;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'notice is waived before it is given, or by attending';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Waiver of {self.given_at:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("meetings:waiver", args=[self.pk])


class NoticeObjection(models.Model):
    """A director comes to object that the meeting was not duly called, and so waives nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notice_objections")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="notice_objection_once")
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Objection of {self.said_at:%-d %B %Y}"
