"""An award is amended by its form: what stands in it, what is put right, and why."""

from decimal import Decimal

import pytest
from django.test import Client

from clawback.models import Award
from governance.records.models import Entry
from tests.factories import clawback as factory
from tests.factories.people import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(cast, now):
    factory.policies()
    return factory.bonus(cast["chief_financial_officer"].person, year=now.year - 2)


@pytest.fixture
def chair(cast):
    client = Client()
    client.force_login(cast["compensation_chair"])
    return client


def typed(page, **told):
    """What a browser sends of the form as it stands, but for what is typed."""
    found = {}
    for form in (page["form"], *page["metrics"], *page["payments"]):
        for field in form:
            value = field.value()
            if value not in (None, "", False):
                found[field.html_name] = value
    for formset in (page["metrics"], page["payments"]):
        for field in formset.management_form:
            found[field.html_name] = field.value()
    return found | told


def test_what_stands_is_shown_and_sent_back_unchanged_is_no_amendment(award, chair):
    path = f"/clawback/awards/{award.pk}/amend/"
    page = chair.get(path)
    assert page.context["form"].initial["awarded"] == "640000.00"
    answer = chair.post(path, typed(page.context, why="To try."))
    assert "Nothing of it would be another" in answer.content.decode()
    assert not Entry.objects.about(award).exists()


def test_what_is_put_right_stands_with_its_day_and_reason(award, chair, cast):
    path, terms = f"/clawback/awards/{award.pk}/amend/", award.terms
    page = chair.get(path)
    answer = chair.post(path, typed(page.context, plan="Another invented plan"))
    assert answer.status_code == 200 and "This field is required" in answer.content.decode()
    # A payment was written into one row, and was two.
    told = {
        "payments-0-amount": "600000.00",
        "payments-1-date": "2026-03-02",
        "payments-1-amount": "40000.00",
        "payments-1-status": "unpaid",
        "why": "The rest is not paid yet.",
    }
    bad = chair.post(path, typed(page.context, **told | {"payments-1-amount": "1.00"}))
    assert "The payments add up to 600001" in bad.content.decode()
    assert Award.objects.get(pk=award.pk).terms == terms
    answer = chair.post(path, typed(page.context, **told))
    assert answer.status_code == 302, answer.context["refusal"]
    award.refresh_from_db()
    assert [one["amount"] for one in award.terms["payments"]] == ["600000.00", "40000.00"]
    assert award.terms["payout"]["metrics"] == terms["payout"]["metrics"]
    assert award.awarded == Decimal(640000)
    shown = chair.get(f"/clawback/awards/{award.pk}/").content.decode()
    assert "The rest is not paid yet." in shown
    assert cast["compensation_chair"].person.name in shown
    # Whoever has no part in the awards reads nothing of it.
    assert not Entry.objects.visible_to(cast["secretary"]).filter(subject_id=award.pk).exists()


def test_a_row_is_left_out(award, chair):
    path = f"/clawback/awards/{award.pk}/amend/"
    page = chair.get(path)
    told = {"metrics-0-DELETE": "on", "why": "It had no formula."}
    assert chair.post(path, typed(page.context, **told)).status_code == 302
    award.refresh_from_db()
    assert not award.terms.get("payout", {}).get("metrics")


def test_whoever_it_could_be_about_is_offered_no_amendment(award, chair, cast, now):
    factory.restatement(by=cast["secretary"], at=now)
    page = f"/clawback/awards/{award.pk}/"
    assert "amend/" in chair.get(page).content.decode()
    person = cast["compensation_chair"].person
    office = {"office": "executive_officer", "since": award.period_start, "until": award.period_end}
    AppointmentFactory(person=person, **office)
    assert "amend/" not in chair.get(page).content.decode()
    assert chair.get(f"{page}amend/").status_code == 403
