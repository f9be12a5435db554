"""What a meeting turned to, and when."""

import uuid

import pghistory
import pgtrigger
from django.db import models

from governance.meetings.models.agenda import AgendaItem
from governance.records.moves import never_changed


@pghistory.track()
class Discussion(models.Model):
    """An item is taken up; the next one that is, or the adjournment, ends it (M-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="discussions")
    since = models.DateTimeField()

    class Meta:
        ordering = ["since"]
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="is_taken_up_in_session",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM meetings_agendaitem AS item
                        JOIN meetings_meeting AS meeting ON meeting.id = item.meeting_id
                        WHERE item.id = NEW.item_id AND meeting.state = 'in_session'
                        AND meeting.convened_at <= NEW.since
                    ) THEN
                        RAISE EXCEPTION 'an item is taken up while its meeting is in session';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM meetings_discussion AS other
                        JOIN meetings_agendaitem AS item ON item.id = other.item_id
                        WHERE other.since >= NEW.since AND item.meeting_id = (
                            SELECT meeting_id FROM meetings_agendaitem WHERE id = NEW.item_id
                        )
                    ) THEN
                        RAISE EXCEPTION 'one item after the other is taken up';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.item} taken up"
