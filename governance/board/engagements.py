"""What directors do elsewhere: a register without any number that would be too many (G-ATT-01).

Whoever reads it draws their own conclusions; nothing here counts, warns or forbids (Z-04).
"""

from django.db import transaction

from governance.board.models import Commitment, EngagementDay
from governance.board.moves import may_propose
from governance.people.operations import check_days
from governance.refusals import Refused
from governance.words import said_long_day


def check_own(commitment, by, on):
    if not may_propose(by, commitment, on):
        raise Refused(
            "The director, or the Corporate Secretary for them, keeps this register.",
            provision="G-ATT-01",
            code="not_yours",
        )


@transaction.atomic
def add_commitment(*, person, organisation, role, since, by, on, until=None, public_company=False):
    """A director has an engagement elsewhere from a day on (G-ATT-01)."""
    row = Commitment(
        person=person,
        organisation=organisation.strip(),
        role=role.strip(),
        public_company=public_company,
        since=since,
        until=until,
    )
    check_own(row, by, on)
    if not row.organisation or not row.role:
        raise Refused("Say the organisation, and what you are there.", provision="G-ATT-01")
    check_days([since, until], on=on)
    if until and until <= since:
        raise Refused("The last day cannot come before the first.", provision="G-ATT-01")
    row.save(force_insert=True)
    return row


@transaction.atomic
def end_commitment(commitment, *, until, by, on):
    """It ends, or has ended; `until` is the first day on which it is no more (G-ATT-01)."""
    locked = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    check_own(locked, by, on)
    check_days([until], on=on)
    if until <= locked.since:
        raise Refused(f"It began on {said_long_day(locked.since)}.", provision="G-ATT-01")
    locked.until = until
    locked.save(update_fields=["until"])
    return locked


@transaction.atomic
def note_day(commitment, *, day, by, on):
    """An engagement asks for the director on a day (G-ATT-01)."""
    check_own(commitment, by, on)
    check_days([day], on=on)
    return EngagementDay.objects.get_or_create(commitment=commitment, day=day)[0]


@transaction.atomic
def forget_day(commitment, *, day, by, on):
    """It does not ask for them that day after all."""
    check_own(commitment, by, on)
    EngagementDay.objects.filter(commitment=commitment, day=day).delete()
