"""Exact numbers: fractions throughout, rounded only where a plan or money says so (section 1)."""

from decimal import Decimal
from fractions import Fraction

ZERO = Fraction(0)
HUNDRED = Fraction(100)
# Decimals after which a number in a working is shown rounded.
SHOWN_PLACES = 6
MOST_PLACES = 28


def rounded(number: Fraction, places: int) -> Fraction:
    """Half up, ties away from zero, to so many decimal places."""
    scale = 10**places
    if scale % number.denominator == 0:
        return number
    whole, rest = divmod(abs(number.numerator) * scale, number.denominator)
    whole += 2 * rest >= number.denominator
    return Fraction(whole if number > 0 else -whole, scale)


def cents(number: Fraction) -> Fraction:
    """Dollars to the cent, half up."""
    return rounded(number, 2)


def whole(number: Fraction, rounding: str) -> Fraction:
    """Whole shares, `down`, `half_up` or `up`."""
    if rounding == "half_up":
        return rounded(number, 0)
    return Fraction(-(-number // 1) if rounding == "up" else number // 1)


def written(number: Fraction, places: int) -> str:
    """The number with exactly so many decimals: "115000.00", "82.500000", "5500"."""
    scale = 10**places
    found = rounded(number, places)
    units = abs(found.numerator) * (scale // found.denominator)
    sign = "-" if found < 0 else ""
    said = digits(units // scale)
    return f"{sign}{said}.{units % scale:0{places}}" if places else f"{sign}{said}"


def digits(number: int) -> str:
    """All digits of a whole number; Python itself stops at 4,300."""
    return f"{Decimal(number):f}"


def plain(number: Fraction) -> str:
    """The number as short as it can be said exactly; with an ellipsis where its decimals go on."""
    below = number.denominator
    if below == 1:
        return digits(number.numerator)
    for places in range(1, MOST_PLACES + 1):
        if 10**places % below == 0:
            return written(number, places)
    return f"{written(number, SHOWN_PLACES)}…"
