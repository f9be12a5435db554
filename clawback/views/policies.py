"""The recovery policies, in their versions (C-ADM-01)."""

urls: list = []
