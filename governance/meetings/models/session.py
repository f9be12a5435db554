"""The executive session of the independent directors: who meets, who presides, what is sealed."""

import hashlib
import uuid
from datetime import timedelta

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from governance.board.access import independent_people
from governance.board.models import Designation, Role
from governance.committees.standing import standing_today
from governance.meetings.models.agenda import Tag
from governance.meetings.models.meeting import Meeting
from governance.meetings.moves import SESSION_MOVES, SessionState
from governance.meetings.qualifying import SessionResult
from governance.people.models import Office, Person
from governance.records.models import Company
from governance.records.moves import guard_triggers
from governance.records.sealed import SealedRow

# Those in which it has been opened.
HELD = ("open_pending_presider", "in_session", "closed")
SETTLED = (SessionResult.QUALIFYING, SessionResult.NON_QUALIFYING)
# So long after the close its notes and outcome may still be written (M-06).
LOCKED_AFTER = timedelta(days=7)


class SessionKind(models.TextChoices):
    """A regular session follows a regular Board meeting, an early one comes before it (G-EXS-01).

    One that was called specially follows no meeting, and counts for nothing.
    """

    REGULAR = "regular", "Regular"
    EARLY = "early", "Early"
    SPECIAL = "special", "Called specially"


class Capacity(models.TextChoices):
    """As what a guest is let in (M-06)."""

    SECRETARY = "secretary", "Corporate Secretary"
    COUNSEL = "counsel", "Counsel"
    ADVISER = "adviser", "Adviser"
    OTHER = "other", "Other"


class ExecutiveSessionQuerySet(models.QuerySet):
    """Sessions, through the one door of the independent directors."""

    def visible_to(self, user):
        """Independent directors in office today; no account has a flag that opens this (AC-IND).

        The day is that of the request, not of the session: losing independence or the seat shuts
        every session at once, and a new independent director may read what went before. A session
        called specially is known to its lead and to those invited alone; a guest knows of the one
        they are admitted to, as long as they are.
        """
        standing = standing_today(user)
        if standing.leads_the_independent:
            return self
        if not standing.is_independent:
            return self.filter(let_in(user, standing))
        mine = self.model.objects.filter(invitations__person=user.person_id)
        return self.filter(~Q(kind=SessionKind.SPECIAL) | Q(pk__in=mine.order_by().values("pk")))

    def slots_for(self, user):
        """The hour, and nothing else, for whoever may know that it is taken.

        Directors who are not independent and the Corporate Secretary see an opaque slot; nobody
        else sees even that (access table, "executive session of the Board, regular").
        """
        standing = standing_today(user)
        if not (standing.is_secretary or standing.is_director):
            return self.none()
        return self.filter(kind=SessionKind.REGULAR)


def let_in(user, standing):
    """Sessions to which the account's person is admitted now as somebody who may read (AC-IND).

    Directors and other guests are heard and shown nothing. Whoever was let in as the Corporate
    Secretary and is it no more is outside, and so is counsel who has come to hold an office.
    """
    if not user.is_authenticated or not user.is_active or standing.is_director:
        return Q(pk__in=[])
    reading = [Capacity.COUNSEL, Capacity.ADVISER]
    if standing.offices - {Office.GENERAL_COUNSEL}:
        reading = [Capacity.SECRETARY] if standing.is_secretary else []
    return Q(guests__person=user.person_id, guests__until=None, guests__capacity__in=reading)


def fixed_once_closed():
    """A session that is closed is its record: its texts are locked too after seven days (M-06).

    What was provisional is settled once, later on; and the key is wrapped anew at any time.
    """
    return pgtrigger.Trigger(
        name="is_fixed_once_closed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        declare=[("open_columns", "text[] := ARRAY['wrapped_key']")],
        func=f"""
            IF NEW.state = 'closed' AND NEW.result = '' AND OLD.state <> 'closed' THEN
                RAISE EXCEPTION 'a session is closed with its result';
            END IF;
            IF OLD.state <> 'closed' THEN RETURN NEW; END IF;
            IF now() < OLD.closed_at + interval '{LOCKED_AFTER.days} days' THEN
                open_columns := open_columns
                    || ARRAY['sealed_notes', 'sealed_outcome', 'place', 'tags'];
            END IF;
            IF OLD.result = 'provisional' AND NEW.result IN ('qualifying', 'non_qualifying') THEN
                open_columns := open_columns || ARRAY['result', 'settled_on'];
            END IF;
            IF (to_jsonb(NEW) - open_columns) IS DISTINCT FROM (to_jsonb(OLD) - open_columns) THEN
                RAISE EXCEPTION 'the session is closed: its record is fixed';
            END IF;
            RETURN NEW;
        """,
    )


@pghistory.track(exclude=["wrapped_key"])
class ExecutiveSession(SealedRow):
    """The independent directors meet alone after a regular Board meeting (M-06, G-EXS-01)."""

    MOVES = SESSION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=SessionKind, default=SessionKind.REGULAR)
    # Empty: it was called specially.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="executive_sessions", null=True
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
    # Empty: not closed yet.
    result = models.CharField(max_length=20, choices=SessionResult, blank=True, editable=False)
    # From this day on a result that was provisional is settled (L-13).
    settled_on = models.DateField(null=True, editable=False)
    place = models.CharField(max_length=200, blank=True)
    tags = ArrayField(models.CharField(max_length=30, choices=Tag), default=list, blank=True)
    # What is to be taken up, what was said, and what came of it. Empty: nothing noted.
    sealed_matters = models.BinaryField(default=b"", editable=False)
    sealed_notes = models.BinaryField(default=b"", editable=False)
    sealed_outcome = models.BinaryField(default=b"", editable=False)

    objects = ExecutiveSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=SessionKind.SPECIAL, meeting__isnull=True)
                | (~Q(kind=SessionKind.SPECIAL) & Q(meeting__isnull=False)),
                name="session_special_follows_no_meeting",
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(kind=SessionKind.REGULAR),
                name="session_regular_one_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(result="") | Q(state="closed"), name="session_result_when_closed"
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None) | Q(result__in=SETTLED),
                name="session_settled_with_its_result",
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
        triggers = [*guard_triggers(SESSION_MOVES, SessionState.STUB), fixed_once_closed()]

    def __str__(self):
        return f"Meeting of independent directors, {timezone.localdate(self.starts_at):%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("meetings:session", args=[self.pk])

    @property
    def matters(self):
        return self.read_sealed("matters")

    @property
    def notes(self):
        return self.read_sealed("notes")

    @property
    def outcome(self):
        return self.read_sealed("outcome")

    @property
    def edition(self):
        """Which version of notes and outcome this is; it tells nothing of them."""
        sealed = bytes(self.sealed_notes) + bytes(self.sealed_outcome)
        return hashlib.sha256(sealed).hexdigest()[:16]

    @property
    def is_backfilled(self):
        return self.meeting is not None and self.meeting.backfilled

    def is_locked(self, at):
        """Nothing is added to it any more (M-06)."""
        return self.closed_at is not None and at >= self.closed_at + LOCKED_AFTER

    def members(self, day):
        """Independent directors who may be in the room that day, by name.

        Of a session called specially: those invited, and the Lead Independent Director.
        """
        keys = independent_people(day)
        if self.kind == SessionKind.SPECIAL:
            lead = Designation.objects.on(day).filter(role=Role.LEAD)
            asked = self.invitations.values_list("person", flat=True)
            keys &= {*asked, *lead.values_list("person", flat=True)}
        return Person.objects.filter(pk__in=keys)

    def present_at(self, at):
        """Independent directors who are in the room at the instant."""
        inside = self.attendances.covering(at)
        return self.members(Company.current().day_of(at)).filter(pk__in=inside.values("person"))

    def in_the_room(self, at):
        return self.present_at(at).count()

    @property
    def is_open(self):
        return self.state in (SessionState.OPEN_PENDING_PRESIDER, SessionState.IN_SESSION)
