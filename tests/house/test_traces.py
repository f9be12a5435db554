"""The repository speaks of the product only: no machine's path, no package index, nothing built."""

import re

import pytest

from tests.house.source import for_each, repository, text_of

# Put together here, so that this file does not hold what it looks for.
PATHS = (r"work(?![\w-])", "root/", "home/", "Users/")
INDEXES = ("pypi.org", "pythonhosted.org", "registry.npmjs.org", "registry.yarnpkg.com")
OPTIONS = ("index-url", "trusted-host", "find-links")
TRACES = re.compile(
    "|".join(
        [
            # A path from the root of a disk, not `/workers` or `https://example.com/home/`.
            *(rf"(?<![\w.:/}}-])/{name}" for name in PATHS),
            *(re.escape(host) for host in INDEXES),
            *(rf"--(?:extra-)?{option}\b" for option in OPTIONS),
            r'"resolved":\s*"http',
            r"\.\./shared\b",
        ]
    ),
    re.IGNORECASE,
)
BUILT = re.compile(
    r"(?:^|/)(?:node_modules|__pycache__|\.venv|var)/|^static/(?:vendor|built)/|"
    r"\.(?:pyc|pyo|egg-info|sqlite3|log|whl|tgz)$|(?:^|/)\.env$"
)
# Files that must name what is looked for, each with its reason.
EXCEPTIONS = {
    "tests/house/test_traces.py": "it says what it looks for",
}


@for_each(name for name in repository() if name not in EXCEPTIONS)
def test_a_file_names_no_machine_and_no_index(name):
    assert [found[0] for found in TRACES.finditer(text_of(name))] == []


def test_nothing_built_is_under_version_control():
    assert [name for name in repository() if BUILT.search(name)] == []


def test_there_is_a_repository_to_look_at():
    assert "pyproject.toml" in repository()
    assert len(repository()) >= 100


@pytest.mark.parametrize(
    "text, seen",
    [
        ("cd /work/main", True),
        ("'/ROOT/.cache'", True),
        ("at /home/somebody/portal", True),
        ("see ../shared/design", True),
        ("pip --index-url=x", True),
        ("https://PyPI.org/simple", True),
        ('"resolved": "https://example.com/a.tgz"', True),
        ("celery/worker", False),
        ("href='/workers/'", False),
        ("https://portal.example.com/home/", False),
        ("the root of the tree, our work, at home", False),
    ],
)
def test_the_check_sees_a_trace(text, seen):
    assert bool(TRACES.search(text)) is seen


@pytest.mark.parametrize("name", ["static/vendor/a.js", "a/__pycache__/b.pyc", "var/secrets.env"])
def test_the_check_sees_a_built_file(name):
    assert BUILT.search(name)
