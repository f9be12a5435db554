"""Directors and their terms, and who leads them."""

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from governance.acting import ActingAdmin, Step, StepForm
from governance.admin import DatedAdmin, Picked, RoomForm, cited
from governance.board import operations
from governance.board.admin.importing import SheetAdmin
from governance.board.imports import DirectorSheet
from governance.board.models import (
    AnnualMeeting,
    AuthorisedSeats,
    ClassElection,
    Designation,
    DirectorClass,
    Directorship,
    Term,
)
from governance.people.models import Person
from governance.records.admin import said_act
from governance.records.models import Act
from governance.refusals import Refused
from governance.words import said_long_day


class AboutPerson(DatedAdmin):
    """Rows about a person, found by the name."""

    list_select_related = ["person"]
    search_fields = ["person__family_name", "person__given_name"]
    autocomplete_fields = ["person"]


def day_field(label, **options):
    """A day, by the browser's own calendar."""
    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **options)


def act_field(label="Act", **options):
    """An act of the Board or a committee; the form offers those that its reader may see."""
    return Picked(
        queryset=None,
        label=label,
        required=False,
        widget=UnfoldAdminSelectWidget(),
        empty_label="None chosen",
        **options,
    )


class ResignationForm(StepForm):
    """When a resignation was delivered, and from when it counts."""

    delivered_on = day_field("Delivered on")
    effective_on = day_field(
        "First day out of office",
        required=False,
        help_text="Empty: the day on which it was delivered. Until then the seat is filled.",
    )


class RemovalForm(StepForm):
    """For which cause the stockholders removed a director."""

    effective_on = day_field("First day out of office")
    cause = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        label="Cause",
        help_text="As the stockholders stated it.",
    )


class VacancyForm(StepForm):
    """Whom the Board appoints to a vacant seat, and by which act."""

    person: Picked = Picked(
        queryset=None,
        label="Person",
        widget=UnfoldAdminSelectWidget(),
        empty_label="Choose somebody",
    )
    director_class = forms.TypedChoiceField(
        choices=DirectorClass, coerce=int, label="Class", widget=UnfoldAdminSelectWidget()
    )
    since = day_field("Director from")
    act = act_field("Act of the Board", help_text="Enter it among the acts first, if it is none.")

    def offer(self):
        self.fields["person"].queryset = Person.objects.visible_to(self.reader)
        self.fields["act"].queryset = Act.objects.visible_to(self.reader).of_the_board()
        self.fields["act"].label_from_instance = said_act


def sits_still(user, directorship):
    """Somebody whose last day is not known yet; nobody acts on their own seat here."""
    return directorship.until is None and user.person_id != directorship.person_id


def resign(directorship, **answers):
    row = operations.resign(directorship, **answers)
    return f"{row.person} is out of office from {said_long_day(row.until)}."


def remove(directorship, **answers):
    row = operations.remove_for_cause(directorship, **answers)
    return f"{row.person} is out of office from {said_long_day(row.until)}."


def fill_vacancy(_, *, by, **answers):
    row = operations.fill_vacancy(**answers, by=by)
    year = Term.objects.visible_to(by).get(directorship=row).ends_in
    return (
        f"{row.person} sits in {row.get_director_class_display()}; "
        f"the term runs to the annual meeting of {year}."
    )


@admin.register(Directorship)
class DirectorshipAdmin(SheetAdmin, ActingAdmin, AboutPerson):
    list_display = ["person", "director_class", "since", "until", "ended_by"]
    list_filter = ["director_class", "ended_by"]
    fields = ["person", "director_class", "since", "until"]
    later = ["since", "until", "ended_by", "resigned_on", "cause"]
    enter = staticmethod(operations.seat_director)
    sheet = DirectorSheet
    amend = staticmethod(operations.amend_directorship)
    steps = (
        Step(
            "resign",
            "Enter a resignation",
            "The director leaves on the day it takes effect; the seat is filled until then.",
            resign,
            ResignationForm,
            may=sits_still,
            quiet=True,
        ),
        Step(
            "remove",
            "Enter a removal for cause",
            "Stockholders remove a director, and only for cause; the Board itself removes nobody.",
            remove,
            RemovalForm,
            may=sits_still,
            quiet=True,
        ),
    )
    beginnings = (
        Step(
            "fill",
            "Fill a vacancy",
            "The Board appoints by its act. The term follows from the class: it runs to the next "
            "annual meeting at which that class is elected.",
            fill_vacancy,
            VacancyForm,
            may=lambda user, _: user.is_secretary,
        ),
    )

    def get_fields(self, request, obj=None):
        return [*self.fields, "ended_by", "resigned_on", "cause"] if obj else self.fields


@admin.register(Term)
class TermAdmin(DatedAdmin):
    """A director is elected again: the class says until when."""

    list_display = ["directorship", "since", "how", "ends_in"]
    list_filter = ["how", "ends_in"]
    list_select_related = ["directorship__person"]
    search_fields = ["directorship__person__family_name", "directorship__person__given_name"]
    autocomplete_fields = ["directorship"]
    fields = ["directorship", "since", "how"]
    enter = staticmethod(operations.give_term)

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(AnnualMeeting)
class AnnualMeetingAdmin(DatedAdmin):
    """When the stockholders meet: terms, hold-overs and cure periods follow from it."""

    list_display = ["year", "day", "held"]
    fields = ["year", "day", "held"]
    later = ["day", "held"]
    enter = staticmethod(operations.plan_annual_meeting)
    amend = staticmethod(operations.amend_annual_meeting)


@admin.register(ClassElection)
class ClassElectionAdmin(DatedAdmin):
    """A year in which each class is elected; the others follow."""

    list_display = ["director_class", "year"]
    fields = ["director_class", "year"]
    later = ["year"]
    enter = staticmethod(operations.elect_class_in)
    amend = staticmethod(operations.amend_class_election)


class DesignationForm(RoomForm):
    """Who leads from a day on. That somebody may not lead at all comes before an overlap."""

    def clean(self):
        told = super().clean()
        asked = [told.get(name) for name in ("person", "role", "since")]
        if all(asked) and not self.refusal:
            try:
                operations.check_may_lead(*asked)
            except Refused as refusal:
                self.add_error(None, cited(refusal))
        return told

    def _get_validation_exclusions(self):
        refused = {"role"} if NON_FIELD_ERRORS in self._errors else set()
        return super()._get_validation_exclusions() | refused


@admin.register(Designation)
class DesignationAdmin(AboutPerson):
    form = DesignationForm
    list_display = ["person", "role", "since", "until"]
    list_filter = ["role"]
    fields = ["person", "role", "since", "until"]
    enter = staticmethod(operations.designate)
    amend = staticmethod(operations.amend_designation)


@admin.register(AuthorisedSeats)
class AuthorisedSeatsAdmin(DatedAdmin):
    """Another number from another day is another row; a slip of the pen is corrected."""

    list_display = ["since", "number", "class_i", "class_ii", "class_iii"]
    fields = ["since", "number", "class_i", "class_ii", "class_iii"]
    later = ["number", "class_i", "class_ii", "class_iii"]
    enter = staticmethod(operations.authorise_seats)
    amend = staticmethod(operations.correct_seats)
