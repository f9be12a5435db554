"""What is asked about motions and votes. Forms check the shape; verbs check the rules."""

from django import forms

from governance.decisions.models import Choice, MotionKind


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

    kind = forms.ChoiceField(
        label="What it does",
        choices=MotionKind.choices,
        initial=MotionKind.ORDINARY,
        required=False,
        help_text="Some acts are the Board's alone, and filling a vacancy is counted otherwise.",
    )
    title = forms.CharField(max_length=200, help_text="As lists show it.")
    text = forms.CharField(
        label="Exact text",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The words the body votes on. They are fixed once the vote is open.",
    )
    mover: forms.ModelChoiceField = forms.ModelChoiceField(None, label="Moved by", empty_label=None)
    seconder: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Seconded by", required=False, empty_label="Nobody yet"
    )

    def clean_kind(self):
        return self.cleaned_data["kind"] or MotionKind.ORDINARY

    def __init__(self, *args, members, reader, for_others, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("mover", "seconder"):
            if for_others:
                self.fields[name].queryset = members.visible_to(reader)
            else:
                # A member moves in their own name.
                del self.fields[name]
