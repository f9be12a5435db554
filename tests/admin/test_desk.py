"""How the admin speaks: its parts by what is done there, its refusals with their provision."""

import pytest
from django.contrib import admin

from boardroom.desk import GROUPS
from governance.admin import SENTENCES
from governance.board import reporting
from governance.board.models import AuthorisedSeats, ChangeReport, Designation, Directorship, Fact
from tests.admin.test_rooms import address
from tests.factories.people import PersonFactory


@pytest.fixture
def desk(cast, client):
    client.force_login(cast["secretary"])
    return client


def said(answer):
    return answer.content.decode()


def test_every_part_has_its_group():
    named = [label for _, _, labels in GROUPS for label in labels]
    assert sorted(named) == sorted(model._meta.label for model in admin.site._registry)


def test_the_index_says_what_is_done_where(desk):
    page = said(desk.get("/admin/"))
    assert "What is known of directors" in page and "Who sits on the Board from when" in page
    assert "<main" in page and "<header" in page


def test_nothing_is_chosen_beforehand(desk):
    page = said(desk.get(address(Fact, "add")))
    assert '<option value="" selected>Choose…</option>' in page
    assert "Where it is known from" in page and "data-particulars" in page


def test_a_refusal_carries_its_provision(cast, desk):
    sent = {"person": PersonFactory().pk, "director_class": "1", "since": "2026-01-05"}
    AuthorisedSeats.objects.update(number=1)
    page = said(desk.post(address(Directorship, "add"), sent))
    assert "There is no vacant seat on that day. (C6)" in page


def test_whoever_may_not_lead_is_told_so_before_an_overlap(cast, desk):
    person = PersonFactory(given_name="Ada", family_name="Newcomer")
    sent = {"person": person.pk, "role": "lead_independent_director", "since": "2026-01-05"}
    page = said(desk.post(address(Designation, "add"), sent))
    assert "Ada Newcomer is not a director on that day. (G-CHR-02)" in page
    assert SENTENCES["one_at_a_time"] not in page


def test_no_sentence_names_a_column():
    assert not [says for says in SENTENCES.values() if "`" in says]


def test_reports_are_asked_by_those_who_made_one(cast, desk, now):
    person = cast["director"].person
    reporting.report_change(person=person, text="A new post.", by=cast["director"], at=now)
    page = said(desk.get(address(ChangeReport, "changelist")))
    assert f"?person={person.pk}" in page and f"?person={cast['chair'].person.pk}" not in page
    of_another = desk.get(address(ChangeReport, "changelist"), {"person": cast["chair"].person.pk})
    assert of_another.status_code == 200 and "No results" not in page
