"""Amounts are typed with the digits 0 to 9, and read as dollars (C13)."""

from decimal import Decimal

import pytest

from governance.board.forms import AmountField
from governance.board.imports.columns import dollars
from governance.board.models import Fact
from governance.money import DollarsField, read_dollars
from governance.refusals import Refused
from tests.admin.test_rooms import address

NONE = ["1e9", "1٣", "-5", "1,23.00", "½", "1 000", "NaN"]


@pytest.fixture
def desk(cast, client):
    client.force_login(cast["secretary"])
    return client


def paid(cast, amount):
    person = cast["director"].person.pk
    return {
        "person": person,
        "kind": "receipt",
        "since": "2025-07-01",
        "amount": amount,
        "purpose": "other",
    }


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_amount_is_refused_everywhere(typed, cast, desk):
    assert read_dollars(typed) is None
    page = desk.post(address(Fact, "add"), paid(cast, typed)).content.decode()
    assert "That is not an amount. Write US dollars like 1,250.00." in page
    assert not Fact.objects.exists()
    with pytest.raises(Refused):
        dollars(typed)
    for field in (AmountField(), DollarsField()):
        with pytest.raises(Exception, match="not an amount"):
            field.clean(typed)


@pytest.mark.parametrize("typed", ["184300", "$184,300.00", " 184300.0 "])
def test_an_amount_is_read_and_listed_as_dollars(typed, cast, desk):
    assert desk.post(address(Fact, "add"), paid(cast, typed)).status_code == 302
    assert Fact.objects.get().amount == Decimal("184300.00")
    assert "$184,300.00" in desk.get(address(Fact, "changelist")).content.decode()
