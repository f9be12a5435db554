"""The bench of letters sends what it says it does."""

import smtplib

import pytest

from bench import letters
from governance.notices.models import Notice
from tests.factories.cast import DIRECTORS
from tests.factories.meetings import in_session

pytestmark = pytest.mark.django_db


def test_the_mail_server_keeps_each_letter_and_ends_with_the_bench():
    with letters.mail_server() as port, smtplib.SMTP("127.0.0.1", port) as line:
        line.sendmail("a@example.com", ["b@example.com"], "Message-ID: <one@example.com>\n\nx")
    with pytest.raises(OSError):
        smtplib.SMTP("127.0.0.1", port)


def test_ready_made_letters_leave_none_in_the_outbox(meeting_to_write_of):
    [(sender, [reader], raw)] = letters.ready_made(1)
    assert "@" in sender + reader
    assert raw.startswith(b"Content-Type: multipart/alternative")
    assert not Notice.objects.filter(occurrence__startswith="bench").exists()


@pytest.fixture
def meeting_to_write_of(cast, now):
    in_session([cast[name].person for name in DIRECTORS], by=cast["secretary"], at=now)
