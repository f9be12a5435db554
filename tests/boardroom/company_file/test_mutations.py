"""Whatever is changed in a company file: it loads, or each problem has its line."""

import re

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boardroom.company_file.problems import Unloadable
from tests.boardroom.company_file.conftest import (
    DEMO,
    count_rows,
    example_of_the_documentation,
    load_text,
    problems_of,
)

pytestmark = pytest.mark.django_db

LINES = DEMO.read_text().splitlines()
EXAMPLE = example_of_the_documentation().splitlines()
JUNK = "Zq ¤ nothing"
# Any text will do for these.
FREE = {"name", "given_name", "family_name", "title", "text", "basis", "matters", "place"} | {
    "dial_in",
    "label",
}
QUIET = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
VALUED = re.compile(r"^( *(?:- )?)([a-z_]+): (?!>-|\|)(\S.*)$")


def valued(lines):
    """Numbers of lines with a key and a value that has to be a certain one."""
    found = []
    for number, line in enumerate(lines):
        match = VALUED.match(line)
        if match and match[2] not in FREE:
            found.append(number)
    return found


def keyed(lines):
    """Numbers of lines with a key of the schema, and not a word of the file's own."""
    return [
        number for number in valued(lines) if not re.match(r" +[a-z]+: [a-z_]+$", lines[number])
    ]


def changed(lines, number, line):
    return "\n".join([*lines[:number], *line, *lines[number + 1 :]]) + "\n"


MUTATIONS = {
    "is lost": lambda line: [],
    "stands twice": lambda line: [line, line],
    "has another value": lambda line: [re.sub(r": .*", f": {JUNK}", line)],
    "has no value": lambda line: [re.sub(r": .*", ":", line)],
    "has another key": lambda line: [re.sub(r"([a-z_]+):", r"\1_x:", line)],
    "is set in": lambda line: ["  " + line],
    "is set out": lambda line: [line.removeprefix("  ")],
    "is a list": lambda line: [re.sub(r": .*", ": [1, [2], {}]", line)],
    "is a number": lambda line: [re.sub(r": .*", ": -1", line)],
    "is of another year": lambda line: [re.sub(r"20\d\d", "2031", line)],
    "is cut": lambda line: [line[: len(line) // 2]],
    "has a quotation mark": lambda line: [line + ' "'],
}


@settings(max_examples=8, **QUIET)
@given(st.sampled_from(valued(LINES)))
def test_a_value_that_cannot_be_is_told_on_its_line(number):
    line = re.sub(r": .*", f": {JUNK}", LINES[number])
    told = [found for found, _ in problems_of(changed(LINES, number, [line]))]
    assert number + 1 in told


@settings(max_examples=8, **QUIET)
@given(st.sampled_from(keyed(LINES)))
def test_an_unknown_key_is_told_on_its_line(number):
    line = re.sub(r"([a-z_]+):", r"\1x:", LINES[number], count=1)
    told = problems_of(changed(LINES, number, [line]))
    assert any(found == number + 1 and "is no key of" in said for found, said in told)


@settings(max_examples=10, **QUIET)
@given(st.integers(0, len(LINES) - 1), st.sampled_from(sorted(MUTATIONS)))
def test_any_change_of_the_demo_is_sound_or_told(number, mutation):
    told = problems_of(changed(LINES, number, MUTATIONS[mutation](LINES[number])))
    assert all(0 < line <= len(LINES) + 1 and said.strip() for line, said in told)


def loads_or_leaves_nothing(text):
    """Load a file into a transaction of its own, and again, and forget it."""
    before = count_rows()
    with transaction.atomic():
        try:
            load_text(text)
        except Unloadable as reason:
            assert reason.problems
            assert all(0 < one.line <= len(EXAMPLE) + 1 for one in reason.problems), reason
            assert count_rows() == before
        else:
            once = count_rows()
            assert load_text(text) == 0
            assert count_rows() == once
        transaction.set_rollback(True)


ONE_CHANGE = given(st.integers(0, len(EXAMPLE) - 1), st.sampled_from(sorted(MUTATIONS)))
OF_ONE_KIND = {}
for place in (index for index, line in enumerate(EXAMPLE) if VALUED.match(line)):
    OF_ONE_KIND.setdefault(VALUED.match(EXAMPLE[place])[2], []).append(place)
EXCHANGED = st.sampled_from(sorted(OF_ONE_KIND)).flatmap(
    lambda key: st.tuples(st.sampled_from(OF_ONE_KIND[key]), st.sampled_from(OF_ONE_KIND[key]))
)


@settings(max_examples=12, **QUIET)
@ONE_CHANGE
def test_any_change_of_the_example_loads_or_leaves_nothing(number, mutation):
    loads_or_leaves_nothing(changed(EXAMPLE, number, MUTATIONS[mutation](EXAMPLE[number])))


@settings(max_examples=12, **QUIET)
@given(EXCHANGED)
def test_a_value_from_elsewhere_loads_or_leaves_nothing(places):
    """It has the right shape: what it contradicts is told, by the checks or by the rooms."""
    here, there = places
    head, value = VALUED.match(EXAMPLE[here]), VALUED.match(EXAMPLE[there])[3]
    loads_or_leaves_nothing(changed(EXAMPLE, here, [f"{head[1]}{head[2]}: {value}"]))


@pytest.mark.deep
@settings(max_examples=300, **QUIET)
@ONE_CHANGE
def test_many_changes_of_the_example(number, mutation):
    loads_or_leaves_nothing(changed(EXAMPLE, number, MUTATIONS[mutation](EXAMPLE[number])))


@pytest.mark.deep
@settings(max_examples=300, **QUIET)
@given(EXCHANGED)
def test_many_values_from_elsewhere(places):
    here, there = places
    head, value = VALUED.match(EXAMPLE[here]), VALUED.match(EXAMPLE[there])[3]
    loads_or_leaves_nothing(changed(EXAMPLE, here, [f"{head[1]}{head[2]}: {value}"]))
