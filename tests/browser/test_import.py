"""A table of directors in Chromium: chosen, previewed, confirmed, at a desk and on a telephone."""

import pytest

from governance.board.imports import DirectorSheet
from governance.board.models import AuthorisedSeats, Directorship
from governance.spreadsheets import write
from tests.browser.pages import ARTEFACTS, at_length, press
from tests.factories.people import PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", at_length("phone")])
def test_a_director_comes_in_by_a_table(size, visit, cast):
    AuthorisedSeats.objects.update(number=12)
    person = PersonFactory(given_name="Ada", family_name="Example")
    page = visit("secretary", size)
    page.goto("/admin/board/directorship/")
    page.get_by_role("link", name="Import").click()
    table = {
        "name": "directors.xlsx",
        "mimeType": "",
        "buffer": write(DirectorSheet.template(), "xlsx"),
    }
    page.set_input_files("[name=table]", table)
    press(page, "Show what it does")
    assert "will seat Ada Example in Class II from 3 March 2026" in page.content()
    assert not Directorship.objects.filter(person=person).exists()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{page.as_who}-import.png", full_page=True)
    press(page, "Enter what is new and changed")
    assert "Imported: 1 new, 0 changed, 0 without a change." in page.content()
    assert Directorship.objects.filter(person=person).exists()
