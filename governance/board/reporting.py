"""What is told about a director's independence: facts, proposed and confirmed, and changes (C7).

Whatever changes what counts works the bars of the person out again in the same transaction.
"""

from django.db import DatabaseError, IntegrityError, transaction

from governance.board import bars, mail
from governance.board.models import (
    Amendment,
    ChangeReport,
    CounselInvitation,
    Fact,
    FactKind,
    Organisation,
    OrganisationYear,
    Relative,
)
from governance.board.models.facts import nominating_chair
from governance.board.moves import FactState, may_keep, may_propose
from governance.people.following import standing_changed
from governance.people.operations import check_days, is_secretary
from governance.records.models import Company
from governance.records.moves import advance, begin
from governance.refusals import Refused
from governance.words import said_long_day

# What each kind of fact says of itself, beside its days.
PARTICULARS = {
    FactKind.EMPLOYMENT: ("executive", "interim", "prepared_statements"),
    FactKind.RECEIPT: ("amount", "purpose"),
    FactKind.POSITION: ("organisation", "position"),
    FactKind.PAYMENT: ("organisation", "amount", "by_company"),
    FactKind.INTERLOCK: ("organisation",),
    FactKind.AUDITOR: ("position", "on_our_audit"),
    FactKind.HOLDING: ("percent",),
}
NEEDED = {
    "amount": "an amount in US dollars",
    "purpose": "what the amount was paid for",
    "organisation": "the organisation",
    "position": "the position held there",
    "by_company": "whether the Company paid it or received it",
    "percent": "the percentage of a voting class",
}
MARKS = ("executive", "interim", "prepared_statements", "on_our_audit")
ONE_DAY = (FactKind.RECEIPT, FactKind.PAYMENT)
# What an amendment takes over from the fact that it amends.
TAKEN_OVER = (
    *("person", "kind", "relative", "organisation", "since", "amount", "purpose", "position"),
    *("by_company", "percent", *MARKS),
)


def day_of(at):
    return Company.current().day_of(at)


@transaction.atomic
def propose_fact(*, person, kind, since, by, at, until=None, questionnaire=None, **particulars):
    """Somebody tells a fact about a director; until it is settled it makes the value stale (C7).

    Raises Refused when a particular of its kind is missing, of no use, or cannot be.
    """
    fact = Fact(
        person=person,
        kind=kind,
        since=since,
        until=until,
        proposed_on=day_of(at),
        questionnaire=questionnaire,
        **particulars,
    )
    check_fact(fact, on=day_of(at))
    return begin(fact, "propose", by=by, at=at)


@transaction.atomic
def propose_amendment(known, *, by, at, until=None, never=False, questionnaire=None):
    """Somebody tells that a fact on record has ended, or never was so (C7).

    What is on record counts until the proposal is confirmed. `until` is the first day on which it
    was not so any more.
    """
    if known.state != FactState.CONFIRMED:
        raise Refused("Only what is on record can be amended.", provision="C7")
    if never == (until is not None):
        raise Refused("Say when it ended, or that it never was so.", provision="C7")
    taken = {name: getattr(known, name) for name in TAKEN_OVER}
    until = known.until if never else until
    fact = propose_fact(**taken, until=until, by=by, at=at, questionnaire=questionnaire)
    Amendment.objects.create(fact=fact, of=known, never=never)
    return fact


@transaction.atomic
def enter_fact(*, by, at, **facts):
    """The Secretary enters a fact that is known already: it counts from the day it was true."""
    return confirm_fact(propose_fact(by=by, at=at, **facts), by=by, at=at)


@transaction.atomic
def confirm_fact(fact, *, by, at):
    """The Secretary or counsel confirms that it is so; whom it bars is not independent (C7)."""
    amendment = Amendment.objects.filter(fact=fact.pk).select_related("of").first()
    if amendment:
        return confirm_amendment(amendment, fact, by=by, at=at)
    advance(fact, "confirm", by=by, at=at, settled_on=day_of(at))
    count_again([fact.person], on=day_of(at))
    return fact


def confirm_amendment(amendment, fact, *, by, at):
    """What was told takes the place of what was on record; what never was so, none (C7)."""
    known = Fact.objects.select_for_update(of=("self",)).get(pk=amendment.of_id)
    if known.state != FactState.CONFIRMED:
        raise Refused(
            "What this amends has been set aside meanwhile; set this aside too.", "C7", code="stale"
        )
    if amendment.never:
        set_aside(known, why="The director told that it never was so.", by=by, at=at)
        return set_aside(fact, why="It never was so, as told.", by=by, at=at)
    set_aside(known, why="Another fact, with the day of its end, took its place.", by=by, at=at)
    advance(fact, "confirm", by=by, at=at, settled_on=day_of(at))
    count_again([fact.person], on=day_of(at))
    return fact


@transaction.atomic
def set_aside(fact, *, why, by, at):
    """It is not so, or was entered wrongly; the row stays, with the reason (C7, C12)."""
    settled = fact.settled_on or day_of(at)
    advance(fact, "set_aside", by=by, at=at, why=why, settled_on=settled)
    count_again([fact.person], on=day_of(at))
    return fact


@transaction.atomic
def end_fact(fact, *, until, by, on):
    """What lasted has ended: the look-back runs from that day (L-03)."""
    locked = Fact.objects.select_for_update(of=("self",)).get(pk=fact.pk)
    if not may_keep(by, locked, on):
        raise Refused("The Corporate Secretary keeps the facts.", "C7", code="not_yours")
    if locked.state != FactState.CONFIRMED:
        raise Refused("Only what is on record can end.", provision="C7", code="stale")
    if locked.kind in ONE_DAY:
        raise Refused("An amount has one day; it has no end.", provision="C7")
    if until <= locked.since:
        raise Refused(f"It ends after it began, on {said_long_day(locked.since)}.", "C7")
    check_days([until], on=on)
    locked.until = until
    locked.save(update_fields=["until"])
    count_again([locked.person], on=on)
    return locked


def count_again(people, *, on):
    """Work out anew what bars these people, and let whoever follows look again (C7, M-17)."""
    bars.work_out(people)
    standing_changed(on)


def check_fact(fact, *, on):
    """The fact says what its kind has to say, and nothing else."""
    kind = FactKind(fact.kind)
    asked = PARTICULARS[kind]
    for name, words in NEEDED.items():
        told = getattr(fact, name) not in (None, "")
        if name in asked and not told:
            raise Refused(f"{kind.label}: say {words}.", provision="C7")
        if name not in asked and told:
            raise Refused(f"{kind.label}: {words} does not belong to it.", provision="C7")
    for name in MARKS:
        if getattr(fact, name) and name not in asked:
            words = Fact._meta.get_field(name).verbose_name
            raise Refused(f"{kind.label}: “{words}” does not belong to it.", provision="C7")
    check_days([fact.since, fact.until], on=on)
    if fact.since > on:
        raise Refused("A fact is entered once it has come about.", provision="C7")
    if kind in ONE_DAY and fact.until:
        raise Refused("An amount has one day; it has no end.", provision="C7")
    if fact.until and fact.until <= fact.since:
        raise Refused("The last day has to be after the first.", provision="C7")
    if fact.relative and fact.relative.person_id != fact.person_id:
        raise Refused(f"{fact.relative} is not of this director's family.", provision="L-02")
    check_amount(fact.amount)
    if fact.percent is not None and not 0 < fact.percent <= 100:
        raise Refused("A part of a class is more than 0 and at most 100 percent.", "L-18")


def check_amount(amount):
    """US dollars, to the cent (C13)."""
    if amount is None:
        return
    if amount <= 0:
        raise Refused("An amount is more than nothing.", provision="C13")
    if amount != round(amount, 2):
        raise Refused(f"{amount} has fractions of a cent; write whole cents.", provision="C13")


@transaction.atomic
def enter_relative(*, person, name, link, by, on, **particulars):
    """Somebody of a director's family or household, of whom a fact will speak (L-02)."""
    relative = Relative(person=person, name=name.strip(), link=link, **particulars)
    check_relative(relative, by=by, on=on)
    return save(relative)


@transaction.atomic
def amend_relative(relative, *, by, on, **particulars):
    """The household changes, or it was entered wrongly (L-02)."""
    for name, value in particulars.items():
        setattr(relative, name, value)
    check_relative(relative, by=by, on=on, told_by=may_keep)
    save(relative)
    count_again([relative.person], on=on)
    return relative


def check_relative(relative, *, by, on, told_by=may_propose):
    if not told_by(by, relative, on):
        raise Refused("The director or the Corporate Secretary tells it.", code="not_yours")
    if not relative.name:
        raise Refused("Say the relative's name.", provision="L-02")
    check_days(
        [relative.of_age_on, relative.since, relative.until], on=on.replace(year=on.year + 8)
    )
    if relative.since and relative.until and relative.until <= relative.since:
        raise Refused("The last day has to be after the first.", provision="L-02")


@transaction.atomic
def enter_organisation(*, name, services="", by, on):
    """An organisation with which somebody has to do (L-06)."""
    check_keeps(by, on)
    return save(Organisation(name=name.strip(), services=services))


@transaction.atomic
def amend_organisation(organisation, *, by, on, **facts):
    """It has another name, or advises the Company (L-18)."""
    check_keeps(by, on)
    for name, value in facts.items():
        setattr(organisation, name, value)
    save(organisation)
    count_again(bars.of_organisations([organisation]), on=on)
    return organisation


@transaction.atomic
def enter_organisation_year(*, organisation, start, end, revenue, by, on):
    """What an organisation earned in one of its fiscal years, once that is over (L-06)."""
    check_keeps(by, on)
    if end <= start:
        raise Refused("A year ends after it began.", provision="L-06")
    if end >= on:
        raise Refused("What was earned in a year is entered when it is over.", provision="L-06")
    if revenue < 0 or revenue != round(revenue, 2):
        raise Refused("Revenues are dollars and cents, and not less than nothing.", "C13")
    if OrganisationYear.objects.filter(
        organisation=organisation, start__lte=end, end__gte=start
    ).exists():
        raise Refused("Another year of this organisation covers some of these days.", "L-06")
    row = save(OrganisationYear(organisation=organisation, start=start, end=end, revenue=revenue))
    count_again(bars.of_organisations([organisation]), on=on)
    return row


def check_keeps(by, on):
    if not is_secretary(by, on):
        raise Refused("The Corporate Secretary keeps the facts.", "C7", code="not_yours")


def save(row):
    """Save, or say in a sentence what the database has against it."""
    try:
        with transaction.atomic():
            row.save()
    except DatabaseError as error:
        raise Refused("That was entered already, or cannot be. Nothing was changed.") from error
    return row


@transaction.atomic
def report_change(*, person, text, by, at):
    """A director's circumstances have changed: the value is stale until the Board acts (M-07)."""
    report = ChangeReport(
        person=person, text=text.strip(), reported_on=day_of(at), reported_at=at, reported_by=by
    )
    if not may_propose(by, report, day_of(at)):
        raise Refused("The director or the Corporate Secretary reports a change.", "M-07")
    if not report.text:
        raise Refused("Say what has changed.", provision="M-07")
    report.save(force_insert=True)
    mail.tell_of_change(report, by=by)
    return report


@transaction.atomic
def invite_counsel(person, *, by, on, until=None):
    """The nominating committee's chair lets counsel in to questionnaires and facts (AC-OWN)."""
    if not nominating_chair(on).filter(pk=by.person_id).exists():
        raise Refused(
            "The chair of the Nominating and Governance Committee invites counsel.",
            code="not_yours",
        )
    if person.pk == by.person_id:
        raise Refused("Nobody invites themselves.")
    row = CounselInvitation(person=person, since=on, until=until, invited_by=by)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            f"{person} is invited already. Nothing was changed.", "AC-OWN", code="stale"
        ) from error
    return row


@transaction.atomic
def end_counsel_invitation(invitation, *, by, on):
    """The nominating committee's chair lets counsel in no longer, from now on (AC-OWN)."""
    if not nominating_chair(on).filter(pk=by.person_id).exists():
        raise Refused(
            "The chair of the Nominating and Governance Committee ends the invitation.",
            code="not_yours",
        )
    locked = CounselInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.until is not None and locked.until <= on:
        raise Refused("The invitation has ended already.", "AC-OWN", code="stale")
    locked.until = max(on, locked.since)
    locked.save(update_fields=["until"])
    return locked
