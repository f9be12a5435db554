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


@pytest.mark.parametrize("ready", [True, False])
def test_the_bare_loop_leaves_none_in_the_outbox(ready, meeting_to_write_of):
    with letters.mail_server() as port:
        assert letters.sent_by_a_loop(3, port, ready=ready) > 0
    assert not Notice.objects.filter(occurrence__startswith="bench").exists()


@pytest.fixture
def meeting_to_write_of(cast, now):
    in_session([cast[name].person for name in DIRECTORS], by=cast["secretary"], at=now)
