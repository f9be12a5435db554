"""Where an answer is not what was expected (section 1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from clawback.engine.answers import percent

# Lists that are taken as sets.
SETS = ("reasons", "problems", "errors")


@dataclass(frozen=True, slots=True)
class Difference:
    """A path in the answer, what was expected there and what was found; None where nothing is."""

    path: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, found {self.found}"


def differences(expected: Any, found: Any, path: str = "") -> Iterator[Difference]:
    """Where an answer is not what was expected (section 1).

    Money and shares are compared exactly, percentages to six places, reasons, problems and errors
    as sets. A part of a breakdown that is not named is zero.
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in dict.fromkeys([*expected, *found]):
            below = f"{path}.{name}" if path else name
            pair = expected.get(name), found.get(name)
            if not (path.endswith(".breakdown") and is_nothing(*pair)):
                yield from differences(*pair, below)
    elif comparable(path, expected) != comparable(path, found):
        yield Difference(path, expected, found)


def is_nothing(expected: Any, found: Any) -> bool:
    """Whether one names a zero that the other leaves out."""
    return None in (expected, found) and (expected or found) in ("0", "0.00")


def comparable(path: str, value: Any) -> Any:
    name = path.rpartition(".")[2]
    if name in SETS and isinstance(value, list):
        return frozenset(map(str, value))
    if name.endswith("_pct") and isinstance(value, str):
        try:
            return percent(Fraction(value))
        except (ValueError, ZeroDivisionError):
            return value
    return value
