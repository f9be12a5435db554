"""What the arithmetic refuses is told in sentences, wherever a page shows it."""

import re
from contextlib import suppress
from types import SimpleNamespace

import pytest

from clawback.engine import Malformed, read_case
from clawback.sentences import AWARD, CASE, noun_of, of_award, of_case, said
from tests.clawback import builders

MONEY = "has to be an amount with two decimals, like \"115000.00\", not '1e3'"


@pytest.mark.parametrize(
    "path, reason, sentence",
    [
        ("payments", "is missing", "The payments are missing."),
        ("payments[1].status", "is missing", "What became of payment 2 is missing."),
        ("filing_dates", "is missing", "The days of the first filings are missing."),
        (
            "payments[0].amount",
            MONEY,
            "The amount of payment 1 has to be an amount with two decimals, like 115000.00, and "
            "“1e3” is written.",
        ),
        (
            "payout.metrics[0].weight",
            'has to be a decimal in quotes, like "48.00", not None',
            "The weight of measure 1 has to be a number, like 48.00, and nothing is written.",
        ),
        (
            "payout.gates[2].floor",
            "is not a key that is known here",
            "Nothing called “floor” belongs to gate 3.",
        ),
        (
            "bonus",
            "is not a key that is known here",
            "Nothing called “bonus” belongs to the award.",
        ),
        ("payout.metrics", "have no weight at all", "The measures have no weight at all."),
        ("payout.metrics", "has to have at least 1", "The measures have to have 1 or more."),
        (
            "payout.metrics[1].curve[3]",
            "is out of order: the measures have to rise",
            "The curve is out of order: the measures have to rise.",
        ),
        ("", "is missing", "The award is missing."),
    ],
)
def test_a_place_has_the_name_that_people_know(path, reason, sentence):
    assert of_award(path, reason) == sentence


def test_a_case_names_the_award_and_what_is_not_recorded():
    award = SimpleNamespace(name="2024 annual bonus", person="Ann Invented")
    assert of_case("awards[0].payments", "is missing", [award]) == (
        "2024 annual bonus of Ann Invented: the payments are missing."
    )
    assert of_case("restatement.conclusion_date", "is needed by mandatory", []) == (
        "The day on which it was concluded that statements are restated is not recorded, and "
        "needed under: Mandatory rule of the exchange."
    )
    assert of_case("fiscal_periods", "is needed by as_if", []) == (
        "The fiscal years are not recorded, and needed under: Fault-based policy."
    )


def test_a_parameter_of_a_policy_follows_its_label():
    assert said("has to be a number from 0 to 20 without quotes, not 'x'") == (
        "has to be a number from 0 to 20, and “x” is written"
    )


def sentences_of(document):
    with pytest.raises(Malformed) as caught:
        read_case(document, builders.POLICIES)
    awards = [SimpleNamespace(name="Bonus", person="Ann") for _ in document["awards"]]
    return [of_case(one.path, one.reason, awards) for one in caught.value.problems]


@pytest.mark.parametrize("make", [builders.cash, builders.shares, builders.pool])
def test_whatever_is_left_out_is_told_without_the_marks_of_a_document(make):
    """Each field of an award in turn is left out, or is what it must not be."""
    told = []
    for name in set(make()) - {"key", "awarded"}:
        for value in (None, [], {}, "x", {"x": "1"}):
            with suppress(pytest.fail.Exception):
                told += sentences_of(builders.inputs(make() | {name: value}))
    assert len(told) > 20
    for sentence in told:
        # But for what was typed itself.
        bare = re.sub("“[^”]*”", "", sentence)
        assert bare.endswith(".") and "payments is" not in bare and "periods is" not in bare
        assert not set("_[]{}") & set(bare) and "quotes" not in bare and "object" not in bare


@pytest.mark.parametrize("nouns", [AWARD, CASE])
def test_every_name_of_a_place_can_be_said(nouns):
    for path in nouns:
        noun, _ = noun_of(path.replace("[]", "[0]"), nouns, "It")
        assert noun[0].isupper() and "{" not in noun and noun != "It"
