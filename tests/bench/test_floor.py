"""The floor is a real page: somebody signed in, a meeting by its key, its items by their index."""

from uuid import UUID

import pytest
from django.test import override_settings

from bench import settings as of_floor
from bench.prepare import ITEMS_OF_THE_FLOOR, count_queries, meeting_of_the_floor

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    with override_settings(
        ROOT_URLCONF=of_floor.ROOT_URLCONF,
        MIDDLEWARE=of_floor.MIDDLEWARE,
        TEMPLATES=of_floor.TEMPLATES,
    ):
        yield


@pytest.fixture
def page(cast, now, floor):
    return f"/{meeting_of_the_floor(now).pk}/"


def test_the_floor_shows_a_meeting_and_its_items(cast, page, client):
    client.force_login(cast["lead_director"])
    answer = client.get(page).content.decode()
    assert cast["lead_director"].email in answer
    assert answer.count("<li>") == ITEMS_OF_THE_FLOOR


def test_the_floor_needs_four_queries(cast, page, client):
    client.force_login(cast["lead_director"])
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    assert count_queries(cookies, page, None) == 4


def test_the_floor_is_for_those_who_are_signed_in(page, client):
    assert client.get(page).status_code == 403
    client.logout()
    assert client.get(f"/{UUID(int=0)}/").status_code == 403
