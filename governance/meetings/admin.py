"""The secretary's calendar: meetings are drafted, given an agenda, scheduled, moved, called off."""

import hashlib

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from governance.admin import RoomAdmin, RoomForm, RoomInline
from governance.board.models import Directorship
from governance.committees.standing import visitor
from governance.meetings import operations
from governance.meetings.access import may_call
from governance.meetings.models import AgendaItem, AgendaTemplate, Meeting, Tag, TemplateLine
from governance.meetings.moves import MeetingState
from governance.meetings.templates import fill_from_template, keep_template, write_lines
from governance.people.models import Appointment, Office, Person
from governance.records.moves import moves_open_to
from governance.refusals import Refused
from governance.words import said_day, said_hours, said_long_day

ACTS = {
    "schedule": operations.schedule,
    "notice": operations.give_notice,
    "reschedule": operations.reschedule,
    "cancel": operations.cancel,
    "place": operations.change_place,
    "fill": fill_from_template,
}
FOLLOWS = {
    "schedule": "It is put on the calendar, and everybody it concerns gets a letter.",
    "notice": "The notice that the bylaws ask for goes to everybody it concerns.",
    "place": "Everybody it concerns gets a letter. The hour and the notice stand.",
    "reschedule": "Everybody it concerns gets a letter, and notice has to be given again.",
    "cancel": "Everybody it concerns gets a letter. A cancelled meeting is called anew.",
    "fill": "The agenda starts with the items of its template; each can be changed.",
}


# What is told of an act that leads to no other state.
DONE = {"place": "held elsewhere", "fill": "its agenda is filled"}
# What the form of a draft says of the meeting itself.
ENTERED = ["entered_on", "presided", "entry_approved_by"]
FACTS = ["committee", "kind", "vacancy_only", "name", "starts_at", "minutes", "place", "dial_in"]


def sent_with(request, *names):
    """Whether the page that was sent had a field of such a name to fill in."""
    return request.method == "POST" and any(key.endswith(names) for key in request.POST)


class Unwrapped:
    """A choice without the menu beside it that leads to other forms."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.is_relation:
            field.widget = getattr(field.widget, "widget", field.widget)
        return field


def digest_of(line):
    """What a line says, and where it stands, in short."""
    presenter = getattr(line, "presenter_id", None) or getattr(line, "office", None)
    told = (line.position, line.title, line.purpose, line.minutes, presenter, sorted(line.tags))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


class LineForm(RoomForm):
    """One line of an agenda, or of what agendas start from."""

    order = forms.IntegerField(
        min_value=1,
        max_value=999,
        required=False,
        label="No.",
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=0,
        max_value=720,
        initial=15,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    tags = forms.MultipleChoiceField(
        choices=Tag,
        required=False,
        label="Covers",
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    # How the line was when the page was made: what somebody else wrote meanwhile is not lost.
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stood = ""
        if self.instance.pk and not self.instance._state.adding:
            self.fields["order"].initial = self.instance.position
            self.stood = self.fields["was"].initial = digest_of(self.instance)

    def clean(self):
        """A line that another page has changed since is not written over."""
        typed = super().clean()
        was = typed.pop("was", "")
        if was and self.stood and was != self.stood:
            raise forms.ValidationError(
                "Somebody else has changed this line meanwhile, or its place. Open the page anew, "
                "and make your change there."
            )
        return typed

    def validate_unique(self):
        """Positions are given by the verbs, not typed."""

    def validate_constraints(self):
        """As above."""


class ItemForm(LineForm):
    """One line of the agenda."""

    class Meta:
        model = AgendaItem
        fields = ["title", "purpose", "minutes", "presenter", "tags"]


class ItemInline(Unwrapped, RoomInline):
    """The agenda."""

    model = AgendaItem
    form = ItemForm
    template = "admin/meetings/agenda.html"
    verbose_name_plural = "Agenda"
    fields = ["order", "title", "purpose", "minutes", "presenter", "tags", "was"]
    extra = 1
    ordering = ["position"]

    class Media:
        js = ["js/agenda.js"]

    def may(self, request, obj):
        """Until the meeting is over; what an older page still sends, the verb refuses in words."""
        open_to_change = obj is None or not obj.is_over or sent_with(request, "-title")
        return request.user.is_secretarial and open_to_change

    def get_fields(self, request, obj=None):
        if self.may(request, obj):
            return self.fields
        return ["number", *self.fields[1:-2], "covers"]

    def get_readonly_fields(self, request, obj=None):
        return [] if self.may(request, obj) else ["number", "covers"]

    @admin.display(description="No.")
    def number(self, item):
        return item.position

    @admin.display(description="Covers")
    def covers(self, item):
        return ", ".join(Tag(tag).label for tag in item.tags) or "Nothing that is counted"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Whoever is in office today presents, and who was to present before still does."""
        if db_field.name == "presenter":
            kwargs["queryset"] = self.presenters(request)
            kwargs["widget"] = UnfoldAdminSelectWidget()
            kwargs["empty_label"] = "Nobody named"
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def presenters(self, request):
        user, day = request.user, request.user.today
        directors = Directorship.objects.visible_to(user).on(day)
        officers = Appointment.objects.visible_to(user).on(day)
        officers = officers.exclude(office=Office.ADMINISTRATOR)
        offered = Q(pk__in=officers.values("person")) | Q(pk__in=directors.values("person"))
        meeting = request.resolver_match.kwargs.get("object_id")
        if meeting:
            named = AgendaItem.objects.visible_to(user).filter(meeting=meeting)
            offered |= Q(pk__in=named.filter(presenter__isnull=False).values("presenter"))
        return Person.objects.visible_to(user).filter(offered)

    def has_view_permission(self, request, obj=None):
        return request.user.is_secretarial

    def has_add_permission(self, request, obj=None):
        return self.may(request, obj)

    def has_change_permission(self, request, obj=None):
        return self.may(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.may(request, obj)


class ReasonForm(forms.Form):
    """Why a meeting is moved or called off."""

    why = forms.CharField(
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        label="Why",
        help_text="For the record. Letters do not say it.",
    )


class HourForm(ReasonForm):
    """To which hour it is moved."""

    starts_at = forms.SplitDateTimeField(widget=UnfoldAdminSplitDateTimeWidget(), label="New hour")
    field_order = ["starts_at", "why"]


class PlaceForm(forms.Form):
    """Where a meeting that was called is held."""

    place = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget())
    dial_in = forms.CharField(
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="How to join from elsewhere.",
    )


FORMS = {"reschedule": HourForm, "cancel": ReasonForm, "place": PlaceForm}


class MeetingForm(RoomForm):
    """A draft. An hour out of reach is refused before anything is reckoned from it."""

    def clean_starts_at(self):
        hour = self.cleaned_data["starts_at"]
        if "starts_at" in self.changed_data:
            try:
                operations.check_hour(hour, at=timezone.now())
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return hour


@admin.register(Meeting)
class MeetingAdmin(Unwrapped, RoomAdmin):
    form = MeetingForm
    list_display = ["name", "body", "hour", "state", "backfilled"]
    list_filter = ["state", "kind", "backfilled"]
    list_select_related = ["committee"]
    list_before_template = "admin/steps.html"
    search_fields = ["name", "committee__name"]
    inlines = [ItemInline]
    fields = [
        ("committee", "kind", "vacancy_only"),
        ("name", "minutes"),
        "starts_at",
        ("place", "dial_in"),
    ]
    change_form_before_template = "admin/meetings/acts.html"

    def get_queryset(self, request):
        """The meetings that the reader's office serves: the Secretary's all, others' the Board's.

        Whoever presents to a committee sees their slot in the portal, and no more of its meeting.
        """
        rows = super().get_queryset(request)
        return rows if request.user.is_secretary else rows.filter(committee=None)

    @admin.display(description="Body", ordering="committee__name")
    def body(self, meeting):
        return meeting.body_name

    @admin.display(description="When", ordering="starts_at")
    def hour(self, meeting):
        today = timezone.localdate()
        return f"{said_day(meeting.day, today)}, {timezone.localtime(meeting.starts_at):%H:%M}"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "committee" in form.base_fields:
            form.base_fields["committee"].empty_label = "The Board itself"
            form.base_fields["committee"].label = "Body"
            form.base_fields["name"].required = False
            form.base_fields["name"].help_text = "Empty: its usual name, such as Q1 Board meeting."
        if "starts_at" in form.base_fields:
            zone = request.company.zone_words
            form.base_fields["starts_at"].help_text = f"On the company's clock: {zone}."
        return form

    def is_form(self, request, obj):
        """A draft is filled in; once scheduled, a meeting changes by the buttons above it.

        A page that was opened while it was a draft keeps what was typed, and the verb refuses it.
        """
        return obj is None or obj.state == MeetingState.DRAFT or sent_with(request, "starts_at_0")

    def get_fields(self, request, obj=None):
        if self.is_form(request, obj):
            return self.fields
        later = [("entered_on", "presided", "entry_approved_by")] if obj.entered_on else []
        return [("whose", "kind", "vacancy_only"), *self.fields[1:], *later]

    def get_readonly_fields(self, request, obj=None):
        return [] if self.is_form(request, obj) else ["whose", *FACTS[1:], *ENTERED]

    @admin.display(description="Body")
    def whose(self, meeting):
        return meeting.body_name if meeting.committee_id else "The Board itself"

    def save_model(self, request, obj, form, change):
        facts = {name: form.cleaned_data[name] for name in FACTS if name in form.cleaned_data}
        by, at = request.user, timezone.now()
        if change:
            if form.changed_data:
                operations.amend_draft(obj, by=by, at=at, **facts)
            return
        made = operations.create_meeting(**facts, by=by, at=at)
        obj.__dict__.update(made.__dict__)

    def save_formset(self, request, form, formset, change):
        """The agenda, by its verbs: what was removed, changed and added, then the order."""
        meeting, by, at = form.instance, request.user, timezone.now()
        formset.save(commit=False)
        formset.new_objects, formset.changed_objects = [], []
        for item in formset.deleted_objects:
            operations.remove_item(item, by=by, at=at)
        wanted = {}
        for row in formset.forms:
            if row in formset.deleted_forms or not (row.has_changed() or row.instance.position):
                continue
            facts = {name: row.cleaned_data[name] for name in ItemForm.Meta.fields}
            if row.instance._state.adding:
                item = operations.add_item(meeting, **facts, by=by, at=at)
            elif row.has_changed():
                item = operations.edit_item(row.instance, **facts, by=by, at=at)
            else:
                item = row.instance
            wanted[item.pk] = row.cleaned_data.get("order")
        operations.set_order(meeting, wanted, by=by, at=at)

    def get_urls(self):
        act = self.admin_site.admin_view(self.act)
        return [
            path("<uuid:pk>/do/<slug:name>/", act, name="meetings_meeting_act"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        meeting = self.get_object(request, object_id)
        acts = self.acts(request, meeting) if meeting else []
        if meeting and request.user.is_secretary and wants_its_paper(request.user, meeting):
            paper = reverse("admin:minutes_minutes_paper", args=[meeting.pk])
            acts.append({"words": "Enter its minutes from paper", "quiet": True, "url": paper})
        return super().change_view(request, object_id, form_url, {"acts": acts, "meeting": meeting})

    def changelist_view(self, request, extra_context=None):
        """What was held before the portal was there is entered beside the list."""
        past = [
            {"words": words, "quiet": True, "url": reverse(f"admin:minutes_minutes_{page}")}
            for words, page in (
                ("Enter a past meeting", "past"),
                ("Import past meetings", "import"),
            )
        ]
        steps = past if request.user.is_authenticated and request.user.is_secretary else []
        return super().changelist_view(request, {**(extra_context or {}), "steps": steps})

    def acts(self, request, meeting):
        """What may be done with the meeting next, from this side of the portal."""
        by = visitor(request.user)
        offered = [(move.name, move.words) for move in moves_open_to(meeting, by, by.today)]
        called = meeting.state != MeetingState.DRAFT and not meeting.is_over
        if called and may_call(by, meeting, by.today):
            offered.append(("place", "Change its place"))
        begun = AgendaItem.objects.of_readable_meetings(request.user).filter(meeting=meeting)
        if meeting.state == MeetingState.DRAFT and not begun.exists():
            offered.append(("fill", "Fill the agenda"))
        return [
            {
                "name": name,
                "words": words,
                "quiet": name in FORMS or name == "fill",
                "url": reverse("admin:meetings_meeting_act", args=[meeting.pk, name]),
            }
            for name, words in offered
            if name in ACTS
        ]

    def act(self, request, pk, name):
        """Ask once, say what follows, and do it."""
        meeting = get_object_or_404(self.get_queryset(request), pk=pk)
        offered = {act["name"]: act["words"] for act in self.acts(request, meeting)}
        if name not in offered:
            self.tell(request, "That is not possible now; nothing was changed.", "WARNING")
            return redirect("admin:meetings_meeting_change", meeting.pk)
        held = {"place": meeting.place, "dial_in": meeting.dial_in}
        form = FORMS[name](request.POST or None, initial=held) if name in FORMS else None
        refusal = None
        if request.method == "POST" and (form is None or form.is_valid()):
            facts = form.cleaned_data if form else {}
            try:
                ACTS[name](meeting, by=request.user, at=timezone.now(), **facts)
            except Refused as refused:
                refusal = refused
            else:
                now = DONE.get(name) or meeting.get_state_display().lower()
                self.tell(request, f"{meeting.name}: {now}.")
                return redirect("admin:meetings_meeting_change", meeting.pk)
        zone = request.company.zone_words
        if name == "reschedule":
            form.fields["starts_at"].help_text = f"On the company's clock: {zone}."
        page = {
            **self.admin_site.each_context(request),
            "title": offered[name],
            "meeting": meeting,
            "when": f"{said_long_day(meeting.day)}, "
            f"{said_hours(meeting.starts_at, meeting.ends_at, zone)}",
            "follows": FOLLOWS[name],
            "words": offered[name],
            "form": form,
            "refusal": refusal,
            "opts": self.model._meta,
        }
        return render(request, "admin/meetings/act.html", page)


def wants_its_paper(user, meeting):
    """It was entered later, and nobody has entered or drafted its minutes."""
    taken = meeting.minutes_taken.visible_to(user)
    return meeting.entered_on is not None and not taken.exists()


class TemplateLineForm(LineForm):
    """One line of a template."""

    class Meta:
        model = TemplateLine
        fields = ["title", "purpose", "minutes", "office", "tags"]


class LineInline(RoomInline):
    """What such an agenda starts with."""

    model = TemplateLine
    form = TemplateLineForm
    template = "admin/meetings/agenda.html"
    verbose_name_plural = "What it starts with"
    fields = ["order", "title", "purpose", "minutes", "office", "tags", "was"]
    extra = 1
    ordering = ["position"]

    class Media:
        js = ["js/agenda.js"]

    def may(self, request, obj=None):
        return request.user.is_secretarial

    has_view_permission = has_add_permission = has_change_permission = has_delete_permission = may


@admin.register(AgendaTemplate)
class AgendaTemplateAdmin(Unwrapped, RoomAdmin):
    """What the agendas of a kind of meeting start from; for which meetings is chosen once."""

    list_display = ["body", "kind"]
    list_select_related = ["committee"]
    inlines = [LineInline]
    fields = ["committee", "kind"]

    @admin.display(description="Body", ordering="committee__name")
    def body(self, template):
        return template.body_name

    def get_readonly_fields(self, request, obj=None):
        return ["body", "kind"] if obj else []

    def get_fields(self, request, obj=None):
        return ["body", "kind"] if obj else self.fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "committee" in form.base_fields:
            form.base_fields["committee"].empty_label = "The Board itself"
            form.base_fields["committee"].label = "Body"
        return form

    def save_model(self, request, obj, form, change):
        if not change:
            made = keep_template(**form.cleaned_data, by=request.user, at=timezone.now())
            obj.__dict__.update(made.__dict__)

    def save_formset(self, request, form, formset, change):
        """The lines, in the order of their numbers; one without a number comes last."""
        formset.save(commit=False)
        formset.new_objects, formset.changed_objects = [], []
        rows = [
            row
            for row in formset.forms
            if row not in formset.deleted_forms and (row.has_changed() or row.instance.position)
        ]
        rows.sort(key=place_of)
        lines = [row.instance for row in rows]
        write_lines(form.instance, lines, by=request.user, at=timezone.now())


def place_of(row):
    """Of two with the same number the one that asks for it comes first."""
    wanted, stood = row.cleaned_data.get("order"), row.instance.position
    return (wanted is None, wanted or 0, wanted == stood)
