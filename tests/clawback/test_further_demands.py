"""More is due after a demand: the difference is demanded, and an account opens again (L-26)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from clawback import balances, demanding, dues, recovering
from clawback.models import Account, Demand
from clawback.moves import SETTLED
from governance.records.moves import SYSTEM, advance
from governance.refusals import Refused
from tests.factories import clawback as factory
from tests.factories import clawback_rows as rows

pytestmark = pytest.mark.django_db

UNPAID = Decimal("50000.00")


@pytest.fixture
def chair(cast):
    return cast["compensation_chair"]


@pytest.fixture
def line(cast, chair, now):
    """120,000.00 was determined, and the mandatory rule asks for as much; it was demanded."""
    line = rows.officer_line(cast)
    rows.determination(line, "120000.00", chair)
    rows.rule_line(line, "120000.00")
    recovering.set_due(line, Decimal("120000.00"), unpaid=UNPAID, by=chair, at=now)
    rows.counsel(line.case, cast["outsider"])
    demand(line, chair, now)
    return line


def demand(line, chair, at):
    served = demanding.serve_demand(line.case, line.award.person, by=chair, at=at)
    line.refresh_from_db()
    return served


def rule_finds(line, amount, at):
    """The award is worked out anew, and laid before the Committee."""
    line.under_the_rule.refresh_from_db()
    advance(line.under_the_rule, "find_erroneous", by=SYSTEM, at=at, amount=Decimal(amount))
    recovering.bring_up_to_date(line, by=SYSTEM, at=at)
    line.refresh_from_db()


def take(verb, line, amount, chair, at):
    verb(line, Decimal(amount), day=at.date(), note="", by=chair, at=at)
    line.refresh_from_db()


def stands(line):
    account = Account.objects.get(line=line)
    return [
        f"{getattr(account, name):.0f}"
        for name in ("recoverable", "cancelled", "repaid", "forgone", "outstanding")
    ]


def later(now, minutes):
    return now + timedelta(minutes=minutes)


def test_what_the_rule_asks_beside_is_demanded_alone(line, chair, now):
    take(recovering.repay, line, "20000.00", chair, now)
    rule_finds(line, "150000.00", later(now, 1))
    assert stands(line) == ["150000", "0", "20000", "0", "130000"]
    # Until it is demanded it is neither taken nor seen by the participant.
    first = Demand.objects.get()
    (served,), to_pay = balances.balance_of(first)
    assert (served.recoverable, served.outstanding, to_pay) == (120000, 100000, 100000)
    with pytest.raises(Refused, match="No more than was demanded"):
        take(recovering.repay, line, "100000.01", chair, later(now, 1))
    second = demand(line, chair, later(now, 2))
    assert (first.amount, second.amount) == (120000, 30000)
    assert "sought $30,000.00 in addition to what was demanded before" in second.text
    assert "In all, $30,000.00 is demanded." in second.text and "cancelled" not in second.text
    with pytest.raises(Refused, match="has been demanded"):
        demand(line, chair, later(now, 3))
    assert balances.balance_of(second)[1] == 130000
    take(recovering.cancel, line, "50000.00", chair, later(now, 4))
    take(recovering.repay, line, "80000.00", chair, later(now, 4))
    assert line.state == "recovered" and stands(line)[-1] == "0"
    assert line.under_the_rule.__class__.objects.get(line=line).state == "recovered"


@pytest.mark.parametrize("forgone", ["0", "50000.00"])
def test_a_settled_line_opens_again_where_the_rule_asks_for_more(forgone, line, chair, now):
    forgone = Decimal(forgone)
    if forgone:
        # Less is mandatory by then, and the Committee writes the rest off.
        advance(line.under_the_rule, "find_erroneous", by=SYSTEM, at=now, amount=70000)
        resolved = rows.resolution(line.case, "write_off", chair)
        recovering.forgo(line, forgone, resolution=resolved, at=now)
    take(recovering.repay, line, 120000 - forgone, chair, now)
    assert line.state in SETTLED
    rule_finds(line, "150000.00", later(now, 1))
    assert line.state == "recovering"
    # What was written off does not count towards what is mandatory.
    rest = 150000 - (120000 - forgone)
    account = Account.objects.get(line=line)
    assert account.outstanding == rest and account.forgone == forgone
    assert demand(line, chair, later(now, 2)).amount == rest
    take(recovering.repay, line, rest, chair, later(now, 3))
    assert line.state == ("partly_recovered" if forgone else "recovered")


def test_what_fell_and_rose_since_is_not_demanded_twice(line, chair, now):
    facts = {"unpaid": UNPAID, "by": chair}
    recovering.set_due(line, Decimal("100000.00"), at=later(now, 1), **facts)
    recovering.set_due(line, Decimal("110000.00"), at=later(now, 2), **facts)
    assert dues.undemanded(Account.objects.get(line=line)) == 0
    with pytest.raises(Refused, match="has been demanded"):
        demand(line, chair, later(now, 3))


def test_what_is_impracticable_stays_so(line, chair, now):
    """M-16 has no move from there: it is not asked for again, and the ledger says so."""
    resolved = rows.resolution(line.case, "impracticable", chair)
    recovering.forgo(line, Decimal("120000.00"), resolution=resolved, at=now)
    with pytest.raises(Refused):
        rule_finds(line, "150000.00", later(now, 1))
    client = Client()
    client.force_login(chair)
    path = f"/clawback/{line.case_id}/people/{line.award.person_id}/ledger/"
    assert "not demanded any more" not in client.get(path).content.decode()
    rows.calculation(line, chair, mandatory="150000.00")
    page = client.get(path).content.decode()
    assert "not demanded any more (M-16)" in page and "Demand the rest" not in page


def test_the_page_offers_to_demand_the_rest(line, chair, now):
    client = Client()
    client.force_login(chair)
    path = f"/clawback/{line.case_id}/people/{line.award.person_id}/ledger/"
    assert "/demand/" not in client.get(path).content.decode()
    rule_finds(line, "150000.00", later(now, 1))
    assert "Demand the rest" in client.get(path).content.decode()


def test_the_committee_determines_more_and_the_difference_is_demanded(cast, chair, now):
    """A new determination takes the place of the old one, with its reasons (C-DET-01)."""
    factory.policies(without="mandatory")
    case = factory.before_committee(cast, at=now)
    meeting = factory.session(cast, at=now)
    person = cast["chief_financial_officer"].person
    factory.found_at_fault(case, person, at=now, meeting=meeting)
    line = case.lines.get()
    cap = line.latest.cap

    def determined(amount, minutes, reason):
        effect = {"amounts": {str(line.pk): str(amount)}, "reason": reason}
        told = {"person": person, "at": later(now, minutes), "meeting": meeting}
        return factory.resolve(case, "recover", effect, **told)

    determined(cap - 10000, 0, "Costs were weighed.")
    rows.counsel(case, cast["outsider"])
    first = demand(line, chair, later(now, 1))
    assert first.amount == cap - 10000
    with pytest.raises(Refused, match="Determine more than that"):
        determined(cap - 20000, 2, "Less.")
    with pytest.raises(Refused, match="say for which reasons"):
        determined(cap, 2, "")
    row = determined(cap, 2, "The costs were not so high.")
    line.refresh_from_db()
    assert row.supersedes and line.state == "determined_recover"
    # What was demanded is still collected meanwhile.
    take(recovering.repay, line, "5.00", chair, later(now, 2))
    assert demand(line, chair, later(now, 3)).amount == 10000
    assert line.state == "demand_issued"
    assert sum(Demand.objects.values_list("amount", flat=True)) == cap
