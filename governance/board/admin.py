"""Directors, who leads them, and the determinations of their independence."""

from django.contrib import admin

from governance.admin import RoomAdmin
from governance.board.models import AuthorisedSeats, Designation, Determination, Directorship


class AboutPerson(RoomAdmin):
    """Rows about a person, found by the name."""

    list_select_related = ["person"]
    search_fields = ["person__family_name", "person__given_name"]
    autocomplete_fields = ["person"]


@admin.register(Directorship)
class DirectorshipAdmin(AboutPerson):
    list_display = ["person", "director_class", "since", "until", "term_ends_in"]
    list_filter = ["director_class"]


@admin.register(Designation)
class DesignationAdmin(AboutPerson):
    list_display = ["person", "role", "since", "until"]
    list_filter = ["role"]


@admin.register(Determination)
class DeterminationAdmin(AboutPerson):
    """Locked when made: a later finding is another row."""

    list_display = ["person", "standard", "independent", "determined_on", "expires_on"]
    list_filter = ["standard", "independent"]

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(AuthorisedSeats)
class AuthorisedSeatsAdmin(RoomAdmin):
    list_display = ["since", "number"]
