"""What every room's admin starts from: the door of its rows, and the verbs that write them."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError, transaction
from django.http import Http404
from unfold.admin import ModelAdmin

from governance.refusals import Refused

# What the constraints of dated rows mean, for whoever meets one in a form.
SENTENCES = {
    "overlap": "Another period of the same kind covers some of these days. End that one first, "
    "or choose other days.",
    "has_a_day": "The last day has to be after the first: `until` is the first day on which it "
    "no longer holds.",
    "single_office": "Somebody else holds that office during those days.",
    "one_chair": "Somebody else chairs the committee during those days.",
    "one_at_a_time": "Somebody else is designated during those days.",
}


def in_words(message):
    """The sentence behind the name of a constraint, where there is one."""
    return next((says for part, says in SENTENCES.items() if part in str(message)), message)


class RoomForm(forms.ModelForm):
    """A form that keeps what was typed when a verb or the database refuses it."""

    refusal: Refused | None = None

    def clean(self):
        cleaned = super().clean()
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        if since and until and until <= since:
            self.add_error("until", SENTENCES["has_a_day"])
        if self.refusal:
            self.add_error(None, str(self.refusal))
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        errors = self._errors.get(NON_FIELD_ERRORS)
        if errors:
            errors.data = [type(one)(in_words(one.message)) for one in errors.data]


class RoomAdmin(ModelAdmin):
    """Rows through their door, for the secretary's office; nothing official is ever deleted.

    Choices of people and committees start from their doors as well. Nobody has a right here that
    the rooms do not give: `works_here` asks who may open this part, `writes` whether it has forms.
    """

    starts_from_visible_to = True
    form = RoomForm
    writes = True
    actions: Sequence[str] = ()
    list_per_page = 50

    def works_here(self, user):
        """The Corporate Secretary and the Assistant Secretary."""
        return user.is_authenticated and user.is_secretarial

    def get_queryset(self, request):
        rows = self.model._default_manager.visible_to(request.user)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def has_module_permission(self, request):
        return self.works_here(request.user)

    def has_view_permission(self, request, obj=None):
        return self.works_here(request.user)

    def has_add_permission(self, request):
        return self.writes and self.works_here(request.user)

    def has_change_permission(self, request, obj=None):
        return self.writes and self.works_here(request.user)

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, **through_door(db_field, request, kwargs)
        )

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, **through_door(db_field, request, kwargs)
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """As Django's, but a refusal comes back on the form with all that was typed."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            request.refusal = refusal
        except IntegrityError as error:
            request.refusal = Refused(str(in_words(constraint_of(error))))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(self, request, object_id, extra_context=None):
        """The record is kept by entries and by the database, and read where it belongs."""
        raise Http404

    # Django's own log of the admin would repeat names outside their doors.
    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None

    def log_deletions(self, request, queryset):
        return None

    def tell(self, request, sentence, level=messages.SUCCESS):
        self.message_user(request, sentence, level)


def through_door(db_field, request, kwargs):
    """The choices of a relation, as far as the reader may see them."""
    manager = db_field.remote_field.model._default_manager
    if "queryset" not in kwargs and hasattr(manager.all(), "visible_to"):
        kwargs["queryset"] = manager.visible_to(request.user)
    return kwargs


def constraint_of(error):
    """The name of the constraint that refused, or a sentence when the driver gives none."""
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return named or "The database refused this. Nothing was changed."
