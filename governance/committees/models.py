"""The Board's committees and who sits on them on any day (G-COM-01 to G-COM-04)."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q

from governance.board.models import Directorship
from governance.committees.charters import (
    Attestation,
    Charter,
    CharterReview,
    Criterion,
    Delegation,
    Section,
)
from governance.committees.curing import CureCase, CureDeadline, OfTheBoard
from governance.people.models import Person
from governance.periods import (
    PeriodQuerySet,
    TextRange,
    UUIDRange,
    begins_before_it_ends,
    no_overlap,
)
from governance.records.models import Act


class Kind(models.TextChoices):
    """The three standing committees the guidelines ask for, and whatever else the Board forms."""

    AUDIT = "audit", "Audit"
    COMPENSATION = "compensation", "Compensation"
    NOMINATING = "nominating", "Nominating and Governance"
    FURTHER = "further", "Further committee"


class CommitteeQuerySet(PeriodQuerySet):
    """That a committee exists, and who sits on it, is no secret inside the portal."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()


@pghistory.track()
class Committee(models.Model):
    """A committee of the Board, from the day it was formed (G-COM-01, G-COM-04)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=120, unique=True)
    mandate = models.TextField(
        blank=True, help_text="What a further committee is formed for. Charters say it of others."
    )
    # The Board's act that formed it; empty for those formed before the portal was there.
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="committees")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            begins_before_it_ends("committee_has_a_day"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(until=None) & ~Q(kind=Kind.FURTHER),
                name="committee_standing_once",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def short_name(self):
        """ "Audit" for the Audit Committee, as lists of seats print it."""
        return self.name.removesuffix(" Committee")


class SeatQuerySet(PeriodQuerySet):
    """Who sits where is no secret inside the portal."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def on(self, day):
        """Those of directors in office: whoever has left the Board has left its committees."""
        serving = Directorship.objects.on(day).filter(person=OuterRef("person"))
        return super().on(day).filter(Exists(serving.order_by()))


@pghistory.track()
class Seat(models.Model):
    """A director sits on a committee, perhaps in its chair, for a time (G-COM-02, G-COM-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, models.PROTECT, related_name="seats")
    chairs = models.BooleanField("chairs the committee", default=False)
    financial_expert = models.BooleanField(default=False)
    # The Board's act that seated somebody who is not independent, under exceptional and limited
    # circumstances; empty for everybody else (L-17).
    exceptional_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="exceptional_seats"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["-chairs", "person__family_name"]
        constraints = [
            begins_before_it_ends("seat_has_a_day"),
            no_overlap("seat_no_overlap", UUIDRange("committee"), UUIDRange("person")),
            no_overlap("seat_one_chair", UUIDRange("committee"), condition=Q(chairs=True)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="is_of_a_director",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM board_directorship
                            WHERE person_id = NEW.person_id AND since <= NEW.since
                            AND (until IS NULL OR until > NEW.since)) THEN
                        RAISE EXCEPTION 'only a director sits on a committee';
                    END IF;
                    IF NEW.until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM board_directorship
                            WHERE person_id = NEW.person_id AND since <= NEW.since
                            AND (until IS NULL OR until >= NEW.until)) THEN
                        RAISE EXCEPTION 'a seat ends with the directorship at the latest';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.person}, {self.committee}"


class BoardExceptionQuerySet(OfTheBoard, PeriodQuerySet):
    """Exceptions that the Board recorded."""


@pghistory.track()
class BoardException(models.Model):
    """The Board excepts a committee from one provision of its guidelines, until a day (C14)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The only row that allows an exception is the one on independent members (G-COM-02).
    provision = models.CharField(max_length=8, choices=[("G-COM-02", "G-COM-02")])
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="exceptions")
    act = models.ForeignKey(Act, models.PROTECT, related_name="exceptions")
    reason = models.TextField()
    since = models.DateField()
    # Never without an end.
    until = models.DateField(help_text="The first day on which it no longer holds.")

    objects = BoardExceptionQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        verbose_name = "exception"
        constraints = [
            begins_before_it_ends("exception_has_a_day"),
            no_overlap("exception_no_overlap", UUIDRange("committee"), TextRange("provision")),
            models.CheckConstraint(condition=~Q(reason=""), name="exception_says_why"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="is_an_act_of_the_board",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM records_act WHERE id = NEW.act_id
                            AND committee_id IS NULL AND day <= NEW.since) THEN
                        RAISE EXCEPTION 'the Board excepts, by its act';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Exception to {self.provision} from {self.since:%-d %B %Y}"


def sits_on(person_path, committee_path, day):
    """The condition that a person holds a seat on a committee that day; for use inside a query."""
    return Exists(
        Seat.objects.on(day).filter(
            person=OuterRef(person_path), committee=OuterRef(committee_path)
        )
    )


__all__ = [
    "Attestation",
    "BoardException",
    "Charter",
    "CharterReview",
    "Committee",
    "Criterion",
    "Delegation",
    "Section",
    "CureCase",
    "CureDeadline",
    "Kind",
    "Seat",
    "sits_on",
]
