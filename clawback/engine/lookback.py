"""How far back a policy reaches: an anniversary, completed fiscal years, a window (section 5)."""

from datetime import date
from functools import lru_cache

from clawback.engine.days import ONE_DAY, Span, months_later, whole_months
from clawback.engine.facts import Award, Case, FiscalPeriod, Restatement
from clawback.engine.policy import Lookback

# A transition period of so many whole months counts as a fiscal year.
MONTHS_OF_A_YEAR = 9


def last_day(award: Award, lookback: Lookback) -> date:
    """The last day on which the event may fall: the anniversary of the award's latest original
    filing, under `elapsed_from_filing` (section 5, C-TRG-03)."""
    return months_later(max(award.filing_dates), 12 * lookback.years, lookback.leap_rule)


def event_day(case: Case, lookback: Lookback) -> date:
    """The day on which the years since filing are counted (section 5)."""
    if lookback.event == "committee_determination_date":
        return case.committee.determination_date
    return getattr(case.restatement, lookback.event)


def trigger_date(restatement: Restatement) -> date:
    """The earlier of conclusion and court order, of those that there are (section 5, L-26)."""
    days = (restatement.conclusion_date, restatement.court_order_date)
    return min(day for day in days if day)


def recovery_periods(case: Case, lookback: Lookback) -> tuple[FiscalPeriod, ...]:
    """The completed fiscal years before the trigger, and short transition periods among them, in
    time order (section 5, L-26)."""
    return _completed(case.fiscal_periods, trigger_date(case.restatement), lookback.years)


# Asked once for each award of a case.
@lru_cache(maxsize=8)
def _completed(
    periods: tuple[FiscalPeriod, ...], trigger: date, number: int
) -> tuple[FiscalPeriod, ...]:
    completed = [one for one in periods if one.span.end < trigger]
    completed.sort(key=lambda one: one.span.start)
    years = [one for one in completed if is_year(one)][-number:]
    if not years:
        return ()
    first = years[0].span.start
    return tuple(
        one for one in completed if one in years or (one.span.start > first and not is_year(one))
    )


def is_year(period: FiscalPeriod) -> bool:
    """Whether a period counts as a fiscal year (section 5)."""
    return not period.is_transition or whole_months(period.span) >= MONTHS_OF_A_YEAR


def window(restatement: Restatement, lookback: Lookback) -> Span:
    """From the day after the first issuance to the same day so many months later (section 5)."""
    issued = min(restatement.first_issued_date, date.max - ONE_DAY)
    return Span(issued + ONE_DAY, months_later(issued, lookback.months, lookback.leap_rule))
