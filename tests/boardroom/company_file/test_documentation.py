"""What the documentation says is so: its example loads, and every key is explained."""

import json

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from boardroom.company_file.shape import SCHEMA
from governance.decisions.models import Motion
from governance.meetings.models import ExecutiveSession, Meeting
from governance.notices.models import Notice
from governance.people.models import User
from governance.records.models import Company, Entry
from tests.boardroom.company_file.conftest import DEMO, DOCS, NOW, count_rows, load_text

pytestmark = pytest.mark.django_db


def test_the_example_loads(example):
    assert load_text(example) > 20
    states = {row.place + row.dial_in: row.state for row in Meeting.objects.all()}
    assert sorted(states.values()) == ["adjourned", "adjourned", "noticed"]
    results = Motion.objects.order_by("title").values_list(
        "title", "state", "votes_for", "votes_against", "present"
    )
    assert list(results) == [
        ("Approve the lease of the workshop", "passed", 3, 1, 4),
        ("Approve the minutes of 20 May", "passed", 5, 0, 5),
        ("Approve the plan", "open", None, None, None),
    ]
    session = ExecutiveSession.objects.get(state="closed")
    assert session.presiding.name == "Clara Tallow"
    assert session.matters == "How the new budget process works."
    assert Company.objects.get().anchor_day == NOW.date()


def test_an_account_is_opened_for_each_address_and_has_no_password(example):
    load_text(example)
    assert User.objects.count() == 6
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_past_meetings_write_to_nobody(example):
    load_text(example)
    past = [Meeting.objects.filter(backfilled=True), ExecutiveSession.objects.exclude(state="stub")]
    for rows in past:
        assert not Notice.objects.filter(subject_id__in=rows.values("pk")).exists()
    assert Notice.objects.filter(kind="meeting_noticed").count() == 5


def test_the_record_has_the_hours_at_which_things_were_done(example):
    load_text(example)
    meeting = Meeting.objects.get(name="Q3 Board meeting")
    steps = Entry.objects.about(meeting).values_list("move", "at")
    assert [(move, f"{at:%d %b %H:%M}") for move, at in steps] == [
        ("create", "02 Jun 14:00"),
        ("schedule", "02 Jun 14:00"),
        ("notice", "05 Aug 14:00"),
        ("open", "19 Aug 13:05"),
        ("adjourn", "19 Aug 15:50"),
    ]


def test_loading_it_again_changes_nothing(example):
    load_text(example)
    before = count_rows()
    assert load_text(example, NOW.replace(year=2027)) == 0
    assert count_rows() == before


def test_the_command_says_what_it_did(example, tmp_path, capsys):
    path = tmp_path / "lanterns.yaml"
    path.write_text(example)
    call_command("load_company", path)
    assert "Example Lanterns, Inc.: " in capsys.readouterr().out
    call_command("load_company", path)
    assert capsys.readouterr().out.endswith("It was loaded before; nothing changed.\n")


def test_the_command_lists_all_problems_and_writes_nothing(example, tmp_path):
    path = tmp_path / "lanterns.yaml"
    path.write_text(example.replace("New_York", "New_Amsterdam").replace("email: bruno", "mail: b"))
    before = count_rows()
    with pytest.raises(CommandError) as refused:
        call_command("load_company", path)
    first, *lines = str(refused.value).splitlines()
    assert first == f"2 problems in {path}; nothing was written."
    assert [line.partition(":")[0] for line in lines] == ["Line 4", "Line 31"]
    assert refused.value.returncode == 1
    assert count_rows() == before


def keys_of(schema):
    """Every key that the schema knows."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties")
    found = set(own) if isinstance(own, dict) else set()
    return found.union(*map(keys_of, schema.values()))


def test_every_key_and_every_choice_is_explained():
    text, schema = DOCS.read_text(), json.loads(SCHEMA.read_text())
    unexplained = {key for key in keys_of(schema) if f"`{key}`" not in text}
    assert unexplained == set()


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))


def test_both_files_name_the_schema_for_editors(example):
    line = "# yaml-language-server: $schema="
    assert example.startswith(f"{line}company-file.schema.json\n")
    first = DEMO.read_text().partition("\n")[0]
    assert (DEMO.parent / first.removeprefix(line)).resolve() == SCHEMA.resolve()
