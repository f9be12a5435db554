"""The door as it is in production, and two people in front of it."""

import pytest
from django.core.cache import cache

from boardroom.celery import app
from governance.people.models import Office
from governance.people.operations import appoint, open_account
from tests.boardroom.signin.door import PASSWORD, SINCE


@pytest.fixture(autouse=True)
def door(settings):
    """The door as it is in production, with nothing counted from other tests."""
    settings.LOGIN_URL = "account_login"
    cache.clear()
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    yield
    app.conf.task_always_eager = before


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
