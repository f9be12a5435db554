"""Who serves on a committee."""

from governance.board.access import read_already
from governance.committees.models import Seat


def is_member(by, committee, day):
    """A member of the committee that day."""
    if known := read_already(by, day):
        return committee.pk in known.committees
    return (
        by is not None
        and Seat.objects.on(day).filter(committee=committee, person=by.person_id).exists()
    )


def chairs(by, committee, day):
    """The committee's chair that day."""
    if known := read_already(by, day):
        return any(seat.chairs for seat in known.seats if seat.committee == committee.pk)
    return (
        by is not None
        and Seat.objects.on(day)
        .filter(committee=committee, person=by.person_id, chairs=True)
        .exists()
    )
