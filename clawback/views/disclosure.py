"""What is disclosed of recoveries for a fiscal year (L-26)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from tablib import Dataset

from clawback import opening
from clawback.access import in_the_circle
from clawback.disclosing import disclose_for
from clawback.papers import disclosure_on_paper
from clawback.recovery_forms import YearForm
from governance import spreadsheets
from governance.minutes.views.documents import pdf
from governance.money import said_dollars
from governance.records.models import FiscalYear
from governance.words import said_long_day

COLUMNS = ("Restatement", "Figure", "Person", "Amount", "Why")
FIGURES = (
    ("aggregate", "Erroneously awarded compensation"),
    ("recovered", "Recovered"),
    ("forgone", "Forgone as impracticable to recover"),
    ("outstanding", "Outstanding at the end of the year"),
)


def asked_year(request):
    """The fiscal year that the reader asks for; without one, the latest that is over."""
    if not in_the_circle(request.user):
        raise Http404
    form = YearForm(request.GET)
    label = form.cleaned_data["year"] if form.is_valid() else ""
    years = FiscalYear.objects.order_by("-end")
    if label:
        found = years.filter(label=label).first()
        if found is None:
            raise Http404
        return found
    return years.filter(end__lt=request.user.today).first() or years.last()


def disclosed(request, year):
    """Each restatement as the page, the table and the document show it; and who read it."""
    found = disclose_for(request.user, year) if year else []
    for one in found:
        opening.note_reading(one.case, by=request.user, at=timezone.now())
    return [
        {
            "title": one.case.title,
            "sums": [
                {"says": says, "amount": said_dollars(getattr(one, name))} for name, says in FIGURES
            ],
            "old": [
                {"who": person.name, "amount": said_dollars(amount)} for person, amount in one.old
            ],
            "forgone": [
                {"who": row.person.name, "amount": said_dollars(row.amount), "why": row.why}
                for row in one.forgone_by
            ],
        }
        for one in found
    ]


@require_safe
def disclosure(request):
    """The figures of Item 402(w) for a fiscal year, restatement by restatement."""
    year = asked_year(request)
    page = {
        "year": year,
        "ends": said_long_day(year.end) if year else "",
        "years": FiscalYear.objects.order_by("-end"),
        "cases": disclosed(request, year),
    }
    return render(request, "clawback/disclosure.html", page)


@require_safe
def table(request):
    """The same figures as a CSV file."""
    year = asked_year(request)
    if year is None:
        raise Http404
    rows = Dataset(headers=COLUMNS)
    for one in disclosed(request, year):
        for figure in one["sums"]:
            rows.append((one["title"], figure["says"], "", figure["amount"], ""))
        for old in one["old"]:
            rows.append((one["title"], "Outstanding 180 days", old["who"], old["amount"], ""))
        for gone in one["forgone"]:
            rows.append((one["title"], "Forgone", gone["who"], gone["amount"], gone["why"]))
    answer = HttpResponse(spreadsheets.write(rows, "csv"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{year} recoveries.csv")
    return answer


@require_safe
def paper(request):
    """The same figures as a document."""
    year = asked_year(request)
    if year is None:
        raise Http404
    made = disclosure_on_paper(year, disclosed(request, year), day=request.user.today)
    return pdf(made, f"{year} recoveries")


urls: list = [
    path("disclosure/", disclosure, name="disclosure"),
    path("disclosure/table/", table, name="disclosure_table"),
    path("disclosure/paper/", paper, name="disclosure_paper"),
]
