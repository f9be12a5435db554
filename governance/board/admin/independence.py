"""Questionnaires, examinations and determinations, as the Corporate Secretary keeps them (M-07)."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from governance.acting import ActingAdmin, HiddenPart, SecretaryPart, Step, StepForm
from governance.admin import PickedRows, RoomAdmin, RoomForm
from governance.board import examining
from governance.board.access import nominating_committee
from governance.board.admin.composition import AboutPerson, act_field
from governance.board.admin.facts import move_open
from governance.board.models import Cycle, Determination, Examination, Fact, Questionnaire
from governance.money import said_dollars
from governance.records.admin import said_act
from governance.records.models import Act
from governance.words import said_long_day

FOUND = ((True, "Independent"), (False, "Not independent"))


def said_fact(fact):
    """A fact among the choices of whoever weighs it; its door was passed already."""
    of = f" ({fact.relative})" if fact.relative else ""
    amount = said_dollars(fact.amount) if fact.amount else ""
    days = f"{'on' if fact.amount else 'from'} {said_long_day(fact.since)}"
    what = [fact.get_kind_display(), str(fact.organisation or ""), amount, days]
    return f"{fact.person}{of}: {', '.join(filter(None, what))}"


def facts_weighed(reader):
    """Confirmed facts that the reader may see."""
    rows = Fact.objects.visible_to(reader).confirmed()
    rows = rows.select_related("person", "relative", "organisation")
    return rows.order_by("person__family_name", "since")


class FactBoxes(UnfoldAdminCheckboxSelectMultipleWidget):
    """Facts to tick, each with the key of whom it is about."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        fact = getattr(value, "instance", None)
        if fact is not None:
            option["attrs"]["data-person"] = str(fact.person_id)
        return option


def facts_field():
    return PickedRows(queryset=None, required=False, label="Facts considered", widget=FactBoxes())


class NoteForm(StepForm):
    """What counsel's review found."""

    note = forms.CharField(
        required=False,
        max_length=4000,
        label="Counsel's note",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


def finding_field():
    return forms.TypedChoiceField(
        choices=FOUND,
        coerce=lambda said: said == "True",
        label="The director is",
        widget=UnfoldAdminSelectWidget(),
    )


class RecommendationForm(StepForm):
    """What the nominating committee recommends, and by which act."""

    independent = finding_field()
    act = act_field("Act of the committee")

    def offer(self):
        committee = nominating_committee()
        acts = Act.objects.visible_to(self.reader).exclude(committee=None)
        self.fields["act"].queryset = acts.filter(committee=committee)
        self.fields["act"].label_from_instance = said_act


class FindingForm(StepForm):
    """What the Board determined, by which act, and what it considered."""

    independent = finding_field()
    act = act_field("Act of the Board")
    facts = facts_field()
    basis = forms.CharField(
        required=False,
        label="What else the Board considered",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    considered_pay = forms.BooleanField(
        required=False,
        label="The source of the director's compensation was considered",
        widget=UnfoldBooleanWidget(),
    )
    considered_affiliation = forms.BooleanField(
        required=False,
        label="Affiliation with the Company was considered",
        widget=UnfoldBooleanWidget(),
    )

    def offer(self):
        self.fields["facts"].queryset = facts_weighed(self.reader).filter(
            person=self.subject.person
        )
        self.fields["facts"].label_from_instance = said_fact
        self.fields["act"].queryset = Act.objects.visible_to(self.reader).of_the_board()
        self.fields["act"].label_from_instance = said_act


def note_review(examination, *, by, on, note):
    examining.note_counsels_review(examination, note=note, by=by, at=timezone.now())
    return "Counsel's review is noted."


def recommend(examination, *, by, on, independent, act):
    examining.recommend(
        examination,
        independent=independent,
        act=act,
        committee=nominating_committee(),
        by=by,
        at=timezone.now(),
    )
    return "The recommendation is entered. The value changes when the Board determines."


def determine(examination, *, by, on, **found):
    row = examining.determine(
        person=examination.person,
        standard=examination.standard,
        **found,
        by=by,
        at=timezone.now(),
    )
    return f"Determined. It holds until {said_long_day(row.expires_on)}."


def open_round(_, *, by, on):
    cycle = examining.open_cycle(by=by, at=timezone.now())
    asked = Questionnaire.objects.known_to(by).filter(cycle=cycle).count()
    return f"The round is open: {asked} directors have been asked."


@admin.register(Cycle)
class CycleAdmin(SecretaryPart, ActingAdmin):
    list_display = ["opened_on", "opened_by"]
    list_select_related = ["opened_by__person"]
    fields = ["opened_on", "opened_by"]
    writes = False
    beginnings = (
        Step(
            "open",
            "Open the yearly round",
            "Every director gets a letter and is asked the yearly questions. Examinations that an "
            "earlier round left open are superseded.",
            open_round,
        ),
    )


@admin.register(Questionnaire)
class QuestionnaireAdmin(HiddenPart, RoomAdmin):
    """How the round stands. Answers are never shown here (G-COI-01)."""

    list_display = ["person", "cycle", "state", "sent_on", "returned_on"]
    list_filter = ["state"]
    list_select_related = ["person", "cycle"]
    search_fields = ["person__family_name", "person__given_name"]
    fields = ["person", "state", "sent_on", "returned_on"]
    writes = False

    def get_queryset(self, request):
        """That it is there and how it stands; the office knows as much (access table)."""
        rows = self.model._default_manager.known_to(request.user)
        return rows.order_by(*self.get_ordering(request) or ["-sent_on"])


@admin.register(Examination)
class ExaminationAdmin(SecretaryPart, ActingAdmin):
    """One director under one standard, step by step to the Board's act."""

    list_display = ["person", "standard", "state", "cycle"]
    list_filter = ["state", "standard", "cycle"]
    list_select_related = ["person", "cycle"]
    search_fields = ["person__family_name", "person__given_name"]
    fields = [
        ("person", "standard"),
        ("cycle", "state"),
        "tests",
        "counsel_note",
        ("recommends", "recommended_by"),
        "determination",
    ]
    readonly_fields = ["tests"]
    writes = False
    steps = (
        Step(
            "counsel-note",
            "Note counsel's review",
            "Counsel has looked at the facts and the tests.",
            note_review,
            NoteForm,
            may=move_open("counsel_note"),
        ),
        Step(
            "recommend",
            "Enter the recommendation",
            "What the Nominating and Governance Committee recommends to the Board.",
            recommend,
            RecommendationForm,
            may=move_open("recommend"),
            quiet=True,
        ),
        Step(
            "determine",
            "Enter the determination",
            "The Board's finding is written once. A later finding is another one.",
            determine,
            FindingForm,
            may=move_open("determine"),
        ),
    )

    @admin.display(description="Tests")
    def tests(self, examination):
        said = [
            f"{name}: {examination.results[test]}"
            for test, name in examining.TESTS.items()
            if test in examination.results
        ]
        return "; ".join(said) or "They are run when the questionnaire is returned."

    def about(self, examination):
        return f"{examination.person}: standard “{examination.get_standard_display()}”"


class DeterminationForm(RoomForm):
    """A finding of the Board; the facts that it considered are named.

    The page offers those of the person chosen; without scripts, everybody's.
    """

    class Media:
        js = ["js/facts.js"]

    facts = facts_field()


@admin.register(Determination)
class DeterminationAdmin(AboutPerson):
    """Locked when made: a later finding is another row."""

    form = DeterminationForm
    list_display = ["person", "standard", "independent", "determined_on", "expires_on"]
    list_filter = ["standard", "independent"]
    autocomplete_fields = ["person", "act"]
    fields = [
        "person",
        "standard",
        "independent",
        "act",
        "basis",
        "considered_pay",
        "considered_affiliation",
    ]

    def get_fields(self, request, obj=None):
        return self.fields if obj else [*self.fields[:4], "facts", *self.fields[4:]]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "facts" in form.base_fields:
            # A field of its own: the one that is declared serves every reader.
            facts = form.base_fields["facts"] = facts_field()
            facts.queryset = facts_weighed(request.user)
            facts.label_from_instance = said_fact
        return form

    def enter(self, *, on, **facts):
        return examining.determine(**facts, at=timezone.now())

    def has_change_permission(self, request, obj=None):
        return False
