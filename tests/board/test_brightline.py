"""The bright-line tests, as the listing rules' own examples and boundaries have them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.board.brightline import (
    AuditorTie,
    Employment,
    FiscalYear,
    Interlock,
    Organisation,
    Outcome,
    Payment,
    Reason,
    Receipt,
    bars_on,
    findings,
    is_family_member,
    seen_until,
)
from governance.periods import years_after

DAY = timedelta(days=1)


def day(text):
    return date.fromisoformat(text)


def ended(text):
    """The first day after the last."""
    return day(text) + DAY


def says(facts, on):
    return "bar" if bars_on(facts, day(on)) else "pass"


# --- L-02: who is family -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link, shares_home, family",
    [
        ("sibling", False, True),
        ("parent_in_law", False, True),
        ("stepchild", False, False),
        ("stepchild", True, True),
        ("domestic_employee", True, False),
        ("other", False, False),
        ("other", True, True),
    ],
)
def test_who_is_a_family_member(link, shares_home, family):
    assert is_family_member(link, shares_home=shares_home) is family


# --- L-03, L-05: employment ----------------------------------------------------------------------


def test_p_12_the_look_back_ends_on_its_day():
    """P-12: employment ended 2023-05-31."""
    facts = [Employment(day("2015-01-01"), ended("2023-05-31"))]
    assert says(facts, "2026-05-31") == "bar"
    assert says(facts, "2026-06-01") == "pass"
    assert says(facts, "2014-12-31") == "pass"


def test_an_employee_is_never_independent():
    facts = [Employment(day("2015-01-01"))]
    assert says(facts, "2015-01-01") == says(facts, "2099-12-31") == "bar"


def test_an_interim_service_of_less_than_a_year_is_disregarded_when_it_has_ended():
    facts = [Employment(day("2025-01-10"), ended("2025-11-30"), executive=True, interim=True)]
    assert says(facts, "2025-11-30") == "bar"
    assert says(facts, "2025-12-01") == "pass"
    assert all(one.outcome == Outcome.BAR for one in findings(facts))


def test_an_interim_service_longer_than_a_year_counts():
    facts = [Employment(day("2025-01-10"), ended("2026-01-10"), executive=True, interim=True)]
    assert says(facts, "2029-01-10") == "bar"
    assert says(facts, "2029-01-11") == "pass"


def test_of_exactly_a_year_counsel_says_what_it_was():
    facts = [Employment(day("2025-01-10"), ended("2026-01-09"), executive=True, interim=True)]
    assert says(facts, "2026-01-09") == "bar"
    assert says(facts, "2026-01-10") == "pass"
    reviewed = [one for one in findings(facts) if one.outcome == Outcome.REVIEW]
    assert [(one.since, one.until) for one in reviewed] == [(day("2026-01-10"), day("2029-01-10"))]


def test_a_relative_bars_as_an_executive_officer_and_not_as_an_engineer():
    engineer = Employment(day("2020-01-01"), relative="sibling")
    assert says([engineer], "2026-01-01") == "pass"
    officer = replace(engineer, executive=True, until=ended("2023-03-31"))
    assert [one.test for one in bars_on([officer], day("2026-03-31"))] == ["L-05"]
    assert says([officer], "2026-04-01") == "pass"


# --- L-04: compensation --------------------------------------------------------------------------


def fees(*rows, **facts):
    return [Receipt(day(on), Decimal(amount), **facts) for on, amount in rows]


def test_p_11_more_than_120000_in_twelve_months():
    """P-11: consulting fees of Director H."""
    first, second = ("2024-07-01", "60000.00"), ("2025-01-15", "60000.00")
    assert says(fees(first, second, ("2025-07-01", "50000.00")), "2026-02-01") == "pass"
    assert says(fees(first, second, ("2025-06-30", "50000.00")), "2026-02-01") == "bar"
    assert says(fees(first, ("2025-01-15", "60000.01")), "2026-02-01") == "bar"
    assert says(fees(("2025-01-15", "120000.00")), "2026-02-01") == "pass"
    assert says(fees(("2025-01-15", "120000.01")), "2026-02-01") == "bar"


@pytest.mark.parametrize(
    "reason", [Reason.BOARD_SERVICE, Reason.FAMILY_EMPLOYEE, Reason.RETIREMENT]
)
def test_some_pay_is_exempt(reason):
    assert says(fees(("2025-01-15", "300000"), reason=reason), "2026-02-01") == "pass"


def test_recipients_are_not_added_together():
    rows = fees(("2025-01-15", "100000"), relative="spouse")
    assert says(rows + fees(("2025-01-15", "100000")), "2026-02-01") == "pass"


def test_pay_for_an_interim_service_is_exempt_when_that_has_ended():
    facts = {"reason": Reason.INTERIM_SERVICE, "exempt_since": day("2025-12-01")}
    paid = fees(("2025-03-01", "200000"), **facts)
    assert says(paid, "2025-11-30") == "bar"
    assert says(paid, "2025-12-01") == "pass"
    assert says(paid + fees(("2025-04-01", "120000.01")), "2025-12-01") == "bar"


def test_the_look_back_on_pay_ends_with_its_first_day():
    paid = fees(("2023-05-31", "100000"), ("2023-06-30", "100000"))
    assert says(paid, "2026-05-31") == "bar"
    assert says(paid, "2026-06-01") == "pass"


# --- L-06: business ------------------------------------------------------------------------------


def year(number, revenue):
    return FiscalYear(date(number, 1, 1), date(number, 12, 31), Decimal(revenue))


def supplier(amount, revenue, *, until=None, by_company=True, on="2025-06-30", **facts):
    years = tuple(year(number, revenue) for number in range(2022, 2030))
    key = "theirs" if by_company else "ours"
    payments = (Payment(day(on), Decimal(amount), by_company),)
    left = until and day(until)
    return [Organisation(day("2020-01-01"), left, payments, **{key: years}, **facts)]


def test_p_13_business_payments():
    """P-13: Supplier X, with revenue of 3,000,000, in fiscal 2025."""
    assert says(supplier("200000.00", "3000000"), "2026-02-01") == "pass"
    assert says(supplier("200000.01", "3000000"), "2026-02-01") == "bar"
    left = supplier("200000.01", "3000000", until="2026-04-01")
    assert says(left, "2026-03-31") == "bar"
    assert says(left, "2026-04-01") == "pass"


@pytest.mark.parametrize("by_company", [True, False])
def test_a_twentieth_of_what_the_recipient_earned(by_company):
    exactly = supplier("500000.00", "10000000", by_company=by_company)
    assert says(exactly, "2026-02-01") == "pass"
    more = supplier("500000.01", "10000000", by_company=by_company, relative="spouse")
    assert says(more, "2026-02-01") == "bar"


def test_payments_count_in_their_fiscal_year_and_the_three_that_follow():
    paid = supplier("200000.01", "1000000", on="2022-03-01")
    assert says(paid, "2022-02-28") == "pass"
    assert says(paid, "2022-03-01") == "bar"
    assert says(paid, "2025-12-31") == "bar"
    assert says(paid, "2026-01-01") == "pass"


def test_payments_of_two_years_are_not_added():
    rows = (Payment(day("2024-12-31"), Decimal("150000"), True),) + (
        Payment(day("2025-01-01"), Decimal("150000"), True),
    )
    years = tuple(year(number, "1000000") for number in range(2022, 2030))
    assert says([Organisation(day("2020-01-01"), None, rows, years)], "2026-01-01") == "pass"


# --- L-07, L-08: interlocks and the auditor -------------------------------------------------------


def test_an_interlock_bars_as_long_as_both_last_and_three_years_after_the_service():
    fact = Interlock(day("2018-01-01"), None, day("2021-01-01"), ended("2023-05-31"))
    assert says([fact], "2020-12-31") == "pass"
    assert says([fact], "2026-05-31") == "bar"
    assert says([fact], "2026-06-01") == "pass"
    left = replace(fact, until=day("2022-01-01"))
    assert says([left], "2021-12-31") == "bar"
    assert says([left], "2022-01-01") == "pass"


def test_the_auditors_partners_and_those_who_worked_on_our_audit():
    partner = AuditorTie(day("2010-01-01"), ended("2025-06-30"), partner=True)
    assert says([partner], "2025-06-30") == "bar"
    assert says([partner], "2025-07-01") == "pass"
    on_audit = replace(partner, on_our_audit=True)
    assert says([on_audit], "2028-06-30") == "bar"
    assert says([on_audit], "2028-07-01") == "pass"
    assert says([replace(partner, partner=False)], "2020-01-01") == "pass"


# --- Properties ----------------------------------------------------------------------------------

days = st.dates(date(2016, 1, 1), date(2032, 12, 31))
amounts = st.decimals("0.01", "200000", places=2)
relatives = st.sampled_from([None, None, "spouse"])


@st.composite
def spans(draw):
    since = draw(days)
    return since, draw(st.none() | st.dates(since + DAY, date(2033, 12, 31)))


@st.composite
def facts_of_somebody(draw):
    """One fact of any kind."""
    since, until = draw(spans())
    relative = draw(relatives)
    kind = draw(st.sampled_from(["employment", "receipt", "organisation", "interlock", "auditor"]))
    if kind == "employment":
        flags = {"executive": draw(st.booleans()), "interim": draw(st.booleans())}
        return Employment(since, until, relative, **flags)
    if kind == "receipt":
        return Receipt(since, draw(amounts), relative, draw(st.sampled_from(list(Reason)[:3])))
    if kind == "organisation":
        payment = Payment(draw(days), 3 * draw(amounts), draw(st.booleans()))
        years = tuple(year(number, "1000000") for number in range(2014, 2036))
        return Organisation(since, until, (payment,), years, years, relative)
    if kind == "interlock":
        return Interlock(since, until, *draw(spans()), relative)
    return AuditorTie(since, until, draw(st.booleans()), draw(st.booleans()), relative)


several = st.lists(facts_of_somebody(), max_size=6)


@given(several, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_never_matters(facts, random):
    shuffled = facts.copy()
    random.shuffle(shuffled)
    periods = [{(one.test, one.since, one.until) for one in findings(x)} for x in (facts, shuffled)]
    assert periods[0] == periods[1]


def told_by(fact, on):
    """What was known of a fact on a day: nothing of the future, not even that it would end."""
    if isinstance(fact, Receipt):
        return fact if fact.day <= on else None
    if fact.since > on:
        return None
    known = replace(fact, until=fact.until if fact.until and fact.until <= on else None)
    if isinstance(fact, Organisation):
        return replace(known, payments=tuple(one for one in fact.payments if one.day <= on))
    if isinstance(fact, Interlock):
        if fact.served_since > on:
            return None
        over = fact.served_until if fact.served_until and fact.served_until <= on else None
        return replace(known, served_until=over)
    return known


@given(several, days)
def test_a_day_answers_from_what_had_happened_by_then(facts, on):
    known = [one for one in (told_by(fact, on) for fact in facts) if one]
    assert {one.test for one in bars_on(facts, on)} == {one.test for one in bars_on(known, on)}


@given(several, facts_of_somebody(), days)
def test_one_more_fact_never_clears_anything(facts, more, on):
    before = {one.test for one in bars_on(facts, on)}
    assert before <= {one.test for one in bars_on([*facts, more], on)}


@given(days)
def test_a_look_back_of_three_years_reaches_its_day(last):
    """C3: from a day it reaches the dates on or after the same day three years before."""
    over = seen_until(last)
    assert years_after(over, -3) > last >= years_after(over - DAY, -3)


@given(st.lists(st.tuples(days, amounts), max_size=8), days)
def test_compensation_as_the_rule_says_it(rows, on):
    """For each payment p in the look-back: the sum from p on, for twelve months, above 120,000."""
    seen = [(when, amount) for when, amount in rows if years_after(on, -3) <= when <= on]
    barred = any(
        sum(amount for when, amount in seen if first <= when < years_after(first, 1))
        > Decimal("120000.00")
        for first, _ in seen
    )
    receipts = [Receipt(when, amount) for when, amount in rows]
    assert bool(bars_on(receipts, on)) is barred
