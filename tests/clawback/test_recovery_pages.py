"""The ledger by its pages: what is typed is entered, what is refused is told, nothing half done."""

from decimal import Decimal

import pytest
from django.test import Client

from clawback import recovering
from clawback.models import Account, Instalment, LedgerEntry
from tests.factories import clawback_rows as rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(cast, now):
    return rows.served(cast, now)


@pytest.fixture
def chair(cast):
    client = Client()
    client.force_login(cast["compensation_chair"])
    return client


def of(served, name):
    return f"/clawback/accounts/{served.account.pk}/{name}/"


def typed(now, amount):
    return {"amount": amount, "day": now.date().isoformat(), "note": "Typed by hand"}


def test_the_form_begins_with_the_default_split(served, chair):
    assert 'value="50000.00"' in chair.get(of(served, "cancel")).content.decode()
    assert 'value="60000.00"' in chair.get(of(served, "repay")).content.decode()


def test_what_is_typed_is_entered_and_seen(served, chair, now):
    answer = chair.post(of(served, "cancel"), typed(now, "$50,000.00"), follow=True)
    page = answer.content.decode()
    assert "Typed by hand" in page and "$60,000.00 outstanding" in page
    assert Account.objects.get(pk=served.account.pk).cancelled == Decimal("50000.00")


def test_a_refusal_stands_above_what_was_typed(served, chair, now):
    page = chair.post(of(served, "cancel"), typed(now, "50,000.01")).content.decode()
    assert "No more can be cancelled than was not paid yet." in page and "C-REC-02" in page
    assert "Typed by hand" in page
    assert LedgerEntry.objects.count() == 2


def test_monthly_instalments_add_up_to_the_cent(served, chair, now):
    first = now.date().replace(year=now.year + 1, day=1)
    told = {"first": first.isoformat(), "number": "3"}
    page = chair.post(of(served, "plan"), told, follow=True).content.decode()
    amounts = list(Instalment.objects.values_list("amount", flat=True))
    assert amounts == [Decimal("36666.66"), Decimal("36666.66"), Decimal("36666.68")]
    assert "$36,666.68" in page


def test_an_entry_is_taken_back_by_its_page(served, chair):
    address = f"/clawback/entries/{served.entry.pk}/correct/"
    assert "By an invented wire" not in chair.get(address).content.decode()
    page = chair.post(address, {"why": "Of another person"}, follow=True).content.decode()
    assert "Correction: repaid" in page and "Of another person" in page
    assert "$120,000.00 outstanding" in page


def test_a_preparer_of_the_case_keeps_the_ledger_and_does_not_demand(served, cast, now):
    served.case.admissions.create(
        person=cast["manager"].person,
        capacity="preparer",
        since=now.date(),
        invited_by=cast["compensation_chair"],
        at=now,
    )
    client = Client()
    client.force_login(cast["manager"])
    assert client.post(of(served, "repay"), typed(now, "1.00")).status_code == 302
    demand = f"/clawback/{served.case.pk}/people/{served.person.pk}/demand/"
    assert client.get(demand).status_code == 403


def test_a_preparer_of_one_award_reaches_no_ledger(served, cast, now):
    served.case.admissions.create(
        person=cast["manager"].person,
        capacity="preparer",
        line=served.line,
        since=now.date(),
        invited_by=cast["compensation_chair"],
        at=now,
    )
    client = Client()
    client.force_login(cast["manager"])
    assert client.get(of(served, "repay")).status_code == 404


def test_instalments_beyond_any_calendar_are_refused(served, chair):
    page = chair.post(of(served, "plan"), {"first": "9999-12-31", "number": "60"}).content.decode()
    assert "cannot be meant" in page and 'value="60"' in page
    assert not Instalment.objects.exists()


@pytest.mark.parametrize("name", ["cancel", "repay"])
def test_a_page_that_is_sent_twice_enters_nothing_the_second_time(served, chair, now, name):
    begun = chair.get(of(served, name)).context["form"].initial
    told = typed(now, "1,000.00") | {"seen": begun["seen"]}
    assert chair.post(of(served, name), told).status_code == 302
    before = LedgerEntry.objects.count()
    page = chair.post(of(served, name), told).content.decode()
    assert "is outstanding now" in page and "Typed by hand" in page
    assert LedgerEntry.objects.count() == before


def test_nothing_is_taken_before_the_day_on_which_it_was_determined(served, chair):
    told = {"amount": "5.00", "day": "2020-01-01"}
    page = chair.post(of(served, "repay"), told).content.decode()
    assert "Nothing had been determined by that day." in page


def test_a_demand_that_was_served_is_not_offered_again(served, chair):
    address = f"/clawback/{served.case.pk}/people/{served.account.line.award.person_id}/ledger/"
    assert "Serve the demand" not in chair.get(address).content.decode()


def test_a_repayment_is_reversed_by_its_page_once_the_award_is_settled(served, chair, now):
    told = {"day": now.date(), "note": "", "by": served.demand.served_by, "at": now}
    recovering.repay(served.line, Decimal("110000.00"), **told)
    served.line.refresh_from_db()
    assert served.line.state == "recovered"
    page = f"/clawback/{served.case.pk}/people/{served.person.pk}/ledger/"
    correct = f"/clawback/entries/{served.entry.pk}/correct/"
    assert correct in chair.get(page).content.decode()
    assert "outstanding again" in chair.get(correct).content.decode()
    assert chair.post(correct, {"why": "The transfer bounced."}).status_code == 302
    served.line.refresh_from_db()
    assert served.line.state == "recovering"
    shown = chair.get(page).content.decode()
    assert "The transfer bounced." in shown and "$10,000.00 outstanding" in shown
