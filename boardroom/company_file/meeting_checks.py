"""Hold what the file says of one meeting against the Board of that day."""


def check(plan, meeting):
    """Note what contradicts itself."""
