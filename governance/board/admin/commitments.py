"""What directors do elsewhere, as they have told it (G-ATT-01)."""

from django.contrib import admin

from governance.admin import RoomAdmin
from governance.board.models import Commitment


@admin.register(Commitment)
class CommitmentAdmin(RoomAdmin):
    """Read here, as far as the door goes; each director tells their own."""

    list_display = ["person", "organisation", "role", "public_company", "since", "until"]
    list_filter = ["public_company"]
    list_select_related = ["person"]
    search_fields = ["person__family_name", "person__given_name", "organisation"]
    fields = ["person", "organisation", "role", "public_company", "since", "until"]
    writes = False
