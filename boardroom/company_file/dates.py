"""Days and hours as the company file writes them: by the calendar, or by the day of loading.

    2026-11-24              a day               2026-11-24 09:00    an instant
    today+4d                four days after     today-3m+4d 09:00   on the company's clock
                            the loading         now-25min           before the moment of loading

Steps are `d` days, `w` weeks, `m` months and `y` years, taken from left to right; from `now`, `min`
minutes and `h` hours. In a title or a text, `{day today+4d}` prints the day and `{year today+4d}`
its year.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from governance.periods import months_after
from governance.words import said_long_day

STEP = r"[+-]\d{1,4}[dwmy]"
DAY = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|today(?:{STEP})*)"
INSTANT = rf"(?:{DAY} \d{{2}}:\d{{2}}|now(?:[+-]\d{{1,5}}(?:min|h))*)"
PRINTED = re.compile(r"\{(day|year) ([^{}]*)\}")
EARLIEST, LATEST = 1900, 2199


class NotADay(ValueError):
    """It has the shape of a day or an hour, and is none."""


@dataclass(frozen=True)
class Clock:
    """What `today` and `now` stand for, and the zone in which the file's hours are told."""

    today: date
    now: datetime
    zone: ZoneInfo

    def day(self, text):
        """The day that a text names."""
        try:
            day = self.stepped(text) if text.startswith("today") else date.fromisoformat(text)
        except (ValueError, OverflowError):
            raise NotADay(f"“{text}” is not a day of the calendar.") from None
        if not EARLIEST <= day.year <= LATEST:
            raise NotADay(f"“{text}” is in the year {day.year}; that cannot be meant.")
        return day

    def stepped(self, text):
        day = self.today
        for sign, number, unit in re.findall(r"([+-])(\d+)([dwmy])", text):
            count = int(sign + number)
            if unit in "dw":
                day += timedelta(days=count * (7 if unit == "w" else 1))
            else:
                day = months_after(day, count * (12 if unit == "y" else 1))
        return day

    def instant(self, text):
        """The instant that a text names, on the company's clock."""
        if text.startswith("now"):
            steps = re.findall(r"([+-]\d+)(min|h)", text)
            return self.now + sum(
                (timedelta(minutes=int(n) * (60 if unit == "h" else 1)) for n, unit in steps),
                timedelta(),
            )
        day, _, hour = text.partition(" ")
        return self.at(self.day(day), hour)

    def at(self, day, hour):
        try:
            moment = datetime.fromisoformat(f"{day} {hour}")
        except ValueError:
            raise NotADay(f"“{hour}” is not an hour of the clock; write 09:00 or 17:30.") from None
        return moment.replace(tzinfo=self.zone).astimezone(UTC)

    def day_of(self, instant):
        """The company's day at an instant (C1)."""
        return instant.astimezone(self.zone).date()

    def a_year_after(self, day):
        return months_after(day, 12)

    def words(self, text):
        """A title or text with its days printed."""
        return PRINTED.sub(self.printed, text)

    def printed(self, found):
        form, text = found.groups()
        if not re.fullmatch(DAY, text):
            raise NotADay(f"“{{{form} {text}}}” names no day; write {{{form} today+4d}}.")
        day = self.day(text)
        # "Tuesday 24 November 2026" without its weekday, as minutes and agendas write it.
        return str(day.year) if form == "year" else said_long_day(day).partition(" ")[2]
