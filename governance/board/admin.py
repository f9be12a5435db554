"""Directors, who leads them, and the determinations of their independence."""

from django.contrib import admin

from governance.admin import DatedAdmin
from governance.board import operations
from governance.board.models import AuthorisedSeats, Designation, Determination, Directorship


class AboutPerson(DatedAdmin):
    """Rows about a person, found by the name."""

    list_select_related = ["person"]
    search_fields = ["person__family_name", "person__given_name"]
    autocomplete_fields = ["person"]


@admin.register(Directorship)
class DirectorshipAdmin(AboutPerson):
    list_display = ["person", "director_class", "since", "until", "term_ends_in"]
    list_filter = ["director_class"]
    fields = ["person", "director_class", "since", "until", "term_ends_in"]
    later = ["since", "until", "term_ends_in"]
    enter = staticmethod(operations.seat_director)
    amend = staticmethod(operations.amend_directorship)


@admin.register(Designation)
class DesignationAdmin(AboutPerson):
    list_display = ["person", "role", "since", "until"]
    list_filter = ["role"]
    fields = ["person", "role", "since", "until"]
    enter = staticmethod(operations.designate)
    amend = staticmethod(operations.amend_designation)


@admin.register(Determination)
class DeterminationAdmin(AboutPerson):
    """Locked when made: a later finding is another row."""

    list_display = ["person", "standard", "independent", "determined_on", "expires_on"]
    list_filter = ["standard", "independent"]
    fields = ["person", "standard", "independent", "determined_on", "expires_on", "basis"]
    enter = staticmethod(operations.enter_determination)

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(AuthorisedSeats)
class AuthorisedSeatsAdmin(DatedAdmin):
    """Another number from another day is another row; a slip of the pen is corrected."""

    list_display = ["since", "number"]
    fields = ["since", "number"]
    later = ["number"]
    enter = staticmethod(operations.authorise_seats)
    amend = staticmethod(operations.correct_seats)
