"""Committees, who sits on them, their charters and what the Board has delegated to them."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from governance.acting import ActingAdmin, Step, StepForm
from governance.admin import DatedAdmin
from governance.board.admin.composition import act_field
from governance.board.admin.facts import move_open
from governance.committees import operations, watching
from governance.committees.charters import DRAFTS, Computed, Tag
from governance.committees.models import (
    Attestation,
    BoardException,
    Charter,
    Committee,
    CureCase,
    Delegation,
    Seat,
)
from governance.records.admin import said_act
from governance.records.models import Act


@admin.register(Committee)
class CommitteeAdmin(DatedAdmin):
    list_display = ["name", "kind", "since", "until"]
    search_fields = ["name"]
    autocomplete_fields = ["act"]
    fields = ["name", "kind", "mandate", "act", "since", "until"]
    later = ["name", "mandate", "since", "until"]
    enter = staticmethod(operations.form_committee)
    amend = staticmethod(operations.amend_committee)


@admin.register(Seat)
class SeatAdmin(DatedAdmin):
    list_display = ["person", "committee", "chairs", "financial_expert", "since", "until"]
    list_filter = ["chairs"]
    list_select_related = ["person", "committee"]
    search_fields = ["person__family_name", "person__given_name", "committee__name"]
    autocomplete_fields = ["person", "committee", "exceptional_by"]
    fields = [
        "person",
        "committee",
        "chairs",
        "financial_expert",
        "exceptional_by",
        "since",
        "until",
    ]
    enter = staticmethod(operations.seat_member)
    amend = staticmethod(operations.amend_seat)


class SectionForm(StepForm):
    """A section of a draft."""

    title = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget())
    tag = forms.ChoiceField(
        label="Is about",
        choices=[("", "Something else"), *Tag.choices],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    text = forms.CharField(max_length=50_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 14}))


class CriterionForm(StepForm):
    """What the charter asks of each member."""

    code = forms.SlugField(
        max_length=40,
        help_text="A short word, such as no-other-audit-committees.",
        widget=UnfoldAdminTextInputWidget(),
    )
    text = forms.CharField(max_length=300, widget=UnfoldAdminTextInputWidget())
    computed = forms.ChoiceField(
        label="Answered by the record",
        choices=[("", "No: it is attested of each member"), *Computed.choices],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )


class CommitteeActForm(StepForm):
    """The committee's act that recommends it."""

    act = act_field("Act of the committee")

    def offer(self):
        acts = Act.objects.visible_to(self.reader).filter(committee=self.subject.committee_id)
        self.fields["act"].queryset = acts
        self.fields["act"].label_from_instance = said_act


class BoardActForm(StepForm):
    """The Board's act that adopts it."""

    act = act_field("Act of the Board")

    def offer(self):
        self.fields["act"].queryset = Act.objects.visible_to(self.reader).of_the_board()
        self.fields["act"].label_from_instance = said_act


class DayForm(StepForm):
    """From when."""

    day = forms.DateField(label="Day", widget=UnfoldAdminDateWidget())


class ReviewForm(StepForm):
    """When the charter was looked at, and whether it has to change."""

    day = forms.DateField(label="Reviewed on", widget=UnfoldAdminDateWidget())
    change_needed = forms.BooleanField(
        required=False, label="A change is needed", widget=UnfoldBooleanWidget()
    )


def write_section(charter, *, by, on, **section):
    operations.write_section(charter, **section, by=by, at=timezone.now())


def ask_of_members(charter, *, by, on, **criterion):
    operations.ask_of_members(charter, **criterion, by=by, at=timezone.now())


def recommend(charter, *, by, on, act):
    operations.recommend_charter(charter, act=act, by=by, at=timezone.now())


def put_before_board(charter, *, by, on):
    operations.put_charter_before_board(charter, by=by, at=timezone.now())


def adopt(charter, *, by, on, act):
    operations.adopt_charter(charter, act=act, by=by, at=timezone.now())


def put_in_force(charter, *, by, on, day):
    operations.put_charter_in_force(charter, since=day, by=by, at=timezone.now())


def retire(charter, *, by, on, day):
    operations.retire_charter(charter, until=day, by=by, at=timezone.now())


def review(charter, *, by, on, day, change_needed):
    operations.review_charter(charter, reviewed_on=day, change_needed=change_needed, by=by, on=on)


def is_draft(user, charter):
    return charter.state in DRAFTS


def is_in_force(user, charter):
    return user.is_secretary and charter.state == "in_force"


@admin.register(Charter)
class CharterAdmin(ActingAdmin, DatedAdmin):
    """A version of a charter, step by step to the Board's adoption (M-13)."""

    list_display = ["committee", "version", "state", "since", "until"]
    list_filter = ["state", "committee"]
    list_select_related = ["committee"]
    fields = ["committee", "version", "state", "since", "until", "written", "asked"]
    readonly_fields = ["state", "since", "until", "written", "asked"]
    later = ()
    steps = (
        Step(
            "section",
            "Write a section",
            "A charter says policies, responsibilities, and what qualifies a member.",
            write_section,
            SectionForm,
            may=is_draft,
            quiet=True,
        ),
        Step(
            "criterion",
            "Ask something of members",
            "Each member is asked it from the day the charter is in force.",
            ask_of_members,
            CriterionForm,
            may=is_draft,
            quiet=True,
        ),
        Step(
            "recommend",
            "Enter the committee's recommendation",
            "The committee recommends; the Board adopts.",
            recommend,
            CommitteeActForm,
            may=move_open("recommend"),
            quiet=True,
        ),
        Step(
            "board",
            "Put before the Board",
            "The Board looks at these words.",
            put_before_board,
            may=move_open("put_before_board"),
        ),
        Step(
            "adopt",
            "Enter the adoption",
            "From here on the words are fixed. A later change is another version.",
            adopt,
            BoardActForm,
            may=move_open("adopt"),
        ),
        Step(
            "in-force",
            "Put in force",
            "The version before it is superseded from the same day, and stays readable.",
            put_in_force,
            DayForm,
            may=move_open("put_in_force"),
        ),
        Step(
            "review",
            "Enter a review",
            "The charters of the Audit and the Compensation Committee are reviewed each year.",
            review,
            ReviewForm,
            may=is_in_force,
        ),
        Step(
            "retire",
            "Retire",
            "A further committee's charter ends; those of the standing committees do not.",
            retire,
            DayForm,
            may=move_open("retire"),
            quiet=True,
        ),
    )

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["committee", "version"]

    def get_readonly_fields(self, request, obj=None):
        return self.fields if obj else []

    def enter(self, *, on, **facts):
        return operations.draft_charter(**facts, at=timezone.now())

    @admin.display(description="Sections")
    def written(self, charter):
        rows = charter.sections.all()
        return "; ".join(
            f"{row.title} ({row.get_tag_display()})" if row.tag else row.title for row in rows
        )

    @admin.display(description="Asked of members")
    def asked(self, charter):
        return "; ".join(row.text for row in charter.criteria.all())


@admin.register(Delegation)
class DelegationAdmin(DatedAdmin):
    """What the Board has handed to a committee, as far as the law lets it."""

    list_display = ["committee", "function", "since", "until"]
    list_filter = ["function"]
    list_select_related = ["committee"]
    autocomplete_fields = ["committee", "act"]
    fields = ["committee", "function", "scope", "limits", "act", "since", "until"]
    later = ["until"]
    enter = staticmethod(operations.delegate)
    amend = staticmethod(operations.amend_delegation)


@admin.register(Attestation)
class AttestationAdmin(DatedAdmin):
    """Whether a member meets what the charter, or the law, asks."""

    list_display = ["seat", "code", "holds", "found_on"]
    list_filter = ["holds"]
    list_select_related = ["seat__person", "seat__committee"]
    autocomplete_fields = ["seat"]
    fields = ["seat", "code", "holds", "found_on"]
    enter = staticmethod(operations.attest)

    def has_change_permission(self, request, obj=None):
        return False


class ControlForm(StepForm):
    """Whether the loss was beyond the director's reasonable control."""

    beyond_control = forms.TypedChoiceField(
        label="The loss was",
        choices=((True, "beyond the director's control"), (False, "within it: there is no cure")),
        coerce=lambda said: said == "True",
        widget=UnfoldAdminSelectWidget(),
    )


def tell_exchange(case, *, by, on):
    watching.notify_exchange(case, by=by, at=timezone.now())


def say_control(case, *, by, on, beyond_control):
    watching.say_control(case, beyond_control=beyond_control, by=by, at=timezone.now())


@admin.register(CureCase)
class CureCaseAdmin(ActingAdmin):
    """Opened and ended by the system; what people tell of it is told here (M-17)."""

    list_display = ["rule", "committee", "person", "event_on", "state", "notice_due_on"]
    list_filter = ["state", "rule"]
    list_select_related = ["committee", "person"]
    fields = [
        "rule",
        "committee",
        "event",
        "person",
        "event_on",
        "state",
        "beyond_control",
        "notice_due_on",
        "notified_on",
        "reckoned",
        "ended_on",
    ]
    readonly_fields = ["reckoned"]
    writes = False
    steps = (
        Step(
            "notify",
            "The exchange has been told",
            "The exchange is told of it promptly after an Executive Officer knows (L-28).",
            tell_exchange,
            may=move_open("notify"),
        ),
        Step(
            "control",
            "Say how independence was lost",
            "Only a loss beyond the director's reasonable control can be cured.",
            say_control,
            ControlForm,
            may=lambda user, case: case.event == "independence" and case.ended_on is None,
            quiet=True,
        ),
    )

    # Whose independence was lost, and by which day's fact, is for the few (AC-OWN).
    FOR_THE_FEW = ("person", "event_on")

    def told(self, request, names):
        few = () if request.user.is_secretary else self.FOR_THE_FEW
        return [name for name in names if name not in few]

    def get_list_display(self, request):
        return self.told(request, self.list_display)

    def get_fields(self, request, obj=None):
        return self.told(request, self.fields)

    @admin.display(description="Deadlines as reckoned")
    def reckoned(self, case):
        return "; ".join(
            f"{row.deadline:%-d %B %Y} (reckoned {row.reckoned_on:%-d %B %Y})"
            for row in case.deadlines.all()
        )


@admin.register(BoardException)
class BoardExceptionAdmin(DatedAdmin):
    """An exception that the Board made to a provision of its guidelines, until a day."""

    list_display = ["provision", "committee", "since", "until"]
    list_select_related = ["committee"]
    autocomplete_fields = ["committee", "act"]
    fields = ["provision", "committee", "act", "reason", "since", "until"]
    later = ["until"]
    enter = staticmethod(operations.except_from)
    amend = staticmethod(operations.amend_exception)
