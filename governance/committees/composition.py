"""How the Board and its committees are composed on a day, and what the rules say of it.

The facts of the day are read once (`compose`), and each rule is a function of them: a majority
(G-IND-01), classes and terms (G-CLS-01, G-CLS-02), determinations (G-IND-02), standing committees
and who sits on them (G-COM-01, G-COM-02, L-15, L-16, L-22). Where a rule was lost, `cures` says
whether one event lost it and until when that may be undone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef

from governance.board import majority
from governance.board.majority import Cure, Determined, Sitting
from governance.board.models import (
    AnnualMeeting,
    AuthorisedSeats,
    Bar,
    ChangeReport,
    ClassElection,
    Determination,
    Directorship,
    Fact,
    Independence,
    Standard,
    Term,
)
from governance.committees.cures import (
    COUNT,
    SMALLEST,
    Event,
    Loss,
    clock,
    losses,
    majority_holds,
)
from governance.committees.curing import CureCase, Rule
from governance.committees.models import Committee, Kind, Seat
from governance.people.models import EMPLOYED_OFFICES, Appointment
from governance.verdicts import Status, Verdict
from governance.words import said_long_day, said_number

STANDING = (Kind.AUDIT, Kind.COMPENSATION, Kind.NOMINATING)
# What members of each standing committee have to be under (G-COM-02).
REQUIRED = {
    Kind.AUDIT: (Standard.GENERAL, Standard.AUDIT),
    Kind.COMPENSATION: (Standard.GENERAL, Standard.COMPENSATION),
    Kind.NOMINATING: (Standard.GENERAL,),
}
# Nobody looks further back than this for the event that lost a rule: a cure lasts a year at most.
WINDOW = timedelta(days=400)


@dataclass(frozen=True)
class Member:
    """Somebody on a committee on the day."""

    key: object
    name: str
    chairs: bool
    financial_expert: bool
    since: date


@dataclass(frozen=True)
class CommitteeOn:
    """A committee on the day, with its members."""

    key: object
    kind: str
    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Composition:
    """The Board and its committees on one day."""

    day: date
    directors: tuple[Sitting, ...]
    authorised: int
    seats: Mapping[int, int]
    committees: tuple[CommitteeOn, ...]
    base_years: Mapping[int, int] = field(default_factory=dict)
    meetings: Mapping[int, date] = field(default_factory=dict)

    def values(self, standard=Standard.GENERAL):
        """What each director's independence is worth, by key."""
        return {one.key: one.value(standard) for one in self.directors}

    @property
    def standards(self):
        """The standards that apply to each director: those of the committees they sit on."""
        asked: dict = {one.key: [Standard.GENERAL] for one in self.directors}
        for committee in self.committees:
            for member in committee.members:
                for standard in REQUIRED.get(Kind(committee.kind), ()):
                    known = asked.setdefault(member.key, [Standard.GENERAL])
                    if standard not in known:
                        known.append(standard)
        return asked

    @property
    def quorum(self):
        """Directors that a meeting needs, of the authorised seats, vacant or not (L-37)."""
        return self.authorised // 2 + 1

    @property
    def vacancies(self):
        """Authorised seats that nobody holds (C6)."""
        return max(0, self.authorised - len(self.directors))

    @property
    def needed_to_fill(self):
        """Votes that fill a vacancy: more than half of the directors in office (L-49)."""
        return len(self.directors) // 2 + 1

    @cached_property
    def history(self):
        """How it was composed from each day of change on, as far back as a cure reaches.

        Read only where a rule is lost, and then once.
        """
        first = self.day - WINDOW
        return [(at, compose(at)) for at in [first, *days_of_change(first, self.day)]]


def compose(day):
    """Read how the Board and its committees are composed on the day."""
    seats = AuthorisedSeats.objects.in_force(day)
    return Composition(
        day=day,
        directors=tuple(read_directors(day)),
        authorised=seats.number if seats else 0,
        seats=seats.by_class if seats else {},
        committees=tuple(read_committees(day)),
        base_years=ClassElection.objects.years(),
        meetings=dict(
            AnnualMeeting.objects.filter(held=True, day__lte=day).values_list("year", "day")
        ),
    )


def read_directors(day):
    """Everybody in office that day, with all that the rules ask about them."""
    by_standard = {standard: valued(day, standard) for standard in Standard}
    sitting = by_standard[Standard.GENERAL]
    terms = {
        term.directorship_id: term
        for term in Term.objects.running(day).filter(directorship__in=list(sitting))
    }
    reports = reported(day, [row.person_id for row in sitting.values()])
    for key, row in sitting.items():
        term = terms.get(key)
        yield Sitting(
            key=row.person_id,
            name=f"{row.person.given_name} {row.person.family_name}",
            director_class=row.director_class,
            since=row.since,
            values={
                standard: determined_of(rows[key], reports)
                for standard, rows in by_standard.items()
            },
            term_since=term and term.since,
            elected=term is None or term.how == Term.How.ELECTED,
            ends_in=term and term.ends_in,
            employed=row.is_employed,
        )


def valued(day, standard):
    """The directorships of the day with their value under a standard, by key."""
    serving = Appointment.objects.on(day).filter(
        person=OuterRef("person"), office__in=EMPLOYED_OFFICES
    )
    rows = Directorship.objects.on(day).with_independence(day, standard)
    rows = rows.annotate(is_employed=Exists(serving.order_by()))
    return {row.pk: row for row in rows.select_related("person")}


def reported(day, people):
    """The latest change that was reported about each by that day: its day and instant."""
    reports = ChangeReport.objects.filter(person__in=people, reported_on__lte=day)
    return {row.person_id: row for row in reports.order_by("reported_at")}


def determined_of(row, reports):
    report = reports.get(row.person_id)
    made = row.determination_made_at
    is_open = report is not None and made is not None and report.reported_at > made
    return Determined(
        value=row.independence,
        determined_on=row.determined_on,
        expires_on=row.determination_expires_on,
        found=row.determined,
        reported_on=report.reported_on if is_open else None,
    )


def read_committees(day):
    """The committees of the day, with their members; whoever chairs comes first."""
    seated: dict = {}
    serving = Directorship.objects.on(day).filter(person=OuterRef("person"))
    seats = Seat.objects.on(day).filter(Exists(serving.order_by())).select_related("person")
    for seat in seats.order_by("-chairs", "person__family_name", "person__given_name"):
        seated.setdefault(seat.committee_id, []).append(
            Member(
                key=seat.person_id,
                name=seat.person.name,
                chairs=seat.chairs,
                financial_expert=seat.financial_expert,
                since=seat.since,
            )
        )
    for committee in Committee.objects.on(day).order_by("name"):
        members = tuple(seated.get(committee.pk, ()))
        yield CommitteeOn(committee.pk, committee.kind, committee.name, members)


# --- What the rules say ----------------------------------------------------------------------


def board_verdicts(composition: Composition) -> list[Verdict]:
    """The Board's own composition on the day."""
    day = composition.day
    values = composition.values()
    cure = None if majority_holds(values) else cure_of_majority(composition)
    return [
        majority.independent_majority(values.values(), day, cure),
        determinations(composition),
        majority.three_classes(composition.directors, composition.seats),
        majority.staggered_terms(
            composition.directors, composition.base_years, composition.meetings, day
        ),
    ]


def determinations(composition: Composition) -> Verdict:
    """How the determinations stand, of everybody to whom a standard applies (G-IND-02)."""
    found = majority.determined_in_time(
        composition.directors, composition.standards, composition.day
    )
    status = majority.roll_up(verdict for _, _, verdict in found)
    deadlines = [
        verdict.deadline
        for _, _, verdict in found
        if verdict.status == status and verdict.deadline is not None
    ]
    number = len({key for key, _, verdict in found if verdict.status == status})
    says = {
        Status.MET: "Every determination holds.",
        Status.DUE_SOON: f"Determinations of {people(number)} are due.",
        Status.OVERDUE: f"Determinations of {people(number)} are overdue.",
    }.get(status, "There is nothing to determine.")
    return Verdict("G-IND-02", status, says, min(deadlines, default=None))


def people(number):
    return f"{said_number(number)} director{'' if number == 1 else 's'}"


def three_committees(composition: Composition) -> Verdict:
    """An Audit, a Compensation and a Nominating and Governance Committee (G-COM-01)."""
    missing, empty = [], []
    for kind in STANDING:
        active = [one for one in composition.committees if one.kind == kind]
        if len(active) != 1:
            missing.append(kind.label)
        elif not active[0].members:
            empty.append(kind.label)
    if missing:
        says = f"There is no {' and no '.join(missing)} Committee."
        return Verdict("G-COM-01", Status.BREACHED, says)
    if empty:
        says = f"Nobody sits on the {' and the '.join(empty)} Committee."
        return Verdict("G-COM-01", Status.AT_RISK, says)
    return Verdict("G-COM-01", Status.MET, "The three standing committees are formed.")


def committee_verdicts(committee: CommitteeOn, composition: Composition) -> list[Verdict]:
    """A standing committee: independence, size, and what the audit committee needs besides.

    Of further committees nothing is asked (G-COM-04, Z-20).
    """
    if committee.kind not in STANDING:
        return []
    found = [independent_members(committee, composition), large_enough(committee, composition)]
    if committee.kind == Kind.AUDIT:
        found.append(sophisticated(committee))
    return found


def member_values(committee, composition):
    """What each member is worth under all that the committee asks: the least of them."""
    rank = (Independence.YES, Independence.STALE, Independence.NO, Independence.NONE)
    worth = {}
    for member in committee.members:
        values = [
            composition.values(standard).get(member.key, Independence.NONE)
            for standard in REQUIRED[Kind(committee.kind)]
        ]
        worth[member.key] = max(values, key=rank.index)
    return worth


def independent_members(committee: CommitteeOn, composition: Composition) -> Verdict:
    """Every member is independent under every standard of the committee (G-COM-02)."""
    worth = member_values(committee, composition)
    lost = [key for key, value in worth.items() if value not in COUNT]
    names = {member.key: member.name for member in committee.members}

    def verdict(status, says, deadline=None):
        return Verdict("G-COM-02", status, says, deadline, tuple(names[key] for key in lost))

    if not worth:
        return verdict(Status.NOT_APPLICABLE, "Nobody sits on it.")
    if all(value == Independence.YES for value in worth.values()):
        return verdict(Status.MET, "Every member is independent under its standards.")
    if not lost:
        stale = sum(value == Independence.STALE for value in worth.values())
        return verdict(Status.AT_RISK, f"{people(stale).capitalize()} to be determined again.")
    cures = [cure_of_member(committee, key, composition) for key in lost]
    says = f"{people(len(lost)).capitalize()} of its members {are(lost)} not independent."
    if all(cures):
        deadline = min(cure.deadline for cure in cures if cure)
        words = f"{says} It may be cured until {said_long_day(deadline)}."
        return verdict(Status.CURE, words, deadline)
    return verdict(Status.BREACHED, says)


def are(rows):
    return "is" if len(rows) == 1 else "are"


def large_enough(committee: CommitteeOn, composition: Composition) -> Verdict:
    """As many members as the listing rules ask for (L-15, L-22, L-25)."""
    provision = {Kind.AUDIT: "L-15", Kind.COMPENSATION: "L-22"}.get(Kind(committee.kind), "L-25")
    number, least = len(committee.members), SMALLEST[committee.kind]
    says = f"{said_number(number).capitalize()} member{'' if number == 1 else 's'}"
    if number >= least:
        return Verdict(provision, Status.MET, f"{says}: the rules ask for {said_number(least)}.")
    says = f"{says}, and the rules ask for {said_number(least)}."
    cure = cure_of_size(committee, composition)
    if cure:
        words = f"{says} The vacancy may be cured until {said_long_day(cure.deadline)}."
        return Verdict(provision, Status.CURE, words, cure.deadline)
    return Verdict(provision, Status.BREACHED, says)


def sophisticated(committee: CommitteeOn) -> Verdict:
    """At least one member with financial sophistication; an expert satisfies it (L-16)."""
    if any(member.financial_expert for member in committee.members):
        return Verdict("L-16", Status.MET, "A financial expert sits on it.")
    return Verdict("L-16", Status.BREACHED, "Nobody with financial sophistication sits on it.")


# --- Cures -----------------------------------------------------------------------------------


def cure_of_majority(composition: Composition) -> Cure | None:
    """The cure period of a lost majority that runs on the day, or None (L-12)."""
    history = [(at, then.values()) for at, then in composition.history]
    return running_cure(losses(history, majority_holds), Rule.MAJORITY, None, composition.day)


def cure_of_size(committee: CommitteeOn, composition: Composition) -> Cure | None:
    """The cure period of one vacancy on a committee (L-20 B, L-24).

    The audit committee's is not to be had while it relies on the cure of another member's loss.
    """
    day, kind = composition.day, committee.kind
    if kind == Kind.NOMINATING:
        return None
    if kind == Kind.AUDIT and any(
        cure_of_member(committee, key, composition)
        for key, value in member_values(committee, composition).items()
        if value not in COUNT
    ):
        return None
    least = SMALLEST[kind]
    history = [
        (at, {member.key: Independence.YES for member in members_of(then, committee.key)})
        for at, then in composition.history
    ]
    rule = Rule.SIZE if kind == Kind.AUDIT else Rule.COMPENSATION
    found = losses(history, lambda members: len(members) >= least)
    return running_cure(found, rule, committee.key, day)


def cure_of_member(committee: CommitteeOn, key, composition: Composition) -> Cure | None:
    """The cure period of one member's lost independence (L-20 A, L-24)."""
    if committee.kind == Kind.NOMINATING:
        return None
    rule = Rule.MEMBER if committee.kind == Kind.AUDIT else Rule.COMPENSATION
    history = []
    for at, then in composition.history:
        on = next((one for one in then.committees if one.key == committee.key), None)
        worth = member_values(on, then) if on else {}
        history.append((at, {key: worth[key]} if key in worth else {}))

    def holds(members):
        return all(value in COUNT for value in members.values())

    return running_cure(losses(history, holds), rule, committee.key, composition.day)


def members_of(composition, key):
    return next((one.members for one in composition.committees if one.key == key), ())


def running_cure(found: Iterable[Loss], rule, committee, day) -> Cure | None:
    """The cure of the last loss, if it is open, allowed, and has not run out."""
    last = next((loss for loss in reversed(list(found)) if loss.open_on(day)), None)
    if last is None or not allowed(last, rule, committee):
        return None
    told = clock_of(last, rule)
    return Cure(told.deadline, told.provisional) if day <= told.deadline else None


def clock_of(loss: Loss, rule):
    annual = AnnualMeeting.objects.first_after(loss.on)
    return clock(loss.on, annual, at_least_180=rule != Rule.MEMBER)


def allowed(loss: Loss, rule, committee) -> bool:
    """A vacancy may be cured; a loss only when somebody has said that it was beyond control."""
    if loss.event == Event.VACANCY:
        return True
    cases = CureCase.objects.filter(
        rule=rule, committee=committee, person=loss.person, event_on=loss.on
    )
    return bool(cases.values_list("beyond_control", flat=True).first())


def days_of_change(first: date, last: date) -> list[date]:
    """The days after the first on which standing changed, as the rows say."""
    found: set[date] = set()
    for rows in (Directorship, Seat, Appointment, Committee, Bar):
        for name in ("since", "until"):
            found.update(rows.objects.values_list(name, flat=True).distinct())
    made = Determination.objects.values_list("determined_on", "expires_on").distinct()
    for determined_on, expires_on in made:
        found.update((determined_on, expires_on + timedelta(days=1)))
    for name in ("proposed_on", "settled_on"):
        found.update(Fact.objects.values_list(name, flat=True).distinct())
    found.update(ChangeReport.objects.values_list("reported_on", flat=True).distinct())
    return sorted(at for at in found if at is not None and first < at <= last)
