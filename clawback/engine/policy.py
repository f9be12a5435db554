"""A recovery policy as data: its parameters, each with the values that it may take (section 3)."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Lookback:
    """How far back a policy reaches: so many years, or months, by one of three rules, which needs
    its own of these fields."""

    rule: str
    years: int | Any = None
    months: int | Any = None
    event: str | Any = None
    leap_rule: str = "feb28"


@dataclass(frozen=True, slots=True)
class Policy:
    """When a policy applies, to whom, how far back, for which measures, and how far it takes."""

    effective_date: date | Any
    effective_test: str
    restatement_types: frozenset[str]
    lookback: Lookback
    coverage: str
    fault: str
    fault_standards: frozenset[str]
    measures: frozenset[str]
    excess_rule: str
    notional_earnings: str
    repay_allowed: bool
    cost: str

    @property
    def takes_everything(self) -> bool:
        """Whether everything received in the window counts, not only the excess."""
        return self.excess_rule == "full_amount"


def overridden(parameters: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """The parameters with others in the place of some, by dotted path: `lookback.leap_rule`."""
    found = deepcopy(parameters)
    # The whole of the look-back before its parts.
    for path in sorted(overrides):
        *above, last = path.split(".")
        place = found
        for name in above:
            if not isinstance(place.get(name), dict):
                place[name] = {}
            place = place[name]
        place[last] = overrides[path]
    return found
