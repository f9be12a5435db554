"""Ballots are awaited until an hour: it is shown, reminded of, and closes nothing (M-03)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from governance.decisions import mail, operations
from governance.decisions.models import Motion
from governance.decisions.moments import DAY, HOUR, remind_voters, reminder_of
from governance.meetings.attending import record_departure
from governance.notices import wishes
from governance.notices.models import Notice
from governance.records.models import Company
from governance.refusals import Refused
from tests.factories import decisions
from tests.factories.meetings import presider

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def before(cast, meeting, now):
    """A motion before the meeting, whose vote nobody has opened."""
    motion = decisions.put(meeting, mover=cast["director"].person, by=cast["secretary"], at=now)
    return operations.put_before_meeting(motion, by=presider(meeting, at=now), at=now)


def opened(motion, *, at, until):
    return operations.open_vote(
        motion, by=presider(motion.meeting, at=at), at=at, awaited_until=until
    )


def told():
    rows = Notice.objects.filter(kind=mail.VOTE_WAITS.name)
    return sorted(rows.values_list("reader__email", flat=True))


def test_whoever_has_not_voted_is_told_an_hour_before_once(cast, before, now):
    until = now + 3 * HOUR
    motion = opened(before, at=now, until=until)
    voted = cast["director"]
    vote = {"choice": "for", "digest": motion.digest, "method": "demo"}
    operations.cast_ballot(motion, **vote, by=voted, at=now + MINUTE)
    gone = cast["audit_chair"].person
    record_departure(motion.meeting, gone, by=cast["secretary"], at=now + 2 * MINUTE)
    remind_voters(until - HOUR - MINUTE)
    assert told() == []
    for at in (until - HOUR, until - HOUR, until - MINUTE):
        remind_voters(at)
    listed = {"lead_director", "compensation_chair", "chair", "chief_executive"}
    assert told() == sorted(cast[who].email for who in listed)


def test_nobody_is_told_when_no_hour_is_said_or_it_has_passed(cast, before, now):
    motion = opened(before, at=now, until=None)
    remind_voters(now + 9 * DAY)
    assert motion.awaited_until is None and told() == []
    Motion.objects.filter(pk=motion.pk).update(awaited_until=now + 2 * HOUR)
    remind_voters(now + 2 * HOUR)
    assert told() == []


def test_nobody_is_told_of_a_vote_that_is_closed(cast, before, now):
    motion = opened(before, at=now, until=now + 3 * HOUR)
    operations.close_vote(motion, by=presider(motion.meeting, at=now), at=now + HOUR)
    remind_voters(now + 2 * HOUR)
    assert told() == []


def test_the_hour_closes_nothing(cast, before, now):
    motion = opened(before, at=now, until=now + HOUR)
    vote = {"choice": "for", "digest": motion.digest, "method": "demo"}
    ballot = operations.cast_ballot(motion, **vote, by=cast["director"], at=now + 2 * HOUR)
    assert ballot.motion.state == "voting"


def test_a_reminder_of_an_hour_does_not_wait_for_the_letter_of_the_day(cast, before, now):
    wishes.wish(cast["audit_chair"], daily=True)
    opened(before, at=now, until=now + 3 * HOUR)
    remind_voters(now + 2 * HOUR)
    assert Notice.objects.get(reader=cast["audit_chair"], kind="vote_waits").state == "queued"
    assert Notice.objects.get(reader=cast["audit_chair"], kind="vote_opened").state == "gathered"


@pytest.mark.parametrize("until", [timedelta(0), -MINUTE, 60 * DAY + MINUTE])
def test_an_hour_that_has_passed_or_is_far_away_is_refused(until, cast, before, now):
    with pytest.raises(Refused, match="Ballots are awaited"):
        opened(before, at=now, until=now + until)
    before.refresh_from_db()
    assert before.state == "open"


def test_the_database_refuses_an_hour_before_the_vote_was_opened(cast, before, now):
    with pytest.raises(IntegrityError, match="motion_awaits_ballots"), transaction.atomic():
        Motion.objects.filter(pk=before.pk).update(awaited_until=now)
    motion = opened(before, at=now, until=now + HOUR)
    with pytest.raises(IntegrityError, match="motion_awaits_ballots"), transaction.atomic():
        Motion.objects.filter(pk=motion.pk).update(awaited_until=now)


@given(minutes=st.integers(1, 60 * 24 * 60))
def test_the_reminder_lies_a_day_or_an_hour_before_the_end_and_after_the_opening(minutes):
    until = NOON + minutes * MINUTE
    at = reminder_of(NOON, until)
    assert (at is None) == (minutes <= 60)
    if at:
        assert NOON < at < until
        assert until - at == (DAY if minutes >= 2 * 24 * 60 else HOUR)


# --- The pages ----------------------------------------------------------------------------------


def test_whoever_opens_the_vote_says_the_hour_on_the_page(cast, before, client):
    client.force_login(cast["chair"])
    page = reverse("decisions:conduct", args=[before.pk, "open-vote"])
    assert "Ballots are awaited until" in client.get(page).content.decode()
    for wrong in ("soon", "2020-01-01T09:00"):
        answer = client.post(page, {"awaited_until": wrong})
        assert answer.status_code == 200
        before.refresh_from_db()
        assert before.state == "open"
    until = (timezone.now() + 5 * HOUR).replace(second=0, microsecond=0)
    local = timezone.localtime(until, Company.current().zone)
    answer = client.post(page, {"awaited_until": f"{local:%Y-%m-%dT%H:%M}"})
    assert answer.status_code == 302
    before.refresh_from_db()
    assert (before.state, before.awaited_until) == ("voting", until)
    said = f"Ballots are awaited until {local:%a} {local.day} {local:%b}, {local:%H:%M} "
    for where in (before.get_absolute_url(), "/decisions/", "/"):
        assert said in client.get(where).content.decode(), where


def test_no_hour_is_shown_where_none_was_said(cast, before, client, now):
    opened(before, at=now, until=None)
    client.force_login(cast["chair"])
    for where in (before.get_absolute_url(), "/decisions/", "/"):
        assert "Ballots are awaited" not in client.get(where).content.decode()
