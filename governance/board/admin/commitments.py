"""What directors do elsewhere; the Corporate Secretary keeps it for them (G-ATT-01)."""

from datetime import date

from django import forms
from django.contrib import admin
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget

from governance.acting import ActingAdmin, Step, StepForm
from governance.admin import RoomForm
from governance.board import engagements
from governance.board.admin.composition import AboutPerson, day_field
from governance.board.forms import YES_NO
from governance.board.models import Commitment
from governance.board.moves import may_keep
from governance.words import said_long_day


class CommitmentForm(RoomForm):
    """An engagement, and whether it relates the director to the Company (L-03 to L-08)."""

    relates = forms.TypedChoiceField(
        label="Related to the Company",
        choices=[("", "Choose…"), *YES_NO],
        coerce=lambda said: said == "yes",
        widget=UnfoldAdminSelectWidget(),
        help_text="Does the Company pay or receive money from it, or is somebody of the Company on "
        "its pay committee? If so, a change is reported: independence is looked at again.",
    )


class EndForm(StepForm):
    """From which day on it is no more."""

    until = day_field("The first day on which it is no more")


class DayForm(StepForm):
    """A day that the engagement takes."""

    day = day_field("A day that it takes")


class FreeForm(StepForm):
    """A day that it takes no more."""

    day = forms.TypedChoiceField(
        label="Day", coerce=date.fromisoformat, widget=UnfoldAdminSelectWidget()
    )

    def offer(self):
        days = [one.day for one in self.subject.days.order_by("day")]
        self.fields["day"].choices = [(day.isoformat(), said_long_day(day)) for day in days]


def end(commitment, *, by, on, until):
    row = engagements.end_commitment(commitment, until=until, by=by, on=on)
    return f"From {said_long_day(row.until)} on it is no more."


def note(commitment, *, by, on, day):
    engagements.note_day(commitment, day=day, by=by, on=on)
    return f"{said_long_day(day)} is noted."


def free(commitment, *, by, on, day):
    engagements.forget_day(commitment, day=day, by=by, on=on)
    return f"{said_long_day(day)} is free again."


def keeps(user, commitment):
    """The Corporate Secretary, for a director other than themselves."""
    return may_keep(user, commitment, user.today)


def lasts(user, commitment):
    over = commitment.until is not None and commitment.until <= user.today
    return not over and keeps(user, commitment)


@admin.register(Commitment)
class CommitmentAdmin(ActingAdmin, AboutPerson):
    """Read as far as the door goes. That they leave the time, only directors themselves confirm."""

    form = CommitmentForm
    list_display = ["person", "organisation", "role", "public_company", "since", "until"]
    list_filter = ["public_company"]
    search_fields = [*AboutPerson.search_fields, "organisation"]
    fields = ["person", ("organisation", "role"), "public_company", ("since", "until")]
    steps = (
        Step(
            "end",
            "Say when it ends",
            "From that day on the engagement is no more; the register keeps that it was.",
            end,
            EndForm,
            may=lasts,
        ),
        Step(
            "note",
            "Note a day that it takes",
            "The director sees when that day is one of a meeting here.",
            note,
            DayForm,
            may=lasts,
            quiet=True,
        ),
        Step(
            "free",
            "Free a day",
            "It does not ask for the director that day after all.",
            free,
            FreeForm,
            may=lambda user, commitment: keeps(user, commitment) and commitment.days.exists(),
            quiet=True,
        ),
    )

    def get_fields(self, request, obj=None):
        return self.fields if obj else [*self.fields, "relates"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and request.user.is_secretary

    def has_change_permission(self, request, obj=None):
        return False

    def enter(self, *, on, **facts):
        return engagements.add_commitment(**facts, at=timezone.now())

    def about(self, commitment):
        return f"{commitment.person}: {commitment.role}, {commitment.organisation}"
