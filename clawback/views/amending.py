"""An award is amended by its form, with the reason; what it said before is kept (C-CMP-01)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clawback.award_cells import terms_told, told_of
from clawback.award_forms import AmendAwardForm, AmendMetricSet, AmendPaymentSet, kept_rows
from clawback.awards import amend_award, may_enter
from clawback.models import Award
from governance.refusals import Refused


@require_http_methods(["GET", "POST"])
def amend(request, pk):
    """Everything that was entered of an award, to be put right; everything wrong told at once."""
    row = get_object_or_404(Award.objects.visible_to(request.user).select_related("person"), pk=pk)
    if not may_enter(request.user, row):
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else None
    once, measures, payments = told_of(row)
    latest, *others = sorted(row.filed_on, reverse=True)
    form = AmendAwardForm(typed, reader=request.user, initial=once | {"filed_on": latest})
    metrics = AmendMetricSet(typed, prefix="metrics", initial=measures)
    paid = AmendPaymentSet(typed, prefix="payments", initial=payments)
    refusal = None
    if typed is not None and all(one.is_valid() for one in (form, metrics, paid)):
        told = form.cleaned_data
        names = (
            *("plan", "plan_forbids_recovery", "kind", "granted_on"),
            *("period_start", "period_end", "received_on", "awarded", "why"),
        )
        try:
            amend_award(
                row,
                **{name: told[name] for name in names},
                filed_on=sorted([*others, told["filed_on"]]),
                terms=terms_told(told, kept_rows(metrics), kept_rows(paid)),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect("clawback:award", row.pk)
    page = {"row": row, "form": form, "metrics": metrics, "payments": paid, "refusal": refusal}
    return render(request, "clawback/amend_award.html", page)


urls: list = [path("awards/<uuid:pk>/amend/", amend, name="amend_award")]
