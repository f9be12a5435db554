"""Days and hours of a company file, by the calendar and by the day of loading."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardroom.company_file.dates import Clock, NotADay
from governance.periods import months_after

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
CLOCK = Clock(TODAY, NOW, ZoneInfo("America/Los_Angeles"))
ANY_DAY = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    "text, day",
    [
        ("2026-02-28", (2026, 2, 28)),
        ("today", (2026, 11, 20)),
        ("today+4d", (2026, 11, 24)),
        ("today-2w", (2026, 11, 6)),
        ("today-3m", (2026, 8, 20)),
        ("today-9m+10d", (2026, 3, 2)),
        ("today+1y", (2027, 11, 20)),
        ("today-1y-2m+3d", (2025, 9, 23)),
    ],
)
def test_a_day(text, day):
    assert CLOCK.day(text) == date(*day)


@pytest.mark.parametrize(
    "day, months, said",
    [
        ((2027, 1, 31), 1, (2027, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2028, 2, 29), -48, (2024, 2, 29)),
        ((2026, 12, 31), -10, (2026, 2, 28)),
        ((2026, 1, 5), -1, (2025, 12, 5)),
    ],
)
def test_a_month_has_a_last_day(day, months, said):
    assert months_after(date(*day), months) == date(*said)


@pytest.mark.parametrize(
    "text, instant",
    [
        ("2026-11-24 09:00", "2026-11-24T17:00+00:00"),
        ("2026-07-01 09:00", "2026-07-01T16:00+00:00"),
        ("today+4d 09:00", "2026-11-24T17:00+00:00"),
        ("now", "2026-11-20T17:30+00:00"),
        ("now-25min", "2026-11-20T17:05+00:00"),
        ("now-2h+5min", "2026-11-20T15:35+00:00"),
    ],
)
def test_an_instant_on_the_companys_clock(text, instant):
    assert CLOCK.instant(text) == datetime.fromisoformat(instant)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "today+9999y", "1066-10-14"])
def test_what_is_no_day(text):
    with pytest.raises(NotADay, match=text[:8].replace("+", r"\+")):
        CLOCK.day(text)


@pytest.mark.parametrize("text", ["2026-11-24 24:01", "today 09:60"])
def test_what_is_no_hour(text):
    with pytest.raises(NotADay, match="is not an hour of the clock"):
        CLOCK.instant(text)


def test_days_are_printed_in_texts():
    text = "Minutes of {day today-3m+4d}; the {year today+36d} plan {as circulated}"
    assert CLOCK.words(text) == "Minutes of 24 August 2026; the 2026 plan {as circulated}"
    with pytest.raises(NotADay):
        CLOCK.words("{day yesterday}")


@given(ANY_DAY, st.integers(-600, 600))
def test_months_keep_the_day_or_take_the_last(day, months):
    there = months_after(day, months)
    assert (there.year - day.year) * 12 + there.month - day.month == months
    assert there.day == day.day or (there.day < day.day and (there + timedelta(1)).day == 1)


@given(ANY_DAY)
def test_the_demos_fiscal_years_follow_each_other_whatever_the_day(day):
    clock = Clock(day, NOW, UTC)
    for year in ("-2y", "-1y", ""):
        end, start = clock.day(f"today{year}+36d"), clock.day(f"today{year}+37d")
        assert start - end == timedelta(1)
    labels = [clock.day(f"today{year}+36d").year for year in ("-2y", "-1y", "", "+1y")]
    assert labels == list(range(labels[0], labels[0] + 4))
