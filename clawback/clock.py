"""The three years: each award's last day, under each defensible reading of the end (C-TRG-03)."""

from dataclasses import dataclass
from datetime import date

from clawback.engine.days import months_later
from clawback.engine.policy import overridden
from clawback.inputs import riders_on
from clawback.models.cases import EndDate
from clawback.models.policies import PolicyKind
from clawback.policies import base_version, parameters_of, terms_of

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
    terms = parameters_of(award.person, PolicyKind.FAULT, on)
    return read_clock(case.restatement, award.filed_on, terms["lookback"], on) if terms else None


def clocks_of(case, lines, on):
    """Each line with the clock of its award, in as many questions as for one."""
    base = base_version(PolicyKind.FAULT, on)
    if base is None:
        return [(line, None) for line in lines]
    people = {line.award.person_id: line.award.person for line in lines}
    riders = {one["person"]: one["overrides"] for one in riders_on(PolicyKind.FAULT, people, on)}
    terms = terms_of(base)
    found = []
    for line in lines:
        mine = overridden({}, terms | riders.get(str(line.award.person_id), {}))
        clock = read_clock(case.restatement, line.award.filed_on, mine["lookback"], on)
        found.append((line, clock))
    return found


def read_clock(restatement, filed_on, lookback, on):
    """The same for a given look-back."""
    years, leap_rule = lookback["years"], lookback.get("leap_rule", "feb28")
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
