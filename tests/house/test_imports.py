"""Imports run one way: a room knows the rooms before it."""

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from tests.house.source import HOUSE, ROOMS, rooms

CONTRACTS = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"].get(
    "importlinter", {}
)
# Shared ground beside the rooms: it knows no room, and every room may know it.
GROUND = ("governance.refusals", "governance.provisions", "governance.periods")


def levels():
    """The level of every module that a contract of layers names; the lowest is 0."""
    contracts = [each for each in CONTRACTS.get("contracts", ()) if each["type"] == "layers"]
    for contract in contracts:
        containers = contract.get("containers", [""])
        for height, layer in enumerate(reversed(contract["layers"])):
            for name in layer.replace(":", "|").split("|"):
                plain = name.strip().strip("()")
                for container in containers:
                    yield ".".join(filter(None, (container, plain))), height


def test_the_contracts_hold():
    # In a process of its own: the linter silences every logger that it finds.
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=HOUSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_contracts_list_every_room_in_the_order_of_the_house():
    height = dict(levels())
    assert [room for room in rooms() if room not in height] == []
    standing = [room for room in ROOMS if room in height]
    assert standing == sorted(standing, key=height.__getitem__)
    # Records before notices, the board before the committees: no two rooms share a level.
    assert len({height[room] for room in standing}) == len(standing)


@pytest.fixture(scope="module")
def graph():
    packages = [name for name in ("governance", "clawback", "boardroom") if (HOUSE / name).is_dir()]
    return grimp.build_graph(*packages, cache_dir=None)


def test_no_room_imports_a_later_one(graph):
    """As the contracts say, but from the order of the house: a contract may be loosened."""
    wrong = []
    for at, room in enumerate(rooms()):
        for later in rooms()[at + 1 :]:
            found = graph.find_shortest_chain(importer=room, imported=later, as_packages=True)
            if found:
                wrong.append(" imports ".join(found))
    assert wrong == []


@pytest.mark.parametrize("module", GROUND)
def test_the_shared_ground_knows_no_room(graph, module):
    known = graph.find_upstream_modules(module)
    assert [name for name in known if name.startswith(tuple(rooms()))] == []


def test_the_rooms_are_all_on_the_plan():
    built = sorted(path.parent for path in HOUSE.glob("**/apps.py") if ".venv" not in path.parts)
    names = {".".join(path.relative_to(HOUSE).parts) for path in built}
    assert names == set(rooms())
    assert len(names) >= 8
