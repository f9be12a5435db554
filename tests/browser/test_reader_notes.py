"""Notes in Chromium where something comes between: another reader, a long text, no pointer."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from governance.papers import noting, operations, purging
from governance.papers.models import Note, Paper
from tests.browser.pages import SOON, look, reads
from tests.browser.test_reader import at, choose_words, opened, saved
from tests.factories import pdfs
from tests.papers.conftest import PLAN, bring, file, meeting, published  # noqa: F401

# Fixtures of another folder are asked for by their names.
# ruff: noqa: F811
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def begin_note(page, label="1-1"):
    """A note on the first line of a page; its field."""
    choose_words(page, at(page, label), f"{PLAN} sheet")
    page.locator(".reader-choice button", has_text="Note").click()
    return page.locator(".note-card textarea")


def noted_by(user, book):
    return [note["text"] for note in noting.read_notes(user, book)]


def sign_in_instead(page, user):
    """Somebody signs in in another window of the same browser."""
    other = page.context.new_page()
    other.goto("/demo/")
    other.locator(f"button[value='{user.pk}']").click()
    other.wait_for_url("**/")
    other.close()


def come_back(page):
    """As when whoever reads comes back to this page from another one."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_what_one_reader_has_not_saved_is_never_saved_as_anothers(visit, cast, published):
    page, of = visit("audit_chair", "desk"), published.meeting
    page.goto("/")
    opened(page, of)
    page.route("**/notes/**", lambda route: route.abort())
    begin_note(page).fill("Nobody else reads this.")
    sign_in_instead(page, cast["chair"])
    page.unroute_all()
    come_back(page)
    reads(page, "This book has changed for you since you opened it.")
    assert noted_by(cast["chair"], of) == []
    # It waits in its window for who wrote it.
    sign_in_instead(page, cast["audit_chair"])
    come_back(page)
    saved(page)
    assert noted_by(cast["audit_chair"], of) == ["Nobody else reads this."]
    assert Note.objects.count() == 1
    # The browser itself says whom it was refused.
    visit.__self__.troubles.clear()


def test_whose_session_ends_while_they_write_signs_in_elsewhere_and_loses_nothing(
    visit, cast, published
):
    page, of = visit("audit_chair", "phone"), published.meeting
    opened(page, of)
    field = begin_note(page)
    saved(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    field.fill("What did the auditor say?")
    expect(page.locator("[data-says=saved]")).to_contain_text("Sign in again", timeout=SOON)
    # The next page that is turned tells.
    page.locator("#pages").press("j")
    reads(page, "You are not signed in any more.")
    reads(page, "What you wrote last is not saved.")
    look(page, "ended-while-writing")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator(".note-card textarea")).to_be_visible()
    look(page, "shown-while-writing")
    page.get_by_role("button", name="Hide it").click()
    # This page stays: what was written is on no other.
    with page.expect_popup() as elsewhere:
        page.get_by_role("link", name="Sign in and open it again").click()
    elsewhere.value.locator(f"button[value='{cast['audit_chair'].pk}']").click()
    elsewhere.value.wait_for_url("**/read/")
    come_back(page)
    reads(page, "What you wrote is saved now.")
    assert noted_by(cast["audit_chair"], of) == ["What did the auditor say?"]
    visit.__self__.troubles.clear()


def test_notes_that_went_as_announced_leave_a_page_that_is_open(visit, cast, published, now):
    page, reader = visit("audit_chair", "desk", scheme="dark"), cast["audit_chair"]
    opened(page, published.meeting)
    begin_note(page).fill("What did the lease cost?")
    saved(page)
    look(page, "noted")
    assert purging.purge_of(published.meeting, reader.person_id, on=now.date()) == 1
    come_back(page)
    reads(page, "Choose words on a page to mark them, or put a note on it.")
    expect(page.locator(".leaf .mark")).to_have_count(0)
    assert not Note.objects.exists()


def test_of_long_contents_what_is_read_stays_in_sight(visit, published):
    page = visit("audit_chair", "desk")
    page.set_viewport_size({"width": 1366, "height": 160})
    opened(page, published.meeting)
    first, last = (page.locator("#contents li button").nth(at) for at in (0, -1))
    expect(last).not_to_be_in_viewport()
    last.focus()
    page.keyboard.press("Enter")
    first.focus()
    expect(last).not_to_be_in_viewport()
    page.locator("#pages").press("k")
    page.locator("#pages").press("j")
    expect(last).to_have_attribute("aria-current", "")
    expect(last).to_be_in_viewport()


def test_a_long_note_is_saved_in_any_language(visit, cast, published):
    page = visit("audit_chair", "desk")
    opened(page, published.meeting)
    # More than a browser sends on for a page that is left.
    long = "長い質問。" * 6000
    begin_note(page).fill(long)
    saved(page)
    assert noted_by(cast["audit_chair"], published.meeting) == [long]


def test_a_note_is_put_on_the_page_that_is_read_without_a_pointer(visit, cast, published):
    page = visit("audit_chair", "desk")
    opened(page, published.meeting)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-says=place]")).to_have_text(re.compile("^Page 1-1,"))
    page.locator("[data-tool=note]").press("Enter")
    expect(page.locator(".note-card textarea")).to_be_focused()
    page.keyboard.type("Written at once.")
    saved(page)
    expect(at(page, "1-1").get_by_role("button", name="Note: Written at once.")).to_be_visible()
    assert noted_by(cast["audit_chair"], published.meeting) == ["Written at once."]


def test_a_note_from_the_tray_is_given_its_place_without_a_pointer(
    visit, cast, published, now, tmp_path
):
    page = visit("audit_chair", "phone")
    opened(page, published.meeting)
    begin_note(page, "1-3").fill("Where did this go?")
    saved(page)
    by = {"by": cast["secretary"], "at": now}
    paper = Paper.objects.get(item__title="The invented plan")
    source = pdfs.Paper().text(words="Another plan").save(tmp_path / "another.pdf")
    operations.bring_version(paper, source=source, name="another.pdf", **by)
    operations.publish_book(published.meeting, **by)
    page.reload()
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    page.get_by_role("button", name="Your notes").click()
    page.get_by_role("button", name="was on p. 1-3").press("Enter")
    reads(page, "Turn to the page where the note belongs, and press Enter.")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("#tray")).to_be_hidden()
    expect(page.locator(".reader-hint")).to_be_hidden()
    page.reload()
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    expect(page.locator("#own .note-card textarea")).to_have_value("Where did this go?")


def test_words_are_found_in_the_book_though_a_line_ends_between_them(
    visit, cast, published, now, tmp_path
):
    words = "BT /F 10 Tf 13 TL 72 700 Td (as many writers leave a blank ) Tj T* (at its end) Tj ET"
    source = pdfs.Paper().page(words).save(tmp_path / "blanks.pdf")
    item = published.meeting.items.get(title="The invented plan")
    by = {"by": cast["secretary"], "at": now}
    operations.bring_paper(item, source=source, name="blanks.pdf", **by)
    operations.publish_book(published.meeting, **by)
    page = visit("audit_chair", "desk")
    opened(page, published.meeting)
    page.keyboard.press("/")
    for asked in ("leave a blank at its end", "leave a  blank\tat its end"):
        page.get_by_role("searchbox").fill(asked)
        page.keyboard.press("Enter")
        expect(page.locator("#search [role=status]")).to_have_text("On 1 page.", timeout=SOON)
        page.get_by_role("searchbox").fill("")
        expect(page.locator("#search [role=status]")).to_have_text("Write two letters or more.")
