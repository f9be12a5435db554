"""What every test may ask for."""

import gc
import os
import shutil

import pytest
from django.conf import settings as portal
from django.utils import timezone
from hypothesis import HealthCheck, settings

from scripts.set_up import MAY_BE_MISSING, TOOLS

# How fast the machine is today says nothing about the product. A commit is asked the same examples
# everywhere, so that what fails on one machine fails on all; `make test-deep` looks for new ones.
settings.register_profile(
    "any-machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
settings.register_profile("deep", settings.get_profile("any-machine"), derandomize=False)


def find(program):
    """The path of a program that the tests drive; some go by several names."""
    commands, _ = TOOLS[program]
    return next(filter(None, map(shutil.which, commands)), None)


def pytest_configure(config):
    """Choose the examples of properties by the run that was asked for, and a cheap password."""
    settings.load_profile("deep" if config.option.markexpr == "deep" else "any-machine")
    # Argon2 takes its time on purpose; one test looks at it.
    portal.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish(session):
    """Thousands of tests stay as they are: the collector looks only at what a test makes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_runtest_setup(item):
    """Skip a test whose program is missing, and name it; on the watching machine that fails."""
    needed = [mark.args[0] for mark in item.iter_markers("needs")]
    if item.get_closest_marker("browser"):
        needed.append("chromium")
    for program in needed:
        if not find(program):
            reason = f"{program} is missing"
            watched = os.environ.get("CI") in ("true", "1") and program not in MAY_BE_MISSING
            (pytest.fail if watched else pytest.skip)(reason)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each worker's database is a copy of one that was migrated once."""
    from django.db import connection

    from tests.template import migrated_template

    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def chromium():
    """The path of the system's Chromium."""
    return find("chromium")


@pytest.fixture
def company(db):
    """The company of the tests, on Pacific time; the clock shows it, as in a page or a worker."""
    from governance.records.models import Company

    made = Company.objects.create(
        name="Quillon & Byrd Invented, Inc.", time_zone="America/Los_Angeles"
    )
    with timezone.override(made.zone):
        yield made


@pytest.fixture
def cast(company):
    """Accounts by the part they play; see tests.factories.cast for who is what."""
    from tests.factories.cast import make_cast
    from tests.factories.remembering import remembered

    return remembered(("cast", company.time_zone), make_cast)


@pytest.fixture
def now(company):
    """This instant, on whole seconds; a test that needs another day passes another one."""
    return timezone.now().astimezone(company.zone).replace(microsecond=0)
