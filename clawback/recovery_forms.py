"""What is asked of the money. Forms check the shape of an answer; verbs check the rules."""

from decimal import ROUND_DOWN, Decimal

from django import forms

from governance.board.forms import DayInput
from governance.money import DollarsField
from governance.periods import months_after

CENT = Decimal("0.01")


class EntryForm(forms.Form):
    """An amount that was cancelled or repaid."""

    amount = DollarsField(max_digits=20, decimal_places=2, label="Amount in US dollars")
    day = forms.DateField(widget=DayInput(), label="On which day")
    note = forms.CharField(
        max_length=300,
        required=False,
        label="Note",
        help_text="How it came, such as by wire. It stands in the ledger.",
    )
    # What is outstanding on the page that is sent: a page sent twice is known by it.
    seen = forms.DecimalField(widget=forms.HiddenInput, required=False, max_digits=20)


class CorrectionForm(forms.Form):
    """Why an entry is taken back."""

    why = forms.CharField(
        max_length=300, label="Why", help_text="It stands in the ledger beside the entry."
    )


class PlanForm(forms.Form):
    """Monthly instalments of what is outstanding; the last one takes what does not divide."""

    first = forms.DateField(widget=DayInput(), label="First instalment on")
    number = forms.IntegerField(min_value=1, max_value=60, label="How many monthly instalments")

    def parts_of(self, outstanding):
        """The days and amounts, which add up to the cent."""
        number, first = self.cleaned_data["number"], self.cleaned_data["first"]
        each = (outstanding / number).quantize(CENT, rounding=ROUND_DOWN)
        amounts = [each] * (number - 1) + [outstanding - each * (number - 1)]
        return [(months_after(first, one), amount) for one, amount in enumerate(amounts)]


class YearForm(forms.Form):
    """The fiscal year that is disclosed."""

    year = forms.CharField(max_length=20, required=False)
