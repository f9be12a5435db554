"""How the instalments of an account stand on a day (C-REC-02)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Part:
    """One instalment: how much of it was met, and how it stands on a day."""

    due_on: date
    amount: Decimal
    met: Decimal
    state: str

    @property
    def open(self):
        return self.amount - self.met


def as_they_stand(rows, outstanding, day):
    """A plan covered all that was outstanding, so what has come since is what it exceeds today's
    balance by; the earliest instalments are met first."""
    rows = list(rows)
    left = sum((row.amount for row in rows), NOTHING) - outstanding
    found = []
    for row in rows:
        met = max(NOTHING, min(row.amount, left))
        left -= met
        state = "met" if met == row.amount else "overdue" if row.due_on < day else "due"
        found.append(Part(row.due_on, row.amount, met, state))
    return found
