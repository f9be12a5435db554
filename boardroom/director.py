"""One director on a day: terms, offices, seats, independence, and what is known of them."""

from collections import defaultdict
from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from boardroom import independence
from boardroom.board import (
    as_of,
    ends_in,
    examines,
    known_of,
    may_know_of_independence,
    said_observation,
    said_part,
    said_years,
    standing,
    years_of_service,
)
from boardroom.forms import AsOfForm
from boardroom.independence import said_long, said_value
from governance.board import engagements
from governance.board.brightline import Outcome
from governance.board.models import (
    Commitment,
    Confirmation,
    Designation,
    DirectorClass,
    Directorship,
    Fact,
    FactKind,
    Term,
)
from governance.board.moves import FactState
from governance.committees.composition import compose
from governance.committees.models import Seat
from governance.people.models import Appointment, Person


@require_safe
def director(request, pk):
    """One director, of today or of earlier: terms, offices, seats, independence (G-IND-02)."""
    user, today = request.user, timezone.localdate()
    served = list(Directorship.objects.visible_to(user).filter(person=pk).order_by("-since"))
    if not served:
        raise Http404
    form = AsOfForm(request.GET, today=today)
    day = form.day
    person = Person.objects.visible_to(user).get(pk=pk)
    composition = compose(day)
    sitting = next((one for one in composition.directors if one.key == person.pk), None)
    knows = may_know_of_independence(user, day)
    facts = known_of(user, [person.pk], day)
    own = person.pk == user.person_id
    inside = own or examines(user)
    page = {
        **as_of(form, today),
        "person": person,
        "standing": said_standing(sitting, facts, person, day, knows),
        "served": [said_service(row, day) for row in served],
        "in_office": sitting is not None,
        "basics": basics(sitting, composition, day) if sitting else [],
        "values": said_values(user, sitting, composition) if sitting and knows else [],
        "career": career(user, person, served, day),
        "boards": public_boards(user, person, day),
        "facts": facts_on_record(user, person, day) if inside else None,
        "elsewhere": elsewhere(user, person, day) if inside else None,
        "observed": said_confirmation(user, person.pk, day, sitting is not None) if inside else "",
        "own": own,
        "workbench": examines(user) and reverse("board:workbench"),
    }
    return render(request, "board/director.html", page)


def said_standing(sitting, facts, person, day, knows):
    if sitting is None:
        return f"Not in office on {said_long(day)}"
    return standing(
        sitting, facts["designations"][person.pk], facts["appointments"][person.pk], knows
    )


def said_service(row, day):
    since = f"Director from {said_long(row.since)}"
    if row.until and row.until <= day:
        how = f", {row.get_ended_by_display()}" if row.ended_by else ""
        return f"{since} to {said_long(row.until - timedelta(days=1))}{how}"
    return since


def basics(sitting, composition, day):
    """What anybody inside may know of a director in office."""
    return [
        {"label": "Class", "value": DirectorClass(sitting.director_class).label},
        {
            "label": "Term",
            "value": f"ends at the {ends_in(sitting, composition)} annual meeting",
        },
        {"label": "On the Board since", "value": said_long(sitting.since)},
        {"label": "Service", "value": said_years(years_of_service(sitting.since, day))},
    ]


def said_values(user, sitting, composition):
    """Each standard that applies: what it is worth and, for those who may know, why (G-IND-02)."""
    known = independence.known_of(user, [sitting.key], composition.day)
    standards = composition.standards[sitting.key]
    return [said_value(sitting, standard, known) for standard in standards]


def career(user, person, served, day):
    """What the director has been here, newest first: terms, offices, seats, who led."""
    events = []
    terms = Term.objects.visible_to(user).filter(directorship__in=served, since__lte=day)
    for term in terms:
        how = "Elected" if term.how == Term.How.ELECTED else "Appointed by the Board"
        events.append((term.since, f"{how} until the annual meeting of {term.ends_in}"))
    held = [
        (Designation.objects, lambda row: row.get_role_display()),
        (Appointment.objects, lambda row: row.printed),
        (Seat.objects.select_related("committee"), said_seat_of),
    ]
    for rows, says in held:
        for row in rows.visible_to(user).filter(person=person, since__lte=day):
            events.append((row.since, says(row)))
            if row.until and row.until <= day:
                events.append((row.until, f"No longer {says(row)}"))
    events.sort(key=lambda event: event[0], reverse=True)
    return [{"when": f"{since.day} {since:%b %Y}", "what": what} for since, what in events]


def said_seat_of(seat):
    what = said_part(seat)
    return f"{seat.committee.name} ({what})" if what else seat.committee.name


def public_boards(user, person, day):
    """Seats on boards of public companies: told, never counted against anybody (G-ATT-01, Z-04)."""
    rows = Commitment.objects.visible_to(user).filter(person=person, public_company=True)
    return [
        {"name": row.organisation, "what": f"{row.role}, since {row.since:%Y}"}
        for row in rows.on(day)
    ]


def elsewhere(user, person, day):
    """For the director, the nominating committee and the Secretary: all engagements (AC-OWN)."""
    rows = Commitment.objects.visible_to(user).filter(person=person).on(day)
    return [{"row": row, "says": f"{row.role}, since {said_long(row.since)}"} for row in rows]


def said_confirmation(user, person, day, sitting):
    """Whether the director has confirmed within twelve months to have the time (G-ATT-01)."""
    rows = Confirmation.objects.visible_to(user).filter(person=person, confirmed_on__lte=day)
    last = rows.values_list("confirmed_on", flat=True).first()
    return said_observation(engagements.observe(sitting, last, day))


def facts_on_record(user, person, day):
    """For the director, the nominating committee and the Secretary: what is known (AC-OWN).

    Of a past day, what was dated by then; what ended later had no end yet.
    """
    rows = Fact.objects.visible_to(user).filter(person=person, since__lte=day)
    rows = rows.exclude(state=FactState.SET_ASIDE).select_related("organisation", "relative")
    found = defaultdict(list)
    for finding in independence.known_of(user, [person.pk], day).found.get(person.pk, ()):
        found[finding.fact.key].append(finding)
    return [
        said_fact(independence.as_it_stood(row, day), found[row.pk])
        for row in rows.order_by("-since")
    ]


def said_fact(row, found):
    """A fact with its day, who it is about, and what the tests find in it."""
    holds = sorted(found, key=lambda one: one.outcome == Outcome.REVIEW)
    meaning, kind = "No test is affected.", "plain"
    if row.kind == FactKind.PAYMENT:
        meaning = "Counted with the position held there."
    if row.state == FactState.PROPOSED:
        meaning, kind = "Waits to be confirmed.", "soon"
    elif holds:
        first = holds[0]
        barred = first.outcome == Outcome.BAR
        kind = "overdue" if barred else "soon"
        meaning = "Rules independence out" if barred else "For review"
        if first.until:
            meaning += f" until {said_long(first.until - timedelta(days=1))}"
        meaning = f"{meaning} ({first.test})."
    return {
        "what": row.get_kind_display(),
        "who": f"{row.relative}" if row.relative else "",
        "where": row.organisation.name if row.organisation else "",
        "amount": row.amount,
        "when": said_period(row),
        "meaning": meaning,
        "kind": kind,
        "says": " ".join(one.says for one in holds if one.says),
    }


def said_period(row):
    if row.until:
        return f"{said_long(row.since)} to {said_long(row.until - timedelta(days=1))}"
    if row.amount is not None:
        return said_long(row.since)
    return f"since {said_long(row.since)}"
