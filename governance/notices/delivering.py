"""Delivering what waits: claimed one letter at a time, handed over, and settled."""

import logging
from contextlib import suppress
from datetime import timedelta
from random import Random
from time import monotonic

from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.conf import settings
from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Q

from governance.notices import claiming
from governance.notices.letters import tell_calendar, write
from governance.notices.models import Notice, NoticeState
from governance.notices.operations import ring
from governance.notices.post import Outcome, hand_over
from governance.records.models import Company
from governance.refusals import Refused

log = logging.getLogger(__name__)

# Minutes until the next try: after the first, the second, the third; the last for all that follow.
BACK_OFF = (1, 5, 15, 60)
# Up to this much longer, so that what was refused together does not come again together.
JITTER = 0.25
# About a day of trying.
MOST_ATTEMPTS = 26


def deliver(now, limit=20, until=None):
    """Send the letters that are due, over one line. Returns how many were taken up.

    One letter at a time is claimed, committed, and handed over: whatever ends a worker in between
    leaves one letter in doubt, and any number of workers may do this at once. What became of a
    letter is noted in the transaction that claims the next. `until` is an instant of `monotonic`.
    """
    company = Company.current()
    taken, post = 0, get_connection()
    notice = claim(now)
    try:
        while notice:
            taken += 1
            outcome = send(notice, post, company=company, now=now)
            in_time = until is None or monotonic() < until
            more = outcome.goes_on and taken < limit and in_time
            notice = settle_and_claim(notice, outcome, now=now, more=more)
    finally:
        # Nothing depends on the last word over a line.
        with suppress(OSError):
            post.close()
    return taken


@transaction.atomic(durable=True)
def claim(now):
    """Take the oldest letter that is due and that no other worker is taking, or None."""
    return claiming.take(now)


@transaction.atomic(durable=True)
def settle_and_claim(notice, outcome, *, now, more):
    """Note how a letter went and take the next one: one commit for each letter."""
    settle(notice, outcome, now=now)
    return claiming.take(now) if more else None


def send(notice, post, *, company, now):
    """Write one claimed letter and hand it over; how it went.

    A worker that is told to stop leaves a letter as it is known to be: not yet handed over, and so
    to be tried again, or in doubt.
    """
    try:
        letter = prepare(notice, company=company, now=now)
    except SoftTimeLimitExceeded:
        stopped = Outcome(NoticeState.QUEUED, "The worker was told to stop.")
        settle(notice, stopped, now=now)
        raise
    except (OperationalError, InterfaceError):
        # Nothing was handed over, and the letter is not to blame: it waits for another try.
        return Outcome(NoticeState.QUEUED, "The database was not reached.", goes_on=False)
    except Exception as error:  # a letter that cannot be written does not hold up the others
        log.exception("Letter %s could not be written", notice.pk)
        told = f"The letter could not be written: {type(error).__name__}"
        return Outcome(NoticeState.FAILED, told)
    if letter is None:
        return Outcome(NoticeState.WITHHELD)
    try:
        return hand_over(post, letter)
    except SoftTimeLimitExceeded:
        told = "The worker was told to stop before the mail server answered."
        settle(notice, Outcome(NoticeState.SENDING, told), now=now)
        raise


def prepare(notice, *, company, now):
    """The letter, ready to go; None when its reader may not know of the matter any more."""
    subject = subject_of(notice, notice.reader)
    if subject is None:
        return None
    letter = write(notice, company=company, now=now)
    if letter is None:
        return None
    tell_calendar(letter, notice, subject, company=company, now=now)
    # Whoever cannot deliver it writes to the envelope's sender, who is read (RFC 5321).
    letter.extra_headers["From"] = letter.from_email
    letter.from_email = settings.RETURN_ADDRESS
    # What makes a letter impossible is found before the mail server sees it, and made once.
    made = letter.message()
    letter.message = lambda: made
    return letter


def subject_of(notice, reader):
    """What the notice speaks of, if the reader may know of it at this moment; or None."""
    if not reader.is_active:
        return None
    model = apps.get_model(notice.subject_label)
    return model._default_manager.visible_to(reader).filter(pk=notice.subject_id).first()


def settle(notice, outcome, *, now):
    """Note how the letter went, unless somebody else has taken it up meanwhile."""
    state, next_try_at = outcome.state, None
    if state == NoticeState.QUEUED:
        if notice.attempts >= MOST_ATTEMPTS:
            state = NoticeState.FAILED
        else:
            next_try_at = next_try(notice, now)
    claiming.note(notice, state=state, error=outcome.error, now=now, next_try_at=next_try_at)


def next_try(notice, now):
    """When the letter is tried again: later each time, and for about a day."""
    minutes = BACK_OFF[min(notice.attempts, len(BACK_OFF)) - 1]
    # By the letter and the attempt, so that the same is worked out whoever does it.
    share = Random(f"{notice.pk} {notice.attempts}").random()
    return now + timedelta(minutes=minutes) * (1 + JITTER * share)


@transaction.atomic
def send_again(notice, *, by, at):
    """The Corporate Secretary has a letter sent again that failed, came back or is in doubt.

    It goes under its original Message-ID, by which a mailbox that has it knows the copy.
    """
    if not by.is_secretary:
        raise Refused("Only the Corporate Secretary has a letter sent again.", code="not_yours")
    mine = Notice.objects.visible_to(by).ordinary().select_for_update(of=("self",))
    locked = mine.get(pk=notice.pk)
    if not Notice.objects.undelivered(at).filter(pk=locked.pk).exists():
        raise Refused("This letter is on its way, has arrived, or is withheld.", code="stale")
    locked.state, locked.claimed_at, locked.next_try_at = NoticeState.QUEUED, None, None
    locked.attempts, locked.doubts, locked.error, locked.sent_at = 0, 0, "", None
    locked.save()
    transaction.on_commit(ring, robust=True)
    return locked


def queue_depth():
    """How much waits, is being handed over, or failed, for whoever keeps the machine running.

    Ordinary letters only: a number must not tell that something sealed is going on. All letters
    share one queue, so these numbers show its state.
    """
    counted = {
        state.value: Count("pk", filter=Q(state=state))
        for state in (NoticeState.QUEUED, NoticeState.SENDING, NoticeState.FAILED)
    }
    return Notice.objects.ordinary().aggregate(**counted)
