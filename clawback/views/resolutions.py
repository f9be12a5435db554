"""What the Committee resolves in a case, and how each member answers (C-DET-01)."""

urls: list = []
