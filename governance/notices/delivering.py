"""Delivering what waits: leased together, claimed one by one, handed over, and settled."""

import logging
from collections import defaultdict, deque
from contextlib import suppress
from datetime import timedelta
from random import Random
from time import monotonic

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Q

from governance.notices import claiming
from governance.notices.inbox import through
from governance.notices.letters import tell_calendar, write
from governance.notices.models import Notice, NoticeState
from governance.notices.operations import ring
from governance.notices.post import Outcome, Ready, hand_over, make_ready, reach, stands
from governance.records.models import Company
from governance.refusals import Refused

log = logging.getLogger(__name__)

# Minutes until the next try: after the first, the second, the third; the last for all that follow.
BACK_OFF = (1, 5, 15, 60)
# Up to this much longer, so that what was refused together does not come again together.
JITTER = 0.25
# About a day of trying.
MOST_ATTEMPTS = 26
# So many seconds after they were leased nothing is handed over any more on what the doors said
# then; what is left is leased, and asked for, anew.
FRESH = 1.0


def deliver(now, limit=20, until=None):
    """Send the letters that are due, over one line. Returns how many were taken up.

    Letters are leased together and claimed one at a time, each committed before it is handed over:
    whatever ends a worker leaves one letter in doubt, and any number of workers may do this at
    once. `until` is an instant of `monotonic`.
    """
    taken, post = 0, get_connection()
    company = Company.current()
    try:
        while taken < limit and (held := claiming.lease(now, limit - taken)):
            batch = Batch(held, post=post, company=company, now=now, until=until)
            batch.go()
            taken += batch.taken
            if not batch.goes_on:
                break
    finally:
        # Nothing depends on the last word over a line.
        with suppress(OSError):
            post.close()
    return taken


class Batch:
    """The letters of one lease, handed over one by one while what was asked for them is fresh."""

    def __init__(self, held, *, post, company, now, until=None):
        self.rest, self.doors = deque(held), Doors(held)
        self.post, self.company, self.now, self.until = post, company, now, until
        self.taken, self.goes_on = 0, True
        # What became of the letter before, until it is noted.
        self.settled = None
        # The next letter, by its key, as far as it is written.
        self.ahead: dict = {}

    def go(self):
        began = monotonic()
        try:
            # First of all: to open a line may take longer than what the doors say holds.
            if lost := reach(self.post):
                self.take_up(self.rest.popleft(), lost)
            while self.rest and self.goes_on and stands(self.post):
                at = monotonic()
                self.goes_on = self.until is None or at < self.until
                if not self.goes_on or at >= began + FRESH:
                    break
                self.take_up(self.rest.popleft())
        finally:
            if self.settled:
                self.note(None)
            if self.rest:
                claiming.release(self.rest)

    def take_up(self, notice, outcome=None):
        if not self.note(notice):
            return  # taken back, or another worker has it
        self.taken += 1
        outcome = outcome or send(notice, self)
        self.settled = facts_of(notice, outcome, now=self.now)
        self.goes_on = outcome.goes_on

    def prepare_ahead(self):
        """Write more of the next letter while the server thinks, which it does twice for a letter;
        what goes wrong will go wrong again."""
        if not self.rest:
            return
        following = self.rest[0]
        try:
            if following.pk not in self.ahead:
                self.ahead[following.pk] = written(following, self)
            else:
                self.ahead[following.pk] = made_ready(self.ahead[following.pk])
        except SoftTimeLimitExceeded:
            raise
        except Exception:  # said when the letter's own turn comes
            log.debug("A letter could not be written ahead")

    def note(self, following):
        """What became of the letter before, and that the next one is being handed over.

        The answer of the mail server is not lost with the line over which it was to be noted.
        """
        try:
            begun = claiming.settle_and_begin(self.settled, following, now=self.now)
        except (OperationalError, InterfaceError):
            open_another()
            claiming.settle_and_begin(self.settled, None, now=self.now)
            begun = False
        self.settled = None
        return begun


class Doors:
    """What the letters of a lease speak of: each reader's door is asked once for all of a kind."""

    def __init__(self, held):
        self.wanted: dict = defaultdict(set)
        for notice in held:
            self.wanted[notice.reader_id, notice.subject_label].add(notice.subject_id)
        self.found: dict = {}

    def subject_of(self, notice):
        """What the notice speaks of, if its reader may know of it at this moment; or None."""
        asked = notice.reader_id, notice.subject_label
        if asked not in self.found:
            behind = through(notice.subject_label, self.wanted[asked], notice.reader)
            self.found[asked] = {subject.pk: subject for subject in behind}
        return self.found[asked].get(notice.subject_id)


def send(notice, batch):
    """Write one claimed letter of a batch and hand it over; how it went.

    A worker that is told to stop leaves a letter as it is known to be: not yet handed over, and so
    to be tried again, or in doubt.
    """
    try:
        ready = made_ready(batch.ahead.pop(notice.pk, None) or written(notice, batch))
    except SoftTimeLimitExceeded:
        stopped = Outcome(NoticeState.QUEUED, "The worker was told to stop.")
        batch.settled = facts_of(notice, stopped, now=batch.now)
        raise
    except (OperationalError, InterfaceError):
        # Nothing was handed over, and the letter is not to blame: it waits for another try.
        open_another()
        return Outcome(NoticeState.QUEUED, "The database was not reached.", goes_on=False)
    except Exception as error:  # a letter that cannot be written does not hold up the others
        log.exception("Letter %s could not be written", notice.pk)
        told = f"The letter could not be written: {type(error).__name__}"
        return Outcome(NoticeState.FAILED, told)
    if ready is None:
        return Outcome(NoticeState.WITHHELD)
    try:
        # A server may promise to take commands together, and drop them: not twice, then.
        first = notice.attempts == 1
        return hand_over(batch.post, ready, batch.prepare_ahead, first)
    except SoftTimeLimitExceeded:
        told = "The worker was told to stop before the mail server answered."
        batch.settled = facts_of(notice, Outcome(NoticeState.SENDING, told), now=batch.now)
        raise


def open_another():
    """Another line to the database, where the one that stood was cut."""
    if connection.errors_occurred and not connection.is_usable():
        connection.close()


def written(notice, batch):
    """The letter; None when its reader may not know of the matter any more."""
    subject = batch.doors.subject_of(notice) if notice.reader.is_active else None
    if subject is None:
        return None
    letter = write(notice, company=batch.company, now=batch.now)
    if letter is None:
        return None
    tell_calendar(letter, notice, subject, company=batch.company, now=batch.now)
    # Whoever cannot deliver it writes to the envelope's sender, who is read (RFC 5321).
    letter.extra_headers["From"] = letter.from_email
    letter.from_email = settings.RETURN_ADDRESS
    return letter


def made_ready(letter):
    """The letter, ready to go, unless it is, or there is none."""
    return letter if letter is None or isinstance(letter, Ready) else make_ready(letter)


def facts_of(notice, outcome, *, now):
    """How the letter went, as it is noted."""
    state, next_try_at = outcome.state, None
    if state == NoticeState.QUEUED:
        if notice.attempts >= MOST_ATTEMPTS:
            state = NoticeState.FAILED
        else:
            next_try_at = next_try(notice, now)
    return claiming.went(notice, state=state, error=outcome.error, now=now, next_try_at=next_try_at)


def next_try(notice, now):
    """When the letter is tried again: later each time, and for about a day."""
    minutes = BACK_OFF[min(notice.attempts, len(BACK_OFF)) - 1]
    # By the letter and the attempt, so that the same is worked out whoever does it.
    share = Random(f"{notice.pk} {notice.attempts}").random()
    return now + timedelta(minutes=minutes) * (1 + JITTER * share)


@transaction.atomic
def send_again(notice, *, by, at):
    """The Corporate Secretary has a letter sent again that failed, came back or is in doubt.

    It goes under its original Message-ID, by which a mailbox that has it knows the copy. Of what
    was left to a letter of the day, that letter goes again.
    """
    if not by.is_secretary:
        raise Refused("Only the Corporate Secretary has a letter sent again.", code="not_yours")
    mine = Notice.objects.visible_to(by).select_related("daily_letter").get(pk=notice.pk)
    locked = Notice.objects.select_for_update(of=("self",)).get(pk=(mine.letter or mine).pk)
    if not Notice.objects.visible_to(by).undelivered(at).filter(pk=mine.pk).exists():
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
