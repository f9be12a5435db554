"""Hold what the file says of the company and its people against each other."""


def check(plan):
    """Note what contradicts itself."""
