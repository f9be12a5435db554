"""Awards come in by a table, looked at before anything is written, and go out as one (C-CMP-01)."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from clawback.access import in_the_circle
from clawback.award_sheet import MOST_AWARDS, AwardSheet
from clawback.models import Award
from governance.board.imports.carrying import carried, carry, lines_of
from governance.board.imports.sheet import NEW, REFUSED, SAME
from governance.spreadsheets import FORMATS, Unfit, content_type, write

# What the page calls each effect, and with which badge.
CALLED = {
    NEW: ("will enter", "badge-vote"),
    SAME: ("unchanged", "badge-met"),
    REFUSED: ("cannot", "badge-overdue"),
}


class UploadForm(forms.Form):
    """A filled-in template."""

    table = forms.FileField(
        label="File",
        help_text=f"Excel (.xlsx) or CSV, at most {AwardSheet.most_rows} rows, "
        f"{MOST_AWARDS} awards and 5 MB.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )


def check_in_the_circle(request):
    if not in_the_circle(request.user):
        raise Http404


@require_http_methods(["GET", "POST"])
def import_awards(request):
    """Ask for a file, show what it does to each award, and do it."""
    check_in_the_circle(request)
    if "rows" in request.POST:
        return confirm(request)
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if not sent or not form.is_valid():
        return show(request, form=form)
    upload = form.cleaned_data["table"]
    try:
        lines = lines_of(upload, AwardSheet)
        return preview(request, lines, carry(lines, salt(request)), upload.name)
    except Unfit as faults:
        return show(request, form=UploadForm(), name=upload.name, faults=faults.problems)


def preview(request, lines, rows, name, **more):
    """What the table would do: it is entered, and taken back."""
    outcome = AwardSheet().try_out(lines, by=request.user, at=timezone.now())
    return show(request, form=UploadForm(), name=name, outcome=outcome, rows=rows, **more)


def confirm(request):
    """Enter what was shown, or show anew what has become of it."""
    lines = carried(request.POST["rows"], salt(request))
    if lines is None:
        messages.warning(request, "The preview has run out. Choose the file again.")
        return redirect("clawback:import_awards")
    name, digest = (request.POST.get(key, "") for key in ("name", "digest"))
    sheet = AwardSheet()
    try:
        outcome = sheet.run(lines, by=request.user, at=timezone.now(), dry_run=False, digest=digest)
        if outcome.problems or outcome.digest != digest:
            return preview(request, lines, request.POST["rows"], name, changed=True)
    except Unfit as faults:
        return show(request, form=UploadForm(), name=name, faults=faults.problems)
    messages.success(request, sheet.done(outcome))
    return redirect("clawback:awards")


def salt(request):
    return f"import awards {request.user.pk}"


def show(request, *, form, name="", outcome=None, rows="", faults=(), changed=False):
    found = outcome or ()
    page = {
        "form": form,
        "name": name,
        "outcome": outcome,
        "effects": [(one, *CALLED[one.kind]) for one in found],
        "counts": [
            (number, words)
            for kind, (words, _) in CALLED.items()
            if outcome is not None and (number := outcome.count(kind))
        ],
        "rows": rows,
        "faults": faults,
        "changed": changed,
        "columns": AwardSheet.columns().values(),
    }
    return render(request, "clawback/import_awards.html", page)


@require_safe
def template(request, ending):
    """The headings and one award as an example."""
    check_in_the_circle(request)
    return as_file(AwardSheet.template(), "awards-template", ending)


@require_safe
def export(request, ending):
    """The register as a table that can be imported again; nobody’s own award is in it."""
    check_in_the_circle(request)
    table = AwardSheet.exported(Award.objects.visible_to(request.user))
    return as_file(table, f"awards-{request.user.today.isoformat()}", ending)


def as_file(table, name, ending):
    if ending not in FORMATS:
        raise Http404
    answer = HttpResponse(write(table, ending), content_type=content_type(ending))
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}")
    return answer


urls: list = [
    path("awards/import/", import_awards, name="import_awards"),
    path("awards/template.<slug:ending>", template, name="award_template"),
    path("awards/export.<slug:ending>", export, name="export_awards"),
]
