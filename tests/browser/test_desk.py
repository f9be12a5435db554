"""The secretary's admin in Chromium: axe finds nothing, and forms show what is asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.board.models import FactKind
from governance.board.reporting import enter_fact
from tests.browser.pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_at_the_desk(size, visit, cast):
    page = visit("secretary", size)
    paths = ("", "committees/seat/", "committees/seat/add/", "board/designation/add/")
    for path in paths:
        page.goto(f"/admin/{path}")
        page.wait_for_load_state("networkidle")
        look(page, f"desk{path.replace('/', '-')}")


def test_a_fact_asks_what_belongs_to_its_kind(visit, cast):
    page = visit("secretary", "desk")
    page.goto("/admin/board/fact/add/")
    page.wait_for_load_state("networkidle")
    assert page.locator("#id_kind").input_value() == ""
    assert not page.locator("#id_amount").is_visible()
    page.locator("#id_kind").select_option("receipt")
    assert page.locator("#id_amount").is_visible() and page.locator("#id_purpose").is_visible()
    assert (
        not page.locator("#id_percent").is_visible() and not page.locator("#id_until").is_visible()
    )
    look(page, "fact")


def test_a_determination_offers_the_facts_of_the_person_chosen(visit, cast):
    now = timezone.now()
    for name in ("director", "chair"):
        since = now.date() - timedelta(days=30)
        told = {"kind": FactKind.EMPLOYMENT, "since": since, "by": cast["secretary"], "at": now}
        enter_fact(person=cast[name].person, **told)
    page = visit("secretary", "desk")
    page.goto("/admin/board/determination/add/")
    page.wait_for_load_state("networkidle")
    facts = page.locator(".field-facts label:has(input)")
    assert not any(one.is_visible() for one in facts.all())
    page.locator(".field-person [role=combobox]").click()
    page.get_by_role("option", name="Director Example", exact=True).click()
    assert [one.inner_text() for one in facts.all() if one.is_visible()] == [
        one for one in facts.all_inner_texts() if one.startswith("Director Example")
    ]
    look(page, "determination")
