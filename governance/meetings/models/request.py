"""What directors ask to have on the agenda: a right nobody can refuse beforehand (G-AGD-02)."""

import uuid
from datetime import timedelta

import pghistory
import pgtrigger
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from governance.committees.standing import standing_today
from governance.meetings.models.agenda import AgendaItem
from governance.meetings.models.meeting import Meeting, NoticeRule
from governance.meetings.request_moves import DISPOSED, REQUEST_MOVES, RequestState
from governance.people.models import Person
from governance.records.models import Company
from governance.records.moves import guard_triggers

REASON_AT_LEAST = 10


class AgendaRequestQuerySet(models.QuerySet):
    """Requests: first whoever asked and whoever answers, then every director (G-AGD-02)."""

    def visible_to(self, user):
        """The requester, chair, Lead Independent Director and Secretary; once answered the body.

        What concerns management reaches the Secretary's office and the others when it is answered.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        standing = standing_today(user)
        seen = Q(requester=user.person_id) | answered_by(standing)
        ordinary = Q(concerns_management=False)
        if standing.is_secretary:
            seen |= ordinary
        answered = Q(state__in=DISPOSED)
        if standing.is_secretary or standing.is_director:
            seen |= answered & Q(committee=None)
        seen |= answered & Q(committee__in=standing.committees)
        if standing.is_secretary:
            seen |= answered
        return self.filter(seen)

    def with_the_lock(self, zone):
        """Each request with `locks_hours`, the rule of its meeting's day, for lists of many."""
        rules = NoticeRule.objects.filter(since__lte=OuterRef("meets_on")).order_by("-since")
        hours = Subquery(rules.values("agenda_locks_hours")[:1])
        rows = self.annotate(meets_on=TruncDate("meeting__starts_at", tzinfo=zone))
        return rows.annotate(locks_hours=Coalesce(hours, Value(NoticeRule().agenda_locks_hours)))

    def waiting_for(self, user):
        """Requests that the reader is asked to answer and that nobody has."""
        standing = standing_today(user)
        mine = answered_by(standing)
        if standing.is_secretary:
            mine |= Q(concerns_management=False)
        waiting = self.visible_to(user).filter(mine, state__in=("submitted", "deferred"))
        return waiting.exclude(requester=user.person_id)


def answered_by(standing):
    """Requests to the bodies that the account's person chairs, or whose directors they lead."""
    chaired = [seat.committee for seat in standing.seats if seat.chairs]
    mine = Q(committee__in=chaired)
    if "chair" in standing.designations or standing.leads_the_independent:
        mine |= Q(committee=None)
    return mine


@pghistory.track()
class AgendaRequest(models.Model):
    """A director asks for an item, of the Board or of a committee they sit on (M-02, G-AGD-02)."""

    MOVES = REQUEST_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requester = models.ForeignKey(Person, models.PROTECT, related_name="agenda_requests")
    # Counted for each director: a number over all would count what others may not know of.
    number = models.PositiveSmallIntegerField(editable=False)
    # Empty: the Board.
    committee = models.ForeignKey(
        "committees.Committee", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Empty until a meeting of the body is planned.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="requests"
    )
    title = models.CharField(max_length=200)
    text = models.TextField("why it should be taken up", blank=True)
    concerns_management = models.BooleanField(default=False)
    # Whether the agenda may say who asked.
    may_be_named = models.BooleanField(default=True)
    submitted_at = models.DateTimeField(editable=False)
    # After the agenda was locked: answered by the start of the meeting.
    late = models.BooleanField(default=False, editable=False)
    state = models.CharField(
        max_length=20, choices=RequestState, default=RequestState.SUBMITTED, editable=False
    )
    # Why it was declined or deferred.
    why = models.CharField(max_length=1000, blank=True, editable=False)
    item = models.OneToOneField(
        AgendaItem, models.PROTECT, null=True, related_name="request", editable=False
    )

    objects = AgendaRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.UniqueConstraint(fields=["requester", "number"], name="request_numbered_once"),
            models.CheckConstraint(condition=~Q(title=""), name="request_has_a_title"),
            models.CheckConstraint(
                condition=~Q(state="declined") | Q(why__regex=r".{10,}"),
                name="request_declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("included", "included_from_floor")) | Q(item__isnull=False),
                name="request_included_as_an_item",
            ),
        ]
        triggers = [
            *guard_triggers(REQUEST_MOVES, RequestState.SUBMITTED),
            pgtrigger.Protect(
                name="words_are_the_requesters",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__title__df=pgtrigger.F("new__title"))
                | pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
                | pgtrigger.Q(old__requester__df=pgtrigger.F("new__requester"))
                | pgtrigger.Q(old__number__df=pgtrigger.F("new__number")),
            ),
        ]

    def __str__(self):
        return f"Request {self.number}"

    def get_absolute_url(self):
        return reverse("meetings:request", args=[self.pk])

    @property
    def body_name(self):
        return self.committee.name if self.committee_id else "Board"

    @property
    def is_disposed(self):
        return self.state in DISPOSED

    @property
    def due_at(self):
        """By when it is to be answered: when the agenda is locked, or when the meeting starts.

        None while no meeting is planned, and for what is asked while the meeting is under way.
        """
        if self.meeting is None:
            return None
        locks = locks_at(self.meeting, getattr(self, "locks_hours", None))
        return answer_due(self.submitted_at, locks=locks, starts_at=self.meeting.starts_at)


def answer_due(submitted_at, *, locks, starts_at):
    """When the agenda is locked; what is asked later, when the meeting starts (G-AGD-02)."""
    if submitted_at >= starts_at:
        return None
    return locks if submitted_at < locks else starts_at


def locks_at(meeting, hours=None):
    """When the agenda of a meeting is locked: hours before it starts (G-AGD-02)."""
    if hours is None:
        rule = NoticeRule.on(Company.current().day_of(meeting.starts_at))
        hours = rule.agenda_locks_hours
    return meeting.starts_at - timedelta(hours=hours)
