"""Twenty years of a board, replayed: any past day answers as it did when it was today."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from governance.board.models import (
    AnnualMeeting,
    Bar,
    Directorship,
    FactKind,
    Purpose,
    Standard,
    Term,
)
from governance.board.reporting import enter_fact, propose_fact, report_change, set_aside
from governance.committees.composition import board_verdicts, committee_verdicts, compose
from governance.committees.models import Kind, Seat
from governance.committees.watching import look_again
from governance.people.models import Appointment, Office
from tests.factories.board import (
    AuthorisedSeatsFactory,
    DeterminationFactory,
    DirectorshipFactory,
    TermFactory,
)
from tests.factories.committees import CommitteeFactory, SeatFactory
from tests.factories.people import AppointmentFactory, PersonFactory, UserFactory

FIRST, YEARS = date(2006, 1, 15), 20
DAY = timedelta(days=1)


class Life:
    """A board to which something happens every few weeks, written down on its day."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.joined = []  # ids are random: only this order gives the same life to the same dice
        self.today = FIRST
        person = PersonFactory()
        AppointmentFactory(person=person, office=Office.CORPORATE_SECRETARY, since=FIRST)
        self.secretary = UserFactory(person=person)
        AuthorisedSeatsFactory(since=FIRST)
        self.committees = [
            CommitteeFactory(kind=kind, since=FIRST)
            for kind in (Kind.AUDIT, Kind.COMPENSATION, Kind.NOMINATING)
        ]
        for number in range(9):
            self.joins(number % 3 + 1)
        for committee in self.committees:
            for row in self.sitting()[:3]:
                SeatFactory(committee=committee, person=row.person, since=FIRST)

    @property
    def at(self):
        return datetime(self.today.year, self.today.month, self.today.day, 19, tzinfo=UTC)

    def sitting(self):
        rows = Directorship.objects.on(self.today).select_related("person")
        return sorted(rows, key=lambda row: self.joined.index(row.pk))

    def somebody(self):
        return self.dice.choice(self.sitting())

    def joins(self, director_class=None):
        """A vacancy is filled, and the newcomer determined."""
        if len(self.sitting()) < 9:
            row = DirectorshipFactory(
                person=PersonFactory(),
                director_class=director_class or self.dice.choice((1, 2, 3)),
                since=self.today,
            )
            self.joined.append(row.pk)
            TermFactory(directorship=row, since=self.today, ends_in=self.today.year + 2)
            self.determined(row)

    def leaves(self):
        sitting = self.sitting()
        if len(sitting) > 6:
            row = self.dice.choice(sitting)
            if row.since < self.today:
                Directorship.objects.filter(pk=row.pk).update(until=self.today)
                Seat.objects.on(self.today).filter(person=row.person).update(until=self.today)

    def determined(self, row=None, independent=None):
        row = row or self.somebody()
        if Bar.objects.running(self.today).filter(person=row.person).exists():
            independent = False  # whatever the Board thinks
        for standard in Standard:
            if not row.person.determinations.filter(
                standard=standard, determined_on=self.today
            ).exists():
                DeterminationFactory(
                    person=row.person,
                    standard=standard,
                    determined_on=self.today,
                    expires_on=self.today + 365 * DAY,
                    independent=self.dice.random() < 0.9 if independent is None else independent,
                )

    def is_paid(self):
        enter_fact(
            person=self.somebody().person,
            kind=FactKind.RECEIPT,
            since=self.today,
            amount=Decimal(self.dice.randrange(1, 150_000)),
            purpose=Purpose.OTHER,
            by=self.secretary,
            at=self.at,
        )

    def tells(self):
        """A fact is proposed, and waits."""
        propose_fact(
            person=self.somebody().person,
            kind=FactKind.HOLDING,
            since=self.today,
            percent=Decimal("11"),
            by=self.secretary,
            at=self.at,
        )

    def settles(self):
        fact = self.somebody().person.facts.filter(settled_on=None).order_by("proposed_on").first()
        if fact and fact.proposed_on < self.today:
            set_aside(fact, why="It was not so.", by=self.secretary, at=self.at)

    def reports(self):
        report_change(
            person=self.somebody().person, text="Something.", by=self.secretary, at=self.at
        )

    def takes_a_post(self):
        person = self.somebody().person
        if not Appointment.objects.filter(person=person, until=None).exists():
            AppointmentFactory(person=person, office=Office.MANAGER, since=self.today)

    def leaves_a_post(self):
        held = Appointment.objects.filter(office=Office.MANAGER, until=None)
        row = held.filter(since__lt=self.today).order_by("since").first()  # one a day at most
        if row:
            Appointment.objects.filter(pk=row.pk).update(until=self.today)

    def changes_seats(self):
        committee = self.dice.choice(self.committees)
        sitting = self.sitting()
        order = [row.person_id for row in sitting]
        seats = sorted(
            Seat.objects.on(self.today).filter(committee=committee),
            key=lambda seat: order.index(seat.person_id),
        )
        if seats and self.dice.random() < 0.5 and seats[0].since < self.today:
            Seat.objects.filter(pk=seats[0].pk).update(until=self.today)
        taken = [seat.person_id for seat in Seat.objects.on(self.today).filter(committee=committee)]
        free = [row for row in sitting if row.person_id not in taken]
        if free and len(taken) < 4:
            SeatFactory(committee=committee, person=self.dice.choice(free).person, since=self.today)

    def meets_the_stockholders(self):
        if not AnnualMeeting.objects.filter(year=self.today.year).exists():
            AnnualMeeting.objects.create(year=self.today.year, day=self.today, held=True)

    def goes_on(self):
        """A few weeks pass, and something happens."""
        self.today += self.dice.randrange(40, 110) * DAY
        happens = self.dice.choice(
            [
                self.joins,
                self.joins,
                self.leaves,
                self.determined,
                self.determined,
                self.is_paid,
                self.tells,
                self.settles,
                self.reports,
                self.takes_a_post,
                self.leaves_a_post,
                self.changes_seats,
                self.meets_the_stockholders,
            ]
        )
        happens()


def snapshot(day):
    """The whole composition of a day, and what the rules say of it."""
    composition = compose(day)
    told = [(one.provision, one.status, one.says) for one in board_verdicts(composition)]
    for committee in composition.committees:
        told += [
            (committee.kind, one.provision, one.status)
            for one in committee_verdicts(committee, composition)
        ]
    sitting = {
        (one.key, one.director_class, one.ends_in, standard, one.value(standard))
        for one in composition.directors
        for standard in Standard
    }
    seated = {(c.key, member.key) for c in composition.committees for member in c.members}
    return told, sitting, seated, composition.authorised


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.deep)])
def test_any_past_day_answers_as_it_did_then(seed, company):
    life = Life(seed)
    taken = {}
    while life.today < FIRST.replace(year=FIRST.year + YEARS):
        life.goes_on()
        look_again(life.today)
        taken[life.today] = snapshot(life.today)
    assert len(taken) > 80
    changes = sum(then != before for before, then in pairwise(taken.values()))
    assert changes > 40
    assert Term.objects.count() > 9
    for day, then in taken.items():
        assert snapshot(day) == then, day
