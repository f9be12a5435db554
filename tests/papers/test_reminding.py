"""Papers that wait are said to wait, to members who have not said that they have them."""

from datetime import timedelta

import pytest

from governance.meetings import operations as meetings
from governance.notices.models import Notice
from governance.notices.operations import tell_all
from governance.papers import operations
from governance.papers.models import Acknowledgement
from governance.papers.moments import papers_unread
from tests.factories.cast import DIRECTORS

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def told():
    return Notice.objects.filter(kind="papers_wait")


def mornings(since, days):
    for number in range(days):
        for _ in range(2):
            tell_all(papers_unread(since + number * DAY))


def readers(told):
    return {one.reader.email.partition("@")[0] for one in told}


def test_nt_due_a_day_before_the_meeting_whoever_has_not_said_they_have_them(
    cast, published, meeting, now, told
):
    Acknowledgement.objects.create(edition=published, person=cast["director"].person, said_at=now)
    mornings(now.date(), 20)
    days = {one.occurrence for one in told}
    assert max(days) == f"{meeting.day - DAY}" and len(days) <= 2
    assert readers(told) == set(DIRECTORS) - {"director"}
    assert {one.subject_id for one in told} == {meeting.pk}


def test_nobody_is_reminded_of_an_edition_that_brought_them_nothing(
    cast, published, meeting, bring, now, told
):
    """The recused director has said that they have all of theirs; the chair has not the new one."""
    for name in ("director", "chair"):
        Acknowledgement.objects.create(edition=published, person=cast[name].person, said_at=now)
    bring(meeting, "The invented lease", "more of the lease", 2)
    operations.publish_book(meeting, by=cast["secretary"], at=now)
    mornings(now.date(), 20)
    assert "director" not in readers(told)
    assert "chair" in readers(told)


def test_of_a_meeting_that_is_cancelled_nobody_is_reminded(cast, published, meeting, now, told):
    meetings.cancel(meeting, why="Not needed.", by=cast["secretary"], at=now)
    mornings(now.date(), 10)
    assert not told.exists()


def test_papers_published_again_within_minutes_are_one_letter(cast, published, meeting, bring, now):
    letters = Notice.objects.filter(kind="papers_published")
    first = letters.count()
    assert first
    bring(meeting, "The invented plan", "canary-of-another-plan", 3)
    operations.publish_book(meeting, by=cast["secretary"], at=now)
    assert letters.count() == first
