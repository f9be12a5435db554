"""The yearly questions in Chromium: a director answers on a tablet, signs, and the Secretary
confirms. Pictures are kept in var/artefacts."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from governance.board import engagements
from governance.board.models import Fact, Questionnaire
from tests.browser.pages import ARTEFACTS, at_length, look, reads
from tests.factories import meetings, questionnaires

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YES = "Yes"


def too_small(page):
    """What one presses in the questions is at least 44 pixels high, and text at least 13."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.answers :is(button, a, select, .way, .form-check,'
            + ' input:not([type=hidden], [type=radio], [type=checkbox]))')]
            .filter(one => one.offsetHeight && !one.classList.contains('visually-hidden')
                && one.offsetHeight < 44)
            .map(one => one.outerHTML.slice(0, 90))
            .concat([...document.querySelectorAll('.page *')]
            .filter(one => parseFloat(getComputedStyle(one).fontSize) < 13
                || getComputedStyle(one).textTransform === 'uppercase')
            .map(one => one.outerHTML.slice(0, 90)))"""
    )


@pytest.fixture
def questionnaire(cast, now):
    """The director's; the record knows a position and a fee."""
    by, person = cast["secretary"], cast["director"].person
    questionnaires.known(
        person, by=by, at=now, kind="employment", since=date(2020, 1, 6), until=date(2024, 6, 1)
    )
    questionnaires.known(
        person,
        by=by,
        at=now,
        kind="position",
        position="director",
        organisation=questionnaires.organisation("Invented Foundry, Inc.", by=by, at=now),
        since=date(2022, 3, 1),
    )
    return questionnaires.sent(person, by=by, at=now)


def saving(page, typed):
    """While what was typed is saved by itself; the answer has come when this is left."""
    return page.expect_response(lambda answer: typed in (answer.request.post_data or ""))


def no_to(page, part):
    page.get_by_role("radio", name="No").first.check()
    for way in page.get_by_role("radio", name="Still so").all():
        way.check()
    for way in page.get_by_role("radio", name="That is right").all():
        way.check()
    if part == "commitments":
        page.get_by_role("radio", name=YES).last.check()


def test_a_director_answers_signs_and_the_secretary_confirms(visit, questionnaire, now):
    page = visit("director")
    page.locator("a.btn", has_text="Answer the yearly questions").click()
    look(page, "begin")
    page.get_by_role("link", name="Begin").click()
    page.wait_for_url("**part=employment**")
    no_to(page, "employment")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**part=pay")
    page.get_by_role("radio", name=YES).check()
    with saving(page, "1.005"):
        page.get_by_label("US dollars").fill("1.005")
    expect(page.get_by_text("fractions of a cent").first).to_be_visible()
    expect(page.get_by_label("US dollars")).to_have_attribute("aria-invalid", "true")
    look(page, "bad-value")
    page.reload()
    expect(page.get_by_label("US dollars")).to_have_value("1.005")
    reads(page, "fractions of a cent")
    page.get_by_label("US dollars").fill("12,500.00")
    page.get_by_label("Who").select_option("me")
    page.get_by_label("Day on which").fill(f"{now.date() - timedelta(days=200)}")
    with saving(page, "retirement"):
        page.get_by_label("What it was paid for").select_option("retirement")
    expect(page.get_by_text("fractions of a cent")).to_have_count(0)
    assert too_small(page) == []
    page.get_by_role("button", name="Add another amount").click()
    page.locator(".line").nth(1).wait_for()
    expect(page.locator("[name=pay-2-who]")).to_be_focused()
    look(page, "two-lines")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**part=family")
    for part in ("family", "organisations", "interlocks", "auditor", "stock", "commitments"):
        page.wait_for_url(f"**part={part}")
        no_to(page, part)
        look(page, part, axe=part in ("family", "organisations", "commitments"))
        page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/sign/")
    look(page, "sign")
    reads(page, "$12,500.00")
    page.get_by_role("button", name="Sign and return").click()
    page.wait_for_url("**/receipt/")
    reads(page, "Your answers are signed and returned")
    look(page, "receipt")
    assert Questionnaire.objects.get().state == "returned"
    desk = visit("secretary", size="desk")
    desk.locator("a.btn", has_text="Review the answers of one director").click()
    look(desk, "review")
    reads(desk, "say nothing else")
    desk.get_by_role("button", name="Confirm").first.click()
    desk.get_by_text("The answer is confirmed.").wait_for()
    assert Fact.objects.get(kind="receipt").state == "confirmed"
    desk.get_by_role("button", name="Close the review").click()
    desk.get_by_text("The review is closed.").wait_for()
    look(desk, "reviewed")


def test_the_questions_need_no_scripts(visit, questionnaire):
    page = visit("director", size="phone", scripts=False)
    page.goto(f"{questionnaire.get_absolute_url()}?part=organisations")
    page.get_by_role("radio", name=YES).check()
    page.get_by_label("Organisation", exact=True).first.fill("Invented Rivets, Inc.")
    page.get_by_role("button", name="Add another payment").click()
    field = page.get_by_label("Organisation", exact=True).first
    expect(page.locator("#payment-lines .line")).to_have_count(2)
    expect(field).to_have_value("Invented Rivets, Inc.")
    page.get_by_role("button", name="Save and go on").click()
    reads(page, "Say the day")
    page.screenshot(path=ARTEFACTS / "director-phone-questions-no-scripts.png", full_page=True)
    page.get_by_role("button", name="Family").click()
    page.wait_for_url("**part=family**")


@pytest.mark.parametrize(
    "size, scheme", [("phone", "light"), ("desk", "dark"), at_length("desk", "light")]
)
def test_every_page_is_fit_to_look_at(visit, questionnaire, cast, now, size, scheme):
    foundry = questionnaires.organisation("Invented Mill", by=cast["secretary"], at=now)
    assert foundry
    row = engagements.add_commitment(
        person=cast["director"].person,
        organisation="Invented Rail, Inc.",
        role="Director",
        public_company=True,
        since=date(2021, 5, 1),
        by=cast["director"],
        at=now,
    )
    ahead = meetings.noticed(by=cast["secretary"], at=now)
    engagements.note_day(row, day=ahead.day, by=cast["director"], on=now.date())
    page = visit("director", size=size, scheme=scheme)
    address = questionnaire.get_absolute_url()
    page.goto("/")
    look(page, "today")
    for path, title in (
        (address, "overview"),
        (f"{address}?part=organisations", "part"),
        (f"{address}?part=commitments", "part-commitments"),
        ("/board/commitments/", "register"),
        ("/board/report-a-change/", "report"),
        (f"{address}sign/", "not-whole"),
    ):
        page.goto(path)
        look(page, title)
    page.goto(f"{address}?part=employment")
    page.get_by_role("radio", name=YES).check()
    with saving(page, "2030-01-01"):
        page.get_by_label("First day").fill("2030-01-01")
    look(page, "yes")
    signed = questionnaires.signed(
        cast["audit_chair"].person,
        by=cast["secretary"],
        at=now,
        part="employment",
        **{
            "employment-1-since": "2020-01-01",
            "employment-1-last": f"{now.date() - timedelta(days=300)}",
        },
    )
    desk = visit("secretary", size=size, scheme=scheme)
    for path, title in (("review/", "review-bar"), ("", "read")):
        desk.goto(f"{signed.get_absolute_url()}{path}")
        look(desk, title)
