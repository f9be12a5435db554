"""What is asked about motions and votes. Forms check the shape; verbs check the rules."""

from django import forms

from governance.decisions.models import Choice
from governance.people.models import Person


class BallotForm(forms.Form):
    """A choice, and the fingerprint of the words that the director had before them."""

    choice = forms.ChoiceField(
        choices=Choice.choices,
        error_messages={
            "required": "Choose for, against or abstain.",
            "invalid_choice": "Choose for, against or abstain.",
        },
    )
    digest = forms.CharField(
        error_messages={"required": "Open the exact text first, then confirm your vote."}
    )


class MotionForm(forms.Form):
    """A resolution in its exact words."""

    title = forms.CharField(max_length=200, help_text="As lists show it.")
    text = forms.CharField(
        label="Exact text",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The words the body votes on. They are fixed once the vote is open.",
    )
    mover = forms.ModelChoiceField(Person.objects.none(), label="Moved by", empty_label=None)
    seconder = forms.ModelChoiceField(
        Person.objects.none(), label="Seconded by", required=False, empty_label="Nobody yet"
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mover"].queryset = members
        self.fields["seconder"].queryset = members
