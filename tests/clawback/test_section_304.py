"""Section 304 on the page of a case: what is exposed, what the chair marks, what stays (L-55)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from clawback import exposure, reckoning
from clawback.models import StockSale
from governance.refusals import Refused
from tests.factories import clawback as factory

pytestmark = pytest.mark.django_db
NAMES = ("chief_financial_officer", "chief_executive")


@pytest.fixture
def case(cast, now):
    return factory.before_committee(cast, at=now, subjects=NAMES)


@pytest.fixture
def chair(cast):
    return cast["compensation_chair"]


def test_what_was_received_in_the_twelve_months_counts_whole(case, chair, cast, now):
    found = exposure.exposures_of(case, now.date())
    # The statements were first filed on 21 February; the bonus was paid on 1 March.
    assert (found.first.month, found.first.day, found.last.day) == (2, 22, 21)
    told = {one.person: (one.received, one.profits) for one in found.officers}
    assert told == {cast[name].person: (Decimal(640000), 0) for name in NAMES}
    chief, sold = cast["chief_executive"].person, found.first + timedelta(days=30)
    for day, profit in ((sold, "1000.50"), (sold, "-400.00"), (found.last, "1.00")):
        exposure.enter_sale(case, chief, sold_on=day, profit=Decimal(profit), by=chair, at=now)
    late = found.last + timedelta(days=1)
    exposure.enter_sale(case, chief, sold_on=late, profit=Decimal(7), by=chair, at=now)
    told = {one.person: one.profits for one in exposure.exposures_of(case, now.date()).officers}
    assert told[chief] == Decimal("1001.50")


def test_it_is_information_and_changes_no_sheet(case, chair, cast, now):
    line = case.lines.first()
    exposure.state_misconduct(case, True, by=chair, at=now)
    told = {"sold_on": now.date(), "profit": Decimal(1)}
    exposure.enter_sale(case, line.award.person, **told, by=chair, at=now)
    case.refresh_from_db()
    found = reckoning.reckon(case, [line.award], now.date())
    assert case.issuer_misconduct and reckoning.is_current(line, found)
    assert case.state == "committee_review"


@pytest.mark.parametrize("name", ["compensation_member", "lead_director", "secretary", *NAMES])
def test_the_chair_alone_enters_it(name, case, cast, now):
    officer = cast[NAMES[0]].person
    with pytest.raises(Refused) as no:
        exposure.state_misconduct(case, True, by=cast[name], at=now)
    assert no.value.code == "not_yours"
    with pytest.raises(Refused) as no:
        exposure.enter_sale(case, officer, sold_on=now.date(), profit=1, by=cast[name], at=now)
    assert no.value.code == "not_yours" and not StockSale.objects.exists()


def test_a_sale_is_of_an_officer_of_whom_the_statute_speaks(case, chair, cast, now):
    facts = {"profit": Decimal(1), "by": chair, "at": now}
    counsel, officer = cast["general_counsel"].person, cast[NAMES[0]].person
    with pytest.raises(Refused, match="does not speak of"):
        exposure.enter_sale(case, counsel, sold_on=now.date(), **facts)
    tomorrow = now.date() + timedelta(days=1)
    with pytest.raises(Refused, match="not come yet"):
        exposure.enter_sale(case, officer, sold_on=tomorrow, **facts)


def test_the_chair_marks_it_by_the_page_and_the_story_says_so(case, chair, cast, now):
    client = Client()
    client.force_login(chair)
    base = case.get_absolute_url()
    page = client.get(f"{base}section-304/").content.decode()
    assert "Nothing was found yet" in page and "$1,280,000" not in page and "640,000" in page
    assert client.post(f"{base}section-304/found/", {"found": "yes"}).status_code == 302
    officer = cast[NAMES[0]].person
    sold = {"person": officer.pk, "sold_on": now.date().isoformat(), "profit": "12.00"}
    assert client.post(f"{base}section-304/sale/", sold).status_code == 302
    page = client.get(f"{base}section-304/").content.decode()
    assert "Misconduct was found" in page and "12.00" in page
    assert "marked for section 304" in client.get(base).content.decode()
    assert client.post(f"{base}section-304/found/", {"found": "open"}).status_code == 302
    case.refresh_from_db()
    assert case.issuer_misconduct is None
