"""The Board and its committees on a day; each page puts together the facts of several rooms."""

from collections import defaultdict

from django.db.models import F
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boardroom.forms import AsOfForm
from governance.board.models import (
    DEFAULT_YEARS,
    AuthorisedSeats,
    Designation,
    Determination,
    DirectorClass,
    Directorship,
    Independence,
    Role,
    Term,
)
from governance.board.terms import next_election
from governance.committees.asking import ask
from governance.committees.models import Committee, Seat
from governance.committees.standing import COUNTS_AS_INDEPENDENT
from governance.meetings.models import Meeting
from governance.people.models import Appointment, Person
from governance.words import said_day, said_hours, said_number

# A determination that expires within this many days is due (G-IND-02).
DUE_WITHIN = 60
# A bar is full at fifteen years, or at the longest service when that is longer.
FULL_BAR = 15
# Whoever leads stands first; the others follow by name.
LEADING = (Role.LEAD, Role.CHAIR)


def as_of(form, today):
    """What a page says of its day: the day, its words, and why it is not the one asked for."""
    return {
        "on": form.day,
        "on_words": f"{form.day.day} {form.day:%b %Y}",
        "latest": today,
        "refusal": form.refusal,
    }


def by_person(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


@require_safe
def board(request):
    """Who sits on the Board that day, by class and tenure (G-CLS-01, G-TRM-01, G-IND-01)."""
    user, today = request.user, timezone.localdate()
    form = AsOfForm(request.GET, today=today)
    day = form.day
    # How independence was determined is the Board's own knowledge, and its office's.
    determined = Determination.objects.visible_to(user).filter(determined_on__lte=day).exists()
    directors = ask(sitting, user, day, determined)
    people = [director.person_id for director in directors]
    facts = {
        "designations": by_person(Designation.objects.visible_to(user).on(day)),
        "appointments": by_person(Appointment.objects.visible_to(user).on(day)),
        "seats": by_person(
            Seat.objects.visible_to(user)
            .on(day)
            .filter(person__in=people)
            .select_related("committee")
            .order_by("-chairs", "committee__name")
        ),
    }
    roster = [row_of(director, facts, day, determined) for director in directors]
    terms = dict(
        Term.objects.visible_to(user)
        .running(day)
        .filter(directorship__in=[director.pk for director in directors])
        .values_list("directorship", "ends_in")
    )
    authorised = AuthorisedSeats.objects.visible_to(user).number_on(day)
    page = {
        **as_of(form, today),
        "heading": board_heading(roster, determined),
        "vacant": said_vacancies(authorised, len(directors)),
        "classes": classes(directors, roster, day, terms),
        "roster": sorted(roster, key=lambda row: row["order"]),
        "longest": max([FULL_BAR, *(row["years"] for row in roster)]),
    }
    return render(request, "board/board.html", page)


def sitting(user, day, determined):
    """Directors in office that day by name; whether independent, for those who may know it."""
    directors = Directorship.objects.visible_to(user).on(day)
    if determined:
        directors = directors.with_independence(day)
    names = {name: F(f"person__{name}") for name in ("given_name", "family_name")}
    return directors.annotate(**names).order_by("family_name", "given_name")


def row_of(director, facts, day, determined):
    """One director as the roster shows them."""
    person = Person(director.person_id, director.given_name, director.family_name)
    independent = determined and director.independence in COUNTS_AS_INDEPENDENT
    designated = facts["designations"][person.pk]
    years = director.years_on(day)
    return {
        "name": person.name,
        "initial": person.family_name[:1],
        "standing": standing(director, designated, facts["appointments"][person.pk], determined),
        "independent": independent,
        "class_name": director.get_director_class_display(),
        "years": years,
        "served": said_years(years),
        "committees": ", ".join(map(said_seat, facts["seats"][person.pk])),
        "order": min((LEADING.index(row.role) for row in designated), default=len(LEADING)),
        **(said_determination(director, day) if determined else {}),
    }


def standing(director, designated, appointed, determined):
    """What the director is: by designation, else by office, else by independence (C7)."""
    named = [row.get_role_display() for row in designated] + [row.printed for row in appointed]
    if named:
        return ", ".join(named)
    if not determined:
        return "Director"
    return {
        Independence.YES: "Independent",
        Independence.STALE: "Independent",
        Independence.NO: "Not independent",
        Independence.NONE: "Independence not determined",
    }[Independence(director.independence)]


def said_determination(director, day):
    """A badge where a determination is due soon, or expired (G-IND-02)."""
    expires = director.determination_expires_on
    if director.independence == Independence.STALE:
        says = f"determination expired {said_date(expires, day)}"
        return {"kind": "overdue", "says": says}
    if director.independence == Independence.YES and (expires - day).days <= DUE_WITHIN:
        return {"kind": "soon", "says": f"determination expires {said_date(expires, day)}"}
    return {}


def said_date(date, day):
    """ "8 Dec", with the year when it is another one."""
    return f"{date.day} {date:%b}" if date.year == day.year else f"{date.day} {date:%b %Y}"


def said_seat(seat):
    """ "Audit (chair, financial expert)"."""
    what = said_part(seat)
    return f"{seat.committee.short_name} ({what})" if what else seat.committee.short_name


def said_part(seat):
    parts = (("chair", seat.chairs), ("financial expert", seat.financial_expert))
    return ", ".join(word for word, holds in parts if holds)


def said_years(years):
    if years == 0:
        return "under a year"
    return "1 year" if years == 1 else f"{years} years"


def board_heading(roster, determined):
    """ "Nine directors, seven independent"."""
    if not roster:
        return "Nobody sat on the Board"
    number = said_number(len(roster)).capitalize()
    said = f"{number} director{'' if len(roster) == 1 else 's'}"
    if not determined:
        return said
    return f"{said}, {said_number(sum(row['independent'] for row in roster))} independent"


def said_vacancies(authorised, sitting):
    """Seats that the bylaws fix and nobody holds (C6)."""
    vacant = authorised - sitting
    if vacant <= 0 or not sitting:
        return ""
    verb = "is" if vacant == 1 else "are"
    return f"{said_number(vacant).capitalize()} of {said_number(authorised)} seats {verb} vacant."


def ends_in(director, terms, day):
    """The year in which a director's term ends: as recorded, else as the class is elected."""
    if director.pk in terms:
        return terms[director.pk]
    return next_election(day.year, DEFAULT_YEARS[director.director_class])


def classes(directors, roster, day, terms):
    """The three classes, each with the annual meeting at which its terms end (G-CLS-01)."""
    told = []
    for one in DirectorClass:
        members = [
            (director, row)
            for director, row in zip(directors, roster, strict=True)
            if director.director_class == one
        ]
        years = sorted({ends_in(director, terms, day) for director, _ in members})
        told.append(
            {
                "name": one.label,
                "says": said_terms(years),
                "directors": [row for _, row in members],
            }
        )
    return told


def said_terms(years):
    if not years:
        return "no director in this class"
    if len(years) == 1:
        return f"term ends at the {years[0]} annual meeting"
    return f"terms end at the annual meetings of {', '.join(map(str, years))}"


@require_safe
def committees(request):
    """The Board's committees that day, who sits on them, and when they meet next (G-COM-01)."""
    user, today = request.user, timezone.localdate()
    form = AsOfForm(request.GET, today=today)
    day = form.day
    seated = defaultdict(list)
    seats = Seat.objects.visible_to(user).on(day).select_related("person")
    for seat in seats.order_by("-chairs", "person__family_name", "person__given_name"):
        seated[seat.committee_id].append(seat)
    formed = list(Committee.objects.visible_to(user).on(day))
    coming = next_meetings(user) if day == today else {}
    zone = request.company.zone_words
    page = {
        **as_of(form, today),
        "heading": committees_heading(len(formed)),
        "committees": [
            {
                "name": committee.name,
                "says": said_members(seated[committee.pk]),
                "members": [
                    {"name": seat.person.name, "what": said_part(seat)}
                    for seat in seated[committee.pk]
                ],
                "next": said_next(coming.get(committee.pk), today, zone),
                **said_chair(seated[committee.pk]),
            }
            for committee in formed
        ],
    }
    return render(request, "committees/committees.html", page)


def next_meetings(user):
    """The next meeting of each committee of which the reader may know."""
    ahead = Meeting.objects.visible_to(user).ahead(timezone.now()).filter(committee__isnull=False)
    first = {}
    for meeting in ahead.order_by("committee_id", "starts_at").distinct("committee_id"):
        first[meeting.committee_id] = meeting
    return first


def said_next(meeting, today, zone):
    if meeting is None:
        return ""
    hours = said_hours(meeting.starts_at, meeting.ends_at, zone)
    return f"Meets next on {said_day(meeting.day, today)}, {hours}."


def said_members(seats):
    number = said_number(len(seats)).capitalize()
    return f"{number} member{'' if len(seats) == 1 else 's'}"


def said_chair(seats):
    """A committee without a chair says so (G-COM-03)."""
    if any(seat.chairs for seat in seats):
        return {}
    return {"kind": "overdue", "says_too": "No chair"}


def committees_heading(number):
    if number == 0:
        return "No committee had been formed"
    return f"{said_number(number).capitalize()} committee{'' if number == 1 else 's'}"
