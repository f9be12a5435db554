"""The working that every result carries: steps that a person can check with pencil and paper."""

from fractions import Fraction
from typing import NamedTuple

from clawback.engine.exact import SHOWN_PLACES, plain, rounded, written

PERCENT, MONEY, SHARES = "%", "$", "shares"
PLACES = {PERCENT: SHOWN_PLACES, MONEY: 2, SHARES: 0}


class Step(NamedTuple):
    """One line of a working: what is found, out of which exact numbers, and what it comes to.

    `how` is the expression with a `{}` for each of `numbers`. In it `r2` rounds half up to two
    places (`r0`, `r1` likewise), `floor` rounds down and `ceil` up, as in the worked cases.
    """

    finds: str
    how: str
    numbers: tuple[Fraction, ...]
    value: Fraction
    unit: str

    def __str__(self) -> str:
        """As in "payout: 50 + (100 - 50) x (96.5 - 90) / (100 - 90) = 82.5 %"."""
        expression = self.how.format(*map(plain, self.numbers))
        return f"{self.finds}: {expression} {self.sign} {self.said_value}"

    @property
    def sign(self) -> str:
        """`~` where the value shown is rounded."""
        is_shown_whole = rounded(self.value, PLACES[self.unit]) == self.value
        return "=" if is_shown_whole else "~"

    @property
    def said_value(self) -> str:
        if self.unit == PERCENT:
            return f"{plain(rounded(self.value, SHOWN_PLACES))} %"
        return written(self.value, PLACES[self.unit])
