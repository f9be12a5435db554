"""Opening day in Chromium: the director votes, the chief executive finds no trace, the secretary
schedules. Pictures are kept in var/artefacts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.decisions.models import Ballot
from governance.meetings import operations
from governance.meetings.models import Meeting
from governance.notices.models import Notice
from tests.browser.pages import ARTEFACTS, leaving, look, reads
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS, INDEPENDENT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
on_both = pytest.mark.parametrize("size", ["desk", "phone"])


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


@on_both
def test_the_lead_independent_director_votes_and_finds_the_door(size, visit, board, cast):
    ahead, motion = board
    page = visit("lead_director", size)
    look(page, "today")
    page.get_by_role("link", name="Read and vote").first.click()
    reads(page, motion.text)
    look(page, "motion")
    page.get_by_role("button", name="For", exact=True).press("Enter")
    page.wait_for_url("**choice=for**")
    look(page, "asked")
    assert not Ballot.objects.exists()
    page.get_by_role("button", name="Record my vote: for").click()
    page.wait_for_url("**/receipts/**")
    reads(page, "Your vote is recorded")
    look(page, "receipt")
    ballot = Ballot.objects.get()
    assert (ballot.voter, ballot.choice) == (cast["lead_director"].person, "for")
    page.goto("/meetings/")
    look(page, "meetings")
    page.goto(ahead.get_absolute_url())
    assert "The invented annual plan" in page.content()
    look(page, "meeting")
    page.get_by_role("link", name="Enter").click()
    page.get_by_role("heading", name="Executive session").wait_for()
    look(page, "session")
    for path in ("/decisions/", "/board/", "/committees/"):
        page.goto(path)
        look(page, path.strip("/"))


@on_both
def test_the_chief_executive_finds_no_trace(size, visit, board):
    ahead, _ = board
    page = visit("chief_executive", size, scheme="dark")
    look(page, "today")
    page.goto(ahead.get_absolute_url())
    assert "xecutive session" not in page.content() and "reserved" in page.content()
    look(page, "meeting")
    assert page.goto(ahead.executive_session.get_absolute_url()).status == 404


@on_both
def test_a_vote_needs_no_scripts(size, visit, board):
    _, motion = board
    page = visit("director", size, scripts=False)
    page.goto(motion.get_absolute_url())
    page.get_by_role("button", name="Abstain").click()
    page.get_by_role("button", name="Record my vote: abstain").click()
    reads(page, "Your vote is recorded")
    assert Ballot.objects.get().choice == "abstain"


@on_both
def test_the_secretary_schedules_the_next_meeting(size, visit, cast):
    page = visit("secretary", size)
    page.goto("/admin/meetings/meeting/add/")
    day = timezone.localdate() + timedelta(days=90)
    page.locator("[name=kind]").select_option("regular")
    page.locator("[name=starts_at_0]").fill(f"{day:%Y-%m-%d}")
    page.locator("[name=starts_at_1]").fill("09:00:00")
    page.locator("[name=place]").fill("The invented boardroom")
    with leaving(page):
        page.locator("[name=_continue]").first.click()
    assert Meeting.objects.get().state == "draft", page.content()
    page.screenshot(path=ARTEFACTS / f"{page.as_who}-draft.png")
    page.get_by_role("link", name="Schedule and tell everybody").click()
    with leaving(page):
        page.get_by_role("button", name="Schedule and tell everybody").click()
    assert Meeting.objects.get().state == "scheduled"
    assert Notice.objects.filter(kind="meeting_scheduled").count() == len(DIRECTORS)
    assert Notice.objects.filter(kind="session_set").count() == len(INDEPENDENT)
    page.goto("/admin/notices/notice/")
    page.screenshot(path=ARTEFACTS / f"{page.as_who}-letters.png")
    assert "ession set" not in page.content()
