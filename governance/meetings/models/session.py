"""The executive session of the independent directors: who meets, who presides, what is sealed."""

import uuid

import pghistory
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from governance.board.models import Directorship
from governance.committees.standing import standing_today
from governance.meetings.models.meeting import AttendanceQuerySet, Meeting, one_place_at_a_time
from governance.meetings.moves import SESSION_MOVES, SessionState
from governance.people.models import Person
from governance.records.models import Company
from governance.records.moves import (
    LEAVES_AT_THE_END,
    fixed_with,
    guard_triggers,
    never_changed,
)
from governance.records.sealing import seal, unseal

# Those in which it has been opened.
HELD = ("open_pending_presider", "in_session", "closed")


class SessionKind(models.TextChoices):
    """A regular session follows a regular Board meeting (G-EXS-01)."""

    REGULAR = "regular", "Regular"


class ExecutiveSessionQuerySet(models.QuerySet):
    """Sessions, through the one door of the independent directors."""

    def visible_to(self, user):
        """Independent directors in office today; no account has a flag that opens this (AC-IND).

        The day is that of the request, not of the session: losing independence or the seat shuts
        every session at once, and a new independent director may read what went before.
        """
        return self if standing_today(user).is_independent else self.none()

    def slots_for(self, user):
        """The hour, and nothing else, for whoever may know that it is taken.

        Directors who are not independent and the Corporate Secretary see an opaque slot; nobody
        else sees even that (access table, "executive session of the Board, regular").
        """
        standing = standing_today(user)
        if not (standing.is_secretary or standing.is_director):
            return self.none()
        return self.filter(kind=SessionKind.REGULAR, meeting__isnull=False)


@pghistory.track()
class ExecutiveSession(models.Model):
    """The independent directors meet alone after a regular Board meeting (M-06, G-EXS-01)."""

    MOVES = SESSION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=SessionKind, default=SessionKind.REGULAR)
    meeting = models.OneToOneField(
        Meeting, models.PROTECT, related_name="executive_session", null=True
    )
    starts_at = models.DateTimeField()
    state = models.CharField(
        max_length=30, choices=SessionState, default=SessionState.STUB, editable=False
    )
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # Empty until somebody presides.
    presiding = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="sessions_presided"
    )
    # Matters to be taken up, sealed to this row. Empty: none noted.
    sealed_matters = models.BinaryField(default=b"", editable=False)

    objects = ExecutiveSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=SessionKind.REGULAR, meeting__isnull=False),
                name="session_regular_follows_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("in_session", "closed"), presiding__isnull=False)
                | (~Q(state__in=("in_session", "closed")) & Q(presiding__isnull=True)),
                name="session_held_has_a_presider",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_at__gte=F("opened_at"))
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="session_closed_after_it_opened",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HELD, opened_at__isnull=False)
                | (~Q(state__in=HELD) & Q(opened_at__isnull=True)),
                name="session_opened_when_held",
            ),
        ]
        triggers = guard_triggers(SESSION_MOVES, SessionState.STUB)

    def __str__(self):
        return f"Meeting of independent directors, {timezone.localdate(self.starts_at):%d %B %Y}"

    def get_absolute_url(self):
        return reverse("meetings:session", args=[self.pk])

    @property
    def row(self):
        """What the sealed matters are bound to."""
        return f"{self._meta.label_lower}:{self.pk}:matters"

    @property
    def matters(self):
        return unseal(self.sealed_matters, row=self.row) if self.sealed_matters else ""

    @matters.setter
    def matters(self, text):
        self.sealed_matters = seal(text, row=self.row) if text else b""

    def independent_directors(self, day):
        """People who may be in the room that day, by name."""
        sitting = Directorship.objects.independent(day)
        return Person.objects.filter(pk__in=sitting.values("person"))

    def present_at(self, at):
        """Independent directors who are in the room at the instant."""
        inside = self.attendances.covering(at)
        return self.independent_directors(Company.current().day_of(at)).filter(
            pk__in=inside.values("person")
        )

    def in_the_room(self, at):
        return self.present_at(at).count()

    @property
    def is_open(self):
        return self.state in (SessionState.OPEN_PENDING_PRESIDER, SessionState.IN_SESSION)


@pghistory.track()
class SessionAttendance(models.Model):
    """An independent director is in the room from an instant on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        constraints = [one_place_at_a_time("session_attendance_once", "session")]
        triggers = [
            fixed_with(
                "session",
                "meetings_executivesession",
                "session_id",
                (SessionState.CLOSED,),
                unless=LEAVES_AT_THE_END,
            )
        ]

    def __str__(self):
        return f"Attendance from {self.since:%d %B %Y}"


@pghistory.track()
class PresiderBallot(models.Model):
    """One elector's choice of who presides, in one round (G-EXS-03). Cast once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, related_name="ballots")
    round = models.PositiveSmallIntegerField()
    elector = models.ForeignKey(Person, models.PROTECT, related_name="+")
    candidate = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "round", "elector"], name="presider_ballot_once_a_round"
            ),
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Ballot of round {self.round}"
