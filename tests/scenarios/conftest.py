"""The two boards that the scenarios speak of: F1 and F2."""

from datetime import date

import pytest

from governance.board.models import Role, Standard
from governance.committees.models import Kind
from governance.people.models import Office
from tests.factories.board import (
    AnnualMeetingFactory,
    AuthorisedSeatsFactory,
    DesignationFactory,
    DeterminationFactory,
    DirectorshipFactory,
    TermFactory,
)
from tests.factories.committees import CommitteeFactory, SeatFactory
from tests.factories.people import AppointmentFactory, PersonFactory, UserFactory
from tests.factories.remembering import remembered

DETERMINED = date(2026, 2, 11)
EXPIRES = date(2027, 2, 11)
ANNUAL = date(2026, 6, 10)
SINCE = date(2025, 1, 1)
CLASSES = {1: "ABC", 2: "DEF", 3: "GHI"}
COMMITTEES = {Kind.AUDIT: "CDE", Kind.COMPENSATION: "BFG", Kind.NOMINATING: "DGH"}
ENDS = {1: 2028, 2: 2026, 3: 2027}


class Board:
    """Directors by their letter, committees by kind, and the Corporate Secretary."""

    def __init__(self):
        self.people, self.directorships, self.committees = {}, {}, {}
        secretary = PersonFactory(given_name="Secretary", family_name="Example")
        AppointmentFactory(person=secretary, office=Office.CORPORATE_SECRETARY, since=SINCE)
        self.secretary = UserFactory(person=secretary)

    def seat(self, letter, director_class, since=SINCE):
        person = PersonFactory(given_name="Director", family_name=letter)
        self.people[letter] = person
        self.directorships[letter] = DirectorshipFactory(
            person=person, director_class=director_class, since=since
        )
        return person

    def determine(self, letters, on=DETERMINED, standards=tuple(Standard), **facts):
        for letter in letters:
            for standard in standards:
                DeterminationFactory(
                    person=self.people[letter],
                    standard=standard,
                    determined_on=on,
                    **{"expires_on": EXPIRES, **facts},
                )

    def account(self, letter):
        return UserFactory(person=self.people[letter])


@pytest.fixture
def f1(company):
    """The board of the worked examples, put back as it was made."""
    return remembered(("f1", company.time_zone), make_f1)


@pytest.fixture
def f2(company):
    """The smaller one."""
    return remembered(("f2", company.time_zone), make_f2)


def make_f1():
    """Nine seats, all filled; seven independent; A is chief executive, B chair, C lead."""
    board = Board()
    AuthorisedSeatsFactory(since=SINCE)
    AnnualMeetingFactory(year=2025, day=date(2025, 6, 11), held=True)
    AnnualMeetingFactory(year=2026, day=ANNUAL)
    for director_class, letters in CLASSES.items():
        for letter in letters:
            board.seat(letter, director_class)
            elected = date(2025, 6, 11) if director_class == 1 else SINCE
            TermFactory(
                directorship=board.directorships[letter],
                since=elected,
                ends_in=ENDS[director_class],
            )
    board.determine("BCDEFGH")
    board.determine("I", standards=[Standard.GENERAL], independent=False)
    people = board.people
    AppointmentFactory(person=people["A"], office=Office.CHIEF_EXECUTIVE, since=SINCE)
    AppointmentFactory(
        person=people["I"], office=Office.MANAGER, since=date(2020, 1, 1), until=date(2024, 7, 1)
    )
    DesignationFactory(person=people["B"], role=Role.CHAIR, since=SINCE)
    DesignationFactory(person=people["C"], role=Role.LEAD, since=SINCE)
    for kind, letters in COMMITTEES.items():
        board.committees[kind] = CommitteeFactory(kind=kind, since=SINCE)
        for number, letter in enumerate(letters):
            SeatFactory(
                committee=board.committees[kind],
                person=people[letter],
                chairs=number == 0,
                financial_expert=kind == Kind.AUDIT and number == 0,
                since=SINCE,
            )
    return board


def make_f2():
    """Seven seats, all filled; K, L, M and N are independent, three are not."""
    board = Board()
    AuthorisedSeatsFactory(since=SINCE, number=7)
    AnnualMeetingFactory(year=2026, day=ANNUAL)
    for number, letter in enumerate("KLMNOPQ"):
        board.seat(letter, number % 3 + 1)
    board.determine("KLMN", on=date(2026, 1, 15), expires_on=date(2027, 1, 15))
    board.determine("OPQ", on=date(2026, 1, 15), independent=False)
    return board
