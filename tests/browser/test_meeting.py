"""A whole meeting by four people in four browsers: from its notice to its end, nobody reloads."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from governance.decisions.models import Ballot
from governance.meetings import operations
from governance.meetings.models import Attendance, Discussion, Meeting
from tests.browser.pages import SOON, follow, leaving, look, press
from tests.factories import decisions, meetings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def called(cast, now):
    """Notice is given for this hour, with two items and a motion on the second."""
    by = cast["secretary"]
    before = now - timedelta(days=3)
    meeting = meetings.noticed(by=by, at=before, hours=72, minutes=60)
    for title in ("Business and finance update", "The invented annual plan"):
        item = operations.add_item(meeting, title=title, minutes=20, by=by, at=before)
    decisions.put(meeting, mover=cast["director"].person, by=by, at=before, item=item)
    return meeting


def sees(page, text):
    expect(page.locator("#live")).to_contain_text(text, timeout=SOON)


def act(page, meeting, words):
    """One move of the meeting, from its page and asked once."""
    page.goto(meeting.get_absolute_url())
    follow(page, words)
    press(page, words)


def arrive(page, meeting, people, mode):
    page.goto(f"{meeting.get_absolute_url()}attendance/")
    for person in people:
        button(page, mode, person).click()
        expect(button(page, "Leaves(, or line lost)?", person)).to_be_visible(timeout=SOON)


def button(page, verb, whom):
    """A button whose name says to the ear whom it is about."""
    return page.get_by_role("button", name=re.compile(f"^{verb} ?: {whom}$"))


def vote_for(page, motion):
    page.goto(motion.get_absolute_url())
    press(page, "For")
    press(page, "Record my vote: for")
    expect(page).to_have_url(re.compile("/receipts/"), timeout=SOON)


def test_a_whole_meeting_in_four_browsers(visit, called, cast):
    meeting, motion = called, called.motions.get()
    secretary, chair = visit("secretary", "desk"), visit("chair", "desk")
    lead, director = visit("lead_director", "desk"), visit("director", "phone")
    for page in (lead, director):
        page.goto(meeting.get_absolute_url())
        sees(page, "Notice given")

    # Attendance by mode, one of them by telephone; then the call to order, its quorum said.
    room = [
        cast[name].person.name for name in ("chair", "lead_director", "audit_chair", "director")
    ]
    arrive(secretary, meeting, room, "In person")
    act(secretary, meeting, "Call to order")
    sees(secretary, "No quorum: 5 of 9 needed, 4 present.")
    far = cast["audit_member"].person
    arrive(secretary, meeting, [far.name], "By telephone")
    arrive(secretary, meeting, [cast["nominating_chair"].person.name], "By video")
    act(secretary, meeting, "Call to order")
    for page in (lead, director):
        sees(page, "In session")
        sees(page, "of 9 directors present · quorum is 5")

    # A line is lost, and comes back.
    secretary.goto(f"{meeting.get_absolute_url()}attendance/")
    button(secretary, "Leaves, or line lost", far.name).click()
    sees(director, "4 not present")
    arrive(secretary, meeting, [far.name], "By telephone")
    sees(director, "1 by telephone")
    assert Attendance.objects.filter(meeting=meeting, person=far).count() == 2

    # The chair takes up an item, and the others' pages follow.
    chair.goto(meeting.get_absolute_url())
    button(chair, "Take up", "The invented annual plan").click()
    for page in (chair, lead, director):
        expect(page.get_by_role("region", name="Now")).to_contain_text(
            "The invented annual plan", timeout=SOON
        )
    look(chair, "console")
    secretary.set_viewport_size({"width": 390, "height": 844})
    secretary.goto(meeting.get_absolute_url())
    look(secretary, "console")
    look(director, "followed")
    assert Discussion.objects.get().item == motion.item

    # Whoever called in declares an interest in it, on a page of their own.
    operations.record_recusal(
        motion.item, far, mode="left", basis="Invented.", by=cast["audit_member"], at=called_at()
    )
    sees(director, f"{far.name} recused")

    # Three sign in their own browsers, and one goes back and presses twice.
    chair.goto(motion.get_absolute_url())
    lead.goto(motion.get_absolute_url())
    for words in ("Put it before the meeting", "Open the vote"):
        follow(chair, words)
        press(chair, words)
    sees(lead, "For")
    sees(director, "Vote open")
    look(director, "vote-open")
    with leaving(director):
        director.get_by_role("link", name=re.compile("^Open the vote’s page")).click()
    for page in (chair, lead, director):
        vote_for(page, motion)
    with leaving(director):
        director.go_back()
    with leaving(director):
        director.get_by_role("button", name="Record my vote: for").dblclick()
    mine = Ballot.objects.filter(motion=motion, voter=cast["director"].person)
    assert mine.current().count() == 1 and mine.get().choice == "for"

    # The vote is closed: the arithmetic in words on everybody's page, without a reload.
    director.goto(motion.get_absolute_url())
    lead.goto(motion.get_absolute_url())
    act_on(chair, motion, "Close the vote")
    for page in (chair, lead, director):
        sees(page, "3 for")

    # The end, which the others' pages show by themselves.
    for page in (lead, director, secretary):
        page.goto(meeting.get_absolute_url())
    act(chair, meeting, "Adjourn")
    for page in (lead, director, secretary):
        sees(page, "Adjourned")
    look(director, "adjourned")
    assert Meeting.objects.get(pk=meeting.pk).state == "adjourned"


def act_on(page, motion, words):
    page.goto(motion.get_absolute_url())
    follow(page, words)
    press(page, words)


def called_at():
    from django.utils import timezone

    return timezone.now()
