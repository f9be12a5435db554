"""In the demo, and nowhere else, anybody can be anybody."""

import pytest
from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.test import Client

from governance.people.models import User
from tests.boardroom.signin.door import A_PAGE, is_signed_in

pytestmark = pytest.mark.django_db


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
