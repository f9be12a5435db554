"""What a page of the front door may be asked."""

from django import forms


class AsOfForm(forms.Form):
    """A day of the record, today at the latest: what is planned is not yet standing."""

    on = forms.DateField(
        required=False,
        error_messages={"invalid": "That is not a day of the calendar."},
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self):
        day = self.cleaned_data["on"] or self.today
        if day > self.today:
            raise forms.ValidationError("That day is still to come; the record ends today.")
        return day

    @property
    def day(self):
        """The day asked for, or today when the question could not be read."""
        return self.cleaned_data["on"] if self.is_valid() else self.today

    @property
    def refusal(self):
        """Why another day is shown than was asked for; empty when the question was good."""
        return "" if self.is_valid() else self.errors["on"][0]
