"""A second factor proves it again: sealed where it is kept, and asked for before anything shows."""

import base64
import json
import re
import zlib
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from boardroom.signin import SealedSession, SecondFactorAdapter
from governance.records.sealing import Unsealable
from tests.boardroom.signin.door import (
    A_PAGE,
    LOGIN,
    PASSWORD,
    SECOND_FACTORS,
    code_for,
    is_signed_in,
    set_up_app,
    sign_in,
)
from tests.boardroom.signin.passkey import Passkey

pytestmark = pytest.mark.django_db


def raw_sessions():
    """Everything the database holds of sessions, as far as it can be read without a key."""
    found = b""
    for data in Session.objects.values_list("session_data", flat=True):
        value = data.split(":")[0]
        packed = value.startswith(".")
        body = base64.urlsafe_b64decode(value.lstrip(".") + "===")
        found += zlib.decompress(body) if packed else body
    return found


def test_seeds_are_never_in_the_database_in_clear(client, adams):
    sign_in(client)
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    assert client.session["mfa.totp.secret"] == secret
    assert secret.encode() not in raw_sessions()
    secret = set_up_app(client)
    kept = {row.type: row for row in Authenticator.objects.filter(user=adams)}
    assert set(kept) == {"totp", "recovery_codes"}
    assert secret not in json.dumps(kept["totp"].data)
    assert SecondFactorAdapter().decrypt(kept["totp"].data["secret"]) == secret
    codes = kept["recovery_codes"].wrap().generate_codes()
    assert len(codes) == 10
    assert not any(code in json.dumps(kept["recovery_codes"].data) for code in codes)
    assert re.fullmatch(
        r"[0-9a-f]{80}", SecondFactorAdapter().decrypt(kept["recovery_codes"].data["seed"])
    )


def test_keys_are_changed_by_putting_a_new_one_in_front(settings):
    adapter = SecondFactorAdapter()
    old, new = bytes(32), bytes(range(32))
    settings.SEALING_KEYS = [old]
    sealed = adapter.encrypt("seed")
    settings.SEALING_KEYS = [new, old]
    assert adapter.decrypt(sealed) == "seed"
    sealed_anew = adapter.encrypt("seed")
    settings.SEALING_KEYS = [new]
    assert adapter.decrypt(sealed_anew) == "seed"
    with pytest.raises(Unsealable):
        adapter.decrypt(sealed)


def test_a_session_sealed_for_something_else_is_not_read(settings):
    seed = base64.b64decode(SecondFactorAdapter().encrypt("{}"))
    with pytest.raises(Unsealable):
        SealedSession().loads(seed)


def test_the_second_factor_is_asked_for_after_the_password(client, adams):
    sign_in(client)
    secret = set_up_app(client)
    client.post("/accounts/logout/")
    answer = sign_in(client, next=A_PAGE)
    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(answer.url, {"code": "000000"})
    assert not is_signed_in(client)
    answer = client.post(answer.url, {"code": code_for(secret, 1)})
    assert is_signed_in(client)
    assert answer.url == A_PAGE


def test_a_recovery_code_opens_once(client, adams):
    sign_in(client)
    set_up_app(client)
    client.post("/accounts/logout/")
    codes = Authenticator.objects.get(type="recovery_codes").wrap().generate_codes()
    for time, opens in ((1, True), (2, False)):
        visitor = Client()
        sign_in(visitor)
        visitor.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert is_signed_in(visitor) is opens, time


def test_a_passkey_signs_in_alone(client, adams, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    sign_in(client)
    page = client.get("/accounts/2fa/webauthn/add/")
    key = Passkey()
    made = json.dumps(key.register(page.context["js_data"]["creation_options"]))
    answer = client.post(
        "/accounts/2fa/webauthn/add/", {"name": "Tablet", "passwordless": "on", "credential": made}
    )
    assert answer.status_code == 302
    visitor = Client()
    asked = visitor.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json").json()
    assert asked["request_options"]["publicKey"]["userVerification"] == "required"
    shown = json.dumps(key.sign_in(asked["request_options"]))
    answer = visitor.post(reverse("mfa_login_webauthn"), {"credential": shown, "next": A_PAGE})
    assert is_signed_in(visitor)
    assert answer.url == A_PAGE


def test_nothing_is_shown_before_a_second_factor_where_one_is_required(client, secretary, settings):
    settings.MFA_REQUIRED = True
    sign_in(client)
    answer = client.get("/admin/")
    assert answer.url == SECOND_FACTORS
    told = [str(message) for message in get_messages(client.get("/admin/").wsgi_request)]
    assert "Before anything is shown" in told[0]
    part = client.get("/admin/", HTTP_HX_REQUEST="true")
    assert part.headers["HX-Redirect"].startswith(SECOND_FACTORS)
    assert client.get(SECOND_FACTORS).status_code == 200
    assert client.get(A_PAGE).status_code == 200
    set_up_app(client)
    assert client.get("/admin/").status_code == 200


def test_the_last_second_factor_stays_where_one_is_required(client, adams, settings):
    settings.MFA_REQUIRED = True
    sign_in(client)
    set_up_app(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=adams, type="totp").exists()


def test_a_session_with_a_second_factor_costs_no_query_for_it(client, adams, settings):
    sign_in(client)
    secret = set_up_app(client)
    client.post("/accounts/logout/")
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret, 1)})
    settings.MFA_REQUIRED = True
    client.get(A_PAGE)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(A_PAGE)
    assert not any("mfa_authenticator" in (query["sql"] or "") for query in queries)


def test_whoever_signed_in_long_ago_proves_it_again_before_changing_a_factor(
    client, adams, time_machine
):
    sign_in(client)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    answer = client.get("/accounts/2fa/totp/activate/")
    assert answer.url.startswith("/accounts/reauthenticate/")
    client.post(answer.url, {"password": PASSWORD})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_a_change_of_the_account_is_told_to_its_owner(
    client, adams, mailoutbox, django_capture_on_commit_callbacks
):
    sign_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
    assert [letter.to for letter in mailoutbox] == [["adams@example.com"]]
    assert "an authenticator app was added" in mailoutbox[0].body


def test_whoever_lost_everything_starts_anew_after_speaking_to_somebody(client, adams, mailoutbox):
    sign_in(client)
    set_up_app(client)
    mailoutbox.clear()
    call_command("reset_second_factor", email="Adams@example.com", verbosity=0)
    assert not Authenticator.objects.exists()
    assert client.get(A_PAGE).url.startswith(LOGIN)
    assert "second factors were removed" in mailoutbox[0].body
    sign_in(client)
    assert is_signed_in(client)
    with pytest.raises(CommandError, match="nobody@example.com"):
        call_command("reset_second_factor", email="nobody@example.com")
