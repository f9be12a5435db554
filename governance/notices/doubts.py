"""Letters in doubt, handed over by a worker that has not said how it went; and sealed letters that
did not arrive."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q

from governance.notices import kinds, relay
from governance.notices.delivering import MOST_ATTEMPTS
from governance.notices.models import UNDELIVERED, Notice, NoticeState

# A letter that goes again without an answer does so this often.
MOST_DOUBTS = 2
# What its reader alone knows of goes again so long after it failed or came back.
REST = timedelta(days=1)
# How long a relay that can be asked has for its answer.
PATIENCE = timedelta(hours=1)
# So many are asked about in one round.
AT_ONCE = 200
NOT_TAKEN = "The mail server has not taken it, however often it was tried."


def resolve(now):
    """Settle what is in doubt: by the relay's word, or by sending again what may not be missing.

    Where the relay can be asked, nothing is sent twice and nothing is lost. Where it cannot, or has
    not answered for an hour, a legal notice goes again under the same Message-ID, and so does a
    sealed letter, as only its reader knows of it; the others wait for the Corporate Secretary.
    """
    if settings.EMAIL_RELAY_ASK:
        for notice in Notice.objects.stuck(now)[:AT_ONCE]:
            taken = relay.has_taken(notice.message_id)
            if taken is None:
                break
            settle_doubt(notice, taken)
        send_unasked(now - PATIENCE)
    else:
        send_unasked(now)
    send_what_nobody_may_know_of(now)


def settle_doubt(notice, taken):
    """Note what the relay says, unless the letter has gone on meanwhile."""
    if taken:
        facts = {"state": NoticeState.SENT, "sent_at": notice.claimed_at, "error": ""}
    elif notice.attempts >= MOST_ATTEMPTS:
        facts = {"state": NoticeState.FAILED, "error": NOT_TAKEN}
    else:
        facts = {"state": NoticeState.QUEUED, "claimed_at": None}
    as_asked = {"state": NoticeState.SENDING, "claimed_at": notice.claimed_at}
    Notice.objects.filter(pk=notice.pk, **as_asked).update(**facts)


def send_unasked(now):
    """Queue what may arrive twice but may not be missing."""
    legal = [kind.name for kind in kinds.every() if kind.legal]
    again = Notice.objects.stuck(now).filter(
        Q(kind__in=legal) | ~Q(kind__in=kinds.ordinary()), doubts__lt=MOST_DOUBTS
    )
    again.update(state=NoticeState.QUEUED, claimed_at=None, doubts=F("doubts") + 1)


def send_what_nobody_may_know_of(now):
    """Queue sealed letters that failed or came back: nobody else could have them sent again."""
    again = Notice.objects.filter(
        ~Q(kind__in=kinds.ordinary()),
        state__in=UNDELIVERED,
        claimed_at__lte=now - REST,
        doubts__lt=MOST_DOUBTS,
    )
    again.update(
        state=NoticeState.QUEUED,
        claimed_at=None,
        sent_at=None,
        attempts=0,
        error="",
        doubts=F("doubts") + 1,
    )
