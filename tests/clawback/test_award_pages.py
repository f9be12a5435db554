"""An award by its form, sent as a browser does: with every row it shows, also the empty ones."""

import pytest
from django.test import Client

from clawback.models import Award

pytestmark = pytest.mark.django_db

ENTER = "/clawback/awards/enter/"
TOLD = {
    "name": "2024 annual bonus",
    "plan": "An invented plan",
    "kind": "cash",
    "granted_on": "2024-02-10",
    "period_start": "2024-01-01",
    "period_end": "2024-12-31",
    "received_on": "2024-12-31",
    "filed_on": "2025-02-21",
    "awarded": "640000.00",
    "target": "400000.00",
    "metrics-0-key": "revenue",
    "metrics-0-reported": "112",
    "metrics-0-curve": "80:50, 100:100, 120:200",
    "payments-0-date": "2025-03-01",
    "payments-0-amount": "640000.00",
}


@pytest.fixture
def chair(cast):
    client = Client()
    client.force_login(cast["compensation_chair"])
    return client


def shown(form, sets):
    """What the fields of a page hold when nobody has typed into them."""
    fields = [bound for one in (form, *(row for rows in sets for row in rows)) for bound in one]
    first = {bound.html_name: bound.value() for bound in fields}
    for bound in fields:
        if first[bound.html_name] is None and getattr(bound.field, "choices", None):
            first[bound.html_name] = next(iter(bound.field.choices))[0]
    return {name: value for name, value in first.items() if value not in (None, False)}


def send(cast, chair, **typed):
    """Fill in what is typed, and send the whole page."""
    page = chair.get(ENTER).context
    sets = (page["metrics"], page["payments"])
    told = shown(page["form"], sets)
    for one in sets:
        told |= {bound.html_name: bound.value() for bound in one.management_form}
    told |= TOLD | {"person": str(cast["chief_financial_officer"].person_id)} | typed
    return chair.post(ENTER, {name: value for name, value in told.items() if value is not None})


def test_an_award_is_entered_and_the_rows_left_empty_say_nothing(cast, chair):
    answer = send(cast, chair)
    row = Award.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/clawback/awards/{row.pk}/")
    terms = row.terms
    assert len(terms["payout"]["metrics"]) == len(terms["payments"]) == 1


def test_shares_are_entered_in_whole_numbers(cast, chair):
    settled = {"undelivered": "2000", "held": "6000", "valuation_price": "26.50"}
    unpaid = {"payments-0-date": "", "payments-0-amount": ""}
    shares = {"kind": "shares", "awarded": "8000", "target": "5000", "share_rounding": "down"}
    assert send(cast, chair, **shares, **settled, **unpaid).status_code == 302
    assert Award.objects.get().terms["settlement"] == settled
