"""A line of the log says what happened and never about whom."""

import logging
import sys

import pytest
from django.test import Client

from boardroom.logs import OneLine

CANARY = "canary-7f3a"


def line(name, message, *args, error=None, **extra):
    """A record as it is written out."""
    exc_info = None
    if error is not None:
        try:
            raise error
        except type(error):
            exc_info = sys.exc_info()
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, exc_info)
    record.__dict__.update(extra)
    return OneLine().format(record)


def test_an_error_is_told_by_its_kind_and_place_in_one_line():
    told = line("boardroom", "Something\nwent wrong", error=ValueError(f"Key (email)=({CANARY})"))
    assert "\n" not in told
    assert "builtins.ValueError tests/boardroom/test_logs.py:" in told
    assert CANARY not in told


def test_a_cause_is_told_like_the_error_itself():
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise LookupError(CANARY) from error
    except LookupError as error:
        told = line("boardroom", "Failed", error=error)
    assert "builtins.LookupError" in told
    assert "because builtins.KeyError" in told
    assert CANARY not in told


def test_an_address_that_django_quotes_is_left_out():
    told = line("django.security.csrf", "Forbidden (%s): %s", "no token", f"/accounts/{CANARY}/")
    assert told.endswith("Forbidden (no token): (address)")


def test_what_a_job_was_given_or_raised_is_left_out():
    context = {
        "name": "notices.deliver", "id": "1", "description": "raised unexpected",
        "exc": CANARY, "traceback": CANARY, "args": CANARY, "kwargs": CANARY,
    }  # fmt: skip
    told = line("celery.app.trace", "Task %(name)s[%(id)s] %(description)s: %(exc)s", context)
    assert "notices.deliver" in told
    assert CANARY not in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [f"/accounts/invitation/{CANARY}/", f"/nothing/{CANARY}/", f"/healthz?{CANARY}"]
)
def test_a_request_leaves_no_trace_of_what_was_in_its_address(path, capsys):
    out = logging.StreamHandler(sys.stdout)
    out.setFormatter(OneLine())
    logging.getLogger().addHandler(out)
    try:
        strict = Client(enforce_csrf_checks=True)
        strict.get(path + f"?asked={CANARY}")
        strict.post(path, {"field": CANARY})
    finally:
        logging.getLogger().removeHandler(out)
    told = capsys.readouterr().out
    assert "boardroom.requests POST /" in told
    assert CANARY not in told
