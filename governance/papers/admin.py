"""What the secretary's office keeps of books in the admin: rules and legal holds. Notes are not."""

from django.contrib import admin

from governance.admin import DatedAdmin
from governance.papers.models import BookRule, Hold
from governance.papers.purging import lift_hold, place_hold, set_book_rule

# What an empty field of a hold means.
EMPTY = {
    "person": "Empty: every reader.",
    "last": "Empty: to this day and beyond.",
    "until": "Empty while the hold is in force.",
}


@admin.register(BookRule)
class BookRuleAdmin(DatedAdmin):
    """Whether readers may take copies away and when their notes go: from a day on."""

    list_display = ["since", "body", "may_download", "notes_days"]
    list_select_related = ["committee"]
    fields = ["since", "committee", "may_download", "notes_days"]
    enter = staticmethod(set_book_rule)

    @admin.display(description="Body", ordering="committee__name")
    def body(self, rule):
        return rule.committee.name if rule.committee_id else "The Board itself"

    def get_fields(self, request, obj=None):
        return self.list_display if obj else self.fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "committee" in form.base_fields:
            form.base_fields["committee"].empty_label = "The Board itself"
            form.base_fields["committee"].label = "Body"
        return form

    def has_add_permission(self, request):
        return request.user.is_authenticated and request.user.is_secretary

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Hold)
class HoldAdmin(DatedAdmin):
    """Legal holds on private notes; what the notes say is nobody's but their readers'."""

    list_display = ["matter", "whose", "first", "last", "since", "until"]
    list_select_related = ["person"]
    autocomplete_fields = ["person"]
    fields = ["matter", "person", "first", "last", "since", "until"]
    later = ["until"]
    enter = staticmethod(place_hold)
    amend = staticmethod(lift_hold)

    @admin.display(description="Reader", ordering="person__family_name")
    def whose(self, hold):
        return hold.person or "Every reader"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        for name, says in EMPTY.items():
            if name in form.base_fields:
                form.base_fields[name].help_text = says
        return form
