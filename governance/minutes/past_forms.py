"""What is typed of a past meeting: the hours, who was there, its items and its resolutions."""

from django import forms
from django.forms.formsets import BaseFormSet
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from governance.admin import Picked, PickedRows
from governance.committees.models import Committee
from governance.meetings.models import MeetingKind, Mode
from governance.minutes.back_entry import PastItem, Result, check_hours
from governance.refusals import Refused

NOT_THERE = [("", "was not there")]
NO_TITLE = "Say what the item was about."
NO_WORDS = "Type the words of the resolution."


class PastMeetingForm(forms.Form):
    """Which body met, when and where."""

    committee = Picked(
        None,
        required=False,
        empty_label="The Board itself",
        label="Body",
        widget=UnfoldAdminSelectWidget(),
    )
    kind = forms.ChoiceField(choices=MeetingKind, widget=UnfoldAdminSelectWidget())
    began = forms.SplitDateTimeField(
        label="Called to order", widget=UnfoldAdminSplitDateTimeWidget()
    )
    ended = forms.SplitDateTimeField(label="Adjourned", widget=UnfoldAdminSplitDateTimeWidget())
    place = forms.CharField(
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Where it was held; by telephone, if it was.",
    )
    name = forms.CharField(
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Empty: its usual name, such as Q1 Board meeting.",
    )

    def __init__(self, *args, reader, zone, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["committee"].queryset = Committee.objects.visible_to(reader)
        for name in ("began", "ended"):
            self.fields[name].help_text = f"On the company's clock: {zone}."

    def clean(self):
        """The hours are asked before anything that follows from them is filled in."""
        told = super().clean()
        if told.get("began") and told.get("ended"):
            try:
                check_hours(told["began"], told["ended"], self.at)
            except Refused as refused:
                self.add_error("ended", refused.sentence)
        return told


class AttendanceForm(forms.Form):
    """How each member of that day attended, and who presided."""

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = list(members)
        for person in self.members:
            self.fields[f"mode-{person.pk}"] = forms.ChoiceField(
                label=person.name,
                choices=[*NOT_THERE, *Mode.choices],
                required=False,
                widget=UnfoldAdminSelectWidget(),
            )
        self.fields["presided"] = member_field(members, "Who presided", required=True)

    @property
    def attendance(self):
        """The mode of each who was there."""
        told = {person: self.cleaned_data[f"mode-{person.pk}"] for person in self.members}
        return {person: mode for person, mode in told.items() if mode}


def member_field(members, label, *, required=False):
    return Picked(
        members,
        label=label,
        required=required,
        empty_label="Choose…",
        widget=UnfoldAdminSelectWidget(),
    )


class PastItemForm(forms.Form):
    """One item, and its resolution where there was one."""

    title = forms.CharField(
        label="Item", max_length=200, required=False, widget=UnfoldAdminTextInputWidget()
    )
    text = forms.CharField(
        label="Resolution, in its exact words",
        required=False,
        max_length=20_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    result = forms.ChoiceField(
        label="Result on paper", choices=Result, required=False, widget=UnfoldAdminSelectWidget()
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mover"] = member_field(members, "Moved by")
        for name, label in (("against", "Voted against"), ("abstained", "Abstained")):
            self.fields[name] = PickedRows(
                members,
                label=label,
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget(),
            )

    @property
    def says_something(self):
        """Whether anything was typed; an empty row is no item."""
        told = self.cleaned_data
        return any(told.get(name) for name in ("title", "text", "mover", "against", "abstained"))

    def clean(self):
        told = super().clean()
        if self.says_something and not told.get("title"):
            self.add_error("title", NO_TITLE)
        if not told.get("text") and any(told.get(n) for n in ("mover", "against", "abstained")):
            self.add_error("text", NO_WORDS)
        return told

    @property
    def item(self):
        told = self.cleaned_data
        return PastItem(
            title=told["title"],
            text=told["text"],
            mover=told["mover"],
            against=tuple(told["against"]),
            abstained=tuple(told["abstained"]),
            carried=told["result"] != Result.NOT_CARRIED,
        )


class PastItems(BaseFormSet):
    """The items in their order."""

    default_error_messages = {
        "missing_management_form": "Part of the page did not arrive. Look over the items, and send "
        "them again."
    }

    @property
    def items(self):
        return [row.item for row in self.forms if row.says_something]


class PaperForm(forms.Form):
    """The minutes of a past meeting, in the words that the body approved."""

    text = forms.CharField(
        label="The text, as approved",
        max_length=200_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 24}),
    )
    approved_on = forms.DateField(
        label="Approved on",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="The day of the meeting or consent by which the body approved it.",
    )
