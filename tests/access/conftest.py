"""The board of which every reader is kept from something."""

import pytest
import time_machine
from django.utils import timezone

from tests.access.world import build
from tests.factories.cast import make_cast
from tests.factories.remembering import remembered


@pytest.fixture(scope="session")
def beginning():
    """The minute in which the first of these tests begins; pages say it, and two are compared."""
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def now(company, beginning):
    """The same instant for each of these tests: the clock goes on from it, wherever it was."""
    with time_machine.travel(beginning, tick=True):
        yield beginning.astimezone(company.zone)


@pytest.fixture
def world(company, now):
    """Made once for each worker: it takes hundreds of statements, and putting it back a few."""
    return remembered("world", lambda: build(make_cast(), now))


@pytest.fixture
def cast(request, company):
    """Those of the world, where a test has one."""
    if "world" in request.fixturenames:
        return request.getfixturevalue("world").cast
    return remembered(("cast", company.time_zone), make_cast)
