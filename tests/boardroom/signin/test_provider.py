"""The company's provider proves who comes; the portal decides who comes in."""

from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import Client
from django.urls import reverse

from governance.people.models import User
from tests.boardroom.signin.door import PASSWORD, set_up_app, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings, rf, monkeypatch):
    """The company's provider has proved who somebody is; what does the portal do with it?"""
    # As when the portal starts with a provider.
    monkeypatch.setitem(registry.provider_map, "openid_connect", OpenIDConnectProvider)
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "company",
                    "name": "Company sign-in",
                    "client_id": "portal",
                    "secret": "made up",
                    "settings": {"server_url": "https://provider.example"},
                }
            ]
        }
    }

    def arrive(uid, email, *, verified=True, process="login"):
        client = Client()
        request = rf.get("/")
        request.session = client.session
        request.user = AnonymousUser()
        request.allauth = SimpleNamespace()
        request._messages = FallbackStorage(request)
        login = SocialLogin(
            user=User(),
            account=SocialAccount(provider="company", uid=uid),
            email_addresses=[EmailAddress(email=email, verified=verified, primary=True)],
            provider=get_adapter().get_provider(request, "company"),
        )
        login.state = {"process": process}
        with request_context(request):
            answer = complete_login(request, login)
        return request.user, answer

    return arrive


def test_the_provider_lets_in_who_has_an_account_here(provider, adams):
    user, _ = provider("42", "adams@example.com")
    assert user == adams
    assert not User.objects.exclude(pk=adams.pk).exists()
    adams.refresh_from_db()
    assert adams.check_password(PASSWORD)
    again, _ = provider("42", "new.name@example.com")
    assert again == adams


@pytest.mark.parametrize(
    "email, verified",
    [("stranger@example.com", True), ("adams@example.com", False), ("adams@example.com", "true")],
)
def test_the_provider_lets_in_nobody_else(provider, adams, email, verified):
    user, _ = provider("42", email, verified=verified)
    assert user.is_anonymous
    assert User.objects.count() == 1


def test_an_address_given_to_somebody_else_opens_nothing(provider, adams):
    provider("42", "adams@example.com")
    user, _ = provider("43", "adams@example.com")
    assert user.is_anonymous


def test_the_second_factor_is_asked_for_after_the_provider_too(client, provider, adams):
    sign_in(client)
    set_up_app(client)
    user, answer = provider("42", "adams@example.com")
    assert user.is_anonymous
    assert answer.url == reverse("mfa_authenticate")


def test_without_a_provider_there_is_no_address_for_one(client):
    assert client.get("/accounts/oidc/company/login/").status_code == 404
