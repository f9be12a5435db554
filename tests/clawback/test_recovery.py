"""What is due, demanded, cancelled, repaid and forgone, by the words of C-REC-02 and C-REC-03."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from clawback import balances, demanding, dues, instalments, recovering
from clawback.engine import evaluate, read_case
from clawback.mail import circle
from clawback.models import Account, Demand, LedgerEntry
from clawback.moments import instalments_due
from governance.notices.models import Notice
from governance.notices.moments import known
from governance.notices.operations import tell_all
from governance.refusals import Refused
from tests.factories import clawback_rows as rows

pytestmark = pytest.mark.django_db

SOUGHT, UNPAID = Decimal("120000.00"), Decimal("50000.00")


@pytest.fixture
def at(now):
    return now


@pytest.fixture
def chair(cast):
    return cast["compensation_chair"]


@pytest.fixture
def line(cast):
    return rows.officer_line(cast)


@pytest.fixture
def determined(line, chair, at):
    rows.determination(line, SOUGHT, chair)
    recovering.set_due(line, SOUGHT, unpaid=UNPAID, by=chair, at=at)
    return line


@pytest.fixture
def demanded(determined, chair, cast, at):
    rows.counsel(determined.case, cast["outsider"])
    demanding.serve_demand(determined.case, determined.award.person, by=chair, at=at)
    determined.refresh_from_db()
    return determined


def take(verb, line, amount, chair, at):
    return verb(line, Decimal(amount), day=at.date(), note="", by=chair, at=at)


def stands(line):
    account = Account.objects.get(line=line)
    return [
        f"{getattr(account, name):.2f}"
        for name in ("recoverable", "cancelled", "repaid", "forgone", "outstanding")
    ]


def refused(act, words=None):
    with pytest.raises(Refused, match=words) as caught:
        act()
    return caught.value


# --- P-32, to the letter ---------------------------------------------------------------------


def test_p_32_what_is_recoverable_is_the_excess(line):
    """500,000.00 recomputed at 380,000.00: 120,000.00."""
    result = rows.sheet_for(line.award)
    found = result["answer"]["discretionary"]
    assert found["in_scope"] and found["recoverable"] == "120000.00"
    assert found["breakdown"]["cancel_unpaid"] == "50000.00"
    assert found["breakdown"]["repay_cash"] == "70000.00"


def test_p_32_one_cent_over_is_refused(line, chair):
    with pytest.raises(DatabaseError, match="more than is recoverable"), transaction.atomic():
        rows.determination(line, "120000.01", chair)
    rows.determination(line, "120000.00", chair)


def test_p_32_cancelled_and_repaid_it_is_recovered(demanded, chair, at):
    assert demanded.state == "demand_issued"
    assert recovering.default_split(demanded) == (UNPAID, Decimal("70000.00"))
    take(recovering.cancel, demanded, "50000.00", chair, at)
    assert demanded.state == "recovering"
    take(recovering.repay, demanded, "70000.00", chair, at)
    demanded.refresh_from_db()
    assert demanded.state == "recovered"
    assert stands(demanded) == ["120000.00", "50000.00", "70000.00", "0.00", "0.00"]


def test_p_32_more_than_is_unpaid_is_not_cancelled(demanded, chair, at):
    no = refused(lambda: take(recovering.cancel, demanded, "50000.01", chair, at), "not paid yet")
    assert no.provision == "C-REC-02"
    assert stands(demanded) == ["120000.00", "0.00", "0.00", "0.00", "120000.00"]


def test_p_32_ordinary_negligence_is_not_enough(line):
    sheet = rows.sheet_for(line.award)
    sheet["inputs"]["committee"]["findings"][0]["standard"] = "negligence"
    policy = {"discretionary": rows.POLICY}
    award = evaluate(read_case(sheet["inputs"], policy)).runs["discretionary"].awards
    result = award[str(line.award_id)]
    assert [one.code for one in result.reasons] == ["NO_FAULT_FINDING"]
    assert result.recoverable == 0


# --- What is due -----------------------------------------------------------------------------


def test_the_larger_of_both_tracks_is_due(line, chair, at):
    assert dues.due_on(line) == 0
    rows.determination(line, "70000.00", chair)
    assert dues.due_on(line) == Decimal("70000.00")
    rows.rule_line(line, "90000.00")
    assert dues.due_on(line) == Decimal("90000.00")


def test_what_is_due_goes_up_and_down_but_not_below_what_was_taken(demanded, chair, at):
    take(recovering.repay, demanded, "70000.00", chair, at)
    facts = {"unpaid": UNPAID, "by": chair, "at": at}
    refused(lambda: recovering.set_due(demanded, "69999.99", **facts), "Less than this")
    recovering.set_due(demanded, Decimal("100000.00"), **facts)
    assert stands(demanded) == ["100000.00", "0.00", "70000.00", "0.00", "30000.00"]
    recovering.set_due(demanded, Decimal("110000.00"), **facts)
    assert stands(demanded)[0] == "110000.00"
    kinds = LedgerEntry.objects.filter(account__line=demanded).order_by("at")
    assert sorted(kinds.values_list("kind", flat=True)) == ["due", "due", "reduced", "repaid"]


def test_nothing_due_opens_no_account(line, chair, at):
    assert recovering.set_due(line, Decimal(0), unpaid=UNPAID, by=chair, at=at) is None
    assert not Account.objects.exists()


# --- The demand ------------------------------------------------------------------------------


def test_counsel_writes_first(determined, chair, at):
    case, person = determined.case, determined.award.person
    no = refused(lambda: demanding.serve_demand(case, person, by=chair, at=at), "Counsel has not")
    assert no.provision == "C-REC-03" and not Demand.objects.exists()


@pytest.mark.parametrize(
    "name", ["compensation_member", "lead_director", "secretary", "chief_financial_officer"]
)
def test_only_the_chair_demands(name, determined, cast, at):
    rows.counsel(determined.case, cast["outsider"])
    case, person = determined.case, determined.award.person
    no = refused(lambda: demanding.serve_demand(case, person, by=cast[name], at=at))
    assert no.code == "not_yours" and not Demand.objects.exists()


def test_the_letter_says_what_is_sought_and_nothing_privileged(demanded, cast):
    demand = Demand.objects.get()
    for words in ("Chief Financial Officer", "2024 annual bonus", "$500,000.00", "$380,000.00"):
        assert words in demand.text
    assert "excess $120,000.00; sought $120,000.00" in demand.text
    assert "$50,000.00 that was not paid to you yet will be cancelled" in demand.text
    assert "repay $70,000.00" in demand.text
    for secret in ("CANARY", "counsel", "negligence", "invented reason", "invented matter"):
        assert secret.lower() not in demand.text.lower()
    assert demand.amount == SOUGHT and len(demand.digest) == 64
    assert bytes(demand.sealed_text) and b"bonus" not in bytes(demand.sealed_text)
    told = Notice.objects.filter(kind="demand_served")
    assert [one.reader for one in told] == [cast["chief_financial_officer"]]


def test_one_demand_for_one_determination(demanded, chair, at):
    person = demanded.award.person
    refused(lambda: demanding.serve_demand(demanded.case, person, by=chair, at=at), "been demanded")


def test_the_law_permits_less(determined, chair, cast, at):
    rows.counsel(determined.case, cast["outsider"])
    person = determined.award.person
    own = {"ruling": "limited", "limit": "60000.00", "person": person}
    rows.counsel(determined.case, cast["outsider"], **own)
    demand = demanding.serve_demand(determined.case, person, by=chair, at=at)
    assert demand.amount == Decimal("60000.00")
    assert "Of these $120,000.00, this letter demands $60,000.00." in demand.text
    take(recovering.cancel, determined, "50000.00", chair, at)
    refused(lambda: take(recovering.repay, determined, "10000.01", chair, at), "No more than")
    take(recovering.repay, determined, "10000.00", chair, at)
    assert balances.balance_of(demand)[1] == 0


def test_the_law_prohibits_it(determined, chair, cast, at):
    rows.counsel(determined.case, cast["outsider"], ruling="prohibited")
    person = determined.award.person
    assert demanding.serve_demand(determined.case, person, by=chair, at=at) is None
    determined.refresh_from_db()
    assert determined.state == "closed_no_recovery" and not Demand.objects.exists()
    assert stands(determined) == ["0.00", "0.00", "0.00", "0.00", "0.00"]


def test_the_mandatory_rule_is_demanded_without_a_finding(line, chair, cast, at):
    rows.determination(line, "0", chair)
    rule = rows.rule_line(line, "60000.00")
    recovering.set_due(line, dues.due_on(line), unpaid=Decimal(0), by=chair, at=at)
    rows.counsel(line.case, cast["outsider"])
    refused(lambda: take(recovering.repay, line, "1.00", chair, at), "Serve the demand first")
    person = line.award.person
    demand = demanding.serve_demand(line.case, person, by=chair, at=at + timedelta(minutes=1))
    line.refresh_from_db()
    assert demand.amount == Decimal("60000.00") and line.state == "determined_no_recovery"
    again = {"by": chair, "at": at + timedelta(minutes=2)}
    refused(lambda: demanding.serve_demand(line.case, person, **again), "been demanded")
    take(recovering.repay, line, "60000.00", chair, at)
    rule.refresh_from_db()
    assert rule.state == "recovered" and line.state == "determined_no_recovery"


# --- Forgoing --------------------------------------------------------------------------------


def test_the_rest_is_written_off_by_an_act(demanded, chair, at):
    resolved = rows.resolution(demanded.case, "write_off", chair)
    take(recovering.repay, demanded, "70000.00", chair, at)
    recovering.forgo(demanded, Decimal("50000.00"), resolution=resolved, at=at)
    demanded.refresh_from_db()
    assert demanded.state == "partly_recovered"
    assert stands(demanded) == ["120000.00", "0.00", "70000.00", "50000.00", "0.00"]


def test_all_of_it_is_written_off(demanded, chair, at):
    resolved = rows.resolution(demanded.case, "write_off", chair)
    recovering.forgo(demanded, SOUGHT, resolution=resolved, at=at)
    demanded.refresh_from_db()
    assert demanded.state == "written_off"


def test_a_part_written_off_first_and_the_rest_repaid(demanded, chair, at):
    resolved = rows.resolution(demanded.case, "write_off", chair)
    recovering.forgo(demanded, Decimal("20000.00"), resolution=resolved, at=at)
    assert demanded.state == "demand_issued"
    take(recovering.repay, demanded, "100000.00", chair, at)
    demanded.refresh_from_db()
    assert demanded.state == "partly_recovered"


def test_what_is_mandatory_is_not_written_off(demanded, chair, at):
    rule = rows.rule_line(demanded, "60000.00")
    resolved = rows.resolution(demanded.case, "write_off", chair)
    no = refused(
        lambda: recovering.forgo(demanded, Decimal("60000.01"), resolution=resolved, at=at)
    )
    assert no.provision == "L-26"
    recovering.forgo(demanded, Decimal("60000.00"), resolution=resolved, at=at)
    found = rows.resolution(demanded.case, "impracticable", chair)
    recovering.forgo(demanded, Decimal("60000.00"), resolution=found, at=at)
    rule.refresh_from_db()
    demanded.refresh_from_db()
    assert rule.state == "impracticable" and demanded.state == "written_off"


def test_nothing_is_forgone_without_a_carried_resolution(demanded, cast, chair, at):
    other = rows.officer_line(
        cast, "general_counsel", rows.restatement(chair, "Another restatement")
    )
    elsewhere = rows.resolution(other.case, "write_off", chair)
    refused(lambda: recovering.forgo(demanded, SOUGHT, resolution=elsewhere, at=at))
    assert stands(demanded)[3] == "0.00"


# --- Corrections, instalments ----------------------------------------------------------------


def test_a_slip_is_taken_back_whole_and_once(demanded, chair, at):
    entry = take(recovering.repay, demanded, "7000.00", chair, at)
    refused(lambda: recovering.correct_entry(entry, why=" ", by=chair, at=at), "Say why")
    back = recovering.correct_entry(entry, why="Another person’s wire", by=chair, at=at)
    assert stands(demanded) == ["120000.00", "0.00", "0.00", "0.00", "120000.00"]
    refused(lambda: recovering.correct_entry(entry, why="x", by=chair, at=at), "already")
    refused(lambda: recovering.correct_entry(back, why="x", by=chair, at=at), "Only a")
    due = LedgerEntry.objects.get(account__line=demanded, kind="due")
    refused(lambda: recovering.correct_entry(due, why="x", by=chair, at=at), "Only a")


def test_instalments_add_up_and_are_met_in_their_order(demanded, chair, at):
    day = at.date()
    months = [day + timedelta(days=30 * number) for number in range(3)]
    parts = [(one, Decimal("40000.00")) for one in months]
    plan = {"by": chair, "at": at}
    short = [(months[0], Decimal("119999.99"))]
    refused(lambda: instalments.plan_instalments(demanded, short, **plan), "add up to")
    refused(
        lambda: instalments.plan_instalments(demanded, [parts[0], parts[0], parts[2]], **plan),
        "a day of its own",
    )
    past = [(day - timedelta(days=1), SOUGHT)]
    refused(lambda: instalments.plan_instalments(demanded, past, **plan), "today or later")
    instalments.plan_instalments(demanded, [(months[0], SOUGHT)], **plan)
    instalments.plan_instalments(demanded, parts, **plan)
    take(recovering.repay, demanded, "50000.00", chair, at)
    found = instalments.instalments_of(demanded, months[1] + timedelta(days=1))
    assert [(one.state, one.met) for one in found] == [
        ("met", Decimal("40000.00")),
        ("overdue", Decimal("10000.00")),
        ("due", Decimal("0")),
    ]
    refused(lambda: instalments.plan_instalments(demanded, parts, **plan), "has begun")


def test_whoever_was_served_is_told_of_an_instalment_once(demanded, chair, cast, at):
    day = at.date() + timedelta(days=3)
    instalments.plan_instalments(demanded, [(day, SOUGHT)], by=chair, at=at)
    for _ in range(2):
        tell_all(instalments_due(day))
    told = Notice.objects.filter(kind="instalment_due")
    assert [one.reader for one in told] == [cast["chief_financial_officer"]]
    late = Notice.objects.filter(kind="instalment_late", reader=cast["chief_financial_officer"])
    for days in (1, 2, 7, 8):
        tell_all(instalments_due(day + timedelta(days=days)))
    assert (told.count(), late.count()) == (1, 2)
    take(recovering.repay, demanded, str(SOUGHT), chair, at)
    tell_all(instalments_due(day + timedelta(days=15)))
    assert late.count() == 2


def test_a_late_instalment_is_told_to_the_members_of_the_case_and_to_nobody_else(
    demanded, chair, cast, at
):
    """NT-OVR names Chair and Secretary; AC-CASE decides who of them may know."""
    day = at.date() + timedelta(days=3)
    instalments.plan_instalments(demanded, [(day, SOUGHT)], by=chair, at=at)
    tell_all(known(list(instalments_due(day))))
    tell_all(known(list(instalments_due(day + timedelta(days=1)))))
    late = Notice.objects.filter(kind="instalment_late")
    restatement = demanded.case.restatement
    members = set(circle(restatement, day))
    assert {one.reader for one in late} == {cast["chief_financial_officer"], *members}
    assert members and cast["secretary"] not in members and cast["chief_executive"] not in members
    walled = cast["lead_director"]
    rows.wall(restatement, walled.person, chair)
    late.delete()
    tell_all(known(list(instalments_due(day + timedelta(days=1)))))
    assert {one.reader for one in late} == {cast["chief_financial_officer"], *members} - {walled}


def test_the_members_are_told_though_whoever_was_served_has_no_account(demanded, chair, cast, at):
    day = at.date() + timedelta(days=3)
    instalments.plan_instalments(demanded, [(day, SOUGHT)], by=chair, at=at)
    officer = cast["chief_financial_officer"]
    type(officer).objects.filter(pk=officer.pk).update(is_active=False)
    tell_all(known(list(instalments_due(day + timedelta(days=1)))))
    late = Notice.objects.filter(kind="instalment_late")
    assert {one.reader for one in late} == set(circle(demanded.case.restatement, day))


def test_amounts_are_whole_cents_above_nothing_on_a_day_that_came(demanded, chair, at):
    for amount in ("0", "-1.00", "0.001", "NaN", "Infinity"):
        refused(lambda amount=amount: take(recovering.repay, demanded, amount, chair, at))
    tomorrow = at.date() + timedelta(days=1)
    refused(
        lambda: recovering.repay(demanded, Decimal(1), day=tomorrow, note="", by=chair, at=at),
        "has not come",
    )


@pytest.mark.parametrize("name", ["compensation_member", "secretary", "chief_financial_officer"])
def test_only_the_chair_or_a_preparer_keeps_the_ledger(name, demanded, cast, at):
    no = refused(lambda: take(recovering.repay, demanded, "1.00", cast[name], at))
    assert no.code == "not_yours"


# --- A transfer that bounced -------------------------------------------------------------------


def test_a_repayment_that_bounced_is_reversed_and_the_award_opens_again(demanded, chair, at):
    """By an entry with its reason: nothing is deleted, and everything adds up (C-REC-02)."""
    rule = rows.rule_line(demanded, "100000.00")
    take(recovering.cancel, demanded, "50000.00", chair, at)
    first = take(recovering.repay, demanded, "10000.00", chair, at)
    last = take(recovering.repay, demanded, "60000.00", chair, at)
    demanded.refresh_from_db()
    rule.refresh_from_db()
    assert (demanded.state, rule.state) == ("recovered", "recovered")
    cancelled = LedgerEntry.objects.get(account__line=demanded, kind="cancelled")
    for entry, why in ((last, " "), (cancelled, "A slip.")):
        refused(lambda e=entry, w=why: recovering.correct_entry(e, why=w, by=chair, at=at))
    # 110,000.00 were taken, so the rule has what it asks for; the policy has not.
    back = recovering.correct_entry(first, why="The transfer bounced.", by=chair, at=at)
    demanded.refresh_from_db()
    rule.refresh_from_db()
    assert (back.amount, back.corrects) == (Decimal("-10000.00"), first)
    assert (demanded.state, rule.state) == ("recovering", "recovered")
    assert stands(demanded) == ["120000.00", "50000.00", "60000.00", "0.00", "10000.00"]
    recovering.correct_entry(last, why="That one too.", by=chair, at=at)
    rule.refresh_from_db()
    assert rule.state == "erroneously_awarded"
    refused(lambda: recovering.correct_entry(last, why="Again.", by=chair, at=at), "already")
    take(recovering.repay, demanded, "70000.00", chair, at)
    demanded.refresh_from_db()
    rule.refresh_from_db()
    assert (demanded.state, rule.state) == ("recovered", "recovered")


def test_it_is_reversed_on_the_mandatory_track_alone(line, chair, cast, at):
    rule = rows.rule_line(line, "60000.00")
    recovering.set_due(line, Decimal("60000.00"), unpaid=Decimal(0), by=chair, at=at)
    rows.counsel(line.case, cast["outsider"])
    demanding.serve_demand(line.case, line.award.person, by=chair, at=at)
    entry = take(recovering.repay, line, "60000.00", chair, at)
    rule.refresh_from_db()
    assert (line.state, rule.state) == ("undecided", "recovered")
    recovering.correct_entry(entry, why="The transfer bounced.", by=chair, at=at)
    rule.refresh_from_db()
    assert rule.state == "erroneously_awarded"
    take(recovering.repay, line, "60000.00", chair, at)
    rule.refresh_from_db()
    assert rule.state == "recovered"
