"""Awards by a table in Chromium: chosen, looked at, entered, at a desk and on a telephone."""

import pytest

from clawback.award_sheet import AwardSheet
from clawback.models import Award
from governance.spreadsheets import write
from tests.browser.pages import at_length, follow, look, press
from tests.clawback.test_award_import import AWARD, HALVES, OPTIONS, REST, SHARES, as_csv, grid
from tests.factories import clawback as factory
from tests.factories.people import AppointmentFactory, PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def choose(page, data, name):
    page.set_input_files("[name=table]", {"name": name, "mimeType": "", "buffer": data})
    press(page, "Show what it does")


@pytest.mark.parametrize("size", ["desk", at_length("phone")])
def test_awards_come_in_by_a_table(size, visit, cast):
    officer = PersonFactory(given_name="Ada", family_name="Example")
    AppointmentFactory(person=officer)
    known = factory.bonus(cast["chief_financial_officer"].person, year=2023)
    page = visit("compensation_chair", size)
    page.goto("/clawback/awards/")
    follow(page, "Import")
    look(page, "import-awards-asked")
    same = {"officer": known.person.name, "award": known.name, "plan": known.plan}
    wrong = SHARES | {"held": "9000", "weight": "x"}
    rows = [same, HALVES, REST | {"curve": "100:100, 80:50"}, wrong, OPTIONS]
    choose(page, as_csv(grid(AwardSheet, *rows)), "awards.csv")
    assert "Row 4, curve:" in page.content() and "Row 5, weight:" in page.content()
    look(page, "import-awards-refused")
    choose(page, as_csv(grid(AwardSheet, same, HALVES, REST, SHARES, OPTIONS)), "awards.csv")
    assert page.get_by_text("will enter", exact=True).count() == 3
    assert Award.objects.count() == 1
    look(page, "import-awards-preview")
    press(page, "Enter what is new")
    assert "Entered: 3 awards." in page.content() and Award.objects.count() == 4
    look(page, "import-awards-entered")
    page.goto("/clawback/awards/import/")
    choose(page, write(AwardSheet.template(), "xlsx"), "awards-template.xlsx")
    assert AWARD["award"] in page.content()
    assert "The register has this award already" in page.content()
