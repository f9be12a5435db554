"""What is asked about meetings. Forms check the shape of an answer; verbs check the rules."""

from django import forms

from governance.meetings.models import Mode, RecusalMode, Reply


class ReplyForm(forms.Form):
    """How a member attends."""

    answer = forms.ChoiceField(choices=Reply.Answer.choices)


class RecusalForm(forms.Form):
    """An interest, as its director declares it."""

    mode = forms.ChoiceField(
        choices=[
            (RecusalMode.LEFT, "I leave the room for it"),
            (RecusalMode.STAYED, "I stay, and do not vote"),
        ],
        widget=forms.RadioSelect,
        label="While it is discussed",
    )
    basis = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        label="On what basis",
        help_text="One sentence for the record, such as whose affiliate is concerned.",
        max_length=2000,
    )


class ReasonForm(forms.Form):
    """Why."""

    why = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the record. Letters do not say it.",
    )


class AttendanceForm(forms.Form):
    """A member arrives in a mode, or leaves."""

    LEAVES = "leaves"
    MODES = [(mode.value, mode.label.capitalize()) for mode in Mode]

    person: forms.ModelChoiceField = forms.ModelChoiceField(None)
    what = forms.ChoiceField(choices=[*MODES, (LEAVES, "Leaves")])

    def __init__(self, *args, members, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = members.visible_to(reader)


class CandidateForm(forms.Form):
    """Whom an elector wants to preside."""

    candidate: forms.ModelChoiceField = forms.ModelChoiceField(None)

    def __init__(self, *args, candidates, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["candidate"].queryset = candidates.visible_to(reader)


class MattersForm(forms.Form):
    """What the independent directors take up among themselves."""

    text = forms.CharField(
        label="Matters to be taken up",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Sealed. Only independent directors in office can read it.",
    )
