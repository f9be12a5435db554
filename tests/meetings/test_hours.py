"""Hours that a clock skips or has twice, and meetings that go past midnight (C1, M-01)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from governance.meetings import attending, discussing, operations
from governance.meetings.models import Meeting
from governance.records.models import Company, Entry
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS
from tests.meetings.test_meeting_moves import DAY, HOUR, arrive

MINUTE = timedelta(minutes=1)


def odd_hours(now, zone, *, twice):
    """The next local hour, with its half, that the clock skips or has twice."""
    hour = now.astimezone(zone).replace(minute=30, second=0, microsecond=0, tzinfo=None)
    while True:
        hour += HOUR
        first, second = (hour.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == hour
        if first.utcoffset() != second.utcoffset() and exists == twice:
            return hour


@pytest.mark.parametrize("twice", [False, True])
def test_an_hour_that_the_clock_skips_or_has_twice_is_asked_again(twice, cast, now, client):
    """Nobody could tell when to come: the secretary is told, and says another hour."""
    hour = odd_hours(now, Company.current().zone, twice=twice)
    meeting = meetings.noticed(by=cast["secretary"], at=now)
    before, entries = Meeting.objects.get(pk=meeting.pk).starts_at, Entry.objects.count()
    client.force_login(cast["secretary"])
    typed = {"starts_at_0": f"{hour:%Y-%m-%d}", "starts_at_1": f"{hour:%H:%M}", "why": "A clash"}
    asked = f"/admin/meetings/meeting/{meeting.pk}/do/reschedule/"
    drafted = {"kind": "special", "minutes": 60, "place": "Here", "items-TOTAL_FORMS": 0}
    draft = {**typed, **drafted, "items-INITIAL_FORMS": 0}
    for address, body in ((asked, typed), ("/admin/meetings/meeting/add/", draft)):
        answer = client.post(address, body)
        assert answer.status_code == 200
        assert "it may be ambiguous or it may not exist" in answer.content.decode()
    stands = Meeting.objects.get(pk=meeting.pk)
    assert (stands.starts_at, stands.state) == (before, "noticed")
    assert (Meeting.objects.count(), Entry.objects.count()) == (1, entries)


def test_a_meeting_lasts_its_minutes_while_the_clock_skips_an_hour(cast, now, client):
    """From half past one it is two hours to half past four: the page says the clock's hours."""
    zone = Company.current().zone
    skipped = odd_hours(now, zone, twice=False)
    starts_at = (skipped - HOUR).replace(tzinfo=zone).astimezone(UTC)
    hours = (starts_at - now) / HOUR
    meeting = meetings.scheduled(by=cast["secretary"], at=now, hours=hours, minutes=120)
    assert meeting.ends_at - meeting.starts_at == 2 * HOUR
    client.force_login(cast["director"])
    told = client.get(meeting.get_absolute_url()).content.decode()
    assert f"{skipped - HOUR:%H:%M} to {skipped + 2 * HOUR:%H:%M}" in told


@pytest.fixture
def late_evening(now):
    """Ten in the evening, the day before yesterday, on the company's clock."""
    zone = Company.current().zone
    day = (now - 2 * DAY).astimezone(zone).date()
    return datetime(day.year, day.month, day.day, 22, tzinfo=zone).astimezone(UTC)


@pytest.fixture
def overnight(cast, late_evening):
    by, early = cast["secretary"], late_evening - 4 * DAY
    meeting = meetings.noticed(by=by, at=early, hours=96, minutes=240)
    arrive(meeting, DIRECTORS, cast=cast, at=late_evening)
    return operations.call_to_order(meeting, by=cast["chair"], at=late_evening)


def test_a_meeting_past_midnight_is_one_meeting_of_the_day_it_began(
    overnight, late_evening, cast, client
):
    past = late_evening + 3 * HOUR
    company = Company.current()
    assert company.day_of(past) == company.day_of(late_evening) + DAY
    item = operations.add_item(overnight, title="The plan", by=cast["secretary"], at=late_evening)
    discussing.take_up(item, by=cast["chair"], at=past)
    motion = decisions.voting(
        overnight, mover=cast["director"].person, by=cast["secretary"], at=past, item=item
    )
    for name in DIRECTORS[:5]:
        decisions.operations.cast_ballot(
            motion, choice="for", by=cast[name], at=past, digest=motion.digest, method="password"
        )
    decisions.operations.close_vote(motion, by=cast["chair"], at=past + MINUTE)
    operations.adjourn(overnight, by=cast["chair"], at=past + 2 * MINUTE)
    motion.refresh_from_db()
    overnight.refresh_from_db()
    assert (motion.state, overnight.state) == ("passed", "adjourned")
    with timezone.override(company.zone):
        assert overnight.day == company.day_of(late_evening)
        ended = timezone.localdate(past)
    client.force_login(cast["director"])
    told = client.get(overnight.get_absolute_url()).content.decode()
    assert f"22:00 to {ended:%a} {ended.day} {ended:%b}, 01:02" in told


def test_whose_office_ends_at_midnight_counts_until_then(overnight, late_evening, cast):
    """Standing is that of the instant's own day: five were there, and then four (C1, L-37)."""
    for name in DIRECTORS[5:]:
        attending.record_departure(
            overnight, cast[name].person, by=cast["secretary"], at=late_evening + MINUTE
        )
    leaver = cast[DIRECTORS[1]].person
    last_day = Company.current().day_of(late_evening)
    leaver.seats.update(until=last_day + DAY)
    leaver.directorships.update(until=last_day + DAY)
    before, after = late_evening + 119 * MINUTE, late_evening + 121 * MINUTE
    assert overnight.count_present(before).is_met
    assert not overnight.count_present(after).is_met
    assert overnight.count_present(after).in_words == "5 of 9 needed, 4 present"
