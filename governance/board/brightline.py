"""The bright-line tests of Nasdaq rule 5605(a)(2), L-03 to L-08.

Some relationships rule independence out for a time, whatever the Board thinks of them. So each test
answers with periods: handed what is known of a director and their family, it says from which day to
which day what bars, and names the fact. A fact counts from the day on which it happened: what a day
answers is never changed by what happens after it, nor by the order in which facts are entered.

Nothing here reads the database or the clock. `since` is the first day on which something holds,
`until` the first on which it no longer does, None while it lasts. Amounts are dollars, Decimal and
to the cent, and are compared as they are (C13).
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Receipt:
    """Somebody accepts an amount from the Company.

    `exempt_since` is for pay of an interim service: the day on which that service has ended.
    """

    day: date
    amount: Decimal
    relative: Hashable = None
    reason: Reason = Reason.OTHER
    exempt_since: date | None = None


@dataclass(frozen=True)
class FiscalYear:
    """A year of the organisation that received, and what it earned in it; both days included."""

    start: date
    end: date
    revenue: Decimal


@dataclass(frozen=True)
class Payment:
    """Property or services are paid for, by the Company or to it."""

    day: date
    amount: Decimal
    by_company: bool


@dataclass(frozen=True)
class Organisation:
    """An organisation of which a director or Family Member is partner, controlling stockholder or
    executive officer for a time, and what went between it and the Company.

    `theirs` are the years in which it earned, `ours` those in which the Company did, oldest first.
    """

    since: date
    until: date | None
    payments: tuple[Payment, ...] = ()
    theirs: tuple[FiscalYear, ...] = ()
    ours: tuple[FiscalYear, ...] = ()
    relative: Hashable = None


@dataclass(frozen=True)
class Interlock:
    """An Executive Officer of the Company serves on the compensation committee of an entity whose
    executive officer a director or Family Member is."""

    since: date
    until: date | None
    served_since: date
    served_until: date | None
    relative: Hashable = None


@dataclass(frozen=True)
class AuditorTie:
    """A partner of the outside auditor, or somebody who worked there on the Company's audit."""

    since: date
    until: date | None = None
    on_our_audit: bool = False
    partner: bool = False
    relative: Hashable = None


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
                        yield Finding("L-04", first, row.day, until)
                    break


def business(fact: Organisation) -> Iterator[Finding]:
    """(D) payments above 5 % of what the recipient earned, or $200,000 if that is more (L-06).

    The relationship has to be current: leaving the organisation clears the test at once. They
    count in the fiscal year in which they were made and for three years after it.
    """
    for by_company, years in ((True, fact.theirs), (False, fact.ours)):
        for number, year in enumerate(years):
            total = Decimal(0)
            made = [one for one in fact.payments if one.by_company == by_company]
            for payment in sorted(made, key=attrgetter("day", "amount")):
                if not year.start <= payment.day <= year.end:
                    continue
                total += payment.amount
                if total > LEAST_BUSINESS and SHARE * total > year.revenue:
                    last = (
                        years[number + LOOK_BACK].end
                        if number + LOOK_BACK < len(years)
                        else (years_after(year.end + DAY, LOOK_BACK) - DAY)
                    )
                    yield from within("L-06", fact, payment.day, last + DAY)
                    break


def interlock(fact: Interlock) -> Iterator[Finding]:
    """(E) an officer of ours sat where the pay of the director's own was decided (L-07)."""
    yield from within("L-07", fact, fact.served_since, after_look_back(fact.served_until))


def auditor(fact: AuditorTie) -> Iterator[Finding]:
    """(F) a current partner of the outside auditor, or somebody who worked on our audit (L-08)."""
    if fact.on_our_audit:
        yield Finding("L-08", fact, fact.since, after_look_back(fact.until))
    elif fact.partner:
        yield Finding("L-08", fact, fact.since, fact.until)


def within(test: str, fact: Organisation | Interlock, since: date, until: date | None):
    """The part of a period in which the relationship is current."""
    first = max(since, fact.since)
    last = min(one or date.max for one in (until, fact.until))
    if first < last:
        yield Finding(test, fact, first, None if last == date.max else last)


TESTS: dict[type, Callable[[Any], Iterator[Finding]]] = {
    Employment: employment,
    Organisation: business,
    Interlock: interlock,
    AuditorTie: auditor,
}
