"""The bell and the worker: a page rings it and goes on; a worker hears it and delivers."""

import logging
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.db import transaction
from kombu import pools

from governance.meetings.mail import MEETING_NOTICED
from governance.notices import delivering, operations, tasks
from governance.notices.delivering import deliver
from governance.notices.models import Letter, Notice
from governance.notices.operations import tell

BELL = "governance.notices.tasks.deliver_notices"


@contextmanager
def broker(url, patience=5):
    """The bell hangs elsewhere for a while; whoever rings has patience for that many seconds."""
    # Whoever still rings the bell of an earlier test would find their line closed.
    for ringing in threading.enumerate():
        if ringing.name == "bell":
            ringing.join(10)
    app = current_app._get_current_object()
    usual = app.conf.broker_url, app.conf.broker_transport_options
    try:
        hang(app, url, {"socket_connect_timeout": 1, "socket_timeout": patience, "max_retries": 0})
        yield app
    finally:
        hang(app, *usual)


def hang(app, url, options):
    pools.reset()  # Lines to a broker are kept by its address, and a closed one is never opened.
    app.conf.broker_url = app.conf.broker_write_url = app.conf.broker_read_url = url
    app.conf.broker_transport_options = options
    app._pool = app.amqp._producer_pool = None


def eventually(question, seconds=60):
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_worker_hears_the_bell_and_the_letters_leave(meeting, readers, settings):
    settings.EMAIL_BACKEND = "governance.notices.keeping.Backend"
    app = current_app._get_current_object()
    with start_worker(app, pool="solo", perform_ping_check=False):
        with transaction.atomic():
            tell(MEETING_NOTICED, meeting, readers=readers, occurrence="revision 0")
            time.sleep(0.2)
            assert not Letter.objects.filter(notice__kind=MEETING_NOTICED.name).exists()
        eventually(lambda: Notice.objects.filter(state="sent").count() == 6)
    assert Letter.objects.filter(notice__kind=MEETING_NOTICED.name).count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_page_does_not_wait_for_a_broker_that_never_answers(meeting, readers, caplog):
    deaf = socket.create_server(("127.0.0.1", 0))
    address = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
    with deaf, broker(address, patience=60), caplog.at_level(logging.WARNING):
        with transaction.atomic():
            tell(MEETING_NOTICED, meeting, readers=readers, occurrence="revision 0")
        # Whoever rings still waits for an answer, and nobody for them.
        assert "The bell was not heard" not in caplog.text
    assert Notice.objects.filter(kind="meeting_noticed").count() == 3


def test_a_broker_that_is_gone_breaks_nothing(caplog):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with broker(f"redis://127.0.0.1:{port}/0"), caplog.at_level(logging.WARNING):
        operations.pull()
    assert "The bell was not heard" in caplog.text


def test_the_bell_says_nothing_but_its_name():
    with broker("memory://bell"), current_app.connection_for_read() as line:
        operations.pull()
        queue = line.SimpleQueue(current_app.conf.task_default_queue)
        message = queue.get(timeout=5)
        message.ack()
        assert message.headers["task"] == BELL
        assert (message.headers["argsrepr"], message.headers["kwargsrepr"]) == ("()", "{}")
        assert message.headers["expires"]
        assert message.payload[:2] == [[], {}]


def test_the_schedule_rings_the_same_bell():
    assert BELL in {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert tasks.deliver_notices.name == BELL


@pytest.mark.django_db
def test_a_round_delivers_more_than_one_batch(meeting, readers, mailoutbox):
    for number in range(20):
        tell(MEETING_NOTICED, meeting, readers=readers, occurrence=f"revision {number}")
    tasks.deliver_notices()
    assert len(mailoutbox) == 63 > tasks.BATCH
    assert not Notice.objects.exclude(state="sent").exists()


@pytest.mark.django_db
def test_a_round_ends_in_time(meeting, readers, mailoutbox, monkeypatch):
    for number in range(10):
        tell(MEETING_NOTICED, meeting, readers=readers, occurrence=f"revision {number}")
    # Each letter takes so many seconds.
    for module in (tasks, delivering):
        monkeypatch.setattr(module, "monotonic", lambda: 1.5 * len(mailoutbox))
    tasks.deliver_notices()
    assert len(mailoutbox) == tasks.SECONDS / 1.5 < 33
    # Nothing is kept from the worker that comes next.
    assert Notice.objects.filter(state="queued", leased_until=None).count() == 13


@pytest.mark.django_db
def test_rounds_cost_little_when_nothing_waits(company, django_assert_num_queries, now):
    with django_assert_num_queries(4):
        # The company, and an empty claim in its transaction.
        assert deliver(now) == 0
