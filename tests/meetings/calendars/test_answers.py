"""Answers from people's own calendars: whose they are, which one counts, and what they change."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.board.models import Directorship
from governance.meetings import attending, operations
from governance.meetings.models import CalendarEntry, Reply
from governance.notices import incoming
from tests.factories import meetings
from tests.meetings.calendars.conftest import event_in

pytestmark = pytest.mark.django_db
WITHOUT = object()


@pytest.fixture
def by(cast, now):
    return {"by": cast["secretary"], "at": now}


@pytest.fixture
def ada(cast):
    return cast["director"]


@pytest.fixture
def meeting(by, ada, post, now):
    """A meeting that is in the reader's calendar."""
    made = meetings.scheduled(kind="special", **by)
    assert post(ada, now)
    return made


@pytest.fixture
def entry(meeting, ada):
    return CalendarEntry.objects.get(meeting=meeting, reader=ada)


def answer(entry, says, at, **other):
    """The letter with which a mail program sends an answer."""
    stamp = utc(other.get("stamp", at))
    email = other.get("email", entry.reader.email)
    hour = other.get("hour", entry.starts_at)
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Invented//Mail//EN",
        "VERSION:2.0",
        f"METHOD:{other.get('method', 'REPLY')}",
        "BEGIN:VEVENT",
        f"UID:{other.get('uid', entry.uid)}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%S}Z",
        *([] if hour is WITHOUT else [f"DTSTART:{utc(hour):%Y%m%dT%H%M%S}Z"]),
        f"SEQUENCE:{other.get('sequence', entry.sequence)}",
        "ORGANIZER:mailto:boardroom@localhost",
        f"ATTENDEE;PARTSTAT={says}:mailto:{other.get('attendee', email)}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return letter(email, "\r\n".join(lines), other.get("method", "REPLY"))


def utc(at):
    return at.astimezone(UTC)


def letter(email, calendar, method="REPLY"):
    message = EmailMessage()
    message["From"] = f"Somebody <{email}>"
    message["To"] = "boardroom@localhost"
    message.set_content("An answer.")
    message.add_alternative(calendar, subtype="calendar", params={"method": method})
    return message.as_bytes()


def standing(meeting, user):
    """What the page says of it: the answer, or None."""
    said = Reply.objects.filter(meeting=meeting, person=user.person)
    return said.values_list("answer", flat=True).first()


def come_in(raw, at):
    return incoming.take_in(raw, at=at)


def minutes(at, number):
    return at + timedelta(minutes=number)


def test_accepting_and_declining_reach_the_meeting(entry, meeting, ada, now):
    assert come_in(answer(entry, "ACCEPTED", now), now)
    assert standing(meeting, ada) == "in_person"
    assert come_in(answer(entry, "DECLINED", minutes(now, 1)), minutes(now, 1))
    assert standing(meeting, ada) == "absent"
    assert come_in(answer(entry, "TENTATIVE", minutes(now, 2)), minutes(now, 2))
    assert standing(meeting, ada) is None


def test_accepting_leaves_how_as_it_was_said(entry, meeting, ada, now):
    attending.reply(meeting, answer="telephone", by=ada, at=minutes(now, -5))
    assert come_in(answer(entry, "ACCEPTED", now), now)
    assert standing(meeting, ada) == "telephone"


@pytest.mark.parametrize(
    "line, how", [("+1 555 0100", "telephone"), ("https://line.example.com", "video")]
)
def test_a_meeting_without_a_room_is_attended_by_its_line(by, ada, post, now, line, how):
    made = meetings.scheduled(kind="special", place="", dial_in=line, **by)
    post(ada, now)
    entry = CalendarEntry.objects.get(meeting=made, reader=ada)
    assert come_in(answer(entry, "ACCEPTED", now), now)
    assert standing(made, ada) == how


def test_the_secretary_sees_who_is_expected(entry, meeting, cast, client, now):
    come_in(answer(entry, "ACCEPTED", now), now)
    client.force_login(cast["secretary"])
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert '<span class="figure-large">1</span>' in page


def test_the_latest_answer_counts_in_whatever_order_they_come(entry, meeting, ada, now):
    first = answer(entry, "ACCEPTED", minutes(now, 1))
    second = answer(entry, "DECLINED", minutes(now, 2))
    come_in(second, minutes(now, 3))
    come_in(first, minutes(now, 4))
    come_in(second, minutes(now, 5))
    assert standing(meeting, ada) == "absent"


def test_an_answer_on_the_page_is_older_or_newer_than_a_letter(entry, meeting, ada, now):
    attending.reply(meeting, answer="video", by=ada, at=minutes(now, 5))
    come_in(answer(entry, "DECLINED", minutes(now, 4)), minutes(now, 6))
    assert standing(meeting, ada) == "video"
    come_in(answer(entry, "DECLINED", minutes(now, 7)), minutes(now, 8))
    assert standing(meeting, ada) == "absent"


def test_a_clock_that_runs_ahead_keeps_no_later_answer_out(entry, meeting, ada, now):
    come_in(answer(entry, "DECLINED", now, stamp=minutes(now, 600)), now)
    come_in(answer(entry, "ACCEPTED", minutes(now, 1)), minutes(now, 1))
    assert standing(meeting, ada) == "in_person"


def test_an_answer_to_another_hour_is_none_to_the_new_one(entry, meeting, ada, by, post, now):
    attending.reply(meeting, answer="video", by=ada, at=now)
    later = meeting.starts_at + timedelta(days=1)
    operations.reschedule(meeting, starts_at=later, why="Invented.", **by)
    # Nobody has answered for the new hour: neither on the page nor by letter.
    assert standing(meeting, ada) is None
    for hour in (entry.starts_at, WITHOUT):
        assert come_in(answer(entry, "ACCEPTED", minutes(now, 1), hour=hour), minutes(now, 1))
    post(ada, now)
    for number, hour in enumerate((entry.starts_at, WITHOUT), start=2):
        said = minutes(now, number)
        assert come_in(answer(entry, "ACCEPTED", said, hour=hour), said)
    assert standing(meeting, ada) is None
    entry.refresh_from_db()
    for hour in (later, WITHOUT):
        said = minutes(now, 9)
        assert come_in(answer(entry, "ACCEPTED", said, hour=hour), said)
        assert standing(meeting, ada) == "in_person"


def test_an_answer_given_before_the_place_changed_still_holds(entry, meeting, ada, by, post, now):
    before = answer(entry, "ACCEPTED", minutes(now, 1))
    operations.change_place(meeting, place="Elsewhere", dial_in="", **by)
    [letter] = post(ada, now)
    assert event_in(letter)["sequence"] > entry.sequence
    assert come_in(before, minutes(now, 2))
    assert standing(meeting, ada) == "in_person"


def test_an_answer_to_a_letter_that_was_never_sent_changes_nothing(entry, meeting, ada, now):
    for sequence in (entry.sequence + 1, 10**30, -1):
        come_in(answer(entry, "ACCEPTED", now, sequence=sequence), now)
    assert standing(meeting, ada) is None


@pytest.mark.parametrize("how", ["email", "attendee", "uid", "method", "says"])
def test_what_is_not_the_readers_own_answer_is_left_to_others(cast, entry, meeting, ada, now, how):
    other = cast["audit_chair"]
    another = CalendarEntry.objects.get(meeting=meeting, reader=other)
    wrong = {
        "email": {"email": other.email},
        "attendee": {"attendee": other.email},
        "uid": {"uid": another.uid},
        "method": {"method": "COUNTER"},
        "says": {},
    }[how]
    said = "DELEGATED" if how == "says" else "ACCEPTED"
    assert not come_in(answer(entry, said, now, **wrong), now)
    assert not Reply.objects.exists()


def test_whoever_lost_the_seat_answers_for_nobody(entry, meeting, ada, now):
    Directorship.objects.filter(person=ada.person).update(until=now.date() - timedelta(days=1))
    come_in(answer(entry, "ACCEPTED", now), now)
    assert standing(meeting, ada) is None


def test_an_account_that_ended_has_no_answers(entry, meeting, ada, now):
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    assert not come_in(answer(entry, "ACCEPTED", now), now)


def test_a_meeting_that_is_off_has_none_either(entry, meeting, ada, by, now):
    operations.cancel(meeting, why="Invented.", **by)
    come_in(answer(entry, "ACCEPTED", now), now)
    assert standing(meeting, ada) is None


def test_who_comes_to_a_session_is_kept_nowhere(by, ada, post, now):
    meetings.scheduled(**by)
    post(ada, now)
    entry = CalendarEntry.objects.get(meeting=None, reader=ada)
    assert come_in(answer(entry, "ACCEPTED", now), now)
    entry.refresh_from_db()
    assert entry.answered_at is None and not Reply.objects.exists()


def test_a_letter_from_nobody_or_from_two_is_no_answer(entry, now):
    good = answer(entry, "ACCEPTED", now)
    sender = f"From: Somebody <{entry.reader.email}>".encode()
    assert sender in good
    for wrong in (b"X-From: nobody", sender + b", other@example.com", b"From: ", b"From: @@<>"):
        assert not come_in(good.replace(sender, wrong), now)


LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [
                "BEGIN:VCALENDAR",
                "END:VCALENDAR",
                "BEGIN:VEVENT",
                "END:VEVENT",
                "BEGIN:VTIMEZONE",
                "METHOD:REPLY",
                "DTSTAMP:20261101T000000Z",
                "DTSTAMP:00010101T000000Z",
                "DTSTART;TZID=Nowhere:20261101T250000",
                "DTSTART;VALUE=DATE:20261101",
                "SEQUENCE:1e9",
                "SEQUENCE:",
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:director@example.com",
                "ATTENDEE;PARTSTAT:",
                "UID:\x00",
                'UID;X="',
                "RRULE:FREQ=SECONDLY",
            ]
        ),
    ),
    max_size=14,
)


@given(lines=LINES, noise=st.binary(max_size=40), cut=st.integers(0, 900))
def test_whatever_comes_in_changes_nothing_and_breaks_nothing(lines, noise, cut):
    letter_of_noise = letter("director@example.com", "\n".join(["BEGIN:VCALENDAR", *lines]))
    for raw in (letter_of_noise, letter_of_noise[:cut] + noise + letter_of_noise[cut:], noise):
        assert (
            incoming.take_in(raw, at=datetime.fromisoformat("2026-11-24T17:00:00+00:00")) is False
        )
    assert not Reply.objects.exists()


def test_a_damaged_answer_is_that_answer_or_none(entry, meeting, ada, now):
    """A byte that is another one, anywhere: never an error, and never somebody else's answer."""
    good = answer(entry, "ACCEPTED", now)
    for place in range(0, len(good), 3):
        damaged = bytearray(good)
        damaged[place] ^= 0x15
        come_in(bytes(damaged), now)
    assert set(Reply.objects.values_list("person", flat=True)) <= {ada.person_id}
