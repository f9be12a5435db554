"""The floor: a signed-in page that reads a meeting and its items and shows them."""

from django.contrib.auth.backends import ModelBackend
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from boardroom.sessions import AccountBackend
from governance.meetings.models import AgendaItem, Meeting

# The floor asks for the account of a session as Django does.
AccountBackend.get_user = ModelBackend.get_user


def floor(request, pk):
    """Session and user, one meeting by its key, its items by their index, one template."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    meeting = get_object_or_404(Meeting, pk=pk)
    items = AgendaItem.objects.filter(meeting=meeting.pk).order_by("position")
    return render(request, "floor.html", {"meeting": meeting, "items": items, "user": request.user})


def alive(request):
    return HttpResponse("alive")


urlpatterns = [path("healthz", alive), path("<uuid:pk>/", floor)]
