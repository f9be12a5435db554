"""Restatements, of which the Board knows (C-TRG-01)."""

urls: list = []
