"""What the proxy statement and the annual report tell of recoveries under the mandatory rule.

The figures are the engine's; what it is given comes from the accounts and their entries, as they
stood on the last day of a fiscal year (L-26, Item 402(w) of Regulation S-K).
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from clawback.engine import evaluate
from clawback.engine.facts import Case as Facts
from clawback.engine.facts import DisclosureRequest, Given, Person, Recovery
from clawback.models import Account, Case, EntryKind, LedgerEntry, ResolutionKind, Wall

NOTHING = Decimal(0)
TAKEN = (EntryKind.CANCELLED, EntryKind.REPAID)


@dataclass(frozen=True)
class Forgone:
    """What was given up of a person's amount, and why, in the Committee's words."""

    person: object
    amount: Decimal
    why: str


@dataclass(frozen=True)
class Disclosed:
    """The figures of one restatement on the last day of a year."""

    case: Case
    aggregate: Decimal
    recovered: Decimal
    forgone: Decimal
    outstanding: Decimal
    # Named executive officers whose amount was determined at least 180 days before.
    old: list
    forgone_by: list


@dataclass(frozen=True)
class Stood:
    """An account on the mandatory track as it stood on a day."""

    account: Account
    erroneous: Decimal
    recovered: Decimal
    forgone: Decimal
    determined_on: object
    in_year: bool

    @property
    def person(self):
        return self.account.line.award.person

    @property
    def outstanding(self):
        return self.erroneous - self.recovered - self.forgone


def disclose_for(user, year):
    """Each restatement that the reader may know of, with what is told of it for the year.

    Cases from which a wall keeps the reader are as if they were not there.
    """
    accounts = Account.objects.visible_to(user).filter(line__under_the_rule__amount__gt=0)
    accounts = accounts.select_related(
        "line__award__person", "line__under_the_rule", "line__case__restatement"
    ).order_by("line__case__restatement__recorded_at", "pk")
    entries: dict = {}
    told = LedgerEntry.objects.filter(account__in=accounts, day__lte=year.end)
    for entry in told.select_related("resolution"):
        entries.setdefault(entry.account_id, []).append(entry)
    by_case: dict = {}
    for account in accounts:
        stood = as_it_stood(account, entries.get(account.pk, []), year)
        if stood.erroneous and (stood.outstanding or stood.in_year):
            by_case.setdefault(account.line.case, []).append((stood, entries[account.pk]))
    named = set(Wall.objects.filter(is_named_officer=True).values_list("restatement", "person"))
    return [figures(case, rows, year, named) for case, rows in by_case.items()]


def as_it_stood(account, entries, year):
    """The part of an account that the mandatory rule recovers.

    Both tracks share the account: what was taken counts first towards what is mandatory.
    """
    due = sum((one.amount for one in entries if one.kind == EntryKind.DUE), NOTHING)
    due -= sum((one.amount for one in entries if one.kind == EntryKind.REDUCED), NOTHING)
    erroneous = min(due, account.line.under_the_rule.amount)
    given_up = sum((one.amount for one in entries if is_impracticable(one)), NOTHING)
    taken = sum((one.amount for one in entries if one.kind in TAKEN), NOTHING)
    days = [one.day for one in entries if one.kind == EntryKind.DUE]
    return Stood(
        account,
        erroneous,
        min(taken, erroneous - min(given_up, erroneous)),
        min(given_up, erroneous),
        min(days, default=None),
        any(one.day >= year.start for one in entries),
    )


def is_impracticable(entry):
    """The mandatory rule lets nothing else be forgone (L-26)."""
    if entry.kind != EntryKind.FORGONE:
        return False
    return entry.resolution.kind == ResolutionKind.IMPRACTICABLE


def figures(case, rows, year, named):
    """One restatement, by the engine; an account is a person of its own there, as each amount has
    a day of its own."""
    found = evaluate(asked(case, [stood for stood, _ in rows], year, named)).disclosure
    people = {str(stood.account.pk): stood.person for stood, _ in rows}
    return Disclosed(
        case=case,
        aggregate=money(found.aggregate),
        recovered=money(found.recovered),
        forgone=money(found.forgone),
        outstanding=money(found.outstanding),
        old=by_person(found.outstanding_180_days, people),
        forgone_by=[
            Forgone(stood.person, one.amount, one.resolution.text)
            for stood, entries in rows
            for one in entries
            if is_impracticable(one)
        ],
    )


def asked(case, stood, year, named):
    keys = {str(one.account.pk): one for one in stood}
    return Facts(
        people=tuple(
            Person(key, named_executive_officer=(case.restatement_id, one.person.pk) in named)
            for key, one in keys.items()
        ),
        disclosure=DisclosureRequest(
            as_of=year.end,
            given=tuple(
                Given(key, exact(one.erroneous), exact(one.forgone)) for key, one in keys.items()
            ),
            amount_determined={key: one.determined_on for key, one in keys.items()},
            recoveries=tuple(
                Recovery(key, year.end, exact(one.recovered)) for key, one in keys.items()
            ),
        ),
    )


def by_person(amounts, people):
    """What the accounts of each person come to, by name."""
    found: dict = {}
    for key, amount in amounts.items():
        found[people[key]] = found.get(people[key], NOTHING) + money(amount)
    return sorted(found.items(), key=lambda one: (one[0].family_name, one[0].given_name))


def exact(amount):
    return Fraction(amount)


def money(amount):
    """Dollars to the cent: nothing but cents went in."""
    return Decimal(amount.numerator) / Decimal(amount.denominator)
