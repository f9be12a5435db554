"""What the secretary's office keeps of books in the admin: rules and legal holds. Notes are not."""

from django.contrib import admin

from governance.admin import DatedAdmin
from governance.papers.models import BookRule, Hold
from governance.papers.purging import lift_hold, place_hold, set_book_rule


@admin.register(BookRule)
class BookRuleAdmin(DatedAdmin):
    """Whether readers may take copies away and when their notes go: from a day on."""

    list_display = ["since", "committee", "may_download", "notes_days"]
    list_select_related = ["committee"]
    fields = ["since", "committee", "may_download", "notes_days"]
    enter = staticmethod(set_book_rule)

    def has_add_permission(self, request):
        return request.user.is_authenticated and request.user.is_secretary

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Hold)
class HoldAdmin(DatedAdmin):
    """Legal holds on private notes; what the notes say is nobody's but their readers'."""

    list_display = ["matter", "person", "first", "last", "since", "until"]
    list_select_related = ["person"]
    autocomplete_fields = ["person"]
    fields = ["matter", "person", "first", "last", "since", "until"]
    later = ["until"]
    enter = staticmethod(place_hold)
    amend = staticmethod(lift_hold)
