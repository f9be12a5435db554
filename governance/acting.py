"""Steps in the admin: what may be done with a row, or begun beside a list, asked once on a page.

A part names its steps; each calls a verb of its room. What the verb refuses comes back as a
sentence on the form, with all that was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path

from governance.admin import RoomAdmin, cited
from governance.refusals import Refused


class StepForm(forms.Form):
    """What a step asks. `reader` is who fills it in, `subject` the row, None beside a list."""

    def __init__(self, *args, reader, subject=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.reader, self.subject = reader, subject
        self.offer()

    def offer(self):
        """Fill the choices with what the reader may see."""


@dataclass(frozen=True)
class Step:
    """One thing that may be done.

    `do` is called `(subject, by=, on=, **answers)` and writes; it may answer with a sentence. `may`
    is asked `(user, subject)` whether the step is open now.
    """

    name: str
    words: str
    follows: str
    do: Callable
    form: type[StepForm] | None = None
    may: Callable | None = None
    quiet: bool = False
    said: str = "Done."


class ActingAdmin(RoomAdmin):
    """A part whose rows have steps, and whose list may begin something."""

    # Of a row, and beside the list.
    steps: tuple[Step, ...] = ()
    beginnings: tuple[Step, ...] = ()
    change_form_before_template = "admin/steps.html"
    list_before_template = "admin/steps.html"

    def get_urls(self):
        label = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/do/<slug:name>/", view(self.step_view), name=f"{label}_step"),
            path("do/<slug:name>/", view(self.step_view), name=f"{label}_begin"),
            *super().get_urls(),
        ]

    def open_to(self, request, subject=None):
        """The steps that this reader may take now."""
        steps = self.steps if subject else self.beginnings
        return [step for step in steps if step.may is None or step.may(request.user, subject)]

    def links(self, request, subject=None):
        """The buttons above a row, or above the list."""
        for step in self.open_to(request, subject):
            if subject:
                address = self.address_of("step", subject.pk, step.name)
            else:
                address = self.address_of("begin", step.name)
            yield {"words": step.words, "quiet": step.quiet, "url": address}

    def change_view(self, request, object_id, form_url="", extra_context=None):
        subject = self.get_object(request, object_id)
        steps = list(self.links(request, subject)) if subject else []
        extra = {**(extra_context or {}), "steps": steps}
        return super().change_view(request, object_id, form_url, extra)

    def changelist_view(self, request, extra_context=None):
        steps = list(self.links(request)) if self.works_here(request.user) else []
        return super().changelist_view(request, {**(extra_context or {}), "steps": steps})

    def step_view(self, request, name, pk=None):
        """Ask once, say what follows, and do it."""
        if not self.works_here(request.user):
            raise Http404
        subject = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        step = next((one for one in self.open_to(request, subject) if one.name == name), None)
        if step is None:
            self.tell(request, "That is not possible now; nothing was changed.", "WARNING")
            return redirect(self.after(subject))
        asked = {"reader": request.user, "subject": subject}
        form = step.form(request.POST or None, **asked) if step.form else None
        if request.method == "POST" and (form is None or form.is_valid()):
            try:
                says = self.take(step, subject, form, request.user)
            except Refused as refusal:
                return self.ask(request, step, subject, form, refusal)
            self.tell(request, says or step.said)
            return redirect(self.after(subject))
        return self.ask(request, step, subject, form)

    def take(self, step, subject, form, by):
        answers = form.cleaned_data if form else {}
        return step.do(subject, by=by, on=by.today, **answers)

    def after(self, subject):
        if subject is None:
            return self.address_of("changelist")
        return self.address_of("change", subject.pk)

    def ask(self, request, step, subject, form, refusal=None):
        page = {
            **self.admin_site.each_context(request),
            "title": step.words,
            "step": step,
            "about": self.about(subject) if subject else "",
            "form": form,
            "refusal": refusal and cited(refusal),
            "back": self.after(subject),
            "opts": self.opts,
        }
        return render(request, "admin/step.html", page)

    def about(self, subject):
        """What the page of a step says of its row."""
        return str(subject)


class HiddenPart:
    """A part that few may know of: to everybody else in the office its addresses lead nowhere."""

    def get_urls(self):
        urls = super().get_urls()
        for url in urls:
            url.callback = self.behind(url.callback)
        return urls

    def behind(self, view):
        def answer(request, *args, **kwargs):
            user = request.user
            if user.is_authenticated and not self.works_here(user):
                raise Http404
            return view(request, *args, **kwargs)

        return answer


class SecretaryPart(HiddenPart):
    """Kept by the Corporate Secretary; for the rest of the office it does not exist (AC-OWN)."""

    def works_here(self, user):
        return user.is_authenticated and user.is_secretary
