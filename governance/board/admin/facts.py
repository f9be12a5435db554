"""What is known of directors and their families: the Corporate Secretary's alone (AC-OWN)."""

import json

from django import forms
from django.contrib import admin, messages
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from governance.acting import ActingAdmin, SecretaryPart, Step, StepForm
from governance.admin import DatedAdmin, RoomForm
from governance.board import reporting
from governance.board.admin.composition import AboutPerson, day_field
from governance.board.admin.importing import SheetAdmin
from governance.board.imports import FactSheet
from governance.board.models import (
    ChangeReport,
    CounselInvitation,
    Fact,
    Organisation,
    OrganisationYear,
    Relative,
)
from governance.board.moves import FactState, may_keep
from governance.money import said_dollars
from governance.people.models import Person
from governance.records.moves import moves_open_to
from governance.refusals import Refused
from governance.words import said_long_day


class FactForm(RoomForm):
    """A fact. Which particulars belong to its kind the verb says, in better words than a rule's."""

    class Media:
        js = ["js/facts.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            # By this the page shows the particulars of the kind chosen, and no others.
            self.fields["kind"].widget.attrs["data-particulars"] = json.dumps(asked_of_kinds())

    def _get_validation_exclusions(self):
        return {field.name for field in self._meta.model._meta.fields}


def asked_of_kinds():
    """The fields that each kind of fact may fill; an amount has one day."""
    return {
        kind: [*names, *([] if kind in reporting.ONE_DAY else ["until"])]
        for kind, names in reporting.PARTICULARS.items()
    }


class WhyForm(StepForm):
    """Why a fact does not count."""

    why = forms.CharField(
        required=False,
        max_length=1000,
        label="Why",
        help_text="The fact stays on record, with this sentence.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class EndForm(StepForm):
    """From which day on it is no longer so."""

    until = day_field("The first day it was no longer so")


def move_open(name):
    """Whether the row's move of that name is open to the account."""

    def may(user, subject):
        return name in {move.name for move in moves_open_to(subject, user, user.today)}

    return may


def confirm(fact, *, by, on):
    reporting.confirm_fact(fact, by=by, at=timezone.now())
    return "Confirmed: it counts from the day it was true."


def set_aside(fact, *, by, on, why):
    reporting.set_aside(fact, why=why, by=by, at=timezone.now())
    return "Set aside: it no longer counts."


def end(fact, *, by, on, until):
    row = reporting.end_fact(fact, until=until, by=by, on=on)
    return f"It ended on {said_long_day(row.until)}."


def lasts(user, fact):
    """A confirmed fact that has a time, kept by the account."""
    confirmed = fact.state == FactState.CONFIRMED and fact.kind not in reporting.ONE_DAY
    return confirmed and may_keep(user, fact, user.today)


class AboutWhom(admin.SimpleListFilter):
    """Whose rows the list has, as far as the reader may see them."""

    title = "person"
    parameter_name = "person"

    def lookups(self, request, model_admin):
        rows = model_admin.get_queryset(request)
        people = Person.objects.visible_to(request.user).filter(pk__in=rows.values("person"))
        return [(str(one.pk), one.name) for one in people]

    def queryset(self, request, queryset):
        offered = {key for key, _ in self.lookup_choices}
        if self.value() is None:
            return queryset
        return queryset.filter(person=self.value()) if self.value() in offered else queryset.none()


@admin.register(Fact)
class FactAdmin(SecretaryPart, SheetAdmin, ActingAdmin, AboutPerson):
    """Entered as known; what a director told is confirmed or set aside."""

    form = FactForm
    sheet = FactSheet
    list_display = ["person", "kind", "concerns", "since", "until", "dollars", "state"]
    list_filter = ["state", "kind", AboutWhom]
    list_select_related = ["person", "relative", "organisation"]
    autocomplete_fields = ["person", "relative", "organisation"]
    actions = ["confirm_facts"]
    fields = [
        ("person", "kind"),
        ("relative", "organisation"),
        ("since", "until"),
        ("amount", "purpose"),
        ("by_company", "position"),
        "percent",
        ("executive", "interim"),
        ("prepared_statements", "on_our_audit"),
        "note",
    ]
    grouped = [
        ("What is so, and of whom", {"fields": [("person", "relative"), "kind"]}),
        ("When", {"fields": [("since", "until")]}),
        (
            "What belongs to its kind",
            {
                "fields": [
                    ("organisation", "position"),
                    ("amount", "purpose"),
                    ("by_company", "percent"),
                    ("executive", "interim"),
                    ("prepared_statements", "on_our_audit"),
                ],
                "description": "An amount: how much and what for. A position: where, and as what. "
                "A payment: with whom, how much, and which way. Employment: as what. "
                "Leave empty what does not belong.",
            },
        ),
        ("Where it is known from", {"fields": ["note"]}),
    ]
    later = ()
    steps = (
        Step(
            "confirm",
            "Confirm",
            "It is so. From the day it was true it counts, and may rule independence out.",
            confirm,
            may=move_open("confirm"),
        ),
        Step(
            "end",
            "Say when it ended",
            "What is looked back on for three years runs from that day.",
            end,
            EndForm,
            may=lasts,
            quiet=True,
        ),
        Step(
            "set-aside",
            "Set aside",
            "It is not so, or was entered wrongly: it stops counting and stays on record.",
            set_aside,
            WhyForm,
            may=move_open("set_aside"),
            quiet=True,
        ),
    )

    def get_fields(self, request, obj=None):
        return [*self.fields, ("state", "settled_on"), "why"] if obj else self.fields

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": self.get_fields(request, obj)})] if obj else self.grouped

    def get_readonly_fields(self, request, obj=None):
        told = [one for one in self.get_fields(request, obj) if obj]
        return [name for one in told for name in ([one] if isinstance(one, str) else one)]

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request)

    def enter(self, *, on, **facts):
        return reporting.enter_fact(**facts, at=timezone.now())

    @admin.display(description="Concerns")
    def concerns(self, fact):
        return " / ".join(str(one) for one in (fact.relative, fact.organisation) if one) or "–"

    @admin.display(description="Amount", ordering="amount")
    def dollars(self, fact):
        return "–" if fact.amount is None else said_dollars(fact.amount)

    def about(self, fact):
        return f"{fact.person}: {fact.get_kind_display()}, {said_long_day(fact.since)}"

    @admin.action(description="Confirm")
    def confirm_facts(self, request, queryset):
        """Each by itself: what may not be confirmed is named, and the others are."""
        for fact in queryset.select_related("person"):
            try:
                confirm(fact, by=request.user, on=request.user.today)
            except Refused as refusal:
                self.tell(request, f"{self.about(fact)}: {refusal}", messages.WARNING)
            else:
                self.tell(request, f"{self.about(fact)}: confirmed.")


@admin.register(Relative)
class RelativeAdmin(SecretaryPart, AboutPerson):
    """Family and household, as far as a fact speaks of them (L-02)."""

    list_display = ["name", "link", "person", "shares_home", "since", "until"]
    list_filter = ["link", "shares_home"]
    search_fields = [*AboutPerson.search_fields, "name"]
    fields = [
        "person",
        ("name", "link"),
        ("shares_home", "of_age_on"),
        ("since", "until"),
    ]
    later = ("name", "link", "shares_home", "of_age_on", "since", "until")
    enter = staticmethod(reporting.enter_relative)
    amend = staticmethod(reporting.amend_relative)

    def get_readonly_fields(self, request, obj=None):
        return ["person"] if obj else []


@admin.register(Organisation)
class OrganisationAdmin(SecretaryPart, DatedAdmin):
    """Where directors and their relatives have something to do (L-06)."""

    list_display = ["name", "services"]
    list_filter = ["services"]
    search_fields = ["name"]
    fields = ["name", "services"]
    later = ("name", "services")
    enter = staticmethod(reporting.enter_organisation)
    amend = staticmethod(reporting.amend_organisation)


@admin.register(OrganisationYear)
class OrganisationYearAdmin(SecretaryPart, DatedAdmin):
    """What an organisation earned in a fiscal year that is over (L-06)."""

    list_display = ["organisation", "start", "end", "dollars"]
    list_filter = ["organisation"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name"]
    autocomplete_fields = ["organisation"]
    fields = ["organisation", ("start", "end"), "revenue"]
    enter = staticmethod(reporting.enter_organisation_year)

    @admin.display(description="Gross revenues", ordering="revenue")
    def dollars(self, year):
        return said_dollars(year.revenue)

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(ChangeReport)
class ChangeReportAdmin(SecretaryPart, AboutPerson):
    """Written once: until the Board determines again, the director's value is stale (M-07)."""

    list_display = ["person", "reported_on"]
    list_filter = [AboutWhom]
    fields = ["person", "text"]

    def get_fields(self, request, obj=None):
        return [*self.fields, "reported_on", "reported_by"] if obj else self.fields

    def has_change_permission(self, request, obj=None):
        return False

    def enter(self, *, on, **facts):
        return reporting.report_change(**facts, at=timezone.now())


@admin.register(CounselInvitation)
class CounselInvitationAdmin(SecretaryPart, AboutPerson):
    """Whom the nominating committee's chair has let in; the chair invites, on the workbench."""

    list_display = ["person", "since", "until", "invited_by"]
    list_select_related = ["person", "invited_by__person"]
    fields = ["person", "since", "until", "invited_by"]
    writes = False
