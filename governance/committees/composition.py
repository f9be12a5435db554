"""How the Board and its committees are composed on a day, and what the rules say of it.

The facts of the day are read once (`compose`), and each rule is a function of them: a majority
(G-IND-01), classes and terms (G-CLS-01, G-CLS-02), determinations (G-IND-02), standing committees
and who sits on them (G-COM-01, G-COM-02, L-15, L-16, L-22). Where a rule was lost, the
cure cases of the day say until when it may be met again; `watching` opens them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from governance.asking import ask_on
from governance.board import majority
from governance.board.majority import Cure, Determined, Sitting
from governance.board.models import (
    AuthorisedSeats,
    Independence,
    Standard,
    StatusKind,
    Term,
)
from governance.board.models.composition import DEFAULT_YEARS
from governance.committees.cures import COUNT, SMALLEST, Event, majority_holds
from governance.committees.curing import Rule
from governance.committees.models import Committee, Kind
from governance.committees.questions import (
    FIXED,
    formed,
    framed,
    running_cases,
    seats_of_directors,
    sitting,
)
from governance.periods import years_after
from governance.verdicts import Status, Verdict
from governance.words import said_long_day, said_number

STANDING = (Kind.AUDIT, Kind.COMPENSATION, Kind.NOMINATING)
# What members of each standing committee have to be under (G-COM-02).
REQUIRED = {
    Kind.AUDIT: (Standard.GENERAL, Standard.AUDIT),
    Kind.COMPENSATION: (Standard.GENERAL, Standard.COMPENSATION),
    Kind.NOMINATING: (Standard.GENERAL,),
}
# An exceptional seat lasts so long, and its end is told so long before (L-17).
EXCEPTIONAL_YEARS, EXCEPTIONAL_SOON = 2, timedelta(days=90)


@dataclass(frozen=True)
class Member:
    """Somebody on a committee on the day."""

    key: object
    name: str
    chairs: bool
    financial_expert: bool
    since: date
    # The seat itself.
    seat: object = None
    # Seated by the Board under exceptional and limited circumstances (L-17).
    exceptional: bool = False
    # Attested to be financially sophisticated without being an expert (L-16).
    sophisticated: bool = False


@dataclass(frozen=True)
class CommitteeOn:
    """A committee on the day, with its members."""

    key: object
    kind: str
    name: str
    members: tuple[Member, ...]
    # The first day after an exception that the Board has made to the guidelines (C14).
    excepted_until: date | None = None

    @property
    def short_name(self):
        """ "Audit" for the Audit Committee, as lists of seats print it."""
        return Committee(name=self.name).short_name


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
    # What holds of the Company that day.
    statuses: frozenset[str] = frozenset()

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
    def cures(self):
        """The cure cases of the day; read only where a rule is lost, and then once (M-17)."""
        return running_cases(self.day)


def compose(day):
    """Read how the Board and its committees are composed on the day."""
    (frame,) = ask_on(framed, day)
    seats = fixed_seats(frame)
    elected = zip(frame.elected_classes, frame.elected_years, strict=True)
    return Composition(
        day=day,
        directors=tuple(read_directors(day)),
        authorised=seats.number if seats else 0,
        seats=seats.by_class if seats else {},
        committees=tuple(read_committees(day)),
        base_years=DEFAULT_YEARS | dict(elected),
        meetings=dict(zip(frame.meeting_years, frame.meeting_days, strict=True)),
        statuses=frozenset(frame.statuses),
    )


def fixed_seats(frame):
    """The seats fixed by that day, not saved anew; None before the first were fixed."""
    told = {name: getattr(frame, f"fixed_{name}") for name in FIXED}
    return AuthorisedSeats(**told) if told["number"] else None


def read_directors(day):
    """Everybody in office that day, with all that the rules ask about them."""
    for row in ask_on(sitting, day):
        yield Sitting(
            key=row.person_id,
            name=f"{row.given_name} {row.family_name}",
            director_class=row.director_class,
            since=row.since,
            values={standard: determined_of(row, standard) for standard in Standard},
            term_since=row.term_since,
            elected=row.term_how in (None, Term.How.ELECTED),
            ends_in=row.term_ends_in,
            employed=row.is_employed,
        )


def determined_of(row, standard):
    """What one standard's determination is worth; a change reported since is told."""

    def told(name):
        return getattr(row, f"{standard}_{name}")

    made = told("determination_made_at")
    is_open = row.reported_at is not None and made is not None and row.reported_at > made
    return Determined(
        value=told("independence"),
        determined_on=told("determined_on"),
        expires_on=told("determination_expires_on"),
        found=told("determined"),
        reported_on=row.reported_on if is_open else None,
    )


def read_committees(day):
    """The committees of the day, with their members; whoever chairs comes first."""
    seated: dict = {}
    for seat in ask_on(seats_of_directors, day):
        seated.setdefault(seat.committee_id, []).append(
            Member(
                key=seat.person_id,
                name=f"{seat.given_name} {seat.family_name}",
                chairs=seat.chairs,
                financial_expert=seat.financial_expert,
                since=seat.since,
                seat=seat.pk,
                exceptional=seat.exceptional_by_id is not None,
                sophisticated=bool(seat.sophisticated),
            )
        )
    for committee in ask_on(formed, day):
        yield CommitteeOn(
            committee.pk,
            committee.kind,
            committee.name,
            tuple(seated.get(committee.pk, ())),
            committee.excepted_until,
        )


# --- What the rules say ----------------------------------------------------------------------


def board_verdicts(composition: Composition) -> list[Verdict]:
    """The Board's own composition on the day."""
    day = composition.day
    values = composition.values()
    cure = None if majority_holds(values) else cure_of(composition, Rule.MAJORITY)
    return [
        majority.independent_majority(values.values(), day, cure),
        determinations(composition),
        majority.three_classes(
            composition.directors,
            composition.seats,
            balanced=StatusKind.BALANCED in composition.statuses,
            declassified=StatusKind.DECLASSIFIED in composition.statuses,
        ),
        majority.staggered_terms(
            composition.directors,
            composition.base_years,
            composition.meetings,
            day,
            declassified=StatusKind.DECLASSIFIED in composition.statuses,
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
        says = f"There is no {listed(missing, 'or')} Committee."
        return Verdict("G-COM-01", Status.BREACHED, says)
    if empty:
        says = f"Nobody sits on the {listed(empty, 'or the')} Committee."
        return Verdict("G-COM-01", Status.AT_RISK, says)
    return Verdict("G-COM-01", Status.MET, "The three standing committees are formed.")


def listed(names, last):
    """ "Audit, Compensation, or Nominating and Governance"."""
    *first, final = names
    if len(first) > 1:
        return f"{', '.join(first)}, {last} {final}"
    return f"{first[0]} {last} {final}" if first else final


def committee_verdicts(committee: CommitteeOn, composition: Composition) -> list[Verdict]:
    """A standing committee: independence, size, and what the audit committee needs besides.

    Of further committees nothing is asked (G-COM-04, Z-20).
    """
    if committee.kind not in STANDING:
        return []
    found = [independent_members(committee, composition), large_enough(committee, composition)]
    if committee.kind == Kind.AUDIT:
        found.append(sophisticated(committee))
    if any(member.exceptional for member in committee.members):
        found.append(exceptional_seat(committee, composition.day))
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


def listing_values(committee, composition):
    """What each member is worth for the listing rules, which let one sit exceptionally (L-17).

    On the audit committee such a member still has to meet its own standard.
    """
    worth = member_values(committee, composition)
    of_its_own = composition.values(Standard.AUDIT)
    for member in committee.members:
        if member.exceptional and composition.day < exceptional_until(member):
            strict = committee.kind == Kind.AUDIT
            worth[member.key] = of_its_own[member.key] if strict else Independence.YES
    return worth


def exceptional_until(member):
    """The first day on which an exceptional seat is too long: after two years (L-17)."""
    return years_after(member.since, EXCEPTIONAL_YEARS) + timedelta(days=1)


def exceptional_seat(committee: CommitteeOn, day: date) -> Verdict:
    """Whoever sits exceptionally sits for two years at most (L-17)."""
    last = min(
        years_after(one.since, EXCEPTIONAL_YEARS) for one in committee.members if one.exceptional
    )
    says = f"One member sits exceptionally, until {said_long_day(last)} at most."
    if day > last:
        return Verdict("L-17", Status.BREACHED, says, last)
    soon = day >= last - EXCEPTIONAL_SOON
    return Verdict("L-17", Status.DUE_SOON if soon else Status.MET, says, last)


def independent_members(committee: CommitteeOn, composition: Composition) -> Verdict:
    """Every member is independent under every standard of the committee (G-COM-02).

    A seat under exceptional circumstances satisfies the listing rules, and the guidelines only
    when the Board has made an exception to them (L-17, C14).
    """
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
    listed = listing_values(committee, composition)
    if all(listed[key] in COUNT for key in lost):
        if committee.excepted_until:
            until = said_long_day(committee.excepted_until - timedelta(days=1))
            words = f"The Board has made an exception until {until}."
            return verdict(Status.EXCEPTED, words, committee.excepted_until)
        words = "One member sits exceptionally; the guidelines ask for an exception of the Board."
        return verdict(Status.BREACHED, words)
    lost = [key for key in lost if listed[key] not in COUNT]
    cures = [cure_of_member(committee, key, composition) for key in lost]
    says = f"{said_number(len(lost)).capitalize()} of its members {are(lost)} not independent."
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
    if any(member.sophisticated for member in committee.members):
        return Verdict("L-16", Status.MET, "A member has financial sophistication.")
    return Verdict("L-16", Status.BREACHED, "Nobody with financial sophistication sits on it.")


# --- Cures -----------------------------------------------------------------------------------


def cure_of(composition: Composition, rule, committee=None, person=None) -> Cure | None:
    """The cure of a lost rule that may be relied on that day, or None.

    A vacancy may be cured; a loss of independence only when somebody has said that it was beyond
    the director's reasonable control (L-12, L-20).
    """
    for case in composition.cures:
        if (case.rule, case.committee_id) != (rule, committee):
            continue
        if person is not None and case.person_id != person:
            continue
        may = case.event == Event.VACANCY or case.beyond_control
        if may and case.deadline and composition.day <= case.deadline:
            return Cure(case.deadline, case.provisional)
    return None


def cure_of_member(committee: CommitteeOn, key, composition: Composition) -> Cure | None:
    """The cure period of one member's lost independence (L-20 A, L-24)."""
    rule = {Kind.AUDIT: Rule.MEMBER, Kind.COMPENSATION: Rule.COMPENSATION}.get(Kind(committee.kind))
    return cure_of(composition, rule, committee.key, key) if rule else None


def cure_of_size(committee: CommitteeOn, composition: Composition) -> Cure | None:
    """The cure period of one vacancy on a committee (L-20 B, L-24).

    The audit committee's is not to be had while it relies on the cure of another member's loss.
    """
    rule = {Kind.AUDIT: Rule.SIZE, Kind.COMPENSATION: Rule.COMPENSATION}.get(Kind(committee.kind))
    if rule is None or (
        committee.kind == Kind.AUDIT and cure_of(composition, Rule.MEMBER, committee.key)
    ):
        return None
    return cure_of(composition, rule, committee.key)
