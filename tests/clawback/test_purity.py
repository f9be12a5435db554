"""The arithmetic stands alone: no database, no clock, no file, no number that rounds by itself."""

import ast
import sys

import pytest

from tests.house.source import modules

ENGINE = [module for module in modules() if module.path.startswith("clawback/engine/")]
# What of Python itself reads the clock, files, the network or chance, or counts in binary.
FORBIDDEN = {"io", "math", "os", "pathlib", "random", "socket", "subprocess", "sys", "time"}


def imported(module):
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("module", ENGINE, ids=str)
def test_the_engine_imports_itself_and_plain_python(module):
    for name in imported(module):
        top = name.partition(".")[0]
        assert name.startswith("clawback.engine") or top in sys.stdlib_module_names, name
        assert top not in FORBIDDEN, name


@pytest.mark.parametrize("module", ENGINE, ids=str)
def test_the_engine_has_no_binary_number_and_opens_nothing(module):
    for node in ast.walk(module.tree):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, complex | float))
        assert not (isinstance(node, ast.Name) and node.id in ("float", "open", "input", "print"))


def test_the_engine_was_looked_at():
    assert len(ENGINE) > 15
