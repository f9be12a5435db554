"""Meetings in people's own calendars: invitations by letter, their answers, and private feeds."""
