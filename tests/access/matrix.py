"""Who may know what, read from ``matrix.yaml`` for the tests that hold the code against it.

    @pytest.mark.parametrize("cell", cells(kind="motion"), ids=str)
    def test_motion(cell, cast): ...
        assert cell.rights("inside") >= {"E"}

``CELLS`` are all cells, row by row; ``cells()`` picks some, ``cell()`` one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("matrix.yaml")
RIGHTS = frozenset("ERCUTDe")
CONDITIONS = frozenset({"inside", "own", "published", "aggregate", "independent"})
COMMITTEES = frozenset({"audit", "compensation", "nominating"})
VIEWERS = ("ID", "ND", "CM", "CC", "LD", "CS", "AS", "CEO", "PR", "OC", "AU", "SO", "IT")

# In the table a sign stands for a condition; it may also be spelled out, as may what is created.
SIGNS = {"*": "inside", "o": "own", "p": "published", "a": "aggregate", "if ID": "independent"}
SPELLED_OUT = ("party", "invited", "reported to the Board")
UNDERSTOOD = frozenset({"ballot", "signature"})


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights that hold together; empty `when` means always, empty `of` the whole object."""

    rights: frozenset[str]
    when: frozenset[str] = frozenset()
    of: str = ""
    committee: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one kind of viewer may do with one kind of object."""

    kind: str
    viewer: str
    says: str
    grants: tuple[Grant, ...]

    def __str__(self) -> str:
        return f"{self.kind}-{self.viewer}"

    def rights(self, *holding: str, of: str = "") -> frozenset[str]:
        """The rights to the object, or to the named part of it, while these conditions hold."""
        unknown = set(holding) - CONDITIONS
        if unknown:
            raise ValueError(f"The matrix knows no condition {', '.join(sorted(unknown))}.")
        granted = (g.rights for g in self.grants if g.of == of and g.when <= set(holding))
        return frozenset().union(*granted)

    @property
    def creates(self) -> tuple[str, ...]:
        """The parts, such as an agenda item, that this viewer may add to the object."""
        return tuple(grant.of for grant in self.grants if grant.of and "C" in grant.rights)

    @property
    def is_nothing(self) -> bool:
        return not self.grants


def problems(matrix: dict) -> list[str]:
    """What is missing from the matrix, unknown in it, or granted otherwise than it says."""
    found = []
    if tuple(matrix.get("viewers", ())) != VIEWERS:
        found.append("the viewers are not the columns of the table")
    kinds = [row.get("kind", "?") for row in matrix.get("kinds", ())]
    found += [f"{kind}: twice" for kind in sorted({k for k in kinds if kinds.count(k) > 1})]
    for row in matrix.get("kinds", ()):
        found += [f"{row.get('kind', '?')}: {problem}" for problem in _problems_of_row(row)]
    return found


def _problems_of_row(row: dict) -> Iterator[str]:
    unknown = set(row) - {"kind", "title", "bare", "viewers"}
    if unknown or not {"kind", "title", "viewers"} <= set(row):
        yield "a row has kind, title, viewers and sometimes bare"
        return
    if tuple(row["viewers"]) != VIEWERS:
        yield "not every viewer has a cell, in the order of the columns"
    for viewer, entry in row["viewers"].items():
        for problem in _problems_of_cell(entry, row.get("bare", {})):
            yield f"{viewer}: {problem}"


def _problems_of_cell(entry: dict, bare: dict) -> Iterator[str]:
    if set(entry) != {"says", "grants"}:
        yield "a cell has says and grants"
        return
    says, grants = entry["says"], entry["grants"]
    for grant in grants:
        yield from _problems_of_grant(grant, says)
    if (says == "-") != (grants == []):
        yield "a dash, and nothing else, grants nothing"
    if _union(grants, "rights") != _rights_said(says, bare):
        yield f"“{says}” does not say {sorted(_union(grants, 'rights'))}"
    if _union(grants, "when") != _conditions_said(says):
        yield f"“{says}” does not say when {sorted(_union(grants, 'when'))}"


def _problems_of_grant(grant: dict, says: str) -> Iterator[str]:
    if not set(grant) <= {"rights", "when", "of", "committee"} or not grant.get("rights"):
        yield "a grant has rights, and sometimes when, of or committee"
    if set(grant.get("rights", ())) - RIGHTS:
        yield "unknown right"
    if set(grant.get("when", ())) - CONDITIONS:
        yield "unknown condition"
    if grant.get("committee", "audit") not in COMMITTEES:
        yield "unknown committee"
    named = {grant[key] for key in ("of", "committee") if key in grant} - UNDERSTOOD
    if any(name not in says for name in named):
        yield f"“{says}” does not speak of {', '.join(sorted(named))}"


def _union(grants: list[dict], key: str) -> set[str]:
    return set().union(*(grant.get(key, ()) for grant in grants))


def _rights_said(says: str, bare: dict) -> set[str]:
    letters = set("".join(re.findall(r"(?<![A-Za-z])([ERCUTD]+)[op*]*(?![A-Za-z])", says)))
    letters |= set(re.findall(r"(?<![A-Za-z])e(?![A-Za-z])", says))
    for words, given in bare.items():
        if re.search(rf"(?<![A-Za-z*]){words}(?![A-Za-z])", says):
            letters |= set(given)
    return letters


def _conditions_said(says: str) -> set[str]:
    for words in SPELLED_OUT:
        says = says.replace(words, "")
    said = {SIGNS["if ID"]} if "if ID" in says else set()
    for group in re.findall(r"(?<![A-Za-z])[ERCUTD]*([opa*]+)(?![A-Za-z])", says):
        said |= {SIGNS[sign] for sign in group}
    return said


def load(text: str) -> tuple[Cell, ...]:
    """Every cell of the matrix; one that is incomplete or contradicts itself is refused whole."""
    matrix = yaml.safe_load(text)
    found = problems(matrix)
    if found:
        raise ValueError("The access matrix is not well-formed: " + "; ".join(found))
    return tuple(
        Cell(row["kind"], viewer, entry["says"], tuple(map(_grant, entry["grants"])))
        for row in matrix["kinds"]
        for viewer, entry in row["viewers"].items()
    )


def _grant(entry: dict) -> Grant:
    return Grant(
        rights=frozenset(entry["rights"]),
        when=frozenset(entry.get("when", ())),
        of=entry.get("of", ""),
        committee=entry.get("committee", ""),
    )


CELLS = load(FILE.read_text(encoding="utf-8"))
KINDS = tuple(dict.fromkeys(each.kind for each in CELLS))


def cells(kind: str | None = None, viewer: str | None = None) -> list[Cell]:
    """The cells of one kind of object, of one viewer, or all."""
    if kind is not None and kind not in KINDS:
        raise LookupError(f"The matrix has no row {kind!r}.")
    if viewer is not None and viewer not in VIEWERS:
        raise LookupError(f"The matrix has no column {viewer!r}.")
    return [c for c in CELLS if kind in (None, c.kind) and viewer in (None, c.viewer)]


def cell(kind: str, viewer: str) -> Cell:
    """One cell."""
    return cells(kind, viewer)[0]
