"""Attendance is written down as it was: late, at its hour, or taken back (C8, G-ATT-02)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.meetings import attending, operations
from governance.meetings.models import Attendance
from governance.records.models import Company
from governance.refusals import Refused
from tests.factories import meetings
from tests.factories.cast import INDEPENDENT
from tests.factories.decisions import voting
from tests.factories.rows import fingerprint

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def begun(cast, now):
    """The Board met an hour ago with six of its nine; the chair was not there yet."""
    present = [cast[name].person for name in INDEPENDENT[:6]]
    return meetings.in_session(present, by=cast["secretary"], at=now - 60 * MINUTE)


@pytest.fixture
def chair(cast):
    return cast["chair"].person


def hours_of(meeting, person):
    return list(meeting.attendances.filter(person=person).values_list("since", "until"))


def arrives(meeting, person, cast, now, minutes):
    return attending.record_arrival(
        meeting,
        person,
        mode="in_person",
        by=cast["secretary"],
        at=now,
        since=now - minutes * MINUTE,
    )


def leaves(meeting, person, cast, now, minutes):
    until = now - minutes * MINUTE
    attending.record_departure(meeting, person, by=cast["secretary"], at=now, until=until)


def test_an_arrival_is_written_down_later_at_its_hour(begun, chair, cast, now):
    arrives(begun, chair, cast, now, 20)
    leaves(begun, chair, cast, now, 5)
    assert hours_of(begun, chair) == [(now - 20 * MINUTE, now - 5 * MINUTE)]


def test_nobody_arrives_while_they_were_there(begun, chair, cast, now):
    arrives(begun, chair, cast, now, 20)
    leaves(begun, chair, cast, now, 5)
    with pytest.raises(Refused, match="was there at .* and left later"):
        arrives(begun, chair, cast, now, 10)


def test_somebody_who_was_there_from_the_beginning_is_added(begun, chair, cast, now):
    arrives(begun, chair, cast, now, 65)
    assert hours_of(begun, chair) == [(now - 65 * MINUTE, None)]
    assert begun.count_present(now - 60 * MINUTE).present == 7


@pytest.mark.parametrize(
    "verb, minutes, says",
    [
        (arrives, -5, "lies ahead"),
        (arrives, 130, "no hour of this meeting"),
        (leaves, -5, "lies ahead"),
        (leaves, 25, "arrived at .*, after that"),
    ],
)
def test_an_hour_that_cannot_be_is_refused(begun, chair, cast, now, verb, minutes, says):
    if verb is leaves:
        arrives(begun, chair, cast, now, 20)
    before = fingerprint([Attendance])
    with pytest.raises(Refused, match=says):
        verb(begun, chair, cast, now, minutes)
    assert fingerprint([Attendance]) == before


def test_l_37_who_made_the_quorum_did_not_leave_before_it_was_counted(begun, cast, now):
    someone = cast[INDEPENDENT[0]].person
    with pytest.raises(Refused, match="was counted for a quorum") as refusal:
        leaves(begun, someone, cast, now, 61)
    assert refusal.value.provision == "C8"
    with pytest.raises(Refused, match="was counted for a quorum"):
        attending.take_back_arrival(begun, someone, by=cast["secretary"], at=now)
    assert begun.count_present(now).present == 6


def test_l_37_what_a_vote_counted_stands(begun, chair, cast, now):
    mover = cast[INDEPENDENT[0]].person
    voting(begun, mover=mover, by=cast["secretary"], at=now - 30 * MINUTE)
    with pytest.raises(Refused, match="was counted for a quorum"):
        arrives(begun, chair, cast, now, 31)
    arrives(begun, chair, cast, now, 29)
    assert hours_of(begun, chair) == [(now - 29 * MINUTE, None)]


def test_a_slip_is_taken_back_as_long_as_nothing_rests_on_it(begun, chair, cast, now):
    arrives(begun, chair, cast, now, 20)
    attending.take_back_arrival(begun, chair, by=cast["secretary"], at=now)
    assert hours_of(begun, chair) == []
    kept = Attendance.pgh_event_model.objects.filter(person=chair)
    assert set(kept.values_list("pgh_label", flat=True)) == {"insert", "delete"}
    with pytest.raises(Refused, match="not recorded as present"):
        attending.take_back_arrival(begun, chair, by=cast["secretary"], at=now)


@pytest.mark.parametrize("who", ["director", "chief_executive", "assistant_secretary"])
def test_only_whoever_runs_the_meeting_takes_it_back(begun, chair, cast, now, who):
    arrives(begun, chair, cast, now, 20)
    with pytest.raises(Refused, match="keeps the attendance"):
        attending.take_back_arrival(begun, chair, by=cast[who], at=now)


def test_the_page_takes_one_hour_for_the_next_button(begun, chair, cast, client):
    client.force_login(cast["secretary"])
    page = f"{begun.get_absolute_url()}attendance/"
    zone = Company.current().zone
    shown = timezone.localtime(timezone.now() - 10 * MINUTE, zone).replace(second=0, microsecond=0)
    typed = {"what": "telephone", "hour": f"{shown:%H:%M}"}
    assert client.post(f"{page}?person={chair.pk}", typed).status_code == 302
    assert hours_of(begun, chair) == [(shown, None)]
    text = client.get(page).content.decode()
    assert f"By telephone, since {shown:%H:%M}" in text and "Not there" in text
    wrong = client.post(f"{page}?person={chair.pk}", typed | {"hour": "25:61"})
    assert "Write the hour like 14:05" in wrong.content.decode()
    assert client.post(f"{page}?person={chair.pk}", {"what": "mistake"}).status_code == 302
    assert hours_of(begun, chair) == []


def test_m_01_both_pages_say_that_the_quorum_is_lost(begun, cast, client):
    for name in INDEPENDENT[:2]:
        attending.record_departure(
            begun, cast[name].person, by=cast["secretary"], at=timezone.now()
        )
    client.force_login(cast["secretary"])
    for page in (begun.get_absolute_url(), f"{begun.get_absolute_url()}attendance/"):
        text = client.get(page).content.decode()
        assert "Discussion goes on. Nothing is voted on until 5 are present." in text


def test_an_hour_before_midnight_is_yesterdays(company):
    """A meeting may pass midnight: the clock's hour is the last time it showed it."""
    with timezone.override(company.zone):
        at = timezone.localtime().replace(hour=0, minute=20)
        before = company.last_at(at.replace(hour=23, minute=50).time(), at)
        assert before == at.replace(hour=23, minute=50) - timedelta(days=1)
        assert company.last_at(at.replace(minute=5).time(), at) == at.replace(minute=5)


def test_m_03_whoever_runs_the_meeting_records_a_recusal(begun, cast, client):
    item = operations.add_item(begun, title="A lease", by=cast["secretary"], at=timezone.now())
    page, who = f"/meetings/items/{item.pk}/recusals/", cast[INDEPENDENT[0]].person
    client.force_login(cast["secretary"])
    assert "Record a recusal" in client.get(f"/meetings/items/{item.pk}/").content.decode()
    typed = {"person": who.pk, "mode": "left", "basis": " "}
    assert "This field is required" in client.post(page, typed).content.decode()
    assert client.post(page, typed | {"basis": "Its landlord."}).status_code == 302
    recusal = item.recusals.get()
    assert (recusal.person, recusal.mode, recusal.basis) == (who, "left", "Its landlord.")
    assert recusal.recorded_by == cast["secretary"]
    assert who.name not in client.get(page).content.decode().partition("<form")[2]
    client.force_login(cast["director"])
    assert client.get(page).status_code in (403, 404)
