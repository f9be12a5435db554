"""Managers and others whom the Board meets at one item (G-ACC-04)."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models

from governance.meetings.access import is_published, may_read
from governance.meetings.models.agenda import AgendaItem, recused
from governance.meetings.models.meeting import HELD, OVER
from governance.people.models import Person

LISTED = ", ".join(f"'{state}'" for state in OVER)


class Ground(models.TextChoices):
    """Why somebody is brought into a meeting (G-ACC-04)."""

    INSIGHT = "insight", "insight into the item"
    EXPOSURE = "exposure", "future potential"
    OTHER = "other", "another reason"


class ItemGuestQuerySet(models.QuerySet):
    """Guests, through the door of those who may read the whole agenda."""

    def visible_to(self, user):
        """Readers of the body's meetings, past recusals; not the guests: the ground is not theirs.

        What somebody's potential is thought to be stays with the Board (AC-BRD).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        readable = self.filter(is_published(user, "item__meeting__"))
        return readable.filter(may_read(user, "item__meeting__")).exclude(recused(user, "item"))

    def met_by_the_board(self):
        """Those invited to Board meetings that were held; the latest first (C9)."""
        held = self.filter(item__meeting__committee=None, item__meeting__state__in=HELD)
        return held.order_by("-item__meeting__starts_at", "item__position", "person")


@pghistory.track()
class ItemGuest(models.Model):
    """Somebody who is no member of the body is there for one item, and for a ground (G-ACC-04)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="invited")
    person = models.ForeignKey(Person, models.PROTECT, related_name="invitations_to_items")
    ground = models.CharField(max_length=10, choices=Ground)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()

    objects = ItemGuestQuerySet.as_manager()

    class Meta:
        ordering = ["item", "person"]
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], name="guest_once_an_item")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="is_fixed_with_its_meeting",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF EXISTS (
                        SELECT 1 FROM meetings_agendaitem AS item
                        JOIN meetings_meeting AS meeting ON meeting.id = item.meeting_id
                        WHERE item.id IN (NEW.item_id, OLD.item_id) AND meeting.state IN ({LISTED})
                    ) THEN
                        RAISE EXCEPTION 'the meeting is over: its guests are part of its record';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return f"{self.person}, guest"
