"""Letters as mail programs get them, read by the libraries that programs are made of."""

from email import message_from_bytes, policy

import pytest
from icalendar import Calendar

from governance.notices.delivering import deliver
from governance.notices.models import Notice


def parts_of(sent, content_type):
    letter = message_from_bytes(sent.message().as_bytes(linesep="\r\n"), policy=policy.default)
    return [part for part in letter.walk() if part.get_content_type() == content_type]


def calendar_in(sent):
    """The text of the calendar's part, or nothing."""
    found = parts_of(sent, "text/calendar")
    return found[0].get_content() if found else ""


def event_in(sent):
    [event] = Calendar.from_ical(calendar_in(sent)).walk("VEVENT")
    return event


def method_in(sent):
    return str(Calendar.from_ical(calendar_in(sent))["method"])


@pytest.fixture
def post(mailoutbox):
    """Deliver what waits; the letters to one reader since the last time, with a calendar."""

    def delivered(user, at):
        mailoutbox.clear()
        while deliver(at):
            pass
        assert not Notice.objects.filter(state="failed").exists()
        return [one for one in mailoutbox if one.to == [user.email] and calendar_in(one)]

    return delivered
