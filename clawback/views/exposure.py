"""Section 304 on the page of a case: information, and a form for the chair (L-55)."""

from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from clawback import exposure
from clawback.access import chairs_the_committee
from clawback.exposure_forms import MisconductForm, SaleForm
from clawback.views.behind import asked, behind_the_door, told_if_refused
from clawback.views.gathering import only
from clawback.wording import dollars

FOUND = {
    True: ("overdue", "Misconduct was found"),
    False: ("met", "No misconduct was found"),
    None: ("plain", "Nothing was found yet"),
}


@require_safe
@told_if_refused
def section_304(request, pk):
    """What the chief executive and finance officer would reimburse, if misconduct is found."""
    case = behind_the_door(request, pk)
    found = exposure.exposures_of(case, request.user.today)
    kind, says = FOUND[case.issuer_misconduct]
    page = {
        "case": case,
        "found": found,
        "officers": [
            {
                "name": one.person.name,
                "received": dollars(one.received),
                "profits": dollars(one.profits),
                "total": dollars(one.total),
                "reasons": one.reasons,
            }
            for one in (found.officers if found else ())
        ],
        "sales": exposure.sales_of(case),
        "kind": kind,
        "says": says,
        "chairs": chairs_the_committee(request.user, case, request.user.today),
    }
    return render(request, "clawback/section_304.html", page)


@require_http_methods(["GET", "POST"])
def misconduct(request, pk):
    """The chair marks what was found of the company."""
    case = behind_the_door(request, pk)
    only(chairs_the_committee(request.user, case, request.user.today))
    initial = {"found": {True: "yes", False: "no", None: "open"}[case.issuer_misconduct]}
    return asked(
        request,
        case,
        MisconductForm(request.POST or None, initial=initial),
        lambda **told: exposure.state_misconduct(case, **told),
        back=reverse("clawback:section_304", args=[case.pk]),
        heading="Section 304",
        says="What a court, a regulator or the Company found. It is information: no determination "
        "of the Committee follows from it, and the portal infers nothing.",
        verb="Mark it",
    )


@require_http_methods(["GET", "POST"])
def sale(request, pk):
    """The chair enters a sale of stock by one of the officers."""
    case = behind_the_door(request, pk)
    only(chairs_the_committee(request.user, case, request.user.today))
    exposed = exposure.subjects_exposed(case).values("pk")
    return asked(
        request,
        case,
        SaleForm(request.POST or None, reader=request.user, exposed=exposed),
        lambda **told: exposure.enter_sale(case, **told),
        back=reverse("clawback:section_304", args=[case.pk]),
        heading="Enter a sale of stock",
        verb="Enter it",
    )


urls: list = [
    path("<uuid:pk>/section-304/", section_304, name="section_304"),
    path("<uuid:pk>/section-304/found/", misconduct, name="misconduct"),
    path("<uuid:pk>/section-304/sale/", sale, name="sale"),
]
