"""Who gets in, how they prove it, what is kept of it, and what nobody learns at the door."""

import base64
import json
import re
import zlib
from datetime import date, timedelta
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone

from boardroom import settings as portal
from boardroom.celery import app
from boardroom.passwords import BreachedPasswordValidator, ContextValidator
from boardroom.signin import SealedSession, SecondFactorAdapter
from governance.people.models import Office, Person, User
from governance.people.operations import appoint, invite, open_account
from governance.records.models import Company
from governance.records.sealing import Unsealable
from tests.boardroom.passkey import Passkey

pytestmark = pytest.mark.django_db

PASSWORD = "lantern orchard seventeen ferries"
SINCE = date(2020, 1, 1)
LOGIN = "/accounts/login/"
SECOND_FACTORS = "/accounts/2fa/"
A_PAGE = "/accounts/password/change/"


@pytest.fixture(autouse=True)
def door(settings):
    """The door as it is in production, with nothing counted from other tests."""
    settings.LOGIN_URL = "account_login"
    # Argon2 takes its time on purpose; one test looks at it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def adams():
    """Somebody with an account and a password."""
    user = open_account("adams@example.com", given_name="Ruth", family_name="Adams")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def secretary(adams):
    appoint(adams.person, Office.CORPORATE_SECRETARY, since=SINCE)
    return adams


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


# --- Passwords -------------------------------------------------------------------------------


def test_an_address_is_known_whatever_its_capitals(client, adams):
    assert sign_in(client, "Adams@Example.COM").status_code == 302
    assert is_signed_in(client)


def test_passwords_are_kept_as_argon2id(client, adams, settings):
    settings.PASSWORD_HASHERS = portal.PASSWORD_HASHERS
    adams.set_password(PASSWORD)
    adams.save()
    assert adams.password.startswith("argon2$argon2id$")
    assert sign_in(client).status_code == 302


def test_the_visit_before_this_one_is_remembered(client, adams):
    sign_in(client)
    assert client.session["last_here"] is None
    adams.refresh_from_db()
    first = adams.last_login
    client.post("/accounts/logout/")
    sign_in(client)
    assert client.session["last_here"] == first.isoformat()


def without_what_differs_anyway(answer):
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return re.sub(r"[\w.]+@example\.com", "(address)", text)


def test_the_door_does_not_say_who_has_an_account(client, adams):
    known = sign_in(client, password="not the password at all")
    unknown = sign_in(client, "nobody@example.com", password="not the password at all")
    assert known.status_code == unknown.status_code == 200
    assert without_what_differs_anyway(known) == without_what_differs_anyway(unknown)


def test_a_forgotten_password_is_answered_alike_and_written_to_its_owner_only(
    client, adams, mailoutbox, django_capture_on_commit_callbacks
):
    answers = []
    for email in ("adams@example.com", "nobody@example.com"):
        answer = client.post("/accounts/password/reset/", {"email": email}, follow=True)
        answers.append((answer.redirect_chain, without_what_differs_anyway(answer)))
    assert answers[0] == answers[1]
    assert [letter.to for letter in mailoutbox] == [["adams@example.com"]]


def test_a_link_sets_a_new_password_once(client, adams, mailoutbox):
    client.post("/accounts/password/reset/", {"email": "adams@example.com"})
    link = re.search(r"http://\S+", mailoutbox[0].body)[0]
    page = client.get(link, follow=True)
    new = "harbour violet tuesday kettle"
    answer = client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer.status_code == 302
    assert not is_signed_in(client)
    assert sign_in(client, password=new).status_code == 302
    assert b"no longer works" in Client().get(link).content
    assert not EmailAddress.objects.exists()


def test_too_many_wrong_passwords_close_the_door_for_a_while(client, adams):
    for _ in range(6):
        sign_in(client, password="wrong wrong wrong")
    answer = sign_in(client)
    assert not is_signed_in(client)
    assert b"Too many" in answer.content


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/email/", "/accounts/3rdparty/"])
def test_nobody_opens_an_account_or_another_address_alone(client, adams, path):
    assert client.get(path).status_code == 404
    sign_in(client)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd2024!!",
        "123qweasdzxc",
        "iloveyouiloveyou",
        "Boardroom-2026!",
        "ruthadams12345",
        "Adams@Example1",
        "Corvane!Portal1",
        "AcmeCorvaneBoard",
    ],
)
def test_a_password_that_anybody_would_try_is_refused(password, adams):
    Company.objects.create(name="Corvane Optics, Inc.")
    with pytest.raises(ValidationError):
        BreachedPasswordValidator().validate(password, adams)
        ContextValidator().validate(password, adams)


@pytest.mark.parametrize("password", [PASSWORD, "boardroom kettle violet harbour", "Xk7#qLw9$mTr"])
def test_a_password_of_ones_own_is_taken(password, adams):
    BreachedPasswordValidator().validate(password, adams)
    ContextValidator().validate(password, adams)


# --- Second factors --------------------------------------------------------------------------


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
    assert not any("mfa_authenticator" in query["sql"] for query in queries)


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


# --- Sessions --------------------------------------------------------------------------------


def test_one_sees_where_one_is_signed_in_and_signs_out_everywhere(client, adams):
    elsewhere = Client(HTTP_USER_AGENT="Tablet in the kitchen")
    sign_in(elsewhere)
    sign_in(client)
    assert b"Tablet in the kitchen" in client.get("/accounts/sessions/").content
    assert UserSession.objects.filter(user=adams).count() == 2
    client.post(reverse("usersessions_end"))
    assert client.get(A_PAGE).url.startswith(LOGIN)
    assert elsewhere.get(A_PAGE).url.startswith(LOGIN)


def test_signing_out_everywhere_else_keeps_this_one(client, adams):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    client.post("/accounts/sessions/")
    assert client.get(A_PAGE).status_code == 200
    assert elsewhere.get(A_PAGE).url.startswith(LOGIN)


def test_a_new_password_ends_every_other_session(client, adams):
    elsewhere = Client()
    sign_in(elsewhere)
    adams.set_password("harbour violet tuesday kettle")
    adams.save()
    assert elsewhere.get(A_PAGE).url.startswith(LOGIN)


def test_a_closed_account_is_out_at_the_next_page(client, adams):
    sign_in(client)
    User.objects.filter(pk=adams.pk).update(is_active=False)
    assert client.get(A_PAGE).url.startswith(LOGIN)
    assert sign_in(Client()).url == reverse("account_inactive")


def test_a_session_ends_after_a_week_however_busy(client, adams, settings):
    sign_in(client)
    assert client.get(A_PAGE).status_code == 200
    session = client.session
    session["began"] -= settings.SESSION_LASTS_AT_MOST + 1
    session.save()
    assert client.get(A_PAGE).url == f"{LOGIN}?next=%2Faccounts%2Fpassword%2Fchange%2F"
    assert not is_signed_in(client)


def test_a_busy_session_is_not_written_for_every_page(client, adams):
    sign_in(client)
    client.get(A_PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(A_PAGE)
    assert not any(query["sql"].startswith(("UPDATE", "INSERT")) for query in queries)


def test_a_part_of_a_page_takes_the_whole_page_to_the_door(client):
    answer = client.get(
        A_PAGE,
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL="http://testserver/meetings/?when=past",
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fmeetings%2F%3Fwhen%3Dpast"
    assert answer.content == b""


# --- The admin -------------------------------------------------------------------------------


def test_the_admin_has_no_door_of_its_own(client, secretary):
    answer = client.get("/admin/login/?next=/admin/people/")
    assert answer.url == f"{LOGIN}?next=/admin/people/"
    answer = client.get("/admin/", follow=True)
    assert unquote(answer.redirect_chain[-1][0]) == f"{LOGIN}?next=/admin/"
    assert sign_in(client, next="/admin/").url == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/people/", "/admin/nothing/"])
def test_the_admin_does_not_exist_for_whoever_has_no_work_in_it(client, adams, path):
    sign_in(client)
    assert client.get(path).status_code == 404


def test_the_admin_is_closed_the_day_the_appointment_ends(client, secretary):
    sign_in(client)
    assert client.get("/admin/").status_code == 200
    secretary.person.appointments.update(until=Company.current().today())
    assert client.get("/admin/").status_code == 404


# --- Invitations -----------------------------------------------------------------------------


def invited_link(mailoutbox):
    return re.search(r"http://\S+(/accounts/invitation/\S+)", mailoutbox[-1].body)[1]


@pytest.mark.parametrize(
    "command, office",
    [
        ("invite_secretary", Office.CORPORATE_SECRETARY),
        ("invite_administrator", Office.ADMINISTRATOR),
    ],
)
def test_the_first_people_come_by_invitation(client, mailoutbox, command, office):
    call_command(
        command, email="Quill@example.com", given_name="Ann", family_name="O'Quill", verbosity=0
    )
    user = User.objects.get(email="quill@example.com")
    assert not user.has_usable_password()
    assert [one.office for one in user.person.appointments.all()] == [office]
    letter = mailoutbox[0]
    assert letter.subject == "Your account for the Board's portal"
    assert "Dear Ann O'Quill," in letter.body
    link = invited_link(mailoutbox)
    assert link in letter.alternatives[0].content
    page = client.get(link)
    assert page.status_code == 200
    weak = {"new_password1": "oquill-boardroom", "new_password2": "oquill-boardroom"}
    assert client.post(link, weak).status_code == 200
    assert not is_signed_in(client)
    good = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(link, good).url == SECOND_FACTORS
    assert is_signed_in(client)
    set_up_app(client)


def test_a_link_that_opens_nothing_gets_one_clear_page(client, adams, time_machine):
    now = timezone.now()
    replaced = invite(adams, now=now)
    current = invite(adams, now=now)
    used = open_account("berg@example.com", given_name="Ida", family_name="Berg")
    used_link = reverse("invitation", args=[invite(used, now=now)])
    good = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    Client().post(used_link, good)
    pages = {
        client.get(link).content
        for link in (used_link, reverse("invitation", args=[replaced]), "/accounts/invitation/x/")
    }
    assert len(pages) == 1
    link = reverse("invitation", args=[current])
    assert client.get(link).status_code == 200
    time_machine.move_to(now + timedelta(days=7, minutes=1))
    assert client.get(link).status_code == 410
    assert client.post(link, good).status_code == 410
    assert b"no longer works" in pages.pop()


def test_an_invitation_does_not_pass_the_second_factor(client, adams):
    sign_in(client)
    set_up_app(client)
    link = reverse("invitation", args=[invite(adams, now=timezone.now())])
    visitor = Client()
    good = {"new_password1": "harbour violet tuesday", "new_password2": "harbour violet tuesday"}
    assert visitor.post(link, good).url == reverse("mfa_authenticate")
    assert not is_signed_in(visitor)


def test_inviting_again_only_sends_a_new_link(mailoutbox):
    names = {"given_name": "Ann", "family_name": "Quill", "verbosity": 0}
    call_command("invite_secretary", email="quill@example.com", **names)
    call_command("invite_secretary", email="quill@example.com", verbosity=0)
    assert len(mailoutbox) == 2
    assert Person.objects.count() == 1


def test_a_second_secretary_is_refused_in_one_sentence(secretary):
    with pytest.raises(CommandError, match="somebody holds it during those days"):
        call_command(
            "invite_secretary", email="b@example.com", given_name="Ida", family_name="Berg"
        )
    assert User.objects.count() == 1


# --- The company's provider ------------------------------------------------------------------


@pytest.fixture
def provider(settings, rf):
    """The company's provider has proved who somebody is; what does the portal do with it?"""
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


# --- The demo --------------------------------------------------------------------------------


def test_the_demo_shows_its_cast_and_lets_anybody_be_anybody(client, secretary):
    page = client.get("/demo/?next=/admin/")
    text = page.content.decode()
    assert "Ruth Adams" in text
    assert "Corporate Secretary" in text
    answer = client.post("/demo/?next=/admin/", {"person": str(secretary.pk)})
    assert answer.url == "/admin/"
    assert is_signed_in(client)
    request = client.get(A_PAGE).wsgi_request
    records = get_authentication_records(request, request.user)
    assert [record["method"] for record in records] == ["demo"]
    assert UserSession.objects.filter(user=secretary).count() == 1


def test_the_demo_does_not_send_anybody_away(client, adams):
    answer = client.post("/demo/?next=https://elsewhere.example/", {"person": str(adams.pk)})
    assert answer.url == "/"


def test_the_demo_asks_for_the_token_of_its_form(adams):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/", {"person": str(adams.pk)}).status_code == 403


def test_the_demo_has_no_button_for_a_closed_account(client, adams):
    User.objects.filter(pk=adams.pk).update(is_active=False)
    assert b"Ruth Adams" not in client.get("/demo/").content
    client.post("/demo/", {"person": str(adams.pk)})
    assert not is_signed_in(client)


# --- Around every page -----------------------------------------------------------------------


def test_a_page_loads_only_what_is_ours_and_is_kept_by_nobody(client, secretary):
    sign_in(client)
    page = client.get(A_PAGE)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in page.headers["Permissions-Policy"]
    admin = client.get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in admin
    assert "script-src 'self' 'unsafe-inline'" not in admin


@pytest.mark.parametrize("path", [LOGIN, "/accounts/password/reset/", "/demo/", SECOND_FACTORS])
def test_no_page_at_the_door_has_a_script_or_a_style_written_into_it(client, adams, path):
    if path == SECOND_FACTORS:
        sign_in(client)
    text = client.get(path).content.decode()
    for script in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"<style\b|\sstyle=|\son\w+=", text)


def test_history_names_who_changed_a_row_and_the_page_but_no_link(client, adams):
    @login_not_required
    def rename(request, token):
        Person.objects.filter(pk=adams.person_id).update(family_name="Adams-Reed")
        return HttpResponse()

    sign_in(client)
    with override_settings(ROOT_URLCONF=(path("x/<str:token>/", rename),)):
        client.post("/x/one-time-link/")
    event = Person.pgh_event_model.objects.order_by("pgh_id").last()
    assert event.pgh_context.metadata == {"user": str(adams.pk), "url": "x/<str:token>/"}
