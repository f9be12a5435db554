"""The Board on a day: a page that puts together the facts of several rooms."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import F
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from boardroom.forms import AsOfForm
from boardroom.independence import said_count
from governance.board import skills
from governance.board.brightline import after_look_back
from governance.board.models import (
    Bar,
    Designation,
    Determination,
    DirectorClass,
    Independence,
    Role,
    SkillsEntry,
    Standard,
)
from governance.board.models.composition import completed_years
from governance.board.models.facts import reviewers
from governance.board.terms import next_election
from governance.committees.asking import ask
from governance.committees.composition import board_verdicts, compose
from governance.committees.standing import COUNTS_AS_INDEPENDENT, standing_today
from governance.people.models import EMPLOYED_OFFICES, Appointment
from governance.verdicts import Expectation, Status, said_status
from governance.words import said_number

# A determination that expires within this many days is due (G-IND-02).
DUE_WITHIN = 60
# A bar is full at fifteen years, or at the longest service when that is longer.
FULL_BAR = 15
# Whoever leads stands first; the others follow by name.
LEADING = (Role.LEAD, Role.CHAIR)
KIND_OF = {
    Status.MET: "met",
    Status.MET_NOTE: "met",
    Status.MET_LATE: "met",
    Status.DUE_SOON: "soon",
    Status.AT_RISK: "soon",
    Status.CURE: "soon",
    Status.OVERDUE: "overdue",
    Status.BREACHED: "overdue",
}
TITLES = {
    "G-IND-01": "A majority is independent",
    "G-IND-02": "Independence is determined each year",
    "G-CLS-01": "Three classes",
    "G-CLS-02": "Staggered terms of three years",
}
EXPECTATIONS = {"G-BRD-01": "Skills matrix", "G-ATT-01": "Time for the Board"}
# What only the Board and its office may know of the Board's composition (AC-BRD).
ABOUT_INDEPENDENCE = ("G-IND-01", "G-IND-02")


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
    """Who sits on the Board that day, by class and tenure, and whether as the rules ask (G-CLS-01,
    G-TRM-01, G-IND-01)."""
    user, today = request.user, timezone.localdate()
    form = AsOfForm(request.GET, today=today)
    day = form.day
    composition = compose(day)
    knows = may_know_of_independence(user, day)
    people = [director.key for director in composition.directors]
    facts = known_of(user, people, day) | {"seats": seats_by_person(composition)}
    roster = [row_of(director, facts, composition, knows) for director in composition.directors]
    page = {
        **as_of(form, today),
        "heading": board_heading(composition, knows),
        "vacant": said_vacancies(composition),
        "classes": classes(composition, roster),
        "roster": sorted(roster, key=lambda row: row["order"]),
        "longest": max([FULL_BAR, *(row["years"] for row in roster)]),
        "checks": [
            said_verdict(verdict)
            for verdict in board_verdicts(composition)
            if knows or verdict.provision not in ABOUT_INDEPENDENCE
        ],
        "expectations": expectations(user, composition) if of_the_board(user) else [],
        "numbers": numbers(composition),
        "skills": of_the_board(user) and reverse("board:skills"),
        "workbench": examines(user) and reverse("board:workbench"),
    }
    return render(request, "board/board.html", page)


def may_know_of_independence(user, day):
    """How independence was determined is the Board's own knowledge, and its office's (AC-BRD)."""
    return bool(ask(first_determination, user, day))


def first_determination(user, day):
    return Determination.objects.visible_to(user).filter(determined_on__lte=day).order_by()[:1]


def of_the_board(user):
    """Directors in office and the secretary's office: what the Board itself knows (AC-BRD)."""
    standing = standing_today(user)
    return standing.is_director or standing.is_secretarial


def examines(user):
    """Whether the workbench is open to the reader: more than their own facts are (AC-OWN)."""
    return standing_today(user).is_secretary or bool(ask(reviewing, user))


def reviewing(user):
    """The reader, as one who looks into everybody's independence today."""
    return reviewers(user.today).filter(pk=user.person_id).order_by()


def known_of(user, people, day):
    """What the reader may know about these people on the day, by person."""
    held = ask(offices_of, user, day, tuple(people))
    return {
        "designations": by_person(ask(designations_of, user, day)),
        "appointments": by_person(row for row in held if row.until is None or row.until > day),
        "ended": by_person(row for row in held if row.until and row.until <= day),
        "bars": by_person(ask(bars_of, user, day)),
    }


def offices_of(user, day, people):
    appointments = Appointment.objects.visible_to(user).filter(person__in=people, since__lte=day)
    return appointments.order_by("since", "office")


def designations_of(user, day):
    return Designation.objects.visible_to(user).on(day)


def bars_of(user, day):
    """What rules independence out that day, as far as the reader may know it."""
    return Bar.objects.visible_to(user).running(day).annotate(fact_until=F("fact__until"))


def row_of(director, facts, composition, knows):
    """One director as the roster shows them; who sits where is no secret inside the portal."""
    day = composition.day
    designated = facts["designations"][director.key]
    years = years_of_service(director.since, day)
    given, _, family = director.name.rpartition(" ")
    independent = knows and director.value() in COUNTS_AS_INDEPENDENT
    return {
        "key": director.key,
        "name": director.name,
        "url": reverse("board:director", args=[director.key]),
        "initial": family[:1],
        "standing": standing(director, designated, facts["appointments"][director.key], knows),
        "independent": independent,
        "class_name": DirectorClass(director.director_class).label,
        "years": years,
        "served": said_years(years),
        "committees": ", ".join(said_seats(facts["seats"][director.key])),
        "order": min((LEADING.index(row.role) for row in designated), default=len(LEADING)),
        **(said_determination(director, facts, day) if knows else {}),
    }


def years_of_service(since, day):
    """Completed years of service that day: shown, never alarmed (G-TRM-01)."""
    return completed_years(since, day)


def standing(director, designated, appointed, knows):
    """What the director is: by designation, else by office, else by independence (C7)."""
    named = [row.get_role_display() for row in designated] + [row.printed for row in appointed]
    if named:
        return ", ".join(named)
    if not knows:
        return "Director"
    return {
        Independence.YES: "Independent",
        Independence.STALE: "Independent",
        Independence.NO: "Not independent",
        Independence.NONE: "Independence not determined",
    }[Independence(director.value())]


def said_determination(director, facts, day):
    """A badge where a determination is due soon, is stale, or a look-back ends (G-IND-02)."""
    told = director.values[Standard.GENERAL]
    if told.value == Independence.STALE:
        if told.expires_on >= day:
            return {"kind": "soon", "says": "to be determined again"}
        says = f"determination expired {said_date(told.expires_on, day)}"
        return {"kind": "overdue", "says": says}
    if told.value == Independence.YES and (told.expires_on - day).days <= DUE_WITHIN:
        says = f"determination expires {said_date(told.expires_on, day)}"
        return {"kind": "soon", "says": says}
    ends = look_back_ends(facts["ended"][director.key], facts["bars"][director.key], day)
    if told.value == Independence.NO and not director.employed and ends:
        return {"kind": "plain", "says": f"look-back ends {said_date(ends, day)}"}
    return {}


def look_back_ends(ended, bars, day):
    """The last day on which an office that has ended, or a fact one may know, is looked back on.

    None while something lasts, or still lasted that day: its look-back had no end yet.
    """
    if any(row.until is None or (row.fact_until and row.fact_until > day) for row in bars):
        return None
    days = [
        after_look_back(row.until) - timedelta(days=1)
        for row in ended
        if row.office in EMPLOYED_OFFICES and not row.interim
    ]
    days += [row.until - timedelta(days=1) for row in bars]
    return max((one for one in days if one >= day), default=None)


def said_date(date, day):
    """ "8 Dec", with the year when it is another one."""
    return f"{date.day} {date:%b}" if date.year == day.year else f"{date.day} {date:%b %Y}"


def seats_by_person(composition):
    """What each person sits on that day: the committee, and the seat."""
    found = defaultdict(list)
    for committee in composition.committees:
        for member in committee.members:
            found[member.key].append((committee.short_name, member))
    return found


def said_seats(seats):
    """ "Audit (chair, financial expert)", and so on; what the director chairs stands first."""
    told = [(not member.chairs, name, said_part(member)) for name, member in seats]
    return [f"{name} ({what})" if what else name for _, name, what in sorted(told)]


def said_part(seat):
    parts = (("chair", seat.chairs), ("financial expert", seat.financial_expert))
    return ", ".join(word for word, holds in parts if holds)


def said_years(years):
    if years == 0:
        return "under a year"
    return "1 year" if years == 1 else f"{years} years"


def board_heading(composition, knows):
    """ "Nine directors, six independent, one to be determined again"."""
    sitting = len(composition.directors)
    if not sitting:
        return "Nobody sat on the Board"
    said = f"{said_number(sitting).capitalize()} director{'' if sitting == 1 else 's'}"
    return f"{said}, {said_count(composition.values().values())}" if knows else said


def said_vacancies(composition):
    """Seats that the bylaws fix and nobody holds (C6)."""
    vacant = composition.vacancies
    if not vacant or not composition.directors:
        return ""
    verb = "is" if vacant == 1 else "are"
    return (
        f"{said_number(vacant).capitalize()} of {said_number(composition.authorised)} seats "
        f"{verb} vacant."
    )


def classes(composition, roster):
    """The three classes, each with the annual meeting at which its terms end (G-CLS-01)."""
    rows = {row["key"]: row for row in roster}
    told = []
    for one in DirectorClass:
        members = [each for each in composition.directors if each.director_class == one]
        years = sorted({ends_in(each, composition) for each in members})
        told.append(
            {
                "name": one.label,
                "says": said_terms(years),
                "directors": [rows[each.key] for each in members],
            }
        )
    return told


def ends_in(director, composition):
    """The year in which a term ends: as recorded, else as the class is elected (G-CLS-02)."""
    if director.ends_in is not None:
        return director.ends_in
    return next_election(composition.day.year, composition.base_years[director.director_class])


def said_terms(years):
    if not years:
        return "no director in this class"
    if len(years) == 1:
        return f"term ends at the {years[0]} annual meeting"
    return f"terms end at the annual meetings of {', '.join(map(str, years))}"


def said_verdict(verdict):
    """One rule about composition, as the page lists it."""
    return {
        "kind": KIND_OF.get(verdict.status, "plain"),
        "title": TITLES.get(verdict.provision, ""),
        "says": verdict.says,
        "provision": verdict.provision,
        "status": said_status(verdict.status),
    }


def said_observation(observed):
    """A soft expectation, as a page lists it: never with the colour of a rule (C11)."""
    return {
        "kind": "met" if observed.status == Expectation.OBSERVED else "plain",
        "title": EXPECTATIONS[observed.provision],
        "says": observed.says,
        "provision": observed.provision,
        "status": said_status(observed.status),
    }


def expectations(user, composition):
    """What the guidelines hope for, beside the rules (C10)."""
    directors = {one.key: one.name for one in composition.directors}
    entries = ask(skills_of, user, composition.day, tuple(directors))
    dated = {row.person_id: row.since for row in entries}
    return [said_observation(skills.observe(directors, dated, composition.day))]


def skills_of(user, day, people):
    return SkillsEntry.objects.visible_to(user).on(day).filter(person__in=people)


def numbers(composition):
    """The three numbers that are easily mixed up, each of its own whole (C6, L-37, L-49)."""
    sitting = len(composition.directors)
    if not sitting:
        return []
    return [
        {
            "label": "Quorum of a meeting",
            "needed": composition.quorum,
            "of": f"{composition.authorised} authorised seats",
        },
        {
            "label": "Majority of independent directors",
            "needed": sitting // 2 + 1,
            "of": f"{sitting} in office",
        },
        {
            "label": "Votes that fill a vacancy",
            "needed": composition.needed_to_fill,
            "of": f"{sitting} in office",
        },
    ]
