"""What is written down about the Board: who sits, who leads, who was found independent."""

from django.db import transaction

from governance.board.models import (
    AuthorisedSeats,
    Designation,
    Determination,
    Directorship,
    Role,
)
from governance.people.operations import amend_standing, enter_standing
from governance.refusals import Refused
from governance.words import said_long_day, said_number

# Each class is elected for three years (G-CLS-02).
TERM_YEARS = 3
MOST_SEATS = 99


@transaction.atomic
def seat_director(*, person, director_class, since, term_ends_in, until=None, by, on):
    """A person becomes a director, in a class, from a day on (G-CLS-01, L-39).

    Raises Refused when no seat is vacant on one of the days, and for a term that no election gave.
    """
    hold_seats()
    row = Directorship(
        person=person,
        director_class=director_class,
        since=since,
        until=until,
        term_ends_in=term_ends_in,
    )
    enter_standing(row, by=by, on=on, provision="L-39")
    check_term(term_ends_in, since=since, on=on)
    check_vacancy(row)
    return row


@transaction.atomic
def amend_directorship(row, *, by, on, **facts):
    """A director leaves or is elected again, or the days were entered wrongly (L-39)."""
    hold_seats()
    was = Directorship.objects.get(pk=row.pk)
    now = amend_standing(row, by=by, on=on, provision="L-39", **facts)
    if (now.since, now.term_ends_in) != (was.since, was.term_ends_in):
        check_term(now.term_ends_in, since=now.since, on=on)
    stays_longer = was.until and (now.until is None or now.until > was.until)
    if now.since < was.since or stays_longer:
        check_vacancy(now)
    return now


def check_term(term_ends_in, *, since, on):
    """A term ends at the third annual meeting after an election at the latest (G-CLS-02).

    Whoever sat before this year may have been elected again, this year at the latest.
    """
    first, last = since.year, max(since.year, on.year) + TERM_YEARS
    if not first <= term_ends_in <= last:
        raise Refused(
            f"A term ends within {said_number(TERM_YEARS)} years of an election: "
            f"enter a year from {first} to {last}.",
            provision="G-CLS-02",
        )


def hold_seats():
    """Two seatings at once would both take the last vacant seat; one waits for the other."""
    list(AuthorisedSeats.objects.select_for_update())


def days_of_change(since, until=None):
    """The first of these days, and each on which a director or a number of seats begins."""
    begun = set()
    for rows in (Directorship.objects, AuthorisedSeats.objects):
        later = rows.filter(since__gt=since)
        later = later.filter(since__lt=until) if until else later
        begun.update(later.values_list("since", flat=True))
    return [since, *sorted(begun)]


def too_many_on(day):
    """Whether more directors sit that day than there are seats; unknown before the first number."""
    number = AuthorisedSeats.objects.number_on(day)
    return bool(number) and Directorship.objects.on(day).count() > number


def check_vacancy(row):
    """No day of a directorship has more directors than seats (C6)."""
    for day in days_of_change(row.since, row.until):
        if too_many_on(day):
            when = "that day" if day == row.since else said_long_day(day)
            raise Refused(f"There is no vacant seat on {when}.", provision="C6")


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
    if expires_on > a_year_after(determined_on):
        raise Refused(
            "A determination holds for twelve months at most: this one expires on "
            f"{said_long_day(a_year_after(determined_on))} at the latest.",
            provision="G-IND-02",
        )
    row = Determination(
        person=person,
        standard=standard,
        independent=independent,
        determined_on=determined_on,
        expires_on=expires_on,
        basis=basis,
    )
    return enter_standing(row, by=by, on=on, provision="G-IND-02")


def a_year_after(day):
    """The same day next year; the last of February has no 29th to follow it (C3)."""
    last = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if last else day.day)


@transaction.atomic
def authorise_seats(*, since, number, by, on):
    """The number of seats is fixed anew from a day on (C6)."""
    check_number(number)
    hold_seats()
    row = enter_standing(AuthorisedSeats(since=since, number=number), by=by, on=on)
    check_everybody_sits(row)
    return row


@transaction.atomic
def correct_seats(row, *, number, by, on):
    """The number was entered wrongly; the row's history keeps what it said before (C6)."""
    check_number(number)
    hold_seats()
    row = amend_standing(row, number=number, by=by, on=on)
    check_everybody_sits(row)
    return row


def check_number(number):
    """As many seats as a board can fill (C6)."""
    if not 1 <= number <= MOST_SEATS:
        raise Refused(f"A board has from one to {MOST_SEATS} seats.", provision="C6")


def check_everybody_sits(row):
    """While this number holds, no director sits without a seat (C6)."""
    following = AuthorisedSeats.objects.filter(since__gt=row.since).order_by("since").first()
    for day in days_of_change(row.since, following and following.since):
        if too_many_on(day):
            count = Directorship.objects.on(day).count()
            raise Refused(
                f"{said_number(count).capitalize()} directors sit on {said_long_day(day)}; "
                "there cannot be fewer seats.",
                provision="C6",
            )
