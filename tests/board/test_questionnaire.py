"""The yearly questions: answered part by part, signed, and what follows from them."""


import pytest
from django.utils import timezone

from governance.board import answering
from governance.board.models import (
    Questionnaire,
)
from governance.board.sheets import Answers
from tests.factories import questionnaires as asked

pytestmark = pytest.mark.django_db
PASSWORD = "a long invented phrase"
CANARY = "canary-of-the-questions"


@pytest.fixture
def secretary(cast):
    return cast["secretary"]


@pytest.fixture
def director(cast):
    return cast["director"]


@pytest.fixture
def questionnaire(director, secretary, now):
    return asked.sent(director.person, by=secretary, at=now)


@pytest.fixture
def today(company):
    return timezone.localdate(timezone=company.zone)


def read(questionnaire, today):
    return Answers(Questionnaire.objects.get(pk=questionnaire.pk), today=today)


@pytest.fixture
def page(client, director, questionnaire):
    """The director at the page."""
    director.set_password(PASSWORD)
    director.save()
    client.post("/accounts/login/", {"login": director.email, "password": PASSWORD})
    return client


def test_what_was_signed_is_bound(questionnaire, secretary, director, now, page):
    asked.nothing_new(questionnaire, at=now)
    address = f"{questionnaire.get_absolute_url()}sign/"
    shown = page.get(address)
    assert shown.status_code == 200, shown
    digest = shown.context["digest"]
    answer = page.post(address, {"digest": digest})
    assert answer.status_code == 302, answer.content.decode()
    signed = Questionnaire.objects.get(pk=questionnaire.pk)
    assert signed.state == "returned"
    assert signed.digest == digest == answering.digest_of(signed.text)
    assert signed.sign_in_method == "password"
    receipt = page.get(answer.url)
    assert receipt.status_code == 200
