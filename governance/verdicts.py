"""What a check says of a provision on a day: its status, since when or until when, and why (C10).

Nothing is stored as compliant. A check is a pure function of facts and a day, and is asked again
for any past or present one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """How a duty or a composition rule stands (C10)."""

    BREACHED = "breached"
    OVERDUE = "overdue"
    CURE = "cure"
    AT_RISK = "at_risk"
    DUE_SOON = "due_soon"
    MET_LATE = "met_late"
    MET_NOTE = "met_note"
    MET = "met"
    UPCOMING = "upcoming"
    EXCEPTED = "excepted"
    NOT_APPLICABLE = "not_applicable"


# The gravest first (C11).
SEVERITY = tuple(Status)


class Expectation(StrEnum):
    """How a soft expectation stands; none of them counts among the rules above (C10, C11)."""

    NOT_OBSERVED = "not_observed"
    OBSERVED = "observed"
    UPCOMING = "upcoming"
    NOT_APPLICABLE = "not_applicable"


def said_status(status):
    """How a standing is said on a page: "due soon"; a note beside what is met is told as one."""
    return "met, with a note" if status == Status.MET_NOTE else status.replace("_", " ")


class Right(StrEnum):
    """Rights, powers and permissions are there to be used, and nothing is missed if not (C10)."""

    AVAILABLE = "available"
    EXERCISED = "exercised"


@dataclass(frozen=True)
class Verdict:
    """One provision on one day.

    `says` is a sentence everybody may read who may know the result; `reasons` are for those who may
    know why.
    """

    provision: str
    status: Status
    says: str
    deadline: date | None = None
    reasons: tuple[str, ...] = ()

    @property
    def is_in_order(self):
        return self.status not in (Status.BREACHED, Status.OVERDUE, Status.CURE, Status.AT_RISK)


@dataclass(frozen=True)
class Observation:
    """A soft expectation or a right on a day: shown beside the rules, never rolled up (C11)."""

    provision: str
    status: Expectation | Right
    says: str
    reasons: tuple[str, ...] = ()


def worst(verdicts: Iterable[Verdict]) -> Status:
    """How several stand together: as the gravest of them (C11)."""
    found = [SEVERITY.index(one.status) for one in verdicts]
    return SEVERITY[min(found)] if found else Status.NOT_APPLICABLE
