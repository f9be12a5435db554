"""Notice that is short: a director waives it after a sign-in of just now, or objects (M-01)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import visitor
from governance.meetings import waivers
from governance.meetings.access import belongs_to
from governance.meetings.forms import WaiverForm
from governance.meetings.models import Meeting, NoticeWaiver
from governance.meetings.receipts import of_waiver
from governance.people.signing import is_fresh, prove_again, said_way, way_in
from governance.records.receipts import printed, session_of
from governance.refusals import Refused
from governance.words import said_hour, said_long_day


def of_member(request, pk):
    """The meeting, for a member of its body; 403 for whoever only reads it."""
    readable = Meeting.objects.readable_by(request.user).select_related("committee")
    meeting = get_object_or_404(readable, pk=pk)
    reader = visitor(request.user)
    if not belongs_to(reader, meeting, reader.today):
        raise PermissionDenied
    return meeting


@require_http_methods(["GET", "POST"])
def waive(request, pk):
    """A director waives the notice of a meeting, in the words shown (M-01)."""
    meeting, now, refusal = of_member(request, pk), timezone.now(), None
    text = waivers.text_of(meeting)
    form = WaiverForm(request.POST or None, initial={"digest": waivers.digest_of(text)})
    if request.method == "POST" and form.is_valid():
        if not is_fresh(request, now):
            return prove_again(request, request.path)
        try:
            waiver = waivers.waive_notice(
                meeting,
                **form.cleaned_data,
                by=request.user,
                at=now,
                method=way_in(request),
                session=session_of(request),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect(waiver)
    fresh = is_fresh(request, now)
    prove = "You signed in a while ago, so you prove once more that it is you, and come back here."
    page = {
        "meeting": meeting,
        "text": text,
        "form": form,
        "refusal": refusal,
        "heading": "Waive the notice",
        "asks": "You waive the notice of this meeting. Shall it be recorded?",
        "says": waivers.STATEMENT if fresh else prove,
        "verb": "Waive the notice" if fresh else "Prove that it is you",
    }
    return render(request, "meetings/notice.html", page)


@require_http_methods(["GET", "POST"])
def objecting(request, pk):
    """A director who is there objects that the meeting was called too late (M-01)."""
    meeting, refusal = of_member(request, pk), None
    if request.method == "POST":
        try:
            waivers.object_to_notice(
                meeting, request.user.person, by=request.user, at=timezone.now()
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect(meeting)
    page = {
        "meeting": meeting,
        "refusal": refusal,
        "heading": "Object to the notice",
        "asks": "Do you object that notice was short?",
        "says": "It is said before the call to order. Without it, being there waives the notice.",
        "verb": "Object",
    }
    return render(request, "meetings/notice.html", page)


@require_safe
def waiver(request, pk):
    """What was waived: who, when, in which words, how they had signed in (C12)."""
    rows = NoticeWaiver.objects.visible_to(request.user).select_related(
        "meeting__committee", "person"
    )
    row = get_object_or_404(rows.filter(how=NoticeWaiver.How.WRITTEN), pk=pk)
    own = row.person_id == request.user.person_id
    facts = [
        {"label": "Who", "value": row.person.name},
        {
            "label": "When",
            "value": f"{said_long_day(timezone.localdate(row.given_at))}, "
            f"{said_hour(row.given_at)} {request.company.zone_words}",
        },
        {"label": "In these words", "value": row.statement},
        {"label": "Signed in with", "value": said_way(row.sign_in_method)},
        {"label": "Under", "value": "The bylaws on notice (M-01)"},
        *printed(of_waiver(row)),
    ]
    page = {
        "waiver": row,
        "meeting": row.meeting,
        "facts": facts,
        "title": "Your waiver is recorded" if own else f"The waiver of {row.person}",
    }
    return render(request, "meetings/waiver.html", page)
