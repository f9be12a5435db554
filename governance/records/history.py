"""How the history of official rows is kept where many of them are written at once."""

import pghistory


def kept_together():
    """One statement's rows go into the history together.

    For an agenda that closes up, or the room that empties when the meeting is adjourned. The usual
    way, row by row, costs less for a single row.
    """
    events = (pghistory.InsertEvent, pghistory.UpdateEvent, pghistory.DeleteEvent)
    return pghistory.track(*(event(level=pghistory.Statement) for event in events))
