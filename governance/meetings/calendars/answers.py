"""Answers that people give in their own calendars, and what they change (RFC 5546, REPLY)."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from icalendar import Calendar

from governance.meetings.attending import reply, take_back_reply
from governance.meetings.models import CalendarEntry, Reply
from governance.notices import incoming
from governance.refusals import Refused

log = logging.getLogger(__name__)

# Longer than any answer; what is longer is not read.
LONGEST = 200_000
ANSWERS = ("ACCEPTED", "DECLINED", "TENTATIVE")


@dataclass(frozen=True)
class Said:
    """One answer: whose, to which event and which edition of it, when it was given, and what."""

    email: str
    uid: str
    sequence: int
    given_at: datetime
    answer: str
    # The hour that was answered; None where the letter does not say it.
    starts_at: datetime | None


def take_answer(part, letter, at):
    """Take the answer in this part of a letter; False when it is none, or nobody's.

    An answer counts for the reader to whose calendar the event was told, and who writes from their
    own address. Anything else changes nothing.
    """
    said = read(part, letter)
    if said is None:
        return False
    entry = CalendarEntry.objects.filter(
        uid=said.uid, reader__email__iexact=said.email, reader__is_active=True
    ).first()
    if entry is None:
        return False
    note(entry, said, at=at)
    return True


def read(part, letter):
    """The answer in this part of a letter, or None: strangers write what they like."""
    try:
        return parsed(part, letter)
    except Exception as error:  # whatever a parser stumbles over
        log.info("A calendar that came by letter could not be read: %s", type(error).__name__)
        return None


def parsed(part, letter):
    text = part.get_content()
    if len(text) > LONGEST or "\0" in text:
        return None
    calendar = Calendar.from_ical(text)
    if str(calendar["method"]).upper() != "REPLY":
        return None
    [event] = calendar.walk("VEVENT")
    [sender] = letter["From"].addresses
    [attendee] = listed(event["attendee"])
    email = sender.addr_spec.casefold()
    answer = attendee.params["partstat"].upper()
    if attendee.casefold() != f"mailto:{email}" or answer not in ANSWERS:
        return None
    given_at, hour = instant(event, "dtstamp"), instant(event, "dtstart")
    sequence = int(event.get("sequence", 0))
    return given_at and Said(email, str(event["uid"]), sequence, given_at, answer, hour)


def listed(values):
    """A property once or several times, as a list."""
    return values if isinstance(values, list) else [values]


def instant(event, name):
    """An hour that is the same everywhere; None for a bare day, or an hour of nobody's clock."""
    at = event.decoded(name) if name in event else None
    return at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo else None


@transaction.atomic
def note(entry, said, *, at):
    """Note an answer, if it is the latest one and about the hour that is set now.

    Of an executive session and of a guest's slot nobody keeps a list of who comes: such an answer
    is let go in silence.
    """
    entry = CalendarEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    # A clock that runs ahead does not keep later answers out.
    given_at = min(said.given_at, at)
    before = (entry.answered_sequence or 0, entry.answered_at or datetime.min.replace(tzinfo=UTC))
    if entry.meeting_id is None or (said.sequence, given_at) <= before:
        return
    if not answers_the_hour(entry, said) or answered_since(entry, given_at):
        return
    entry.answered_sequence, entry.answered_at = said.sequence, given_at
    entry.save(update_fields=["answered_sequence", "answered_at"])
    count(entry, said.answer, given_at=given_at, at=at)


def answers_the_hour(entry, said):
    """An answer to an earlier letter still holds while the hour is the same."""
    if entry.cancelled or not 0 <= said.sequence <= entry.sequence:
        return False
    to_the_latest = said.sequence == entry.sequence
    hour = said.starts_at or (entry.starts_at if to_the_latest else None)
    return hour == entry.starts_at == entry.meeting.starts_at


def answered_since(entry, given_at):
    """The reader has answered on the meeting's page after that."""
    replies = entry.meeting.replies.filter(person=entry.reader.person_id)
    return replies.filter(answered_at__gt=given_at).exists()


def count(entry, answer, *, given_at, at):
    """What was answered, as the meeting's page has it; what is refused there is refused here."""
    meeting, reader = entry.meeting, entry.reader
    stands = meeting.replies.filter(person=reader.person_id).first()
    try:
        if answer == "TENTATIVE":
            take_back_reply(meeting, by=reader, at=at)
        else:
            told = Reply.Answer.ABSENT if answer == "DECLINED" else coming(meeting, stands)
            reply(meeting, answer=told, by=reader, at=at, given_at=given_at)
    except Refused as refusal:
        log.info("An answer by letter was refused: %s", refusal)


def coming(meeting, stands):
    """Accepting says that one comes, and not how: as was said before, or as the meeting is held."""
    if stands and stands.answer != Reply.Answer.ABSENT:
        return stands.answer
    if meeting.place:
        return Reply.Answer.IN_PERSON
    return Reply.Answer.VIDEO if "://" in meeting.dial_in else Reply.Answer.TELEPHONE


incoming.register("text/calendar", take_answer)
