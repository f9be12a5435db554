"""Telling: who is to be told of what is written down, and the worker is woken."""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import Q

from governance.notices import kinds
from governance.notices.kinds import Kind
from governance.notices.models import UNCLAIMED, Notice, NoticeState, Preference

log = logging.getLogger(__name__)

# Rows in one statement.
MOST_AT_ONCE = 2_000


@dataclass(frozen=True)
class Telling:
    """These readers are to be told of this occurrence of this."""

    kind: Kind
    subject: Any
    readers: Iterable
    occurrence: str
    by: Any = None

    @property
    def told(self):
        """Each reader once; whoever did it is not told of it."""
        by = self.by and self.by.pk
        return {reader.pk: reader for reader in self.readers if reader.pk != by}


def tell(kind, subject, *, readers, occurrence, by=None):
    """Write down that each reader is to be told of this occurrence, once, and wake the worker.

    Writing the same occurrence again changes nothing, nor does what happens again in a quiet
    period: the first letter still waits, and leads to what is so when it is opened. It belongs to
    the caller's transaction: what is rolled back is told to nobody.
    """
    tell_all([Telling(kind, subject, readers, occurrence, by)])


def tell_all(tellings):
    """The same for any number at once."""
    found = [(one, reader) for one in tellings for reader in one.told.values()]
    if not found:
        return
    wishes = {one.reader_id: one for one in Preference.objects.filter(reader__in=keys_of(found))}
    notices = [write_down(one, reader, wishes.get(reader.pk)) for one, reader in found]
    # In one order, so that two who tell the same readers at once wait for each other only once.
    notices.sort(key=lambda notice: (notice.kind, notice.subject_id, notice.reader_id))
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=MOST_AT_ONCE)
    transaction.on_commit(ring, robust=True)


def keys_of(found):
    return {reader.pk for _, reader in found}


def write_down(telling, reader, wish):
    """One notice, as its kind and its reader's preference have it."""
    kind = telling.kind
    notice = Notice.of(kind, telling.subject, reader, telling.occurrence)
    if wish:
        notice.state = wish.state_of(kind)
    if kind.quiet:
        notice.quiet = True
        notice.next_try_at = notice.created_at + timedelta(minutes=kind.quiet)
    return notice


def take_back(subject, *, all_kinds=False):
    """What still waits for more of the same about this is not sent: a draft was adopted.

    Nor is what waits no longer and could not be handed over yet, as the mail server was away; of
    `all_kinds` when nothing holds any more that was written about it: the meeting is cancelled.
    """
    gathers = [kind.name for kind in kinds.every() if kind.quiet or all_kinds]
    about_it = Notice.objects.filter(
        subject_label=subject._meta.label_lower, subject_id=subject.pk, state__in=UNCLAIMED
    )
    waiting = about_it.filter(Q(quiet=True) | Q(kind__in=gathers, state=NoticeState.QUEUED))
    waiting.update(state=NoticeState.WITHHELD, quiet=False)


def ring():
    """Wake the worker. Nobody waits for the bell: a page answers while it is rung."""
    threading.Thread(target=pull, name="bell", daemon=True).start()


def pull():
    """Ring the bell once. If the broker is gone, the next round of the schedule delivers."""
    try:
        current_app.send_task(
            "governance.notices.tasks.deliver_notices", expires=25, retry=False, ignore_result=True
        )
    except Exception as error:  # each broker raises errors of its own, and none of them matters
        log.warning("The bell was not heard: %s", type(error).__name__)
