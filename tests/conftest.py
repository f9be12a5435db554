"""What every test may ask for."""

import os
import shutil

import pytest
from django.utils import timezone

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find(program):
    """The path of a program that the tests drive; Chromium goes by several names."""
    names = BROWSERS if program == "chromium" else (program,)
    return next(filter(None, map(shutil.which, names)), None)


def pytest_runtest_setup(item):
    """Skip a test whose program is missing, and name it; on the watching machine that fails."""
    needed = [mark.args[0] for mark in item.iter_markers("needs")]
    if item.get_closest_marker("browser"):
        needed.append("chromium")
    for program in needed:
        if not find(program):
            reason = f"{program} is missing"
            (pytest.fail if os.environ.get("CI") in ("true", "1") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def chromium():
    """The path of the system's Chromium."""
    return find("chromium")


@pytest.fixture
def company(db):
    """The company of the tests, on Pacific time."""
    from governance.records.models import Company

    return Company.objects.create(
        name="Quillon & Byrd Invented, Inc.", time_zone="America/Los_Angeles"
    )


@pytest.fixture
def cast(company):
    """Accounts by the part they play; see tests.factories.cast for who is what."""
    from tests.factories.cast import make_cast

    return make_cast()


@pytest.fixture
def now(company):
    """This instant, on whole seconds; a test that needs another day passes another one."""
    return timezone.now().replace(microsecond=0)
