"""The rooms of governance and the ground they share: refusals, periods, provisions."""
