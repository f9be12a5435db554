"""The door that every page of a case goes through, and how a page asks for something."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from clawback import opening
from clawback.models import Case, Line
from governance.refusals import Refused


def behind_the_door(request, pk):
    """The case, for whoever may know of it; there is none for anybody else. It is a reading."""
    cases = Case.objects.visible_to(request.user).select_related("restatement")
    case = get_object_or_404(cases, pk=pk)
    opening.note_reading(case, by=request.user, at=timezone.now())
    return case


def told_if_refused(view):
    """A case that cannot be worked out says why on its page, and where its inputs are given."""

    @wraps(view)
    def answer(request, pk, **more):
        try:
            return view(request, pk, **more)
        except Refused as refusal:
            case = behind_the_door(request, pk)
            lines = Line.objects.visible_to(request.user).filter(case=case)
            page = {
                "case": case,
                "refusal": refusal,
                "lines": lines.select_related("award__person"),
            }
            return render(request, "clawback/refused.html", page)

    return answer


def asked(request, case, form, act, *, back, **page):
    """Ask for something once, and do it: `act` is called with what the form holds.

    What a verb refuses stands above the form, with all that was typed.
    """
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            after = act(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
        else:
            return redirect(
                after if hasattr(after, "get_absolute_url") and page.get("goes_on") else back
            )
    shown = {"case": case, "form": form, "refusal": refusal, "back": back, **page}
    return render(request, "clawback/ask.html", shown)
