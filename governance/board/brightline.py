"""The bright-line tests of Nasdaq rule 5605(a)(2), L-03 to L-08, and of Rule 10A-3, L-18.

Some relationships rule independence out for a time, whatever the Board thinks of them. So each test
answers with periods: handed what is known of a director and their family, it says from which day to
which day what bars, and names the fact. A fact counts from the day on which it happened: what a day
answers is never changed by what happens after it, nor by the order in which facts are entered.

Nothing here reads the database or the clock. `since` is the first day on which something holds,
`until` the first on which it no longer does, None while it lasts. Amounts are dollars, Decimal and
to the cent, and are compared as they are (C13).
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any

from governance.periods import months_after, years_after

DAY = timedelta(days=1)
# Years after its end in which a relationship still bars.
LOOK_BACK = 3
MOST_COMPENSATION = Decimal("120000")
# What an organisation may pay or be paid in a year, if it is no more than a twentieth of what the
# recipient earned.
LEAST_BUSINESS = Decimal("200000")
SHARE = 20
# Whoever holds no more of a voting class, in percent, is not affiliated by that alone (L-18).
SAFE_HARBOUR = Decimal(10)
FAMILY = (
    "spouse",
    "parent",
    "child",
    "sibling",
    "parent_in_law",
    "child_in_law",
    "sibling_in_law",
)


class Outcome(StrEnum):
    """What a test says of a fact: it bars, or counsel has to look at it."""

    BAR = "bar"
    REVIEW = "review"


class Reason(StrEnum):
    """Why an amount was paid. Only what is not exempt counts towards $120,000 (L-04)."""

    BOARD_SERVICE = "board_service"
    # Pay of a relative who is employed, and not as an executive officer.
    FAMILY_EMPLOYEE = "family_employee"
    RETIREMENT = "retirement"
    # Pay for an interim service; exempt from the day on which L-03 disregards that service.
    INTERIM_SERVICE = "interim_service"
    OTHER = "other"


EXEMPT = (Reason.BOARD_SERVICE, Reason.FAMILY_EMPLOYEE, Reason.RETIREMENT)


@dataclass(frozen=True)
class Finding:
    """A test's answer about one fact: from when to when it bars (`until` not included)."""

    test: str
    fact: object
    since: date
    until: date | None
    outcome: Outcome = Outcome.BAR
    # The amounts behind it, in a sentence that can be checked.
    says: str = ""
    # Of the audit committee's standard alone.
    audit: bool = False
    # Over at once, and yet the Board has to look at it before the director is independent again.
    once: bool = False

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Employment:
    """Somebody is employed by the Company, its parent or a consolidated subsidiary.

    `relative` is None for the director and otherwise tells one Family Member from another.
    """

    since: date
    until: date | None = None
    relative: Hashable = None
    executive: bool = False
    interim: bool = False
    key: Hashable = None


@dataclass(frozen=True)
class Receipt:
    """Somebody accepts an amount from the Company.

    `exempt_since` is for pay of an interim service: the day on which that service has ended. `key`
    tells one row of the record from another.
    """

    day: date
    amount: Decimal
    relative: Hashable = None
    reason: Reason = Reason.OTHER
    exempt_since: date | None = None
    key: Hashable = None


@dataclass(frozen=True)
class FiscalYear:
    """A year of the organisation that received, and what it earned in it; both days included."""

    start: date
    end: date
    # None: nobody has told it.
    revenue: Decimal | None


@dataclass(frozen=True)
class Payment:
    """Property or services are paid for, by the Company or to it."""

    day: date
    amount: Decimal
    by_company: bool
    key: Hashable = None


@dataclass(frozen=True)
class Organisation:
    """An organisation of which a director or Family Member is partner, controlling stockholder or
    executive officer for a time, and what went between it and the Company.

    `theirs` are the years in which it earned, `ours` those in which the Company did, oldest first
    and without a gap. `name` and `advises` are the organisation's: advice is what bars its partners
    from the audit committee (L-18).
    """

    since: date
    until: date | None
    payments: tuple[Payment, ...] = ()
    theirs: tuple[FiscalYear, ...] = ()
    ours: tuple[FiscalYear, ...] = ()
    relative: Hashable = None
    name: str = "the organisation"
    key: Hashable = None
    # Partner, controlling stockholder or executive officer; anything less is not tested (L-06).
    counts: bool = True
    advises: bool = False
    # Partner, member, managing director or executive officer of a firm that advises (L-18).
    shares_fees: bool = False


@dataclass(frozen=True)
class Interlock:
    """An Executive Officer of the Company serves on the compensation committee of an entity whose
    executive officer a director or Family Member is."""

    since: date
    until: date | None
    served_since: date
    served_until: date | None
    relative: Hashable = None
    key: Hashable = None


@dataclass(frozen=True)
class AuditorTie:
    """A partner of the outside auditor, or somebody who worked there on the Company's audit."""

    since: date
    until: date | None = None
    on_our_audit: bool = False
    partner: bool = False
    relative: Hashable = None
    key: Hashable = None


@dataclass(frozen=True)
class Holding:
    """A part of a voting class of the Company's stock, in percent."""

    since: date
    until: date | None
    percent: Decimal
    key: Hashable = None


Fact = Employment | Receipt | Organisation | Interlock | AuditorTie


def is_family_member(link: str, *, shares_home: bool) -> bool:
    """Whether a relative is a Family Member in the sense of the listing rules (L-02).

    Whoever shares the home is, but for domestic employees; a stepchild who lives elsewhere is not.
    """
    if link == "domestic_employee":
        return False
    return link in FAMILY or shares_home


def findings(facts: Iterable[Fact]) -> list[Finding]:
    """Everything that bars, or needs counsel's review, by day and test (L-03 to L-08)."""
    facts = list(facts)
    found = [finding for fact in facts for finding in TESTS.get(type(fact), nothing)(fact)]
    found += compensation(fact for fact in facts if isinstance(fact, Receipt))
    return sorted(found, key=lambda one: (one.since, one.test, one.until or date.max, one.outcome))


def bars_on(facts: Iterable[Fact], day: date) -> list[Finding]:
    """What rules independence out on the day."""
    held = (one for one in findings(facts) if one.holds_on(day))
    return [one for one in held if one.outcome == Outcome.BAR]


def nothing(fact: Fact) -> Iterator[Finding]:
    yield from ()


def after_look_back(until: date | None) -> date | None:
    """The first day that does not look back any more on something that has ended (C3).

    Looking back three years from a day reaches the same day of the month, included; so what was
    last true on 31 May 2023 is seen until 31 May 2026.
    """
    return None if until is None else seen_until(until - DAY)


def seen_until(last: date) -> date:
    """The first day from which a look-back no longer reaches `last`."""
    day = years_after(last, LOOK_BACK) + DAY
    # Of a leap year's last days of February, both look back on the 28th.
    return day + DAY if years_after(day, -LOOK_BACK) <= last else day


def employment(fact: Employment) -> Iterator[Finding]:
    """(A) the director was employed, (C) a Family Member was an Executive Officer (L-03, L-05)."""
    if fact.relative is not None and not fact.executive:
        return
    test = "L-03" if fact.relative is None else "L-05"
    over = after_look_back(fact.until)
    if test == "L-03" and fact.interim and fact.executive and fact.until is not None:
        year = years_after(fact.since, 1)
        if fact.until <= year:
            # Disregarded once it has ended; of exactly one year, counsel says what it was.
            yield Finding(test, fact, fact.since, fact.until)
            if fact.until == year:
                yield Finding(test, fact, fact.until, over, Outcome.REVIEW)
            return
    yield Finding(test, fact, fact.since, over)


def compensation(receipts: Iterable[Receipt]) -> Iterator[Finding]:
    """(B) more than $120,000 in twelve consecutive months, for each recipient alone (L-04)."""
    counted = [one for one in receipts if one.reason not in EXEMPT]
    by_recipient = sorted(counted, key=lambda one: (str(one.relative), one.day, one.amount))
    for _, theirs in groupby(by_recipient, key=attrgetter("relative")):
        rows = list(theirs)
        yield from windows(rows)
        lasting = [row for row in rows if row.exempt_since is None]
        if len(lasting) < len(rows):
            yield from windows(lasting)


def windows(rows: list[Receipt]) -> Iterator[Finding]:
    """Twelve months from each receipt on: all of a window is seen as long as its first day is."""
    for first in rows:
        end, total, until = months_after(first.day, 12), Decimal(0), seen_until(first.day)
        for row in rows:
            if first.day <= row.day < end:
                total += row.amount
                until = min(until, row.exempt_since or until)
                if total > MOST_COMPENSATION:
                    if row.day < until:
                        says = (
                            f"{said_dollars(total)} in the year from {said_day(first.day)}. "
                            f"More than {said_dollars(MOST_COMPENSATION)} is too much."
                        )
                        yield Finding("L-04", first, row.day, until, says=says)
                    break


def business(fact: Organisation) -> Iterator[Finding]:
    """(D) payments above 5 % of what the recipient earned, or $200,000 if that is more (L-06).

    The relationship has to be current: leaving the organisation clears the test at once. They
    count in the fiscal year in which they were made and for three years after it. Until that year
    is over, what the recipient earned in the last full one stands in, and counsel looks at it.
    """
    if not fact.counts:
        return
    for by_company, years in ((True, fact.theirs), (False, fact.ours)):
        made = [one for one in fact.payments if one.by_company == by_company]
        for number, year in enumerate(years):
            rows = sorted(
                (one for one in made if year.start <= one.day <= year.end),
                key=attrgetter("day", "amount"),
            )
            for finding in of_one_year(fact, rows, years, number):
                yield from within(finding, fact)


def of_one_year(fact, rows, years, number) -> Iterator[Finding]:
    """What the payments of one fiscal year mean while it runs, and when it is over."""
    if not rows:
        return
    year = years[number]
    over, last = year.end + DAY, last_counted(years, number) + DAY
    limit, total = business_limit(earned(years, number - 1)), Decimal(0)
    crossed = None
    for row in rows:
        total += row.amount
        if crossed is None and total > limit:
            crossed = row.day
            yield Finding("L-06", fact, row.day, over, says=said_payments(fact, total, limit))
    first = rows[0].day
    if crossed is None or first < crossed:
        provisional = said_payments(fact, total, limit) + " For review: the year is not over."
        yield Finding("L-06", fact, first, crossed or over, Outcome.REVIEW, provisional)
    limit = business_limit(earned(years, number))
    if total > limit:
        yield Finding("L-06", fact, over, last, says=said_payments(fact, total, limit))


def last_counted(years, number) -> date:
    """The last day on which payments of a year still count: three fiscal years after it."""
    if number + LOOK_BACK < len(years):
        return years[number + LOOK_BACK].end
    return years_after(years[number].end + DAY, LOOK_BACK) - DAY


def earned(years, number) -> Decimal | None:
    """What was earned in that year, or in the last one before it of which it is known."""
    known = (year.revenue for year in reversed(years[: number + 1]) if year.revenue is not None)
    return next(known, None)


def business_limit(revenue: Decimal | None) -> Decimal:
    """What may be paid in a year: a twentieth of what the recipient earned, or $200,000."""
    return max(LEAST_BUSINESS, (revenue or Decimal(0)) / SHARE)


def said_payments(fact, total, limit) -> str:
    return (
        f"{said_dollars(total)} in one fiscal year between the Company and {fact.name}. "
        f"The limit is {said_dollars(limit)}, the greater of 5 % of what the recipient earned "
        f"and {said_dollars(LEAST_BUSINESS)}."
    )


def said_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def said_dollars(amount) -> str:
    return f"${amount:,.2f}"


def interlock(fact: Interlock) -> Iterator[Finding]:
    """(E) an officer of ours sat where the pay of the director's own was decided (L-07)."""
    served = Finding("L-07", fact, fact.served_since, after_look_back(fact.served_until))
    yield from within(served, fact)


def auditor(fact: AuditorTie) -> Iterator[Finding]:
    """(F) a current partner of the outside auditor, or somebody who worked on our audit (L-08)."""
    if fact.on_our_audit:
        yield Finding("L-08", fact, fact.since, after_look_back(fact.until))
    elif fact.partner:
        yield Finding("L-08", fact, fact.since, fact.until)


def within(finding: Finding, tie: Organisation | Interlock) -> Iterator[Finding]:
    """The part of a finding in which the relationship is current (L-06)."""
    first = max(finding.since, tie.since)
    last = min(one or date.max for one in (finding.until, tie.until))
    if first < last:
        yield replace(finding, since=first, until=None if last == date.max else last)


def audit_findings(facts: Iterable[Fact | Holding]) -> list[Finding]:
    """What keeps a director from the audit committee alone: fees and affiliation (L-18).

    There is no smallest amount and no look-back: a fee that was taken is over, and yet the Board
    has to determine anew. `facts` are the director's own and those of whom Rule 10A-3 counts as
    the director: the spouse, a minor child or stepchild, a child who shares the home.
    """
    found = []
    for fact in facts:
        if isinstance(fact, Receipt) and fact.reason not in (
            Reason.BOARD_SERVICE,
            Reason.RETIREMENT,
        ):
            says = f"{said_dollars(fact.amount)} beyond Board pay. Any amount counts."
            found.append(Finding("L-18", fact, fact.day, None, says=says, audit=True, once=True))
        elif isinstance(fact, Holding) and fact.percent > SAFE_HARBOUR:
            says = f"{fact.percent.normalize():f} % of a voting class, more than 10 %."
            found.append(
                Finding("L-18", fact, fact.since, fact.until, Outcome.REVIEW, says, audit=True)
            )
        elif isinstance(fact, Organisation) and fact.advises and fact.relative is None:
            found += advice(fact)
    return sorted(found, key=lambda one: (one.since, one.until or date.max, one.outcome))


def advice(fact: Organisation) -> Iterator[Finding]:
    """The Company pays a firm that advises it, in which the director has a part (L-18)."""
    outcome = Outcome.BAR if fact.shares_fees else Outcome.REVIEW
    for payment in fact.payments:
        current = fact.since <= payment.day and (fact.until is None or payment.day < fact.until)
        if payment.by_company and current:
            says = f"{said_dollars(payment.amount)} paid to {fact.name} for advice."
            if outcome == Outcome.BAR:
                until, once = fact.until, fact.until is None
            else:
                until, once = fact.until, False
            yield Finding("L-18", fact, payment.day, until, outcome, says, audit=True, once=once)


TESTS: dict[type, Callable[[Any], Iterator[Finding]]] = {
    Employment: employment,
    Organisation: business,
    Interlock: interlock,
    AuditorTie: auditor,
}


def fiscal_years(told: Iterable[FiscalYear], *, first: date, last: date) -> tuple[FiscalYear, ...]:
    """Years that cover every day from `first` to `last`, oldest first.

    Those that were told; around them years of the same twelve months whose revenue nobody knows,
    and calendar years where none was told.
    """
    years = sorted(told, key=attrgetter("start"))
    if not years:
        years = [FiscalYear(date(first.year, 1, 1), date(first.year, 12, 31), None)]
    covered = [years[0]]
    while covered[0].start > first:
        end = covered[0].start - DAY
        start = years_after(covered[0].start, -1)
        covered.insert(0, FiscalYear(start, end, None))
    for year in years[1:]:
        covered += gap(covered[-1].end + DAY, year.start - DAY)
        covered.append(year)
    while covered[-1].end < last:
        start = covered[-1].end + DAY
        covered.append(FiscalYear(start, years_after(start, 1) - DAY, None))
    return tuple(covered)


def gap(start: date, end: date) -> Iterator[FiscalYear]:
    """Years of which nothing was told, between two that were."""
    while start <= end:
        over = min(years_after(start, 1) - DAY, end)
        yield FiscalYear(start, over, None)
        start = over + DAY
