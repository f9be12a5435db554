"""What every page of minutes begins with: the door, the walls, and an act asked once."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from governance.meetings.models import Recusal
from governance.minutes import operations
from governance.minutes.models import Minutes


def readable(request):
    """Minutes that the reader may open, with what their page names."""
    rows = Minutes.objects.visible_to(request.user)
    return rows.select_related("meeting__committee", "approved_by")


def found(request, pk):
    return get_object_or_404(readable(request), pk=pk)


def walls_of(row, user):
    """Keys of the parts from which the reader is recused, with the day (AC-SUB)."""
    rows = Recusal.objects.filter(item__meeting=row.meeting_id, person=user.person_id)
    return {str(one.item_id): timezone.localdate(one.since) for one in rows}


def asked(request, row, *, refusal=None, **page):
    """One act, asked once."""
    where = operations.named(row)
    page |= {"back": row.get_absolute_url(), "where": where, "refusal": refusal}
    return render(request, "minutes/act.html", page)


def may_ever(request, row, name):
    """Whether that move could be the reader's, as things stand or later."""
    move = next(one for one in Minutes.MOVES if one.name == name)
    return move.may(request.user, row, request.user.today)
