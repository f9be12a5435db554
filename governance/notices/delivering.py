"""Delivering what waits: claimed one letter at a time, handed over, and settled."""

import logging
from datetime import timedelta

from django.apps import apps
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Count, Q

from governance.notices import kinds
from governance.notices.letters import tell_calendar, write
from governance.notices.models import Notice, NoticeState
from governance.notices.operations import ring
from governance.notices.post import Outcome, hand_over
from governance.records.models import Company
from governance.refusals import Refused

log = logging.getLogger(__name__)

# Minutes until the next try: after the first, the second, the third; the last for all that follow.
BACK_OFF = (1, 5, 15, 60)
# About a day of trying.
MOST_ATTEMPTS = 26
# A sealed letter in doubt is sent again this often: nobody else can be asked about it.
MOST_DOUBTS = 2


def deliver(now, limit=20):
    """Send the letters that are due, over one line. Returns how many were taken up.

    One letter at a time is claimed, committed, and handed over: whatever ends a worker in between
    leaves one letter in doubt, and any number of workers may do this at once.
    """
    send_sealed_again(now)
    company = Company.current()
    taken, post = 0, get_connection()
    try:
        while taken < limit and (notice := claim(now)):
            taken += 1
            if not send(notice, post, company=company, now=now):
                break
    finally:
        post.close()
    return taken


@transaction.atomic(durable=True)
def claim(now):
    """Take the oldest letter that is due and that no other worker is taking, or None."""
    due = Notice.objects.due(now).select_related("reader__person")
    notice = due.select_for_update(of=("self",), skip_locked=True).first()
    if notice:
        notice.state, notice.claimed_at = NoticeState.SENDING, now
        notice.attempts += 1
        notice.save(update_fields=["state", "claimed_at", "attempts"])
    return notice


def send(notice, post, *, company, now):
    """Write one claimed letter, hand it over and note how it went; False when the line is down."""
    try:
        letter = prepare(notice, company=company, now=now)
    except Exception as error:  # a letter that cannot be written does not hold up the others
        log.exception("Letter %s could not be written", notice.pk)
        told = f"The letter could not be written: {type(error).__name__}"
        outcome = Outcome(NoticeState.FAILED, told)
    else:
        outcome = hand_over(post, letter) if letter else Outcome(NoticeState.WITHHELD)
    settle(notice, outcome, now=now)
    return outcome.goes_on


def prepare(notice, *, company, now):
    """The letter, ready to go; None when its reader may not know of the matter any more."""
    subject = subject_of(notice, notice.reader)
    if subject is None:
        return None
    letter = write(notice, company=company, now=now)
    tell_calendar(letter, notice, subject, company=company, now=now)
    letter.message()  # what makes a letter impossible is found before the mail server sees it
    return letter


def subject_of(notice, reader):
    """What the notice speaks of, if the reader may know of it at this moment; or None."""
    if not reader.is_active:
        return None
    model = apps.get_model(notice.subject_label)
    return model._default_manager.visible_to(reader).filter(pk=notice.subject_id).first()


def settle(notice, outcome, *, now):
    """Note how the letter went, unless somebody else has taken it up meanwhile."""
    facts = {"state": outcome.state, "error": outcome.error}
    if outcome.state == NoticeState.SENT:
        facts["sent_at"] = now
    if outcome.state == NoticeState.QUEUED:
        facts |= next_try(notice, now)
    still_ours = {"state": NoticeState.SENDING, "claimed_at": notice.claimed_at}
    Notice.objects.filter(pk=notice.pk, **still_ours).update(**facts)


def next_try(notice, now):
    """When the letter is tried again: later each time, and for about a day."""
    if notice.attempts >= MOST_ATTEMPTS:
        return {"state": NoticeState.FAILED}
    minutes = BACK_OFF[min(notice.attempts, len(BACK_OFF)) - 1]
    return {"claimed_at": None, "next_try_at": now + timedelta(minutes=minutes)}


def send_sealed_again(now):
    """Queue sealed letters in doubt: only their reader knows of them, so nobody could be asked.

    Ordinary ones wait for the Corporate Secretary, who sees them listed and decides.
    """
    sealed = Notice.objects.stuck(now).exclude(kind__in=kinds.ordinary())
    sealed.filter(attempts__lte=MOST_DOUBTS).update(state=NoticeState.QUEUED, claimed_at=None)


@transaction.atomic
def send_again(notice, *, by, at):
    """The Corporate Secretary has a letter sent again that failed, or that is in doubt."""
    if not by.is_secretary:
        raise Refused("Only the Corporate Secretary has a letter sent again.", code="not_yours")
    mine = Notice.objects.visible_to(by).ordinary().select_for_update(of=("self",))
    locked = mine.get(pk=notice.pk)
    in_doubt = Notice.objects.stuck(at).filter(pk=locked.pk).exists()
    if locked.state != NoticeState.FAILED and not in_doubt:
        raise Refused("This letter is on its way, has arrived, or is withheld.", code="stale")
    locked.state, locked.claimed_at, locked.next_try_at = NoticeState.QUEUED, None, None
    locked.attempts, locked.error = 0, ""
    locked.save(update_fields=["state", "claimed_at", "next_try_at", "attempts", "error"])
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
