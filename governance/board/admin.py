"""Directors and their terms, who leads them, and what bears on their independence."""

from django.contrib import admin
from django.utils import timezone

from governance.admin import DatedAdmin
from governance.board import operations
from governance.board.examining import determine
from governance.board.models import (
    AnnualMeeting,
    AuthorisedSeats,
    ClassElection,
    Designation,
    Determination,
    Directorship,
    Term,
)


class AboutPerson(DatedAdmin):
    """Rows about a person, found by the name."""

    list_select_related = ["person"]
    search_fields = ["person__family_name", "person__given_name"]
    autocomplete_fields = ["person"]


@admin.register(Directorship)
class DirectorshipAdmin(AboutPerson):
    list_display = ["person", "director_class", "since", "until", "ended_by"]
    list_filter = ["director_class", "ended_by"]
    fields = ["person", "director_class", "since", "until"]
    later = ["since", "until", "ended_by", "resigned_on", "cause"]
    enter = staticmethod(operations.seat_director)
    amend = staticmethod(operations.amend_directorship)

    def get_fields(self, request, obj=None):
        return [*self.fields, "ended_by", "resigned_on", "cause"] if obj else self.fields


@admin.register(Term)
class TermAdmin(DatedAdmin):
    """A director is elected again: the class says until when."""

    list_display = ["directorship", "since", "how", "ends_in"]
    list_filter = ["how", "ends_in"]
    list_select_related = ["directorship__person"]
    search_fields = ["directorship__person__family_name", "directorship__person__given_name"]
    autocomplete_fields = ["directorship"]
    fields = ["directorship", "since", "how"]
    enter = staticmethod(operations.give_term)

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(AnnualMeeting)
class AnnualMeetingAdmin(DatedAdmin):
    """When the stockholders meet: terms, hold-overs and cure periods follow from it."""

    list_display = ["year", "day", "held"]
    fields = ["year", "day", "held"]
    later = ["day", "held"]
    enter = staticmethod(operations.plan_annual_meeting)
    amend = staticmethod(operations.amend_annual_meeting)


@admin.register(ClassElection)
class ClassElectionAdmin(DatedAdmin):
    """A year in which each class is elected; the others follow."""

    list_display = ["director_class", "year"]
    fields = ["director_class", "year"]
    later = ["year"]
    enter = staticmethod(operations.elect_class_in)
    amend = staticmethod(operations.amend_class_election)


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

    def enter(self, *, on, **facts):
        return determine(**facts, at=timezone.now())

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(AuthorisedSeats)
class AuthorisedSeatsAdmin(DatedAdmin):
    """Another number from another day is another row; a slip of the pen is corrected."""

    list_display = ["since", "number", "class_i", "class_ii", "class_iii"]
    fields = ["since", "number", "class_i", "class_ii", "class_iii"]
    later = ["number", "class_i", "class_ii", "class_iii"]
    enter = staticmethod(operations.authorise_seats)
    amend = staticmethod(operations.correct_seats)
