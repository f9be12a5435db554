"""The access matrix is complete, well-formed, and grants what its cells say."""

import copy

import pytest
import yaml

from tests.access.matrix import CELLS, FILE, KINDS, VIEWERS, cell, cells, load, problems

WRITTEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def test_every_kind_of_object_has_a_cell_for_every_viewer():
    assert len(KINDS) == 21
    assert len(CELLS) == len(KINDS) * len(VIEWERS)
    assert problems(WRITTEN) == []


def test_the_administrator_of_the_system_reads_no_content():
    content = {each.kind for each in cells(viewer="IT") if not each.is_nothing}
    assert content == {"audit_trail", "notice"}
    assert cell("audit_trail", "IT").rights() == frozenset()
    assert cell("notice", "IT").rights(of="queue depth") == {"R"}


@pytest.mark.parametrize("kind", ["executive_session_regular", "executive_session_special"])
@pytest.mark.parametrize("viewer", ["CEO", "AS", "PR", "SO", "IT"])
def test_executive_sessions_do_not_exist_for_management(kind, viewer):
    assert cell(kind, viewer).is_nothing


@pytest.mark.parametrize(
    "kind, viewer, holding, of, rights",
    [
        ("board_meeting", "ID", (), "", "ER"),
        ("board_meeting", "ID", (), "item", "C"),
        ("board_meeting", "CEO", (), "", ""),
        ("board_meeting", "CEO", ("inside",), "", "ER"),
        ("committee_meeting", "LD", (), "", "E"),
        ("committee_meeting", "LD", ("inside",), "", "ER"),
        ("executive_session_regular", "ND", (), "", "e"),
        ("executive_session_regular", "CS", (), "", "e"),
        ("executive_session_regular", "CS", (), "hour", "U"),
        ("executive_session_regular", "CM", ("independent",), "", "ER"),
        ("board_book", "CEO", ("inside",), "", ""),
        ("board_book", "CEO", ("inside", "published"), "", "ER"),
        ("motion", "ND", (), "", "ER"),
        ("motion", "ND", ("own",), "ballot", "C"),
        ("clawback_case", "LD", (), "", ""),
    ],
)
def test_a_cell_answers_for_the_conditions_that_hold(kind, viewer, holding, of, rights):
    assert cell(kind, viewer).rights(*holding, of=of) == set(rights)


def test_a_cell_names_what_its_viewer_may_add():
    assert cell("board_meeting", "ID").creates == ("item",)
    assert cell("board_meeting", "PR").creates == ()


@pytest.mark.parametrize(
    "ask, told",
    [
        (lambda: cells(kind="meeting"), "no row 'meeting'"),
        (lambda: cells(viewer="XX"), "no column 'XX'"),
        (lambda: cell("motion", "ID").rights("invited"), "no condition invited"),
    ],
)
def test_a_word_the_matrix_does_not_know_is_an_error(ask, told):
    with pytest.raises((LookupError, ValueError), match=told):
        ask()


def damaged(change):
    matrix = copy.deepcopy(WRITTEN)
    change(matrix["kinds"][0], matrix["kinds"][0]["viewers"])
    return matrix


@pytest.mark.parametrize(
    "change, told",
    [
        (lambda row, viewers: viewers.pop("IT"), "not every viewer"),
        (lambda row, viewers: row.update(kind="motion"), "twice"),
        (lambda row, viewers: row.pop("title"), "a row has"),
        (lambda row, viewers: viewers["ID"].pop("says"), "a cell has"),
        (lambda row, viewers: viewers["ID"]["grants"].pop(), "does not say"),
        (lambda row, viewers: viewers["ID"]["grants"].clear(), "a dash"),
        (lambda row, viewers: viewers["IT"].update(says="ER"), "a dash"),
        (lambda row, viewers: viewers["CEO"].update(says="ER, C item"), "does not say when"),
        (lambda row, viewers: viewers["CS"]["grants"][0]["rights"].append("X"), "unknown right"),
        (lambda row, viewers: viewers["CS"]["grants"][0].update(when=["x"]), "unknown condition"),
        (lambda row, viewers: viewers["ID"]["grants"][1].update(of="seat"), "does not speak of"),
    ],
)
def test_a_damaged_matrix_is_refused(change, told):
    matrix = damaged(change)
    assert any(told in problem for problem in problems(matrix))
    with pytest.raises(ValueError, match="not well-formed"):
        load(yaml.safe_dump(matrix, sort_keys=False))
