"""What this room says by the day: consents that wait for a signature; and before an hour: votes."""

from collections import defaultdict
from datetime import timedelta

from governance.decisions import mail
from governance.decisions.consents import OPEN, REMIND_EVERY, day_of
from governance.decisions.models import (
    ConsentObjection,
    ConsentSignature,
    Motion,
    WrittenConsent,
)
from governance.decisions.moves import MotionState
from governance.meetings.moments import bodies
from governance.notices.moments import accounts, known, moment
from governance.notices.operations import Telling, tell_all

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@moment
def consents_unsigned(on):
    """Members who have neither signed nor objected, every three days since it was circulated
    (NT-CONS)."""
    rows = list(WrittenConsent.objects.filter(state__in=OPEN).only("committee_id", "circulated_at"))
    waited = {row: (on - day_of(row.circulated_at)).days for row in rows}
    waiting = {row: days - days % REMIND_EVERY for row, days in waited.items()}
    waiting = {row: days for row, days in waiting.items() if days > 0}
    if not waiting:
        return
    answered = defaultdict(set)
    signed = ConsentSignature.objects.standing().filter(consent__in=list(waiting))
    objected = ConsentObjection.objects.filter(withdrawn_at=None, consent__in=list(waiting))
    for consent, person in signed.values_list("consent", "signer"):
        answered[consent].add(person)
    for consent, person in objected.values_list("consent", "person"):
        answered[consent].add(person)
    body = bodies(on)
    found = accounts(set().union(*(body[row.committee_id] for row in waiting)))
    for row, days in waiting.items():
        members = body[row.committee_id] - answered[row.pk]
        readers = [found[person] for person in members if person in found]
        yield Telling(mail.CONSENT_WAITS, row, readers, f"after {days} days")


def remind_voters(now):
    """Write to whoever may vote and has not, before the hour until which ballots are awaited.

    Rung by the minute, and told once: the hour is the letter's occurrence (NT-VOTE).
    """
    open_now = Motion.objects.filter(state=MotionState.VOTING, awaited_until__gt=now)
    for motion in open_now.select_related("meeting"):
        at = reminder_of(motion.vote_opened_at, motion.awaited_until)
        if at is None or at > now:
            continue
        may_vote = motion.voters.filter(person__in=motion.present_people(now))
        silent = may_vote.exclude(person__in=motion.ballots.values("voter"))
        readers = accounts(silent.values("person")).values()
        occurrence = f"until {motion.awaited_until.isoformat()}"
        tell_all(known([Telling(mail.VOTE_WAITS, motion, readers, occurrence)]))


def reminder_of(opened_at, until):
    """A day before the end of what is open for two days at least, an hour before the end of the
    rest; None where it is not open for longer than that."""
    if until - opened_at >= 2 * DAY:
        return until - DAY
    return until - HOUR if until - opened_at > HOUR else None
