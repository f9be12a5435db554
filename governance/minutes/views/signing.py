"""Minutes signed in the words that were approved, and what was bound."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import visitor
from governance.minutes import operations
from governance.minutes.models import Capacity, MinutesSignature
from governance.minutes.moves import MinutesState
from governance.minutes.receipts import of_signature
from governance.minutes.views.asking import found, may_ever, walls_of
from governance.people.signing import is_fresh, prove_again, said_way, way_in
from governance.records.receipts import printed, session_of
from governance.refusals import Refused
from governance.words import said_hour, said_long_day


@require_http_methods(["GET", "POST"])
def sign(request, pk):
    """The exact text that was approved; bound after a sign-in of just now (M-05, C12)."""
    row = found(request, pk)
    if not may_ever(request, row, "sign"):
        raise PermissionDenied
    now, refusal, version = timezone.now(), None, row.current
    by = visitor(request.user)
    capacity = Capacity.SECRETARY if by.standing.is_secretary else Capacity.PRESIDED
    if row.state != MinutesState.APPROVED:
        says = f"They are {row.get_state_display().lower()}: what is approved is signed, and once."
        refusal = Refused(says, provision="M-05", code="stale")
    elif request.method == "POST":
        if not is_fresh(request, now):
            return prove_again(request, request.path)
        try:
            signature = operations.sign(
                row,
                digest=request.POST.get("digest", ""),
                by=request.user,
                at=now,
                method=way_in(request),
                session=session_of(request),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect(signature)
    page = {
        "minutes": row,
        "version": version,
        "heading": operations.named(row),
        "refusal": refusal,
        "fresh": is_fresh(request, now),
        "statement": operations.statement_of(row, capacity),
    }
    return render(request, "minutes/sign.html", page)


@require_safe
def signature(request, pk):
    """What was bound: who, when, in which words, how they had signed in (C12)."""
    rows = MinutesSignature.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("minutes__meeting", "signer"), pk=pk)
    at = f"{said_long_day(timezone.localdate(row.signed_at))}, {said_hour(row.signed_at)}"
    page = {
        "minutes": row.minutes,
        "heading": operations.named(row.minutes),
        "facts": [
            {"label": "Who", "value": row.signer.name},
            {"label": "When", "value": f"{at} {request.company.zone_words}"},
            {"label": "In these words", "value": row.statement},
            {"label": "Signed in with", "value": said_way(row.sign_in_method)},
            *fingerprint(request, row),
            *printed(of_signature(row)),
        ],
    }
    return render(request, "minutes/signature.html", page)


def fingerprint(request, signature):
    """That of the whole text, for whoever may read it whole."""
    if walls_of(signature.minutes, request.user):
        return []
    return [{"label": "Fingerprint of the text", "value": signature.text_digest, "figures": True}]
