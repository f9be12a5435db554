"""Awards of incentive pay, and the inputs that a preparer gives (C-CMP-01)."""

from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clawback import opening
from clawback.access import in_the_circle
from clawback.award_cells import said_amount
from clawback.award_forms import (
    AwardForm,
    EstimateForm,
    InputsForm,
    MetricSet,
    PaymentSet,
    terms_of,
)
from clawback.awards import (
    amendments_of,
    enter_award,
    estimates_of,
    give_inputs,
    may_enter,
    measures_of,
    propose_estimate,
    restated_of,
)
from clawback.curves import curve_picture
from clawback.models import Award, Case, Line
from clawback.restatement_forms import filled
from governance.money import said_dollars
from governance.refusals import Refused
from governance.words import said_long_day

A_PAGE = 50
STANDS = {"paid": "Paid", "unpaid": "Not paid yet", "deferred": "Deferred"}
# What became of shares and options, as it is called; prices are in dollars, the others are counts.
PRICES = {
    "strike": "Strike price",
    "valuation_price": "Price today",
    "dividend_equivalents_per_share": "Dividend equivalents a share",
}
COUNTS = {
    "undelivered": "Not delivered yet",
    "held": "Still held",
    "unexercised": "Not exercised",
    "exercised_held": "Exercised, shares still held",
}
LOTS = {"sales": "Sold", "exercised_sold": "Exercised and sold", "withheld": "Withheld for taxes"}


@require_safe
def awards(request):
    """The register, by officer."""
    if not in_the_circle(request.user):
        raise Http404
    rows = Award.objects.visible_to(request.user).select_related("person")
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    page = {"rows": [(row, said_amount(row)) for row in shown], "page": shown}
    return render(request, "clawback/awards.html", page)


@require_safe
def award(request, pk):
    """Its terms, and the curve on which it was paid."""
    row = get_object_or_404(Award.objects.visible_to(request.user).select_related("person"), pk=pk)
    terms = row.terms
    payout = terms.get("payout") or {}
    facts = [
        ("Plan", row.plan or "Not named"),
        ("Granted", said_long_day(row.granted_on)),
        (
            "Performance period",
            f"{said_long_day(row.period_start)} to {said_long_day(row.period_end)}",
        ),
        ("Received", said_long_day(row.received_on)),
        ("Statements first filed", ", ".join(map(said_long_day, row.filed_on))),
        ("Awarded", said_amount(row)),
        ("Target", said_amount(row, Decimal(payout["target"])) if payout.get("target") else ""),
    ]
    page = {
        "row": row,
        "amends": may_enter(request.user, row),
        "amendments": amendments_of(row),
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "pictures": [
            picture for one in payout.get("metrics", ()) if (picture := curve_picture(one))
        ],
        "payments": [said_payment(one) for one in terms.get("payments", ())],
        "settlement": said_settlement(terms.get("settlement") or {}),
    }
    return render(request, "clawback/award.html", page)


def said_payment(one):
    return {
        "date": said_long_day(date.fromisoformat(one["date"])),
        "status": STANDS[one["status"]],
        "amount": said_dollars(Decimal(one["amount"])),
    }


def said_settlement(told):
    """What became of shares or options, in pairs."""
    counts = [(words, f"{int(told[key]):,}") for key, words in COUNTS.items() if told.get(key)]
    lots = [(words, said_lots(told[key])) for key, words in LOTS.items() if told.get(key)]
    prices = [(words, f"${told[key]}") for key, words in PRICES.items() if told.get(key)]
    return [{"label": words, "value": value} for words, value in counts + lots + prices]


def said_lots(lots):
    """ "500 at $31.20 on Monday 4 May 2026", one after the other."""
    return "; ".join(
        f"{int(lot.get('shares') or lot['options']):,} at ${lot['price']}"
        + (f" on {said_long_day(date.fromisoformat(lot['date']))}" if lot.get("date") else "")
        for lot in ([lots] if isinstance(lots, dict) else lots)
    )


@require_http_methods(["GET", "POST"])
def enter(request):
    """Enter an award; everything in which it does not agree is told at once."""
    if not in_the_circle(request.user):
        raise Http404
    typed = request.POST if request.method == "POST" else None
    form = AwardForm(typed, reader=request.user)
    metrics, payments = MetricSet(typed, prefix="metrics"), PaymentSet(typed, prefix="payments")
    refusal = None
    if typed is not None and all(one.is_valid() for one in (form, metrics, payments)):
        told = form.cleaned_data
        names = (
            *("person", "name", "plan", "plan_forbids_recovery", "kind", "granted_on"),
            *("period_start", "period_end", "received_on", "awarded"),
        )
        try:
            row = enter_award(
                **{name: told[name] for name in names},
                filed_on=[told["filed_on"]],
                terms=terms_of(told, filled(metrics), filled(payments)),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect("clawback:award", row.pk)
    page = {"form": form, "metrics": metrics, "payments": payments, "refusal": refusal}
    return render(request, "clawback/enter_award.html", page)


def line_of(request, pk):
    """The line whose inputs the reader prepares, or that they may know of with its case."""
    rows = Line.objects.prepared_by(request.user)
    line = get_object_or_404(rows.select_related("award__person", "case__restatement"), pk=pk)
    opening.note_reading(line.case, by=request.user, at=timezone.now())
    return line


@require_http_methods(["GET", "POST"])
def inputs(request, pk):
    """One award’s inputs, and nothing else of its case (AC-CASE)."""
    line = line_of(request, pk)
    measures, restated = measures_of(line.award), restated_of(line)
    form = InputsForm(request.POST or None, measures=measures, restated=restated)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            give_inputs(line, form.restated, by=request.user, at=timezone.now())
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
        else:
            messages.success(request, "The Committee has your figures.")
            return redirect("clawback:inputs", line.pk)
    page = {
        "line": line,
        # A preparer of one award reads nothing of the case, its name neither.
        "case": Case.objects.visible_to(request.user).filter(pk=line.case_id).first(),
        "form": form if form.keys else None,
        "refusal": refusal,
        "rows": [
            {"key": key, "reported": one["reported"], "restated": restated.get(key, "")}
            for key, one in measures.items()
        ],
        "estimates": estimates_of(line),
        "estimates_any": any(one["basis"] in ("market", "operating") for one in measures.values()),
        "awarded": said_amount(line.award),
    }
    return render(request, "clawback/inputs.html", page)


@require_http_methods(["GET", "POST"])
def estimate(request, pk):
    """Propose an estimate for one measure (C-EST-01)."""
    line = line_of(request, pk)
    form = EstimateForm(request.POST or None, measures=measures_of(line.award))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            propose_estimate(line, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
        else:
            messages.success(request, "The Committee has your estimate.")
            return redirect("clawback:inputs", line.pk)
    page = {
        "form": form,
        "refusal": refusal,
        "heading": "Propose an estimate",
        "about": line.award.name,
        "verb": "Propose it",
        "back": reverse("clawback:inputs", args=[line.pk]),
        "bare": True,
    }
    return render(request, "clawback/ask.html", page)


urls: list = [
    path("awards/", awards, name="awards"),
    path("awards/enter/", enter, name="enter_award"),
    path("awards/<uuid:pk>/", award, name="award"),
    path("inputs/<uuid:pk>/", inputs, name="inputs"),
    path("inputs/<uuid:pk>/estimate/", estimate, name="estimate"),
]
