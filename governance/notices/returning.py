"""Letters that came back: what a mail server says of a letter that it took and cannot deliver."""

import re

from django.db.models import F
from django.db.models.functions import Coalesce

from governance.notices.models import Notice, NoticeState

# Delivery reports (RFC 3464) name the letter by what we gave it on its way, or give its headers.
REPORT = "message/delivery-status"
HEADERS = ("text/rfc822-headers", "message/rfc822", "message/global", "message/global-headers")
MESSAGE_ID = re.compile(rb"^message-id:\s*(<[!-~]{1,198}>)", re.IGNORECASE | re.MULTILINE)
# An enhanced status code (RFC 3463); nothing else of the report is kept.
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def read_report(part, letter, at):
    """Note of each letter that the report names that it came back, and with which code.

    A report that a letter is late, or has arrived, changes nothing.
    """
    fields = [block for block in part.walk() if block is not part]
    named = {*envelope_ids(fields), *returned_ids(letter)}
    failed = [block for block in fields if said(block, "Action").lower() == "failed"]
    if failed:
        note_return(named, status=next(filter(None, map(status_of, failed)), ""))
    return bool(failed) or Notice.objects.filter(message_id__in=named).exists()


def note_return(message_ids, *, status):
    """The letters of these names came back: the mail server had taken them.

    One that is queued again meanwhile is on its way under the same name, and stays so.
    """
    told = f"The letter came back: {status}" if status else "The letter came back."
    left = [NoticeState.SENT, NoticeState.SENDING]
    Notice.objects.filter(message_id__in=message_ids, state__in=left).update(
        state=NoticeState.RETURNED, error=told, sent_at=Coalesce(F("sent_at"), F("claimed_at"))
    )


def envelope_ids(fields):
    """What we called the letter on its envelope, where the mail server gives that back."""
    for block in fields:
        if name := said(block, "Original-Envelope-Id"):
            yield f"<{name}>"


def returned_ids(letter):
    """The Message-ID in the headers that came back."""
    for part in letter.walk():
        if part.get_content_type() in HEADERS:
            # As they came: whatever else a letter holds does not matter here.
            raw = part.as_bytes(policy=part.policy.clone(refold_source="none"))
            yield from (name.decode() for name in MESSAGE_ID.findall(raw)[:1])


def status_of(block):
    found = STATUS.search(said(block, "Status"))
    return found[0] if found else ""


def said(block, name):
    return str(block.get(name, "")).strip()
