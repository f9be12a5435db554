"""Letters in doubt: settled by the relay's word, and without it as each kind can bear."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from governance.meetings.mail import MEETING_NOTICED, MEETING_SCHEDULED
from governance.notices import doubts, kinds
from governance.notices.delivering import MOST_ATTEMPTS, deliver
from governance.notices.models import Notice
from tests.notices import mail_server as server_says
from tests.notices.mail_server import mail_server

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATER = 10 * MINUTE


@pytest.fixture
def server(settings):
    yield from mail_server(settings)


class Api(BaseHTTPRequestHandler):
    """The relay's search, in the manner of Mailpit."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Authorization"]))
        [query] = parse_qs(urlsplit(self.path).query)["query"]
        found = [name for name in self.server.holds() if query == f'message-id:"{name[1:-1]}"']
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.words or json.dumps({"messages_count": len(found)}).encode())

    def log_message(self, *words):
        pass


@pytest.fixture
def relay(settings, server):
    """The mail server's relay says what it has taken."""
    api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    api.asked, api.status, api.words = [], 200, b""
    api.holds = lambda: [letter["Message-ID"] for letter in server.taken]
    threading.Thread(target=api.serve_forever, daemon=True).start()
    settings.EMAIL_RELAY_ASK = f"http://127.0.0.1:{api.server_port}/"
    yield api
    api.shutdown()
    api.server_close()


def in_doubt(notices, now, **facts):
    notices.update(state="sending", claimed_at=now, attempts=1, **facts)


def states():
    return sorted(Notice.objects.values_list("state", flat=True))


def test_what_the_relay_has_is_sent_and_what_it_has_not_goes_again(meeting, server, relay, now):
    server.script = [server_says.VANISH]
    deliver(now)
    taken = Notice.objects.get(state="sending")
    lost = Notice.objects.filter(state="queued").first()
    in_doubt(Notice.objects.filter(pk=lost.pk), now)
    doubts.resolve(now + LATER)
    taken.refresh_from_db()
    lost.refresh_from_db()
    assert (taken.state, taken.sent_at, taken.error) == ("sent", now, "")
    assert (lost.state, lost.claimed_at) == ("queued", None)
    deliver(now + LATER)
    assert len(server.taken) == len({letter["Message-ID"] for letter in server.taken}) == 3


def test_nobody_is_asked_before_a_letter_is_in_doubt(meeting, relay, now):
    in_doubt(Notice.objects.all(), now)
    doubts.resolve(now + LATER - MINUTE)
    assert relay.asked == []
    assert states() == ["sending"] * 3


def test_the_relay_is_told_who_asks(meeting, relay, now, settings):
    settings.EMAIL_RELAY_ASK = settings.EMAIL_RELAY_ASK.replace("//", "//portal:w%40rd@")
    in_doubt(Notice.objects.all(), now)
    doubts.resolve(now + LATER)
    assert {shown for _, shown in relay.asked} == {"Basic cG9ydGFsOndAcmQ="}


@pytest.mark.parametrize(
    "status, words", [(500, b""), (200, b"no JSON"), (200, b"{}"), (200, b"[]"), (200, b"null")]
)
def test_a_relay_that_does_not_say_changes_nothing(status, words, meeting, relay, now):
    relay.status, relay.words = status, words
    in_doubt(Notice.objects.all(), now)
    doubts.resolve(now + LATER)
    assert states() == ["sending"] * 3
    # It is not asked about the next one, as it would not say either.
    assert len(relay.asked) == 1


def test_a_relay_that_has_not_answered_for_an_hour_is_not_waited_for(meeting, relay, now, legal):
    relay.status = 500
    in_doubt(Notice.objects.all(), now)
    doubts.resolve(now + doubts.PATIENCE)
    assert states() == ["sending"] * 3
    doubts.resolve(now + doubts.PATIENCE + LATER)
    assert states() == ["queued"] * 3


def test_the_relays_word_does_not_move_a_letter_that_has_gone_on(meeting, now):
    in_doubt(Notice.objects.all(), now)
    stale = Notice.objects.first()
    Notice.objects.update(claimed_at=now + LATER)
    for taken in (True, False):
        doubts.settle_doubt(stale, taken)
    assert states() == ["sending"] * 3


def test_what_is_never_taken_fails_in_the_end(meeting, relay, now):
    in_doubt(Notice.objects.all(), now)
    Notice.objects.update(attempts=MOST_ATTEMPTS)
    doubts.resolve(now + LATER)
    assert set(Notice.objects.values_list("state", "error")) == {("failed", doubts.NOT_TAKEN)}


@pytest.fixture
def legal(monkeypatch):
    """The law asks that directors are told of a meeting."""
    from dataclasses import replace

    name = MEETING_SCHEDULED.name
    monkeypatch.setitem(kinds._KINDS, name, replace(kinds.find(name), legal=True))


@pytest.fixture
def not_legal(monkeypatch):
    from dataclasses import replace

    name = MEETING_SCHEDULED.name
    monkeypatch.setitem(kinds._KINDS, name, replace(kinds.find(name), legal=False))


def test_without_the_relay_a_legal_notice_goes_again_twice_at_most(legal, meeting, now):
    for _ in range(doubts.MOST_DOUBTS):
        in_doubt(Notice.objects.all(), now)
        doubts.resolve(now + LATER)
        assert states() == ["queued"] * 3
    in_doubt(Notice.objects.all(), now)
    doubts.resolve(now + LATER)
    assert states() == ["sending"] * 3
    assert Notice.objects.undelivered(now + LATER).count() == 3


def test_tries_that_the_server_put_off_are_not_doubts(legal, meeting, now):
    in_doubt(Notice.objects.all(), now)
    Notice.objects.update(attempts=9)
    doubts.resolve(now + LATER)
    assert states() == ["queued"] * 3


def test_without_the_relay_the_others_wait_for_the_secretary(not_legal, meeting, now):
    in_doubt(Notice.objects.all(), now)
    doubts.resolve(now + timedelta(days=9))
    assert states() == ["sending"] * 3
    assert Notice.objects.undelivered(now + LATER).count() == 3


def lost(notices, at):
    notices.update(state="sending", claimed_at=at)
    notices.update(state="returned", sent_at=at, error="The letter came back: 5.1.1")


def test_a_sealed_letter_that_came_back_goes_again_by_itself_a_day_later(session, now):
    sealed = Notice.objects.filter(kind="session_set")
    names = set(sealed.values_list("message_id", flat=True))
    ordinary = Notice.objects.filter(kind="meeting_scheduled")
    lost(ordinary, now)
    at = now
    for _ in range(doubts.MOST_DOUBTS):
        lost(sealed, at)
        doubts.resolve(at + doubts.REST - MINUTE)
        assert set(sealed.values_list("state", flat=True)) == {"returned"}
        at += doubts.REST
        doubts.resolve(at)
        facts = sealed.values_list("state", "sent_at", "claimed_at", "attempts", "error")
        assert set(facts) == {("queued", None, None, 0, "")}
    lost(sealed, at)
    doubts.resolve(at + timedelta(days=9))
    assert set(Notice.objects.values_list("state", flat=True)) == {"returned"}
    assert set(sealed.values_list("message_id", flat=True)) == names


def test_notice_of_a_meeting_is_one_that_the_law_asks_for():
    assert MEETING_NOTICED.legal
