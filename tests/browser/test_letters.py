"""From a letter to the thing itself: the link survives the sign-in and lands on the one button."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from playwright.sync_api import expect

from governance.decisions import consents
from governance.meetings import operations as meetings
from governance.minutes import operations as minutes
from governance.notices import wishes
from governance.notices.models import Notice, Preference
from governance.notices.operations import tell
from tests.boardroom.signin.door import PASSWORD, code_for
from tests.browser.pages import SIZES, SOON, look, press, reads
from tests.factories import decisions, questionnaires
from tests.factories import meetings as held
from tests.factories.cast import DIRECTORS
from tests.papers.conftest import bring, file, meeting, published  # noqa: F401

# Fixtures of another folder are asked for by their names.
# ruff: noqa: F811
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READER = "audit_chair"


@pytest.fixture
def door(settings, cast):
    """Signing in is by password and by what an app shows, as in production."""
    settings.LOGIN_URL = "account_login"
    cache.clear()
    user = cast[READER]
    user.set_password(PASSWORD)
    user.save()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


@pytest.fixture
def visitor(browser, live_server, door, cast):
    """A tablet on which nobody is signed in."""
    width, height = SIZES["tablet"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=live_server.url
    )
    context.set_default_timeout(SOON)
    page = context.new_page()
    page.as_who = f"{READER}-tablet-light"
    yield page
    context.close()


def letter(kind, reader):
    """Where its letter leads."""
    return Notice.objects.get(kind=kind, reader=reader).get_absolute_url()


def follow_signed_out(page, address, secret, user):
    """The link is followed, the password given, then the code."""
    page.goto(address)
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(user.email)
    page.get_by_label("Password").first.fill(PASSWORD)
    press(page, "Sign in")
    reads(page, "One more step")
    page.get_by_role("textbox").first.fill(code_for(secret))
    press(page, "Sign in")


def vote(cast, now):
    people = [cast[name].person for name in DIRECTORS]
    called = held.in_session(people, by=cast["secretary"], at=now)
    motion = decisions.voting(called, mover=cast["chair"].person, by=cast["secretary"], at=now)
    return "vote_opened", motion.get_absolute_url(), "For"


def consent(cast, now):
    by = {"by": cast["secretary"], "at": now}
    row = consents.draft_consent(committee=None, title="A lease", text="RESOLVED, so.", **by)
    row = consents.circulate(row, **by)
    return "consent_circulated", row.get_absolute_url(), "Read and sign"


def questions(cast, now):
    row = questionnaires.sent(cast[READER].person, by=cast["secretary"], at=now)
    return "questionnaire_sent", row.get_absolute_url(), "Begin"


def minutes_to_read(cast, now):
    people = [cast[name].person for name in DIRECTORS]
    called = held.in_session(people, by=cast["secretary"], at=now)
    meetings.add_item(called, title="Supply", by=cast["secretary"], at=now)
    meetings.adjourn(called, by=cast["chair"], at=now)
    by = {"by": cast["secretary"], "at": now}
    taken = minutes.draft(called, **by)
    words = {part.key: "Noted." for part in taken.current.read_parts if part.item}
    taken = minutes.write(taken, words=words, base=taken.edition, **by)
    minutes.circulate(taken, base=taken.edition, **by)
    return "minutes_circulated", taken.get_absolute_url(), "Comment on this"


def button(page, words):
    named = re.compile(f"^{words}")
    return page.get_by_role("button", name=named).or_(page.get_by_role("link", name=named)).first


@pytest.mark.parametrize("matter", [vote, consent, questions, minutes_to_read])
def test_a_letter_leads_through_both_doors_to_the_one_button(
    matter, visitor, door, cast, now, live_server
):
    kind, there, words = matter(cast, now)
    follow_signed_out(visitor, letter(kind, cast[READER]), door, cast[READER])
    visitor.wait_for_url(f"{live_server.url}{there}")
    expect(button(visitor, words)).to_be_visible(timeout=SOON)


def test_papers_that_were_published_open_as_the_letter_says(
    visitor, door, cast, published, live_server
):
    there = f"/papers/books/{published.meeting_id}/"
    follow_signed_out(visitor, letter("papers_published", cast[READER]), door, cast[READER])
    visitor.wait_for_url(f"{live_server.url}{there}")
    expect(button(visitor, "I have the papers")).to_be_visible(timeout=SOON)


# --- The inbox, and what one wants ----------------------------------------------------------------


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_inbox_is_read_and_put_in_order(visit, cast, now, size):
    called = held.noticed(by=cast["secretary"], at=now)
    kind, _, _ = consent(cast, now)
    page = visit("lead_director", size)
    page.goto("/letters/")
    look(page, "letters")
    reads(page, "A consent waits for your signature")
    unread = page.locator(".unread")
    number = unread.count()
    assert number >= 3
    page.get_by_role("link", name="A consent waits for your signature").click()
    page.wait_for_url(re.compile("/decisions/consents/"))
    page.goto("/letters/")
    expect(unread).to_have_count(number - 1, timeout=SOON)
    press(page, "Mark all as read")
    expect(unread).to_have_count(0, timeout=SOON)
    assert not page.get_by_role("button", name="Mark all as read").count()
    look(page, "letters-read")
    tell_again(called, cast)
    page.reload()
    expect(unread).to_have_count(1, timeout=SOON)


def tell_again(called, cast):
    from governance.meetings.mail import MEETING_NOTICED

    tell(MEETING_NOTICED, called, readers=[cast["lead_director"]], occurrence="another")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_reader_chooses_one_letter_a_day(visit, cast, size):
    page = visit("director", size)
    page.goto("/letters/")
    look(page, "no-letters")
    page.get_by_role("link", name="Change it").click()
    page.get_by_role("radio", name=re.compile("Once a day")).check()
    page.get_by_role("checkbox", name=re.compile("^Minutes")).uncheck()
    look(page, "preferences")
    press(page, "Keep this")
    reads(page, "From now on letters come as you want them.")
    kept = Preference.objects.get(reader=cast["director"])
    assert (kept.daily, kept.silenced) == (True, ["minutes"])


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_address_in_a_letter_writes_less_without_signing_in(browser, live_server, cast, size):
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=live_server.url
    )
    page = context.new_page()
    page.as_who = f"nobody-{size}-light"
    page.goto(wishes.address_of(cast["director"]))
    look(page, "less")
    press(page, "One letter a day")
    reads(page, "You get one letter a day")
    assert Preference.objects.get(reader=cast["director"]).daily
    press(page, "A letter for each thing again")
    reads(page, "You get a letter for each thing")
    context.close()
