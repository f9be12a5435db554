"""Telling: each reader once for each occurrence, nobody of what they did, nothing rolled back."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from governance.meetings.mail import MEETING_NOTICED, MEETING_SCHEDULED
from governance.notices import operations
from governance.notices.models import Notice
from governance.notices.operations import tell
from governance.people.models import User

pytestmark = pytest.mark.django_db


def tell_all(meeting, readers, occurrence="revision 7", **facts):
    tell(MEETING_NOTICED, meeting, readers=readers, occurrence=occurrence, **facts)
    return Notice.objects.filter(kind="meeting_noticed")


def test_each_reader_gets_one_notice(meeting, readers):
    notices = tell_all(meeting, [*readers, *readers])
    assert {notice.reader for notice in notices} == set(readers)
    assert notices.count() == 3
    assert {(notice.subject_label, notice.subject_id) for notice in notices} == {
        ("meetings.meeting", meeting.pk)
    }


def test_the_same_occurrence_is_told_once_and_the_next_one_again(meeting, readers):
    tell_all(meeting, readers)
    assert tell_all(meeting, readers).count() == 3
    assert tell_all(meeting, readers, occurrence="revision 8").count() == 6


def test_a_reader_who_joins_later_is_told_without_telling_the_others_twice(meeting, readers):
    tell_all(meeting, readers[:1])
    assert tell_all(meeting, readers).count() == 3


def test_nobody_is_told_of_what_they_did(meeting, readers):
    notices = tell_all(meeting, readers, by=readers[0])
    assert {notice.reader for notice in notices} == set(readers[1:])


def test_readers_may_come_as_a_queryset(meeting, readers):
    assert tell_all(meeting, User.objects.filter(email__in=["ada@example.com"])).count() == 1


def test_what_is_rolled_back_is_told_to_nobody(meeting, readers, monkeypatch):
    rung = []
    monkeypatch.setattr(operations, "ring", lambda: rung.append(True))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell_all(meeting, readers)
        raise ZeroDivisionError
    assert not Notice.objects.filter(kind="meeting_noticed").exists()
    assert rung == []


def test_the_bell_rings_after_the_commit_and_only_if_there_is_somebody(
    meeting, readers, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as bells:
        tell_all(meeting, [])
        assert bells == []
    with django_capture_on_commit_callbacks() as bells:
        tell_all(meeting, readers)
    assert bells == [operations.ring]


def test_scheduling_a_meeting_tells_its_members_and_not_who_scheduled_it(meeting, cast):
    told = Notice.objects.filter(kind=MEETING_SCHEDULED.name, subject_id=meeting.pk)
    assert {notice.reader for notice in told} == {
        cast["ada"],
        cast["bela"],
        cast["chief_executive"],
    }


def test_a_session_is_told_to_the_independent_directors_only(session, cast):
    told = Notice.objects.filter(kind="session_set")
    assert {notice.reader for notice in told} == {cast["ada"], cast["bela"]}


def test_a_letter_keeps_its_name(meeting):
    for notice in Notice.objects.all():
        assert notice.message_id == f"<{notice.pk}@127.0.0.1>"


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "sent"},  # nothing is sent that no worker took up
        {"state": "failed", "error": "550"},
        {"state": "gathered"},  # what is to be sent at once
        {"state": "sending"},  # taken up by nobody
        {"state": "posted"},
    ],
)
def test_the_database_refuses_a_step_that_does_not_exist(meeting, facts):
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.update(**facts)


def test_the_database_refuses_what_was_sent_to_be_sent_again(meeting, now):
    Notice.objects.update(state="sending", claimed_at=now)
    Notice.objects.update(state="sent", sent_at=now)
    for state in ("queued", "sending", "failed"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.update(state=state, sent_at=None, claimed_at=None, error="x")


def test_a_failure_says_why(meeting, now):
    Notice.objects.update(state="sending", claimed_at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.update(state="failed")


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_the_same_at_once_neither_double_it_nor_wait_for_ever(meeting, readers):
    begin, troubles = threading.Barrier(2), []

    def say(order):
        try:
            for occurrence in range(20):
                begin.wait(timeout=10)
                with transaction.atomic():
                    tell_all(meeting, order, occurrence=f"revision {occurrence}")
        except Exception as trouble:
            troubles.append(trouble)
            begin.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=say, args=(order,)) for order in (readers, readers[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert Notice.objects.filter(kind="meeting_noticed").count() == 60
