"""A table of past meetings in Chromium: refused with its cells, previewed, entered."""

import pytest

from governance.committees.models import Committee, Kind
from governance.meetings.models import Meeting
from governance.minutes.past_sheet import PastSheet
from tests.admin.test_imports import as_csv, grid
from tests.admin.test_past_import import AUDIT, BOARD, SECOND
from tests.browser.pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def choose(page, *rows):
    data = as_csv(grid(PastSheet, *rows))
    page.set_input_files("[name=table]", {"name": "past.csv", "mimeType": "", "buffer": data})
    page.get_by_role("button", name="Show what it does").click()
    page.locator("#preview").wait_for()


def test_past_meetings_come_in_by_a_table(visit, cast):
    Committee.objects.filter(kind=Kind.AUDIT).update(name="Audit Committee")
    page = visit("secretary", "desk")
    page.goto("/admin/meetings/meeting/")
    page.get_by_role("link", name="Import past meetings").click()
    page.get_by_role("link", name="Excel").first.wait_for()
    look(page, "past-import-first")
    choose(page, AUDIT | {"telephone": "Ada No"}, SECOND, BOARD | {"ends": "13:00"})
    look(page, "past-import-refused")
    choose(page, AUDIT, SECOND, BOARD)
    look(page, "past-import-preview")
    assert not Meeting.objects.exists()
    page.get_by_role("button", name="Enter what is new and changed").click()
    page.get_by_text("Imported: 2 meetings.").wait_for()
    look(page, "past-import-done")
    assert Meeting.objects.count() == 2
