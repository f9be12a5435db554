"""Delivery: each letter once, whatever the mail server says, and only to who may still know."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError

from governance.board.models import Directorship
from governance.notices import delivering, doubts
from governance.notices.delivering import (
    BACK_OFF,
    JITTER,
    MOST_ATTEMPTS,
    deliver,
    send_again,
)
from governance.notices.models import Notice
from governance.refusals import Refused
from tests.factories.board import DeterminationFactory
from tests.notices import mail_server as server_says
from tests.notices.mail_server import mail_server

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(settings):
    yield from mail_server(settings)


@pytest.fixture
def notice(meeting, cast):
    """One notice waits, to Ada, about a meeting that she may know of."""
    Notice.objects.exclude(reader=cast["ada"]).delete()
    return Notice.objects.get()


def states():
    return sorted(Notice.objects.values_list("state", flat=True))


def test_letters_are_sent_over_one_line_and_once(meeting, server, now):
    assert deliver(now) == 3
    assert states() == ["sent"] * 3
    assert deliver(now) == 0
    assert sorted(letter["To"] for letter in server.taken) == [
        "ada@example.com",
        "bela@example.com",
        "cyril@example.com",
    ]
    assert server.lines == 1


def test_no_more_than_the_batch_is_taken_up(meeting, server, now):
    assert deliver(now, limit=2) == 2
    assert states() == ["queued", "sent", "sent"]


def test_the_oldest_letter_goes_first(meeting, server, now, readers):
    for place, reader in enumerate(readers):
        Notice.objects.filter(reader=reader).update(created_at=now - place * MINUTE)
    deliver(now)
    assert [letter["To"] for letter in server.taken] == [user.email for user in readers[::-1]]


def test_what_was_sent_says_when_and_how_often_it_was_tried(notice, server, now):
    deliver(now)
    notice.refresh_from_db()
    assert (notice.state, notice.sent_at, notice.claimed_at) == ("sent", now, now)
    assert (notice.attempts, notice.error) == (1, "")


@pytest.mark.parametrize(
    "says, told",
    [
        (server_says.LATER, "The mail server refused the reader's address: 451"),
        (server_says.BUSY, "The mail server answered 421"),
        (server_says.HANG_UP, "The mail server was not reached: SMTPServerDisconnected"),
    ],
)
def test_for_now_means_later(says, told, notice, server, now):
    server.script = [says]
    deliver(now)
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("queued", told)
    assert now + MINUTE <= notice.next_try_at <= now + MINUTE * (1 + JITTER)
    assert deliver(now + 59 * MINUTE / 60) == 0
    assert deliver(notice.next_try_at) == 1
    assert [letter["Message-ID"] for letter in server.taken] == [notice.message_id]


@pytest.mark.parametrize(
    "says, told",
    [
        (server_says.NEVER, "The mail server refused the reader's address: 550"),
        (server_says.REJECT, "The mail server answered 554"),
    ],
)
def test_never_means_never(says, told, meeting, server, now):
    server.script = [says]
    assert deliver(now) == 3
    failed = Notice.objects.get(state="failed")
    assert failed.error == told
    assert states() == ["failed", "sent", "sent"]
    assert deliver(now + timedelta(days=1)) == 0


def test_an_address_refused_for_now_does_not_hold_up_the_others(meeting, server, now):
    server.script = [server_says.LATER]
    deliver(now)
    assert states() == ["queued", "sent", "sent"]


def test_a_server_that_is_gone_costs_one_try_and_no_letter(meeting, server, now):
    server.close()
    assert deliver(now) == 1
    assert states() == ["queued"] * 3
    assert sorted(Notice.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_each_try_waits_longer_and_a_day_of_them_is_enough(notice, server, now):
    server.script = [server_says.LATER] * MOST_ATTEMPTS
    waited = []
    while deliver(now):
        notice.refresh_from_db()
        if notice.state != "queued":
            break
        waited.append((notice.next_try_at - now) / MINUTE)
        now = notice.next_try_at
    expected = [*BACK_OFF, *[60] * (MOST_ATTEMPTS - 1 - len(BACK_OFF))]
    for minutes, wait in zip(expected, waited, strict=True):
        assert minutes <= wait <= minutes * (1 + JITTER)
    assert 22 * 60 <= sum(waited) <= 28 * 60
    assert (notice.state, notice.attempts) == ("failed", MOST_ATTEMPTS)
    assert notice.error == "The mail server refused the reader's address: 451"


def test_what_was_refused_together_does_not_come_again_together(meeting, server, now):
    server.script = [server_says.LATER] * 3
    deliver(now)
    tries = set(Notice.objects.values_list("next_try_at", flat=True))
    assert len(tries) == 3
    for notice in Notice.objects.all():
        # Whoever works it out, it is the same.
        assert delivering.next_try(notice, now) == notice.next_try_at


def test_a_letter_nobody_can_say_arrived_is_in_doubt_and_not_sent_again(notice, server, now):
    server.script = [server_says.VANISH]
    deliver(now)
    notice.refresh_from_db()
    assert notice.state == "sending"
    assert notice.error == (
        "The line broke before the mail server answered: SMTPServerDisconnected"
    )
    assert not Notice.objects.stuck(now + 9 * MINUTE).exists()
    assert Notice.objects.stuck(now + 10 * MINUTE).get() == notice
    assert deliver(now + timedelta(days=2)) == 0
    assert len(server.taken) == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_line_that_breaks_before_the_letter_went_over_it_leaves_no_doubt(
    stage, notice, server, now
):
    server.script = [f"drop at {stage}"]
    deliver(now)
    notice.refresh_from_db()
    assert notice.state == "queued"
    assert notice.error.startswith("The line broke before the letter was handed over: ")
    deliver(notice.next_try_at)
    assert [letter["Message-ID"] for letter in server.taken] == [notice.message_id]


@pytest.mark.parametrize("answer", ["25", "no number", "354 still more"])
def test_an_answer_that_cannot_be_read_leaves_a_letter_in_doubt(answer, notice, server, now):
    server.script = [f"say {answer}"]
    deliver(now)
    notice.refresh_from_db()
    assert notice.state == "sending"


def test_a_lone_dot_does_not_end_a_letter(notice, server, now, monkeypatch):
    written = delivering.write

    def with_dots(*args, **facts):
        letter = written(*args, **facts)
        letter.body = "one\n.\n..two\n.three\n"
        return letter

    monkeypatch.setattr(delivering, "write", with_dots)
    deliver(now)
    text = server.taken[0].get_body(("plain",)).get_content()
    assert text.splitlines() == ["one", ".", "..two", ".three"]


def test_what_cannot_be_delivered_comes_back_to_an_address_that_is_read(
    notice, server, now, settings
):
    settings.RETURN_ADDRESS = "returns@portal.example.com"
    deliver(now)
    assert server.taken[0]["From"] == settings.DEFAULT_FROM_EMAIL
    [envelope] = server.envelopes
    assert envelope == (
        f"FROM:<returns@portal.example.com> RET=HDRS ENVID={notice.message_id.strip('<>')}"
    )


@pytest.mark.parametrize(
    "during, state, told",
    [
        ("write", "queued", "The worker was told to stop."),
        ("hand_over", "sending", "The worker was told to stop before the mail server answered."),
    ],
)
def test_a_worker_that_is_told_to_stop_loses_no_letter(
    during, state, told, notice, server, now, monkeypatch
):
    def stopped(*args, **facts):
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch, pytest.raises(SoftTimeLimitExceeded):
        patch.setattr(delivering, during, stopped)
        deliver(now)
    notice.refresh_from_db()
    assert (notice.state, notice.error) == (state, told)


class WorkerKilled(BaseException):
    """As by the kernel, or by pulling the plug."""


def test_a_worker_killed_in_between_leaves_one_letter_in_doubt(meeting, server, now, monkeypatch):
    def killed(post, letter):
        raise WorkerKilled

    with monkeypatch.context() as patch, pytest.raises(WorkerKilled):
        patch.setattr(delivering, "hand_over", killed)
        deliver(now)
    assert states() == ["queued", "queued", "sending"]
    deliver(now)
    assert states() == ["sending", "sent", "sent"]
    assert Notice.objects.stuck(now + 10 * MINUTE).count() == 1


def test_a_sealed_letter_in_doubt_is_sent_again_because_nobody_may_be_asked(session, server, now):
    sealed = Notice.objects.filter(kind="session_set").first()
    Notice.objects.exclude(pk=sealed.pk).delete()
    server.script = [server_says.VANISH] * 9
    for minutes in (0, 9, 10, 20, 30, 40):
        doubts.resolve(now + minutes * MINUTE)
        deliver(now + minutes * MINUTE)
    assert len(server.taken) == doubts.MOST_DOUBTS + 1
    assert {letter["Message-ID"] for letter in server.taken} == {sealed.message_id}


@pytest.mark.parametrize("change", ["account closed", "seat lost", "meeting gone from view"])
def test_a_queued_letter_is_withheld_when_the_right_ends(change, notice, server, now, cast):
    ada = cast["ada"]
    if change == "account closed":
        type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    elif change == "seat lost":
        Directorship.objects.filter(person=ada.person).update(until=now.date() - timedelta(days=2))
    else:
        Notice.objects.update(subject_id=notice.pk)
    assert deliver(now) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.error, server.taken) == ("withheld", "", [])
    assert server.lines == 0
    assert deliver(now + timedelta(days=1)) == 0


def test_a_session_letter_is_withheld_when_independence_ends(session, server, now, cast):
    DeterminationFactory(
        person=cast["ada"].person, independent=False, determined_on=now.date() - timedelta(days=2)
    )
    deliver(now)
    sealed = Notice.objects.filter(kind="session_set")
    assert sealed.get(reader=cast["ada"]).state == "withheld"
    assert sealed.get(reader=cast["bela"]).state == "sent"


def test_a_letter_that_cannot_be_written_fails_alone(meeting, server, now, cast):
    Notice.objects.filter(reader=cast["ada"]).update(kind="no_such_kind")
    assert deliver(now) == 3
    assert states() == ["failed", "sent", "sent"]
    error = Notice.objects.get(state="failed").error
    assert error == "The letter could not be written: LookupError"


def test_an_address_that_is_none_fails_alone(meeting, server, now, cast):
    type(cast["ada"]).objects.filter(pk=cast["ada"].pk).update(email="ada\n@example.com")
    assert deliver(now) == 3
    assert states() == ["failed", "sent", "sent"]


def test_the_log_does_not_say_what_was_written_or_to_whom(session, server, now, caplog, cast):
    Notice.objects.filter(kind="session_set").update(subject_label="meetings.nothing")
    deliver(now)
    assert Notice.objects.filter(state="failed").count() == 2
    assert "could not be written" in caplog.text
    for word in ("session", "ada@", "bela@", str(session.pk)):
        assert word not in " ".join(record.getMessage() for record in caplog.records)


def test_a_worker_that_was_too_slow_changes_nothing_any_more(notice, server, now):
    late = delivering.claim(now)
    Notice.objects.update(state="queued", claimed_at=None)
    deliver(now + MINUTE)
    delivering.settle(late, delivering.Outcome("failed", "too late"), now=now + 2 * MINUTE)
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("sent", "")


def test_a_claim_is_never_part_of_a_longer_transaction(notice, now):
    from django.db import transaction

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        deliver(now)


# Sending again


@pytest.mark.parametrize("says", [server_says.NEVER, server_says.VANISH])
def test_the_secretary_has_a_letter_sent_again(says, notice, server, now, cast):
    server.script = [says]
    deliver(now)
    later = now + 10 * MINUTE
    send_again(notice, by=cast["secretary"], at=later)
    assert deliver(later) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.error) == ("sent", 1, "")
    assert server.taken[-1]["Message-ID"] == notice.message_id


@pytest.mark.parametrize("who", ["assistant", "administrator", "chief_executive", "ada"])
def test_nobody_else_does(who, notice, server, now, cast):
    server.script = [server_says.NEVER]
    deliver(now)
    with pytest.raises(Refused, match="Only the Corporate Secretary"):
        send_again(notice, by=cast[who], at=now)
    notice.refresh_from_db()
    assert notice.state == "failed"


@pytest.mark.parametrize("says", [server_says.TAKE, server_says.LATER, server_says.VANISH])
def test_a_letter_that_arrived_or_is_on_its_way_is_not_sent_again(says, notice, server, now, cast):
    server.script = [says]
    deliver(now)
    with pytest.raises(Refused, match="on its way"):
        send_again(notice, by=cast["secretary"], at=now + 9 * MINUTE)


def test_a_sealed_letter_does_not_exist_for_the_secretary(session, server, now, cast):
    sealed = Notice.objects.filter(kind="session_set").first()
    Notice.objects.exclude(pk=sealed.pk).delete()
    server.script = [server_says.NEVER]
    deliver(now)
    with pytest.raises(Notice.DoesNotExist):
        send_again(sealed, by=cast["secretary"], at=now)


def test_a_letter_is_not_to_blame_for_a_database_that_was_away(notice, server, now, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("the line was cut")

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "prepare", away)
        assert deliver(now) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("queued", "The database was not reached.")
    assert deliver(now + 2 * MINUTE) == 1
    assert [letter["Message-ID"] for letter in server.taken] == [notice.message_id]
