"""Reading a document field by field; everything that is wrong with it is told at once.

A *kind* is a function of a `Reading`, a path and a value: it gives back what the value stands for,
or notes a problem and gives back UNREADABLE.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

Kind = Callable[["Reading", str, Any], Any]
# A check of an object that was read: problems as the path within it, and the reason.
Problems = Iterator[tuple[str, str]]
Check = Callable[["Fields"], Problems]

UNREADABLE: Any = type("Unreadable", (), {"__repr__": lambda self: "UNREADABLE"})()
REQUIRED: Any = object()
# Characters of a number before we doubt that one was meant.
LONGEST_NUMBER = 1000
DECIMAL = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
MONEY = re.compile(r"-?[0-9]+\.[0-9]{2}")
WHOLE = re.compile(r"-?[0-9]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Words that people may leave beside any object; they change nothing.
REMARKS = frozenset(("label", "name", "note", "rationale", "reason", "source", "title"))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `cases[0].inputs.awards[1].awarded`."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path or 'file'}: {self.reason}"


class Malformed(Exception):
    """A document that cannot be evaluated, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Reading:
    """The problems found so far."""

    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: str, reason: str) -> Any:
        self.problems.append(Problem(path, reason))
        return UNREADABLE


class _Missing(Exception):
    """A check asked for a field that could not be read."""


class Fields(dict):
    """The fields of an object that could be read, and the object as it was written."""

    written: dict[str, Any]

    def __missing__(self, name: str) -> Any:
        raise _Missing(name)


def at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def shown(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 40 else f"{said[:40]}…"


# --- Plain values ----------------------------------------------------------------------------


def number(form: re.Pattern, called: str, signed: bool = False, above_zero: bool = False) -> Kind:
    """A number in quotes, written in one form; not negative unless it is `signed`."""

    def read(reading: Reading, path: str, value: Any) -> Any:
        if not isinstance(value, str) or not form.fullmatch(value) or len(value) > LONGEST_NUMBER:
            return reading.refuse(path, f"has to be {called}, not {shown(value)}")
        whole, _, decimals = value.partition(".")
        found = Fraction(int(whole + decimals), 10 ** len(decimals))
        if not signed and found < 0:
            return reading.refuse(path, f"is negative: {value}")
        if above_zero and found == 0:
            return reading.refuse(path, "has to be more than zero")
        return found

    return read


money = number(MONEY, 'an amount with two decimals, like "115000.00"')
signed_money = number(MONEY, 'an amount with two decimals, like "-115000.00"', signed=True)
count = number(WHOLE, 'a whole number in quotes, like "5500"')
signed_count = number(WHOLE, 'a whole number in quotes, like "-5500"', signed=True)
decimal = number(DECIMAL, 'a decimal in quotes, like "82.5"', signed=True)
price = number(DECIMAL, 'a decimal in quotes, like "48.00"')
price_above_zero = number(DECIMAL, 'a decimal in quotes, like "48.00"', above_zero=True)


def day(reading: Reading, path: str, value: Any) -> Any:
    with suppress(ValueError):
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    return reading.refuse(path, f"has to be a day, like 2024-02-29, not {shown(value)}")


def text(reading: Reading, path: str, value: Any) -> Any:
    if isinstance(value, str) and value.strip():
        return value
    return reading.refuse(path, f"has to be a text, not {shown(value)}")


def flag(reading: Reading, path: str, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return reading.refuse(path, f"has to be true or false, not {shown(value)}")


def integer(low: int, high: int) -> Kind:
    def read(reading: Reading, path: str, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        return reading.refuse(
            path, f"has to be a number from {low} to {high} without quotes, not {shown(value)}"
        )

    return read


def one_of(*words: str) -> Kind:
    def read(reading: Reading, path: str, value: Any) -> Any:
        if isinstance(value, str) and value in words:
            return value
        return reading.refuse(path, f"has to be {' or '.join(words)}, not {shown(value)}")

    return read


def anything(reading: Reading, path: str, value: Any) -> Any:
    return value


# --- Lists and objects -----------------------------------------------------------------------


def listed(kind: Kind, at_least: int = 0) -> Kind:
    """A list whose items are all of one kind."""

    def read(reading: Reading, path: str, value: Any) -> Any:
        if not isinstance(value, list):
            return reading.refuse(path, f"has to be a list, not {shown(value)}")
        if len(value) < at_least:
            return reading.refuse(path, f"has to have at least {at_least}")
        found = tuple(kind(reading, f"{path}[{at}]", one) for at, one in enumerate(value))
        return UNREADABLE if any(one is UNREADABLE for one in found) else found

    return read


def words(kind: Kind) -> Kind:
    """A list taken as a set."""

    def read(reading: Reading, path: str, value: Any) -> Any:
        found = listed(kind)(reading, path, value)
        return found if found is UNREADABLE else frozenset(found)

    return read


def mapped(kind: Kind) -> Kind:
    """An object with any keys, whose values are all of one kind."""

    def read(reading: Reading, path: str, value: Any) -> Any:
        if not isinstance(value, dict):
            return reading.refuse(path, f"has to be an object, not {shown(value)}")
        found = {name: kind(reading, at(path, name), one) for name, one in value.items()}
        return UNREADABLE if any(one is UNREADABLE for one in found.values()) else found

    return read


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an object; without a default it is required, with one it may as well be null."""

    kind: Kind
    default: Any = REQUIRED


def optional(kind: Kind, default: Any = None) -> Field:
    return Field(kind, default)


def record(build: Callable[..., Any], *checks: Check, fields: dict[str, Kind | Field]) -> Kind:
    """An object with these keys and no other; `build` is called with what they stand for.

    A check whose fields could not be read is left out; the others are made all the same.
    """
    known = {name: one if isinstance(one, Field) else Field(one) for name, one in fields.items()}

    def read(reading: Reading, path: str, value: Any) -> Any:
        if not isinstance(value, dict):
            return reading.refuse(path, f"has to be an object, not {shown(value)}")
        before = len(reading.problems)
        found = Fields(_read_fields(reading, path, value, known))
        found.written = value
        for check in checks:
            with suppress(_Missing):
                for name, reason in check(found):
                    reading.refuse(at(path, name) if name else path, reason)
        return build(**found) if len(reading.problems) == before else UNREADABLE

    return read


def _read_fields(
    reading: Reading, path: str, value: dict, known: dict[str, Field]
) -> Iterator[tuple[str, Any]]:
    given = {name: one for name, one in value.items() if one is not None}
    for name in [name for name in given if name not in known]:
        if name not in REMARKS:
            reading.refuse(at(path, name), "is not a key that is known here")
        elif not isinstance(given[name], str):
            reading.refuse(at(path, name), "has to be a text")
    for name, one in known.items():
        if name in given or (name in value and one.default is REQUIRED):
            found = one.kind(reading, at(path, name), value[name])
            if found is not UNREADABLE:
                yield name, found
        elif one.default is REQUIRED:
            reading.refuse(at(path, name), "is missing")
        else:
            yield name, one.default


def by_word(name: str, kinds: dict[str, Kind]) -> Kind:
    """An object whose own word says of which kind it is."""

    def read(reading: Reading, path: str, value: Any) -> Any:
        if not isinstance(value, dict):
            return reading.refuse(path, f"has to be an object, not {shown(value)}")
        if name not in value:
            return reading.refuse(at(path, name), "is missing")
        word = one_of(*kinds)(reading, at(path, name), value[name])
        return word if word is UNREADABLE else kinds[word](reading, path, value)

    return read
