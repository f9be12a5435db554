"""One's own calendar in Chromium: an address is made, read without a session, and ended."""

import pytest

from tests.browser.pages import at_length, look, press, reads
from tests.factories import meetings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [at_length("desk"), "phone"])
def test_an_address_is_made_shown_once_and_ended(size, visit, cast, now, browser, settings):
    meeting = meetings.noticed(by=cast["secretary"], at=now)
    page = visit("director", size)
    page.goto("/accounts/calendar/")
    look(page, "calendar-none")
    press(page, "Make my address")
    address = page.get_by_label("Your private address").input_value()
    look(page, "calendar-made")
    path = address.removeprefix(settings.PORTAL_URL)
    stranger = browser.new_context(base_url=page.url.partition("/accounts")[0]).request
    assert "BEGIN:VEVENT" in stranger.get(path).text()
    page.goto("/accounts/calendar/")
    reads(page, "Your calendar has a private address")
    look(page, "calendar-has")
    press(page, "End it")
    reads(page, "Make my address")
    assert stranger.get(path).status == 404
    page.goto(meeting.get_absolute_url())
    look(page, "calendar-meeting")
    assert page.get_by_role("link", name="Add to calendar").count() == 1
