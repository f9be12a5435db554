"""Awards of incentive pay, and the inputs that a preparer gives (C-CMP-01)."""

urls: list = []
