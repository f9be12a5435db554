"""Invitations: a person gets an account and an office, and a link that opens the account once."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from governance.people import operations
from governance.people.models import User
from governance.refusals import Refused


@transaction.atomic
def invite_to_office(office, *, email, given_name, family_name, on, now):
    """Open an account for an office of the company, or find it, and make its one-time link.

    Done again for the same address it only makes a new link. Returns the account and the token.
    """
    user = User.objects.filter(email__iexact=email).select_related("person").first()
    if user is None:
        if not given_name or not family_name:
            raise Refused(f"Nobody has an account with {email} yet: give the person's names too.")
        user = operations.open_account(email, given_name=given_name, family_name=family_name)
    if not user.person.appointments.on(on).filter(office=office).exists():
        operations.appoint(user.person, office, since=on)
    return user, operations.invite(user, now=now)


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def accept(request, token):
    """The page behind the link: choose a password, be signed in, go on to the second factor."""
    now = timezone.now()
    invitation = operations.open_invitations(token, now=now).first()
    if invitation is None:
        return no_longer(request)
    form = SetPasswordForm(invitation.user, request.POST or None)
    if form.is_valid():
        password = form.cleaned_data["new_password1"]
        try:
            user = operations.accept_invitation(token, password=password, now=now)
        except Refused:
            return no_longer(request)
        record_authentication(request, user, method="password")
        # Whoever has a second factor already is asked for it here.
        return perform_login(request, user, redirect_url=reverse("mfa_index"))
    return render(request, "boardroom/invitation.html", {"form": form, "invited": invitation.user})


def no_longer(request):
    """Used, replaced, run out or never made: the answer is the same."""
    return render(request, "boardroom/invitation_over.html", status=410)
