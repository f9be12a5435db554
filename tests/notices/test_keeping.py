"""Keeping: where no mail server is named, letters stay in the database as they were sent."""

import pytest
from django.core import mail

from governance.notices.delivering import deliver
from governance.notices.models import Letter, Notice
from governance.people.mail import tell_of_invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keeping(settings):
    settings.EMAIL_BACKEND = "governance.notices.keeping.Backend"


def test_a_letter_is_kept_with_its_notice_and_byte_for_byte(meeting, now, cast):
    deliver(now)
    letter = Letter.objects.get(to="ada@example.com")
    assert letter.notice == Notice.objects.get(reader=cast["ada"])
    assert letter.subject == "A meeting has been set"
    raw = bytes(letter.raw)
    # The words in two forms and the hour for a calendar, and the hour again as a file.
    assert raw.startswith(b"Content-Type: multipart/mixed;")
    assert f"Message-ID: {letter.notice.message_id}".encode() in raw
    assert f"Message-ID: {letter.notice.message_id}" in letter.headers.splitlines()
    assert letter.text.startswith("Dear Ada Example,")
    assert letter.html.startswith("<!doctype html>")


def test_a_letter_about_an_account_is_kept_without_a_notice(cast):
    tell_of_invitation(cast["stranger"], "a-one-time-link")
    letter = Letter.objects.get()
    assert letter.notice is None
    assert "a-one-time-link" in letter.text
    assert "a-one-time-link" in letter.html


def test_a_letter_in_another_hand_is_kept_too(db):
    body = "Žluťoučký kůň, und außerdem: 董事会\n" * 3
    assert mail.send_mail("Überraschung", body, "a@example.com", ["b@example.com"]) == 1
    letter = Letter.objects.get()
    assert letter.subject == "Überraschung"
    assert letter.text == body
    assert letter.html == ""


def test_keeping_tells_how_many(db):
    with mail.get_connection() as post:
        letters = [mail.EmailMessage("A", "b", to=["c@example.com"], connection=post)] * 2
        assert post.send_messages(letters) == 2
        assert post.send_messages([]) == 0
