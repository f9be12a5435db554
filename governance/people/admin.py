"""People, their offices, and their accounts, as the secretary keeps them."""

from django import forms
from django.contrib import admin, messages
from django.utils import timezone

from governance.admin import DatedAdmin, RoomAdmin, RoomForm
from governance.people import mail, operations
from governance.people.models import Appointment, Person, User


@admin.register(Person)
class PersonAdmin(DatedAdmin):
    list_display = ["name", "family_name", "given_name"]
    search_fields = ["family_name", "given_name"]
    fields = ["given_name", "family_name"]
    later = ["given_name", "family_name"]
    enter = staticmethod(operations.enter_person)
    amend = staticmethod(operations.rename_person)


@admin.register(Appointment)
class AppointmentAdmin(DatedAdmin):
    list_display = ["person", "printed", "since", "until"]
    list_filter = ["office"]
    list_select_related = ["person"]
    search_fields = ["person__family_name", "person__given_name", "title"]
    autocomplete_fields = ["person"]
    fields = ["person", "office", "title", "since", "until"]
    later = ["title", "since", "until"]
    enter = staticmethod(operations.enter_appointment)
    amend = staticmethod(operations.amend_appointment)

    @admin.display(description="Office", ordering="office")
    def printed(self, appointment):
        return appointment.printed


class AccountForm(RoomForm):
    """An account to be opened: its owner sets the password by a one-time link."""

    class Meta:
        model = User
        fields = ["email", "person"]

    given_name = forms.CharField(max_length=100, required=False)
    family_name = forms.CharField(max_length=100, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "person" in self.fields:
            self.fields["person"].required = False
            self.fields["person"].empty_label = "Somebody new, named below"

    def clean(self):
        facts = super().clean()
        named = facts.get("given_name") and facts.get("family_name")
        if not facts.get("person") and not named:
            raise forms.ValidationError("Give both names of whoever is to sign in.")
        return facts


@admin.register(User)
class UserAdmin(RoomAdmin):
    """Accounts: who may sign in. Administrators of the portal look after them too."""

    list_display = ["person", "email", "is_active", "last_login"]
    list_filter = ["is_active"]
    list_select_related = ["person"]
    search_fields = ["email", "person__family_name", "person__given_name"]
    actions = ["invite_again", "close_accounts", "open_accounts"]
    readonly_fields = ["person", "last_login", "date_joined"]
    fields = ["person", "email", "is_active", "last_login", "date_joined"]

    def works_here(self, user):
        return user.is_authenticated and user.is_staff

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = AccountForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request, obj=None):
        if obj:
            return self.fields
        # Whoever opens an account for somebody in office could read as they do.
        known = ["person"] if request.user.is_secretary else []
        return ["email", *known, "given_name", "family_name"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """People who have no account yet."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "person":
            field.queryset = field.queryset.filter(user=None)
        return field

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "email"] if obj else []

    def save_model(self, request, obj, form, change):
        """A new account is opened and its owner invited; of an old one only its door changes."""
        if change:
            return super().save_model(request, obj, form, change)
        made = operations.open_account(**form.cleaned_data)
        obj.__dict__.update(made.__dict__)
        self.send_invitation(obj)
        return None

    def send_invitation(self, user):
        mail.tell_of_invitation(user, operations.invite(user, now=timezone.now()))

    @admin.action(description="Invite again (a new one-time link)")
    def invite_again(self, request, queryset):
        for user in queryset.filter(is_active=True):
            self.send_invitation(user)
            self.tell(request, f"{user} has been sent a new link; older ones no longer work.")

    @admin.action(description="Close the account (no more signing in)")
    def close_accounts(self, request, queryset):
        for user in queryset:
            if user == request.user:
                self.tell(request, "You cannot close your own account.", messages.WARNING)
            else:
                operations.close_account(user)
                self.tell(request, f"{user} can no longer sign in.")

    @admin.action(description="Open the account again")
    def open_accounts(self, request, queryset):
        for user in queryset:
            operations.reopen_account(user)
            self.tell(request, f"{user} can sign in again.")
