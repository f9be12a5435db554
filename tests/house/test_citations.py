"""Whoever cites a provision cites one that exists."""

import ast
import re

import pytest

from governance.provisions import PROVISIONS
from tests.house.source import Module, for_each, modules, repository, templates, text_of

CITED = re.compile(r"\b(?:[GC]-[A-Z]{2,4}-\d{1,3}|[ZLM]-\d{1,3}|NT-[A-Z]{2,5}|AC-[A-Z]{2,5})\b")
# Conventions are short: they count as cited in brackets only, "(C5)" or "(L-37, C5)".
CONVENTION = re.compile(r"\bC\d{1,2}\b")
BRACKETS = re.compile(r"\([^()\n]*\)")


def cited(text):
    """The ids that a text cites."""
    found = set(CITED.findall(text))
    for aside in BRACKETS.findall(text):
        words = re.split(r"[,;\s]+", aside.strip("()"))
        found |= {word for word in words if CONVENTION.fullmatch(word)}
    return found


def named_as_provision(module):
    """Values of a `provision=` argument or default: these are looked up, so they must be ids."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.keyword) and node.arg == "provision":
            written = isinstance(node.value, ast.Constant) and node.value.value
            if written:
                yield written


def prose():
    """Where provisions are cited beside the code: templates, READMEs and documentation."""
    written = [name for name in repository() if name.endswith((".md", ".yaml", ".yml", ".json"))]
    return sorted({*templates(), *written} - {"package-lock.json"})


@for_each(modules())
def test_code_cites_provisions_that_exist(module):
    assert cited(module.text) - set(PROVISIONS) == set()
    assert set(named_as_provision(module)) - set(PROVISIONS) == set()


@for_each(prose())
def test_pages_and_prose_cite_provisions_that_exist(name):
    assert cited(text_of(name)) - set(PROVISIONS) == set()


@for_each(n for n in repository() if n.startswith("tests/") and n.endswith(".py"))
def test_tests_cite_provisions_that_exist(name):
    # The tests of the register and of this check try ids that do not.
    if name not in ("tests/governance/test_provisions.py", "tests/house/test_citations.py"):
        assert cited(text_of(name)) - set(PROVISIONS) == set()


def test_the_rules_of_the_house_are_cited():
    everywhere = set().union(*(cited(module.text) for module in modules()))
    assert {"G-EXS-01", "M-01", "M-03", "M-06", "L-37", "C6", "C12"} <= everywhere


@pytest.mark.parametrize(
    "text, ids",
    [
        ("as asked (G-AGD-99)", {"G-AGD-99"}),
        ("the vote (M-03, C5)", {"M-03", "C5"}),
        ("a quorum (L-77).", {"L-77"}),
        ("letters NT-NONE and AC-XYZ", {"NT-NONE", "AC-XYZ"}),
        ("(C99)", {"C99"}),
        ("AES-256, SHA-256, cell C5, UTF-8, Rule 10A-3, M3 C12 4", set()),
    ],
)
def test_the_check_sees_what_is_cited(text, ids):
    assert cited(text) == ids


def test_the_check_sees_a_word_given_as_provision():
    module = Module("rule.py", "raise Refused('No.', provision='bylaws')")
    assert list(named_as_provision(module)) == ["bylaws"]
