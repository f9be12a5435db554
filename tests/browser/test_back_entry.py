"""A past meeting is entered in Chromium, and its minutes read: axe finds nothing on the way."""

import pytest

from governance.meetings.models import Meeting
from governance.minutes.models import Minutes
from tests.admin.test_back_entry import asked, began, where  # noqa: F401
from tests.browser.pages import at_length, look
from tests.minutes.test_back_entry import PAPER, TEXT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", at_length("phone")])
def test_a_past_meeting_is_entered_and_its_minutes_are_read(size, visit, cast, asked):  # noqa: F811
    page = visit("secretary", size)
    page.goto(where({}))
    page.wait_for_load_state("networkidle")
    look(page, "past-first")
    page.goto(where(asked))
    page.wait_for_load_state("networkidle")
    for name in ("chair", "director", "lead_director", "audit_chair", "chief_executive"):
        page.locator(f"#id_mode-{cast[name].person_id}").select_option("in_person")
    page.locator("#id_presided").select_option(str(cast["chair"].person_id))
    page.locator("#id_items-0-title").fill("The invented pier")
    page.locator("summary").first.click()
    page.locator("#id_items-0-text").fill(TEXT)
    look(page, "past-second")
    page.get_by_role("button", name="Enter the meeting").click()
    page.get_by_text("say who moved it").wait_for()
    look(page, "past-refused")
    page.locator("#id_items-0-mover").select_option(str(cast["director"].person_id))
    page.get_by_role("button", name="Enter the meeting").click()
    page.locator("#id_approved_on").wait_for()
    meeting = Meeting.objects.get()
    page.locator("#id_text").fill(PAPER)
    page.locator("#id_approved_on").fill(f"{meeting.day}")
    look(page, "past-minutes")
    page.get_by_role("button", name="Enter the minutes").click()
    page.get_by_text("Read and sign").wait_for()
    assert Minutes.objects.get().state == "approved"
    look(page, "past-read")
    page.goto(meeting.get_absolute_url())
    look(page, "past-meeting")
    page.goto("/admin/meetings/meeting/")
    page.wait_for_load_state("networkidle")
    look(page, "past-list")
