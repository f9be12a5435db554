"""Minutes, agendas, resolutions, certificates and consents as documents (PDF)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from governance.committees.standing import standing_today
from governance.decisions.models import Motion, WrittenConsent
from governance.decisions.moves import MotionState
from governance.meetings.models import AgendaItem, Meeting
from governance.minutes import operations
from governance.minutes.documents import (
    agenda_on_paper,
    certificate_on_paper,
    consent_on_paper,
    resolution_on_paper,
)
from governance.minutes.paper import minutes_on_paper
from governance.minutes.views.asking import found, walls_of
from governance.minutes.views.minutes import shown_parts


@require_safe
def on_paper(request, pk):
    """The minutes as a document, as this reader may read them."""
    row = found(request, pk)
    parts = shown_parts(row.current, walls_of(row, request.user), request)
    return pdf(minutes_on_paper(row, parts), operations.named(row))


def pdf(content, name):
    """A document, opened in the browser and kept by no cache."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf")
    return answer


@require_safe
def agenda(request, pk):
    """The agenda as a document, as this reader may read it."""
    rows = Meeting.objects.readable_by(request.user).select_related("committee")
    meeting = get_object_or_404(rows, pk=pk)
    items = AgendaItem.objects.of_readable_meetings(request.user).filter(meeting=meeting)
    items = items.with_recusal(request.user).with_minutes_before().select_related("presenter")
    return pdf(agenda_on_paper(meeting, items.order_by("position")), f"Agenda {meeting.name}")


def motion_of(request, pk):
    rows = Motion.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("meeting__committee", "mover", "seconder"), pk=pk)


@require_safe
def resolution(request, pk):
    """A motion in its exact words as a document, with its result."""
    motion = motion_of(request, pk)
    return pdf(resolution_on_paper(motion), f"Resolution {motion.title}")


@require_safe
def certificate(request, pk):
    """The secretary's certificate of a carried resolution, to be signed by hand."""
    motion = motion_of(request, pk)
    if not standing_today(request.user).is_secretary:
        raise PermissionDenied
    if motion.state != MotionState.PASSED:
        raise Http404
    content = certificate_on_paper(motion, request.user.person)
    return pdf(content, f"Certificate {motion.title}")


@require_safe
def consent(request, pk):
    """A written consent as a document, with its signatures."""
    rows = WrittenConsent.objects.visible_to(request.user).select_related("committee")
    row = get_object_or_404(rows, pk=pk)
    standing = row.signatures.visible_to(request.user).standing().select_related("signer")
    return pdf(consent_on_paper(row, standing.order_by("signed_at")), f"Consent {row.title}")
