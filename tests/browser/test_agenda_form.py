"""The agenda's form in Chromium: seven items fit, at a desk and on a telephone."""

import pytest

from governance.meetings import operations
from tests.browser.pages import at_length, leaving
from tests.factories import meetings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What of the agenda is out of the sheet's sides, and how high the page is.
MEASURED = """() => {
  const sheet = document.querySelector(".agenda").getBoundingClientRect();
  const shown = [...document.querySelectorAll(".agenda :is(input, select, label)")]
    .map((field) => field.getBoundingClientRect())
    .filter((box) => box.width > 2);
  return {
    outside: shown.filter((box) => box.right > sheet.right || box.left < sheet.left).length,
    scrolls: document.documentElement.scrollWidth > innerWidth,
    height: document.documentElement.scrollHeight,
    title: document.querySelector("#id_items-0-title").getBoundingClientRect().width,
  };
}"""


@pytest.fixture
def seven(cast, now):
    """A draft with seven items."""
    by = cast["secretary"]
    meeting = meetings.drafted(by=by, at=now)
    for number in range(7):
        operations.add_item(meeting, title=f"Item {number}", tags=["strategy"], by=by, at=now)
    return meeting


@pytest.mark.parametrize("size", ["desk", at_length("phone")])
def test_seven_items_fit(size, visit, seven):
    page = visit("secretary", size)
    page.goto(f"/admin/meetings/meeting/{seven.pk}/change/")
    page.wait_for_load_state("networkidle")
    found = page.evaluate(MEASURED)
    assert found["outside"] == 0 and not found["scrolls"] and found["title"] > 250
    assert found["height"] <= 1500 or page.viewport_size["width"] < 600
    assert not page.locator(".timezonewarning").filter(visible=True).count()
    # A row that is taken off again takes nothing from the rows below it.
    for _ in range(2):
        page.locator(".add-row").click()
    page.fill("#id_items-8-title", "Not after all")
    page.fill("#id_items-9-title", "Typed before")
    page.check("#id_items-9-tags_2")
    page.locator(".form-group:not(.empty-form) .delete-template").nth(1).click()
    assert page.input_value("#id_items-8-title") == "Typed before"
    assert page.is_checked("#id_items-8-tags_2")
    with leaving(page):
        page.locator("[name=_continue]").click()
    assert [item.title for item in seven.items.order_by("position")][-1] == "Typed before"
