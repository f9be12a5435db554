"""Committees, and who sits on them."""

from django.contrib import admin

from governance.admin import DatedAdmin
from governance.committees import operations
from governance.committees.models import Committee, Seat


@admin.register(Committee)
class CommitteeAdmin(DatedAdmin):
    list_display = ["name", "kind", "since", "until"]
    search_fields = ["name"]
    fields = ["name", "kind", "since", "until"]
    later = ["name", "since", "until"]
    enter = staticmethod(operations.form_committee)
    amend = staticmethod(operations.amend_committee)


@admin.register(Seat)
class SeatAdmin(DatedAdmin):
    list_display = ["person", "committee", "chairs", "financial_expert", "since", "until"]
    list_filter = ["chairs"]
    list_select_related = ["person", "committee"]
    search_fields = ["person__family_name", "person__given_name", "committee__name"]
    autocomplete_fields = ["person", "committee"]
    fields = ["person", "committee", "chairs", "financial_expert", "since", "until"]
    enter = staticmethod(operations.seat_member)
    amend = staticmethod(operations.amend_seat)
