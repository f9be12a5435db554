"""Meetings of the Board and its committees: when, where, who was told, who came."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from governance.board.models import AuthorisedSeats, Directorship
from governance.committees.models import Committee, Seat
from governance.committees.standing import standing_today
from governance.meetings.access import is_published, may_know_of, may_read
from governance.meetings.moves import MEETING_MOVES, MeetingState
from governance.people.models import Person
from governance.periods import UUIDRange
from governance.records.history import kept_together
from governance.records.models import Company
from governance.records.moves import (
    LEAVES_AT_THE_END,
    fixed_with,
    guard_triggers,
)
from governance.words import said_long_day


class NoticeRule(models.Model):
    """The hours of notice that the bylaws give, from a day on; a dated row, not a setting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateField(unique=True)
    regular_hours = models.PositiveSmallIntegerField(default=0)
    special_hours = models.PositiveSmallIntegerField(default=24)
    # From so many hours before the meeting on, a request for an item is late (G-AGD-02).
    agenda_locks_hours = models.PositiveSmallIntegerField(default=72)

    class Meta:
        ordering = ["since"]

    def __str__(self):
        return f"Hours of notice from {self.since:%-d %B %Y}"

    @classmethod
    def on(cls, day):
        """The rule in force that day; the usual bylaws (0 and 24 hours) before the first row."""
        return cls.objects.filter(since__lte=day).order_by("-since").first() or cls(since=day)


class MeetingKind(models.TextChoices):
    """Regular meetings are on the calendar; special ones are called."""

    REGULAR = "regular", "Regular"
    SPECIAL = "special", "Special"


class Mode(models.TextChoices):
    """How a director takes part; telephone and video count as presence (G-ATT-02, L-44)."""

    IN_PERSON = "in_person", "in person"
    TELEPHONE = "telephone", "by telephone"
    VIDEO = "video", "by video"


@dataclass(frozen=True)
class Quorum:
    """Who is there, and how many the law asks for."""

    present: int
    needed: int
    total: int
    provision: str

    @property
    def is_met(self):
        return self.present >= self.needed

    @property
    def in_words(self):
        return f"{self.needed} of {self.total} needed, {self.present} present"


OVER = (
    MeetingState.ADJOURNED,
    MeetingState.CANCELLED,
    MeetingState.FAILED_QUORUM,
    MeetingState.CLOSED,
)
HELD = (MeetingState.ADJOURNED, MeetingState.CLOSED)


def fixed_with_its_meeting(**unless):
    """Attendance and the agenda as conducted are locked when the meeting is over (M-01)."""
    return fixed_with("meeting", "meetings_meeting", "meeting_id", OVER, **unless)


class MeetingQuerySet(models.QuerySet):
    """Meetings, through the door of who may know of them and the narrower one of who may read."""

    def visible_to(self, user):
        """Meetings whose existence the account may know (AC-BRD, AC-COM)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        standing = standing_today(user)
        if standing.is_secretary:
            return self
        known = may_know_of(user)
        if standing.is_secretarial:
            known |= may_read(user)
        return self.filter(is_published(user)).filter(known)

    def readable_by(self, user):
        """Meetings whose agenda, place and attendance the account may read."""
        return self.visible_to(user).filter(may_read(user))

    def held(self):
        """Those that came to order with a quorum; filling a vacancy without one is none (C9)."""
        return self.filter(convened_at__isnull=False, vacancy_only=False)

    def ahead(self, at):
        """Called, and neither over nor cancelled; the next one first."""
        return (
            self.filter(state__in=MeetingState.values)
            .exclude(state__in=(MeetingState.DRAFT, *OVER))
            .order_by("starts_at", "pk")
        )

    def behind(self):
        """Held, cancelled, or failed; the latest first."""
        return self.filter(state__in=OVER).order_by("-starts_at", "pk")


@pghistory.track()
class Meeting(models.Model):
    """A meeting of the Board, or of one of its committees (M-01, G-MTG-01)."""

    MOVES = MEETING_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty: the Board itself meets.
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    kind = models.CharField(max_length=10, choices=MeetingKind)
    # It opens with more than half of the directors in office, and decides nothing else (L-49).
    vacancy_only = models.BooleanField("fills vacancies only", default=False)
    name = models.CharField(max_length=120, help_text="As people say it: Q4 Board meeting.")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField("length in minutes", default=240)
    place = models.CharField(max_length=200, blank=True)
    dial_in = models.CharField(max_length=200, blank=True, help_text="How to join from elsewhere.")
    state = models.CharField(
        max_length=20, choices=MeetingState, default=MeetingState.DRAFT, editable=False
    )
    convened_at = models.DateTimeField(null=True, editable=False)
    adjourned_at = models.DateTimeField(null=True, editable=False)
    # Counts what calendars and letters have been told, so that a change is told again.
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    # Entered after the fact, as the company's earlier meetings are.
    backfilled = models.BooleanField("entered later", default=False, editable=False)
    # The day on which the secretary entered it from paper; empty for those of the company file.
    entered_on = models.DateField(null=True, editable=False)
    # Who presided, as the paper has it; empty where attendance and designations say it.
    presided = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", editable=False
    )
    # The chair of the body, who has looked over what was entered (M-01).
    entry_approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 1440)), name="meeting_has_a_length"
            ),
            models.CheckConstraint(
                condition=Q(vacancy_only=False) | Q(committee=None, kind="special"),
                name="meeting_special_to_fill_seats",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("in_session", "recessed", *HELD), convened_at__isnull=False)
                | Q(
                    state__in=("draft", "scheduled", "noticed", "cancelled", "failed_quorum"),
                    convened_at__isnull=True,
                ),
                name="meeting_convened_when_held",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HELD, adjourned_at__isnull=False)
                | (~Q(state__in=HELD) & Q(adjourned_at__isnull=True)),
                name="meeting_adjourned_when_over",
            ),
            models.CheckConstraint(
                condition=Q(adjourned_at__isnull=True) | Q(adjourned_at__gte=F("convened_at")),
                name="meeting_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled")) | ~Q(place="", dial_in=""),
                name="meeting_can_be_reached",
            ),
            models.CheckConstraint(
                condition=Q(entered_on=None, presided=None, entry_approved_by=None)
                | Q(entered_on__isnull=False, backfilled=True),
                name="meeting_entered_later",
            ),
        ]
        indexes = [
            # Meetings page: "which meetings lie ahead, and which behind?"
            models.Index(fields=["state", "starts_at"], name="meeting_state_starts"),
            models.Index(fields=["committee", "starts_at"], name="meeting_body_starts"),
            # Search: "which meetings are called so?"
            GinIndex(SearchVector("name", config="english"), name="meeting_words"),
        ]
        triggers = [
            *guard_triggers(MEETING_MOVES, MeetingState.DRAFT),
            pgtrigger.Protect(
                name="is_noticed_before_it_opens",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__state=MeetingState.DRAFT,
                    new__state=MeetingState.IN_SESSION,
                    new__entered_on__isnull=True,
                ),
            ),
            # The table is that of a room that comes later.
            pgtrigger.Trigger(
                name="is_closed_with_its_minutes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__state=MeetingState.CLOSED),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM minutes_minutes
                            WHERE meeting_id = NEW.id AND state = 'locked') THEN
                        RAISE EXCEPTION 'a meeting is closed when its minutes are locked';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.body_name} meeting of {self.day:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("meetings:meeting", args=[self.pk])

    @property
    def executive_session(self):
        """The session that follows it; only a regular meeting of the Board has one (G-EXS-01)."""
        return self.executive_sessions.get(kind="regular")

    @property
    def body_name(self):
        return self.committee.name if self.committee_id else "Board"

    @property
    def day(self):
        """The local date of the hour set, in the zone of whoever asks."""
        return timezone.localdate(self.starts_at)

    @property
    def entered_in_words(self):
        """Said wherever a meeting that was entered later is shown (M-01); nothing of the others."""
        if not self.backfilled:
            return ""
        day = f" on {said_long_day(self.entered_on)}" if self.entered_on else ""
        return f"Entered in the record{day}, after it was held."

    @property
    def begins_at(self):
        """The hour of its call to order: when it was, or as planned (C9)."""
        return self.convened_at or self.starts_at

    @property
    def ends_at(self):
        """The hour it should end: when it did, or as planned."""
        return self.adjourned_at or self.begins_at + timedelta(minutes=self.minutes)

    @property
    def is_over(self):
        return self.state in OVER

    @property
    def is_in_session(self):
        return self.state == MeetingState.IN_SESSION

    @property
    def notice_hours(self):
        rule = NoticeRule.on(Company.current().day_of(self.starts_at))
        return rule.special_hours if self.kind == MeetingKind.SPECIAL else rule.regular_hours

    @property
    def minutes_over(self):
        """By how many minutes its items take longer than the meeting lasts; 0 when they fit."""
        return self.over_by(self.items.all())

    def over_by(self, items):
        """The same for items that were read already, which are all of its items."""
        return max(0, sum(item.minutes for item in items) - self.minutes)

    def notice_is_short(self, at):
        """Fewer hours are left at the instant than the bylaws give (M-01)."""
        return (self.starts_at - at).total_seconds() < self.notice_hours * 3600

    def not_waiving(self, at):
        """Members who have not waived notice of the hour that is set."""
        waived = self.notice_waivers.filter(starts_at=self.starts_at)
        return self.members(Company.current().day_of(at)).exclude(pk__in=waived.values("person"))

    @cached_property
    def lasting(self):
        """Attendances that last now, by key, with whose they are; read once, and by verbs anew."""
        rows = self.attendances.filter(until=None).order_by("pk")
        return dict(rows.values_list("pk", "person"))

    @property
    def people_inside(self):
        """Keys of the people who are in the room now."""
        return set(self.lasting.values())

    def members(self, day):
        """People who make up the body that day, by name."""
        if self.committee_id:
            path = Seat.objects.on(day).filter(committee=self.committee_id)
        else:
            path = Directorship.objects.on(day)
        return Person.objects.filter(pk__in=path.values("person"))

    def quorum_needed(self, day):
        """How many are needed, of how many, and why (L-37 for the Board, L-41 for committees).

        To fill seats alone, more than half of the directors in office come together (L-49).
        """
        if self.committee_id:
            total, provision = self.members(day).count(), "L-41"
        elif self.vacancy_only:
            total, provision = self.members(day).count(), "L-49"
        else:
            total, provision = AuthorisedSeats.objects.number_on(day), "L-37"
        return total // 2 + 1, total, provision

    def present_at(self, at):
        """Members of the body who are present at the instant (C8)."""
        present = self.attendances.covering(at).counted()
        return self.members(Company.current().day_of(at)).filter(pk__in=present.values("person"))

    def count_present(self, at):
        """The quorum at an instant."""
        needed, total, provision = self.quorum_needed(Company.current().day_of(at))
        return Quorum(self.present_at(at).count(), needed, total, provision)


class Reply(models.Model):
    """Whether a member will come, and how, as they told it beforehand (G-ATT-02)."""

    class Answer(models.TextChoices):
        IN_PERSON = "in_person", "I attend in person"
        TELEPHONE = "telephone", "I attend by telephone"
        VIDEO = "video", "I attend by video"
        ABSENT = "absent", "I cannot attend"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="replies")
    person = models.ForeignKey(Person, models.PROTECT, related_name="replies")
    answer = models.CharField(max_length=10, choices=Answer)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="reply_one_each")]

    def __str__(self):
        return f"{self.person}: {self.get_answer_display()}"


class Hours(Func):
    """An interval of instants as a range, its end excluded."""

    function = "tstzrange"
    output_field = DateTimeRangeField()

    def __init__(self):
        super().__init__(F("since"), F("until"), Value("[)"))


class AttendanceQuerySet(models.QuerySet):
    """Intervals of presence."""

    def covering(self, at):
        """Those that cover the instant (C8)."""
        return self.filter(since__lte=at).filter(Q(until__isnull=True) | Q(until__gt=at))

    def counted(self):
        """Those that count as presence: in the room, or on a line that hears everybody (L-44)."""
        return self.filter(Q(mode=Mode.IN_PERSON) | Q(can_hear_all=True))


def one_place_at_a_time(name, meeting):
    """Nobody is present twice at once."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (UUIDRange(meeting), RangeOperators.OVERLAPS),
            (UUIDRange("person"), RangeOperators.OVERLAPS),
            (Hours(), RangeOperators.OVERLAPS),
        ],
    )


@kept_together()
class Attendance(models.Model):
    """A person is present at a meeting from an instant on, in one mode (G-ATT-02, C8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, models.PROTECT, related_name="attendances")
    mode = models.CharField(max_length=10, choices=Mode)
    can_hear_all = models.BooleanField(default=True)
    since = models.DateTimeField()
    # Empty: still there.
    until = models.DateTimeField(null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        constraints = [
            one_place_at_a_time("attendance_once_at_a_time", "meeting"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="attendance_ends_after_it_began",
            ),
        ]
        triggers = [fixed_with_its_meeting(unless=LEAVES_AT_THE_END)]

    def __str__(self):
        return f"{self.person}, {self.get_mode_display()}"
