"""What holds of the Company, and what is to be told outside, as the secretary's office keeps it."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from governance.acting import ActingAdmin, Step, StepForm
from governance.admin import DatedAdmin
from governance.board import filing, operations
from governance.board.admin.composition import day_field
from governance.board.models import CompanyStatus, Filing, Item
from governance.filings import filing_status
from governance.verdicts import said_status


@admin.register(CompanyStatus)
class CompanyStatusAdmin(DatedAdmin):
    """What holds of the Company for a time, and what the rules ask less or more for it."""

    list_display = ["kind", "since", "until"]
    list_filter = ["kind"]
    autocomplete_fields = ["act"]
    fields = ["kind", "act", "since", "until"]
    later = ["since", "until"]
    enter = staticmethod(operations.enter_company_status)
    amend = staticmethod(operations.amend_company_status)


class FiledForm(StepForm):
    """When it was filed, and under which reference."""

    filed_on = day_field("Filed on")
    told = forms.CharField(
        required=False,
        max_length=300,
        label="Reference",
        help_text="The accession number, or where the letter is kept.",
        widget=UnfoldAdminTextInputWidget(),
    )


class NoticeForm(FiledForm):
    """The notice to the exchange; what is material is also reported on Form 8-K."""

    material = forms.BooleanField(
        required=False,
        label="The noncompliance is material",
        help_text="Item 3.01 of Form 8-K is then listed, due four business days later.",
        widget=UnfoldBooleanWidget(),
    )


class NotNeededForm(StepForm):
    """Why nothing has to be filed."""

    told = forms.CharField(
        max_length=300, label="Why not", required=False, widget=UnfoldAdminTextInputWidget()
    )


def not_needed(row, *, by, on, told):
    filing.settle(row, filed_on=on, needed=False, told=told, by=by, on=on)
    return "It is written down that nothing had to be filed."


def is_open(user, row):
    return row.settled_on is None and filing.may_file(user, user.today)


def is_open_notice(user, row):
    return row.item == Item.NOTICE and is_open(user, row)


def is_open_report(user, row):
    return row.item != Item.NOTICE and is_open(user, row)


@admin.register(Filing)
class FilingAdmin(ActingAdmin):
    """What has to be told outside, by when, and what was filed; listed by the portal itself."""

    writes = False
    list_display = ["item", "about", "event_on", "due_on", "stands", "settled_on"]
    list_filter = ["item", ("settled_on", admin.EmptyFieldListFilter)]
    fields = ["item", "about", "event_on", "due_on", "stands", "settled_on", "needed", "told"]
    readonly_fields = ["stands"]
    list_display_links = ["item", "about"]
    steps = (
        Step(
            "notified",
            "The exchange has been told",
            "The exchange is told of any noncompliance promptly (L-28).",
            filing.settle,
            NoticeForm,
            may=is_open_notice,
            said="It is written down that the exchange was told.",
        ),
        Step(
            "filed",
            "It was filed",
            "Four business days after the event, the event's own day not counted (L-51).",
            filing.settle,
            FiledForm,
            may=is_open_report,
            said="It is written down as filed.",
        ),
        Step(
            "not-needed",
            "Nothing had to be filed",
            "The reason is kept, with your name and the day.",
            not_needed,
            NotNeededForm,
            may=is_open,
            quiet=True,
        ),
    )

    @admin.display(description="Stands")
    def stands(self, row):
        """The status on the reader's day; one business day of grace for the exchange (L-28)."""
        if row.needed is False:
            return "not needed"
        grace = 1 if row.item == Item.NOTICE else 0
        status = filing_status(row.due_on, row.settled_on, timezone.localdate(), grace)
        return said_status(status)
