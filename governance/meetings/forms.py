"""What is asked about meetings. Forms check the shape of an answer; verbs check the rules."""

from calendar import day_name
from datetime import datetime

from django import forms
from django.forms.utils import from_current_timezone

from governance.board.forms import DayInput
from governance.board.models import Directorship
from governance.committees.models import Committee
from governance.meetings.models import (
    AgendaItem,
    Capacity,
    Ground,
    Mode,
    RecusalMode,
    Reply,
    Tag,
)
from governance.people.models import Person
from governance.records.models import FiscalYear


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


class TopicForm(forms.Form):
    """The words of an earlier item, as the search has them."""

    q = forms.CharField(max_length=200, required=False)


class EarlierForm(forms.Form):
    """The item in which a topic was before the body last."""

    earlier: forms.ModelChoiceField = forms.ModelChoiceField(None)

    def __init__(self, *args, earlier, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["earlier"].queryset = AgendaItem.objects.visible_to(reader).filter(
            pk__in=earlier.order_by().values("pk")
        )


class WaiverForm(forms.Form):
    """The fingerprint of what the director had before them."""

    digest = forms.CharField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why."""

    why = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the record. Letters do not say it.",
    )


class RecordedRecusalForm(RecusalForm):
    """The interest of a member, as whoever runs the meeting records it (M-03)."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Who", empty_label="Choose one"
    )
    field_order = ["person", "mode", "basis"]

    def __init__(self, *args, members, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = members.visible_to(reader)
        self.fields["mode"].choices = [
            (RecusalMode.LEFT, "They leave the room for it"),
            (RecusalMode.STAYED, "They stay, and do not vote"),
        ]


class AttendanceForm(forms.Form):
    """A member arrives in a mode, or leaves; now, or at an hour that has just passed."""

    LEAVES, MISTAKE = "leaves", "mistake"
    MODES = [(mode.value, mode.label.capitalize()) for mode in Mode]

    person: forms.ModelChoiceField = forms.ModelChoiceField(None)
    what = forms.ChoiceField(choices=[*MODES, (LEAVES, "Leaves"), (MISTAKE, "Not there")])
    hour = forms.TimeField(required=False)

    def __init__(self, *args, members, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = members.visible_to(reader)


class ActionForm(forms.Form):
    """What a meeting left to somebody, and by when."""

    what = forms.CharField(label="What is to be done", max_length=300)
    owner: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="By whom", empty_label="Choose one"
    )
    due_on = forms.DateField(
        label="By which day",
        widget=DayInput(),
        error_messages={"invalid": "That is not a day of the calendar. Write it like 2026-05-31."},
    )
    item: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="From which item", required=False, empty_label="The meeting as a whole"
    )

    def __init__(self, *args, owners, meeting, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners.visible_to(reader)
        items = AgendaItem.objects.visible_to(reader).filter(meeting=meeting)
        self.fields["item"].queryset = items
        self.fields["item"].label_from_instance = lambda item: item.title


class CandidateForm(forms.Form):
    """Whom an elector wants to preside, and in which round they were asked."""

    candidate: forms.ModelChoiceField = forms.ModelChoiceField(None)
    asked = forms.IntegerField(min_value=1)

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


class RecordForm(forms.Form):
    """What was said in an executive session, and what came of it."""

    notes = forms.CharField(
        label="Notes",
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Sealed. Only independent directors in office can read them.",
    )
    outcome = forms.CharField(
        label="Outcome",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Sealed as well.",
    )
    place = forms.CharField(label="Where it was held", required=False, max_length=200)
    tags = forms.MultipleChoiceField(
        label="What it covered",
        required=False,
        choices=Tag.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    edition = forms.CharField(widget=forms.HiddenInput, max_length=16)


class GuestForm(forms.Form):
    """Whom the presiding director lets in, and as what."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Who", empty_label="Choose one"
    )
    capacity = forms.ChoiceField(
        label="As what",
        choices=Capacity.choices,
        help_text="The Secretary, counsel and advisers may read the session's page while they "
        "are in the room; others may not.",
    )

    def __init__(self, *args, session, reader, **kwargs):
        super().__init__(*args, **kwargs)
        members = session.members(reader.today)
        people = Person.objects.visible_to(reader)
        self.fields["person"].queryset = people.exclude(pk__in=members.values("pk"))


class PresentForm(forms.Form):
    """Who is there when a session opens early."""

    present: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None, label="Who is there", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, session, reader, **kwargs):
        super().__init__(*args, **kwargs)
        members = session.members(reader.today)
        self.fields["present"].queryset = members.visible_to(reader)


class SessionReasonForm(forms.Form):
    """Why a session is waived or removed."""

    why = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the record of the independent directors.",
    )

    def __init__(self, *args, session, reader, **kwargs):
        super().__init__(*args, **kwargs)


class CallForm(forms.Form):
    """When a session is called for, and who is invited."""

    starts_at = forms.DateTimeField(
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(label="Where", required=False, max_length=200)
    invited: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None,
        label="Who is invited",
        widget=forms.CheckboxSelectMultiple,
        help_text="Nobody else learns of it but the Lead Independent Director.",
    )

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        sitting = Directorship.objects.visible_to(reader).independent(reader.today)
        sitting = sitting.exclude(person=reader.person_id)
        people = Person.objects.visible_to(reader)
        self.fields["invited"].queryset = people.filter(pk__in=sitting.values("person"))


def said_meeting(meeting):
    """A meeting among choices: its name and its day."""
    return f"{meeting.name}, {meeting.day.day} {meeting.day:%B %Y}"


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
        label="The agenda may say that I asked for it", required=False
    )

    def __init__(self, *args, meetings, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings.visible_to(reader)
        self.fields["meeting"].label_from_instance = said_meeting


class DeferForm(forms.Form):
    """To which later meeting."""

    meeting: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="To which meeting", empty_label="Choose one"
    )

    def __init__(self, *args, meetings, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings.visible_to(reader)
        self.fields["meeting"].label_from_instance = said_meeting


class DeclineForm(forms.Form):
    """Why a request is declined."""

    why = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ten characters at least. Every director reads it.",
    )


class SeriesForm(forms.Form):
    """By what rule the regular meetings of a year are proposed."""

    body: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Who meets", required=False, empty_label="The Board"
    )
    year: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="In which fiscal year", empty_label="Choose a year"
    )
    days = forms.IntegerField(
        label="Days before the quarter ends, at least",
        min_value=0,
        max_value=75,
        initial=14,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Write a number of days from 0 to 75."
        ),
    )
    weekday = forms.TypedChoiceField(
        label="On which weekday", choices=list(enumerate(day_name)), coerce=int, initial=2
    )
    hour = forms.TimeField(
        label="At what hour", initial="09:00", widget=forms.TimeInput(attrs={"type": "time"})
    )
    minutes = forms.IntegerField(
        label="Length in minutes",
        min_value=1,
        max_value=1440,
        initial=240,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Write a number of minutes from 1 to 1440."
        ),
    )
    place = forms.CharField(label="Where", required=False, max_length=200)
    dial_in = forms.CharField(label="How to join from elsewhere", required=False, max_length=200)

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = Committee.objects.visible_to(reader).on(reader.today)
        self.fields["year"].queryset = FiscalYear.objects.filter(end__gte=reader.today)


class DaysForm(forms.Form):
    """The day of each quarter's meeting; none is planned where it is left empty."""

    def __init__(self, *args, hour, proposed, **kwargs):
        super().__init__(*args, **kwargs)
        self.hour = hour
        for quarter, day in proposed:
            self.fields[f"q{quarter.number}"] = forms.DateField(
                label=str(quarter),
                required=False,
                initial=day,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def clean(self):
        """The hours on the company's clock; one that a change of the clock skips is refused."""
        told = super().clean()
        self.hours = []
        for name, day in [(name, day) for name, day in told.items() if day]:
            try:
                self.hours.append(from_current_timezone(datetime.combine(day, self.hour)))
            except forms.ValidationError as error:
                self.add_error(name, error)
        return told


class ConsultationForm(forms.Form):
    """Which director was consulted on an agenda."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Director", empty_label="Choose a director"
    )

    def __init__(self, *args, people, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people.visible_to(reader)


class ItemGuestForm(forms.Form):
    """Who is invited to an item, and why."""

    person: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="Who", empty_label="Choose somebody"
    )
    ground = forms.ChoiceField(label="Why", choices=Ground.choices, widget=forms.RadioSelect)

    def __init__(self, *args, people, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people.visible_to(reader)
