"""A case from its walls to the Committee's determination (M-16, C-TRG-05)."""

from decimal import Decimal

import pytest

from clawback import reckoning, resolving
from clawback.conditions import Value, verdicts
from clawback.models import Line
from clawback.moves import CaseState, LineState, ResolutionState
from governance.refusals import Refused
from tests.factories import clawback as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast):
    return cast["chief_financial_officer"].person


@pytest.fixture
def case(cast, now):
    return factory.before_committee(cast, at=now)


def line_of(case):
    return Line.objects.get(case=case)


def found(case, now):
    line = line_of(case)
    return [one.value for one in verdicts(reckoning.reckon(case, [line.award], now.date()), line)]


def test_three_conditions_hold_and_the_fourth_is_the_committees(case, now):
    assert case.state == CaseState.REVIEW
    assert found(case, now) == [Value.HOLDS, Value.HOLDS, Value.HOLDS, Value.OPEN]
    assert line_of(case).latest.cap == Decimal("310000.00")


def test_a_carried_finding_and_its_determination(case, cast, now, officer):
    meeting = factory.session(cast, at=now)
    factory.found_at_fault(case, officer, at=now, meeting=meeting)
    assert found(case, now) == [Value.HOLDS] * 4
    row = factory.recovered(case, officer, at=now, meeting=meeting)
    assert row.state == ResolutionState.CARRIED
    line = line_of(case)
    assert line.state == LineState.RECOVER
    assert line.determinations.get().amount == Decimal("310000.00")


def test_nothing_is_determined_before_fault_is_found(case, cast, now, officer):
    meeting = factory.session(cast, at=now)
    with pytest.raises(Refused) as refused:
        factory.recovered(case, officer, at=now, meeting=meeting)
    assert refused.value.provision == "C-TRG-05"
    assert line_of(case).state == LineState.UNDECIDED
    assert not resolving.Resolution.objects.exists()


def test_each_of_two_participants_is_determined_apart(cast, now):
    """A finding on one is no input of the other's awards."""
    names = ("chief_financial_officer", "chief_executive")
    case = factory.before_committee(cast, at=now, subjects=names)
    for name in names:
        factory.found_at_fault(case, cast[name].person, at=now)
    for name in names:
        row = factory.recovered(case, cast[name].person, at=now)
        assert row.state == ResolutionState.CARRIED
    assert {line.state for line in Line.objects.filter(case=case)} == {LineState.RECOVER}
