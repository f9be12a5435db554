"""The pages of meetings: the calendar, a meeting, its attendance, and what lies behind the door."""
