"""M-05: minutes say nothing that did not happen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.decisions import operations as decisions
from governance.meetings import attending, discussing
from governance.meetings import operations as meetings
from governance.minutes import operations
from governance.records.models import Company
from governance.words import said_hour, said_long_day
from tests.factories import decisions as motions
from tests.factories import meetings as held_meetings
from tests.minutes.conftest import PRESENT
from tests.minutes.test_pages import page, text_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
# Of those who could come, the one who does not.
ABSENT = PRESENT[5]


@pytest.fixture
def begun(earlier):
    """On the minute, so that seconds beside it stay within it."""
    return earlier.replace(second=0, microsecond=0)


@pytest.fixture
def called(cast, begun):
    return held_meetings.in_session(
        [cast[name].person for name in PRESENT[:5]], by=cast["secretary"], at=begun
    )


def taken(meeting, cast, now, minutes=60):
    meetings.adjourn(meeting, by=cast["chair"], at=meeting.convened_at + minutes * MINUTE)
    return operations.draft(meeting, by=cast["secretary"], at=now)


def parts_of(minutes):
    return {part.heading or part.key: part for part in minutes.current.read_parts}


def on_the_clock(instant):
    with timezone.override(Company.current().zone):
        return said_hour(instant)


def item(meeting, title, cast, at):
    presenter = cast["director"].person
    facts = {"presenter": presenter, "by": cast["secretary"], "at": at}
    return meetings.add_item(meeting, title=title, **facts)


def test_an_item_that_was_not_taken_up_is_not_told_as_held(called, cast, begun, now):
    lease = item(called, "A lease", cast, begun)
    item(called, "A port", cast, begun)
    voted = item(called, "A plan", cast, begun)
    discussing.take_up(lease, by=cast["chair"], at=begun + MINUTE)
    mover = cast["audit_chair"].person
    motion = motions.voting(called, mover=mover, item=voted, by=cast["secretary"], at=begun)
    decisions.close_vote(motion, by=cast["secretary"], at=begun + 2 * MINUTE)
    minutes = taken(called, cast, now)
    told = parts_of(minutes)
    presented = f"Presented by {cast['director'].person.name}."
    assert told["1. A lease"].facts == (presented,)
    assert told["2. A port"].facts == ("It was not taken up.",)
    assert told["3. A plan"].facts == (presented,)
    missing = [check.says for check in minutes.current.checks() if not check.holds]
    assert missing == ["1. A lease: nothing says what was done."]


def test_without_a_mark_no_item_is_told_as_left(called, cast, begun, now):
    item(called, "A lease", cast, begun)
    told = parts_of(taken(called, cast, now))
    assert told["1. A lease"].facts == (f"Presented by {cast['director'].person.name}.",)


def test_an_interest_declared_before_the_meeting_is_told_with_its_day(called, cast, begun, now):
    lease, day_before = item(called, "A lease", cast, begun), begun - timedelta(days=1)
    facts = {"mode": "left", "basis": "An invented port", "by": cast["secretary"]}
    there, away = cast["chair"].person, cast[ABSENT].person
    for person in (there, away):
        meetings.record_recusal(lease, person, at=day_before, **facts)
    told = parts_of(taken(called, cast, now))["1. A lease"].facts
    day = said_long_day(Company.current().day_of(day_before))
    declared = f"had declared an interest on {day} and"
    assert f"{there.name} {declared} left the room: An invented port." in told
    assert f"{away.name} {declared} was absent: An invented port." in told


def test_who_joined_later_is_not_told_as_present_at_the_call_to_order(called, cast, begun, now):
    by, late, back = cast["secretary"], cast[ABSENT].person, cast["chair"].person
    at = begun + 5 * MINUTE
    attending.record_arrival(called, late, mode="telephone", by=by, at=at)
    attending.record_departure(called, back, by=by, at=at)
    again = at + 5 * MINUTE
    attending.record_arrival(called, back, mode="video", by=by, at=again)
    attending.record_departure(called, back, by=by, at=again + MINUTE)
    attending.record_arrival(called, back, mode="in_person", by=by, at=again + 2 * MINUTE)
    attending.record_departure(called, late, by=by, at=again)
    attending.record_arrival(called, late, mode="telephone", by=by, at=again + MINUTE)
    facts = parts_of(taken(called, cast, now))["opening"].facts
    [present] = [fact for fact in facts if fact.startswith("Present")]
    assert late.name not in present and back.name in present
    assert not any(fact.startswith("Absent") and late.name in fact for fact in facts)
    assert "Everybody who took part could hear everybody else." in facts
    assert f"{late.name} joined by telephone at {on_the_clock(at)}." in facts
    assert f"{late.name} returned at {on_the_clock(again + MINUTE)}." in facts
    assert f"{back.name} returned by video at {on_the_clock(again)}." in facts
    assert f"{back.name} returned in person at {on_the_clock(again + 2 * MINUTE)}." in facts


def test_what_lasted_less_than_a_minute_has_no_two_hours(called, cast, begun, now):
    by, leaver, at = cast["secretary"], cast["director"].person, begun + MINUTE
    attending.record_departure(called, leaver, by=by, at=at)
    attending.record_arrival(called, leaver, mode="in_person", by=by, at=at + MINUTE / 2)
    meetings.recess(called, by=cast["chair"], at=at + 2 * MINUTE)
    meetings.reconvene(called, by=cast["chair"], at=at + 2.5 * MINUTE)
    facts = parts_of(taken(called, cast, now))["opening"].facts
    hour, later = on_the_clock(at), on_the_clock(at + 2 * MINUTE)
    assert f"No quorum was present for less than a minute at {hour}." in facts
    assert f"It was in recess for less than a minute at {later}." in facts


def test_only_a_recess_that_did_not_end_says_so(called, cast, begun, now):
    meetings.recess(called, by=cast["chair"], at=begun + MINUTE)
    meetings.reconvene(called, by=cast["chair"], at=begun + 2 * MINUTE)
    meetings.recess(called, by=cast["chair"], at=begun + 3 * MINUTE)
    told = [fact for fact in parts_of(taken(called, cast, now))["opening"].facts if "rece" in fact]
    first, second, last = (on_the_clock(begun + number * MINUTE) for number in (1, 2, 3))
    assert told == [
        f"It was in recess from {first} to {second}.",
        f"It was in recess from {last}, and did not meet again.",
    ]


@pytest.mark.parametrize(("leave", "what"), [(0, "adopted"), (1, "decided")])
def test_what_was_not_adopted_does_not_read_as_adopted(
    leave, what, client, called, cast, begun, now
):
    by, mover = cast["secretary"], cast["audit_chair"].person
    motion = motions.voting(called, mover=mover, by=by, at=begun)
    for name in PRESENT[:leave]:
        attending.record_departure(called, cast[name].person, by=by, at=begun + MINUTE)
    decisions.close_vote(motion, by=by, at=begun + 2 * MINUTE)
    minutes = taken(called, cast, now)
    preface = f"The following resolution was proposed and was not {what}:"
    assert f"{preface}\n{motion.text}" in minutes.current.text
    for path in ("", "write/"):
        assert preface in page(client, cast["secretary"], minutes, path).content.decode()
    assert f"{preface} {motion.text}" in text_of(page(client, cast["secretary"], minutes, "paper/"))


def test_what_was_adopted_has_nothing_above_it(drafted):
    assert "The following resolution" not in drafted.current.text
