"""Every room is furnished alike, says what it is, and keeps its own tables."""

import ast
import re

import pytest
from django.apps import apps
from django.db import models

from tests.house.source import PACKAGES, Module, folder, for_each, modules, rooms

HEADINGS = ("Purpose", "Nouns", "Doors", "Provisions", "Why")
# About a page: the generated diagrams are not counted.
PAGE_OF_WORDS = 700
FENCED = re.compile(r"^```.*?^```\s*?$", re.MULTILINE | re.DOTALL)

OURS = [model for model in apps.get_models() if model.__module__.startswith(PACKAGES)]
HISTORY = [model for model in OURS if hasattr(model, "pgh_tracked_model")]
OFFICIAL = [model.pgh_tracked_model for model in HISTORY]
WITH_MODELS = [room for room in rooms() if any(m._meta.app_config.name == room for m in OURS)]

# Foreign keys of official rows that let go of what they point at, each with its reason.
NOT_PROTECTED: dict[str, str] = {}
# Rooms that connect signals rather than call a verb, each with its reason.
SIGNALS: dict[str, str] = {}
WRITTEN_ELSEWHERE = {"utils", "helpers", "misc", "common", "signals", "receivers", "managers"}


def headings(text):
    """The headings of a page, those inside a code block left out."""
    return re.findall(r"^#{2,}\s+(.+?)\s*$", FENCED.sub("", text), re.MULTILINE)


def unprotected(model):
    """Foreign keys through which deleting something else would touch an official row."""
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete != models.PROTECT:
            yield f"{model._meta.label}.{field.name}"


def connections(module):
    """Where a module listens to Django's signals."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = module.dotted(node.func)
            if name.endswith("dispatch.receiver") or re.search(r"signals\.\w+\.connect$", name):
                yield module.place(node)


@pytest.mark.parametrize("room", WITH_MODELS)
def test_a_room_says_what_it_is_on_one_page(room):
    page = folder(room) / "README.md"
    assert page.is_file(), f"{room} has no README.md"
    text = page.read_text(encoding="utf-8")
    assert [title for title in headings(text) if title in HEADINGS] == list(HEADINGS)
    assert len(FENCED.sub("", text).split()) <= PAGE_OF_WORDS


@pytest.mark.parametrize("room", rooms())
def test_a_label_is_one_short_word(room):
    label = apps.get_app_config(room.rsplit(".", 1)[-1]).label
    assert label == room.rsplit(".", 1)[-1]
    assert re.fullmatch(r"[a-z]{3,11}", label)
    text = (folder(room) / "apps.py").read_text(encoding="utf-8")
    assert f'label = "{label}"' in text, "a label is written out"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_table_is_named_for_its_room(model):
    assert model._meta.db_table == f"{model._meta.app_label}_{model._meta.model_name}"
    assert model.__module__.startswith(model._meta.app_config.name)


@pytest.mark.parametrize("model", OFFICIAL, ids=lambda model: model._meta.label)
def test_an_official_row_lets_nothing_it_points_at_be_deleted(model):
    assert sorted(set(unprotected(model)) - set(NOT_PROTECTED)) == []


@pytest.mark.parametrize(
    "model", [m for m in OURS if m not in HISTORY], ids=lambda model: model._meta.label
)
def test_a_key_is_random(model):
    assert isinstance(model._meta.pk, models.UUIDField)
    assert model._meta.pk.default.__name__ == "uuid4"


def test_there_are_rooms_and_official_rows():
    assert len(WITH_MODELS) >= 7
    assert len(OFFICIAL) >= 15


@for_each(modules())
def test_a_verb_is_called_rather_than_a_signal_connected(module):
    assert sorted(set(connections(module)) - set(SIGNALS)) == []


@for_each(modules())
def test_a_module_is_named_for_its_noun(module):
    assert module.parts[-1] not in WRITTEN_ELSEWHERE


@pytest.mark.parametrize(
    "source",
    [
        "from django.dispatch import receiver\n@receiver(post_save)\ndef heard(**k): ...",
        "from django.db.models.signals import post_save\npost_save.connect(print)",
        "from django.db.models import signals\nsignals.post_save.connect(print)",
    ],
)
def test_the_check_hears_a_signal(source):
    assert len(list(connections(Module("rule.py", source)))) == 1


def test_the_check_reads_headings():
    assert headings("# Board\n## Purpose\n```\n## Nouns\n```\n### Why\n") == ["Purpose", "Why"]
