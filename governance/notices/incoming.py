"""Letters that come in: an answer to an invitation, a letter that was returned.

A room says which part of a letter it reads; what nobody reads is let go. No letter is kept.
"""

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.db import transaction

# A letter that was returned, or an answer, is a few kilobytes; nothing larger is looked at.
LARGEST = 1 << 20

# Reads one part of a letter, of one content type; False when it is none of its business.
Reader = Callable[[EmailMessage, EmailMessage, datetime], bool]

_READERS: dict[str, Reader] = {}


def register(content_type: str, reader: Reader):
    """Make known who reads parts of this content type; there is one reader of each."""
    if _READERS.setdefault(content_type, reader) is not reader:
        raise ValueError(f"Parts of the type “{content_type}” are read already.")


@transaction.atomic
def take_in(raw: bytes, *, at: datetime) -> bool:
    """Hand the parts of one letter to who reads them; False when nobody does.

    `reader(part, letter, at)` gets the part, the whole letter, and the instant at which it came.
    A letter may come twice, when it was read and could not be put away: then nothing changes.
    """
    letter = message_from_bytes(raw, policy=policy.default)
    for part in letter.walk():
        reader = _READERS.get(part.get_content_type())
        if reader and reader(part, letter, at):
            return True
    return False
