"""Steps of a working and parameters of a policy as people read them."""

import pytest

from clawback.parameters import said_terms
from clawback.shipped import TERMS
from clawback.wording import said_step


@pytest.mark.parametrize(
    "step, said",
    [
        (
            "reported revenue: 100 + (200 - 100) x (112 - 100) / (120 - 100) = 160 %",
            "reported revenue: 100 + (200 − 100) × (112 − 100) / (120 − 100) = 160 %",
        ),
        (
            "reported_amount: r2(400000 x 160 / 100) = 640000.00",
            "reported amount: 400,000 × 160 / 100, rounded to two places = 640,000.00",
        ),
        (
            "excess: max(0, 640000 - 330000) = 310000.00",
            "excess: the greater of 0 and 640,000 − 330,000 = 310,000.00",
        ),
        (
            "pool: min(5 / 100 x max(0, 3 - 2), 5000000) ~ 0.33",
            "pool: the lesser of 5 / 100 × (the greater of 0 and 3 − 2) and 5,000,000 ≈ 0.33",
        ),
        (
            "earnings: r2(1000 x max(0, 30.5 / 26.5 - 1)) = 150.94",
            "earnings: 1,000 × (the greater of 0 and 30.5 / 26.5 − 1), rounded to two places "
            "= 150.94",
        ),
        ("revenue of 2025: 14 reaches the point 14 = 200 %",) * 2,
        ("an open bracket: max(0, 5 = 5", "an open bracket: the greater of 0 and 5 = 5"),
    ],
)
def test_a_step_is_told_without_the_names_of_functions(step, said):
    assert said_step(step) == said


@pytest.mark.parametrize("terms", TERMS.values(), ids=TERMS)
def test_no_parameter_that_is_shipped_is_told_by_its_key(terms):
    told = said_terms(terms)
    assert len(told) == len(terms)
    for words, value in told:
        assert "_" not in words + value and "." not in words
        assert value not in ("big r", "feb28", "grant date", "exclude")


def test_a_parameter_that_nobody_named_is_told_by_itself():
    assert said_terms({"shade": ["dark_red", None, True]}) == [
        ("shade", "dark red, not given, yes")
    ]
