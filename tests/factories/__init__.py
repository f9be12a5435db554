"""Rows for tests, one module per room. What has states is made by the verbs of its room."""

from datetime import date

# Everybody has been in office since then, unless a test says otherwise.
LONG_AGO = date(2020, 1, 1)
FAR_AHEAD = date(2099, 1, 1)
