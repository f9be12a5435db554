"""Papers of an executive session: a table of their own, behind the door of the session."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.meetings.models import ExecutiveSession
from governance.records.models import StoredFile
from governance.records.sealed import SealedRow


class SessionPaperQuerySet(models.QuerySet):
    """Papers of sessions, through the one door of the session."""

    def visible_to(self, user):
        """Whoever may know of the session today, and no office of the company (AC-IND)."""
        return self.filter(session__in=ExecutiveSession.objects.visible_to(user))

    def readable_by(self, user):
        """Those that were not withdrawn."""
        return self.visible_to(user).filter(withdrawn_at=None)


def only_withdrawn():
    """A sealed paper stays as it was brought; it is withdrawn, and its key is wrapped anew."""
    return pgtrigger.Trigger(
        name="is_only_withdrawn",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        declare=[("open_columns", "text[] := ARRAY['wrapped_key']")],
        func="""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a sealed paper stays in the record of its session';
            END IF;
            IF OLD.withdrawn_at IS NULL THEN
                open_columns := open_columns || ARRAY['withdrawn_at'];
            END IF;
            IF length(OLD.sealed_title) = 0 THEN
                open_columns := open_columns || ARRAY['sealed_title'];
            END IF;
            IF (to_jsonb(NEW) - open_columns) IS DISTINCT FROM (to_jsonb(OLD) - open_columns) THEN
                RAISE EXCEPTION 'a sealed paper stays as it was brought';
            END IF;
            RETURN NEW;
        """,
    )


@pghistory.track(exclude=["wrapped_key"])
class SessionPaper(SealedRow):
    """A paper that the independent directors read alone, for one of their sessions (G-EXS-02).

    It is no `Paper`: no agenda, book, search or list of the office starts from this table.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, related_name="papers")
    position = models.PositiveSmallIntegerField()
    sealed_title = models.BinaryField(default=b"", editable=False)
    # Bound by itself, with a place for the reader's mark.
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField()
    mark_at = models.PositiveBigIntegerField()
    mark_length = models.PositiveIntegerField()
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    # From then on nobody opens it.
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = SessionPaperQuerySet.as_manager()

    class Meta:
        ordering = ["session", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"], name="session_paper_position_once"
            ),
            models.CheckConstraint(condition=Q(pages__gte=1), name="session_paper_has_pages"),
        ]
        triggers = [only_withdrawn()]

    def __str__(self):
        return "Sealed paper"

    def get_absolute_url(self):
        return reverse("papers:read_sealed", args=[self.pk])

    @property
    def title(self):
        return self.read_sealed("title")
