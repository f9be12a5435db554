"""What is wrong with a document is told with its path and reason, all at once."""

from copy import deepcopy

import pytest

from clawback.engine import Malformed, read_case
from tests.clawback.builders import (
    POLICIES,
    cash,
    document,
    inputs,
    options,
    person,
    pool,
    problems,
    ranked,
    shares,
)

CASE = "cases[0].inputs"
AWARD = f"{CASE}.awards[0]"
PAYOUT = f"{AWARD}.payout"
METRIC = f"{PAYOUT}.metrics[0]"


def wrong(path, value, *awards, **changes):
    """A document in which one value was put in the place of another."""
    found = document(*awards, **changes)
    *above, last = path.replace("]", "").replace("[", ".").split(".")
    place = found
    for name in above:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[int(last) if isinstance(place, list) else last] = value
    return problems(found)


@pytest.mark.parametrize(
    "award", [cash(), shares(), options(exercised_held="1500", valuation_price="1"), pool()]
)
def test_a_right_document_has_no_problem(award):
    assert problems(document(award)) == {}


# --- Unknown and missing keys ------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "colour",
        "policies.mandatory.colour",
        "policies.mandatory.lookback.colour",
        "cases[0].colour",
        f"{CASE}.colour",
        f"{CASE}.policies[0].colour",
        f"{CASE}.policies[0].overrides.colour",
        f"{CASE}.policies[0].overrides.lookback.colour",
        f"{CASE}.people[0].colour",
        f"{CASE}.people[0].section16[0].colour",
        f"{CASE}.restatement.colour",
        f"{CASE}.committee.colour",
        f"{CASE}.committee.findings[0].colour",
        f"{CASE}.fiscal_periods[0].colour",
        f"{AWARD}.colour",
        f"{AWARD}.pool",
        f"{AWARD}.settlement",
        f"{AWARD}.period.colour",
        f"{AWARD}.payments[0].colour",
        f"{AWARD}.payments[0].credit_price",
        f"{PAYOUT}.colour",
        f"{METRIC}.colour",
    ],
)
def test_a_key_that_is_not_known_is_refused(path):
    if "overrides.lookback" in path:
        asked = [{"key": "mandatory", "overrides": {"lookback.colour": 1}}]
        found = problems(document(policies=asked))
    else:
        found = wrong(path, "1")
    assert list(found) == [path]
    assert found[path] in ("is not a key that is known here", "is not a parameter of a policy")


@pytest.mark.parametrize(
    "path",
    [
        "format",
        "policies.mandatory.coverage",
        "policies.mandatory.lookback.rule",
        "cases[0].id",
        "cases[0].inputs",
        "cases[0].expected",
        f"{CASE}.people[0].key",
        f"{CASE}.restatement.type",
        f"{CASE}.committee.findings[0].should_repay",
        f"{CASE}.fiscal_periods[0].kind",
        f"{AWARD}.type",
        f"{AWARD}.awarded",
        f"{AWARD}.payments",
        f"{AWARD}.payments[0].status",
        f"{AWARD}.payout",
        f"{PAYOUT}.target",
        f"{METRIC}.restated",
        f"{METRIC}.curve",
    ],
)
def test_a_key_that_is_missing_is_named(path):
    found = document()
    *above, last = path.replace("]", "").replace("[", ".").split(".")
    place = found
    for name in above:
        place = place[int(name)] if isinstance(place, list) else place[name]
    del place[last]
    assert problems(found)[path] == "is missing"


@pytest.mark.parametrize(
    "path",
    [
        "cases[0].rationale",
        "cases[0].tags",
        f"{CASE}.riders",
        f"{CASE}.combine",
        f"{CASE}.policies[0].as",
        f"{CASE}.policies[0].overrides",
        f"{CASE}.people[0].section16",
        f"{CASE}.people[0].stock_sales",
        f"{CASE}.people[0].named_executive_officer",
        f"{CASE}.committee.elections",
        f"{CASE}.committee.impracticability",
        f"{CASE}.disclosure",
        f"{AWARD}.pool",
        f"{AWARD}.settlement.lot_order",
        f"{AWARD}.settlement.withheld",
        f"{AWARD}.settlement.dividend_equivalents_per_share",
        f"{PAYOUT}.gates",
        f"{PAYOUT}.modifiers",
        f"{PAYOUT}.estimate_selection",
        f"{METRIC}.kind",
        f"{METRIC}.shape",
    ],
)
def test_null_is_the_same_as_absent(path):
    assert wrong(path, None, shares()) == {}


def test_nothing_said_of_a_claim_or_of_the_source_of_a_disclosure_is_null():
    claim = {
        "person": "p1",
        "policy": "mandatory",
        "basis": "direct_expense",
        "provided_to_exchange": True,
        "decided_by_independent_directors": True,
        **dict.fromkeys(("reasonable_attempt", "documented", "counsel_opinion", "law_adopted")),
    }
    given = {"policy": None, "given": [{"person": "p1", "erroneous": "1.00", "forgone": None}]}
    rest = {"amount_determined": None, "recoveries": None}
    found = document(
        committee={"impracticability": [claim]},
        disclosure={"as_of": "2026-01-01", **given, **rest},
    )
    assert problems(found) == {}


def test_a_rationale_may_be_empty():
    found = document()
    found["cases"][0]["rationale"] = ""
    assert problems(found) == {}


# --- Units -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, value",
    [
        (f"{AWARD}.payments[0].amount", "150000.000"),
        (f"{AWARD}.payments[0].amount", "150000"),
        (f"{AWARD}.payments[0].amount", 150000),
        (f"{AWARD}.payments[0].amount", "-150000.00"),
        (f"{AWARD}.payments[0].amount", "1e5"),
        (f"{AWARD}.payments[0].amount", "150,000.00"),
        (f"{AWARD}.payments[0].amount", "$150000.00"),
        (f"{AWARD}.payments[0].amount", None),
        (f"{AWARD}.payments[0].amount", "١٥٠٠٠٠.٠٠"),
        (f"{AWARD}.payments[0].amount", "9" * 998 + ".00"),
        (f"{AWARD}.awarded", "150000.0"),
        (f"{PAYOUT}.target", "100 %"),
        (f"{PAYOUT}.payout_pct_places", "2"),
        (f"{PAYOUT}.payout_pct_places", -1),
        (f"{PAYOUT}.metric_pct_places", True),
        (f"{PAYOUT}.cap_pct", 200),
        (f"{METRIC}.weight", 100),
        (f"{METRIC}.weight", "-1"),
        (f"{METRIC}.reported", "NaN"),
        (f"{METRIC}.basis", "finance"),
        (f"{METRIC}.shape", "curved"),
        (f"{METRIC}.curve[1]", ["100"]),
        (f"{METRIC}.curve[1][1]", "100%"),
        (f"{AWARD}.grant_date", "2024-2-12"),
        (f"{AWARD}.grant_date", "2023-02-29"),
        (f"{AWARD}.grant_date", "20240212"),
        (f"{AWARD}.grant_date", "2024-02-12T00:00"),
        (f"{AWARD}.filing_dates", "2025-02-14"),
        (f"{AWARD}.type", "stock"),
        (f"{CASE}.restatement.type", "Big R"),
        (f"{CASE}.restatement.issuer_misconduct", "yes"),
        (f"{CASE}.people", {}),
        (f"{CASE}.combine", 1),
        (f"{CASE}.fiscal_periods[0].kind", "quarter"),
        (f"{CASE}.committee.findings[0].caused", "some"),
        ("policies.mandatory.measures", "financial"),
        ("policies.mandatory.repay_allowed", "true"),
        ("policies.mandatory.lookback.years", "3"),
        ("policies.mandatory.lookback.years", 0),
        ("format", "clawback-cases/2"),
        ("cases[0].difficulty", 6),
        (f"{CASE}.awards[0].label", 1),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_where_it_stands(path, value):
    assert path in wrong(path, value)


@pytest.mark.parametrize(
    "path, value",
    [
        (f"{AWARD}.awarded", "1500.00"),
        (f"{AWARD}.share_rounding", "nearest"),
        (f"{PAYOUT}.target", "1000.5"),
        (f"{AWARD}.settlement.held", "1500.0"),
        (f"{AWARD}.settlement.lot_order", "first_in"),
        (f"{AWARD}.payments", []),
    ],
)
def test_shares_are_counted_whole(path, value):
    assert path in wrong(path, value, shares())


# --- What does not agree -----------------------------------------------------------------------


@pytest.mark.parametrize("at, x", [(1, "80"), (2, "95")])
def test_a_curve_out_of_order_is_refused_at_its_point(at, x):
    found = wrong(f"{METRIC}.curve[{at}][0]", x)
    assert found == {f"{METRIC}.curve[{at}]": "is out of order: the measures have to rise"}


@pytest.mark.parametrize("at, x", [(1, "90.0"), (2, "100")])
def test_a_curve_has_one_payout_for_a_measure(at, x):
    reason = "has the measure of the point before, which would then pay twice"
    assert wrong(f"{METRIC}.curve[{at}][0]", x) == {f"{METRIC}.curve[{at}]": reason}


def test_an_empty_curve_is_refused():
    assert wrong(f"{METRIC}.curve", []) == {f"{METRIC}.curve": "has to have at least 1"}


def test_payments_have_to_add_up_to_what_was_awarded():
    assert wrong(f"{AWARD}.payments[0].amount", "149999.99") == {
        f"{AWARD}.payments": "add up to 149999.99, not to the 150000 awarded"
    }


@pytest.mark.parametrize(
    "award, awarded, parts", [(cash(), "149999.99", "payments"), (shares(), "1499", "settlement")]
)
def test_the_reported_run_has_to_give_what_was_awarded(award, awarded, parts):
    """And what it consists of no longer adds up, which is told too."""
    found = wrong(f"{AWARD}.awarded", awarded, award)
    assert "the formula on reported values gives 150" in found[f"{AWARD}.awarded"]
    assert set(found) == {f"{AWARD}.awarded", f"{AWARD}.{parts}"}


def test_no_more_shares_are_settled_than_were_awarded():
    assert wrong(f"{AWARD}.settlement.held", "1501", shares()) == {
        f"{AWARD}.settlement": "adds up to 1501, more than the 1500 awarded"
    }
    assert wrong(f"{AWARD}.settlement.held", "1499", shares()) == {}


@pytest.mark.parametrize(
    "award", [options(unexercised="1500", valuation_price="1"), shares()], ids=["options", "shares"]
)
def test_what_is_cancelled_or_returned_needs_a_price(award):
    price = f"{AWARD}.settlement.valuation_price"
    assert wrong(price, None, award) == {price: "is missing"}


def test_a_term_ends_after_it_starts():
    found = problems(
        document(people=[person(section16=[{"start": "2024-01-02", "end": "2024-01-01"}])])
    )
    assert found == {f"{CASE}.people[0].section16[0].end": "is before the start"}


def test_weights_must_weigh_something():
    assert wrong(f"{METRIC}.weight", "0") == {f"{PAYOUT}.metrics": "have no weight at all"}


@pytest.mark.parametrize(
    "path, value",
    [
        ("begin_price", "0"),
        ("peer_tsr_pct", []),
        ("restated_end_price", {"low": "1", "point": "2"}),
        ("restated_end_price.point", "59.00"),
        ("restated_end_price.low", "-1"),
        ("kind", "absolute_tsr"),
        ("percentile_places", "0"),
    ],
)
def test_a_ranking_needs_a_price_to_begin_with_and_peers(path, value):
    price = {"low": "40.00", "point": "50.00", "high": "58.00"}
    award = shares(awarded="1000", payout={"metrics": [ranked(restated_end_price=price)]})
    found = wrong(f"{METRIC}.{path}", value, award)
    assert all(one.startswith(f"{METRIC}.{path.partition('.')[0]}") for one in found)
    assert found


@pytest.mark.parametrize("total", ["0.00", "999.99"])
def test_no_more_is_awarded_of_a_pool_than_it_paid(total):
    assert wrong(f"{AWARD}.pool.total_paid", total, pool()) == {
        f"{AWARD}.pool.total_paid": "is less than the 1000 awarded of it"
    }
    assert wrong(f"{AWARD}.pool.total_paid", "1000.00", pool()) == {}


def test_deferred_amounts_need_their_prices():
    found = wrong(f"{AWARD}.payments[0].status", "deferred")
    assert set(found) == {
        f"{AWARD}.payments[0].{name}" for name in ("credit_price", "current_price")
    }


@pytest.mark.parametrize("start, is_right", [("2022-12-31", False), ("2023-01-01", True)])
def test_fiscal_years_do_not_overlap(start, is_right):
    path = f"{CASE}.fiscal_periods[2].start"
    told = {} if is_right else {path: "is not after the end of FY2022"}
    assert wrong(path, start) == told


@pytest.mark.parametrize("standard", ["Fraud", "ordinary", "strict_liability", ""])
def test_a_standard_of_fault_is_one_that_a_policy_can_name(standard):
    finding = f"{CASE}.committee.findings[0].standard"
    assert finding in wrong(finding, standard)
    named = "policies.discretionary.fault_standards[0]"
    assert named in wrong(named, standard)
    assert wrong(finding, "negligence") == {}


# --- Names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, value, reason",
    [
        (f"{AWARD}.person", "p9", "there is no p9 among the people"),
        (f"{CASE}.committee.findings[0].person", "p9", "there is no p9 among the people"),
        (f"{CASE}.policies[0].key", "gone", "there is no policy gone"),
    ],
)
def test_whoever_is_named_has_to_be_there(path, value, reason):
    assert wrong(path, value) == {path: reason}


def test_acts_riders_and_disclosure_name_people_and_runs():
    election = {"person": "p9", "policy": "mandatory", "amount": "0.00"}
    claim = {
        "person": "p1",
        "policy": "gone",
        "basis": "direct_expense",
        "provided_to_exchange": True,
        "decided_by_independent_directors": True,
    }
    rider = {"person": "p9", "policy": "gone", "legal_basis": "x", "overrides": {}}
    found = problems(
        document(
            committee={"elections": [election], "impracticability": [claim]},
            riders=[rider],
            disclosure={"as_of": "2026-01-01", "policy": "gone"},
        )
    )
    assert set(found) == {
        f"{CASE}.committee.elections[0].person",
        f"{CASE}.committee.impracticability[0].policy",
        f"{CASE}.riders[0].person",
        f"{CASE}.riders[0].policy",
        f"{CASE}.disclosure.policy",
    }


@pytest.mark.parametrize("source", [{"policy": "mandatory"}, {"given": []}])
def test_a_disclosure_names_people_of_the_case(source):
    told = {
        "as_of": "2026-01-01",
        "amount_determined": {"p1": "2025-01-01", "p9": "2025-01-01"},
        "recoveries": [
            {"person": person, "date": "2025-06-01", "amount": "1.00"} for person in ("p1", "p8")
        ],
    }
    assert problems(document(disclosure=told | source)) == {
        f"{CASE}.disclosure.recoveries[1].person": "there is no p8 among the people",
        f"{CASE}.disclosure.amount_determined.p9": "there is no p9 among the people",
    }


def test_whoever_an_amount_is_given_of_is_known_by_it():
    told = {
        "as_of": "2026-01-01",
        "given": [{"person": "executives", "erroneous": "5.00"}],
        "amount_determined": {"executives": "2025-01-01"},
        "recoveries": [{"person": "executives", "date": "2025-06-01", "amount": "1.00"}],
    }
    assert problems(document(disclosure=told)) == {}


@pytest.mark.parametrize(
    "name, twice, said",
    [
        ("policies", [{"key": "mandatory"}] * 2, "mandatory"),
        ("people", [person(), person()], "p1"),
        ("awards", [cash(), cash()], "A1"),
    ],
)
def test_nothing_is_there_twice(name, twice, said):
    assert problems(document(**{name: twice})) == {f"{CASE}.{name}": f"have {said} twice"}


def test_an_act_of_the_committee_is_there_once():
    election = {"person": "p1", "policy": "mandatory", "amount": "0.00"}
    found = problems(document(committee={"elections": [election, election]}))
    assert found == {f"{CASE}.committee.elections": "have p1 twice under mandatory"}


def test_two_cases_have_two_ids():
    found = document()
    found["cases"] *= 2
    assert problems(found) == {"cases": "has own twice"}


# --- Policies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "overrides, path",
    [
        ({"lookback.years": "4"}, "lookback.years"),
        ({"coverage": "everybody"}, "coverage"),
        ({"effective_date": None}, "effective_date"),
        ({"lookback.rule": "elapsed_from_filing"}, "lookback.event"),
        ({"lookback.rule": "window_after_filing"}, "lookback.months"),
        ({"excess_rule": "full_amount"}, "lookback.rule"),
        ({"lookback": {"rule": "completed_fiscal_years"}}, "lookback.years"),
        ({"lookback": 3}, "lookback"),
        ({"measures": ["financial", "gut"]}, "measures[1]"),
    ],
)
def test_an_override_has_to_leave_a_policy(overrides, path):
    asked = [{"key": "mandatory", "overrides": overrides}]
    assert f"{CASE}.policies[0].overrides.{path}" in problems(document(policies=asked))
    rider = {"person": "p1", "policy": "mandatory", "legal_basis": "x", "overrides": overrides}
    assert f"{CASE}.riders[0].overrides.{path}" in problems(document(riders=[rider]))


def test_two_riders_must_not_contradict_each_other():
    rider = {"person": "p1", "policy": "mandatory", "legal_basis": "x"}
    riders = [rider | {"overrides": {"lookback.years": years}} for years in (2, 4)]
    found = problems(document(riders=riders))
    assert found == {f"{CASE}.riders[1].overrides.lookback.years": "is given by another rider too"}


@pytest.mark.parametrize(
    "policy, path",
    [
        ("discretionary", "committee.determination_date"),
        ("mandatory", "restatement.conclusion_date"),
        ("mandatory", "fiscal_periods"),
        ("sox304", "restatement.first_issued_date"),
    ],
)
def test_a_day_on_which_a_policy_turns_has_to_be_given(policy, path):
    found = document(policy=policy)
    where, _, name = path.partition(".")
    place = found["cases"][0]["inputs"]
    if name:
        place[where][name] = None
    else:
        place[where] = []
    assert problems(found) == {f"{CASE}.{path}": f"is needed by {policy}"}


def test_an_event_that_has_no_day_is_asked_for():
    """Whatever else the policy turns on."""
    asked = [{"key": "discretionary", "overrides": {"lookback.event": "restated_filing_date"}}]
    found = document(policies=asked)
    found["cases"][0]["inputs"]["restatement"]["restated_filing_date"] = None
    assert problems(found) == {
        f"{CASE}.restatement.restated_filing_date": "is needed by discretionary"
    }


def test_a_court_order_stands_in_for_the_conclusion_only_as_a_trigger():
    """Years since filing run to the day that the policy names, and to no other."""
    asked = [{"key": "discretionary", "overrides": {"lookback.event": "conclusion_date"}}]
    found = document(policies=[{"key": "mandatory"}])
    facts = found["cases"][0]["inputs"]
    facts["restatement"] |= {"conclusion_date": None, "court_order_date": "2025-09-08"}
    assert problems(found) == {}
    facts["policies"] += asked
    assert problems(found) == {f"{CASE}.restatement.conclusion_date": "is needed by discretionary"}


def test_a_committee_that_has_not_met_is_none():
    assert problems(document(committee=None)) == {}
    found = problems(document(committee=None, policy="discretionary"))
    assert found == {f"{CASE}.committee.determination_date": "is needed by discretionary"}


def test_a_run_needs_a_restatement():
    assert problems(document(restatement=None)) == {f"{CASE}.restatement": "is needed by mandatory"}


def test_only_under_full_amount_an_award_can_do_without_its_formula():
    bare = shares()
    del bare["payout"], bare["settlement"], bare["share_rounding"]
    assert problems(document(bare, policy="sox304")) == {}
    assert problems(document(bare)) == {
        f"{AWARD}.payout": "is missing",
        f"{AWARD}.settlement": "is missing",
    }


@pytest.mark.parametrize("rounding", [None, "down"])
def test_shares_need_a_rounding_where_their_formula_counts(rounding):
    award = shares(share_rounding=rounding)
    assert problems(document(award, policy="sox304")) == {}
    missing = {} if rounding else {f"{AWARD}.share_rounding": "is missing"}
    assert problems(document(award)) == missing


@pytest.mark.parametrize("dates", [None, []])
def test_the_days_of_filing_are_needed_where_years_run_from_them(dates):
    award = cash(filing_dates=dates)
    assert problems(document(award)) == {}
    assert problems(document(award, policy="discretionary")) == {
        f"{AWARD}.filing_dates": "is missing"
    }
    rider = {"person": "p1", "policy": "mandatory", "legal_basis": "x"}
    years = {"lookback.rule": "elapsed_from_filing", "lookback.event": "restated_filing_date"}
    assert problems(document(award, riders=[rider | {"overrides": years}])) == {
        f"{AWARD}.filing_dates": "is missing"
    }


def test_the_disclosure_has_one_source():
    for disclosure in ({}, {"policy": "mandatory", "given": []}):
        found = problems(document(disclosure={"as_of": "2026-01-01", **disclosure}))
        assert found == {f"{CASE}.disclosure": "needs either the policy or the given amounts"}


# --- All at once -------------------------------------------------------------------------------


def test_every_problem_of_a_file_is_told_at_once():
    found = document(cash("A1"), shares("A2"), cash("A3"))
    one, two, three = found["cases"][0]["inputs"]["awards"]
    one["payout"]["metrics"][0]["curve"] = [["100", "100"], ["90", "50"]]
    one["colour"] = "red"
    one["payments"][0]["amount"] = "1.00"
    two["settlement"]["held"] = "1500.5"
    two["period"]["end"] = "2020-01-01"
    three["awarded"] = "150000.01"
    found["cases"].append(deepcopy(found["cases"][0]) | {"id": 7})
    found["policies"]["sox304"]["cost"] = "all"
    told = problems(found)
    assert {
        "policies.sox304.cost",
        f"{METRIC}.curve[1]",
        f"{AWARD}.colour",
        f"{AWARD}.payments",
        f"{CASE}.awards[1].settlement.held",
        f"{CASE}.awards[1].period.end",
        f"{CASE}.awards[2].awarded",
        f"{CASE}.awards[2].payments",
        "cases[1].id",
    } <= set(told)


def test_a_case_alone_is_refused_in_the_same_way():
    with pytest.raises(Malformed) as refused:
        read_case(inputs(cash(person="p9")), POLICIES)
    assert str(refused.value) == "inputs.awards[0].person: there is no p9 among the people"


@pytest.mark.parametrize("policies", [None, 3, "mandatory", []])
def test_policies_that_are_none_are_refused(policies):
    with pytest.raises(Malformed) as refused:
        read_case(inputs(), policies)
    told = {problem.path: problem.reason for problem in refused.value.problems}
    assert told["policies"].startswith("has to be an object")
    assert told["inputs.policies[0].key"] == "there is no policy mandatory"
