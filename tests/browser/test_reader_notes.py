"""Notes in Chromium where something comes between: another reader, a long text, no pointer."""

import pytest

from governance.papers import noting
from governance.papers.models import Note
from tests.browser.pages import reads
from tests.browser.test_reader import at, choose_words, opened, saved
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
    other.goto("/")
    other.get_by_role("button", name="Sign out").first.click()
    other.wait_for_url("**/demo/**")
    if user:
        other.locator(f"button[value='{user.pk}']").click()
        other.wait_for_url("**/")
    other.close()


def test_what_one_reader_has_not_saved_is_never_saved_as_anothers(visit, cast, published):
    page, of = visit("audit_chair", "desk"), published.meeting
    page.goto("/")
    opened(page, of)
    page.route("**/notes/**", lambda route: route.abort())
    begin_note(page).fill("Nobody else reads this.")
    sign_in_instead(page, cast["chair"])
    page.unroute_all()
    reads(page, "This book has changed for you since you opened it.")
    assert noted_by(cast["chair"], of) == []
    # It waits in its window for who wrote it.
    sign_in_instead(page, cast["audit_chair"])
    saved(page)
    assert noted_by(cast["audit_chair"], of) == ["Nobody else reads this."]
    assert Note.objects.count() == 1
    # The browser itself says whom it was refused.
    visit.__self__.troubles.clear()


def test_a_long_note_is_saved_in_any_language(visit, cast, published):
    page = visit("audit_chair", "desk")
    opened(page, published.meeting)
    # More than a browser sends on for a page that is left.
    long = "長い質問。" * 6000
    begin_note(page).fill(long)
    saved(page)
    assert noted_by(cast["audit_chair"], published.meeting) == [long]
