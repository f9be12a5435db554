"""Committees, and who sits on them."""

from django.contrib import admin

from governance.admin import RoomAdmin
from governance.committees.models import Committee, Seat


@admin.register(Committee)
class CommitteeAdmin(RoomAdmin):
    list_display = ["name", "kind", "since", "until"]
    search_fields = ["name"]


@admin.register(Seat)
class SeatAdmin(RoomAdmin):
    list_display = ["person", "committee", "chairs", "financial_expert", "since", "until"]
    list_filter = ["chairs"]
    list_select_related = ["person", "committee"]
    search_fields = ["person__family_name", "person__given_name", "committee__name"]
    autocomplete_fields = ["person", "committee"]
