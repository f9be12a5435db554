"""A page is shown in a meeting under way, to who follows; nobody learns of pages they lack."""

import json

import pytest
from django.urls import reverse

from governance.meetings import attending
from governance.meetings import operations as meetings
from governance.papers import presenting
from governance.papers.models import Presenting
from governance.refusals import Refused
from tests.factories.cast import DIRECTORS

pytestmark = pytest.mark.django_db


@pytest.fixture
def under_way(cast, published, now):
    """Everybody is there, and the meeting has begun."""
    meeting = published.meeting
    at = meeting.starts_at
    for name in DIRECTORS:
        attending.record_arrival(
            meeting, cast[name].person, mode="in_person", by=cast["secretary"], at=at
        )
    return meetings.call_to_order(meeting, by=cast["chair"], at=at)


def address(meeting):
    return reverse("papers:presented", args=[meeting.pk])


def show(client, user, meeting, label, **more):
    client.force_login(user)
    told = json.dumps({"label": label, **more})
    return client.post(address(meeting), told, content_type="application/json")


def seen(client, user, meeting):
    client.force_login(user)
    told = client.get(reverse("papers:read", args=[meeting.pk])).context["told"]
    now = client.get(told["presented"]).json()["now"]
    return now and told["leaves"][now["page"] - 1]["label"]


def test_who_presents_is_followed_page_by_page(client, cast, under_way):
    for label in ("1-1", "1-3"):
        assert show(client, cast["manager"], under_way, label).status_code == 204
        assert seen(client, cast["audit_chair"], under_way) == label
    assert Presenting.objects.count() == 1
    assert show(client, cast["manager"], under_way, None).status_code == 204
    assert seen(client, cast["audit_chair"], under_way) is None
    assert not Presenting.objects.exists()


def test_a_page_that_is_not_in_their_book_is_shown_to_nobody(client, cast, under_way):
    assert show(client, cast["chair"], under_way, "2-1").status_code == 204
    assert seen(client, cast["audit_chair"], under_way) == "2-1"
    for name in ("director", "manager"):
        assert seen(client, cast[name], under_way) is None, name


@pytest.mark.parametrize("name", ["audit_chair", "director", "assistant_secretary"])
def test_others_show_nothing(client, cast, under_way, name):
    assert show(client, cast[name], under_way, "1-1").status_code == 409
    assert not Presenting.objects.exists()


def test_nothing_is_shown_before_the_meeting_and_after_it(cast, published, now):
    with pytest.raises(Refused, match="under way"):
        presenting.present(published.meeting, label="1-1", by=cast["chair"], at=now)


@pytest.mark.parametrize("label", [7, "", "x" * 140, ["1-1"]])
def test_what_is_no_page_is_refused(client, cast, under_way, label):
    assert show(client, cast["chair"], under_way, label).status_code == 400


def test_the_last_who_shows_a_page_has_taken_over(client, cast, under_way):
    show(client, cast["manager"], under_way, "1-1")
    show(client, cast["chair"], under_way, "1-2")
    assert seen(client, cast["audit_chair"], under_way) == "1-2"
    show(client, cast["manager"], under_way, None)
    assert seen(client, cast["audit_chair"], under_way) == "1-2"


def test_who_turns_a_page_takes_nothing_back_from_who_has_taken_over(client, cast, under_way):
    show(client, cast["manager"], under_way, "1-1")
    assert show(client, cast["manager"], under_way, "1-2", goes_on=True).status_code == 204
    show(client, cast["chair"], under_way, "1-1")
    answer = show(client, cast["manager"], under_way, "1-3", goes_on=True)
    assert (answer.status_code, answer.json()["says"]) == (
        409,
        "You do not present any more: somebody else does.",
    )
    assert seen(client, cast["audit_chair"], under_way) == "1-1"
    show(client, cast["chair"], under_way, None)
    assert show(client, cast["manager"], under_way, "1-3", goes_on=True).status_code == 409
    assert show(client, cast["manager"], under_way, "1-3").status_code == 204
