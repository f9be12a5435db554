"""The register of provisions knows every rule once, in words short enough for a page."""

import re
from collections import Counter

import pytest

from governance.provisions import PROVISIONS, ROWS, Kind, provision

FAMILIES = {
    r"G-[A-Z]{3}-\d\d": 59,
    r"Z-\d\d": 20,
    r"C-[A-Z]{3}-\d\d": 20,
    r"L-\d\d": 56,
    r"M-\d\d": 17,
    r"NT-[A-Z]{3,4}": 19,
    r"AC-[A-Z]{3,4}": 9,
    r"C\d{1,2}": 16,
}


def test_no_provision_is_registered_twice():
    assert [id for id, times in Counter(row.id for row in ROWS).items() if times > 1] == []
    assert len(PROVISIONS) == len(ROWS)


@pytest.mark.parametrize("pattern, number", FAMILIES.items())
def test_every_family_is_complete(pattern, number):
    assert sum(bool(re.fullmatch(pattern, id)) for id in PROVISIONS) == number


def test_every_id_belongs_to_a_family():
    strangers = [id for id in PROVISIONS if not any(re.fullmatch(p, id) for p in FAMILIES)]
    assert strangers == []


@pytest.mark.parametrize("prefix, last", [("Z-", 20), ("L-", 56), ("M-", 17)])
def test_numbered_families_have_no_gaps(prefix, last):
    assert {f"{prefix}{number:02}" for number in range(1, last + 1)} <= set(PROVISIONS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_title_fits_into_a_sentence(row):
    assert 1 <= len(row.title.split()) <= 10
    assert not row.title.endswith(".")
    assert row.source
    assert isinstance(row.kind, Kind)


def test_a_provision_says_its_id_and_its_title():
    assert str(provision("G-AGD-02")) == "G-AGD-02, any director may ask for an item"


def test_an_unknown_provision_is_an_error_with_a_sentence():
    with pytest.raises(LookupError, match="No provision is called 'G-AGD-99'"):
        provision("G-AGD-99")
