"""An agenda is put in order by hand in Chromium: dragged, by buttons, and saved once."""

import re

import pytest
from playwright.sync_api import expect

from governance.meetings import operations
from tests.browser.pages import at_length, leaving, look
from tests.factories import meetings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(cast, now):
    """Three items that just fit into an hour."""
    meeting = meetings.drafted(by=cast["secretary"], at=now, minutes=60)
    for title in ("Welcome", "The invented plan", "Outlook"):
        operations.add_item(meeting, title=title, minutes=20, by=cast["secretary"], at=now)
    return meeting


def opened(page, meeting):
    page.goto(f"/admin/meetings/meeting/{meeting.pk}/change/")
    page.wait_for_load_state("networkidle")
    return page.locator(".formset.agenda")


def titles(meeting):
    return [*meeting.items.order_by("position").values_list("title", flat=True)]


def save(page):
    with leaving(page):
        page.locator("[name=_continue]").first.click()


@pytest.mark.parametrize("size", ["desk", at_length("phone")])
def test_lines_are_moved_by_the_keyboard_and_saved_once(size, visit, cast, draft):
    page = visit("secretary", size)
    agenda = opened(page, draft)
    outlook = agenda.locator(".form-group", has=page.locator("[name$='-2-title']"))
    button = outlook.locator("[data-step='-1']")
    button.focus()
    expect(button).to_have_attribute("aria-label", "Move up: Outlook")
    button.press("Enter")
    expect(button).to_be_focused()
    button.press("Enter")
    expect(page.locator(".agenda-told")).to_have_text(re.compile("^Now line 1 of "))
    assert titles(draft) == ["Welcome", "The invented plan", "Outlook"]
    look(page, "agenda-moved")
    save(page)
    assert titles(draft) == ["Outlook", "Welcome", "The invented plan"]


def test_a_line_is_dragged_by_its_handle(visit, cast, draft):
    page = visit("secretary", "desk")
    agenda = opened(page, draft)
    lines = agenda.locator(".form-group.original")
    start = lines.nth(0).locator(".agenda-handle").bounding_box()
    end = lines.nth(2).bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    for part in (0.3, 0.6, 0.8, 1):
        y = start["y"] + (end["y"] + end["height"] * 0.9 - start["y"]) * part
        page.mouse.move(start["x"] + 5, y)
    page.mouse.up()
    save(page)
    assert titles(draft) == ["The invented plan", "Outlook", "Welcome"]


def test_an_overfull_day_is_told_while_it_is_typed(visit, cast, draft):
    page = visit("secretary", "desk")
    agenda = opened(page, draft)
    told = page.locator(".agenda-total")
    expect(told).to_have_text("60 of 60 minutes allotted.")
    agenda.locator("[name$='-0-minutes']").fill("35")
    expect(told).to_have_text(
        "75 of 60 minutes allotted. The items take 15 minutes longer than the meeting."
    )
    page.locator("#id_minutes").fill("90")
    expect(told).to_have_text("75 of 90 minutes allotted.")


def test_a_new_line_among_others_and_one_taken_off_keep_what_was_typed(visit, cast, draft):
    """The theme renumbers what is below a line that is taken off; the order by hand survives it."""
    page = visit("secretary", "desk")
    agenda = opened(page, draft)
    new = agenda.locator(".form-group.template:not(.empty-form)")
    new.nth(0).locator("[name$='-title']").fill("A slip of the pen")
    page.get_by_role("link", name=re.compile("Add another")).click()
    new.nth(1).locator("[name$='-title']").fill("Strategy")
    new.nth(1).locator("[data-step='-1']").click()
    agenda.locator(".form-group", has=page.locator("[name$='-4-title']")).locator(
        "[data-step='-1']"
    ).click()
    agenda.locator(".form-group", has=page.locator("[name$='-3-title']")).locator(
        ".delete-template"
    ).click()
    save(page)
    assert titles(draft) == ["Welcome", "The invented plan", "Strategy", "Outlook"]
