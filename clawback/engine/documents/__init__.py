"""Documents in the format clawback-cases/1: what they may hold, and reading them as a whole."""
