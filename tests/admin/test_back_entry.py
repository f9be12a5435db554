"""The secretary enters a past meeting at the desk: hours, people, items, and its minutes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from governance.meetings.models import Meeting
from governance.minutes.models import Minutes
from governance.notices.models import Notice
from tests.decisions.conftest import PRESENT
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.minutes.test_back_entry import (
    PAPER,
    TEXT,
    began,
    entered,
    paper,
    paper_minutes,
)

__all__ = ["began", "entered", "paper"]
pytestmark = pytest.mark.django_db
PAST = "/admin/minutes/minutes/past/"


@pytest.fixture
def asked(began):
    """What the first step asks, in the address."""
    return {
        "committee": "",
        "kind": "regular",
        "began_0": f"{began:%Y-%m-%d}",
        "began_1": "09:00",
        "ended_0": f"{began:%Y-%m-%d}",
        "ended_1": "12:00",
        "place": "An invented inn",
        "name": "",
    }


@pytest.fixture
def sent(cast):
    """What the second step sends."""
    return {
        **{f"mode-{cast[name].person_id}": "in_person" for name in PRESENT},
        "presided": cast["chair"].person_id,
        "items-TOTAL_FORMS": 4,
        "items-INITIAL_FORMS": 0,
        "items-0-title": "The invented pier",
        "items-0-text": TEXT,
        "items-0-mover": cast["chair"].person_id,
        "items-0-result": "carried",
        "items-0-against": [cast["director"].person_id],
        "items-1-title": "A report",
        **{f"items-{number}-result": "carried" for number in (1, 2, 3)},
    }


@pytest.fixture
def desk(cast, client):
    client.force_login(cast["secretary"])
    return client


def where(asked):
    return f"{PAST}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


def test_a_past_meeting_is_entered_in_steps(desk, asked, sent, cast):
    page = desk.get(reverse("admin:meetings_meeting_changelist")).content.decode()
    assert "Enter a past meeting" in page and PAST in page
    assert "Called to order" in desk.get(PAST).content.decode()
    page = desk.get(where(asked)).content.decode()
    assert "Who was there on" in page and cast["audit_member"].person.name in page
    before = Notice.objects.count()
    answer = desk.post(where(asked), sent)
    meeting = Meeting.objects.get()
    assert answer.status_code == 302, answer.context["refusal"]
    assert answer.url == reverse("admin:minutes_minutes_paper", args=[meeting.pk])
    assert [item.title for item in meeting.items.order_by("position")] == [
        "The invented pier",
        "A report",
    ]
    assert meeting.motions.get().votes_against == 1
    fields = {"text": PAPER, "approved_on": f"{meeting.day + timedelta(days=30)}"}
    answer = desk.post(answer.url, fields)
    minutes = Minutes.objects.get()
    assert answer.url == minutes.get_absolute_url()
    assert (minutes.state, minutes.current.text) == ("approved", PAPER)
    assert Notice.objects.count() == before


def test_what_is_refused_keeps_what_was_typed(desk, asked, sent, cast):
    sent["presided"] = cast["audit_member"].person_id
    page = desk.post(where(asked), sent).content.decode()
    assert "was not there, and so did not preside. (M-01) Nothing was entered." in page
    assert TEXT in page and "A report" in page
    assert not Meeting.objects.exists()
    sent["presided"] = ""
    assert "This field is required" in desk.post(where(asked), sent).content.decode()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "change, says",
    [
        ({"items-1-title": "", "items-1-text": "RESOLVED."}, "Say what the item was about."),
        ({"items-0-text": ""}, "Type the words of the resolution."),
        ({"items-0-result": "not_carried"}, "the paper says not carried, but 5 of 6"),
        ({"items-0-mover": ""}, "say who moved it"),
        ({"items-0-mover": "x"}, "Choose somebody from the list."),
        ({"items-TOTAL_FORMS": "x"}, "Part of the page did not arrive."),
        ({"items-TOTAL_FORMS": "x", "more": "yes"}, "Part of the page did not arrive."),
    ],
)
def test_lines_that_say_half_are_told(change, says, desk, asked, sent):
    page = desk.post(where(asked), sent | change).content.decode()
    assert says in page
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "change, says",
    [
        ({"began_0": "2099-01-01", "ended_0": "2099-01-01"}, "That meeting is not over."),
        ({"ended_1": "08:00"}, "A meeting ends after it began."),
        ({"began_0": "x"}, "Enter a valid date."),
        ({"committee": "x"}, "Choose one from the list."),
        ({"place": ""}, "This field is required."),
    ],
)
def test_hours_that_cannot_be_are_told(change, says, desk, asked, sent):
    assert says in desk.post(where(asked | change), sent).content.decode()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "change, says",
    [
        ({"ended_1": "08:00"}, "A meeting ends after it began."),
        ({"began_0": "2999-01-05", "ended_0": "2999-01-05"}, "That meeting is not over."),
        ({"began_0": "1950-10-05", "ended_0": "1950-10-05"}, "Nobody sat on the body on"),
    ],
)
def test_hours_are_refused_before_anybody_is_asked_who_was_there(change, says, desk, asked):
    page = desk.get(where(asked | change)).content.decode()
    assert says in page and "Who was there on" not in page


def test_more_lines_are_given_and_nothing_is_lost(desk, asked, sent):
    page = desk.post(where(asked), sent | {"more": "yes"}).content.decode()
    assert "items-7-title" in page and "items-8-title" not in page
    assert TEXT in page and not Meeting.objects.exists()


def test_only_the_corporate_secretary_finds_it(cast, client, entered):
    for name in EVERYBODY:
        client.force_login(cast[name])
        expected = 200 if name == "secretary" else 404
        for path in (PAST, f"{PAST}{entered.pk}/"):
            assert client.get(path).status_code == expected, name
    client.force_login(cast["assistant_secretary"])
    listed = client.get(reverse("admin:meetings_meeting_changelist")).content.decode()
    assert "Enter a past meeting" not in listed


def test_a_meeting_that_was_held_here_has_no_paper(desk, held_here):
    assert desk.get(f"{PAST}{held_here.pk}/").status_code == 404


@pytest.fixture
def held_here(cast, now):
    from tests.factories import meetings

    return meetings.noticed(by=cast["secretary"], at=now)


def test_a_second_entry_of_its_minutes_is_told(desk, entered, cast, now):
    change = reverse("admin:meetings_meeting_change", args=[entered.pk])
    assert "Enter its minutes from paper" in desk.get(change).content.decode()
    paper_minutes(entered, cast, now)
    assert "Enter its minutes from paper" not in desk.get(change).content.decode()
    fields = {"text": "Others.", "approved_on": f"{entered.day}"}
    page = desk.post(f"{PAST}{entered.pk}/", fields).content.decode()
    assert "have been drafted" in page and "Others." in page


# --- Where it is shown, it is marked -------------------------------------------------------------


def test_it_is_marked_wherever_it_is_shown(entered, cast, client, now):
    minutes = paper_minutes(entered, cast, now)
    client.force_login(cast["director"])
    said = "Entered in the record on "
    assert "Entered later" in client.get("/meetings/").content.decode()
    assert "entered later" in client.get("/meetings/search/?q=pier").content.decode()
    pages = [entered, minutes, entered.motions.get()]
    for page in [*(one.get_absolute_url() for one in pages), *items_of(entered)]:
        assert said in client.get(page).content.decode(), page
    page = client.get(entered.get_absolute_url()).content.decode()
    assert f"{cast['chair'].person.name} presided." in page
    assert "The chair has not approved the entry yet." in page


def items_of(meeting):
    return [f"/meetings/items/{item.pk}/" for item in meeting.items.all()]


def test_it_is_read_by_whoever_reads_any_past_meeting(entered, cast):
    readers = {name for name in EVERYBODY if Meeting.objects.readable_by(cast[name]).exists()}
    assert readers == {*DIRECTORS, "secretary", "assistant_secretary", "general_counsel"}


def test_the_chair_is_asked_to_look_it_over(entered, cast, client):
    client.force_login(cast["director"])
    assert "Look over the entry" not in client.get("/").content.decode()
    act = f"{entered.get_absolute_url()}approve-entry/"
    assert client.post(act).status_code == 403
    client.force_login(cast["chair"])
    assert "Look over the entry" in client.get("/").content.decode()
    assert "Approve the entry" in client.get(entered.get_absolute_url()).content.decode()
    assert client.post(act).status_code == 302
    assert "Look over the entry" not in client.get("/").content.decode()
    page = client.get(entered.get_absolute_url()).content.decode()
    assert f"{cast['chair'].person.name} has approved the entry." in page
