"""Which awards a policy reaches, and every reason why it does not reach the others."""

import pytest

from tests.clawback.builders import (
    FAULT,
    SINCE_2017,
    YEARS,
    answered,
    cash,
    inputs,
    metric,
    only,
    person,
    run_of,
)


def restated(**changes):
    return {"restatement": inputs()["restatement"] | changes}


def determined(day="2026-01-20", **findings):
    return {"committee": {"determination_date": day, "findings": [FAULT | findings]}}


# --- When a policy took effect, and what triggers it -------------------------------------------


@pytest.mark.parametrize(
    "policy, changes, reasons",
    [
        ("discretionary", {"grant_date": "2019-02-07"}, ["GRANT_BEFORE_EFFECTIVE"]),
        ("discretionary", {"grant_date": "2019-02-08"}, []),
        ("mandatory", {"grant_date": "2010-01-01"}, []),
    ],
)
def test_a_policy_reaches_what_was_granted_or_received_since_it_took_effect(
    policy, changes, reasons
):
    assert only(cash(**changes), policy=policy)["reasons"] == reasons


@pytest.mark.parametrize("day, is_in", [("2024-12-31", True), ("2025-01-01", False)])
def test_the_day_of_receipt_counts_where_the_policy_says_so(day, is_in):
    found = only(cash(), overrides={"effective_date": day})
    assert found["reasons"] == ([] if is_in else ["RECEIVED_BEFORE_EFFECTIVE"])


def test_a_policy_without_an_effective_test_reaches_everything():
    changed = {"effective_test": "none", "effective_date": None}
    assert only(cash(grant_date="1999-01-01"), overrides=changed)["in_scope"]


@pytest.mark.parametrize(
    "policy, kind, is_in",
    [
        ("mandatory", "little_r", True),
        ("mandatory", "out_of_period", False),
        ("discretionary", "little_r", False),
        ("discretionary", "big_r", True),
    ],
)
def test_a_policy_names_the_restatements_that_trigger_it(policy, kind, is_in):
    found = only(policy=policy, **restated(type=kind))
    assert found["reasons"] == ([] if is_in else ["RESTATEMENT_NOT_COVERED"])


def test_all_reasons_are_told_at_once_and_the_excess_all_the_same():
    found = only(
        cash(grant_date="2018-01-01", filing_dates=["2020-02-14"]),
        policy="discretionary",
        people=[person(section16=[])],
        committee={"determination_date": "2026-01-20"},
        **restated(type="out_of_period"),
    )
    assert found["reasons"] == [
        "GRANT_BEFORE_EFFECTIVE",
        "NOT_COVERED_PERSON",
        "NO_FAULT_FINDING",
        "OUTSIDE_LOOKBACK",
        "RESTATEMENT_NOT_COVERED",
    ]
    assert (found["excess"], found["recoverable"]) == ("75000.00", "0.00")
    assert "breakdown" not in found


# --- Years since the original filing (C-TRG-03) ------------------------------------------------


@pytest.mark.parametrize(
    "filed, years, rule, last",
    [
        (["2025-02-14"], 3, "feb28", "2028-02-14"),
        (["2025-02-14", "2026-03-01", "2024-02-14"], 3, "feb28", "2029-03-01"),
        (["2024-02-29"], 3, "feb28", "2027-02-28"),
        (["2024-02-29"], 3, "mar1", "2027-03-01"),
        (["2024-02-29"], 4, "feb28", "2028-02-29"),
        (["2024-02-29"], 4, "mar1", "2028-02-29"),
        (["2023-02-28"], 1, "mar1", "2024-02-28"),
        (["2024-02-29"], 3, None, "2027-02-28"),
    ],
)
def test_the_years_run_from_the_latest_original_filing(filed, years, rule, last):
    changed = {"lookback.years": years, "lookback.leap_rule": rule}
    found = only(cash(filing_dates=filed), policy="discretionary", overrides=changed)
    assert found["lookback_last_day"] == last


@pytest.mark.parametrize(
    "event, inside, outside",
    [
        ("committee_determination_date", "2023-01-20", "2023-01-19"),
        ("restated_filing_date", "2022-11-10", "2022-11-09"),
        ("conclusion_date", "2022-09-08", "2022-09-07"),
    ],
)
def test_the_event_counts_on_the_last_day_and_not_after(event, inside, outside):
    for filed, reasons in ((inside, []), (outside, ["OUTSIDE_LOOKBACK"])):
        found = only(
            cash(filing_dates=[filed]), policy="discretionary", overrides={"lookback.event": event}
        )
        assert found["reasons"] == reasons


# --- Completed fiscal years (L-26) -------------------------------------------------------------


def periods(**changes):
    found = run_of(**changes)
    return found["trigger_date"], found["recovery_periods"]


def test_the_trigger_is_the_earlier_of_conclusion_and_order():
    later = restated(court_order_date="2025-12-01")
    assert periods(**later)[0] == "2025-09-08"
    earlier = restated(court_order_date="2025-08-01")
    assert periods(**earlier)[0] == "2025-08-01"
    alone = restated(conclusion_date=None, court_order_date="2026-03-01")
    assert periods(**alone) == ("2026-03-01", ["FY2023", "FY2024", "FY2025"])


@pytest.mark.parametrize(
    "day, labels",
    [
        ("2024-12-31", ["FY2021", "FY2022", "FY2023"]),
        ("2025-01-01", ["FY2022", "FY2023", "FY2024"]),
        ("2021-12-31", []),
        ("2022-01-01", ["FY2021"]),
    ],
)
def test_a_period_is_completed_the_day_after_its_end(day, labels):
    assert periods(**restated(conclusion_date=day))[1] == labels


def test_the_years_may_be_more_or_fewer_and_listed_in_any_order():
    changed = {"overrides": {"lookback.years": 2}, "fiscal_periods": YEARS[::-1]}
    assert periods(**changed)[1] == ["FY2023", "FY2024"]


def transition(start, end, label="TP"):
    return {"label": label, "start": start, "end": end, "kind": "transition"}


@pytest.mark.parametrize(
    "start, end, is_year",
    [
        ("2024-01-01", "2024-09-30", True),
        ("2024-01-01", "2024-09-29", False),
        ("2024-01-15", "2024-10-14", True),
        ("2024-01-15", "2024-10-13", False),
        ("2024-05-31", "2025-02-27", True),
        ("2024-05-31", "2025-02-26", False),
    ],
)
def test_a_transition_of_nine_months_counts_as_a_year(start, end, is_year):
    found = periods(
        fiscal_periods=[*YEARS[:3], transition(start, end)],
        **restated(conclusion_date="2025-03-01"),
    )[1]
    assert found == [*(["FY2021"] if not is_year else []), "FY2022", "FY2023", "TP"]


def test_a_short_transition_counts_only_after_the_first_of_the_years_started():
    before = transition("2021-07-01", "2021-12-31")
    years = [one for one in YEARS if one["label"] != "FY2021"]
    assert periods(fiscal_periods=[before, *years])[1] == ["FY2022", "FY2023", "FY2024"]
    after = transition("2025-01-01", "2025-06-30")
    assert periods(fiscal_periods=[after, *YEARS])[1] == ["FY2022", "FY2023", "FY2024", "TP"]
    unfinished = transition("2025-03-01", "2025-09-08")
    assert periods(fiscal_periods=[unfinished, *YEARS])[1] == ["FY2022", "FY2023", "FY2024"]


@pytest.mark.parametrize(
    "received, is_in",
    [("2021-12-31", False), ("2022-01-01", True), ("2024-12-31", True), ("2025-01-01", False)],
)
def test_an_award_is_inside_by_the_day_on_which_it_was_received(received, is_in):
    changed = {"effective_date": "2000-01-01"}
    found = only(cash(received_date=received), overrides=changed)
    assert found["reasons"] == ([] if is_in else ["OUTSIDE_LOOKBACK"])


# --- Who is covered (C-COV-01) -----------------------------------------------------------------


def term(start, end=None):
    return [{"start": start, "end": end}]


@pytest.mark.parametrize(
    "terms, is_in",
    [
        (term("2026-01-20"), True),
        (term("2026-01-21"), False),
        (term("2001-01-01", "2001-01-01"), True),
        (term("2030-01-01") + term("2001-01-01", "2002-01-01"), True),
        ([], False),
    ],
)
def test_a_section_16_officer_once_is_covered_for_ever(terms, is_in):
    found = only(policy="discretionary", people=[person(section16=terms)])
    assert found["reasons"] == ([] if is_in else ["NOT_COVERED_PERSON"])


@pytest.mark.parametrize(
    "terms, is_in",
    [
        (term("2024-12-31"), True),
        (term("2025-01-01"), False),
        (term("2017-01-01", "2024-01-01"), True),
        (term("2017-01-01", "2023-12-31"), False),
        (term("2024-06-01", "2024-06-01"), True),
        (term("2017-01-01", "2019-01-01") + term("2025-01-01"), False),
        ([], False),
    ],
)
def test_a_day_as_an_executive_officer_within_the_period_is_enough(terms, is_in):
    found = only(people=[person(executive_officer=terms)])
    assert found["reasons"] == ([] if is_in else ["NOT_COVERED_PERSON"])
    assert found["excess"] == "75000.00"


def test_an_executive_officer_has_to_have_started_when_the_award_was_received():
    """The period goes on after the measure was attained."""
    early = cash(received_date="2024-06-30")
    for start, reasons in (("2024-06-30", []), ("2024-07-01", ["NOT_COVERED_PERSON"])):
        found = only(early, people=[person(executive_officer=term(start))])
        assert found["reasons"] == reasons


@pytest.mark.parametrize(
    "terms, is_in",
    [
        (term("2025-02-14"), True),
        (term("2025-02-15"), False),
        (term("2017-01-01", "2025-02-14"), True),
        (term("2017-01-01", "2025-02-13"), False),
    ],
)
def test_principal_officers_are_those_at_the_filing(terms, is_in):
    found = only(policy="sox304", people=[person(principal_officer=terms)])
    assert found["reasons"] == ([] if is_in else ["NOT_COVERED_PERSON"])


# --- Whose fault (C-TRG-04) --------------------------------------------------------------------


@pytest.mark.parametrize(
    "finding, reasons",
    [
        ({}, []),
        ({"caused": "partial"}, []),
        ({"standard": "gross_negligence"}, []),
        ({"standard": "negligence"}, ["NO_FAULT_FINDING"]),
        ({"should_repay": False}, ["NO_REPAY_DETERMINATION"]),
        ({"standard": "negligence", "should_repay": False}, ["NO_FAULT_FINDING"]),
    ],
)
def test_fault_and_the_duty_to_repay_are_found_by_the_committee(finding, reasons):
    assert only(policy="discretionary", **determined(**finding))["reasons"] == reasons


def test_one_finding_among_several_is_enough():
    findings = [
        FAULT | {"should_repay": False},
        FAULT | {"standard": "negligence"},
        FAULT | {"standard": "gross_negligence"},
    ]
    for number, reasons in ((2, ["NO_REPAY_DETERMINATION"]), (3, [])):
        committee = {"determination_date": "2026-01-20", "findings": findings[:number]}
        assert only(policy="discretionary", committee=committee)["reasons"] == reasons


def test_the_fault_of_another_is_nobody_elses():
    two = [person("p1"), person("p2")]
    found = only(policy="discretionary", people=two, **determined(person="p2"))
    assert found["reasons"] == ["NO_FAULT_FINDING"]


def test_a_policy_without_fault_asks_for_no_finding():
    assert only(policy="mandatory", committee={})["in_scope"]


def test_misconduct_of_the_issuer_is_a_fact_of_the_restatement():
    people = [person(principal_officer=SINCE_2017)]
    assert only(policy="sox304", people=people)["in_scope"]
    found = only(policy="sox304", people=people, **restated(issuer_misconduct=False))
    assert found["reasons"] == ["NO_MISCONDUCT"]
    assert (found["received_in_window"], found["recoverable"]) == ("150000.00", "0.00")


# --- Everything in a window --------------------------------------------------------------------


@pytest.mark.parametrize(
    "issued, months, leap_rule, first, last",
    [
        ("2025-02-14", 12, None, "2025-02-15", "2026-02-14"),
        ("2024-02-29", 12, "feb28", "2024-03-01", "2025-02-28"),
        ("2024-02-29", 12, "mar1", "2024-03-01", "2025-03-01"),
        ("2024-02-29", 48, None, "2024-03-01", "2028-02-29"),
        ("2024-08-31", 6, None, "2024-09-01", "2025-02-28"),
        ("2024-12-31", 1, None, "2025-01-01", "2025-01-31"),
    ],
)
def test_the_window_opens_the_day_after_and_closes_on_the_same_day(
    issued, months, leap_rule, first, last
):
    changed = {"lookback.months": months, "lookback.leap_rule": leap_rule}
    found = only(policy="sox304", overrides=changed, **restated(first_issued_date=issued))
    assert (found["window_first_day"], found["window_last_day"]) == (first, last)


def payments(**amounts):
    return [
        {"date": day.strip("d").replace("_", "-"), "amount": amount, "status": "paid"}
        for day, amount in amounts.items()
    ]


def test_only_what_was_paid_in_the_window_was_received():
    paid = payments(d2025_02_14="1.00", d2025_02_15="2.00", d2026_02_14="4.00", d2026_02_15="8.00")
    unpaid = {"date": "2025-06-01", "amount": "149985.00", "status": "unpaid"}
    people = [person(principal_officer=SINCE_2017)]
    found = only(cash(payments=[*paid, unpaid]), policy="sox304", people=people)
    assert (found["received_in_window"], found["recoverable"]) == ("6.00", "6.00")
    assert "breakdown" not in found and "excess" not in found


def test_nothing_paid_in_the_window_is_a_reason_of_its_own():
    paid = payments(d2025_02_14="150000.00")
    people = [person(principal_officer=SINCE_2017)]
    found = only(cash(payments=paid), policy="sox304", people=people)
    assert found["reasons"] == ["NOTHING_RECEIVED_IN_WINDOW"]


def test_the_excess_within_a_window_goes_by_the_day_of_receipt():
    changed = {"excess_rule": "excess"}
    people = [person(principal_officer=SINCE_2017)]
    late = cash(received_date="2025-03-31")
    assert only(late, policy="sox304", people=people, overrides=changed)["in_scope"]
    found = only(cash(), policy="sox304", people=people, overrides=changed)
    assert found["reasons"] == ["OUTSIDE_LOOKBACK"]
    assert found["window_last_day"] == "2026-02-14"


SALES = [
    {"date": "2025-02-14", "profit": "1.00"},
    {"date": "2025-02-15", "profit": "2.00"},
    {"date": "2025-06-01", "profit": "-100.00"},
    {"date": "2026-02-14", "profit": "4.50"},
    {"date": "2026-02-15", "profit": "8.00"},
]


def test_profits_of_sales_in_the_window_are_added_per_person_and_losses_are_not():
    people = [
        person("p1", principal_officer=SINCE_2017, stock_sales=SALES),
        person("p2", principal_officer=SINCE_2017, stock_sales=SALES),
        person("p3", stock_sales=SALES),
    ]
    found = run_of(policy="sox304", people=people)
    assert found["stock_sale_profits"] == {"p1": "6.50", "p2": "6.50", "p3": "0.00"}
    assert found["people"]["p1"]["recoverable"] == "150006.50"
    assert found["people"]["p2"]["recoverable"] == "6.50"
    assert found["total_recoverable"] == "150013.00"


def test_without_misconduct_no_profit_is_owed():
    people = [person(principal_officer=SINCE_2017, stock_sales=SALES)]
    found = run_of(policy="sox304", people=people, **restated(issuer_misconduct=False))
    assert found["total_recoverable"] == "0.00"


def test_whoever_was_never_an_executive_officer_owes_no_profit():
    """Whatever the period: a policy of executive officers reaches somebody who was one."""
    people = [
        person("p1", stock_sales=SALES),
        person("p2", executive_officer=[], stock_sales=SALES),
    ]
    found = run_of(
        policy="sox304", people=people, overrides={"coverage": "executive_officer_in_period"}
    )
    assert found["stock_sale_profits"] == {"p1": "6.50", "p2": "0.00"}
    assert found["people"]["p2"]["recoverable"] == "0.00"


def test_an_anniversary_beyond_the_calendar_is_never_reached():
    """Three years after 1 March 9998 would be 10001: every event is before that."""
    found = only(cash(filing_dates=["9998-03-01"]), policy="discretionary")
    assert (found["in_scope"], found["lookback_last_day"]) == (True, "9999-12-31")


def test_days_may_be_as_early_and_as_late_as_the_calendar_has_them():
    terms = [{"start": "0001-01-01", "end": "9999-12-31"}]
    assert only(cash(), people=[person(executive_officer=terms)])["in_scope"]
    found = only(policy="sox304", **restated(first_issued_date="9999-12-31"))
    assert found["reasons"] == ["NOTHING_RECEIVED_IN_WINDOW", "NOT_COVERED_PERSON"]


# --- Riders (C-AMD-02) -------------------------------------------------------------------------


def test_a_rider_changes_one_run_for_one_person():
    two = [person("p1"), person("p2")]
    both = [cash("A1"), cash("A2", person="p2")]
    rider = {
        "person": "p2",
        "policy": "strict",
        "legal_basis": "order",
        "overrides": {"lookback.years": 1, "effective_date": "2025-01-01"},
    }
    asked = [{"key": "mandatory"}, {"key": "mandatory", "as": "strict"}]
    found = answered(*both, people=two, policies=asked, riders=[rider])["policies"]
    assert [found[run]["awards"]["A2"]["reasons"] for run in found] == [
        [],
        ["RECEIVED_BEFORE_EFFECTIVE"],
    ]
    assert all(found[run]["awards"]["A1"]["in_scope"] for run in found)


def test_two_riders_of_one_person_add_up():
    rider = {"person": "p1", "policy": "discretionary", "legal_basis": "order"}
    riders = [
        rider | {"overrides": {"fault_standards": ["negligence"]}},
        rider | {"overrides": {"lookback.years": 4}},
    ]
    found = only(
        cash(filing_dates=["2022-02-14"]),
        policy="discretionary",
        riders=riders,
        **determined(standard="negligence"),
    )
    assert (found["reasons"], found["lookback_last_day"]) == ([], "2026-02-14")


def test_a_run_may_be_told_under_another_name_with_other_parameters():
    asked = [
        {"key": "mandatory", "as": "by_received", "overrides": {"effective_date": "2025-06-01"}},
        {"key": "mandatory"},
    ]
    found = answered(policies=asked)["policies"]
    assert list(found) == ["by_received", "mandatory"]
    assert found["by_received"]["awards"]["A1"]["reasons"] == ["RECEIVED_BEFORE_EFFECTIVE"]
    assert found["mandatory"]["awards"]["A1"]["in_scope"]


def test_an_award_without_excess_is_out_of_every_policy_that_takes_the_excess():
    same = cash(payout={"metrics": [metric("110", "110")]})
    assert only(same)["reasons"] == ["NO_EXCESS"]
