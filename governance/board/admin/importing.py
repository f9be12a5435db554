"""Tables in the admin: a template to fill in, an upload, a preview of every row, one confirmation.

Nothing of an upload is kept on the server: what was read travels, signed, in the page that shows
it, and only whoever uploaded it can confirm it.
"""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget

from governance.board.imports.carrying import carried, carry, lines_of
from governance.board.imports.sheet import CHANGED, NEW, REFUSED, SAME
from governance.spreadsheets import FORMATS, Unfit, content_type, write


class UploadForm(forms.Form):
    """A filled-in template."""

    table = forms.FileField(
        label="File",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )


class SheetPages:
    """The pages of a part by which its rows come in and go out as a table."""

    def get_urls(self):
        label = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name=f"{label}_import"),
            path("template.<slug:ending>", view(self.template_view), name=f"{label}_template"),
            path("export.<slug:ending>", view(self.export_view), name=f"{label}_export"),
            *super().get_urls(),
        ]

    def check_may_import(self, request):
        if not self.has_add_permission(request):
            raise Http404

    def check_may_export(self, request):
        if not self.works_here(request.user):
            raise Http404

    def exports(self, query=""):
        """The two files of an export, by name."""
        return [
            (name, self.address_of("export", ending) + query)
            for ending, name in (("xlsx", "Excel"), ("csv", "CSV"))
        ]

    @property
    def listed_at(self):
        """Where the rows are listed."""
        return self.address_of("changelist")

    def listed(self, request):
        """The rows of the list, as its reader sees and has filtered them."""
        return self.get_changelist_instance(request).get_queryset(request)

    def template_view(self, request, ending):
        """The headings and one row as an example."""
        self.check_may_import(request)
        return self.as_file(self.sheet.template(), f"{self.file_name}-template", ending)

    def export_view(self, request, ending):
        """The rows as a table that can be imported again."""
        self.check_may_export(request)
        table = self.sheet.exported(self.listed(request), user=request.user)
        name = f"{self.file_name}-{request.user.today.isoformat()}"
        return self.as_file(table, name, ending)

    @property
    def file_name(self):
        return self.sheet.title.lower().replace(" ", "-")

    def as_file(self, table, name, ending):
        if ending not in FORMATS:
            raise Http404
        answer = HttpResponse(write(table, ending), content_type=content_type(ending))
        answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
        return answer

    def import_view(self, request):
        """Ask for a file, show what its rows do, and do it."""
        self.check_may_import(request)
        if "rows" in request.POST:
            return self.confirm(request)
        sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
        if not sent or not form.is_valid():
            return self.page(request, form=form)
        upload = form.cleaned_data["table"]
        try:
            lines = lines_of(upload, self.sheet)
            rows = carry(lines, self.salt(request))
            return self.preview(request, lines, rows, upload.name)
        except Unfit as faults:
            return self.page(request, form=form, name=upload.name, problems=faults.problems)

    def preview(self, request, lines, rows, name, **more):
        """What every row would do; the page that shows it carries the rows."""
        outcome = self.sheet().try_out(lines, by=request.user, at=timezone.now())
        return self.page(request, form=UploadForm(), name=name, outcome=outcome, rows=rows, **more)

    def confirm(self, request):
        """Enter what was shown, or show anew what has become of it."""
        lines = carried(request.POST["rows"], self.salt(request))
        if lines is None:
            self.tell(request, "The preview has run out. Upload the file again.", "WARNING")
            return redirect(self.address_of("import"))
        name, digest = (request.POST.get(key, "") for key in ("name", "digest"))
        doing = {"by": request.user, "at": timezone.now(), "dry_run": False}
        try:
            sheet = self.sheet()
            outcome = sheet.run(lines, **doing, digest=digest)
            if outcome.problems or outcome.digest != digest:
                return self.preview(request, lines, request.POST["rows"], name, changed=True)
        except Unfit as faults:
            return self.page(request, form=UploadForm(), name=name, problems=faults.problems)
        self.tell(request, sheet.done(outcome))
        return redirect(self.listed_at)

    def salt(self, request):
        return f"import {self.opts.label_lower} {request.user.pk}"

    def page(self, request, *, form, name="", outcome=None, rows="", problems=(), changed=False):
        counts = [
            (outcome.count(kind), words)
            for kind, words in (
                (NEW, "new"),
                (CHANGED, "changed"),
                (SAME, "without a change"),
                (REFUSED, "refused"),
            )
            if outcome is not None and outcome.count(kind)
        ]
        page = {
            **self.admin_site.each_context(request),
            "title": f"Import {self.sheet.title.lower()}",
            "opts": self.opts,
            "form": form,
            "name": name,
            "outcome": outcome,
            "counts": counts,
            "rows": rows,
            "problems": problems or (outcome.problems if outcome else ()),
            "changed": changed,
            "columns": self.sheet.columns().values(),
            "templates": [
                (words, self.address_of("template", ending))
                for ending, words in (("xlsx", "Excel"), ("csv", "CSV"))
            ],
            "exports": self.exports(),
            "follows": self.sheet.follows,
            "most_rows": self.sheet.most_rows,
            "back": self.listed_at,
        }
        return render(request, "admin/import.html", page)


class SheetAdmin(SheetPages):
    """A part whose list leads to them."""

    list_before_template = "admin/sheet_links.html"

    def changelist_view(self, request, extra_context=None):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        links = {"importing": self.address_of("import"), "exports": self.exports(query)}
        return super().changelist_view(request, {**(extra_context or {}), **links})
