"""The mailbox in which letters come back: looked into every minute, over IMAP (RFC 9051)."""

import imaplib
import logging
import re
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error as DatabaseProblem

from governance.notices.incoming import LARGEST, take_in

log = logging.getLogger(__name__)

# What was read, and what nobody reads, is broken or is too large.
DONE, OTHER = "Done", "Other"
SECONDS = 10
# So many in one round, well within a minute.
AT_ONCE = 100
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxTrouble(Exception):
    """The mailbox said no."""


def collect(url, *, at):
    """Read the letters in the mailbox, each in a transaction of its own; returns how many.

    A letter leaves the mailbox when what it says is kept. One that cannot be read does not hold up
    the next, and a mailbox that cannot be reached is looked into again in a minute.
    """
    try:
        with mailbox(url) as box:
            waiting = listed(box)
            for uid in waiting:
                put_away(box, uid, DONE if read(box, uid, at=at) else OTHER)
            return len(waiting)
    except (imaplib.IMAP4.error, MailboxTrouble, OSError) as error:
        log.warning("The mailbox could not be read: %s", type(error).__name__)
        return 0


@contextmanager
def mailbox(url):
    """The mailbox of the address, open."""
    parts = urlsplit(url)
    opened = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    ports = {"imaps": imaplib.IMAP4_SSL_PORT, "imap": imaplib.IMAP4_PORT}
    box = opened(parts.hostname, parts.port or ports[parts.scheme], timeout=SECONDS)
    try:
        box.login(quoted(unquote(parts.username or "")), unquote(parts.password or ""))
        for folder in (DONE, OTHER):
            box.create(folder)  # no, when it is there
        ask(box.select, quoted(unquote(parts.path.strip("/")) or "INBOX"))
        yield box
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            box.logout()


def listed(box):
    """The letters that wait, the oldest first."""
    [found] = ask(box.uid, "SEARCH", None, "UNDELETED")
    return (found or b"").split()[:AT_ONCE]


def read(box, uid, *, at):
    """Take in one letter; False when nobody reads it."""
    told = ask(box.uid, "FETCH", uid, "(RFC822.SIZE)")
    size = SIZE.search(b" ".join(part for part in told if isinstance(part, bytes)))
    if size is None or int(size[1]) > LARGEST:
        log.warning("A letter of the mailbox is too large and was not read")
        return False
    # Peeking leaves it as it is: it is marked when it has been read.
    told = ask(box.uid, "FETCH", uid, "(BODY.PEEK[])")
    raw = next((part[1] for part in told if isinstance(part, tuple)), b"")
    try:
        return take_in(raw, at=at)
    except DatabaseProblem:
        # Not the letter's fault: it stays where it is.
        raise MailboxTrouble from None
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # whatever a letter holds, the next one is read
        log.warning("A letter of the mailbox could not be read: %s", type(error).__name__)
        return False


def put_away(box, uid, folder):
    """Out of the mailbox, seen, into the folder."""
    ask(box.uid, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
    if "MOVE" in box.capabilities:
        ask(box.uid, "MOVE", uid, folder)
        return
    ask(box.uid, "COPY", uid, folder)
    ask(box.uid, "STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
    if "UIDPLUS" in box.capabilities:
        ask(box.uid, "EXPUNGE", uid)


def ask(command, *words):
    """What the mailbox answers. Raises MailboxTrouble when it says no."""
    answer, told = command(*words)
    if answer != "OK":
        raise MailboxTrouble
    return told


def quoted(word):
    """As IMAP takes a word that may hold spaces; imaplib leaves that to its caller."""
    return '"{}"'.format(word.replace("\\", r"\\").replace('"', r"\""))
