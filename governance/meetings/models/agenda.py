"""The agenda of a meeting: its items, what each covers, and who is recused from one."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum, Value
from django.db.models.functions import Coalesce, Now

from governance.committees.standing import standing_today
from governance.meetings.access import is_published, may_read, presents
from governance.meetings.models.meeting import Meeting, fixed_with_its_meeting
from governance.people.models import Person
from governance.records.history import kept_together
from governance.records.moves import never_changed


class Purpose(models.TextChoices):
    """What the body is asked to do with an item."""

    DECIDE = "decide", "To decide"
    DISCUSS = "discuss", "To discuss"
    NOTE = "note", "To note"


class Tag(models.TextChoices):
    """What an item covers, for the expectations that count coverage (G-MTG-02, G-FUN-02/03)."""

    BUSINESS_UPDATE = "business_update", "Business update"
    FINANCE_UPDATE = "finance_update", "Finance update"
    STRATEGY = "strategy", "Strategy"
    CEO_OVERSIGHT = "ceo_oversight", "Oversight of the chief executive"
    ETHICS_COMPLIANCE = "ethics_compliance", "Ethics and compliance"
    SUCCESSION = "succession", "Succession"


class AgendaItemQuerySet(models.QuerySet):
    """Items, through the door of their meeting and past the walls of recusal."""

    def of_readable_meetings(self, user):
        """Items whose slot the account may see; what is withheld is told by `with_recusal`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if standing_today(user).is_secretary:
            return self
        published = self.filter(is_published(user, "meeting__"))
        return published.filter(may_read(user, "meeting__") | presents(user))

    def visible_to(self, user):
        """Items the account may read: never one from which its person is recused."""
        items = self.of_readable_meetings(user)
        if not user.is_authenticated:
            return items
        return items.exclude(recused(user))

    def with_recusal(self, user):
        """Each item with `recused_since`, when the account's own person is recused from it."""
        since = Recusal.objects.filter(item=OuterRef("pk"), person=user.person_id)
        return self.annotate(recused_since=models.Subquery(since.values("since")[:1]))

    def with_minutes_before(self):
        """Each item with `minutes_before`: the length of everything that comes before it."""
        earlier = AgendaItem.objects.filter(
            meeting=OuterRef("meeting"), position__lt=OuterRef("position")
        )
        total = earlier.order_by().values("meeting").annotate(total=Sum("minutes")).values("total")
        return self.annotate(minutes_before=Coalesce(models.Subquery(total), Value(0)))

    def with_discussion(self):
        """Each item with `in_hand_since`, where it is the one its meeting took up last."""
        latest = AgendaItem.discussions.rel.related_model.objects.filter(
            item__meeting=OuterRef("meeting")
        ).order_by("-since")
        in_hand = models.When(
            pk=models.Subquery(latest.values("item")[:1]),
            then=models.Subquery(latest.values("since")[:1]),
        )
        return self.annotate(in_hand_since=models.Case(in_hand))


def recused(user, item="pk"):
    """The wall: the account's person is recused from the item (access rule 2)."""
    return Exists(Recusal.objects.filter(item=OuterRef(item), person=user.person_id))


@kept_together()
class AgendaItem(models.Model):
    """One matter on the agenda of a meeting (G-AGD-01)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.DISCUSS)
    minutes = models.PositiveSmallIntegerField("minutes allotted", default=15)
    presenter = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="items_presented"
    )
    tags = ArrayField(models.CharField(max_length=30, choices=Tag), default=list, blank=True)
    # The item of an earlier meeting of the same body in which its topic was taken up last.
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="item_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(0, 720)) & Q(position__gte=1), name="item_has_a_place"
            ),
        ]
        indexes = [
            # Search: "which items have these words?"
            GinIndex(SearchVector("title", config="english"), name="item_words"),
        ]
        triggers = [
            fixed_with_its_meeting(),
            pgtrigger.Trigger(
                name="follows_an_earlier_one_of_its_body",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("follows_id"),
                condition=pgtrigger.Q(new__follows__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM meetings_agendaitem AS earlier
                        JOIN meetings_meeting AS past ON past.id = earlier.meeting_id
                        JOIN meetings_meeting AS own ON own.id = NEW.meeting_id
                        WHERE earlier.id = NEW.follows_id AND past.starts_at < own.starts_at
                        AND past.committee_id IS NOT DISTINCT FROM own.committee_id
                    ) THEN
                        RAISE EXCEPTION 'an item follows one of an earlier meeting of its body';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Item {self.position}"


class RecusalMode(models.TextChoices):
    """Whether the recused director leaves the room or stays in it without voting."""

    LEFT = "left", "leaves the room"
    STAYED = "stayed", "stays, and does not vote"


@pghistory.track()
class Recusal(models.Model):
    """A wall: a director takes no part in an item, with its basis and who recorded it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="recusals")
    mode = models.CharField(max_length=10, choices=RecusalMode)
    basis = models.TextField()
    since = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recusals_recorded"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], name="recusal_one_each"),
            models.CheckConstraint(condition=~Q(basis=""), name="recusal_has_a_basis"),
        ]
        triggers = [
            never_changed(),
            pgtrigger.Trigger(
                name="is_declared_before_the_vote",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM 1 FROM decisions_motion WHERE item_id = NEW.item_id FOR SHARE;
                    IF EXISTS (SELECT 1 FROM decisions_motion
                            WHERE item_id = NEW.item_id AND state = 'voting') THEN
                        RAISE EXCEPTION 'an interest is declared before the vote on its item';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.person} recused"
