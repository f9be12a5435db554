"""What is written down about the Board: who sits, for which term, who leads."""

from django.db import transaction
from django.db.models import Q

from governance.board import filing
from governance.board.models import (
    AnnualMeeting,
    AuthorisedSeats,
    ClassElection,
    CompanyStatus,
    Designation,
    Directorship,
    Ending,
    Role,
    StatusKind,
    Term,
)
from governance.board.terms import TERM_YEARS, term_ends_in
from governance.people.operations import (
    amend_standing,
    check_days,
    check_may_keep,
    enter_standing,
    save_standing,
)
from governance.records.acts import check_act
from governance.refusals import Refused
from governance.words import said_long_day, said_number

MOST_SEATS = 99


@transaction.atomic
def seat_director(
    *,
    person,
    director_class,
    since,
    until=None,
    how=Term.How.ELECTED,
    ends_in=None,
    act=None,
    by,
    on,
):
    """A person becomes a director, in a class, from a day on (G-CLS-01, L-39).

    The term follows from the class and the day; `ends_in` is for a term that ran otherwise. Raises
    Refused when no seat is vacant on one of the days, and for a term that nothing could have given.
    """
    hold_seats()
    row = Directorship(person=person, director_class=director_class, since=since, until=until)
    enter_standing(row, by=by, on=on, provision="L-39")
    check_vacancy(row)
    give_term(row, since=since, how=how, ends_in=ends_in, act=act, by=by, on=on)
    return row


@transaction.atomic
def fill_vacancy(*, person, director_class, since, act, by, on):
    """The Board appoints somebody to a vacant seat; class and term follow (L-49, G-CLS-02).

    Raises Refused without an act of the Board, and when the class has no vacancy that day.
    """
    check_act(act, of=None, on=since, what="Filling a vacancy", provision="L-49")
    hold_seats()
    vacant = vacancies(since)
    if not vacant.get(director_class):
        named = ", ".join(one.label for one, number in vacant.items() if number)
        raise Refused(
            f"No seat of that class is vacant on {said_long_day(since)}. "
            + (f"Vacant are seats of {named}." if named else "No seat is vacant."),
            provision="L-49",
        )
    row = seat_director(
        person=person,
        director_class=director_class,
        since=since,
        how=Term.How.APPOINTED,
        act=act,
        by=by,
        on=on,
    )
    filing.of_appointment(row, act, on=on)
    return row


def vacancies(day):
    """How many seats of each class are vacant that day (C6)."""
    seats = AuthorisedSeats.objects.in_force(day)
    if seats is None:
        return {}
    taken = list(Directorship.objects.on(day).values_list("director_class", flat=True))
    return {one: max(0, number - taken.count(one)) for one, number in seats.by_class.items()}


@transaction.atomic
def give_term(directorship, *, since, how=Term.How.ELECTED, ends_in=None, act=None, by, on):
    """A director is elected, elected again, or appointed for a term (G-CLS-02).

    Without `ends_in` the term follows from the class. Raises Refused for a term no election gave.
    """
    check_may_keep(directorship, by=by, on=on)
    if directorship.person_id == by.person_id:
        raise Refused("Nobody gives a standing to themselves. Somebody else enters yours.")
    if since < directorship.since or (directorship.until and since >= directorship.until):
        raise Refused("A term begins while its director is in office.", provision="G-CLS-02")
    check_days([since], on=on)
    if ends_in is None:
        ends_in = follows(directorship.director_class, since, how)
    check_term(ends_in, since=since)
    term = Term(directorship=directorship, since=since, how=how, ends_in=ends_in, act=act)
    return save_standing(term, "G-CLS-02", force_insert=True)


def follows(director_class, since, how):
    """The year in which a term of that class ends that begins that day (G-CLS-02, L-49)."""
    held = AnnualMeeting.objects.filter(held=True).values_list("year", "day")
    return term_ends_in(
        since,
        elected=how == Term.How.ELECTED,
        base_year=ClassElection.objects.years()[director_class],
        concluded=dict(held),
    )


def check_term(ends_in, *, since):
    """A term ends at the third annual meeting after it began at the latest (G-CLS-02)."""
    if not since.year <= ends_in <= since.year + TERM_YEARS:
        raise Refused(
            f"A term ends within {said_number(TERM_YEARS)} years of an election: "
            f"enter a year from {since.year} to {since.year + TERM_YEARS}.",
            provision="G-CLS-02",
        )


@transaction.atomic
def amend_directorship(row, *, by, on, **facts):
    """A director leaves, or the days were entered wrongly (L-39)."""
    hold_seats()
    was = Directorship.objects.get(pk=row.pk)
    check_ending({"ended_by": was.ended_by, "cause": was.cause, "until": was.until, **facts})
    check_first_day(was, facts.get("since", was.since))
    now = amend_standing(row, by=by, on=on, provision="L-39", **facts)
    stays_longer = was.until and (now.until is None or now.until > was.until)
    if now.since < was.since or stays_longer:
        check_vacancy(now)
    if now.ended_by and not was.ended_by:
        filing.of_departure(now, on=on)
    return now


def check_first_day(was, since):
    """A directorship begins with its first term; nothing of it begins before (G-CLS-02)."""
    if since == was.since:
        return
    begun = [(term.since, "A term") for term in was.terms.all()]
    if begun and since < min(begun)[0]:
        raise Refused(
            f"The first term of {was.person} begins on {said_long_day(min(begun)[0])}; nobody is "
            "a director without a term.",
            provision="G-CLS-02",
        )
    mine = Q(since__gte=was.since) & (Q(since__lt=was.until) if was.until else Q())
    # The room of committees comes later; its seats are asked for by the name of the relation.
    seats = was.person.seats.filter(mine).select_related("committee")
    begun += [(seat.since, f"A seat on the {seat.committee}") for seat in seats]
    begun += [
        (row.since, f"The time as {row.get_role_display()}")
        for row in was.person.designations.filter(mine)
    ]
    earlier = [(day, what) for day, what in sorted(begun) if day < since]
    if earlier:
        day, what = earlier[0]
        raise Refused(
            f"{what} of {was.person} begins on {said_long_day(day)}, before that first day.",
            provision="G-CLS-02",
        )


def resign(directorship, *, delivered_on, effective_on=None, by, on):
    """A director resigns, at once or from a later day; until then the seat is filled (L-39)."""
    effective_on = effective_on or delivered_on
    if delivered_on > on:
        raise Refused("A resignation is entered once it was delivered.", provision="L-39")
    if effective_on < delivered_on:
        raise Refused("A resignation takes effect when it is delivered, or later.", "L-39")
    return amend_directorship(
        directorship,
        until=effective_on,
        ended_by=Ending.RESIGNATION,
        resigned_on=delivered_on,
        by=by,
        on=on,
    )


def remove_for_cause(directorship, *, effective_on, cause, by, on):
    """The stockholders remove a director, for cause; the Board itself removes nobody (L-45)."""
    return amend_directorship(
        directorship,
        until=effective_on,
        ended_by=Ending.REMOVAL,
        cause=cause,
        by=by,
        on=on,
    )


def check_ending(facts):
    """How it ended fits the days (L-39, L-45)."""
    if facts["ended_by"] and not facts["until"]:
        raise Refused("Say from which day the director is out of office.", provision="L-39")
    if facts["ended_by"] == Ending.REMOVAL and not facts["cause"].strip():
        raise Refused(
            "The stockholders of a company with classes remove a director only for cause: "
            "say which.",
            provision="L-45",
        )


@transaction.atomic
def plan_annual_meeting(*, year, day, held=False, by, on):
    """The stockholders' annual meeting of a year is planned, or was held (G-CLS-02)."""
    row = AnnualMeeting(year=year, day=day, held=held)
    check_annual_meeting(row, on=on)
    return enter_standing(row, by=by, on=on, provision="G-CLS-02")


@transaction.atomic
def amend_annual_meeting(row, *, by, on, **facts):
    """An annual meeting is moved, or has been held (G-CLS-02)."""
    for name, value in facts.items():
        setattr(row, name, value)
    check_annual_meeting(row, on=on)
    return amend_standing(row, by=by, on=on, provision="G-CLS-02", **facts)


def check_annual_meeting(row, *, on):
    if row.day.year != row.year:
        raise Refused(
            f"The annual meeting of {row.year} is held in {row.year}.", provision="G-CLS-02"
        )
    if row.held and row.day > on:
        raise Refused("An annual meeting has been held once its day has come.", "G-CLS-02")


def elect_class_in(*, director_class, year, by, on):
    """Say in which year a class is elected, and every third year after it (L-42)."""
    return enter_standing(
        ClassElection(director_class=director_class, year=year), by=by, on=on, provision="L-42"
    )


def amend_class_election(row, *, by, on, **facts):
    """The year of a class was entered wrongly (L-42)."""
    return amend_standing(row, by=by, on=on, provision="L-42", **facts)


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
    check_may_lead(person, role, since)
    row = Designation(person=person, role=role, since=since, until=until)
    return enter_standing(row, by=by, on=on)


def amend_designation(row, *, by, on, **facts):
    """Somebody else leads from a day on, or the days were entered wrongly."""
    if facts.get("since", row.since) != Designation.objects.get(pk=row.pk).since:
        check_may_lead(row.person, row.role, facts["since"])
    return amend_standing(row, by=by, on=on, **facts)


@transaction.atomic
def enter_company_status(*, kind, since, until=None, act=None, by, on):
    """Something holds of the Company from a day on; a declassification by an act (G-CLS-01, L-22).

    Raises Refused for a declassification without the Board's act.
    """
    if kind == StatusKind.DECLASSIFIED:
        check_act(act, of=None, on=since, what="A declassification", provision="G-CLS-01")
    row = CompanyStatus(kind=kind, since=since, until=until, act=act)
    return enter_standing(row, by=by, on=on)


def amend_company_status(row, *, by, on, **facts):
    """It no longer holds of the Company, or its days were entered wrongly."""
    return amend_standing(row, by=by, on=on, **facts)


def check_may_lead(person, role, day):
    """Only a director leads, and only an independent one the independent directors (G-EXS-02).

    Nothing else is asked of a chair: not independence, nor that somebody else is chief executive
    (G-CHR-01, G-CHR-02).
    """
    directors = Directorship.objects.filter(person=person)
    if not directors.on(day).exists():
        raise Refused(f"{person} is not a director on that day.", provision="G-CHR-02")
    if role == Role.LEAD and not directors.independent(day).exists():
        raise Refused(f"{person} is not an independent director on that day.", "G-EXS-02")


@transaction.atomic
def authorise_seats(*, since, number, class_i=None, class_ii=None, class_iii=None, by, on):
    """The number of seats is fixed anew from a day on, and how many each class has (C6)."""
    check_number(number)
    check_classes(number, (class_i, class_ii, class_iii))
    hold_seats()
    row = AuthorisedSeats(
        since=since, number=number, class_i=class_i, class_ii=class_ii, class_iii=class_iii
    )
    enter_standing(row, by=by, on=on)
    check_everybody_sits(row)
    return row


@transaction.atomic
def correct_seats(row, *, number, by, on, **classes):
    """The number was entered wrongly; the row's history keeps what it said before (C6)."""
    check_number(number)
    check_classes(number, tuple(classes.values()))
    hold_seats()
    row = amend_standing(row, number=number, by=by, on=on, **classes)
    check_everybody_sits(row)
    return row


def check_number(number):
    """As many seats as a board can fill (C6)."""
    if not 1 <= number <= MOST_SEATS:
        raise Refused(f"A board has from one to {MOST_SEATS} seats.", provision="C6")


def check_classes(number, seats):
    """The seats of the three classes, if any are told, are all the seats there are (G-CLS-01)."""
    told = [one for one in seats if one is not None]
    if told and (len(told) < len(seats) or sum(told) != number):
        raise Refused(
            f"The seats of the three classes have to add up to {number}; leave all three empty "
            "if the certificate asks for equal classes only.",
            provision="G-CLS-01",
        )


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
