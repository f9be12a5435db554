"""What the tests stand on: surroundings fixed before Django's settings are read, and a database.

pytest loads this plugin first (see pyproject.toml). Without DATABASE_URL the tests use an embedded
database in var/test-postgres, which several runs at once may share; pytest's parallel workers use
the one of the run that started them.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from boardroom.embedded import DatabaseTrouble, running

ROOT = Path(__file__).resolve().parent.parent
# The same in every run and in every worker; outside the tests nobody uses them.
SURROUNDINGS = {
    "BOARDROOM_DEMO": "true",
    "DEMO_SIGN_IN": "true",
    "MFA_REQUIRED": "false",
    "SECRET_KEY": "for-the-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "SEALING_KEYS": "Zm9yIHRoZSB0ZXN0cyBvbmx5LCAzMiBieXRlcyBvZiA=",
}
# Whatever the shell says of these, the tests do not listen.
FORGOTTEN = (
    "ALLOWED_HOSTS",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "CELERY_BROKER_URL",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_RELAY_ASK",
    "EMAIL_URL",
    "FILES_URL",
    "INCOMING_URL",
    "LOG_LEVEL",
    "MIGRATION_DATABASE_URL",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_NAME",
    "OIDC_PROVIDER_URL",
    "PORT",
    "PORTAL_URL",
    "RETURN_ADDRESS",
    "WEB_CONCURRENCY",
)
until_the_end = ExitStack()


def prepare():
    """Fix the surroundings; the run's own process also opens the database for its workers."""
    for name in FORGOTTEN:
        os.environ.pop(name, None)
    os.environ.update(SURROUNDINGS)
    os.environ.setdefault("BOARDROOM_TEST_NAME", "boardroom")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        folder = Path(os.environ["VAR_DIR"]) / worker
        folder.mkdir(exist_ok=True)
        os.environ["VAR_DIR"] = str(folder)
        return
    folder = tempfile.mkdtemp(prefix="boardroom-tests-")
    until_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VAR_DIR"] = folder
    if not os.environ.get("DATABASE_URL"):
        try:
            database = running(ROOT / "var" / "test-postgres", durable=False)
            os.environ["DATABASE_URL"] = until_the_end.enter_context(database)
        except DatabaseTrouble as trouble:
            raise pytest.UsageError(str(trouble)) from trouble


prepare()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    until_the_end.close()
