"""Acts of the Board and its committees, for the Corporate Secretary."""

from django.contrib import admin

from governance.admin import DatedAdmin
from governance.records.acts import enter_act
from governance.records.models import Act
from governance.words import said_long_day


def said_act(act):
    """An act among the choices of whoever may see it."""
    return f"{said_long_day(act.day)}: {act.title}"


@admin.register(Act)
class ActAdmin(DatedAdmin):
    """Motions come by themselves when they are carried; what was done on paper is entered here."""

    list_display = ["day", "title", "how"]
    list_filter = ["how"]
    search_fields = ["title"]
    fields = ["day", "title", "text"]

    def called(self, act):
        return said_act(act)

    def enter(self, **facts):
        return enter_act(committee=None, **facts)

    def works_here(self, user):
        return user.is_authenticated and user.is_secretary

    def has_change_permission(self, request, obj=None):
        return False
