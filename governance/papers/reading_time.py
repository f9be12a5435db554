"""How long a book takes to read: what directors ask first of a pack."""

# A page of a board paper, text and figures, takes an attentive reader about two minutes.
MINUTES_A_PAGE = 2


def said_reading_time(pages):
    """ "about 40 minutes", "about 3 ½ hours"."""
    minutes = pages * MINUTES_A_PAGE
    if minutes < 60:
        return f"about {minutes} minutes"
    halves = round(minutes / 30)
    hours, half = divmod(halves, 2)
    return f"about {hours}{' ½' if half else ''} hour{'' if (hours, half) == (1, 0) else 's'}"


def said_pages(number):
    return f"{number} page{'' if number == 1 else 's'}"


def said_late(minutes):
    """How late a paper came: "2 days late", "3 hours late"."""
    if minutes is None:
        return ""
    for length, word in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= length:
            number = minutes // length
            return f"{number} {word}{'' if number == 1 else 's'} late"
    return "late"
