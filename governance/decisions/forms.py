"""What is asked about motions and votes. Forms check the shape; verbs check the rules."""

from django import forms

from governance.decisions.interests import Answer
from governance.decisions.models import Change, Choice, MotionKind


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


def said_decision(motion):
    """A motion among choices: what it was about, and the day of its meeting."""
    return f"{motion.title}, {motion.meeting.day.day} {motion.meeting.day:%B %Y}"


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
    mover: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Moved by", empty_label="Choose one"
    )
    seconder: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Seconded by", required=False, empty_label="Nobody yet"
    )
    changes: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label="Changes an earlier decision",
        required=False,
        empty_label="No, it stands alone",
    )
    change = forms.ChoiceField(
        label="In which way", choices=[("", "Not at all"), *Change.choices], required=False
    )

    def clean_kind(self):
        return self.cleaned_data["kind"] or MotionKind.ORDINARY

    def __init__(self, *args, members, carried, reader, for_others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["changes"].queryset = carried
        self.fields["changes"].label_from_instance = said_decision
        for name in ("mover", "seconder"):
            if for_others:
                self.fields[name].queryset = members.visible_to(reader)
            else:
                # A member moves in their own name.
                del self.fields[name]


class OpeningForm(forms.Form):
    """Until when ballots are awaited, where whoever opens a vote says so."""

    awaited_until = forms.DateTimeField(
        label="Ballots are awaited until",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="On the company’s clock; empty where no hour is said. Whoever has not voted is "
        "reminded before it. The vote stays open until you close it.",
    )


class DeclarationForm(forms.Form):
    """How a member takes part, and what the interest is."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(None, label="Who", empty_label=None)
    mode = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="I take part")
    disclosure = forms.CharField(
        label="What the interest is",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One or two sentences for the record, such as whose affiliate is concerned.",
    )

    def __init__(self, *args, members, reader, for_others, **kwargs):
        super().__init__(*args, **kwargs)
        if for_others:
            self.fields["person"].queryset = members.visible_to(reader)
        else:
            # A member declares their own.
            del self.fields["person"]


class PromptForm(forms.Form):
    """Which member is asked about an interest."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Member", empty_label="Choose one"
    )

    def __init__(self, *args, members, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = members.visible_to(reader)


class AmendmentForm(forms.Form):
    """Other words for a motion."""

    text = forms.CharField(
        label="Exact text",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class ConsentForm(forms.Form):
    """A resolution that every member of a body is to sign."""

    body = forms.ChoiceField(label="Body")
    kind = forms.ChoiceField(
        label="What it does",
        choices=MotionKind.choices,
        initial=MotionKind.ORDINARY,
        required=False,
        help_text="Some acts are the Board's alone.",
    )
    title = forms.CharField(max_length=200, help_text="As lists show it.")
    text = forms.CharField(
        label="Exact text",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The words that every member signs. They are fixed once it is circulated.",
    )

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        # Committees by their key; the Board is the empty one.
        self.bodies = {str(one.pk) if one else "board": one for one in bodies}
        self.fields["body"].choices = [
            (key, one.name if one else "The Board") for key, one in self.bodies.items()
        ]

    def clean_kind(self):
        return self.cleaned_data["kind"] or MotionKind.ORDINARY

    def clean_body(self):
        return self.bodies[self.cleaned_data["body"]]


class SignatureForm(forms.Form):
    """The words that were read, from when the signature counts, and an interest to be told."""

    digest = forms.CharField(widget=forms.HiddenInput)
    counts_from = forms.DateTimeField(
        label="It counts from",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Empty: from now on. A later time lies within sixty days.",
    )
    interested = forms.BooleanField(label="I have an interest in this matter", required=False)
    disclosure = forms.CharField(
        label="What my interest is",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown beside your name to whoever reads the consent.",
    )


class WhyForm(forms.Form):
    """Why something is taken back."""

    why = forms.CharField(label="Why", max_length=500)


class InsteadForm(forms.Form):
    """When a body meets instead of signing, and where."""

    starts_at = forms.DateTimeField(
        label="The body meets on",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(required=False, max_length=200)
    dial_in = forms.CharField(label="How to join from elsewhere", required=False, max_length=200)

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("place") or cleaned.get("dial_in")):
            raise forms.ValidationError("A meeting needs a place, or a line to call.")
        return cleaned
