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


class RequestForm(forms.Form):
    """What a director asks to have on the agenda."""

    meeting: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label="For which meeting",
        required=False,
        empty_label="The next meeting of the Board",
    )
    title = forms.CharField(label="What you ask for", max_length=200)
    text = forms.CharField(
        label="Why it should be taken up",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    concerns_management = forms.BooleanField(
        label="It concerns management",
        required=False,
        help_text="Then the chair and the Lead Independent Director alone are asked.",
    )
    may_be_named = forms.BooleanField(
        label="The agenda may say that I asked for it", required=False, initial=True
    )

    def __init__(self, *args, meetings, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings.visible_to(reader)
        self.fields["meeting"].label_from_instance = lambda one: (
            f"{one.name}, {one.day.day} {one.day:%B %Y}"
        )


class DeferForm(forms.Form):
    """To which later meeting."""

    meeting: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="To which meeting", empty_label="Choose one"
    )

    def __init__(self, *args, meetings, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings.visible_to(reader)
        self.fields["meeting"].label_from_instance = lambda one: (
            f"{one.name}, {one.day.day} {one.day:%B %Y}"
        )


class DeclineForm(forms.Form):
    """Why a request is declined."""

    why = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ten characters at least. Every director reads it.",
    )
