"""People, their offices, and their accounts, as the secretary keeps them."""

from django import forms
from django.contrib import admin, messages
from django.utils import timezone

from governance.admin import RoomAdmin, RoomForm
from governance.people import mail, operations
from governance.people.models import Appointment, Person, User


@admin.register(Person)
class PersonAdmin(RoomAdmin):
    list_display = ["name", "family_name", "given_name"]
    search_fields = ["family_name", "given_name"]


@admin.register(Appointment)
class AppointmentAdmin(RoomAdmin):
    list_display = ["person", "printed", "since", "until"]
    list_filter = ["office"]
    list_select_related = ["person"]
    search_fields = ["person__family_name", "person__given_name", "title"]
    autocomplete_fields = ["person"]

    @admin.display(description="Office", ordering="office")
    def printed(self, appointment):
        return appointment.printed


class AccountForm(RoomForm):
    """An account to be opened: its owner sets the password by a one-time link."""

    given_name = forms.CharField(max_length=100)
    family_name = forms.CharField(max_length=100)

    class Meta:
        model = User
        fields = ["email"]


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
        return self.fields if obj else ["email", "given_name", "family_name"]

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
