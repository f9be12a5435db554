"""Letters: the words are kept beside the tests; they say that something waits, never what it is.

UPDATE_SAVED=1 writes the saved copies anew; read the difference before it is committed.
"""

import os
import re
import uuid
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.utils.html import strip_tags

from governance.meetings.calendars import inviting
from governance.meetings.operations import add_item
from governance.notices import inbox, kinds, wishes
from governance.notices.delivering import deliver
from governance.notices.letters import write
from governance.notices.models import DAILY_LETTERS, Notice
from governance.people.models import Person, User
from governance.provisions import PROVISIONS
from governance.records.models import Company

SAVED = Path(__file__).with_name("saved")
EVERY = pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.template)
BOUNDARY = "the-letter-twice"
READER = uuid.UUID("5f0c1e6a-2d4b-4c3a-9e8f-0000000000ad")


LESS = "https://portal.example.com/letters/less/"


@pytest.fixture(autouse=True)
def portal(settings, monkeypatch):
    """The same every time: the portal's address, its key, how many things wait, and an hour that
    is another one."""
    settings.PORTAL_URL = "https://portal.example.com"
    settings.SECRET_KEY = "a key for saved letters alone"
    monkeypatch.setattr(inviting, "is_behind", lambda notice: True)
    monkeypatch.setattr(inbox, "known", lambda rows, reader: ["one", "another", "a third"])


def letter_of(kind):
    """The letter of a kind as it leaves the house, to one reader at one instant."""
    reader = User(
        pk=READER,
        email="ada.example@example.com",
        person=Person(given_name="Ada", family_name="O'Example"),
    )
    key = uuid.UUID("5f0c1e6a-2d4b-4c3a-9e8f-000000000001")
    notice = Notice(pk=key, kind=kind.name, reader=reader, message_id=f"<{key}@portal.example.com>")
    letter = write(
        notice,
        company=Company(name="Quillon & Byrd, Inc."),
        now=datetime(2026, 11, 24, 17, 0, tzinfo=UTC),
    ).message()
    letter.set_boundary(BOUNDARY)
    return letter.as_bytes()


def parts_of(kind):
    letter = message_from_bytes(letter_of(kind), policy=policy.default)
    text, html = (letter.get_body((subtype,)).get_content() for subtype in ("plain", "html"))
    return letter, text, html


def in_one_line(text):
    return " ".join(text.split())


def test_the_house_writes_these_letters():
    assert [kind.name for kind in kinds.every() if kind.label in ("meetings", "decisions")] == [
        "consent_circulated",
        "consent_ended",
        "consent_in_effect",
        "consent_objected",
        "consent_waits",
        "interest_asked",
        "result_declared",
        "vote_opened",
        "vote_waits",
        "action_due",
        "action_entered",
        "action_late",
        "agenda_changed",
        "closed_request_submitted",
        "closed_request_waits",
        "entry_withdrawn",
        "guest_invited",
        "meeting_cancelled",
        "meeting_noticed",
        "meeting_place_changed",
        "meeting_rescheduled",
        "meeting_scheduled",
        "notice_due",
        "quarter_missed",
        "quarter_unplanned",
        "request_answered",
        "request_submitted",
        "request_waits",
        "session_cancelled",
        "session_moved",
        "session_place_changed",
        "session_presider_needed",
        "session_ready",
        "session_set",
        "slot_moved",
    ]


@EVERY
def test_a_letter_reads_like_its_saved_copy(kind):
    saved = SAVED / f"{kind.label}-{kind.name}.eml"
    written = letter_of(kind)
    if os.environ.get("UPDATE_SAVED") == "1":
        saved.parent.mkdir(exist_ok=True)
        saved.write_bytes(written)
    assert written.decode() == saved.read_bytes().decode()


def test_every_saved_copy_is_of_a_letter_that_is_still_written():
    written = {f"{kind.label}-{kind.name}.eml" for kind in kinds.every()}
    assert {path.name for path in SAVED.iterdir()} == written


@EVERY
def test_a_letter_has_one_link_and_loads_nothing(kind):
    _, text, html = parts_of(kind)
    link = "https://portal.example.com/letters/5f0c1e6a-2d4b-4c3a-9e8f-000000000001/"
    assert re.findall(r"https?://\S+", text) == [link]
    assert re.findall(r"https?://[^\"\s<]+", html) == [link]
    assert re.findall(r"<(?:a|form)\b", html) == ["<a"]
    assert not re.search(r"<(?:img|script|link|iframe)\b|\bsrc=|url\(|@import", html)


@EVERY
def test_text_and_html_say_the_same(kind):
    letter, text, html = parts_of(kind)
    body = in_one_line(strip_tags(html.partition("<body")[2].partition(">")[2]))
    said = in_one_line(text)
    words = said.partition("O'Example, ")[2].partition(" Open it in the portal")[0]
    assert len(words.split()) > 8
    for part in (words, letter["Subject"], "Its letters say that something waits for you"):
        assert part in body.replace("&#x27;", "'").replace("&amp;", "&")
    assert "Quillon & Byrd, Inc." in said
    assert "Quillon &amp; Byrd, Inc." in html


@EVERY
def test_a_letter_says_who_wrote_it_and_that_nobody_did(kind):
    letter, _, _ = parts_of(kind)
    assert letter["Subject"] == kind.subject
    assert letter["To"] == "ada.example@example.com"
    assert letter["Date"] == "Tue, 24 Nov 2026 17:00:00 +0000"
    assert letter["Message-ID"] == "<5f0c1e6a-2d4b-4c3a-9e8f-000000000001@portal.example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"


@EVERY
def test_what_is_no_legal_notice_offers_fewer_letters_by_one_click(kind):
    letter, _, _ = parts_of(kind)
    if kind.legal:
        assert "List-Unsubscribe" not in letter
        return
    address = letter["List-Unsubscribe"].strip()
    assert address.startswith(f"<{LESS}") and address.endswith("/>")
    assert wishes.signer().unsign(address[len(LESS) + 1 : -2]) == READER.hex
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@EVERY
def test_a_letter_is_read_as_plain_text(kind):
    _, text, _ = parts_of(kind)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert not re.search(r"[<>{}]|&\w+;", text.partition("--")[0])


@EVERY
def test_a_kind_is_well_declared(kind):
    assert 2 <= len(kind.subject.split()) <= 8
    assert kind.provision in PROVISIONS
    assert callable(kind.link)
    assert 2 <= len(kind.line.split()) <= 12
    assert len(kind.name) <= 60


@pytest.mark.parametrize(
    "kind",
    # A letter of the day is like every other letter of the day, whatever was gathered in it.
    [kind for kind in kinds.every() if kind.sealed and kind.name not in DAILY_LETTERS],
    ids=lambda kind: kind.name,
)
def test_a_sealed_letter_cannot_be_told_from_an_ordinary_one(kind):
    ordinary = [letter_of(other) for other in kinds.every() if not other.sealed]
    assert letter_of(kind) in ordinary


def test_no_two_kinds_are_called_the_same():
    taken = kinds.every()[0]
    with pytest.raises(ValueError, match="already"):
        kinds.register(kinds.Kind(taken.name, "elsewhere", subject="Something else"))
    assert kinds.register(taken) is taken


def test_nobody_declares_what_is_not_there():
    with pytest.raises(LookupError, match="No letter is called “nothing”"):
        kinds.find("nothing")


@pytest.mark.django_db
def test_nothing_of_the_matter_is_in_any_letter(session, cast, now, mailoutbox):
    meeting, canary = session.meeting, "CANARY-7f3a"
    add_item(meeting, title=f"{canary} title", by=cast["secretary"], at=now)
    session.write_sealed(matters=f"{canary} matters")
    type(meeting).objects.filter(pk=meeting.pk).update(
        name=f"{canary} name", place=f"{canary} place", dial_in=f"{canary} line"
    )
    deliver(now)
    sent = [
        message_from_bytes(one.message().as_bytes(), policy=policy.default) for one in mailoutbox
    ]
    assert len(sent) == 5
    for letter in sent:
        parts = {part.get_content_type(): str(part.get_content()) for part in leaves(letter)}
        calendar = parts.pop("text/calendar").replace("\r\n ", "")
        assert parts.pop("application/ics")
        # Whoever comes is told where to, in the calendar; of what it is about nothing anywhere.
        assert calendar.count(canary) == 2
        assert f"{canary} place" in calendar and f"{canary} line" in calendar
        written = "".join([*map(str, letter.items()), *parts.values()])
        assert canary not in written
        for word in ("session", "independent", "executive", "Board meeting", "regular"):
            assert word.lower() not in (written + calendar).lower()
        assert str(meeting.pk) not in written + calendar
        assert str(session.pk) not in written + calendar


def leaves(letter):
    return [part for part in letter.walk() if not part.is_multipart()]
