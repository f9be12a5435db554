"""What this room says by the day: consents that wait for a signature."""

from collections import defaultdict

from governance.decisions import mail
from governance.decisions.consents import OPEN, REMIND_EVERY, day_of
from governance.decisions.models import ConsentObjection, ConsentSignature, WrittenConsent
from governance.meetings.moments import bodies
from governance.notices.moments import accounts, moment
from governance.notices.operations import Telling


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
