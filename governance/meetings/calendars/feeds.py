"""The private address at which somebody's calendar program reads their meetings."""

import hashlib
import secrets
import uuid

from django.db import transaction

from governance.meetings.calendars.events import feed
from governance.meetings.calendars.knowing import events_of
from governance.meetings.models import CalendarFeed
from governance.people.models import User


def digest_of(token):
    """What is kept of an address: enough to know it again, too little to write it down."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(*, by, at):
    """Make the reader's own address; one that they had before ends with it. Returns its token."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.visible_to(by).update_or_create(
        reader=by, defaults={"digest": digest_of(token), "made_at": at}
    )
    return token


def end_feed(*, by):
    """From now on the reader's address leads nowhere."""
    CalendarFeed.objects.visible_to(by).delete()


def read_feed(token, *, company, now):
    """The calendar at an address, or None for one that leads nowhere, or leads there no more.

    An address that nobody has is asked the same questions as one that somebody has (access rule
    1). Whoever has lost every part in the company's meetings reads an empty calendar: a program
    that is told so forgets what it had, and one that finds nothing keeps it.
    """
    found = CalendarFeed.objects.at_address(digest_of(token)).select_related("reader").first()
    # Somebody who stands for nobody where the address is no one's.
    reader = found.reader if found else User(pk=uuid.uuid4(), person_id=uuid.uuid4())
    told = feed(events_of(reader, now), reader=reader, company=company)
    return told if found else None
