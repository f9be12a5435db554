"""What a meeting leaves to be done: by whom, and by which day."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.committees.standing import standing_today
from governance.meetings.access import is_published, may_read
from governance.meetings.action_moves import ACTION_MOVES, LEAVES_ACTIONS, ActionState
from governance.meetings.models.agenda import AgendaItem, recused
from governance.meetings.models.meeting import Meeting
from governance.people.models import Person
from governance.records.moves import guard_triggers

# What is agreed on stands; another wording, owner or day is another action.
AGREED = ("what", "owner", "due_on", "meeting", "item", "entered_on")


class ActionQuerySet(models.QuerySet):
    """Actions, through the door of their meeting, and for their owner."""

    def visible_to(self, user):
        """Whoever reads the meeting, and the owner; nobody recused from the item it came from.

        An owner who serves the company no more loses it (access rule 3).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        standing = standing_today(user)
        rows = self.exclude(recused(user, "item"))
        if standing.is_secretary:
            return rows
        seen = is_published(user, "meeting__") & may_read(user, "meeting__")
        if standing.offices or standing.is_director:
            seen |= Q(owner=user.person_id)
        return rows.filter(seen)

    def left_open(self):
        """Neither done nor dropped."""
        return self.filter(state=ActionState.OPEN)


@pghistory.track()
class Action(models.Model):
    """Something that a meeting asked somebody to do by a day, until it is done or dropped."""

    MOVES = ACTION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="actions")
    # Empty: it came from the meeting as a whole.
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    what = models.CharField("what is to be done", max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="actions")
    due_on = models.DateField()
    # Reminders of days before it are not owed.
    entered_on = models.DateField(editable=False)
    state = models.CharField(
        max_length=10, choices=ActionState, default=ActionState.OPEN, editable=False
    )
    settled_on = models.DateField(null=True, editable=False)
    # Why it was dropped.
    why = models.CharField(max_length=1000, blank=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="action_says_what"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("entered_on")), name="action_due_after_its_entry"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_on__isnull=True)
                | (~Q(state="open") & Q(settled_on__isnull=False)),
                name="action_settled_on_a_day",
            ),
            models.CheckConstraint(
                condition=(Q(state="dropped") & ~Q(why="")) | (~Q(state="dropped") & Q(why="")),
                name="action_dropped_with_a_reason",
            ),
        ]
        indexes = [
            # My actions: "what is still left to me?"
            models.Index(fields=["owner", "state", "due_on"], name="action_owner_due"),
        ]
        triggers = [
            *guard_triggers(ACTION_MOVES, ActionState.OPEN),
            pgtrigger.Protect(
                name="stands_as_agreed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*AGREED),
            ),
            pgtrigger.Protect(
                name="is_fixed_when_settled",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state=ActionState.OPEN),
            ),
            pgtrigger.Trigger(
                name="comes_out_of_its_meeting",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (SELECT 1 FROM meetings_meeting WHERE id = NEW.meeting_id
                            AND state IN ({", ".join(f"'{state}'" for state in LEAVES_ACTIONS)}))
                    THEN
                        RAISE EXCEPTION 'an action comes out of a meeting that came to order';
                    END IF;
                    IF NEW.item_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM meetings_agendaitem
                            WHERE id = NEW.item_id AND meeting_id = NEW.meeting_id) THEN
                        RAISE EXCEPTION 'an action comes out of an item of its meeting';
                    END IF;
                    IF EXISTS (SELECT 1 FROM meetings_recusal
                            WHERE item_id = NEW.item_id AND person_id = NEW.owner_id) THEN
                        RAISE EXCEPTION 'an action is left to nobody recused from its item';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Action of {self.entered_on:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("meetings:action", args=[self.pk])
