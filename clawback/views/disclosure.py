"""What is disclosed of recoveries for a fiscal year (L-26)."""

urls: list = []
