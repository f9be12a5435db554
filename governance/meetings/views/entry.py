"""One meeting as a file for the reader's own calendar."""

import hashlib

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from governance.meetings.calendars.events import published
from governance.meetings.calendars.knowing import event_for, told_before
from governance.meetings.views.meetings import opened


@require_safe
def entry(request, pk):
    """The meeting, or the reader's own slot of it, as it stands now."""
    meeting, _ = opened(request, pk)
    event = event_for(request.user, meeting)
    if event is None:
        # A draft is in nobody's calendar yet.
        raise Http404
    events = told_before(request.user, [event])
    found = published(events, reader=request.user, company=request.company, method="PUBLISH")
    return as_file(request, found.to_ical())


def as_file(request, calendar, **headers):
    """A calendar for a program that reads one; or word that it is the one it has already."""
    etag = f'"{hashlib.sha256(calendar).hexdigest()}"'
    headers |= {"ETag": etag, "Content-Disposition": 'inline; filename="boardroom.ics"'}
    answer = HttpResponse(calendar, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, response=answer)
