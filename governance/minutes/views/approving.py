"""Minutes sent to the members, approved at a later meeting, and corrected afterwards."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from governance.meetings.access import may_arrange
from governance.meetings.models import Meeting
from governance.minutes import operations
from governance.minutes.access import (
    may_circulate,
)
from governance.minutes.forms import (
    ApprovalForm,
    CorrectionForm,
    EditionForm,
    PaperApprovalForm,
)
from governance.minutes.models import Correction
from governance.minutes.views.asking import asked, found, may_ever
from governance.minutes.views.minutes import may_correct
from governance.refusals import Refused


@require_http_methods(["GET", "POST"])
def circulate(request, pk):
    """Send them to the members, asked once (M-05)."""
    row = found(request, pk)
    if not may_ever(request, row, "circulate"):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        base = request.POST.get("base", "")
        try:
            operations.circulate(row, base=base, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(row)
    return asked(
        request,
        row,
        asks="Shall the minutes be circulated?",
        follows="Every member gets a letter and may comment. A change makes a new version.",
        verb="Circulate",
        form=EditionForm(initial={"base": row.edition}),
        refusal=refusal,
    )


@require_http_methods(["GET", "POST"])
def put(request, pk):
    """Put their approval on the agenda of a later meeting, as a motion (M-05)."""
    row = found(request, pk)
    return put_before(request, row, lambda **facts: operations.put_for_approval(row, **facts))


@require_http_methods(["GET", "POST"])
def enter_approval(request, pk):
    """The body approved on paper the text that is shown: on which day, asked once (M-05)."""
    row = found(request, pk)
    if not may_circulate(request.user, row, request.user.today):
        raise PermissionDenied
    form = PaperApprovalForm(request.POST or None, initial={"digest": row.current.digest})
    if form.is_valid():
        try:
            operations.enter_approval(row, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect(row)
    return asked(
        request,
        row,
        asks="When did the body approve them on paper?",
        follows=f"An act of the body is entered that names version {row.current.number}, text "
        f"{row.current.digest}. Every member gets a letter.",
        verb="Enter the approval",
        form=form,
    )


@require_http_methods(["GET", "POST"])
def put_correction(request, pk):
    """Put a correction on the agenda of a meeting, as a motion (M-05)."""
    rows = Correction.objects.visible_to(request.user).select_related("minutes__meeting__committee")
    one = get_object_or_404(rows, pk=pk)
    return put_before(request, one.minutes, lambda **facts: operations.put_correction(one, **facts))


def put_before(request, row, verb):
    """Ask at which meeting and who moves it, and put the motion there."""
    if not may_arrange(request.user, row.meeting, request.user.today):
        raise PermissionDenied
    ahead = Meeting.objects.readable_by(request.user).ahead(timezone.now())
    form = ApprovalForm(
        request.POST or None,
        meetings=ahead.filter(committee=row.meeting.committee_id),
        members=row.meeting.members(request.user.today),
        reader=request.user,
    )
    if form.is_valid():
        try:
            motion = verb(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect(motion)
    return asked(
        request,
        row,
        asks="At which meeting shall the body be asked?",
        follows="An item and a motion that names the exact text are put on its agenda.",
        verb="Put it on the agenda",
        form=form,
    )


@require_http_methods(["GET", "POST"])
def correct(request, pk):
    """Propose what locked minutes should have said; the original stays (M-05)."""
    row = found(request, pk)
    if not may_correct(request, row):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        try:
            operations.propose_correction(
                row, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect(row)
    return asked(
        request,
        row,
        asks="What should they have said?",
        follows="The body approves a correction; what was signed stays as it is.",
        verb="Propose the correction",
        form=form,
    )
