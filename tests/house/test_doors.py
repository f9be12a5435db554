"""Reading goes through one door: pages, forms and the admin start from ``visible_to``."""

import ast
import functools
import importlib
import inspect
import re
import textwrap

import pytest
from django import forms
from django.apps import apps
from django.contrib.admin.sites import all_sites

from governance.admin import RoomForm
from tests.house.source import (
    PACKAGES,
    Module,
    for_each,
    interfaces,
    templates,
    text_of,
    without_comments,
)

MANAGERS = ("objects", "_default_manager", "_base_manager")
SHORTCUTS = ("get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404")
READING = ("all", "filter", "exclude", "get", "count", "exists", "first", "last", "iterator")
# Places that reach a model's rows without its door, each with its reason.
EXCEPTIONS: dict[str, str] = {}
# Doors beside `visible_to` that show less of a row to more readers, each with what it shows.
LESSER_DOORS = {
    "slots_for": "the bare hour of an executive session",
    "at_address": "whose calendar a private address opens, to whoever has it",
    "prepared_by": "one award's inputs, to whoever prepares them",
    "about": "the record of one row, which was reached through its own door",
    "of_readable_meetings": "the slot of an item; what is withheld is told by with_recusal",
}
# Templates that list the rows of a relation, each with its reason.
TEMPLATE_EXCEPTIONS: dict[str, str] = {}
# Models without a door of their own, each with its reason.
NO_DOOR = {
    "people.Invitation": "reached by its one-time link alone",
    "records.Company": "its name and clock head every page",
    "records.FiscalYear": "the calendar by which days are counted",
    "records.FileRow": "bytes, read by the row that owns the document",
    "records.StoredFile": "bytes, read by the row that owns the document",
    "notices.Morning": "which mornings were told; it names nobody",
    "papers.BoundBook": "sent while its rights are those of who asks; the book is asked, not it",
    "papers.ReaderKey": "opens a reader's notes, which are asked for by their reader",
    "meetings.NoticeRule": "how many hours' notice the bylaws ask",
    "meetings.Reply": "shown with its meeting",
    "meetings.Attendance": "shown with its meeting",
    "meetings.Discussion": "shown with its item",
    "meetings.Recusal": "shown with its item",
    "meetings.Consultation": "shown with its meeting",
    "meetings.SessionReading": "shown to nobody: it says who opened a session and when",
    "meetings.SessionAttendance": "shown with its session",
    "meetings.PresiderBallot": "counted by the session; whose ballot it was, nobody is shown",
    "meetings.PresidingInterval": "shown with its session",
    "meetings.SessionGuest": "shown with its session",
    "meetings.SessionInvitation": "shown with its session",
    "meetings.WaiverVote": "shown with its session",
    "decisions.Voter": "shown with its motion",
    "decisions.Presence": "shown with its motion",
    "decisions.InterestPrompt": "shown with its motion",
    "decisions.Declaration": "shown with its motion",
    "meetings.NoticeObjection": "shown with its meeting",
    "decisions.ConsentObjection": "shown with its consent",
    "board.Consideration": "a fact is shown through its own door",
    "board.EngagementDay": "shown with its engagement",
    "committees.CureDeadline": "shown with its cure case",
    "committees.Section": "shown with its charter",
    "committees.Criterion": "shown with its charter",
    "committees.CharterReview": "shown with its charter",
    "clawback.RestatedPeriod": "shown with its restatement",
    "clawback.RestatedMeasure": "shown with its restatement",
    "clawback.PolicyTerm": "shown with its version of the policy",
    "clawback.StockSale": "read by the calculation of a case",
    "clawback.Wall": "shown to nobody but with its case; every door of the room asks it",
}


@functools.cache
def our_models():
    """The models of the rooms; history rows follow the rows they copy."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith(PACKAGES) and not hasattr(model, "pgh_tracked_model")
    ]


def has_door(model):
    return hasattr(model._default_manager.all(), "visible_to")


@functools.cache
def doors_of(model):
    """`visible_to`, and those QuerySet methods that go through it themselves."""
    queryset = type(model._default_manager.all())
    named = {"visible_to"} | {name for name in LESSER_DOORS if hasattr(queryset, name)}
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


@functools.cache
def back_ways():
    """Relations that lead from one row to rows with a door: `items` of a meeting."""
    return {
        relation.get_accessor_name(): doors_of(relation.related_model)
        for model in our_models()
        for relation in model._meta.related_objects
        if relation.multiple and relation.related_model in our_models()
        if has_door(relation.related_model)
    }


def side_relations(module, ways):
    """Where rows with a door are read through a relation, or fetched with their owner."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ways:
            called = list(chain(node))
            if called and called[0] in READING and not ways[node.attr] & set(called):
                yield module.place(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr != "prefetch_related":
                continue
            plain = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if any(set(str(name).split("__")) & set(ways) for name in plain):
                yield module.place(node)


def relations_in(template, ways):
    """Where a template lists the rows of a relation by itself."""
    reading = "|".join(READING)
    found = re.findall(rf"\.({'|'.join(ways)})\.(?:{reading})\b", without_comments(template))
    return sorted(set(found))


@functools.cache
def all_doors():
    return {model.__name__: doors_of(model) for model in our_models() if has_door(model)}


@for_each(interfaces())
def test_pages_and_the_admin_start_from_the_door(module):
    assert sorted(set(side_doors(module, all_doors())) - set(EXCEPTIONS)) == []


@for_each(interfaces())
def test_pages_take_no_back_way_to_rows_with_a_door(module):
    assert sorted(set(side_relations(module, back_ways())) - set(EXCEPTIONS)) == []


@for_each(templates())
def test_templates_list_what_the_page_was_let_in_to(name):
    if name not in TEMPLATE_EXCEPTIONS:
        assert relations_in(text_of(name), back_ways()) == []


def our_forms():
    """Every form of the rooms, by the modules that forms are written in."""
    for module in interfaces():
        if module.is_of("forms", "admin"):
            written = importlib.import_module(".".join(module.parts))
            for form in vars(written).values():
                its_own = inspect.isclass(form) and form.__module__ == written.__name__
                if its_own and issubclass(form, forms.BaseForm):
                    yield form


def offers_everything(form):
    """Fields that offer rows with a door, in a form that never asks who may see them."""
    if "visible_to" in inspect.getsource(form) or issubclass(form, RoomForm):
        return []  # the choices of a RoomForm are given by RoomAdmin, through the door
    return [
        name
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ModelChoiceField) and has_door(field.queryset.model)
    ]


def test_a_form_offers_what_its_reader_may_see():
    offered = {form.__qualname__: offers_everything(form) for form in our_forms()}
    assert {name: fields for name, fields in offered.items() if fields} == {}


def test_every_model_has_a_door_or_a_reason():
    without = {model._meta.label for model in our_models() if not has_door(model)}
    assert without - set(NO_DOOR) == set()
    assert set(NO_DOOR) - without == set(), "these have a door by now"


def test_every_listed_side_door_is_still_one():
    found = {place for module in interfaces() for place in side_doors(module, all_doors())}
    found |= {place for module in interfaces() for place in side_relations(module, back_ways())}
    assert set(EXCEPTIONS) - found == set()
    listing = {name for name in templates() if relations_in(text_of(name), back_ways())}
    assert set(TEMPLATE_EXCEPTIONS) - listing == set()


def test_there_is_something_to_guard():
    assert len(all_doors()) >= 10
    assert len(interfaces()) >= 8
    assert {"items", "motions", "ballots", "seats"} <= set(back_ways())


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
SEALED = {
    "ExecutiveSession",
    "PresiderBallot",
    "PresidingInterval",
    "SessionAttendance",
    "SessionGuest",
    "SessionInvitation",
    "WaiverVote",
    # Nor does anything of the clawback room: the Committee's pages are its only doors.
    *(model.__name__ for model in apps.get_app_config("clawback").get_models()),
}


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


ITEMS = {"items": {"visible_to"}}


@pytest.mark.parametrize(
    "source",
    [
        "def page(meeting): return meeting.items.all()",
        "def page(meeting): return len(meeting.items.filter(x=1).order_by('position'))",
        "def page(rows): return rows.prefetch_related('motions', 'items__motions')",
    ],
)
def test_the_check_sees_a_back_way(source):
    assert list(side_relations(Module("views.py", source), ITEMS)) == ["views.py::page"]


@pytest.mark.parametrize(
    "source",
    [
        "def page(meeting, user): return meeting.items.visible_to(user).count()",
        "def page(facts): return facts.items()",
        "def page(rows, items): return rows.prefetch_related(Prefetch('items', queryset=items))",
    ],
)
def test_the_check_knows_a_dictionary_from_an_agenda(source):
    assert list(side_relations(Module("views.py", source), ITEMS)) == []


def test_the_check_sees_a_template_that_lists_by_itself():
    assert relations_in("{% for item in meeting.items.all %}{% endfor %}", ITEMS) == ["items"]
    assert relations_in("{% for name, value in facts.items %}{% endfor %}", ITEMS) == []


def test_the_check_sees_a_form_that_offers_everything():
    seats = next(model for model in our_models() if model._meta.label == "committees.Seat")

    class Open(forms.Form):
        seat = forms.ModelChoiceField(queryset=seats.objects.all())

    class Guarded(forms.Form):
        seat = forms.ModelChoiceField(queryset=seats.objects.none())

        def __init__(self, *args, reader, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["seat"].queryset = seats.objects.visible_to(reader)

    assert offers_everything(Open) == ["seat"]
    assert offers_everything(Guarded) == []
