"""From awards to people: what is let go, several policies at once, and the annual disclosure."""

import pytest

from tests.clawback.builders import (
    FAULT,
    SINCE_2017,
    answered,
    cash,
    metric,
    options,
    person,
    run_of,
    shares,
)

BOTH = [{"key": "mandatory"}, {"key": "discretionary"}]


def committee(**acts):
    return {"determination_date": "2026-01-20", "findings": [FAULT], **acts}


def election(amount, policy="discretionary", key="p1"):
    return {"person": key, "policy": policy, "amount": amount, "reason": "cost of recovery"}


# --- Elections under the committee's discretion (C-EST-02) -------------------------------------


@pytest.mark.parametrize(
    "amount, forgone, errors",
    [
        ("0.00", "75000.00", None),
        ("74999.99", "0.01", None),
        ("75000.00", "0.00", None),
        ("75000.01", "0.00", ["ELECTION_EXCEEDS_RECOVERABLE:p1"]),
    ],
)
def test_an_election_takes_less_and_never_more(amount, forgone, errors):
    acts = committee(elections=[election(amount)])
    found = answered(policy="discretionary", committee=acts)
    mine = found["policies"]["discretionary"]["people"]["p1"]
    assert (mine["recoverable"], mine["forgone"]) == ("75000.00", forgone)
    assert found.get("errors") == errors


def test_an_election_counts_in_its_own_run_alone():
    acts = committee(elections=[election("0.00", "lenient")])
    asked = [{"key": "discretionary"}, {"key": "discretionary", "as": "lenient"}]
    found = answered(policies=asked, committee=acts)["policies"]
    assert found["discretionary"]["total_to_recover"] == "75000.00"
    assert found["lenient"]["total_to_recover"] == "0.00"


@pytest.mark.parametrize("policy", ["mandatory", "sox304"])
def test_no_election_lowers_what_must_be_recovered(policy):
    acts = committee(elections=[election("0.00", policy)])
    people = [person(principal_officer=SINCE_2017)]
    found = answered(policy=policy, committee=acts, people=people)
    assert found["policies"][policy]["total_forgone"] == "0.00"
    assert "errors" not in found


def test_an_election_over_somebody_without_an_award_is_rejected_too():
    acts = committee(elections=[election("1.00", key="p2")])
    found = answered(policy="discretionary", people=[person(), person("p2")], committee=acts)
    assert found["errors"] == ["ELECTION_EXCEEDS_RECOVERABLE:p2"]
    assert list(found["policies"]["discretionary"]["people"]) == ["p1"]


# --- Impracticability (L-26) -------------------------------------------------------------------


def claim(**changes):
    return {
        "person": "p1",
        "policy": "mandatory",
        "basis": "direct_expense",
        "third_party_cost": "75000.01",
        "reasonable_attempt": True,
        "documented": True,
        "provided_to_exchange": True,
        "decided_by_independent_directors": True,
        **changes,
    }


def home(**changes):
    return {
        "person": "p1",
        "policy": "mandatory",
        "basis": "home_country_law",
        "law_adopted": "2022-11-27",
        "counsel_opinion": True,
        "provided_to_exchange": True,
        "decided_by_independent_directors": True,
        **changes,
    }


@pytest.mark.parametrize(
    "made, problems",
    [
        (claim(), []),
        (claim(third_party_cost="75000.00"), ["COST_NOT_GREATER"]),
        (claim(reasonable_attempt=False), ["NO_REASONABLE_ATTEMPT"]),
        (claim(documented=False), ["NOT_DOCUMENTED"]),
        (claim(provided_to_exchange=False), ["NOT_PROVIDED_TO_EXCHANGE"]),
        (claim(decided_by_independent_directors=False), ["NOT_INDEPENDENT"]),
        (home(), []),
        (home(law_adopted="2022-11-28"), ["LAW_TOO_RECENT"]),
        (home(law_adopted=None), ["LAW_TOO_RECENT"]),
        (home(counsel_opinion=False), ["NO_COUNSEL_OPINION"]),
        (home(provided_to_exchange=False), ["NOT_PROVIDED_TO_EXCHANGE"]),
        (home(decided_by_independent_directors=False), ["NOT_INDEPENDENT"]),
    ],
)
def test_a_claim_forgoes_everything_or_nothing(made, problems):
    mine = run_of(committee={"impracticability": [made]})["people"]["p1"]
    assert mine["impracticability"] == {"valid": not problems, "problems": problems}
    assert mine["forgone"] == ("0.00" if problems else "75000.00")


def test_what_a_claim_does_not_say_was_not_done():
    bare = claim(provided_to_exchange=False, decided_by_independent_directors=False)
    for name in ("third_party_cost", "reasonable_attempt", "documented"):
        del bare[name]
    mine = run_of(committee={"impracticability": [bare]})["people"]["p1"]
    assert mine["impracticability"]["problems"] == [
        "COST_NOT_GREATER",
        "NOT_DOCUMENTED",
        "NOT_INDEPENDENT",
        "NOT_PROVIDED_TO_EXCHANGE",
        "NO_REASONABLE_ATTEMPT",
    ]


def test_a_claim_counts_where_the_policy_knows_impracticability():
    acts = committee(impracticability=[claim(policy="discretionary")])
    mine = run_of(policy="discretionary", committee=acts)["people"]["p1"]
    assert mine == {"recoverable": "75000.00", "forgone": "0.00", "to_recover": "75000.00"}


def test_the_cost_is_weighed_against_all_awards_of_the_person():
    awards = [cash("A1"), cash("A2")]
    acts = {"impracticability": [claim(third_party_cost="150000.00")]}
    mine = run_of(*awards, committee=acts)["people"]["p1"]
    assert mine["impracticability"]["problems"] == ["COST_NOT_GREATER"]


# --- Several policies, one recovery ------------------------------------------------------------


def test_each_award_is_recovered_once_by_the_run_that_reaches_furthest():
    """The later run adds 15,000.00 to A1, and all of A2, which the first does not reach."""
    both = [
        {"key": "discretionary", "overrides": {"measures": ["financial"]}},
        {"key": "mandatory", "overrides": {"measures": ["operating", "financial"]}},
    ]
    metrics = [
        metric("110", "95", weight="80"),
        metric("110", "95", weight="20", key="subscribers", basis="operating"),
    ]
    awards = [cash("A1", payout={"metrics": metrics}), cash("A2", person="p2"), cash("A3")]
    people = [person("p1"), person("p2"), person("p3")]
    found = answered(*awards, policies=both, people=people, combine=True)
    assert found["combined"] == {
        "by_award": {"A1": "75000.00", "A2": "75000.00", "A3": "75000.00"},
        "by_person": {"p1": "150000.00", "p2": "75000.00"},
        "attribution": {"discretionary": "135000.00", "mandatory": "90000.00"},
        "total": "225000.00",
    }


def test_combined_figures_are_before_elections_and_claims():
    acts = committee(elections=[election("0.00")], impracticability=[claim()])
    found = answered(policies=BOTH, committee=acts, combine=True)
    assert found["combined"]["total"] == "75000.00"
    assert found["policies"]["mandatory"]["total_to_recover"] == "0.00"


def test_profits_of_stock_sales_belong_to_their_run():
    sales = [{"date": "2025-06-01", "profit": "10.00"}]
    people = [person(principal_officer=SINCE_2017, stock_sales=sales)]
    asked = [{"key": "mandatory"}, {"key": "sox304"}]
    found = answered(policies=asked, people=people, combine=True)
    assert found["combined"] == {
        "by_award": {"A1": "150000.00"},
        "by_person": {"p1": "150010.00"},
        "attribution": {"mandatory": "75000.00", "sox304": "75010.00"},
        "total": "150010.00",
    }


def test_an_award_that_no_run_reaches_is_combined_to_nothing():
    same = cash(payout={"metrics": [metric("110", "110")]})
    found = answered(same, policies=BOTH, combine=True)
    assert found["combined"]["by_award"] == {"A1": "0.00"}
    assert found["combined"]["attribution"] == {"mandatory": "0.00", "discretionary": "0.00"}


def test_nothing_is_combined_unless_it_is_asked():
    assert "combined" not in answered(policies=BOTH)


def test_shares_are_combined_in_dollars():
    found = answered(shares(), policies=BOTH, combine=True)
    assert found["combined"]["total"] == "7500.00"


def underwater(key="A1"):
    """750 shares back at 8.00, against a strike of 10.00 given back: 6,000 - 7,500 = -1,500."""
    return options(key, exercised_held="1500", valuation_price="8.00")


def test_one_run_and_its_combination_agree_on_shares_under_water():
    found = answered(underwater(), combine=True)
    assert found["policies"]["mandatory"]["awards"]["A1"]["recoverable"] == "-1500.00"
    assert found["combined"] == {
        "by_award": {"A1": "-1500.00"},
        "by_person": {"p1": "-1500.00"},
        "attribution": {"mandatory": "-1500.00"},
        "total": "-1500.00",
    }


def test_the_largest_of_two_runs_may_be_nothing():
    """Law keeps the second run from taking back shares that would cost 1,500.00."""
    asked = [{"key": "mandatory"}, {"key": "discretionary", "overrides": {"repay_allowed": False}}]
    found = answered(underwater(), policies=asked, combine=True)["combined"]
    assert found["by_award"] == {"A1": "0.00"}
    assert found["attribution"] == {"mandatory": "-1500.00", "discretionary": "1500.00"}


def test_electing_nothing_of_less_than_nothing_is_not_too_much():
    acts = committee(elections=[election("0.00")])
    found = answered(underwater(), policy="discretionary", committee=acts)
    assert "errors" not in found
    assert found["policies"]["discretionary"]["people"]["p1"]["to_recover"] == "0.00"
    acts = committee(elections=[election("0.01")])
    found = answered(underwater(), policy="discretionary", committee=acts)
    assert found["errors"] == ["ELECTION_EXCEEDS_RECOVERABLE:p1"]


def test_without_misconduct_one_policy_recovers_and_the_other_does_not():
    """A trigger on 2026-03-16; a bonus of 300,000.00 that should have been 240,000.00 (L-26)."""
    payout = {"target": "200000.00", "metrics": [metric("110", "104")]}
    bonus = cash("A2024", awarded="300000.00", payout=payout)
    early = cash("A2022", awarded="300000.00", payout=payout, received_date="2022-12-31")
    found = answered(
        bonus,
        early,
        policies=BOTH,
        restatement={"type": "big_r", "conclusion_date": "2026-03-16"},
        committee={"determination_date": "2026-05-01"},
    )["policies"]
    both = [found[run]["awards"]["A2024"] for run in found]
    assert [one["recoverable"] for one in both] == ["60000.00", "0.00"]
    assert both[1]["reasons"] == ["NO_FAULT_FINDING"]
    assert found["mandatory"]["recovery_periods"] == ["FY2023", "FY2024", "FY2025"]
    assert found["mandatory"]["awards"]["A2022"]["reasons"] == [
        "OUTSIDE_LOOKBACK",
        "RECEIVED_BEFORE_EFFECTIVE",
    ]


# --- Who is listed -----------------------------------------------------------------------------


def test_people_with_an_award_are_listed_and_under_full_amount_everybody():
    people = [person("p1"), person("p2")]
    assert list(run_of(people=people)["people"]) == ["p1"]
    assert sorted(run_of(policy="sox304", people=people)["people"]) == ["p1", "p2"]


# --- Disclosure (Item 402(w)) ------------------------------------------------------------------


def disclosed(*awards, people=None, **disclosure):
    people = people or [person(named_executive_officer=True)]
    asked = {"as_of": "2026-06-30", "policy": "mandatory", **disclosure}
    return answered(*awards, people=people, disclosure=asked)["disclosure"]


@pytest.mark.parametrize(
    "day, recovered", [("2026-06-30", "5000.00"), ("2026-07-01", "0.00"), ("2020-01-01", "5000.00")]
)
def test_recoveries_count_up_to_the_day(day, recovered):
    made = [{"person": "p1", "date": day, "amount": "5000.00"}]
    assert disclosed(recoveries=made)["recovered"] == recovered


@pytest.mark.parametrize(
    "determined, is_old",
    [("2026-01-01", True), ("2026-01-02", False), ("2025-01-01", True), (None, False)],
)
def test_balances_of_named_officers_are_listed_after_180_days(determined, is_old):
    days = {"p1": determined} if determined else {}
    found = disclosed(amount_determined=days)
    assert found["outstanding_180_days"] == ({"p1": "75000.00"} if is_old else {})


def test_only_named_officers_with_a_balance_are_listed():
    old = {"amount_determined": {"p1": "2025-01-01"}}
    assert disclosed(people=[person()], **old)["outstanding_180_days"] == {}
    paid = [{"person": "p1", "date": "2026-06-30", "amount": "75000.00"}]
    found = disclosed(recoveries=paid, **old)
    assert (found["outstanding"], found["outstanding_180_days"]) == ("0.00", {})


def test_what_was_forgone_is_told_per_person_and_not_outstanding():
    asked = {"as_of": "2026-06-30", "policy": "mandatory"}
    asked["amount_determined"] = {"p1": "2025-01-01"}
    found = answered(
        people=[person(named_executive_officer=True)],
        committee={"impracticability": [claim()]},
        disclosure=asked,
    )["disclosure"]
    assert found == {
        "aggregate_erroneously_awarded": "75000.00",
        "recovered": "0.00",
        "forgone_total": "75000.00",
        "forgone_by_person": {"p1": "75000.00"},
        "outstanding": "0.00",
        "outstanding_180_days": {},
    }


def test_amounts_may_be_given_instead_of_worked_out():
    given = [
        {"person": "p1", "erroneous": "100.00", "forgone": "40.00"},
        {"person": "p2", "erroneous": "50.00"},
    ]
    found = answered(
        policies=[],
        awards=[],
        people=[person(named_executive_officer=True)],
        disclosure={
            "as_of": "2026-06-30",
            "given": given,
            "amount_determined": {"p1": "2025-01-01", "p2": "2025-01-01"},
            "recoveries": [{"person": "p1", "date": "2026-01-01", "amount": "10.00"}],
        },
    )
    assert found["policies"] == {}
    assert found["disclosure"] == {
        "aggregate_erroneously_awarded": "150.00",
        "recovered": "10.00",
        "forgone_total": "40.00",
        "forgone_by_person": {"p1": "40.00"},
        "outstanding": "100.00",
        "outstanding_180_days": {"p1": "50.00"},
    }


def test_amounts_given_of_one_person_are_added():
    """100.00 and 50.00 are 150.00, of which 40.00 + 5.00 were forgone: 105.00 is outstanding."""
    found = answered(
        policies=[],
        awards=[],
        people=[person(named_executive_officer=True)],
        disclosure={
            "as_of": "2026-06-30",
            "given": [
                {"person": "p1", "erroneous": "100.00", "forgone": "40.00"},
                {"person": "p1", "erroneous": "50.00", "forgone": "5.00"},
            ],
            "amount_determined": {"p1": "2025-01-01"},
        },
    )["disclosure"]
    assert found["aggregate_erroneously_awarded"] == "150.00"
    assert found["forgone_by_person"] == {"p1": "45.00"}
    assert (found["outstanding"], found["outstanding_180_days"]) == ("105.00", {"p1": "105.00"})
