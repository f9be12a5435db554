"""A password opens the door; what it may be, and what the door does not tell."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client

from boardroom import settings as portal
from boardroom.passwords import BreachedPasswordValidator, ContextValidator
from governance.records.models import Company
from tests.boardroom.signin.door import PASSWORD, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


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
