"""Cases, behind the door of the Compensation Committee (M-16)."""

urls: list = []
