"""Files arrive: kept at once, cleaned by the worker, and then a paper or a refusal.

Whoever brings a file is answered as soon as it is kept. The worker claims one at a time, so that
another stays free for letters; one that was ended in the middle leaves its file to the next, and
after some tries it is refused. Rights are asked again when the paper is made.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction

from governance.meetings.access import may_enter_session
from governance.meetings.models import ExecutiveSession
from governance.papers.access import may_bring
from governance.papers.bell import ask_for
from governance.papers.cleaning import LIMITS
from governance.papers.cleaning.kinds import check_size
from governance.papers.cleaning.limits import Unfit
from governance.papers.cleaning.sentences import REFUSALS, refusal
from governance.papers.models import Arrival, ArrivalState, Paper
from governance.papers.moves import PaperState
from governance.papers.operations import bring_paper, bring_version, check_may
from governance.papers.reading_time import said_pages
from governance.papers.sealed import bring_sealed, check_may_bring
from governance.people.models import User
from governance.records.files import forget, keep
from governance.refusals import Refused

log = logging.getLogger(__name__)

MOST_TRIES = 3
# How long what became of a file is shown to whoever brought it.
SHOWN = timedelta(days=1)
GONE_RIGHT = "Whoever brought it may not bring papers here any more."
GONE = (
    "The file could not be checked: each time the check ended before it was through. "
    "Print it to a new PDF and upload that."
)
# Names the lock under which the worker decides what is checked next.
CLAIMS = 7_265_001


@transaction.atomic
def receive(item, *, source, name, by, at, title="", renews=None):
    """Keep the file at `source` until it is checked: for an item, as another version of a paper of
    it, or for an executive session.

    Raises Refused for what can be told at once: who may not bring it, and what is empty or too
    large.
    """
    of_session = isinstance(item, ExecutiveSession)
    if of_session:
        check_may_bring(item, by=by, at=at)
    elif renews is None:
        check_may("bring", Paper(item=item, brought_by=by), by=by, at=at)
    else:
        move = "renew" if renews.state == PaperState.DRAFT else "replace"
        check_may(move, renews, by=by, at=at)
    try:
        check_size(Path(source).stat().st_size, LIMITS)
    except Unfit as unfit:
        raise refusal(unfit.code, unfit.facts) from unfit
    about = {"session": item} if of_session else {"item": item, "renews": renews}
    arrival = Arrival.objects.create(**about, file=keep(source), brought_by=by, brought_at=at)
    arrival.write_sealed(name=name[-200:], title=title)
    transaction.on_commit(lambda: ask_for("check_arrival", arrival.pk), robust=True)
    return arrival


def check(key, *, now):
    """Check a file that waits, and bring it as what it is to be.

    False while nobody knows what becomes of it: when it is not its turn, or when something failed
    that is no fault of the file.
    """
    arrival = claim(key, now)
    if arrival is None:
        return False
    try:
        if arrival.tries > MOST_TRIES:
            raise Refused(GONE)
        bring(arrival, now)
    except Refused as error:
        refuse(arrival, str(error), at=now)
    except SoftTimeLimitExceeded:
        refuse(arrival, REFUSALS["time"], at=now)
    except Exception:  # a disk is full, a storage is away: it waits for the next round
        log.exception("Arrival %s could not be checked", arrival.pk)
        ours(arrival).update(state=ArrivalState.WAITING, claimed_at=None)
        return False
    return True


@transaction.atomic(durable=True)
def claim(key, now):
    """Take up a file when it is its turn; None otherwise.

    Papers stand in the order in which they were sent, and so the first is the next.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMS])
    if str(next_due(now)) != str(key):
        return None
    due = Arrival.objects.due(now).filter(pk=key)
    # Not one that is being put away.
    arrival = due.select_for_update(of=("self",), skip_locked=True).first()
    if arrival:
        arrival.state, arrival.claimed_at = ArrivalState.CHECKING, now
        arrival.tries += 1
        arrival.save(update_fields=["state", "claimed_at", "tries"])
    return arrival


def bring(arrival, now):
    """Clean the file and bring it, in the name of who brought it and as their rights are now."""
    # Read anew: what an account is today is remembered with it.
    by = User.objects.select_related("person").get(pk=arrival.brought_by_id)
    if not by.is_active or not may_still_bring(arrival, by):
        raise Refused(GONE_RIGHT)

    def then(made):
        facts = {"paper": made.paper, "says": told(made)} if arrival.item_id else {}
        settle(arrival, ArrivalState.BROUGHT, at=now, **facts)

    facts = {"name": arrival.name, "by": by, "at": now, "then": then}
    with TemporaryDirectory(prefix="arrival-") as folder:
        source = arrival.file.copy_to(Path(folder) / "upload")
        if arrival.session_id:
            bring_sealed(arrival.session, source=source, title=arrival.title, **facts)
        elif arrival.renews_id:
            bring_version(arrival.renews, source=source, **facts)
        else:
            bring_paper(arrival.item, source=source, title=arrival.title, **facts)


def may_still_bring(arrival, by):
    if arrival.session_id:
        return may_enter_session(by, arrival.session, by.today)
    return may_bring(by, Paper(item=arrival.item, brought_by=by), by.today)


def told(version):
    """What whoever brought it is told of a new version."""
    first = f"{said_pages(version.pages)}." if version.number == 1 else f"Version {version.number}."
    return " ".join(filter(None, [first, version.changed, *version.removed]))


def refuse(arrival, says, *, at):
    """Nothing is brought; the file is not kept, and whoever brought it reads why."""
    with suppress(Taken):
        settle(arrival, ArrivalState.REFUSED, at=at, says=says)


class Taken(Refused):
    """Somebody else has taken the file up meanwhile."""


def ours(arrival):
    """The row, unless somebody else has taken it up meanwhile."""
    claimed = {"state": ArrivalState.CHECKING, "claimed_at": arrival.claimed_at}
    return Arrival.objects.filter(pk=arrival.pk, **claimed)


@transaction.atomic
def settle(arrival, state, *, at, **facts):
    """Write down what became of it, and let go of the file: a version has it by now, or nobody
    is to. Raises Taken."""
    if not ours(arrival).update(state=state, settled_at=at, file=None, **facts):
        raise Taken("Somebody else has checked this file meanwhile.", code="stale")
    forget(arrival.file)


@transaction.atomic
def put_away(arrival, *, by):
    """Take a file back that waits, or clear away what became of one that was checked."""
    row = Arrival.objects.visible_to(by).select_for_update(of=("self",)).get(pk=arrival.pk)
    if row.state == ArrivalState.CHECKING:
        raise Refused("The file is being checked. Wait until that is done.", code="stale")
    clear_away(row)


def clear_away(row):
    file = row.file
    row.delete()
    if file:
        forget(file)


def next_due(now):
    """The key of the file that is checked next; None when nothing waits or one is under way."""
    if Arrival.objects.being_checked(now).exists():
        return None
    return Arrival.objects.due(now).values_list("pk", flat=True).first()


@transaction.atomic
def tidy(now):
    """What became of a file is shown for a day; of a refused one for as long as nobody put it away,
    and at most thirty days."""
    done = Arrival.objects.filter(state=ArrivalState.BROUGHT, settled_at__lt=now - SHOWN)
    refused = Arrival.objects.filter(
        state=ArrivalState.REFUSED, settled_at__lt=now - timedelta(days=30)
    )
    return (done | refused).delete()
