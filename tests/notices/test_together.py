"""Many workers at once, each on a connection of its own: every letter goes out, and once."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from governance.meetings.mail import MEETING_NOTICED
from governance.notices import delivering
from governance.notices.claiming import LEASE, lease
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.notices.operations import tell

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4
OCCURRENCES = 20


class SlowPost(BaseEmailBackend):
    """Takes its time over each letter, and remembers which worker brought it."""

    taken: list = []
    seen_from_outside: list = []

    def send_messages(self, messages):
        time.sleep(0.003)
        self.taken.extend(
            (threading.get_ident(), message.extra_headers["Message-ID"]) for message in messages
        )
        return len(messages)


class Onlooker(SlowPost):
    """Asks the database from another connection, while the letter is being handed over."""

    def send_messages(self, messages):
        with ThreadPoolExecutor(1) as elsewhere:
            names = [message.extra_headers["Message-ID"] for message in messages]
            self.seen_from_outside.append(elsewhere.submit(state_of, names[0]).result())
        return super().send_messages(messages)


class Cutter(SlowPost):
    """Takes a letter, and the worker's line to the database is cut."""

    def send_messages(self, messages):
        if not self.taken:
            connection.connection.close()
        return super().send_messages(messages)


def state_of(message_id):
    try:
        return Notice.objects.get(message_id=message_id).state
    finally:
        connection.close()


@pytest.fixture(autouse=True)
def post(settings, monkeypatch):
    monkeypatch.setattr(SlowPost, "taken", [])
    monkeypatch.setattr(SlowPost, "seen_from_outside", [])
    settings.EMAIL_BACKEND = f"{__name__}.SlowPost"
    return SlowPost


@pytest.fixture
def many(meeting, readers):
    """Sixty letters, and the three about the meeting itself."""
    for number in range(OCCURRENCES):
        tell(MEETING_NOTICED, meeting, readers=readers, occurrence=f"revision {number}")
    return OCCURRENCES * len(readers) + len(readers)


def at_once(work, workers=WORKERS):
    """Run the same work on several connections, all starting together."""
    begin = threading.Barrier(workers)

    def one(number):
        try:
            begin.wait(timeout=60)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))


def test_nothing_is_sent_twice_and_nothing_is_lost(many, now, post):
    def until_nothing_is_due():
        done = 0
        while taken := deliver(now, limit=7):
            done += taken
        return done

    shares = at_once(until_nothing_is_due)
    letters = Counter(message_id for _, message_id in post.taken)
    assert set(letters.values()) == {1}
    assert set(letters) == set(Notice.objects.values_list("message_id", flat=True))
    assert sum(shares) == len(letters) == many
    assert set(Notice.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert len({worker for worker, _ in post.taken}) == WORKERS


def test_no_two_workers_lease_the_same_letter(many, now):
    claimed = at_once(lambda: [lease(now, 1)[0].pk for _ in range(many // WORKERS)])
    everything = [pk for share in claimed for pk in share]
    assert len(set(everything)) == len(everything) == many // WORKERS * WORKERS


def test_a_worker_does_not_wait_for_the_letter_another_one_is_taking(meeting, now, post):
    taking, done = threading.Event(), threading.Event()

    def another_worker():
        try:
            with transaction.atomic():
                Notice.objects.due(now).select_for_update(of=("self",)).first()
                taking.set()
                assert done.wait(timeout=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(another_worker)
        assert taking.wait(timeout=60)
        assert deliver(now) == 2  # Had it waited, the other one would have waited in vain.
        done.set()
        other.result()
    assert deliver(now) == 1
    assert len(post.taken) == 3


def test_the_claim_is_known_to_everybody_before_the_letter_leaves(meeting, now, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Onlooker"
    deliver(now)
    assert SlowPost.seen_from_outside == ["sending"] * 3


def test_a_letter_told_during_delivery_is_not_missed(meeting, readers, now, post):
    def tell_and_deliver():
        number = threading.get_ident()
        tell(MEETING_NOTICED, meeting, readers=readers, occurrence=f"revision {number}")
        while deliver(now):
            pass

    at_once(tell_and_deliver)
    while deliver(now):
        pass
    assert len(post.taken) == len(set(post.taken)) == 3 + WORKERS * 3
    assert not Notice.objects.exclude(state="sent").exists()


def test_a_line_to_the_database_that_is_cut_leaves_no_letter_in_doubt(meeting, now, settings, post):
    """What the mail server answered is noted over another line."""
    settings.EMAIL_BACKEND = f"{__name__}.Cutter"
    deliver(now)
    assert not Notice.objects.filter(state="sending").exists()
    while deliver(now + LEASE):
        pass
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
    assert len({name for _, name in post.taken}) == len(post.taken) == 3


def test_nor_does_one_that_is_cut_while_a_letter_is_written(meeting, now, post, monkeypatch):
    def cut(*args, **facts):
        monkeypatch.setattr(delivering, "write", write)
        connection.connection.close()
        return Notice.objects.count()

    write = delivering.write
    monkeypatch.setattr(delivering, "write", cut)
    assert deliver(now) == 1
    assert set(Notice.objects.values_list("state", flat=True)) == {"queued"}
