"""Motions and written consents to find and read; they are conducted on their own pages."""

from django.contrib import admin

from governance.admin import RoomAdmin
from governance.decisions.models import Motion, WrittenConsent


@admin.register(Motion)
class MotionAdmin(RoomAdmin):
    writes = False
    list_display = ["title", "meeting_name", "state", "closed_at"]
    list_filter = ["state"]
    list_select_related = ["meeting"]
    search_fields = ["title", "meeting__name"]
    fields = ["title", "text", "digest", "meeting_name", "mover", "seconder", "state", "closed_at"]

    @admin.display(description="Meeting", ordering="meeting__starts_at")
    def meeting_name(self, motion):
        return f"{motion.meeting.name}, {motion.meeting.day:%-d %B %Y}"


@admin.register(WrittenConsent)
class WrittenConsentAdmin(RoomAdmin):
    writes = False
    list_display = ["title", "body_name", "state", "circulated_at", "effective_at"]
    list_filter = ["state"]
    list_select_related = ["committee"]
    search_fields = ["title"]
    fields = ["title", "text", "digest", "committee", "state", "why", "circulated_at"]
