"""What a reader has to do with agendas: the hours of their items, and whether they present."""

from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from governance.meetings.models import AgendaItem


def presents(user):
    """Whether the reader presents anything: asked once, of those who neither sit nor serve."""
    if "presents" not in user.known_today:
        items = AgendaItem.objects.visible_to(user).filter(presenter=user.person_id)
        user.known_today["presents"] = items.exists()
    return user.known_today["presents"]


def slots(user, next_meeting, meetings):
    """Items of the next meeting, and those the reader presents in any of the meetings.

    Each has `minutes_before`, the length of what comes before it, and `recused_since`, where the
    reader is walled off: the slot is theirs to know, its matter is not.
    """
    earlier = AgendaItem.objects.filter(
        meeting=OuterRef("meeting"), position__lt=OuterRef("position")
    )
    total = earlier.order_by().values("meeting").annotate(total=Sum("minutes")).values("total")
    wanted = Q(meeting__in=meetings, presenter=user.person_id)
    if next_meeting:
        wanted |= Q(meeting=next_meeting)
    return (
        AgendaItem.objects.of_readable_meetings(user)
        .filter(wanted)
        .with_recusal(user)
        .annotate(minutes_before=Coalesce(Subquery(total), Value(0)))
        .order_by("meeting", "position")
    )
