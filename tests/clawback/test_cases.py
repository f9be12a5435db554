"""The worked cases, each by its name, and the command that runs a file of them."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from clawback.engine import evaluate, read_cases
from clawback.engine.answers import answer
from clawback.engine.comparison import differences
from tests.clawback.builders import DOCUMENT, FILE, cash, document

CASES = read_cases(DOCUMENT)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_worked_case_comes_to_what_was_worked_out(case):
    assert list(differences(case.expected, answer(evaluate(case.case)))) == []


def test_all_worked_cases_are_read():
    assert [case.id for case in CASES] == [f"P{number:02}" for number in range(1, 28)]


# --- The command -------------------------------------------------------------------------------


def run(tmp_path, text, **options):
    """What the command says of a file, and with which number it ends."""
    path = tmp_path / "cases.json"
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    try:
        call_command("clawback_cases", path, **options)
    except CommandError as error:
        return error.returncode, str(error)
    return 0, ""


def test_the_command_runs_where_the_portal_is_not_set_up():
    """Counsel works a case out on any machine: no settings, no database."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "clawback_cases", FILE],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "27 cases" in ended.stdout


def test_a_file_whose_cases_agree_ends_well(capsys):
    call_command("clawback_cases", FILE)
    assert "27 cases" in capsys.readouterr().out


def test_differences_are_told_by_path(tmp_path, capsys):
    text = FILE.read_text().replace('"recoverable": "115000.00"', '"recoverable": "115000.01"')
    code, said = run(tmp_path, text)
    assert (code, said.startswith("2 differences in 27 cases")) == (1, True)
    assert capsys.readouterr().out.splitlines() == [
        f"P01: policies.discretionary.{path}.recoverable: expected 115000.01, found 115000.00"
        for path in ("awards.A1", "people.p1")
    ]


def test_answers_working_and_differences_are_told_as_json(tmp_path, capsys):
    code, _ = run(tmp_path, document(cash(), expected={"policies": {}}), json=True)
    said = json.loads(capsys.readouterr().out)
    (case,) = said["cases"]
    assert (code, said["differences"], case["id"]) == (1, 1, "own")
    assert case["differences"][0]["path"] == "policies.mandatory"
    assert case["found"]["policies"]["mandatory"]["total_recoverable"] == "75000.00"
    steps = case["working"]["mandatory"]["A1"]
    assert "restated operating_income: 50 + (100 - 50) x (95 - 90) / (100 - 90) = 75 %" in steps


def test_half_a_character_in_a_name_is_told_by_its_number(tmp_path, capsys):
    found = document(expected={"policies": {}})
    found["cases"][0]["id"] = "\ud800"
    code, _ = run(tmp_path, found)
    assert code == 1
    assert capsys.readouterr().out.startswith("\\ud800: policies.mandatory: expected None")


def test_a_malformed_file_is_refused_with_every_problem(tmp_path, capsys):
    wrong = document(cash(colour="red", grant_date="soon"))
    code, said = run(tmp_path, wrong)
    assert code == 2
    assert said.splitlines()[0].startswith("2 problems in")
    assert "cases[0].inputs.awards[0].colour: is not a key that is known here" in said
    code, _ = run(tmp_path, wrong, json=True)
    told = json.loads(capsys.readouterr().out)["problems"]
    assert code == 2
    assert {one["path"].rpartition(".")[2] for one in told} == {"colour", "grant_date"}


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "is no JSON"),
        ("{'format': 1}", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("9" * 5_000, "is no JSON"),
        ("[]", "has to be an object"),
        ('{"format": "clawback-cases/2", "cases": []}', "format: has to be clawback-cases/1"),
        ('{"cases": [], "cases": []}', "has the key cases twice in one object"),
    ],
)
def test_what_is_no_file_of_cases_is_refused_without_a_traceback(tmp_path, text, said):
    code, why = run(tmp_path, text)
    assert (code, said in why) == (2, True), why


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read") as refused:
        call_command("clawback_cases", tmp_path / "none.json")
    assert refused.value.returncode == 2


# --- Comparing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expected, found",
    [
        ({"restated_payout_pct": "82.5"}, {"restated_payout_pct": "82.500000"}),
        ({"reasons": ["B", "A"]}, {"reasons": ["A", "B"]}),
        (
            {"A1": {"breakdown": {"repay_cash": "1.00"}}},
            {"A1": {"breakdown": {"repay_cash": "1.00", "cancel_unpaid": "0.00"}}},
        ),
    ],
)
def test_what_means_the_same_is_no_difference(expected, found):
    assert list(differences(expected, found)) == []


@pytest.mark.parametrize(
    "expected, found, path",
    [
        ({"recoverable": "82.5"}, {"recoverable": "82.50"}, "recoverable"),
        ({"a_pct": "82.500001"}, {"a_pct": "82.500000"}, "a_pct"),
        ({"a_pct": "much"}, {"a_pct": "82.500000"}, "a_pct"),
        ({"reasons": ["A"]}, {"reasons": []}, "reasons"),
        ({}, {"errors": ["A"]}, "errors"),
        ({"total": "0.00"}, {}, "total"),
        ({"recovery_periods": ["B", "A"]}, {"recovery_periods": ["A", "B"]}, "recovery_periods"),
        ({"A": {"breakdown": {}}}, {"A": {"breakdown": {"b": "0.01"}}}, "A.breakdown.b"),
        ({"A": {"in_scope": True}}, {"A": {"in_scope": False}}, "A.in_scope"),
    ],
)
def test_what_means_something_else_is_a_difference(expected, found, path):
    assert [one.path for one in differences(expected, found)] == [path]
