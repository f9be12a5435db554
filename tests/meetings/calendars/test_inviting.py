"""Invitations: what a letter says to its reader's own calendar, and what it keeps to itself."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from uuid import UUID

import pytest
import vobject
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from governance.board.models import Directorship
from governance.meetings import attending, calling, operations
from governance.meetings.calendars.events import Event
from governance.meetings.calendars.knowing import numbered
from governance.meetings.calendars.withdrawing import withdraw_entries
from governance.meetings.models import CalendarEntry, ExecutiveSession
from governance.notices import wishes
from governance.notices.delivering import deliver
from governance.notices.kinds import Matter
from governance.notices.models import Notice
from tests.factories import meetings
from tests.factories.board import DeterminationFactory
from tests.meetings.calendars.conftest import calendar_in, event_in, method_in, parts_of
from tests.notices import mail_server as server_says
from tests.notices.mail_server import mail_server

pytestmark = pytest.mark.django_db
ADA = "director"


@pytest.fixture
def by(cast, now):
    return {"by": cast["secretary"], "at": now}


@pytest.fixture
def meeting(by):
    return meetings.scheduled(kind="special", **by)


def test_a_meeting_is_put_into_the_readers_calendar(cast, meeting, now, post):
    ada = cast[ADA]
    [letter] = post(ada, now)
    event = event_in(letter)
    assert method_in(letter) == "REQUEST"
    assert event.decoded("dtstart") == meeting.starts_at
    assert event.decoded("dtend") == meeting.starts_at + timedelta(minutes=meeting.minutes)
    assert event["location"] == meeting.place
    assert f"Dial in: {meeting.dial_in}" in event["description"]
    assert event["summary"] == "Quillon & Byrd Invented, Inc.: meeting"
    assert event["organizer"] == "mailto:boardroom@localhost"
    assert (event["sequence"], event["status"], event["class"]) == (0, "CONFIRMED", "PRIVATE")
    alarms = [one.decoded("trigger") for one in event.walk("VALARM")]
    assert alarms == [-timedelta(days=1), -timedelta(minutes=15)]
    assert event.decoded("dtstamp") == now
    assert event.decoded("last-modified") - now < timedelta(minutes=1)


def test_the_reader_alone_is_asked_for_an_answer(cast, meeting, now, post):
    ada = cast[ADA]
    [letter] = post(ada, now)
    attendee = event_in(letter)["attendee"]
    assert str(attendee) == f"mailto:{ada.email}"
    assert attendee.params["rsvp"] == "TRUE" and attendee.params["partstat"] == "NEEDS-ACTION"
    written = calendar_in(letter).replace("\r\n ", "")
    others = [user.email for name, user in cast.items() if name != ADA]
    assert not any(other in written for other in others)


def test_mail_programs_find_it_where_they_look(cast, meeting, now, post):
    [sent] = post(cast[ADA], now)
    letter = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    assert letter.get_content_type() == "multipart/mixed"
    alternative, file = letter.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = [*alternative.iter_parts()][-1]
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert calendar["Content-Type"].params["charset"].lower() == "utf-8"
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
    assert file.get_content() == calendar_in(sent).encode()


@pytest.mark.parametrize("place", ["Zürich; Saal 2, \\ „Ä“ " + 30 * "größer, ", "A\nB"])
def test_what_is_written_is_a_calendar_to_two_readers(cast, by, now, post, place):
    """Folded at 75 octets, escaped, in UTF-8, with whole lines: RFC 5545, 3.1."""
    meetings.scheduled(kind="special", place=place[:200], **by)
    [letter] = post(cast[ADA], now)
    text = calendar_in(letter)
    lines = text.split("\r\n")
    assert lines.pop() == "" and not any("\n" in line for line in lines)
    assert max(len(line.encode()) for line in lines) <= 75
    assert event_in(letter)["location"] == place[:200]
    other = vobject.readOne(text)
    assert other.vevent.location.value == place[:200]
    assert other.method.value == "REQUEST" and other.prodid.value and other.version.value == "2.0"
    [zone] = Calendar.from_ical(text).walk("VTIMEZONE")
    assert zone["tzid"] == event_in(letter)["dtstart"].params["tzid"] == "America/Los_Angeles"


def test_only_what_a_calendar_must_follow_raises_its_number(cast, meeting, by, now, post):
    """Higher with another hour, another place and the end of it; the same with anything else."""
    ada, said = cast[ADA], []

    def told(at=now):
        said.extend((method_in(one), event_in(one)["sequence"]) for one in post(ada, at))
        return said[-1]

    assert told() == ("REQUEST", 0)
    operations.give_notice(meeting, **by)
    assert told() == ("REQUEST", 0)
    operations.add_item(meeting, title="Another matter", **by)
    assert post(ada, now) == []
    operations.change_place(meeting, place="Elsewhere", dial_in="", **by)
    assert told() == ("REQUEST", 1)
    later = meeting.starts_at + timedelta(days=1)
    operations.reschedule(meeting, starts_at=later, why="Invented.", **by)
    operations.reschedule(meeting, starts_at=later + timedelta(hours=1), why="Invented.", **by)
    # Two letters wait, and both say what is so now.
    assert [event_in(one).decoded("dtstart") for one in post(ada, now)] == [
        later + timedelta(hours=1)
    ] * 2
    entry = CalendarEntry.objects.get(reader=ada, meeting=meeting)
    assert entry.sequence > 1
    operations.cancel(meeting, why="Invented.", **by)
    [letter] = post(ada, now)
    event = event_in(letter)
    assert (method_in(letter), event["status"]) == ("CANCEL", "CANCELLED")
    assert event["sequence"] == entry.sequence + 1
    assert event["uid"] == entry.uid
    assert event.walk("VALARM") == []


def test_a_calendar_follows_a_session_whatever_its_reader_silences(cast, by, now, post):
    """Nobody who does without letters of meetings comes at an hour that is not so any more."""
    ada = cast[ADA]
    held = meetings.scheduled(**by)
    session = ExecutiveSession.objects.get(meeting=held)
    post(ada, now)
    wishes.wish(ada, daily=True, silenced=list(Matter))
    operations.change_place(held, place="Elsewhere", dial_in="", **by)
    later = held.starts_at + timedelta(days=1)
    operations.reschedule(held, starts_at=later, why="Invented.", **by)
    letters = [event_in(one) for one in post(ada, now)]
    uid = CalendarEntry.objects.get(reader=ada, session=session).uid
    events = [event for event in letters if event["uid"] == uid]
    session.refresh_from_db()
    assert len(letters) == 4 and len(events) == 2
    assert {event.decoded("dtstart") for event in events} == {session.starts_at}
    assert {event["location"] for event in events} == {"Elsewhere"}
    assert session.starts_at > later


def test_the_same_meeting_has_another_name_in_each_calendar(cast, meeting, now, post):
    post(cast[ADA], now)
    names = [*CalendarEntry.objects.filter(meeting=meeting).values_list("uid", flat=True)]
    assert len(names) == len(set(names)) > 5
    assert not any(str(meeting.pk) in name for name in names)


def test_what_was_called_off_before_anybody_was_told_is_in_no_calendar(cast, meeting, by, post):
    operations.cancel(meeting, why="Invented.", **by)
    assert post(cast[ADA], by["at"]) == []


def test_an_answer_that_stands_is_not_asked_for_again(cast, meeting, by, now, post):
    ada = cast[ADA]
    attending.reply(meeting, answer="absent", by=ada, at=now)
    [letter] = post(ada, now)
    assert event_in(letter)["attendee"].params["partstat"] == "DECLINED"
    attending.reply(meeting, answer="video", by=ada, at=now)
    operations.change_place(meeting, place="Elsewhere", dial_in="", **by)
    [letter] = post(ada, now)
    assert event_in(letter)["attendee"].params["partstat"] == "ACCEPTED"
    later = meeting.starts_at + timedelta(days=1)
    operations.reschedule(meeting, starts_at=later, why="Invented.", **by)
    [letter] = post(ada, now)
    assert event_in(letter)["attendee"].params["partstat"] == "NEEDS-ACTION"


def shape(letter):
    """What is there to be seen of a letter and its calendar without the day and the link."""
    event = event_in(letter)
    own = {"uid", "dtstamp", "last-modified", "dtstart", "dtend", "description"}
    return (
        letter.subject,
        letter.message().keys(),
        [part.get_content_type() for part in letter.message().walk()],
        [name for name, _ in Calendar.from_ical(calendar_in(letter)).property_items()],
        {name: str(value) for name, value in event.items() if name.lower() not in own},
        len(event["description"]),
        len(event["uid"]),
    )


def test_the_invitation_to_a_session_looks_like_any_other(cast, by, now, post):
    """The same summary, the same properties, the same parts: nothing to see over a shoulder."""
    meeting = meetings.scheduled(**by)
    letters = {event_in(one).decoded("dtstart"): one for one in post(cast[ADA], now)}
    ordinary = letters[meeting.starts_at]
    sealed = letters[meeting.executive_session.starts_at]
    assert shape(sealed) == shape(ordinary)
    for letter in (sealed, ordinary):
        written = letter.message().as_string().lower() + calendar_in(letter).lower()
        assert not any(word in written for word in ("executive", "session", "independent"))


def test_sessions_reach_the_calendars_of_those_behind_the_door_alone(cast, by, now, post):
    meeting = meetings.scheduled(**by)
    post(cast[ADA], now)
    told = {entry.reader for entry in CalendarEntry.objects.filter(meeting=None)}
    assert cast[ADA] in told
    assert not told & {cast[name] for name in ("chief_executive", "chair", "secretary")}
    operations.cancel(meeting, why="Invented.", **by)
    assert [method_in(one) for one in post(cast[ADA], now)] == ["CANCEL", "CANCEL"]


def test_a_session_that_is_waived_leaves_the_calendars_it_was_in(cast, by, now, post):
    meeting = meetings.scheduled(**by)
    post(cast[ADA], now)
    session = meeting.executive_session
    voters = [user for user in cast.values() if session.members(now.date()).filter(user=user)]
    for user in voters:
        if ExecutiveSession.objects.get(pk=session.pk).state == "waived":
            break
        calling.waive(session, why="Invented.", by=user, at=now)
    [letter] = post(cast[ADA], now)
    assert method_in(letter) == "CANCEL"
    assert event_in(letter).decoded("dtstart") == session.starts_at


def test_a_guest_is_told_of_their_own_slot_and_nothing_else(cast, meeting, by, now, post):
    guest = cast["chief_financial_officer"]
    operations.add_item(meeting, title="Before it", minutes=45, **by)
    own = operations.add_item(meeting, title="Theirs", minutes=20, presenter=guest.person, **by)
    operations.give_notice(meeting, **by)
    [letter] = post(guest, now)
    event = event_in(letter)
    assert event.decoded("dtstart") == meeting.starts_at + timedelta(minutes=45)
    assert event.decoded("dtend") == meeting.starts_at + timedelta(minutes=65)
    assert event["location"] == meeting.place and "Dial in" not in event["description"]
    # The agenda moves, and the slot with it.
    operations.reorder(meeting, [own, *meeting.items.exclude(pk=own.pk)], **by)
    assert post(guest, now) == [], "more may be moved yet"
    [letter] = post(guest, now + timedelta(minutes=16))
    assert event_in(letter).decoded("dtstart") == meeting.starts_at
    assert event_in(letter)["sequence"] == event["sequence"] + 1


@pytest.mark.parametrize(
    "wish",
    [{"daily": True}, {"daily": False, "silenced": [Matter.MEETINGS]}],
    ids=["once a day", "silenced"],
)
def test_the_slot_of_a_guest_follows_whatever_they_wish_of_letters(
    wish, cast, meeting, by, now, post
):
    guest = cast["chief_financial_officer"]
    operations.add_item(meeting, title="Before it", minutes=45, **by)
    own = operations.add_item(meeting, title="Theirs", minutes=20, presenter=guest.person, **by)
    operations.give_notice(meeting, **by)
    [letter] = post(guest, now)
    event = event_in(letter)
    wishes.wish(guest, **wish)
    wishes.wish(cast[ADA], **wish)
    operations.reorder(meeting, [own, *meeting.items.exclude(pk=own.pk)], **by)
    operations.edit_item(own, minutes=30, **by)
    assert post(guest, now) == [], "more may be moved yet"
    [letter] = post(guest, now + timedelta(minutes=16))
    moved = event_in(letter)
    assert moved.decoded("dtstart") == meeting.starts_at
    assert moved.decoded("dtend") == meeting.starts_at + timedelta(minutes=30)
    assert (moved["uid"], moved["sequence"]) == (event["uid"], event["sequence"] + 1)
    assert not Notice.objects.filter(kind="slot_moved", reader=cast[ADA]).exists()
    # What moves nobody's hour is no letter, and is in the inbox alone.
    operations.add_item(meeting, title="After it", **by)
    assert post(guest, now + timedelta(minutes=32)) == []
    told = Notice.objects.in_inbox(guest).values_list("kind", flat=True)
    assert set(told) == {"agenda_changed", "meeting_noticed", "slot_moved"}
    assert told.filter(kind="slot_moved").count() == 1


def test_whoever_is_written_to_of_an_agenda_is_not_written_to_twice(cast, meeting, by, now, post):
    guest = cast["chief_financial_officer"]
    operations.add_item(meeting, title="Before it", minutes=45, **by)
    own = operations.add_item(meeting, title="Theirs", minutes=20, presenter=guest.person, **by)
    operations.give_notice(meeting, **by)
    post(guest, now)
    operations.reorder(meeting, [own, *meeting.items.exclude(pk=own.pk)], **by)
    assert len(post(guest, now + timedelta(minutes=16))) == 1
    assert not Notice.objects.filter(kind="slot_moved").exists()


def test_a_slot_that_moved_is_told_on_each_try(cast, meeting, by, now, post, settings):
    """The mail server did not take the letter at first: the calendar has not heard of it yet."""
    guest = cast["chief_financial_officer"]
    before = operations.add_item(meeting, title="Before it", minutes=45, **by)
    operations.add_item(meeting, title="Theirs", minutes=20, presenter=guest.person, **by)
    operations.give_notice(meeting, **by)
    [_] = post(guest, now)
    operations.edit_item(before, minutes=30, **by)
    due, usual = now + timedelta(minutes=16), settings.EMAIL_BACKEND
    with contextmanager(mail_server)(settings) as server:
        server.script = [server_says.LATER] * Notice.objects.due(due).count()
        deliver(due)
        assert server.taken == []
    settings.EMAIL_BACKEND = usual
    [letter] = post(guest, due + timedelta(minutes=2))
    assert event_in(letter).decoded("dtstart") == meeting.starts_at + timedelta(minutes=30)


def test_whoever_lost_the_seat_is_told_nothing_but_that_it_is_off(cast, meeting, by, now, post):
    """The hour as their calendar had it, though the meeting has moved since."""
    ada, was = cast[ADA], meeting.starts_at
    [invited] = post(ada, now)
    Directorship.objects.filter(person=ada.person).update(until=now.date() - timedelta(days=1))
    operations.reschedule(meeting, starts_at=was + timedelta(days=1), why="Invented.", **by)
    assert post(ada, now) == []
    withdraw_entries(at=now)
    withdraw_entries(at=now)
    [letter] = post(ada, now)
    event = event_in(letter)
    assert method_in(letter) == "CANCEL"
    assert event["uid"] == event_in(invited)["uid"]
    assert event["sequence"] == event_in(invited)["sequence"] + 1
    assert event.decoded("dtstart") == was
    assert "location" not in event
    # Nobody else is shown that such a letter was written.
    assert not Notice.objects.visible_to(cast["secretary"]).filter(kind="entry_withdrawn").exists()


def test_the_inbox_says_which_day_was_taken_out_of_a_calendar(cast, by, now, post, client):
    meeting, ada = meetings.scheduled(kind="special", **by), cast[ADA]
    post(ada, now)
    day = timezone.localdate(meeting.starts_at)
    Directorship.objects.filter(person=ada.person).update(until=now.date() - timedelta(days=1))
    withdraw_entries(at=now)
    client.force_login(ada)
    body = client.get(reverse("notices:inbox")).content.decode()
    assert "A meeting was taken out of your calendar" in body
    assert f"Meeting of {day.day} {day:%B %Y}" in body


def test_whoever_is_no_longer_independent_loses_the_session_and_keeps_the_meeting(
    cast, by, now, post
):
    meeting, ada = meetings.scheduled(**by), cast[ADA]
    assert len(post(ada, now)) == 2
    day = now.date() - timedelta(days=1)
    DeterminationFactory(person=ada.person, independent=False, determined_on=day)
    withdraw_entries(at=now)
    [letter] = post(ada, now)
    assert method_in(letter) == "CANCEL"
    assert event_in(letter).decoded("dtstart") == meeting.executive_session.starts_at
    assert parts_of(letter, "text/plain")


def test_an_account_that_ended_gets_no_letter(cast, meeting, now, post):
    ada = cast[ADA]
    post(ada, now)
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    withdraw_entries(at=now)
    assert post(ada, now) == []


def test_whoever_calls_a_meeting_off_has_it_taken_out_of_the_calendar(cast, by, now, post):
    chair = cast["audit_chair"]
    committee = chair.person.seats.get().committee
    meeting = meetings.scheduled(committee=committee, **by)
    assert len(post(chair, now)) == 1
    operations.cancel(meeting, why="Invented.", by=chair, at=now)
    assert post(chair, now) == []
    withdraw_entries(at=now)
    assert post(chair, now) == []
    withdraw_entries(at=now + timedelta(hours=2))
    assert [method_in(one) for one in post(chair, now + timedelta(hours=2))] == ["CANCEL"]


def test_calendars_of_those_who_come_are_left_alone(cast, meeting, by, now, post):
    meetings.scheduled(**by)
    post(cast[ADA], now)
    before = [*CalendarEntry.objects.order_by("pk").values()]
    withdraw_entries(at=now)
    assert [*CalendarEntry.objects.order_by("pk").values()] == before


HOURS = st.integers(1, 3)
TOLD = st.lists(st.tuples(HOURS, st.sampled_from(["", "A", "B"]), st.booleans(), st.integers(0, 4)))


@given(told=TOLD)
def test_the_number_rises_with_a_change_and_with_nothing_else(told):
    """Whatever a calendar is told, in whatever order, and however the meeting counts itself."""
    began = datetime(2026, 11, 24, 17, tzinfo=UTC)
    entry = None
    for hour, place, cancelled, revision in told:
        at = began + timedelta(hours=hour)
        event = Event(UUID(int=1), at, at, began, place, cancelled=cancelled, sequence=revision)
        number = numbered(event, entry).sequence
        if entry is None:
            assert number == revision
        elif entry.facts == event.facts:
            assert number == entry.sequence
        else:
            assert number > entry.sequence
        entry = CalendarEntry(facts=event.facts, sequence=number)
