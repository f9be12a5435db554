"""Whether the Board is composed as it has to be on a day (G-IND-01, G-IND-02, G-CLS-01, G-CLS-02).

Pure functions of what is known of that day; `committees.composition` reads it from the rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from governance.board.models import DirectorClass, Independence, Standard
from governance.board.terms import elects, term_ends_in
from governance.verdicts import Status, Verdict, worst
from governance.words import said_long_day, said_number

DUE_WITHIN = timedelta(days=60)
RESOLVE_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Determined:
    """What the latest determination under one standard is worth on the day (C7)."""

    value: str
    determined_on: date | None = None
    expires_on: date | None = None
    # Whether that determination found the director independent; None when there is none.
    found: bool | None = None
    # The day on which a change was reported that nobody has determined about since.
    reported_on: date | None = None


@dataclass(frozen=True)
class Sitting:
    """A director in office on the day."""

    key: object
    name: str
    director_class: int | None
    since: date
    values: Mapping[str, Determined] = field(default_factory=dict)
    # The latest term: when it began, how, and the year in which it ends; None when nobody told it.
    term_since: date | None = None
    elected: bool = True
    ends_in: int | None = None
    # An Executive Officer or employee that day.
    employed: bool = False

    def value(self, standard=Standard.GENERAL):
        told = self.values.get(standard)
        return told.value if told else Independence.NONE


@dataclass(frozen=True)
class Cure:
    """A cure period that runs on the day, and until when (L-12)."""

    deadline: date
    provisional: bool = False


def counted(values: Iterable[str]) -> tuple[int, int, int]:
    """Directors in office, independent ones, and those whose determination is stale (C6, C7)."""
    told = list(values)
    return len(told), told.count(Independence.YES), told.count(Independence.STALE)


def is_majority(part: int, whole: int) -> bool:
    """More than half; exactly half never is (C5)."""
    return 2 * part > whole


def independent_majority(values: Iterable[str], day: date, cure: Cure | None = None) -> Verdict:
    """More than half of the directors in office are independent (G-IND-01, L-11)."""
    n, yes, stale = counted(values)
    says = said_part(yes, n)
    if n == 0:
        return Verdict("G-IND-01", Status.NOT_APPLICABLE, "Nobody sits on the Board.")
    if is_majority(yes, n):
        return Verdict("G-IND-01", Status.MET, f"{says}: a majority.")
    if is_majority(yes + stale, n):
        again = f"{said_number(stale)} to be determined again"
        return Verdict("G-IND-01", Status.AT_RISK, f"{says}, {again}.")
    if cure and day <= cure.deadline:
        until = said_long_day(cure.deadline)
        words = f"{says}: no majority. It may be cured until {until}."
        if cure.provisional:
            words += " The next annual meeting is not set, so that day may come sooner."
        return Verdict("G-IND-01", Status.CURE, words, cure.deadline)
    return Verdict("G-IND-01", Status.BREACHED, f"{says}: no majority.")


def said_part(yes: int, n: int) -> str:
    """ "Six of nine directors are independent", "None of three directors is independent"."""
    if n == 1:
        return f"The only director is {'' if yes else 'not '}independent"
    number = said_number(yes).capitalize() if yes else "None"
    return f"{number} of {said_number(n)} directors {'are' if yes > 1 else 'is'} independent"


def determined_in_time(
    sitting: Iterable[Sitting], standards: Mapping[object, Iterable[str]], day: date
) -> list[tuple[object, str, Verdict]]:
    """Each director under each standard that applies to them (G-IND-02).

    `standards` has those that apply by the key of the director.
    """
    return [
        (one.key, standard, determined(one, standard, day))
        for one in sitting
        for standard in standards.get(one.key, (Standard.GENERAL,))
    ]


def determined(director: Sitting, standard: str, day: date) -> Verdict:
    """One director under one standard; a determination holds through the day it expires."""
    told = director.values.get(standard, Determined(Independence.NONE))
    words = Standard(standard).label

    def verdict(status, says, deadline=None):
        return Verdict("G-IND-02", status, says, deadline)

    if director.employed or told.found is False:
        return verdict(Status.NOT_APPLICABLE, "Not independent.")
    if told.found is None or told.value == Independence.NONE:
        return verdict(Status.OVERDUE, f"Never determined under the {words} standard.")
    assert told.determined_on is not None and told.expires_on is not None
    if told.reported_on:
        if day > told.reported_on + RESOLVE_WITHIN:
            return verdict(Status.OVERDUE, "A change was reported more than 30 days ago.")
        deadline = told.reported_on + RESOLVE_WITHIN
        return verdict(Status.DUE_SOON, "A change was reported.", deadline)
    expires = said_day(told.expires_on)
    if day > told.expires_on:
        return verdict(Status.OVERDUE, f"The determination expired {expires}.", told.expires_on)
    says = f"Determined {said_day(told.determined_on)}, expires {expires}."
    near = day >= told.expires_on - DUE_WITHIN
    return verdict(Status.DUE_SOON if near else Status.MET, says, told.expires_on)


def said_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def roll_up(verdicts: Iterable[Verdict]) -> Status:
    """How all of them stand together: as the worst; what does not apply is left out (C11)."""
    return worst(one for one in verdicts if one.status != Status.NOT_APPLICABLE)


def three_classes(
    sitting: Iterable[Sitting],
    seats: Mapping[int, int],
    *,
    balanced: bool = False,
    declassified: bool = False,
) -> Verdict:
    """The directors are divided into three classes, until the Board is declassified (G-CLS-01).

    `seats` has the number of authorised seats of each class. Classes of unequal size are told and
    not judged, unless the certificate asks for equal ones (`balanced`).
    """
    told = list(sitting)
    if declassified:
        return Verdict("G-CLS-01", Status.NOT_APPLICABLE, "The Board has been declassified.")
    if not told:
        return Verdict("G-CLS-01", Status.NOT_APPLICABLE, "Nobody sits on the Board.")
    without = [one.name for one in told if one.director_class not in DirectorClass.values]
    if without or any(not seats.get(one) for one in DirectorClass):
        says = "Not every seat belongs to one of the three classes."
        return Verdict("G-CLS-01", Status.BREACHED, says, reasons=tuple(without))
    sizes = {one: sum(d.director_class == one for d in told) for one in DirectorClass}
    empty = [one.label for one, size in sizes.items() if not size]
    if empty:
        says = f"No director sits in {' or '.join(empty)}."
        return Verdict("G-CLS-01", Status.AT_RISK, says)
    uneven = max(seats.values()) - min(seats.values()) > 1
    if uneven and balanced:
        return Verdict("G-CLS-01", Status.AT_RISK, "The classes are not of equal size.")
    says = ", ".join(f"{one.label}: {size}" for one, size in sizes.items())
    return Verdict("G-CLS-01", Status.MET, f"{says}.")


def staggered_terms(
    sitting: Iterable[Sitting],
    base_years: Mapping[int, int],
    meetings: Mapping[int, date],
    day: date,
    *,
    declassified: bool = False,
) -> Verdict:
    """Each class serves three years, one is elected each year; who holds over is noted (G-CLS-02).

    `meetings` has the day of each annual meeting that was held, by its year.
    """
    if declassified:
        return Verdict("G-CLS-02", Status.NOT_APPLICABLE, "The Board has been declassified.")
    wrong, over = [], []
    for one in sitting:
        if one.ends_in is None or one.term_since is None or one.director_class is None:
            continue
        base = base_years[one.director_class]
        right = ends_rightly(one, base, meetings)
        if one.ends_in != right:
            wrong.append(f"{one.name}: the term ends in {one.ends_in} instead of {right}.")
        elif (at := meetings.get(one.ends_in)) and at <= day:
            over.append(one.name)
    if wrong:
        says = "A term does not end when its class is elected."
        return Verdict("G-CLS-02", Status.BREACHED, says, reasons=tuple(wrong))
    if over:
        says = f"{', '.join(over)} hold{'s' if len(over) == 1 else ''} over: no successor yet."
        return Verdict("G-CLS-02", Status.MET_NOTE, says)
    return Verdict("G-CLS-02", Status.MET, "One class is elected each year, for three years.")


def ends_rightly(one: Sitting, base_year: int, meetings: Mapping[int, date]) -> int:
    """The year in which the running term ends by the formula (G-CLS-02).

    Whether an annual meeting had been held when the term began is not always known; then a year in
    which the class is elected is taken as it is told.
    """
    assert one.term_since is not None and one.ends_in is not None
    unknown = one.term_since.year not in meetings
    if unknown and elects(one.term_since.year, base_year) and elects(one.ends_in, base_year):
        return one.ends_in
    held = {year: at for year, at in meetings.items() if at <= one.term_since}
    return term_ends_in(one.term_since, elected=one.elected, base_year=base_year, concluded=held)
