"""The three years: each award's last day, under each defensible reading of the end (C-TRG-03)."""

from dataclasses import dataclass
from datetime import date

from clawback.engine.days import months_later
from clawback.models.cases import EndDate
from clawback.models.policies import PolicyKind, PolicyVersion
from clawback.reckoning import terms_of

# Members are warned so many days before an award's last day (C-TRG-03).
WARNED = (90, 30, 7)


@dataclass(frozen=True)
class Reading:
    """One reading of the end date: the day it gives, and whether an award is inside by it."""

    end_date: str
    # Empty: that event has not come yet.
    day: date | None
    inside: bool

    @property
    def words(self):
        return EndDate(self.end_date).label


@dataclass(frozen=True)
class Clock:
    """An award's last day, and what each reading makes of it."""

    last_day: date
    on: date
    readings: tuple[Reading, ...]

    @property
    def days_left(self):
        """Days from today to the last one; below zero when it has passed."""
        return (self.last_day - self.on).days

    @property
    def verdict(self):
        """Inside on all readings whose event is known, on some, or on none."""
        known = [reading.inside for reading in self.readings if reading.day]
        if all(known):
            return "all"
        return "some" if any(known) else "none"

    @property
    def agrees(self):
        return self.verdict != "some"


def clock_of(case, award, on):
    """The clock of one award on a day; None where no fault-based policy is in force."""
    version = PolicyVersion.objects.applying_to(award.person, PolicyKind.FAULT, on)
    if version is None:
        return None
    return read_clock(case.restatement, award.filed_on, terms_for(award.person, version, on), on)


def terms_for(person, version, on):
    """The parameters for the person: a rider's over those of everybody."""
    if not version.is_rider:
        return terms_of(version)
    base = PolicyVersion.objects.in_force(version.kind, on).filter(is_rider=False).first()
    return terms_of(base) | terms_of(version)


def read_clock(restatement, filed_on, terms, on):
    """The same for given parameters."""
    years, leap_rule = terms["lookback.years"], terms.get("lookback.leap_rule", "feb28")
    last_day = months_later(max(filed_on), 12 * years, leap_rule)
    days = {
        EndDate.DETERMINATION: on,
        EndDate.RESTATED: restatement.restated_filed_on,
        EndDate.CONCLUSION: restatement.concluded_on,
    }
    readings = tuple(
        Reading(end_date, day, day is not None and day <= last_day)
        for end_date, day in days.items()
    )
    return Clock(last_day, on, readings)


def warnings_on(case, on):
    """Lines whose last day is so many days away that members are told of it that day."""
    for line in case.lines.filter(state="undecided").select_related("award__person"):
        clock = clock_of(case, line.award, on)
        if clock and clock.days_left in WARNED:
            yield line, clock
