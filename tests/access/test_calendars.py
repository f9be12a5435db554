"""Private feeds: what each may know, and nothing else; a feed that ended is one that never was."""

import re
from datetime import timedelta

import pytest
import vobject
from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from governance.board.models import Directorship
from governance.meetings.calendars.feeds import end_feed, make_feed
from governance.meetings.models import ExecutiveSession, Meeting
from tests.access.world import (
    AUDIT,
    BOARD,
    CALLED,
    COMMITTEE,
    INVITED,
    MATTERS,
    NOTES,
    PRESENTS,
    WITHHELD,
    by_turns,
    fill_what_is_sealed,
)
from tests.factories import meetings
from tests.factories.board import DeterminationFactory
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT

pytestmark = pytest.mark.django_db
# They sign in, and have no office, no seat and no slot: their calendar is empty.
WITHOUT_PART = {"former_director", "outsider"}


@pytest.fixture(autouse=True)
def no_visits_before():
    cache.clear()


@pytest.fixture
def at(cast, now):
    """The address of this one's feed."""
    return lambda name: f"/calendar/{make_feed(by=cast[name], at=now)}.ics"


def events(answer):
    """When something begins, and what is said of it."""
    return {
        (one.decoded("dtstart"), str(one["summary"]).rpartition(": ")[2])
        for one in Calendar.from_ical(answer.content).walk("VEVENT")
    }


def asked(address):
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(address)
    return answer.status_code, answer.content, dict(answer.headers), len(queries)


@pytest.mark.parametrize("name", by_turns(EVERYBODY))
def test_a_feed_holds_what_its_owner_may_know(name, world, at):
    answer = Client().get(at(name))
    assert answer.status_code == 200
    assert bool(events(answer)) or name not in BOARD
    assert not (name in WITHOUT_PART and events(answer))
    board = Meeting.objects.filter(committee=None).exclude(state="draft")
    audit = Meeting.objects.exclude(committee=None).exclude(state="draft")
    sessions = ExecutiveSession.objects.filter(kind="regular")
    told = set()
    if name in BOARD:
        told |= {(one.starts_at, "meeting") for one in board}
    if name in {*AUDIT, "secretary"}:
        told |= {(one.starts_at, "meeting") for one in audit}
    if name in PRESENTS:
        slot = world.meeting.starts_at + timedelta(minutes=world.item.minutes)
        told |= {(slot, "meeting")}
    if name in INDEPENDENT:
        told |= {(one.starts_at, "meeting") for one in sessions}
    elif name in DIRECTORS or name == "secretary":
        told |= {(one.starts_at, "reserved") for one in sessions}
    if name in INVITED:
        told |= {(world.called.starts_at, "meeting")}
    assert events(answer) == told
    assert len(vobject.readOne(answer.content.decode()).contents.get("vevent", [])) == len(
        Calendar.from_ical(answer.content).walk("VEVENT")
    )


@pytest.mark.parametrize("name", by_turns([one for one in EVERYBODY if one not in INDEPENDENT]))
def test_two_worlds_give_the_same_bytes(name, world, at, now):
    """Whatever happens behind the door, the feeds of those outside stay as they are."""
    address = at(name)
    before = Client().get(address)
    fill_what_is_sealed(world, now)
    after = Client().get(address)
    assert after.content == before.content
    assert after.get("ETag") == before.get("ETag")


@pytest.mark.parametrize("name", by_turns(EVERYBODY))
def test_no_feed_says_what_anything_is_about(name, world, at, now):
    fill_what_is_sealed(world, now)
    said = Client().get(at(name)).content.decode().replace("\r\n ", "")
    names = Meeting.objects.values_list("name", flat=True)
    for canary in (MATTERS, NOTES, CALLED, COMMITTEE, WITHHELD, *names):
        assert canary not in said
    keys = [*Meeting.objects.all(), *ExecutiveSession.objects.all()]
    assert not any(str(row.pk) in said for row in keys)
    for word in ("session", "executive", "independent", "committee"):
        assert word not in said.lower()


def test_a_feed_that_ended_is_as_one_that_never_was(world, at, cast, now):
    """Revoked, renewed, or of an account that ended: nothing tells which."""
    never = asked("/calendar/an-address-that-nobody-has.ics")
    assert never[0] == 404
    revoked = at("director")
    end_feed(by=cast["director"])
    assert asked(revoked) == never
    renewed = at("director")
    again = at("director")
    assert asked(renewed) == never and asked(again)[0] == 200
    ended = at("chair")
    assert asked(ended)[0] == 200
    type(cast["chair"]).objects.filter(pk=cast["chair"].pk).update(is_active=False)
    assert asked(ended) == never


def test_whoever_has_lost_every_part_reads_an_empty_calendar(world, at, cast, now):
    """A program that finds nothing there would keep what it had."""
    address = at("audit_chair")
    assert events(Client().get(address))
    person, yesterday = cast["audit_chair"].person, now.date() - timedelta(days=1)
    person.seats.update(until=yesterday)
    Directorship.objects.filter(person=person).update(until=yesterday)
    answer = Client().get(address)
    assert answer.status_code == 200 and events(answer) == set()
    assert vobject.readOne(answer.content.decode()).name == "VCALENDAR"
    assert events(Client().get(at("outsider"))) == set()


def test_a_lost_seat_or_standing_counts_from_the_next_request(world, at, cast, now):
    address, hour = at("director"), world.session.starts_at
    assert (hour, "meeting") in events(Client().get(address))
    day = now.date() - timedelta(days=1)
    DeterminationFactory(person=cast["director"].person, independent=False, determined_on=day)
    told = events(Client().get(address))
    assert (hour, "meeting") not in told and (hour, "reserved") in told


def test_a_seat_in_one_committee_is_not_the_others(world, at, cast, now):
    address, hour = at("audit_member"), world.committee_meeting.starts_at
    assert (hour, "meeting") in events(Client().get(address))
    cast["audit_member"].person.seats.update(until=now.date() - timedelta(days=1))
    assert (hour, "meeting") not in events(Client().get(address))


def test_a_feed_is_sent_when_it_has_changed(world, at, cast, now):
    address = at("director")
    first = Client().get(address)
    assert "private" in first["Cache-Control"]
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    meetings.scheduled(kind="special", by=cast["secretary"], at=now, hours=500)
    changed = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


@pytest.mark.parametrize("name", ["director", "chief_executive", "secretary"])
def test_a_longer_calendar_asks_no_more(name, world, at, cast, now):
    address = at(name)
    asked(address)
    *_, before = asked(address)
    for number in range(5):
        meetings.scheduled(by=cast["secretary"], at=now, hours=300 + number)
    *_, after = asked(address)
    assert after == before


def test_nobody_tries_addresses_all_day(world):
    statuses = [Client().get(f"/calendar/{number}.ics").status_code for number in range(61)]
    assert statuses[:60] == [404] * 60 and statuses[60] == 429


def test_nobody_reads_the_feed_of_another(world, at, cast, client):
    """An address is asked who made it, and never who is signed in."""
    address = at("chief_executive")
    client.force_login(cast["director"])
    assert client.get(address).content == Client().get(address).content
    assert client.post(address).status_code == 405


def test_the_address_is_shown_once_and_its_hash_alone_is_kept(world, cast, client):
    client.force_login(cast["director"])
    assert b"Make my address" in client.get("/accounts/calendar/").content
    page = client.post("/accounts/calendar/", {"act": "make"}).content.decode()
    [address] = re.findall(r">(http[^<]+\.ics)<", page)
    path = "/" + address.split("/", 3)[3]
    assert Client().get(path).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM meetings_calendarfeed t")
        assert address.rpartition("/")[2].removesuffix(".ics") not in cursor.fetchone()[0]
    later = client.get("/accounts/calendar/").content.decode()
    assert address not in later and "Make a new address" in later
    assert client.post("/accounts/calendar/", {"act": "end"}).status_code == 302
    assert Client().get(path).status_code == 404


def test_the_address_is_in_no_line_of_the_log(world, at, caplog):
    caplog.set_level("DEBUG")
    address = at("director")
    Client().get(address)
    assert "/calendar/<str:token>.ics" in caplog.text
    assert address.removeprefix("/calendar/").removesuffix(".ics") not in caplog.text


def test_a_year_back_and_all_to_come(world, at, cast, now):
    """What was called off is shown so for a month after its hour."""
    meeting, address = world.meeting, at("director")

    def shown(days, **facts):
        hour = now + timedelta(days=days)
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=hour, **facts)
        found = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
        return [str(one["status"]) for one in found if one.decoded("dtstart") == hour]

    assert shown(-360) == shown(1000) == ["CONFIRMED"]
    assert shown(-370) == []
    Meeting.objects.filter(committee=None, state="noticed").update(state="cancelled")
    meeting = Meeting.objects.filter(committee=None, state="cancelled").first()
    assert shown(-20) == ["CANCELLED"]
    assert shown(-40) == []


def test_one_meeting_as_a_file(world, cast, client):
    client.force_login(cast["director"])
    page = client.get(world.committee_meeting.get_absolute_url())
    assert page.status_code == 403
    ahead = Meeting.objects.filter(committee=None, state="noticed").get()
    page = client.get(ahead.get_absolute_url()).content.decode()
    address = f"{ahead.get_absolute_url()}calendar.ics"
    assert address in page
    [event] = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert event.decoded("dtstart") == ahead.starts_at
    assert event["location"] == ahead.place


def test_the_owner_is_told_that_an_address_was_made(world, cast, client, mailoutbox, monkeypatch):
    """Whoever finds a device open and makes one does not go unnoticed."""
    monkeypatch.setitem(current_app.conf, "task_always_eager", True)
    client.force_login(cast["director"])
    client.post("/accounts/calendar/", {"act": "make"})
    [letter] = [one for one in mailoutbox if one.to == [cast["director"].email]]
    assert "a private address was made" in letter.body
