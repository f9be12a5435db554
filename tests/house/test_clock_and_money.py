"""Rules are told the day, and money is exact."""

import ast

import pytest
from django.apps import apps
from django.db import models

from tests.house.source import Module, for_each, modules

NAIVE = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.datetime.utcfromtimestamp",
    "datetime.date.today",
    "datetime.date.fromtimestamp",
}
CLOCK = {f"django.utils.timezone.{name}" for name in ("now", "localdate", "localtime")}
# Pages, tasks and the admin look at the clock; so does the front door, which wires them together.
LOOK_AT_THE_CLOCK = ("boardroom", "views", "tasks", "admin", "commands", "middleware")
# Others that do, each with its reason.
CLOCK_EXCEPTIONS = {
    "governance/people/models.py::User.today": "rights are asked at the moment of the request",
    "governance/records/models.py::Company.today": "the company's own day, for those who may ask",
}
FLOAT_EXCEPTIONS: dict[str, str] = {}


def naive_clocks(module):
    """Python's own clocks: their day is the server's, not the company's (C1)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and module.dotted(node) in NAIVE:
            yield module.place(node)


def clocks(module):
    """Where Django's clock is read or handed on.

    Turning a given instant into a day is not that, nor is a row that notes when it was written.
    """
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute | ast.Name) or module.dotted(node) not in CLOCK:
            continue
        call = node.parent
        called = isinstance(call, ast.Call) and call.func is node
        given = called and (call.args or any(word.arg == "value" for word in call.keywords))
        stamp = isinstance(call, ast.keyword) and call.arg == "default" and module.is_of("models")
        if not given and not stamp:
            yield module.place(node)


def floats(module):
    """The name `float`, called or annotated: a number that rounds behind our back (C13)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and node.id == "float":
            yield module.place(node)
        if isinstance(node, ast.Attribute) and node.attr == "FloatField":
            yield module.place(node)


def told(found, exceptions):
    return sorted(set(found) - set(exceptions))


@for_each(modules())
def test_nobody_asks_the_server_what_day_it_is(module):
    assert list(naive_clocks(module)) == []


@for_each(modules())
def test_rules_are_told_the_day(module):
    if not module.is_of(*LOOK_AT_THE_CLOCK):
        assert told(clocks(module), CLOCK_EXCEPTIONS) == []


@for_each(modules())
def test_no_rule_counts_in_floats(module):
    if not module.is_of("boardroom"):
        assert told(floats(module), FLOAT_EXCEPTIONS) == []


def test_no_table_keeps_a_float():
    kept = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
    ]
    assert kept == []


def test_every_listed_exception_is_still_one():
    by_path = {module.path: module for module in modules()}
    for check, exceptions in ((clocks, CLOCK_EXCEPTIONS), (floats, FLOAT_EXCEPTIONS)):
        for place in exceptions:
            module = by_path.get(place.split("::")[0])
            assert module is not None, place
            assert place in set(check(module)), place


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "import datetime as dt\ndt.date.today()",
        "from datetime import date\ndate.today()",
        "from datetime import datetime\nstamp = datetime.utcnow",
    ],
)
def test_the_check_sees_a_naive_clock(source):
    assert list(naive_clocks(Module("rule.py", source))) == ["rule.py"]


@pytest.mark.parametrize(
    "source, seen",
    [
        ("from django.utils import timezone\ndef due(): return timezone.now()", True),
        ("from django.utils.timezone import now as here\ndef due(): return here()", True),
        ("from django.utils import timezone\ndef due(): return timezone.localdate()", True),
        (
            "from django.utils import timezone\ndef due(z): return timezone.localdate(None, z)",
            False,
        ),
        ("from django.utils import timezone\ndef due(at): return timezone.localtime(at)", False),
        ("def due(now): return now()", False),
    ],
)
def test_the_check_sees_a_rule_that_looks_at_the_clock(source, seen):
    assert list(clocks(Module("rule.py", source))) == (["rule.py::due"] if seen else [])


@pytest.mark.parametrize(
    "source",
    [
        "def pay(share): return float(share)",
        "def pay(share: float): ...",
        "def pay() -> float: ...",
    ],
)
def test_the_check_sees_a_float(source):
    assert set(floats(Module("rule.py", source))) == {"rule.py::pay"}
