"""What a reader has to do with agendas: the hours of their items, and whether they present."""

from django.db.models import Q

from governance.meetings.models import AgendaItem


def presents(user):
    """Whether the reader presents anything: asked once, of those who neither sit nor serve."""
    if "presents" not in user.known_today:
        items = AgendaItem.objects.visible_to(user).filter(presenter=user.person_id)
        user.known_today["presents"] = items.exists()
    return user.known_today["presents"]


def slots(user, shown, meetings):
    """Items of the meetings shown, and those the reader presents in any of the meetings.

    Each has `minutes_before`, the length of what comes before it, and `recused_since`, where the
    reader is walled off: the slot is theirs to know, its matter is not.
    """
    wanted = Q(meeting__in=shown) | Q(meeting__in=meetings, presenter=user.person_id)
    return (
        AgendaItem.objects.of_readable_meetings(user)
        .filter(wanted)
        .with_recusal(user)
        .with_minutes_before()
        .order_by("meeting__starts_at", "meeting", "position")
    )
