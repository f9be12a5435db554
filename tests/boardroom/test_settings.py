"""The portal starts only as it should: each unsafe start is refused in one sentence."""

import ast
import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from boardroom import settings
from boardroom.settings_names import REQUIRED, VARIABLES

HOUSE = Path(settings.BASE_DIR)
KEY = base64.b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "SECRET_KEY": "made-up-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "SEALING_KEYS": KEY,
    "DATABASE_URL": "postgres://app:word@database.example:5432/boardroom",
    "CELERY_BROKER_URL": "redis://broker.example:6379/0",
    "EMAIL_URL": "smtp+tls://user:word@mail.example:587",
    "ALLOWED_HOSTS": "portal.example.com",
    "PORTAL_URL": "https://portal.example.com",
}


def start(environment, *command):
    """Start the portal in a process of its own with nothing but this environment."""
    return subprocess.run(
        [sys.executable, *(command or ("-c", "import boardroom.settings"))],
        cwd=HOUSE,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(HOUSE),
            "DJANGO_SETTINGS_MODULE": "boardroom.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def refusal(environment):
    """What an unsafe start says last."""
    ended = start(environment)
    assert ended.returncode != 0
    return ended.stderr.strip().splitlines()[-1]


def test_production_settings_pass_djangos_own_review():
    ended = start(
        PRODUCTION, "-W", "error", "-m", "django", "check", "--deploy", "--fail-level=DEBUG"
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.strip() == "System check identified no issues (1 silenced)."


def test_everything_missing_is_named_at_once():
    said = refusal({})
    assert all(name in said for name in REQUIRED)


def test_a_command_says_in_one_sentence_why_it_does_not_start():
    ended = start({**PRODUCTION, "DEBUG": "1"}, "manage.py", "check")
    assert ended.returncode == 1
    assert ended.stderr == "DEBUG is on: outside the demo it has to be off.\n"


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_setting_is_named_when_it_is_missing(name):
    said = refusal({**PRODUCTION, name: ""})
    assert said.endswith(f"Set {name}: outside the demo the portal does not start without.")


@pytest.mark.parametrize(
    "name, value",
    [
        ("DEBUG", "1"),
        ("DEMO_SIGN_IN", "1"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SEALING_KEYS", "not base64"),
        ("SEALING_KEYS", base64.b64encode(b"too short").decode()),
        ("SEALING_KEYS", f"{KEY},{base64.b64encode(b'half').decode()}"),
        ("ALLOWED_HOSTS", "*"),
        ("PORTAL_URL", "http://portal.example.com"),
        ("DATABASE_URL", "sqlite:///boardroom.db"),
        ("FILES_URL", "ftp://files.example"),
    ],
)
def test_an_unsafe_value_is_refused_by_its_name(name, value):
    said = refusal({**PRODUCTION, name: value})
    assert said.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert name in said
    assert value not in said or name in ("ALLOWED_HOSTS", "DEBUG", "DEMO_SIGN_IN")


def in_production(expression, **environment):
    """What an expression is worth in production settings."""
    ended = start(
        {**PRODUCTION, **environment},
        "-c",
        f"from boardroom import settings; print(({expression}))",
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_a_test_name_alone_does_not_make_a_demo():
    assert (
        in_production("settings.DEMO, settings.TESTING", BOARDROOM_TEST_NAME="x")
        == "(False, False)"
    )


def test_documents_go_to_a_private_bucket_by_setting():
    where = in_production(
        "settings.STORAGES['default']['OPTIONS']",
        FILES_URL="s3://papers?endpoint=https://s3.example&region=eu",
    )
    options = ast.literal_eval(where)
    assert options["bucket_name"] == "papers"
    assert options["endpoint_url"] == "https://s3.example"
    assert options["region_name"] == "eu"
    assert (options["default_acl"], options["querystring_auth"]) == (None, False)


def test_rate_limits_are_counted_in_one_place_for_all_workers():
    assert "redis" in in_production("settings.CACHES['default']['BACKEND']").lower()


def test_only_who_makes_tables_comes_as_their_owner():
    owner = {"MIGRATION_DATABASE_URL": "postgres://owner:word@database.example/boardroom"}
    asked = "import sys; sys.argv = ['manage.py', '{}']; from boardroom import settings; "
    asked += "print(settings.DATABASES['default']['USER'])"
    for command, user in (("migrate", "owner"), ("grant_role", "owner"), ("shell", "app")):
        ended = start({**PRODUCTION, **owner}, "-c", asked.format(command))
        assert ended.stdout.strip() == user


def test_every_variable_that_is_read_is_in_the_table_and_the_other_way_round():
    source = (HOUSE / "boardroom" / "settings.py").read_text()
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source)) | {"BOARDROOM_TEST_NAME"}
    assert read | set(REQUIRED) == set(VARIABLES)


def test_no_setting_of_the_demo_is_on_by_itself():
    assert in_production("settings.DEMO, settings.DEMO_SIGN_IN, settings.DEBUG") == str(
        (False,) * 3
    )
    assert in_production("settings.MFA_REQUIRED, settings.LOGIN_URL") == "(True, 'account_login')"


ADDRESSES = """
import django, json
django.setup()
from django.urls import Resolver404, resolve
def known(path):
    try:
        return bool(resolve(path))
    except Resolver404:
        return False
print(json.dumps([known("/demo/"), known("/accounts/oidc/company/login/")]))
"""


@pytest.mark.parametrize(
    "more, demo, provider",
    [
        ({}, False, False),
        (
            {
                "OIDC_PROVIDER_URL": "https://id.example.com/tenant",
                "OIDC_CLIENT_ID": "portal",
                "OIDC_CLIENT_SECRET": "made up",
            },
            False,
            True,
        ),
        ({"BOARDROOM_DEMO": "1"}, True, False),
        ({"BOARDROOM_DEMO": "1", "DEMO_SIGN_IN": "0"}, False, False),
    ],
)
def test_a_door_that_is_not_wanted_has_no_address(more, demo, provider):
    ended = start({**PRODUCTION, **more}, "-c", ADDRESSES)
    assert json.loads(ended.stdout) == [demo, provider], ended.stderr


def test_the_form_to_the_companys_provider_may_leave_the_portal():
    told = in_production(
        "settings.CONTENT_SECURITY_POLICY['form-action']",
        OIDC_PROVIDER_URL="https://id.example.com/tenant/v2.0",
        OIDC_CLIENT_ID="portal",
        OIDC_CLIENT_SECRET="made up",
    )
    assert ast.literal_eval(told) == ["'self'", "https://id.example.com"]


def test_the_readme_says_what_each_setting_is():
    readme = (HOUSE / "README.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\w*) ?\| (.+) \|$", readme, re.MULTILINE)
    table = {name: (says, needed) for name, needed, says in rows if name in VARIABLES}
    assert table == {
        name: (says, "required" if name in REQUIRED else "") for name, says in VARIABLES.items()
    }
