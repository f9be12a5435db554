"""A meeting's page, and the door of the executive session."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from governance.meetings.models import AgendaItem, ExecutiveSession, Meeting


@require_safe
def meeting(request, pk):
    """The meeting and as much of its agenda as the reader may see (AC-BRD, AC-COM)."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    items = AgendaItem.objects.visible_to(request.user).filter(meeting=meeting)
    session = ExecutiveSession.objects.visible_to(request.user).filter(meeting=meeting).first()
    page = {"meeting": meeting, "items": items, "session": session}
    return render(request, "meetings/meeting.html", page)


@require_safe
def session(request, pk):
    """Behind the door: independent directors only (G-EXS-01)."""
    session = get_object_or_404(ExecutiveSession.objects.visible_to(request.user), pk=pk)
    return render(request, "meetings/session.html", {"session": session})
