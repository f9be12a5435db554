"""When a lost majority, or a committee that is short, may still be cured, and until when (M-17).

Pure functions: handed how a body was composed from day to day, they say which single event lost the
rule, whether it can be cured, and the exact day until which (L-12, L-20, L-24).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from governance.board.majority import is_majority
from governance.board.models import Independence
from governance.periods import years_after

LATER = timedelta(days=180)
COUNT = (Independence.YES, Independence.STALE)
# Members that law asks for (L-15, L-22); the nominating committee has no smallest size (L-25).
SMALLEST = {"audit": 3, "compensation": 2, "nominating": 1}


class Event(StrEnum):
    """What lost the rule: a seat fell vacant, or somebody is not independent any more."""

    VACANCY = "vacancy"
    INDEPENDENCE = "independence"


@dataclass(frozen=True)
class Clock:
    """The days between which a cure period is reckoned (L-12, L-20)."""

    event: date
    # Event and 180 days; None where the rule has no such alternative (L-20 A).
    later: date | None
    # One year from the event.
    year: date
    # The first annual meeting after the event; None while none is set.
    annual: date | None

    @property
    def deadline(self):
        """The earlier of annual meeting and one year; 180 days at least where the rule says so."""
        if self.annual is None:
            return self.year
        if self.later and self.annual <= self.later:
            return self.later
        return min(self.annual, self.year)

    @property
    def provisional(self):
        """No annual meeting is set yet, and one may bring the day forward."""
        return self.annual is None


def clock(event: date, annual: date | None, *, at_least_180: bool = True) -> Clock:
    """The cure period of an event (L-12, L-20 B, L-24); without 180 days for L-20 (A)."""
    return Clock(event, event + LATER if at_least_180 else None, years_after(event, 1), annual)


@dataclass(frozen=True)
class Loss:
    """The event by which a rule was lost, and what has become of it by a day."""

    event: Event
    person: object
    on: date
    # The day on which another event made the cure unavailable, or the rule was met again.
    void_on: date | None = None
    cured_on: date | None = None

    def open_on(self, day):
        return all(over is None or day < over for over in (self.void_on, self.cured_on))


Members = Mapping[object, str]


def majority_holds(members: Members) -> bool:
    """More than half count as independent, whoever is stale included (G-IND-01)."""
    return is_majority(sum(value in COUNT for value in members.values()), len(members))


def losses(history: Sequence[tuple[date, Members]], holds: Callable[[Members], bool]) -> list[Loss]:
    """The losses of a rule over time, oldest first.

    `history` has the members and their values from each day on which something changed. A loss that
    two events brought about at once, or that one alone would not undo, has no cure and is not told.
    """
    found: list[Loss] = []
    before: Members = {}
    current: Loss | None = None
    was_held = True
    for day, members in history:
        held = holds(members)
        if held and current:
            found.append(replace(current, cured_on=day))
            current = None
        elif not held and was_held:
            current = single_event(before, members, day, holds)
        elif not held and current and not holds(undone(members, current)):
            found.append(replace(current, void_on=day))
            current = None
        was_held, before = held, members
    return [*found, current] if current else found


def single_event(before, members, day, holds):
    """The one event that lost the rule: undoing it alone would restore it. Otherwise None."""
    gone = [key for key, value in before.items() if key not in members and value in COUNT]
    changed = [
        key for key, value in members.items() if value not in COUNT and before.get(key) in COUNT
    ]
    events = [(Event.VACANCY, key) for key in gone]
    events += [(Event.INDEPENDENCE, key) for key in changed]
    for event, person in events:
        loss = Loss(event, person, day)
        if len(events) == 1 and holds(undone(members, loss)):
            return loss
    return None


def undone(members, loss):
    """The members as they would be if that one event had not happened."""
    return {**members, loss.person: Independence.YES}
