"""What is asked of a restatement. Forms check the shape; verbs check the rules."""

from django import forms

from clawback.forms import calendar_day, words
from clawback.models import PeriodKind, RestatementKind


class RestatementForm(forms.Form):
    """What is restated, how, and when it was known."""

    title = forms.CharField(max_length=120, help_text="As people say it: Restatement of 2024.")
    kind = forms.ChoiceField(label="How", choices=RestatementKind.choices, widget=forms.RadioSelect)
    concluded_on = calendar_day(
        "Concluded on",
        required=False,
        help_text="When the Board, a committee or authorised officers concluded, or should have "
        "concluded, that it is required.",
    )
    ordered_on = calendar_day("Ordered by a court or regulator on", required=False)
    announced_on = calendar_day("Announced on", required=False)
    first_issued_on = calendar_day("Misstated document first issued on", required=False)
    restated_filed_on = calendar_day("Restated statements filed on", required=False)
    summary = words("In a few words", required=False)


class AmendForm(RestatementForm):
    """What comes later."""

    field_order = ("announced_on", "restated_filed_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["title"], self.fields["kind"]


class PeriodForm(forms.Form):
    """A period that is restated."""

    label = forms.CharField(label="Period", max_length=40)
    # A browser sends it with rows that were left empty: they are told by it being as it began.
    kind = forms.ChoiceField(choices=PeriodKind.choices, initial=PeriodKind.YEAR)
    start = calendar_day("First day")
    end = calendar_day("Last day")
    first_filed_on = calendar_day("First filed on")


class MeasureForm(forms.Form):
    """A figure of it."""

    period = forms.CharField(max_length=40, help_text="As above.")
    key = forms.CharField(label="Measure", max_length=80)
    reported = forms.DecimalField(max_digits=30, decimal_places=10)
    restated = forms.DecimalField(max_digits=30, decimal_places=10)


PeriodSet = forms.formset_factory(PeriodForm, extra=3, max_num=12)
MeasureSet = forms.formset_factory(MeasureForm, extra=4, max_num=40)


def filled(formset):
    """The rows in which something was typed."""
    return [form.cleaned_data for form in formset if form.has_changed() and form.cleaned_data]
