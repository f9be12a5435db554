"""The quiet period: what is edited again and again is one letter, at its end."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.meetings import operations
from governance.meetings.mail import AGENDA_CHANGED, MEETING_CANCELLED
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.notices.operations import take_back, tell
from tests.notices.conftest import call
from tests.notices.mail_server import LATER, mail_server

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(cast, now):
    meeting = call("special", by=cast["secretary"], at=now)
    Notice.objects.all().delete()
    return meeting


def edit(meeting, *readers, at):
    """The agenda is changed once more."""
    with time_machine.travel(at, tick=False):
        tell(AGENDA_CHANGED, meeting, readers=readers, occurrence=f"agenda {at.isoformat()}")


def changes():
    return Notice.objects.filter(kind=AGENDA_CHANGED.name)


def test_edits_within_the_period_are_one_letter_at_its_end_counted_from_the_first(
    meeting, cast, mailoutbox, now
):
    for minutes in (0, 5, 14):
        edit(meeting, cast["ada"], at=now + minutes * MINUTE)
    deliver(now + 14 * MINUTE)
    assert mailoutbox == []
    deliver(now + AGENDA_CHANGED.quiet * MINUTE)
    deliver(now + 60 * MINUTE)
    assert len(mailoutbox) == 1
    edit(meeting, cast["ada"], at=now + 61 * MINUTE)
    deliver(now + 120 * MINUTE)
    assert len(mailoutbox) == 2


def test_the_period_is_each_readers_and_each_meetings_own(meeting, cast, now):
    other = call("special", by=cast["secretary"], at=now)
    edit(meeting, cast["ada"], at=now)
    edit(meeting, cast["ada"], cast["bela"], at=now + MINUTE)
    edit(other, cast["ada"], at=now + MINUTE)
    assert changes().count() == 3


def test_whoever_is_told_of_the_cancellation_is_not_told_that_the_agenda_had_changed(
    meeting, cast, mailoutbox, now
):
    edit(meeting, cast["ada"], at=now)
    operations.cancel(meeting, why="Not needed.", by=cast["secretary"], at=now)
    deliver(now)
    deliver(now + 60 * MINUTE)
    assert {letter.subject for letter in mailoutbox} == {MEETING_CANCELLED.subject}
    assert changes().get().state == "withheld"


def test_nor_when_the_mail_server_was_away_in_between(meeting, cast, now, settings):
    edit(meeting, cast["ada"], at=now)
    with contextmanager(mail_server)(settings) as server:
        server.script = [LATER]
        deliver(now + 16 * MINUTE)
        assert changes().get().state == "queued"
        operations.cancel(meeting, why="Not needed.", by=cast["secretary"], at=now)
        deliver(now + 60 * MINUTE)
        assert {letter["Subject"] for letter in server.taken} == {MEETING_CANCELLED.subject}


def test_nor_of_any_letter_of_it_that_could_not_be_handed_over_before(cast, now, settings):
    """The meeting was set and moved while the mail server was away, and is cancelled."""
    meeting = call("special", by=cast["secretary"], at=now)
    about_it = Notice.objects.filter(subject_id=meeting.pk)
    told = set(about_it.values_list("kind", flat=True))
    assert told and MEETING_CANCELLED.name not in told
    with contextmanager(mail_server)(settings) as server:
        server.script = [LATER] * about_it.count()
        deliver(now, limit=about_it.count())
        assert set(about_it.values_list("state", flat=True)) == {"queued"}
        operations.cancel(meeting, why="Not needed.", by=cast["secretary"], at=now)
        deliver(now + 60 * MINUTE, limit=100)
        assert {letter["Subject"] for letter in server.taken} == {MEETING_CANCELLED.subject}
    assert set(about_it.filter(kind__in=told).values_list("state", flat=True)) == {"withheld"}


def test_what_is_taken_back_can_be_told_anew(meeting, cast, now):
    edit(meeting, cast["ada"], at=now)
    take_back(meeting)
    edit(meeting, cast["ada"], at=now + MINUTE)
    assert sorted(changes().values_list("state", flat=True)) == ["queued", "withheld"]


def test_a_letter_that_was_sent_before_is_not_taken_back(meeting, cast, now, mailoutbox):
    edit(meeting, cast["ada"], at=now)
    deliver(now + 60 * MINUTE)
    take_back(meeting)
    assert changes().get().state == "sent"


START = datetime(2026, 11, 24, 17, tzinfo=UTC)
EVENTS = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from(["edit", "edit", "round", "cancel"])),
    max_size=14,
).map(sorted)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_every_edit_is_told_by_one_letter_in_time_and_no_letter_says_nothing_new(
    meeting, cast, mailoutbox, events
):
    """Whatever the order of edits, rounds of the worker, and a cancellation."""
    Notice.objects.all().delete()
    mailoutbox.clear()
    waits_since, expected = None, 0
    for minutes, what in [*events, (400, "round")]:
        at = START + minutes * MINUTE
        if what == "edit":
            edit(meeting, cast["ada"], at=at)
            waits_since = minutes if waits_since is None else waits_since
        elif what == "cancel":
            take_back(meeting)
            waits_since = None
        else:
            deliver(at)
            if waits_since is not None and minutes >= waits_since + AGENDA_CHANGED.quiet:
                expected, waits_since = expected + 1, None
        assert len(mailoutbox) == expected
