"""From the facts of the record to what rules independence out: the arithmetic is `brightline`'s.

Whoever changes a fact works the person's bars out again in the same transaction, so that any query
can ask for any day (C7).
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta

from django.db.models import Q

from governance.board import brightline
from governance.board.models import (
    Bar,
    Fact,
    FactKind,
    Link,
    Position,
    Purpose,
    Standard,
)
from governance.people.models import EMPLOYED_OFFICES, EXECUTIVE_OFFICES, Appointment
from governance.periods import years_after
from governance.records.models import FiscalYear

DAY = timedelta(days=1)
# Who counts as the director when fees are asked about (L-18).
CHILDREN = (Link.CHILD, Link.STEPCHILD)
COUNT_FOR_BUSINESS = (Position.PARTNER, Position.CONTROLLING, Position.EXECUTIVE)
SHARE_FEES = (Position.PARTNER, Position.MANAGING_DIRECTOR, Position.EXECUTIVE)
REASONS = {
    Purpose.BOARD_SERVICE: brightline.Reason.BOARD_SERVICE,
    Purpose.FAMILY_EMPLOYEE: brightline.Reason.FAMILY_EMPLOYEE,
    Purpose.RETIREMENT: brightline.Reason.RETIREMENT,
    Purpose.INTERIM_SERVICE: brightline.Reason.INTERIM_SERVICE,
    Purpose.OTHER: brightline.Reason.OTHER,
}


# Whose bars wait until a long piece of work is done; see `together`.
_waiting: ContextVar[set | None] = ContextVar("waiting", default=None)


@contextmanager
def together():
    """For many facts at once: everybody's bars are worked out when all of them are entered."""
    waiting: set = set()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    work_out(waiting)


def work_out(people):
    """Work the bars of these people out anew; in the transaction that changed a fact."""
    if (waiting := _waiting.get()) is not None:
        waiting.update(people)
        return
    keys = {person.pk for person in people}
    Bar.objects.filter(person__in=keys).delete()
    Bar.objects.bulk_create(
        Bar(
            person_id=key,
            fact_id=finding.fact.key,
            test=finding.test,
            standard=Standard.AUDIT if finding.audit else "",
            outcome=finding.outcome.value,
            since=finding.since,
            until=finding.until,
            once=finding.once,
            says=finding.says,
        )
        for key, findings in found(confirmed(keys)).items()
        for finding in findings
        # An office of the company is asked of the appointments themselves.
        if finding.fact.key is not None
    )


def confirmed(people):
    """The confirmed facts of these people, with all that the tests ask of them."""
    return Fact.objects.confirmed().filter(person__in=people).for_tests()


def found(facts, appointments=()):
    """What the tests find, by the key of the person: every finding with its period."""
    by_person: dict = {}
    for fact in facts:
        by_person.setdefault(fact.person_id, []).append(fact)
    offices: dict = {}
    for appointment in appointments:
        offices.setdefault(appointment.person_id, []).append(appointment)
    ours = [brightline.FiscalYear(year.start, year.end, None) for year in FiscalYear.objects.all()]
    return {
        key: findings_of(by_person.get(key, []), offices.get(key, []), ours)
        for key in {*by_person, *offices}
    }


def appointments_of(people):
    """Offices of the company that these people hold or held: employment in the sense of L-03."""
    return Appointment.objects.filter(person__in=people, office__in=EMPLOYED_OFFICES)


def findings_of(facts, offices, ours):
    """What bars one person, under any standard; `ours` are the Company's fiscal years."""
    told = [one for fact in facts for one in as_told(fact, facts, ours)]
    own = [as_employment(office) for office in offices]
    family = [one for fact, one in told if counts_as_family(fact)]
    close = [one for fact, one in told if counts_as_the_director(fact)]
    return [*brightline.findings([*own, *family]), *brightline.audit_findings(close)]


def counts_as_family(fact):
    """The director, or a Family Member in the sense of the listing rules (L-02)."""
    relative = fact.relative
    return relative is None or brightline.is_family_member(
        relative.link, shares_home=relative.shares_home
    )


def counts_as_the_director(fact):
    """Whose fees are the director's own under Rule 10A-3 (L-18)."""
    relative = fact.relative
    if relative is None or relative.link == Link.SPOUSE:
        return True
    minor = relative.of_age_on is not None and fact.since < relative.of_age_on
    return relative.link in CHILDREN and (minor or relative.shares_home)


def as_employment(appointment):
    return brightline.Employment(
        appointment.since,
        appointment.until,
        executive=appointment.office in EXECUTIVE_OFFICES,
        interim=appointment.interim,
    )


def while_related(fact):
    """The days of the fact on which the relative was one; None when there is none."""
    since, until = fact.since, fact.until
    if fact.relative is None:
        return since, until
    first = max(since, fact.relative.since or date.min)
    ends = [day for day in (until, fact.relative.until) if day]
    last = min(ends) if ends else None
    return (first, last) if last is None or first < last else None


def as_told(fact, facts, ours):
    """The fact as the tests read it, with itself."""
    days = while_related(fact)
    if days is None:
        return
    since, until = days
    who = fact.relative_id
    if fact.kind == FactKind.EMPLOYMENT:
        yield fact, brightline.Employment(since, until, who, fact.executive, fact.interim, fact.pk)
    elif fact.kind == FactKind.RECEIPT and since == fact.since:
        yield (
            fact,
            brightline.Receipt(
                since,
                fact.amount,
                who,
                REASONS[Purpose(fact.purpose)],
                interim_over(fact, facts),
                fact.pk,
            ),
        )
    elif fact.kind == FactKind.POSITION:
        yield fact, as_organisation(fact, facts, since, until, ours)
    elif fact.kind == FactKind.INTERLOCK:
        yield from ((fact, one) for one in interlocks(fact, facts))
    elif fact.kind == FactKind.AUDITOR:
        partner = fact.position == Position.PARTNER
        yield fact, brightline.AuditorTie(since, until, fact.on_our_audit, partner, who, fact.pk)
    elif fact.kind == FactKind.HOLDING and fact.relative is None:
        yield fact, brightline.Holding(since, until, fact.percent, fact.pk)


def interim_over(receipt, facts):
    """From when on pay for an interim service is exempt: it ended within a year (L-03, L-04)."""
    if receipt.purpose != Purpose.INTERIM_SERVICE:
        return None
    served = [
        fact.until
        for fact in facts
        if fact.kind == FactKind.EMPLOYMENT
        and fact.interim
        and fact.relative_id == receipt.relative_id
        and fact.since <= receipt.since
        and fact.until
        and fact.until < years_after(fact.since, 1)
    ]
    return min(served, default=None)


def as_organisation(position, facts, since, until, ours):
    """A position, with every payment between the Company and that organisation."""
    paid = [
        fact
        for fact in facts
        if fact.kind == FactKind.PAYMENT and fact.organisation_id == position.organisation_id
    ]
    organisation = position.organisation
    first = min((fact.since for fact in paid), default=since)
    last = max((fact.since for fact in paid), default=since)
    told = [
        brightline.FiscalYear(year.start, year.end, year.revenue)
        for year in organisation.years.all()
    ]
    return brightline.Organisation(
        since,
        until,
        tuple(
            brightline.Payment(fact.since, fact.amount, fact.by_company, fact.pk) for fact in paid
        ),
        brightline.fiscal_years(told, first=first, last=years_after(last, 4)),
        brightline.fiscal_years(ours, first=first, last=years_after(last, 4)),
        position.relative_id,
        organisation.name,
        position.pk,
        counts=position.position in COUNT_FOR_BUSINESS,
        advises=bool(organisation.services),
        shares_fees=position.position in SHARE_FEES,
    )


def interlocks(fact, facts):
    """An officer of ours served there, while the director or relative was its executive officer."""
    for position in facts:
        if (
            position.kind == FactKind.POSITION
            and position.position == Position.EXECUTIVE
            and position.organisation_id == fact.organisation_id
            and (days := while_related(position)) is not None
        ):
            yield brightline.Interlock(
                *days, fact.since, fact.until, position.relative_id, position.pk
            )


def of_organisations(organisations):
    """The people whose bars follow from what is known of these organisations."""
    facts = Fact.objects.filter(organisation__in=organisations)
    return {fact.person for fact in facts.select_related("person")}


def prepared_statements(person, day):
    """Took part in preparing our financial statements within three years of that day (L-15 iii).

    Returns the last fact that says so, or None.
    """
    reached = Q(until=None) | Q(until__gt=years_after(day, -brightline.LOOK_BACK))
    facts = Fact.objects.confirmed().filter(
        reached,
        person=person,
        relative=None,
        kind=FactKind.EMPLOYMENT,
        prepared_statements=True,
        since__lte=day,
    )
    return facts.order_by("since").last()
