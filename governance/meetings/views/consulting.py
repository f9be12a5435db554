"""Writing down with whom of the Board an agenda was talked over (G-AGD-01)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from governance.meetings.access import may_build
from governance.meetings.consulting import may_be_consulted, record_consultation
from governance.meetings.forms import ConsultationForm
from governance.meetings.views.meetings import opened
from governance.people.models import Person
from governance.refusals import Refused


@require_http_methods(["GET", "POST"])
def consulted(request, pk):
    """Who builds the agenda names the director who was consulted."""
    meeting, _ = opened(request, pk)
    if not may_build(request.user, meeting, request.user.today):
        raise PermissionDenied
    directors = may_be_consulted(request.user.today).values("person")
    people = Person.objects.visible_to(request.user).filter(pk__in=directors)
    form = ConsultationForm(request.POST or None, people=people, reader=request.user)
    refusal = None
    if form.is_valid():
        try:
            person = form.cleaned_data["person"]
            record_consultation(meeting, person, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(meeting)
    page = {"meeting": meeting, "form": form, "refusal": refusal}
    return render(request, "meetings/consulted.html", page)
