"""A letter that comes back is noted by its code, whoever reports it, and nothing else is kept."""

import io
import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from governance.notices import incoming
from governance.notices.delivering import deliver, send_again
from governance.notices.incoming import LARGEST, take_in
from governance.notices.management.commands import take_letter
from governance.notices.models import Notice

pytestmark = pytest.mark.django_db

REPORT = """\
From: mailer-daemon@mail.example.com
To: board@example.com
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

I am sorry to tell you that nobody of that name is here.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com
{envelope}
Final-Recipient: rfc822; ada@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 Ada has moved to Invented Street 1

--edge
Content-Type: {returned}

{headers}

--edge--
"""


def report(
    message_id="", *, envelope="", action="failed", status="5.1.1", returned="text/rfc822-headers"
):
    headers = f"From: board@example.com\nMessage-ID: {message_id}\nTo: ada@example.com"
    envelope = f"Original-Envelope-Id: {envelope}\n" if envelope else ""
    said = REPORT.format(
        envelope=envelope, action=action, status=status, returned=returned, headers=headers
    )
    return said.replace("\n", "\r\n").encode()


@pytest.fixture
def notice(meeting, cast, now, mailoutbox):
    """Ada was written to."""
    Notice.objects.exclude(reader=cast["ada"]).delete()
    deliver(now)
    return Notice.objects.get(state="sent")


def facts(notice):
    notice.refresh_from_db()
    return notice.state, notice.error


CAME_BACK = ("returned", "The letter came back: 5.1.1")


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_with_the_headers_names_the_letter(returned, notice, now):
    assert take_in(report(notice.message_id, returned=returned), at=now)
    assert facts(notice) == CAME_BACK
    assert notice.sent_at == now


def test_a_report_with_our_own_name_of_the_envelope_names_it_too(notice, now):
    assert take_in(report(envelope=notice.message_id.strip("<>")), at=now)
    assert facts(notice) == CAME_BACK


def test_headers_may_hold_any_bytes(notice, now):
    raw = report(notice.message_id, returned="message/rfc822")
    assert take_in(raw.replace(b"To: ada", b"Subject: \xff\xfe\r\nTo: ada"), at=now)
    assert facts(notice) == CAME_BACK


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_letter_that_is_late_or_has_arrived_has_not_come_back(action, notice, now):
    assert take_in(report(notice.message_id, action=action, status="4.4.1"), at=now)
    assert facts(notice) == ("sent", "")


@pytest.mark.parametrize(
    "status, told",
    [
        ("4.4.7 (gave up)", "The letter came back: 4.4.7"),
        ("Ada has moved to Invented Street 1", "The letter came back."),
    ],
)
def test_of_what_a_report_says_only_the_code_is_kept(status, told, notice, now):
    take_in(report(notice.message_id, status=status), at=now)
    assert facts(notice) == ("returned", told)


def test_a_report_may_come_twice_or_before_it_is_known_that_the_letter_left(notice, now):
    Notice.objects.update(state="returned", error="x")
    Notice.objects.update(state="queued", sent_at=None, claimed_at=None, error="")
    Notice.objects.update(state="sending", claimed_at=now)
    for _ in range(2):
        assert take_in(report(notice.message_id), at=now)
        assert facts(notice) == CAME_BACK
    assert notice.sent_at == now


def test_a_letter_that_came_back_is_sent_again_under_its_name(notice, now, cast, mailoutbox):
    take_in(report(notice.message_id), at=now)
    later = now + timedelta(hours=1)
    send_again(notice, by=cast["secretary"], at=later)
    deliver(later)
    assert facts(notice) == ("sent", "")
    assert notice.sent_at == later
    assert {letter.extra_headers["Message-ID"] for letter in mailoutbox} == {notice.message_id}
    assert len(mailoutbox) == 2


def test_one_that_is_on_its_way_again_stays_so(notice, now, cast):
    take_in(report(notice.message_id), at=now)
    send_again(notice, by=cast["secretary"], at=now)
    assert take_in(report(notice.message_id), at=now)
    assert facts(notice) == ("queued", "")


def test_a_sealed_letter_that_came_back_is_seen_by_nobody(session, now, cast, mailoutbox):
    deliver(now)
    sealed = Notice.objects.filter(kind="session_set").first()
    take_in(report(sealed.message_id), at=now)
    assert facts(sealed) == CAME_BACK
    seen = Notice.objects.visible_to(cast["secretary"]).ordinary()
    assert not seen.undelivered(now).exists()


def test_letters_of_others_change_nothing(notice, now):
    assert take_in(report("<somebody@else.example>"), at=now)
    assert not take_in(report("<somebody@else.example>", action="delayed"), at=now)
    assert facts(notice) == ("sent", "")


@given(start=st.integers(0, 1200), length=st.integers(0, 40), put=st.binary(max_size=20))
@runs(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_report_neither_breaks_nor_moves_another_letter(start, length, put, notice, now):
    raw = report("<somebody@else.example>", envelope="other@else.example")
    take_in(raw[:start] + put + raw[start + length :], at=now)
    assert facts(notice) == ("sent", "")


# From a mail server, through standard input


def piped(raw, monkeypatch):
    monkeypatch.setattr(take_letter.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    try:
        call_command("take_letter")
    except CommandError as error:
        return error.returncode
    return os.EX_OK


def test_a_mail_server_hands_a_letter_to_the_command(notice, monkeypatch):
    assert piped(report(notice.message_id), monkeypatch) == os.EX_OK
    assert facts(notice) == CAME_BACK


def test_what_concerns_nobody_here_is_not_sent_back(notice, monkeypatch):
    assert piped(b"Subject: hello\r\n\r\nhello", monkeypatch) == os.EX_OK
    assert piped(b"", monkeypatch) == os.EX_OK


@pytest.mark.parametrize(
    "trouble, code", [(OperationalError, os.EX_TEMPFAIL), (ValueError, os.EX_SOFTWARE)]
)
def test_the_code_says_whether_to_bring_it_again(trouble, code, notice, monkeypatch):
    def broken(*came):
        raise trouble("Ada has moved")

    monkeypatch.setattr(incoming, "_READERS", {"message/delivery-status": broken})
    assert piped(report(notice.message_id), monkeypatch) == code


def test_a_letter_that_is_too_large_is_refused(notice, monkeypatch):
    raw = report(notice.message_id)
    assert piped(raw + b" " * (LARGEST - len(raw) + 1), monkeypatch) == os.EX_DATAERR
    assert facts(notice) == ("sent", "")
