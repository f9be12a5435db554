"""What the tests about the code itself look at: rooms, modules and their syntax, templates."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).resolve().parents[2]
PACKAGES = ("governance", "clawback", "boardroom")
# The order in which rooms may know each other: a room imports those before it.
ROOMS = (
    "governance.people",
    "governance.records",
    "governance.notices",
    "governance.board",
    "governance.committees",
    "governance.meetings",
    "governance.decisions",
    "governance.minutes",
    "governance.papers",
    "governance.elections",
    "governance.oversight",
    "clawback",
    "boardroom",
)
# Where pages and jobs meet the world; the rest of a room is told what it needs.
INTERFACES = (
    *("views", "forms", "admin", "templatetags", "context_processors"),
    *("today", "calendar", "search", "feeds", "exports", "resources"),
)


@dataclass(frozen=True)
class Module:
    """A Python module: its path in the repository, and its source."""

    path: str
    text: str = field(repr=False)

    def __str__(self) -> str:
        return self.path

    @cached_property
    def tree(self) -> ast.Module:
        tree = ast.parse(self.text, self.path)
        for parent in ast.walk(tree):
            for child in ast.iter_child_nodes(parent):
                child.parent = parent  # type: ignore[attr-defined]
        return tree

    @property
    def parts(self) -> tuple[str, ...]:
        """The path as words: governance, meetings, views."""
        return Path(self.path).with_suffix("").parts

    def is_of(self, *names: str) -> bool:
        """Whether the module, or a folder it lies in, bears one of these names."""
        return any(part in names for part in self.parts)

    @cached_property
    def imported(self) -> dict[str, str]:
        """What each imported name stands for, dotted."""
        names = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.split(".")[0]
                    names[name] = alias.name if alias.asname else name
        return names

    def dotted(self, node: ast.AST) -> str:
        """`timezone.now` as `django.utils.timezone.now`; empty for anything but a plain name."""
        trail = []
        while isinstance(node, ast.Attribute):
            trail.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.imported.get(node.id, node.id), *reversed(trail)])

    def place(self, node: ast.AST) -> str:
        """Where in the repository a node is, named so that an exception can be listed by it."""
        names = []
        above: ast.AST | None = node
        while above is not None:
            if isinstance(above, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.append(above.name)
            above = getattr(above, "parent", None)
        return "::".join([self.path, *([".".join(reversed(names))] if names else [])])


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, migrations and tests left out."""
    paths = (path for package in PACKAGES for path in sorted((HOUSE / package).rglob("*.py")))
    return tuple(
        Module(path.relative_to(HOUSE).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
        if "migrations" not in path.parts
    )


@cache
def interfaces() -> tuple[Module, ...]:
    return tuple(module for module in modules() if module.is_of(*INTERFACES))


@cache
def rooms() -> tuple[str, ...]:
    """The rooms that stand, in the house's order."""
    return tuple(room for room in ROOMS if (folder(room) / "apps.py").is_file())


def folder(room: str) -> Path:
    return HOUSE.joinpath(*room.split("."))


@cache
def repository() -> tuple[str, ...]:
    """Every file that is, or is about to be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(set(listed.stdout.split("\0")) - {""})
    return tuple(name for name in names if (HOUSE / name).is_file())


def text_of(name: str) -> str:
    """The text of a file; empty when it holds bytes that are no text."""
    try:
        return (HOUSE / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@dataclass(frozen=True)
class Element:
    """One tag of a template, with the attributes it may have and the line it stands on."""

    tag: str
    attributes: dict[str, str]
    line: int


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Element] = []

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.found.append(Element(tag, attributes, self.getpos()[0]))


def without_comments(template: str) -> str:
    """The template without Django's comments; line numbers stay."""
    commented = re.compile(r"{#.*?#}|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
    return commented.sub(lambda found: "\n" * found[0].count("\n"), template)


def elements(template: str) -> Iterator[Element]:
    """The tags of a template, whichever branch they stand in."""
    plain = re.sub(r"{%.*?%}", " ", without_comments(template), flags=re.DOTALL)
    parser = _Elements()
    parser.feed(re.sub(r"{{.*?}}", "…", plain, flags=re.DOTALL))
    return iter(parser.found)


@cache
def templates() -> tuple[str, ...]:
    """Templates by their path in the repository, those of the rooms too."""
    return tuple(
        name
        for name in repository()
        if "templates" in Path(name).parts and not name.startswith("tests/")
    )


def for_each(things: Iterable[Any]) -> Callable[[Callable[[Any], None]], Callable[[str], None]]:
    """Check each of many files in one test for its folder: a test for each takes longer to tell
    than to run. The one that fails is named."""
    of_folder: dict[str, list[Any]] = {}
    for thing in things:
        of_folder.setdefault("/".join(Path(str(thing)).parts[:2]), []).append(thing)

    def decorate(check: Callable[[Any], None]) -> Callable[[str], None]:
        def test(folder: str) -> None:
            for thing in of_folder[folder]:
                try:
                    check(thing)
                except AssertionError as error:
                    error.add_note(f"in {thing}")
                    raise

        test.__name__, test.__doc__, test.__module__ = (
            check.__name__,
            check.__doc__,
            check.__module__,
        )
        return pytest.mark.parametrize("folder", list(of_folder))(test)

    return decorate
