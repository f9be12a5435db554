"""The independence workbench in Chromium: a cell opens to its facts, and counsel is let in."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from governance.board.models import FactKind, Organisation, Position
from governance.board.reporting import enter_fact
from tests.browser.pages import at_length, leaving, look, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tie(cast):
    """A director runs a laboratory that the Company pays more than it may."""
    now = timezone.now()
    facts = {
        "person": cast["director"].person,
        "organisation": Organisation.objects.create(name="Brightwater Laboratory"),
        "by": cast["secretary"],
        "at": now,
    }
    since = now.date() - timedelta(days=30)
    enter_fact(kind=FactKind.POSITION, position=Position.EXECUTIVE, since=since, **facts)
    enter_fact(
        kind=FactKind.PAYMENT,
        amount=Decimal("200000.01"),
        by_company=True,
        since=since,
        **facts,
    )


@pytest.mark.parametrize("size", ["desk", at_length("tablet"), "phone"])
def test_a_cell_opens_to_its_facts_and_days(size, visit, cast, tie):
    page = visit("nominating_chair", size)
    page.goto("/board/")
    page.get_by_role("link", name="Independence").click()
    page.get_by_role("link", name="Director Example, Business payments: bar").click()
    opened = page.locator("#opened")
    opened.get_by_text("$200,000.01 in one fiscal year").wait_for()
    assert "Brightwater Laboratory" in opened.inner_text()
    assert "If Director Example were not independent" in opened.inner_text()
    assert "directors would be independent" in opened.inner_text()
    look(page, "workbench")


def test_the_chair_of_the_committee_lets_counsel_in(visit, cast, tie):
    counsel = visit("general_counsel", "desk")
    assert counsel.goto("/board/independence/").status == 404
    chair = visit("nominating_chair", "desk")
    chair.goto("/board/independence/")
    press(chair, "Invite the General Counsel")
    assert chair.get_by_role("button", name="Invite the General Counsel").count() == 0
    assert counsel.goto("/board/independence/").status == 200
    look(counsel, "counsel")


@pytest.mark.parametrize("path", ["/board/", "/committees/"])
def test_pages_of_standing_are_whole(path, visit, cast):
    page = visit("director", "phone")
    page.goto(path)
    look(page, path.strip("/"))
    with leaving(page):
        page.locator(".roster h3 a, .committee h2 a").first.click()
    look(page, f"{path.strip('/')}-one")
