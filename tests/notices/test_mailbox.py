"""The mailbox is read once a minute: each letter once, none in the way of the next."""

import logging
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from governance.notices import incoming, tasks
from governance.notices.delivering import deliver
from governance.notices.incoming import LARGEST
from governance.notices.mailbox import collect
from governance.notices.models import Notice
from tests.notices.mailbox_server import MailboxServer
from tests.notices.test_returning import report

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture(params=[("MOVE", "UIDPLUS"), ("UIDPLUS",), ()], ids=" ".join)
def box(request):
    server = MailboxServer(*request.param)
    yield server
    if server.listener.fileno() != -1:
        server.close()


@pytest.fixture
def notices(meeting, now, mailoutbox):
    deliver(now)
    return list(Notice.objects.filter(state="sent"))


def returned():
    return Notice.objects.filter(state="returned").count()


def test_letters_that_came_back_are_read_and_put_away(box, notices):
    uids = {box.put(report(notice.message_id)) for notice in notices}
    assert collect(box.url, at=AT) == 3
    assert returned() == 3
    assert set(box.folders["Done"]) == uids
    assert all(r"\Seen" in box.flags[uid] for uid in uids)
    assert collect(box.url, at=AT) == 0


def test_what_nobody_reads_is_put_aside(box, notices):
    uid = box.put(b"Subject: hello\r\n\r\nhello")
    assert collect(box.url, at=AT) == 1
    assert set(box.folders["Other"]) == {uid}
    assert returned() == 0


def test_one_that_is_broken_or_too_large_does_not_stop_the_next(box, notices, monkeypatch, caplog):
    def breaks(*came):
        raise ValueError("Ada has moved")

    monkeypatch.setitem(incoming._READERS, "text/broken", breaks)
    aside = {
        box.put(b"Content-Type: text/broken\r\n\r\nx"),
        box.put(report(notices[1].message_id) + b" " * LARGEST),
    }
    box.put(report(notices[0].message_id))
    with caplog.at_level(logging.WARNING):
        assert collect(box.url, at=AT) == 3
    assert returned() == 1
    assert set(box.folders["Other"]) == aside
    assert "ValueError" in caplog.text
    assert "Ada" not in caplog.text


def test_a_database_that_is_away_leaves_the_letter_where_it_is(box, notices, monkeypatch):
    def away(*came):
        raise OperationalError

    uid = box.put(report(notices[0].message_id))
    with monkeypatch.context() as patch:
        patch.setattr(incoming, "_READERS", {"message/delivery-status": away})
        assert collect(box.url, at=AT) == 0
    assert set(box.folders["INBOX"]) == {uid}
    assert collect(box.url, at=AT) == 1
    assert returned() == 1


@pytest.mark.parametrize("trouble", ["gone", "no login", "no folder", "hangs up"])
def test_a_mailbox_that_cannot_be_read_is_looked_into_again(trouble, box, notices, caplog):
    box.put(report(notices[0].message_id))
    url = box.url
    if trouble == "gone":
        box.close()
    elif trouble == "no login":
        url = url.replace("word", "phrase")
    elif trouble == "no folder":
        box.refuses = {"SELECT"}
    else:
        box.breaks_at = "FETCH"
    with caplog.at_level(logging.WARNING):
        assert collect(url, at=AT) == 0
    assert "The mailbox could not be read" in caplog.text
    assert "word" not in caplog.text
    box.refuses, box.breaks_at = set(), None
    if trouble != "gone":
        assert collect(box.url, at=AT) == 1


def test_a_letter_that_was_read_and_not_put_away_is_read_again_and_changes_nothing(box, notices):
    box.put(report(notices[0].message_id))
    box.breaks_at = "STORE"
    assert collect(box.url, at=AT) == 0
    assert returned() == 1
    box.breaks_at = None
    assert collect(box.url, at=AT) == 1
    assert returned() == 1
    assert len(box.folders["Done"]) == 1


def test_the_job_reads_the_mailbox_that_is_set(box, notices, settings):
    settings.INCOMING_URL = ""
    tasks.collect_letters()
    assert box.heard == []
    settings.INCOMING_URL = box.url
    box.put(report(notices[0].message_id))
    tasks.collect_letters()
    assert returned() == 1
