"""Who serves on a committee."""

from governance.committees.models import Seat


def is_member(by, committee, day):
    """A member of the committee that day."""
    return (
        by is not None
        and Seat.objects.on(day).filter(committee=committee, person=by.person_id).exists()
    )


def chairs(by, committee, day):
    """The committee's chair that day."""
    return (
        by is not None
        and Seat.objects.on(day)
        .filter(committee=committee, person=by.person_id, chairs=True)
        .exists()
    )
