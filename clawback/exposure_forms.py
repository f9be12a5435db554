"""What is asked for section 304. Forms check the shape; verbs check the rules."""

from django import forms

from clawback.forms import calendar_day
from governance.people.models import Person


class MisconductForm(forms.Form):
    """What was found of the company, for section 304."""

    found = forms.TypedChoiceField(
        label="A court, a regulator or the Company found",
        choices=[("open", "Nothing yet"), ("yes", "Misconduct"), ("no", "No misconduct")],
        coerce={"open": None, "yes": True, "no": False}.get,
        widget=forms.RadioSelect,
    )


class SaleForm(forms.Form):
    """A sale of the company's stock by an officer."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Officer", empty_label="Choose one"
    )
    sold_on = calendar_day("Sold on")
    profit = forms.DecimalField(
        label="Profit, in US dollars",
        max_digits=15,
        decimal_places=2,
        help_text="Below zero for a loss, which counts as nothing.",
    )

    def __init__(self, *args, reader, exposed, **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(reader)
        self.fields["person"].queryset = people.filter(pk__in=exposed)
