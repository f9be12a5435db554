"""Letters that come in are handed to whichever room reads such a part."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from governance.notices import incoming

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def readers(monkeypatch):
    monkeypatch.setattr(incoming, "_READERS", {})


def letter(subtype="calendar"):
    message = EmailMessage()
    message["From"] = "ada@example.com"
    message.set_content("In words.")
    message.add_alternative("in another form", subtype=subtype)
    return message.as_bytes()


def test_a_part_goes_to_its_reader_with_the_letter_and_the_hour():
    read = []
    incoming.register("text/calendar", lambda *came: bool(read.append(came)) or True)
    assert incoming.take_in(letter(), at=AT)
    [(part, whole, at)] = read
    assert part.get_content().strip() == "in another form"
    assert (whole["From"], at) == ("ada@example.com", AT)


def test_what_nobody_reads_is_let_go():
    incoming.register("text/calendar", lambda *came: False)
    assert not incoming.take_in(letter(), at=AT)
    assert not incoming.take_in(letter("html"), at=AT)
    assert not incoming.take_in(b"\xff\x00 no letter at all", at=AT)


def test_what_a_reader_wrote_is_undone_when_it_breaks(company):
    def reader(*came):
        type(company).objects.update(name="Broken, Inc.")
        raise ZeroDivisionError

    incoming.register("text/calendar", reader)
    with pytest.raises(ZeroDivisionError):
        incoming.take_in(letter(), at=AT)
    company.refresh_from_db()
    assert company.name != "Broken, Inc."


def test_each_part_has_one_reader():
    incoming.register("text/calendar", print)
    with pytest.raises(ValueError, match="text/calendar"):
        incoming.register("text/calendar", repr)
