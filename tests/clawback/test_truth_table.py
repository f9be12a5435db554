"""The four conditions of the fault-based policy hold together or not at all (C-TRG-01 to C-TRG-05).

Beside them the mandatory rule goes its own way (L-26).
"""

from datetime import date, datetime
from decimal import Decimal
from itertools import product

import pytest

from clawback import opening, reckoning, restating
from clawback.conditions import Value, verdicts
from clawback.models import Line, Resolution
from clawback.moves import LineState, ResolutionState, RuleState
from governance.refusals import Refused
from tests.factories import clawback as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast):
    return cast["chief_financial_officer"].person


def at_noon(company, year, month, day):
    return datetime(year, month, day, 12, tzinfo=company.zone)


def values(line, on):
    """What each of the four conditions is on the day."""
    found = reckoning.reckon(line.case, [line.award], on.date())
    return [one.value for one in verdicts(found, line)]


def find(case, person, at, fault="fraud", causation="full"):
    effect = {"fault": fault, "causation": causation, "reason": "Invented."}
    factory.resolve(case, "finding", effect, person=person, at=at)


def say(case, person, at, should):
    """Whether the participant should repay, by a resolution of its own."""
    reason = "It is not for this participant to repay."
    factory.resolve(case, "repay", {"should": should, "reason": reason}, person=person, at=at)


# --- All sixteen ------------------------------------------------------------------------------

# The bonus of fiscal 2023 rests on a filing of 21 February 2024: on these days it is within three
# years of it, and no more.
IN_TIME, TOO_LATE = (2025, 6, 2), (2027, 2, 22)


@pytest.mark.parametrize(
    "material, lower, in_time, at_fault", list(product((True, False), repeat=4))
)
def test_recovery_is_determined_only_where_all_four_conditions_hold(
    material, lower, in_time, at_fault, cast, company, officer
):
    case = factory.before_committee(
        cast,
        at=at_noon(company, *IN_TIME),
        kind="big_r" if material else "little_r",
        measures={"revenue": ("112", "93" if lower else "112")},
    )
    on = at_noon(company, *(IN_TIME if in_time else TOO_LATE))
    find(case, officer, on, *(("fraud", "full") if at_fault else ("none", "none")))
    say(case, officer, on, at_fault)
    line = Line.objects.get(case=case)
    expected = (material, lower, in_time, at_fault)
    assert values(line, on) == [Value.HOLDS if one else Value.FAILS for one in expected]
    amounts = {str(line.pk): str(line.latest.cap or 1)}
    if all(expected):
        factory.recovered(case, officer, at=on, amounts=amounts)
        line.refresh_from_db()
        assert line.state == LineState.RECOVER
    else:
        with pytest.raises(Refused) as refused:
            factory.recovered(case, officer, at=on, amounts=amounts)
        found = reckoning.reckon(case, [line.award], on.date())
        failing = [one.says for one in verdicts(found, line) if one.value != Value.HOLDS]
        assert refused.value.provision == "C-TRG-05"
        assert refused.value.sentence.endswith(" ".join(failing))
        assert not Resolution.objects.filter(kind="recover").exists()


@pytest.mark.parametrize(
    "finding, should, value",
    [
        (None, None, Value.OPEN),
        (None, True, Value.OPEN),
        (("fraud", "full"), None, Value.OPEN),
        (None, False, Value.FAILS),
        (("fraud", "full"), False, Value.FAILS),
        (("fraud", "none"), True, Value.FAILS),
        (("negligence", "full"), True, Value.FAILS),
        (("none", "none"), True, Value.FAILS),
        (("gross_negligence", "partial"), True, Value.HOLDS),
        (("intentional_misconduct", "full"), True, Value.HOLDS),
    ],
)
def test_the_fourth_condition_is_the_committees_alone(finding, should, value, cast, now, officer):
    """Fault that caused it and the determination that one should repay; neither is inferred."""
    case = factory.before_committee(cast, at=now)
    if finding:
        find(case, officer, now, *finding)
    if should is not None:
        say(case, officer, now, should)
    line = Line.objects.get(case=case)
    assert values(line, now) == [Value.HOLDS] * 3 + [value]
    if value != Value.HOLDS:
        with pytest.raises(Refused) as refused:
            factory.recovered(case, officer, at=now)
        assert refused.value.provision == "C-TRG-05"


# --- By their ids -----------------------------------------------------------------------------


@pytest.mark.parametrize("amended", [None, date(2024, 1, 10)])
@pytest.mark.parametrize("day, holds", [(22, True), (23, False)])
def test_p_33_three_year_limit(day, holds, amended, cast, company, officer):
    """From the first filing of 22 February 2023; one that amends it begins nothing anew."""
    found, filed = at_noon(company, 2023, 12, 4), at_noon(company, 2024, 1, 10)
    on, chair = at_noon(company, 2026, 2, day), cast["compensation_chair"]
    factory.policies()
    restatement = factory.restatement(by=cast["secretary"], at=found, year=2022)
    factory.bonus(officer, year=2022, filed=date(2023, 2, 22))
    case = opening.open_case(restatement, subjects=[officer], matter="", by=chair, at=found)
    reckoning.scope(case, by=chair, at=found)
    if amended:
        restating.amend_restatement(
            restatement, restated_filed_on=amended, by=cast["secretary"], at=filed
        )
    reckoning.calculate(case, by=chair, at=filed)
    case = reckoning.present(case, by=chair, at=filed)
    factory.found_at_fault(case, officer, at=on)
    third = Value.HOLDS if holds else Value.FAILS
    assert values(Line.objects.get(case=case), on) == [Value.HOLDS, Value.HOLDS, third, Value.HOLDS]
    if holds:
        row = factory.recovered(case, officer, at=on)
        assert row.state == ResolutionState.CARRIED
    else:
        with pytest.raises(Refused) as refused:
            factory.recovered(case, officer, at=on)
        assert refused.value.provision == "C-TRG-05"


def test_p_39_two_clawback_tracks(cast, company, officer):
    """Nobody is at fault: nothing is recovered under the policy, and all of it under the rule."""
    on, chair = at_noon(company, 2026, 3, 16), cast["compensation_chair"]
    factory.policies()
    measures = {"revenue": ("112", "105.6")}
    restatement = factory.restatement(by=cast["secretary"], at=on, year=2024, measures=measures)
    told = {"label": "2022", "start": date(2022, 1, 1), "end": date(2022, 12, 31)}
    periods = [told | {"first_filed_on": date(2023, 2, 21)}]
    restating.amend_restatement(restatement, periods=periods, by=cast["secretary"], at=on)
    terms = {"target": "187500.00", "awarded": "300000.00"}
    early, late = (factory.bonus(officer, year=year, **terms) for year in (2022, 2024))
    case = opening.open_case(restatement, subjects=[officer], matter="", by=chair, at=on)
    reckoning.scope(case, by=chair, at=on)
    reckoning.calculate(case, by=chair, at=on)
    case = reckoning.present(case, by=chair, at=on)

    found = reckoning.reckon(case, [early, late], on.date())
    run = found.document["answer"]["policies"]["mandatory"]
    assert run["recovery_periods"] == ["2023", "2024", "2025"]
    assert "OUTSIDE_LOOKBACK" in run["awards"][str(early.pk)]["reasons"]
    line = Line.objects.get(case=case)
    assert line.award == late

    find(case, officer, on, "none", "none")
    assert values(line, on) == [Value.HOLDS] * 3 + [Value.FAILS]
    told = {"lines": [str(line.pk)], "reason": "Nobody is at fault."}
    factory.resolve(case, "no_recovery", told, person=officer, at=on)
    line.refresh_from_db()
    assert line.state == LineState.NO_RECOVERY
    rule = line.under_the_rule
    assert (rule.state, rule.amount) == (RuleState.ERRONEOUS, Decimal("60000.00"))
    assert line.account.outstanding == Decimal("60000.00")
