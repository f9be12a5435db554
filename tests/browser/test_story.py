"""Opening day in Chromium: the director votes, the chief executive finds no trace, the secretary
schedules. Pictures are kept in var/artefacts."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import sync_playwright

from governance.decisions.models import Ballot
from governance.meetings import operations
from governance.meetings.models import Meeting
from governance.notices.models import Notice
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS, INDEPENDENT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARTEFACTS = Path(settings.BASE_DIR) / "var" / "artefacts"
SIZES = {"tablet": (1366, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser(chromium):
    # Playwright runs a loop of its own in this thread, which Django takes for an asynchronous one.
    import os

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def board(cast, now):
    """Tuesday's meeting with its door, and a special one in session with an open vote."""
    by = cast["secretary"]
    ahead = meetings.scheduled(by=by, at=now)
    operations.add_item(ahead, title="The invented annual plan", by=by, at=now)
    operations.give_notice(ahead, by=by, at=now)
    people = [cast[name].person for name in DIRECTORS]
    special = meetings.in_session(people, by=by, at=now, kind="special")
    motion = decisions.voting(special, mover=cast["director"].person, by=by, at=now)
    return ahead, motion


@pytest.fixture(params=SIZES)
def visit(request, browser, live_server, cast):
    """Sign in as one of the cast and read pages; each is looked at by axe and kept as a picture."""
    contexts, troubles = [], []

    def begin(name, scripts=True, scheme="light"):
        width, height = SIZES[request.param]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme=scheme,
            base_url=live_server.url,
            bypass_csp=False,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto("/demo/")
        page.locator(f"button[value='{cast[name].pk}']").click()
        page.wait_for_load_state()
        page.as_who = f"{name}-{request.param}-{scheme}"
        return page

    yield begin
    for context in contexts:
        context.close()
    assert [one for one in troubles if "404" not in one] == []


def look(page, title):
    """Keep a picture, and have axe find nothing."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{page.as_who}-{title}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_lead_independent_director_votes_and_finds_the_door(visit, board, cast):
    ahead, motion = board
    page = visit("lead_director")
    look(page, "today")
    page.get_by_role("link", name="Read and vote").first.click()
    assert motion.text in page.content()
    look(page, "motion")
    page.get_by_role("button", name="For", exact=True).press("Enter")
    page.wait_for_url("**choice=for**")
    look(page, "asked")
    assert not Ballot.objects.exists()
    page.get_by_role("button", name="Record my vote: for").click()
    page.wait_for_url("**/receipts/**")
    assert "Your vote is recorded" in page.content()
    look(page, "receipt")
    ballot = Ballot.objects.get()
    assert (ballot.voter, ballot.choice) == (cast["lead_director"].person, "for")
    page.goto("/meetings/")
    look(page, "meetings")
    page.goto(ahead.get_absolute_url())
    assert "The invented annual plan" in page.content()
    look(page, "meeting")
    page.get_by_role("link", name="Enter").click()
    assert page.get_by_role("heading", name="Executive session").is_visible()
    look(page, "session")
    for path in ("/decisions/", "/board/", "/committees/"):
        page.goto(path)
        look(page, path.strip("/"))


def test_the_chief_executive_finds_no_trace(visit, board):
    ahead, _ = board
    page = visit("chief_executive", scheme="dark")
    look(page, "today")
    page.goto(ahead.get_absolute_url())
    assert "xecutive session" not in page.content() and "reserved" in page.content()
    look(page, "meeting")
    assert page.goto(ahead.executive_session.get_absolute_url()).status == 404


def test_a_vote_needs_no_scripts(visit, board):
    _, motion = board
    page = visit("director", scripts=False)
    page.goto(motion.get_absolute_url())
    page.get_by_role("button", name="Abstain").click()
    page.get_by_role("button", name="Record my vote: abstain").click()
    assert "Your vote is recorded" in page.content()
    assert Ballot.objects.get().choice == "abstain"


def test_the_secretary_schedules_the_next_meeting(visit, cast):
    page = visit("secretary")
    page.goto("/admin/meetings/meeting/add/")
    day = timezone.localdate() + timedelta(days=90)
    page.locator("[name=kind]").select_option("regular")
    page.locator("[name=starts_at_0]").fill(f"{day:%Y-%m-%d}")
    page.locator("[name=starts_at_1]").fill("09:00:00")
    page.locator("[name=place]").fill("The invented boardroom")
    page.locator("[name=_continue]").first.click()
    page.wait_for_load_state()
    assert Meeting.objects.get().state == "draft", page.content()
    page.screenshot(path=ARTEFACTS / f"{page.as_who}-draft.png")
    page.get_by_role("link", name="Schedule and tell everybody").click()
    page.get_by_role("button", name="Schedule and tell everybody").click()
    page.wait_for_load_state()
    assert Meeting.objects.get().state == "scheduled"
    assert Notice.objects.filter(kind="meeting_scheduled").count() == len(DIRECTORS)
    assert Notice.objects.filter(kind="session_set").count() == len(INDEPENDENT)
    page.goto("/admin/notices/notice/")
    page.screenshot(path=ARTEFACTS / f"{page.as_who}-letters.png")
    assert "ession set" not in page.content()
