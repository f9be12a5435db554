"""The hours of an agenda: when each item of a meeting begins, for the reader's own timetable."""

from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from governance.meetings.models import AgendaItem


def slots(user, next_meeting, meetings):
    """Items of the next meeting, and those the reader presents in any of the meetings.

    Each has `minutes_before`, the length of what comes before it, and `recused_since`, where the
    reader is walled off: the slot is theirs to know, its matter is not.
    """
    earlier = AgendaItem.objects.filter(
        meeting=OuterRef("meeting"), position__lt=OuterRef("position")
    )
    total = earlier.order_by().values("meeting").annotate(total=Sum("minutes")).values("total")
    wanted = Q(meeting=next_meeting) | Q(meeting__in=meetings, presenter=user.person_id)
    return (
        AgendaItem.objects.of_readable_meetings(user)
        .filter(wanted)
        .with_recusal(user)
        .annotate(minutes_before=Coalesce(Subquery(total), Value(0)))
        .order_by("meeting", "position")
    )
