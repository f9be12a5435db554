"""How long somebody stays inside, where, and how everybody is sent out."""

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.people.models import User
from tests.boardroom.signin.door import A_PAGE, LOGIN, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


def test_one_sees_where_one_is_signed_in_and_signs_out_everywhere(client, adams):
    elsewhere = Client(HTTP_USER_AGENT="Tablet in the kitchen")
    sign_in(elsewhere)
    sign_in(client)
    assert b"Tablet in the kitchen" in client.get("/accounts/sessions/").content
    assert UserSession.objects.filter(user=adams).count() == 2
    assert reverse("usersessions_end") in client.get("/accounts/sessions/").content.decode()
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
    assert not any((query["sql"] or "").startswith(("UPDATE", "INSERT")) for query in queries)


def test_a_part_of_a_page_takes_the_whole_page_to_the_door(client):
    answer = client.get(
        A_PAGE,
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL="http://testserver/meetings/?when=past",
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fmeetings%2F%3Fwhen%3Dpast"
    assert answer.content == b""


@pytest.mark.parametrize("key", [r'"\000aaaaaaaa"', r'"\377aaaaaaaa"', "a" * 5000])
def test_a_key_that_was_never_given_out_opens_nothing_and_breaks_nothing(client, key):
    client.cookies.load(f"sessionid={key}")
    assert client.get(LOGIN).status_code == 200
    assert client.get(A_PAGE).url.startswith(LOGIN)
