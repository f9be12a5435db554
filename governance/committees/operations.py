"""What is written down about committees: that they are formed, and who sits on them."""

from governance.board.models import Directorship
from governance.committees.models import Committee, Seat
from governance.people.operations import amend_standing, enter_standing
from governance.refusals import Refused


def form_committee(*, kind, name, since, until=None, by, on):
    """The Board forms a committee (G-COM-01, G-COM-04)."""
    row = Committee(kind=kind, name=name, since=since, until=until)
    return enter_standing(row, by=by, on=on, provision="G-COM-04")


def amend_committee(row, *, by, on, **facts):
    """A committee is renamed, or ends (G-COM-04)."""
    return amend_standing(row, by=by, on=on, provision="G-COM-04", **facts)


def seat_member(
    *, committee, person, since, until=None, chairs=False, financial_expert=False, by, on
):
    """A director takes a seat on a committee, perhaps its chair (G-COM-02, G-COM-03)."""
    if not Directorship.objects.on(since).filter(person=person).exists():
        raise Refused(f"{person} is not a director on that day.", "G-COM-02")
    row = Seat(
        committee=committee,
        person=person,
        chairs=chairs,
        financial_expert=financial_expert,
        since=since,
        until=until,
    )
    return enter_standing(row, by=by, on=on, provision="G-COM-03")


def amend_seat(row, *, by, on, **facts):
    """A member leaves, or the days were entered wrongly (G-COM-03)."""
    return amend_standing(row, by=by, on=on, provision="G-COM-03", **facts)
