"""Signing in: what django-allauth is told about this house.

Accounts are opened by invitation and found by their e-mail; a password or a passkey proves who
comes, a second factor proves it again. What could be used to sign in is stored encrypted.
"""

import base64
import json
import time
import uuid

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ResetPasswordForm
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from boardroom import tasks
from governance.people.models import User
from governance.records.sealing import rewrap, seal, unseal

# Factors that let somebody in again; recovery codes only stand in for them.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SealedSession:
    """Sessions are sealed: while an authenticator app is set up, its seed passes through one."""

    ROW = "sessions.session"

    def dumps(self, session):
        return seal(json.dumps(session, separators=(",", ":")), row=self.ROW)

    def loads(self, data):
        return json.loads(unseal(data, row=self.ROW))


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: nobody opens their own, and everybody is told where they were last."""

    def is_open_for_signup(self, request):
        return False

    def login(self, request, user):
        """Sign in; the page "since you were last here" asks for the visit before this one."""
        before = user.last_login
        super().login(request, user)
        request.session["last_here"] = before.isoformat() if before else None

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever signed in a few minutes ago has just shown who they are."""
        records = get_authentication_records(context.request, context.request.user)
        latest = max((record["at"] for record in records), default=0)
        if time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """A change of the account is told to its owner by a letter that waits for no page."""
        change = template_prefix.rpartition("/")[2]
        if change in tasks.CHANGES:
            tasks.ask_for(tasks.tell_of_change, str(user.pk), change)


class ForgottenPasswordForm(ResetPasswordForm):
    """An address that is known and one that is not take the same way and the same time."""

    def save(self, request, **kwargs):
        email = self.cleaned_data["email"]
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        tasks.ask_for(tasks.tell_of_reset, str(user.pk if user else uuid.uuid4()))
        return email


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their seeds are sealed, and the last one is not taken away."""

    ROW = "mfa.authenticator"

    def encrypt(self, text):
        return base64.b64encode(seal(text, row=self.ROW)).decode()

    def decrypt(self, encrypted_text):
        return unseal(base64.b64decode(encrypted_text), row=self.ROW)

    def can_delete_authenticator(self, authenticator):
        """Where a second factor is required, one remains: another is added first."""
        if not settings.MFA_REQUIRED or authenticator.type not in SECOND_FACTORS:
            return True
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=SECOND_FACTORS)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user, type):
        """What a new passkey is called until its owner says which device it is."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}"

    def _get_site_name(self):
        return "Boardroom"


def rewrap_second_factors():
    """Wrap the keys of stored seeds with the portal's first key; how many second factors had one.

    A passkey has no seed: what is stored of it is public.
    """
    sealed = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).select_for_update()
    for one in sealed:
        name = "secret" if one.type == Authenticator.Type.TOTP else "seed"
        envelope = rewrap(base64.b64decode(one.data[name]), row=SecondFactorAdapter.ROW)
        one.data[name] = base64.b64encode(envelope).decode()
        one.save(update_fields=["data"])
    return len(sealed)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The company's provider lets in who has an account here, by an address it has verified."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        """Bind the account to the provider's own key for the person the first time, for good.

        An address may be given to somebody else later; the provider's key for a person may not.
        """
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(redirect("account_login"))
        if sociallogin.is_existing:
            return
        user = self.owner_of_address(sociallogin)
        if user and not SocialAccount.objects.filter(user=user).exists():
            sociallogin.connect(request, user)

    def owner_of_address(self, sociallogin):
        """The active account whose address the provider says it has verified, or None."""
        for address in sociallogin.email_addresses:
            if address.verified is True:
                return User.objects.filter(email__iexact=address.email, is_active=True).first()
        return None


@require_POST
def sign_out_everywhere(request):
    """End every session of this person, the one that asks included."""
    end_sessions(request, list(UserSession.objects.filter(user=request.user)))
    return redirect(settings.LOGOUT_REDIRECT_URL)
