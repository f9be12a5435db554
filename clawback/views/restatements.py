"""Restatements, of which the Board knows (C-TRG-01)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clawback.access import keeps_restatements, may_amend, reads_restatements
from clawback.models import BoardReport, Restatement
from clawback.restatement_forms import (
    AmendForm,
    MeasureSet,
    PeriodSet,
    RestatementForm,
    filled,
)
from clawback.restating import amend_restatement, record_restatement
from governance.refusals import Refused
from governance.words import said_long_day


@require_safe
def restatements(request):
    """Which statements were put right, the latest first."""
    if not reads_restatements(request.user):
        raise Http404
    rows = Restatement.objects.visible_to(request.user)
    page = {"rows": rows, "records": keeps_restatements(request.user)}
    return render(request, "clawback/restatements.html", page)


@require_safe
def restatement(request, pk):
    """Its periods and figures; whether pay follows, once that was reported to the Board."""
    row = get_object_or_404(Restatement.objects.visible_to(request.user), pk=pk)
    days = (
        ("Concluded", row.concluded_on),
        ("Ordered", row.ordered_on),
        ("Announced", row.announced_on),
        ("First issued", row.first_issued_on),
        ("Restated filing", row.restated_filed_on),
    )
    page = {
        "row": row,
        "facts": [{"label": "How", "value": row.get_kind_display()}]
        + [{"label": label, "value": said_long_day(day)} for label, day in days if day],
        "periods": row.periods.prefetch_related("measures"),
        "amends": may_amend(request.user, row),
        "reports": BoardReport.objects.visible_to(request.user).filter(case__restatement=row),
    }
    return render(request, "clawback/restatement.html", page)


@require_http_methods(["GET", "POST"])
def record(request):
    """Record one."""
    if not reads_restatements(request.user):
        raise Http404
    if not keeps_restatements(request.user):
        raise PermissionDenied
    form = RestatementForm(request.POST or None)
    return ask(
        request,
        form,
        lambda **told: record_restatement(**told),
        heading="Record a restatement",
        verb="Record it",
        back=reverse("clawback:restatements"),
    )


@require_http_methods(["GET", "POST"])
def amend(request, pk):
    """Add what came later."""
    row = get_object_or_404(Restatement.objects.visible_to(request.user), pk=pk)
    if not may_amend(request.user, row):
        raise PermissionDenied
    initial = {name: getattr(row, name) for name in AmendForm().fields}
    return ask(
        request,
        AmendForm(request.POST or None, initial=initial),
        lambda **told: amend_restatement(row, **told),
        heading=f"{row}: what came later",
        verb="Save it",
        back=row.get_absolute_url(),
    )


def ask(request, form, act, **page):
    """A form with its periods and figures; everything typed is kept when it is refused."""
    typed = request.POST if request.method == "POST" else None
    periods, measures = PeriodSet(typed, prefix="periods"), MeasureSet(typed, prefix="measures")
    refusal = None
    if typed is not None and all(one.is_valid() for one in (form, periods, measures)):
        try:
            row = act(
                **form.cleaned_data,
                periods=filled(periods),
                measures=filled(measures),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect(row)
    page |= {"form": form, "periods": periods, "measures": measures, "refusal": refusal}
    return render(request, "clawback/record_restatement.html", page)


urls: list = [
    path("restatements/", restatements, name="restatements"),
    path("restatements/record/", record, name="record_restatement"),
    path("restatements/<uuid:pk>/", restatement, name="restatement"),
    path("restatements/<uuid:pk>/amend/", amend, name="amend_restatement"),
]
