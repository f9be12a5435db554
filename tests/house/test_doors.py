"""Reading goes through one door: pages, forms and the admin start from ``visible_to``."""

import ast
import inspect
import textwrap

import pytest
from django.apps import apps
from django.contrib.admin.sites import all_sites

from tests.house.source import PACKAGES, Module, interfaces

MANAGERS = ("objects", "_default_manager", "_base_manager")
SHORTCUTS = ("get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404")
# Places that reach a model's rows without its door, each with its reason.
EXCEPTIONS: dict[str, str] = {}
# Models without a door of their own, each with its reason.
NO_DOOR = {
    "people.User": "an account shows itself only; people are read through Person",
    "people.Invitation": "reached by its one-time link alone",
    "records.Company": "its name and clock head every page",
    "records.FiscalYear": "the calendar by which days are counted",
    "records.FiscalQuarter": "the calendar by which days are counted",
    "records.FileRow": "bytes, read by the row that owns the document",
    "meetings.NoticeRule": "how many hours' notice the bylaws ask",
    "meetings.Reply": "shown with its meeting",
    "meetings.Attendance": "shown with its meeting",
    "meetings.Recusal": "shown with its item",
    "meetings.SessionAttendance": "shown with its session",
    "meetings.PresiderBallot": "counted by the session; whose ballot it was, nobody is shown",
    "decisions.Voter": "shown with its motion",
}


def our_models():
    """The models of the rooms; history rows follow the rows they copy."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith(PACKAGES) and not hasattr(model, "pgh_tracked_model")
    ]


def has_door(model):
    return hasattr(model._default_manager.all(), "visible_to")


def doors_of(model):
    """`visible_to`, and those QuerySet methods that go through it themselves."""
    queryset = type(model._default_manager.all())
    named = {"visible_to"}
    for name, method in inspect.getmembers(queryset, inspect.isfunction):
        if method.__module__.startswith(PACKAGES) and name != "visible_to":
            source = ast.parse(textwrap.dedent(inspect.getsource(method)))
            if any(calls_own_door(node) for node in ast.walk(source)):
                named.add(name)
    return named


def calls_own_door(node):
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "visible_to"
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def chain(node):
    """The names called one after the other on an expression: objects, visible_to, filter."""
    above = node.parent
    while isinstance(above, ast.Attribute) or (isinstance(above, ast.Call) and above.func is node):
        if isinstance(above, ast.Attribute):
            yield above.attr
        node, above = above, above.parent


def side_doors(module, doors):
    """Where rows are reached without a door; `doors` has the ways in for each model by name."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            model = module.dotted(node.value).rsplit(".", 1)[-1]
            if model in doors and not doors[model] & set(chain(node)):
                yield module.place(node)
        if isinstance(node, ast.Call) and module.dotted(node.func).endswith(SHORTCUTS):
            bare = node.args and module.dotted(node.args[0]).rsplit(".", 1)[-1]
            if bare in doors:
                yield module.place(node)


def all_doors():
    return {model.__name__: doors_of(model) for model in our_models() if has_door(model)}


@pytest.mark.parametrize("module", interfaces(), ids=str)
def test_pages_and_the_admin_start_from_the_door(module):
    assert sorted(set(side_doors(module, all_doors())) - set(EXCEPTIONS)) == []


def test_every_model_has_a_door_or_a_reason():
    without = {model._meta.label for model in our_models() if not has_door(model)}
    assert without - set(NO_DOOR) == set()
    assert set(NO_DOOR) - without == set(), "these have a door by now"


def test_every_listed_side_door_is_still_one():
    found = {place for module in interfaces() for place in side_doors(module, all_doors())}
    assert set(EXCEPTIONS) - found == set()


def test_there_is_something_to_guard():
    assert len(all_doors()) >= 10
    assert len(interfaces()) >= 8


def test_every_admin_class_starts_from_the_door():
    registered = [
        admin for site in all_sites for admin in site._registry.values() if not is_base(admin)
    ]
    assert [str(admin) for admin in registered] == []


def is_base(admin):
    return getattr(type(admin), "starts_from_visible_to", False) is True


def test_the_admin_shows_models_with_a_door_only():
    shown = {model for site in all_sites for model in site._registry}
    assert len(shown) >= 8
    assert [model._meta.label for model in shown if not has_door(model)] == []


# Executive sessions, what is said in them, and whatever holds sealed text never enter the admin.
SEALED = {"ExecutiveSession", "SessionAttendance", "PresiderBallot"}


def test_sealed_matters_are_not_in_the_admin():
    shown = {model.__name__ for site in all_sites for model in site._registry}
    shown |= {
        inline.model.__name__
        for site in all_sites
        for admin in site._registry.values()
        for inline in admin.inlines
    }
    assert {name for name in shown if name.removesuffix("Event") in SEALED} == set()


MOTION = {"Motion": {"visible_to", "awaiting"}}


@pytest.mark.parametrize(
    "source",
    [
        "def page(request): return Motion.objects.all()",
        "def page(request): return Motion.objects.filter(pk=1).order_by('title')",
        "def page(request): return get_object_or_404(Motion, pk=1)",
        "def page(request): return models.Motion._default_manager.count()",
        "def page(request): return Motion.objects.filter(x=Item.objects.visible_to(request.user))",
        "def page(request):\n    rows = Motion.objects\n    return rows.visible_to(request.user)",
    ],
)
def test_the_check_sees_a_side_door(source):
    assert list(side_doors(Module("views.py", source), MOTION)) == ["views.py::page"]


@pytest.mark.parametrize(
    "source",
    [
        "def page(request): return Motion.objects.visible_to(request.user).filter(pk=1)",
        "def page(request): return Motion.objects.select_related('x').visible_to(request.user)",
        "def page(request): return Motion.objects.awaiting(request.user)",
        "def page(request): return get_object_or_404(Motion.objects.visible_to(u), pk=1)",
        "def page(request): return Company.objects.first()",
    ],
)
def test_the_check_lets_the_door_pass(source):
    assert list(side_doors(Module("views.py", source), MOTION)) == []
