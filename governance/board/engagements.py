"""What directors do elsewhere: a register without any number that would be too many (G-ATT-01).

Whoever reads it draws their own conclusions; nothing here counts, warns or forbids (Z-04).
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from governance.board import mail
from governance.board.examining import start_of
from governance.board.models import Commitment, Confirmation, Directorship, EngagementDay
from governance.board.moves import may_propose
from governance.board.reporting import report_change
from governance.people.models import Person
from governance.people.operations import check_days
from governance.periods import years_after
from governance.records.models import Company
from governance.refusals import Refused
from governance.verdicts import Expectation, Observation
from governance.words import said_long_day


def check_own(commitment, by, on):
    if not may_propose(by, commitment, on):
        raise Refused(
            "The director, or the Corporate Secretary for them, keeps this register.",
            provision="G-ATT-01",
            code="not_yours",
        )


@transaction.atomic
def enter_commitment(
    *, person, organisation, role, since, by, on, until=None, public_company=False
):
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
    if not serves_or_will(person, on):
        raise Refused("This register is of directors in office.", provision="G-ATT-01")
    if not row.organisation or not row.role:
        raise Refused("Say the organisation, and what is done there.", provision="G-ATT-01")
    check_days([since, until], on=on)
    if until and until <= since:
        raise Refused("The last day cannot come before the first.", provision="G-ATT-01")
    check_new(row, on)
    row.save(force_insert=True)
    return row


def check_new(row, on):
    """The same engagement is in the register once while it runs, however often it is sent."""
    Person.objects.select_for_update(of=("self",)).get(pk=row.person_id)
    same = Commitment.objects.filter(
        person=row.person,
        organisation__iexact=row.organisation,
        role__iexact=row.role,
        since=row.since,
    )
    known = same.exclude(until__lte=on).first()
    if known:
        raise Refused(
            f"{known.organisation}, {known.role}, is in the register already, since "
            f"{said_long_day(known.since)}. Nothing was added.",
            provision="G-ATT-01",
            code="known_already",
        )


@transaction.atomic
def add_commitment(*, by, at, relates=False, **told):
    """An engagement is new: the nominating committee's chair is told of it (G-ATT-01).

    One that `relates` the director to the Company, in a way that L-03 to L-08 look at, is a change
    of circumstances and is reported as one (M-07).
    """
    on = Company.current().day_of(at)
    row = enter_commitment(**told, by=by, on=on)
    mail.tell_of_commitment(row, day=on, by=by)
    if relates:
        report_change(person=row.person, text=said_relationship(row), by=by, at=at)
    return row


def said_relationship(row):
    """What the report of the change says."""
    return (
        f"{row.organisation}: {row.role}, since {said_long_day(row.since)}. The Company pays it or "
        "receives money from it, or somebody of the Company is on its pay committee."
    )


def serves_or_will(person, day):
    """A director in office that day, or one whom the Board has seated for a later one."""
    serving = Directorship.objects.filter(Q(until=None) | Q(until__gt=day))
    return serving.filter(person=person).exists()


def sits(person, day):
    """A director in office that day."""
    return Directorship.objects.on(day).filter(person=person).exists()


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


def entered_on(commitments, day):
    """Those of them that came into the register that day, as its history says."""
    start = start_of(day)
    return commitments.filter(
        events__pgh_label="insert",
        events__pgh_created_at__gte=start,
        events__pgh_created_at__lt=start_of(day + timedelta(days=1)),
    )


@transaction.atomic
def take_back(commitment, *, by, on):
    """It was entered by mistake, today: it leaves the register and stays in its history (C12).

    What was reported as a change because of it stays reported; nobody takes that back.
    """
    locked = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    check_own(locked, by, on)
    if not entered_on(Commitment.objects.filter(pk=locked.pk), on).exists():
        raise Refused(
            "Only what was entered today is taken back; say on which day it ended.",
            provision="G-ATT-01",
        )
    locked.days.all().delete()
    locked.delete()


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


@transaction.atomic
def confirm(*, person, by, on):
    """A director confirms that other engagements leave the time the Board needs (G-ATT-01)."""
    if by is None or by.person_id != person.pk:
        raise Refused(
            "Only directors themselves confirm it.", provision="G-ATT-01", code="not_yours"
        )
    if not sits(person, on):
        raise Refused("Directors in office confirm it.", provision="G-ATT-01")
    return Confirmation.objects.get_or_create(person=person, confirmed_on=on)[0]


def observe(sitting: bool, confirmed_on: date | None, day: date) -> Observation:
    """Whether a director has confirmed it within the last twelve months (G-ATT-01)."""
    if not sitting:
        return Observation("G-ATT-01", Expectation.NOT_APPLICABLE, "Not in office that day.")
    if confirmed_on is None:
        says = "It has not been confirmed yet that other engagements leave the time."
        return Observation("G-ATT-01", Expectation.NOT_OBSERVED, says)
    said = said_long_day(confirmed_on)
    if confirmed_on >= years_after(day, -1):
        says = f"Confirmed on {said}: other engagements leave the time that the Board needs."
        return Observation("G-ATT-01", Expectation.OBSERVED, says)
    says = f"Last confirmed on {said}, more than twelve months ago."
    return Observation("G-ATT-01", Expectation.NOT_OBSERVED, says)


def years_over(begins: date, day: date) -> int:
    """How many times twelve months are over that day; on the anniversary they are not yet (C3)."""
    years = day.year - begins.year
    return years if years_after(begins, years) < day else max(0, years - 1)
