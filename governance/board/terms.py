"""Which class is elected when, and until when a director's term runs (G-CLS-02, L-42, L-49).

Pure functions: handed the years and days, they read neither the database nor the clock.
"""

from datetime import date

from governance.periods import years_after

# Each class is elected for three years, one class each year.
TERM_YEARS = 3


def elects(year: int, base_year: int) -> bool:
    """Whether the class of that base year is elected at the annual meeting of `year`."""
    return (year - base_year) % TERM_YEARS == 0


def next_election(year: int, base_year: int) -> int:
    """The first year from `year` on in which the class is elected."""
    return year + (base_year - year) % TERM_YEARS


def term_ends_in(
    day: date, *, elected: bool, base_year: int, concluded: dict[int, date] | None = None
) -> int:
    """The year of the annual meeting at which a term that begins on `day` ends.

    Elected, a director serves until the third annual meeting after that one. Appointed, until the
    next annual meeting at which the class is elected and which has not been concluded by that day;
    `concluded` has the day of each annual meeting that was held, by its year (L-49).
    """
    if elected and elects(day.year, base_year):
        return day.year + TERM_YEARS
    year = next_election(day.year, base_year)
    over = (concluded or {}).get(year)
    return year + TERM_YEARS if over is not None and over <= day else year


def earlier_terms(
    since: date, ends: date, meetings: dict[int, date] | None = None
) -> list[tuple[date, int]]:
    """The terms of somebody who sat from `since` and whose last term ends on or about `ends`.

    Each was elected again when the term before it ended: at the annual meeting of that year, or
    about that day of the year where nobody knows when it was held. Oldest first, with the year in
    which it ends.
    """
    terms: list[tuple[date, int]] = []
    year = ends.year
    while True:
        began = year - TERM_YEARS
        elected = (meetings or {}).get(began, years_after(ends, began - ends.year))
        if elected <= since:
            return [(since, year), *reversed(terms)]
        terms.append((elected, year))
        year = began
