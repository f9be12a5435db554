"""The awards that the bench invents, and its floor."""

from collections import Counter
from fractions import Fraction

import pytest

from bench.recoveries import POLICIES, interpolated, invented, of_all_awards, written_out
from clawback.engine import evaluate, read_case
from clawback.engine.facts import Metric


@pytest.fixture(scope="module")
def inputs():
    return invented(60)


@pytest.fixture(scope="module")
def case(inputs):
    return read_case(inputs, POLICIES)


def test_awards_of_every_kind_are_invented_and_always_the_same(inputs):
    kinds = Counter(award["type"] for award in inputs["awards"])
    assert kinds == {"cash": 20, "shares": 20, "pool": 10, "options": 10}
    assert inputs == invented(60)


def test_both_policies_reach_some_and_not_others(case):
    result = evaluate(case)
    for run in result.runs.values():
        assert {award.in_scope for award in run.awards.values()} == {True, False}
    assert written_out(result) > 10 * 60


def test_the_floor_comes_close_to_the_payouts(case, inputs):
    """To within what binary floating point can say."""
    reported, restated = interpolated(inputs)[0]
    plain = [one for one in of_all_awards(inputs) if "restated" in one]
    assert len(plain) == len(reported) == len(restated)
    metrics = [
        one
        for award in case.awards
        if award.payout
        for one in award.payout.metrics
        if isinstance(one, Metric)
    ]
    for at, metric in enumerate(metrics):
        below = [point for point in metric.curve.points if point[0] <= metric.reported]
        if not below or below[-1] == metric.curve.points[-1]:
            exact = below[-1][1] if below else Fraction(0)
        else:
            (x0, p0), (x1, p1) = metric.curve.points[len(below) - 1 : len(below) + 1]
            exact = p0 + (p1 - p0) * (metric.reported - x0) / (x1 - x0)
        assert abs(exact - Fraction(reported[at])) < Fraction(1, 10**9)
