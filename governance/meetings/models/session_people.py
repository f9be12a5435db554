"""Who is asked into an executive session, who is there, who presides, and what they voted."""

import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from governance.meetings.models.meeting import AttendanceQuerySet, Hours, one_place_at_a_time
from governance.meetings.models.session import Capacity, ExecutiveSession
from governance.meetings.moves import SessionState
from governance.people.models import Person
from governance.periods import UUIDRange
from governance.records.history import kept_together
from governance.records.moves import LEAVES_AT_THE_END, fixed_with, never_changed

# Those after which nobody is asked into a session any more, nor votes on whether it is held.
BEGUN = tuple(
    state for state in SessionState if state not in (SessionState.STUB, SessionState.READY)
)


def fixed_with_its_session():
    return fixed_with(
        "session",
        "meetings_executivesession",
        "session_id",
        (SessionState.CLOSED,),
        unless=LEAVES_AT_THE_END,
    )


@kept_together()
class SessionInvitation(models.Model):
    """An independent director is invited to a session that is called specially (M-06)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # Empty: invited, and not one of those who call it.
    called_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], name="session_invitation_one_each"
            ),
        ]
        triggers = [
            fixed_with(
                "session",
                "meetings_executivesession",
                "session_id",
                BEGUN,
            )
        ]

    def __str__(self):
        return "Invitation"


@pghistory.track()
class WaiverVote(models.Model):
    """An independent director is for doing without the session after a meeting (M-06)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, related_name="waiver_votes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()
    why = models.CharField(max_length=1000)

    class Meta:
        ordering = ["cast_at"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="waiver_vote_one_each"),
            models.CheckConstraint(condition=~Q(why=""), name="waiver_vote_has_a_reason"),
        ]
        triggers = [
            never_changed(),
            fixed_with(
                "session",
                "meetings_executivesession",
                "session_id",
                BEGUN,
            ),
        ]

    def __str__(self):
        return f"Vote of {self.cast_at:%-d %B %Y}"


@kept_together()
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
        triggers = [fixed_with_its_session()]

    def __str__(self):
        return f"Attendance from {self.since:%-d %B %Y}"


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


@pghistory.track()
class PresidingInterval(models.Model):
    """A director presides over the session from an instant on (G-EXS-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        ExecutiveSession, models.PROTECT, related_name="presiding_intervals"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    # Empty: presides now.
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since"]
        constraints = [
            ExclusionConstraint(
                name="presiding_one_at_a_time",
                expressions=[
                    (UUIDRange("session"), RangeOperators.OVERLAPS),
                    (Hours(), RangeOperators.OVERLAPS),
                ],
            )
        ]
        triggers = [fixed_with_its_session()]

    def __str__(self):
        return f"Presides from {self.since:%-d %B %Y}"


class SessionReading(models.Model):
    """Somebody opened the page of a session that was held: which one and when, and no more (P-17).

    Written once and shown on no page; who has to answer for a leak asks the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        triggers = [never_changed()]

    def __str__(self):
        return f"Reading of {self.at:%-d %B %Y}"


@pghistory.track()
class SessionGuest(models.Model):
    """Whoever presides has let somebody in who is no independent director (M-06)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ExecutiveSession, models.PROTECT, related_name="guests")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=10, choices=Capacity)
    since = models.DateTimeField()
    # Empty: still in the room.
    until = models.DateTimeField(null=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        constraints = [one_place_at_a_time("session_guest_once", "session")]
        triggers = [fixed_with_its_session()]

    def __str__(self):
        return f"Guest from {self.since:%-d %B %Y}"
