"""What each director brings, entered year by year (G-BRD-01)."""

from django.contrib import admin
from django.utils import timezone

from governance.board import skills
from governance.board.admin.composition import AboutPerson
from governance.board.models import HEADINGS, SkillsEntry


@admin.register(SkillsEntry)
class SkillsEntryAdmin(AboutPerson):
    """Written once: another entry takes its place from its own day on.

    The office reads them (AC-BRD); the Corporate Secretary enters.
    """

    list_display = ["person", "since", "entered_at", "entered_by"]
    list_filter = ["person"]
    list_select_related = ["person", "entered_by__person"]
    fields = ["person", "since", *HEADINGS]

    def get_fields(self, request, obj=None):
        return [*self.fields, "entered_at", "entered_by"] if obj else self.fields

    def has_add_permission(self, request):
        return super().has_add_permission(request) and request.user.is_secretary

    def has_change_permission(self, request, obj=None):
        return False

    def enter(self, *, on, **facts):
        return skills.enter_skills(**facts, at=timezone.now())
