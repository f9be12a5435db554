"""From a letter to what it speaks of."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from governance.notices import kinds
from governance.notices.delivering import subject_of
from governance.notices.models import Notice


@require_GET
def open_notice(request, pk):
    """Go where the letter leads, if the reader may still know of it."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    subject = subject_of(notice, request.user)
    if subject is None:
        raise Http404
    return redirect(kinds.find(notice.kind).link(subject))
