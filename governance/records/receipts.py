"""Receipts: what somebody bound themselves to, so that it can be shown and checked later (C12).

A receipt names who, when, which exact text, in which words it was meant, and how and in which
session they had signed in. Its fingerprint is printed; `manage.py verify_receipt` works it out
anew from the record and compares.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID


@dataclass(frozen=True)
class Receipt:
    """One binding act, in the order in which the receipt prints it."""

    key: UUID
    what: str
    who: str
    # The key of the person: names change, and a receipt does not.
    person: UUID
    at: str
    statement: str
    method: str
    session: str
    text: str
    # What was bound when it was signed: SHA-256 of the text as it stood.
    text_digest: str
    # Said beside it, and no part of what was signed: that it was taken back since.
    since: str = ""

    @property
    def fingerprint(self):
        """SHA-256 of everything that the receipt says."""
        told = (
            str(self.key),
            self.what,
            str(self.person),
            self.at,
            self.statement,
            self.method,
            self.session,
            self.text_digest,
        )
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    @property
    def text_is_intact(self):
        """The text in the record is the one that was bound."""
        return hashlib.sha256(self.text.encode()).hexdigest() == self.text_digest


Find = Callable[[UUID], Receipt | None]
_KINDS: list[Find] = []


def register(find: Find) -> Find:
    """Let the receipts of a room be found by their key."""
    if find not in _KINDS:
        _KINDS.append(find)
    return find


def find_receipt(key: UUID) -> Receipt | None:
    """The receipt of that key, of whichever room; None when there is none."""
    return next((receipt for find in _KINDS if (receipt := find(key)) is not None), None)


def instant(at: datetime) -> str:
    """An instant as a receipt says it: alike whichever clock it was read from."""
    return at.astimezone(UTC).isoformat()


def session_of(request) -> str:
    """What a receipt keeps of the session: a digest that opens nothing."""
    key = request.session.session_key or ""
    return hashlib.sha256(b"boardroom session" + key.encode()).hexdigest() if key else ""


def printed(receipt):
    """What lets a receipt be checked later: its number, and its fingerprint (C12)."""
    session = [{"label": "Session", "value": receipt.session, "figures": True}]
    return [
        *(session if receipt.session else []),
        {"label": "Number", "value": receipt.key},
        {"label": "Fingerprint of the receipt", "value": receipt.fingerprint, "figures": True},
    ]
