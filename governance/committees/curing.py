"""Cure cases: a rule was lost by one event, and until when it may be met again (M-17)."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from governance.board.access import is_director
from governance.people.models import Appointment, Office, Person
from governance.records.moves import Move, by_the_system, guard_triggers, never_changed


class CureState(models.TextChoices):
    """Where a cure case stands (M-17)."""

    OPENED = "opened", "Opened"
    NOTIFIED = "notified", "The exchange has been told"
    CURED = "cured", "Cured"
    EXPIRED = "expired", "Expired"
    VOID = "void", "No cure any more"


class Rule(models.TextChoices):
    """The rules that allow a cure, and what they ask."""

    MAJORITY = "L-12", "majority of independent directors"
    MEMBER = "L-20 A", "independence of an Audit Committee member"
    SIZE = "L-20 B", "three members of the Audit Committee"
    COMPENSATION = "L-24", "composition of the Compensation Committee"


RUNNING = (CureState.OPENED, CureState.NOTIFIED)
TOLD_BY = (Office.GENERAL_COUNSEL, Office.CORPORATE_SECRETARY)


def may_tell_the_exchange(by, case, day):
    """The General Counsel, and the Secretary for them (M-17)."""
    held = Appointment.objects.on(day).filter(office__in=TOLD_BY)
    return by is not None and held.filter(person=by.person_id).exists()


CURE_MOVES = (
    Move("open", "", CureState.OPENED, may=by_the_system, provision="M-17"),
    Move(
        "notify",
        CureState.OPENED,
        CureState.NOTIFIED,
        may=may_tell_the_exchange,
        provision="L-28",
        button="The exchange has been told",
        said="told to the exchange",
    ),
    Move("cure", RUNNING, CureState.CURED, may=by_the_system, provision="M-17", said="cured"),
    Move("expire", RUNNING, CureState.EXPIRED, may=by_the_system, provision="M-17", said="expired"),
    Move(
        "void",
        RUNNING,
        CureState.VOID,
        may=by_the_system,
        provision="M-17",
        said="no longer curable",
    ),
)


class OfTheBoard:
    """The door of what is the Board's own knowledge (AC-BRD)."""

    def visible_to(self, user):
        """Directors in office and the secretary's office."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        inside = user.is_secretarial or is_director(user, user.today)
        return self.all() if inside else self.none()


class CureCaseQuerySet(OfTheBoard, models.QuerySet):
    """Cure cases: that a rule is lost is the Board's knowledge."""


@pghistory.track()
class CureCase(models.Model):
    """One rule, lost by one event, and the days within which it may be met again (M-17)."""

    MOVES = CURE_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.CharField(max_length=8, choices=Rule)
    # Empty: the Board.
    committee = models.ForeignKey(
        "committees.Committee", models.PROTECT, null=True, related_name="cure_cases"
    )
    event = models.CharField(
        max_length=12, choices=[("vacancy", "vacancy"), ("independence", "lost independence")]
    )
    # Who left, or is not independent any more.
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    event_on = models.DateField()
    state = models.CharField(
        max_length=12, choices=CureState, default=CureState.OPENED, editable=False
    )
    # A loss is cured only when it was beyond the director's reasonable control. Empty: nobody has
    # said; of a vacancy nothing is asked.
    beyond_control = models.BooleanField(null=True, blank=True)
    notice_due_on = models.DateField(editable=False)
    notified_on = models.DateField(null=True, editable=False)
    # The first day on which it no longer ran; empty while it does.
    ended_on = models.DateField(null=True, editable=False)

    objects = CureCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-event_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "committee", "person", "event_on"],
                name="cure_case_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state__in=RUNNING, ended_on=None)
                | (~Q(state__in=RUNNING) & Q(ended_on__isnull=False)),
                name="cure_case_ends_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="notified") | Q(notified_on__isnull=False),
                name="cure_case_notified_on_a_day",
            ),
        ]
        triggers = [
            *guard_triggers(CURE_MOVES, CureState.OPENED),
            pgtrigger.Protect(
                name="event_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__event_on__df=pgtrigger.F("new__event_on"))
                | pgtrigger.Q(old__rule__df=pgtrigger.F("new__rule")),
            ),
        ]

    def __str__(self):
        return f"Cure case under {self.rule}"


class CureDeadline(models.Model):
    """What the deadline of a cure case was reckoned to be on a day, and from what (M-17).

    Another annual meeting makes another row, until the deadline has passed; none is ever changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(CureCase, models.PROTECT, related_name="deadlines")
    # The first, the second … time that it was reckoned.
    number = models.PositiveSmallIntegerField(default=1)
    reckoned_on = models.DateField()
    annual_meeting = models.DateField(null=True)
    later = models.DateField("180 days from the event", null=True)
    year = models.DateField("one year from the event")
    deadline = models.DateField()
    provisional = models.BooleanField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="cure_deadline_numbered_once")
        ]
        triggers = [never_changed()]

    def __str__(self):
        return f"Deadline reckoned on {self.reckoned_on:%-d %B %Y}"
