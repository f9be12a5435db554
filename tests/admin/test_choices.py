"""Choices in the admin: what is no key is refused in a sentence, and acts are told apart."""

from datetime import date

import pytest
from django.contrib import admin

from governance.board.models import Determination, Fact
from governance.committees.models import Committee
from tests.admin.test_rooms import address
from tests.factories.records import ActFactory

NO_KEY = "x'"


@pytest.fixture
def desk(cast, client):
    client.force_login(cast["secretary"])
    return client


def said(answer):
    return answer.content.decode()


def forms_with_choices():
    """Every part with a form that chooses rows: itself, and what it chooses."""
    for model, part in admin.site._registry.items():
        names = [one for row in part.fields or () for one in (row if type(row) is tuple else [row])]
        known = {one.name: one for one in model._meta.get_fields() if one.many_to_one}
        chosen = [name for name in names if name in known]
        if part.writes and chosen:
            yield pytest.param(model, chosen, id=model._meta.label)


@pytest.mark.parametrize("model, names", list(forms_with_choices()))
def test_a_key_that_is_none_is_refused_in_a_sentence(model, names, desk):
    asked = desk.get(address(model, "add"))
    if asked.status_code == 403:
        return
    for answer in (
        desk.post(address(model, "add"), dict.fromkeys(names, NO_KEY)),
        desk.get(address(model, "add"), dict.fromkeys(names, NO_KEY)),
    ):
        assert answer.status_code == 200
        assert "UUID" not in said(answer)
    refused = said(desk.post(address(model, "add"), dict.fromkeys(names, NO_KEY)))
    assert "from the list." in refused


def test_somebody_is_chosen_from_the_list(desk):
    assert "Choose somebody from the list." in said(
        desk.post(address(Fact, "add"), {"person": NO_KEY})
    )


def test_facts_considered_are_chosen_from_the_list(desk):
    page = said(desk.post(address(Determination, "add"), {"facts": [NO_KEY]}))
    assert "Choose from the list." in page and "UUID" not in page


def test_acts_of_one_day_are_told_apart_where_one_is_chosen(desk):
    day = date(2026, 8, 26)
    ActFactory(day=date(2026, 3, 3), title="An earlier act")
    acts = [ActFactory(day=day, title=title) for title in ("Charter adopted", "Seats fixed")]
    asked = {"app_label": "committees", "model_name": "committee", "field_name": "act"}
    found = desk.get("/admin/autocomplete/", asked).json()["results"]
    assert [one["text"] for one in found][:3] == [
        "Wednesday 26 August 2026: Charter adopted",
        "Wednesday 26 August 2026: Seats fixed",
        "Tuesday 3 March 2026: An earlier act",
    ]
    again = said(desk.post(address(Committee, "add"), {"act": acts[1].pk}))
    assert "Wednesday 26 August 2026: Seats fixed" in again
