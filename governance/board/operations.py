"""What is written down about the Board: who sits, who leads, who was found independent."""

from governance.board.models import (
    AuthorisedSeats,
    Designation,
    Determination,
    Directorship,
    Role,
)
from governance.people.operations import amend_standing, enter_standing
from governance.refusals import Refused


def seat_director(*, person, director_class, since, term_ends_in, until=None, by, on):
    """A person becomes a director, in a class, from a day on (G-CLS-01, L-39)."""
    row = Directorship(
        person=person,
        director_class=director_class,
        since=since,
        until=until,
        term_ends_in=term_ends_in,
    )
    return enter_standing(row, by=by, on=on, provision="L-39")


def amend_directorship(row, *, by, on, **facts):
    """A director leaves, or the days or the term were entered wrongly (L-39)."""
    return amend_standing(row, by=by, on=on, provision="L-39", **facts)


def designate(*, person, role, since, until=None, by, on):
    """A director leads the Board, or its independent directors, from a day on (G-EXS-02)."""
    directors = Directorship.objects.filter(person=person)
    if not directors.on(since).exists():
        raise Refused(f"{person} is not a director on that day.")
    if role == Role.LEAD and not directors.independent(since).exists():
        raise Refused(f"{person} is not an independent director on that day.", "G-EXS-02")
    row = Designation(person=person, role=role, since=since, until=until)
    return enter_standing(row, by=by, on=on)


def amend_designation(row, *, by, on, **facts):
    """Somebody else leads from a day on, or the days were entered wrongly."""
    return amend_standing(row, by=by, on=on, **facts)


def enter_determination(
    *, person, standard, independent, determined_on, expires_on, basis="", by, on
):
    """Write down what the Board found about a director's independence (G-IND-02, L-09)."""
    if determined_on > on:
        raise Refused("A determination is entered after the Board has made it.", "G-IND-02")
    row = Determination(
        person=person,
        standard=standard,
        independent=independent,
        determined_on=determined_on,
        expires_on=expires_on,
        basis=basis,
    )
    return enter_standing(row, by=by, on=on, provision="G-IND-02")


def authorise_seats(*, since, number, by, on):
    """The number of seats is fixed anew from a day on (C6)."""
    return enter_standing(AuthorisedSeats(since=since, number=number), by=by, on=on)
