"""Delivery: each letter once, whatever the mail server says, and only to who may still know."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError

from governance.board.models import Directorship
from governance.notices import claiming, delivering, doubts
from governance.notices.delivering import (
    BACK_OFF,
    JITTER,
    MOST_ATTEMPTS,
    deliver,
    send_again,
)
from governance.notices.models import Notice
from governance.notices.operations import tell
from governance.papers.mail import PAPERS_WAIT
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
        (server_says.LATER, "The mail server refused the reader’s address: 451"),
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
        (server_says.NEVER, "The mail server refused the reader’s address: 550"),
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


@pytest.mark.parametrize("together", [False, True])
def test_a_server_that_refuses_a_letter_and_hangs_up_has_the_others(together, meeting, server, now):
    server.together, server.script = together, [server_says.LEAVE] * 2
    assert deliver(now) == 3
    assert states() == ["failed", "failed", "sent"]
    assert {*Notice.objects.values_list("attempts", flat=True)} == {1}


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
    assert notice.error == "The mail server refused the reader’s address: 451"


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


@pytest.mark.parametrize("answer", ["25", "no number", "354 still more", "250 " + 9000 * "x"])
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
    assert server.envelopes == [
        "FROM:<returns@portal.example.com> BODY=8BITMIME RET=HDRS"
        f" ENVID={notice.message_id.strip('<>')}"
    ]


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
    def killed(*args):
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
    [late] = claiming.lease(now, 9)
    assert claiming.settle_and_begin(None, late, now=now)
    Notice.objects.update(state="queued", claimed_at=None)
    deliver(now + MINUTE)
    too_late = delivering.Outcome("failed", "too late")
    settled = delivering.facts_of(late, too_late, now=now + 2 * MINUTE)
    claiming.settle_and_begin(settled, None, now=now + 2 * MINUTE)
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("sent", "")


def test_a_claim_is_never_part_of_a_longer_transaction(notice, now):
    from django.db import transaction

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        deliver(now)


# Leases


def test_a_worker_that_dies_keeps_its_letters_no_longer_than_its_lease(meeting, server, now):
    assert len(claiming.lease(now, 9)) == 3
    assert deliver(now + claiming.LEASE - timedelta(seconds=1)) == 0
    assert deliver(now + claiming.LEASE) == 3
    assert states() == ["sent"] * 3


def test_a_lease_of_a_clock_that_was_ahead_keeps_nothing(meeting, server, now):
    claiming.lease(now + timedelta(days=1), 9)
    assert deliver(now) == 3


def test_whoever_comes_too_late_to_a_lease_claims_nothing(meeting, server, now):
    [late, *_] = claiming.lease(now, 9)
    assert len(claiming.lease(now + claiming.LEASE, 9)) == 3
    assert not claiming.settle_and_begin(None, late, now=now)
    assert states() == ["queued"] * 3


def test_a_letter_taken_back_after_it_was_leased_does_not_leave(meeting, server, now, monkeypatch):
    first, last = Notice.objects.order_by("created_at")[::2]

    def and_take_back(*args):
        Notice.objects.filter(pk=last.pk).update(state="withheld")
        return hand_over(*args)

    hand_over = delivering.hand_over
    monkeypatch.setattr(delivering, "hand_over", and_take_back)
    assert deliver(now) == 2
    assert states() == ["sent", "sent", "withheld"]
    assert last.message_id not in {letter["Message-ID"] for letter in server.taken}


def test_what_the_doors_said_holds_for_a_second(meeting, server, now, monkeypatch):
    """The mail server thinks for a while, and meanwhile a right ends."""
    last = Notice.objects.order_by("created_at").last()

    def slowly(*args):
        clock["now"] += delivering.FRESH
        type(last.reader).objects.filter(pk=last.reader_id).update(is_active=False)
        return hand_over(*args)

    clock, hand_over = {"now": 0}, delivering.hand_over
    monkeypatch.setattr(delivering, "monotonic", lambda: clock["now"])
    monkeypatch.setattr(delivering, "hand_over", slowly)
    assert deliver(now) == 3
    last.refresh_from_db()
    assert (last.state, len(server.taken)) == ("withheld", 2)


def test_the_doors_are_asked_when_the_line_stands(meeting, server, now, monkeypatch):
    """The mail server takes its time to greet, and meanwhile a right ends."""
    first = Notice.objects.order_by("created_at").first()

    def slowly(post):
        clock["now"] += 0 if stands(post) else delivering.FRESH
        type(first.reader).objects.filter(pk=first.reader_id).update(is_active=False)
        return reach(post)

    clock, reach, stands = {"now": 0}, delivering.reach, delivering.stands
    monkeypatch.setattr(delivering, "monotonic", lambda: clock["now"])
    monkeypatch.setattr(delivering, "reach", slowly)
    assert deliver(now) == 3
    first.refresh_from_db()
    assert (first.state, first.attempts, len(server.taken)) == ("withheld", 1, 2)


def test_the_doors_are_asked_once_for_each_reader(
    meeting, readers, server, now, django_assert_max_num_queries
):
    Notice.objects.all().delete()
    for number in range(5):
        tell(PAPERS_WAIT, meeting, readers=readers, occurrence=f"book {number}")
    with django_assert_max_num_queries(5 + 2 * len(readers) + 15):
        # Company and leases; each reader's standing and door; one commit for each letter.
        assert deliver(now, limit=15) == 15


# Commands that go together


@pytest.mark.parametrize(
    ("says", "state", "error"),
    [
        (server_says.TAKE, "sent", ""),
        (server_says.LATER, "queued", "The mail server refused the reader’s address: 451"),
        (server_says.NEVER, "failed", "The mail server refused the reader’s address: 550"),
        (server_says.REJECT, "failed", "The mail server answered 554"),
        (server_says.BUSY, "queued", "The mail server answered 421"),
        (f"{server_says.DROP}RCPT", "queued", "The line broke before the letter was handed over"),
        (f"{server_says.DROP}DATA", "queued", "The line broke before the letter was handed over"),
        (server_says.VANISH, "sending", "The line broke before the mail server answered"),
    ],
)
def test_a_server_that_takes_commands_together_is_understood(
    says, state, error, notice, server, now
):
    server.together = True
    server.script = [says]
    deliver(now)
    notice.refresh_from_db()
    assert notice.state == state
    assert notice.error.startswith(error)
    assert bool(error) == bool(notice.error)
    if state == "queued":
        deliver(notice.next_try_at)
        assert [letter["Message-ID"] for letter in server.taken] == [notice.message_id]


def test_a_server_that_drops_what_it_promised_to_take_together_has_it_one_by_one(
    notice, server, now
):
    server.promises = True
    deliver(now)
    notice.refresh_from_db()
    assert notice.state == "queued"
    deliver(notice.next_try_at)
    assert [letter["Message-ID"] for letter in server.taken] == [notice.message_id]


def test_no_letter_follows_a_refused_address_even_if_the_server_waits_for_one(meeting, server, now):
    server.together = True
    server.script = [server_says.NEVER]
    assert deliver(now) == 3
    assert states() == ["failed", "sent", "sent"]
    assert (len(server.taken), server.lines) == (2, 1)


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
        patch.setattr(delivering, "written", away)
        assert deliver(now) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("queued", "The database was not reached.")
    assert deliver(now + 2 * MINUTE) == 1
    assert [letter["Message-ID"] for letter in server.taken] == [notice.message_id]
