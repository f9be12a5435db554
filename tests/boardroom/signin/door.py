"""What a visitor does at the door, for the tests of this folder."""

from datetime import date

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone

PASSWORD = "lantern orchard seventeen ferries"
SINCE = date(2020, 1, 1)
LOGIN = "/accounts/login/"
SECOND_FACTORS = "/accounts/2fa/"
A_PAGE = "/accounts/password/change/"


def sign_in(client, email="adams@example.com", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def code_for(secret, steps=0):
    """What an authenticator app shows, some half minutes from now."""
    counter = int(timezone.now().timestamp()) // 30 + steps
    return format_hotp_value(hotp_value(secret, counter))


def set_up_app(client):
    """Set up an authenticator app; returns its seed."""
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer.status_code == 302
    return secret
