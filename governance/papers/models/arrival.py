"""A file on its way: it was brought, is being checked, and becomes a paper or is refused."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from governance.meetings.models import AgendaItem, ExecutiveSession
from governance.papers.access import items_open_to, office_reads
from governance.papers.models.paper import Paper
from governance.records.models import StoredFile
from governance.records.sealed import SealedRow

# Whoever has not finished a file by then was ended in the middle of it. Well above the time that
# the job may take (`governance.papers.tasks`).
GIVEN_UP_AFTER = timedelta(minutes=6)


def sessions_open_to(user):
    return ExecutiveSession.objects.visible_to(user).order_by().values("pk")


class ArrivalState(models.TextChoices):
    """Where a file stands that somebody brought."""

    WAITING = "waiting", "Waits to be checked"
    CHECKING = "checking", "Being checked"
    BROUGHT = "brought", "Brought"
    REFUSED = "refused", "Not taken"


class ArrivalQuerySet(models.QuerySet):
    """Files on their way, through the door of what they are for."""

    def visible_to(self, user):
        """Whoever brought one, as long as they may read its item, and the office that serves the
        body; nobody else knows that something is on its way. Of a session's, whoever brought it
        alone, as long as they may know of the session."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        own = Q(brought_by=user.pk)
        of_items = Q(items_open_to(user)) & (own | office_reads(user, "item__meeting__"))
        return self.filter(of_items | (own & Q(session__in=sessions_open_to(user))))

    def underway(self):
        """Those of which nobody knows yet what becomes of them."""
        return self.filter(state__in=(ArrivalState.WAITING, ArrivalState.CHECKING))

    def being_checked(self, now):
        return self.filter(state=ArrivalState.CHECKING, claimed_at__gt=now - GIVEN_UP_AFTER)

    def due(self, now):
        """Those that wait, and those that somebody was ended over; the oldest first."""
        given_up = Q(state=ArrivalState.CHECKING, claimed_at__lte=now - GIVEN_UP_AFTER)
        waiting = Q(state=ArrivalState.WAITING)
        return self.filter(waiting | given_up).order_by("brought_at", "pk")


class Arrival(SealedRow):
    """A file that somebody brought, kept encrypted until it is known to be harmless.

    What it is called is sealed: nobody but who brought it and the office is to read what a paper
    that is refused, or put away, was about.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # For an item of an agenda, or for an executive session.
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, related_name="arrivals")
    session = models.ForeignKey(
        ExecutiveSession, models.PROTECT, null=True, related_name="arrivals"
    )
    # The paper of which it is another version; empty: it is to become a paper of its own.
    renews = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="arrivals")
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    sealed_name = models.BinaryField(default=b"", editable=False)
    sealed_title = models.BinaryField(default=b"", editable=False)
    # Empty once it is settled: a paper has its own, and what was refused is not kept.
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=ArrivalState, default=ArrivalState.WAITING)
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    # Why it was refused, or what changed with it.
    says = models.TextField(default="")
    # What it became.
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        ordering = ["brought_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, session=None)
                | Q(item=None, session__isnull=False, renews=None, paper=None),
                name="arrival_for_an_item_or_a_session",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "checking"), file__isnull=False, settled_at=None)
                | Q(state__in=("brought", "refused"), file=None, settled_at__isnull=False),
                name="arrival_is_kept_until_settled",
            ),
            models.CheckConstraint(
                condition=Q(state="checking", claimed_at__isnull=False) | ~Q(state="checking"),
                name="arrival_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(says=""), name="arrival_refused_why"
            ),
        ]

    def __str__(self):
        return "Arrival"

    @property
    def name(self):
        return self.read_sealed("name")

    @property
    def title(self):
        return self.read_sealed("title")
