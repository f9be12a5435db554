"""The hour until which ballots are awaited, said and shown; one letter that is sent again."""

import pytest

from governance.decisions import operations
from governance.notices.models import Notice
from tests.browser.pages import at_length, look, press, reads
from tests.factories import decisions, meetings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PRESENT = ("lead_director", "director", "audit_chair", "compensation_chair", "chair")


@pytest.fixture
def motion(cast, now):
    people = [cast[name].person for name in PRESENT]
    held = meetings.in_session(people, by=cast["secretary"], at=now)
    put = decisions.put(held, mover=cast["director"].person, by=cast["secretary"], at=now)
    return operations.put_before_meeting(put, by=cast["chair"], at=now)


def test_the_chair_says_until_when_and_the_members_read_it(visit, motion):
    chair = visit("chair", size="desk")
    chair.goto(f"{motion.get_absolute_url()}open-vote/")
    look(chair, "open-the-vote")
    phone = visit("chair", size="phone")
    phone.goto(f"{motion.get_absolute_url()}open-vote/")
    look(phone, "open-the-vote")
    hour = motion.meeting.starts_at.replace(year=motion.meeting.starts_at.year + 9)
    chair.get_by_label("Ballots are awaited until").fill(f"{hour:%Y-%m-%dT%H:%M}")
    press(chair, "Open the vote")
    reads(chair, "Ballots are awaited for sixty days at most.")
    chair.goto(f"{motion.get_absolute_url()}open-vote/")
    chair.get_by_label("Ballots are awaited until").fill(in_three_days(chair))
    press(chair, "Open the vote")
    for size in ("desk", "phone"):
        member = visit("director", size=size)
        look(member, "today-with-an-awaited-vote")
        reads(member, "Ballots are awaited until")
        member.goto(motion.get_absolute_url())
        reads(member, "Ballots are awaited until")
        look(member, "awaited-vote")


def in_three_days(page):
    """On the browser's clock; the company's is at most a day away from it."""
    return page.evaluate("new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 16)")


@pytest.mark.parametrize("size", ["desk", at_length("phone")])
def test_the_secretary_sends_one_letter_again_from_its_page(size, visit, motion, now):
    notice = Notice.objects.filter(kind="meeting_noticed").first()
    Notice.objects.filter(pk=notice.pk).update(state="sending", claimed_at=now)
    Notice.objects.filter(pk=notice.pk).update(
        state="failed", error="The mail server answered 550: no such mailbox"
    )
    page = visit("secretary", size=size)
    page.goto("/admin/notices/notice/?attention=any")
    look(page, "letters-in-the-admin", axe=False)
    page.goto(f"/admin/notices/notice/{notice.pk}/change/")
    look(page, "one-letter", axe=False)
    page.get_by_role("link", name="Send again").click()
    reads(page, "The same letter goes once more.")
    look(page, "send-again", axe=False)
    press(page, "Send again")
    reads(page, "is sent again.")
