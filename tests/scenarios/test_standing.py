"""The scenarios about the Board's standing and its committees, each under its id."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from governance.board.models import (
    AnnualMeeting,
    AuthorisedSeats,
    Designation,
    Directorship,
    Fact,
    FactKind,
    Purpose,
    Standard,
)
from governance.board.operations import amend_annual_meeting, fill_vacancy, resign
from governance.board.reporting import enter_fact
from governance.committees.composition import (
    board_verdicts,
    committee_verdicts,
    compose,
    determinations,
    independent_members,
    large_enough,
    three_committees,
)
from governance.committees.models import CureCase, Kind, Seat
from governance.committees.watching import look_again, say_control
from governance.filings import current_report_due, exchange_notice_due
from governance.people.models import Person
from governance.refusals import Refused
from tests.factories.board import DeterminationFactory, TermFactory
from tests.factories.people import AppointmentFactory, PersonFactory
from tests.factories.records import ActFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def at(day):
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def majority(day):
    return board_verdicts(compose(day))[0]


def committee(kind, day):
    composition = compose(day)
    return next(one for one in composition.committees if one.kind == kind), composition


def members(kind, day):
    return independent_members(*committee(kind, day))


def size(kind, day):
    return large_enough(*committee(kind, day))


# --- P-08: one vacancy takes the majority ---------------------------------------------------------


def leaves(board, letter, on):
    return resign(board.directorships[letter], delivered_on=on, by=board.secretary, on=on)


def test_p_08_majority_lost_by_one_vacancy(f2):
    before = majority(date(2026, 2, 9))
    assert (before.status, before.says) == (
        "met",
        "Four of seven directors are independent: a majority.",
    )
    leaves(f2, "K", date(2026, 2, 10))
    lost = majority(date(2026, 2, 10))
    assert (lost.status, lost.deadline) == ("cure", date(2026, 8, 9))
    assert majority(date(2026, 8, 9)).status == "cure"
    assert majority(date(2026, 8, 10)).status == "breached"
    assert exchange_notice_due(date(2026, 2, 10)) == date(2026, 2, 10)


def test_p_08_a_later_annual_meeting_is_the_deadline(f2):
    on = date(2026, 2, 10)
    leaves(f2, "K", on)
    annual = AnnualMeeting.objects.get(year=2026)
    amend_annual_meeting(annual, day=date(2026, 9, 15), by=f2.secretary, on=on)
    assert majority(on).deadline == date(2026, 9, 15)
    AnnualMeeting.objects.all().delete()
    look_again(on)
    unset = majority(on)
    assert unset.deadline == date(2027, 2, 10)
    assert "not set" in unset.says


def test_p_08_a_second_vacancy_makes_the_cure_void(f2):
    leaves(f2, "K", date(2026, 2, 10))
    leaves(f2, "L", date(2026, 3, 1))
    assert majority(date(2026, 2, 28)).status == "cure"
    assert majority(date(2026, 3, 1)).status == "breached"
    for day in (date(2026, 2, 1), date(2026, 2, 10), date(2026, 3, 1)):
        assert compose(day).quorum == 4


# --- P-09: determinations run out -----------------------------------------------------------------


@pytest.mark.parametrize(
    "day, due, majority_is",
    [
        (date(2026, 12, 12), "met", "met"),
        (date(2026, 12, 13), "due_soon", "met"),
        (date(2027, 2, 11), "due_soon", "met"),
        (date(2027, 2, 12), "overdue", "at_risk"),
    ],
)
def test_p_09_determinations_expire(day, due, majority_is, f1):
    assert determinations(compose(day)).status == due
    assert majority(day).status == majority_is
    for kind in (Kind.AUDIT, Kind.COMPENSATION, Kind.NOMINATING):
        expected = "at_risk" if majority_is == "at_risk" else "met"
        assert members(kind, day).status == expected
    values = compose(day).values()
    stale = [value for value in values.values() if value == "stale"]
    assert len(stale) == (7 if majority_is == "at_risk" else 0)


# --- P-10: the audit committee's clocks -----------------------------------------------------------


def test_p_10_one_vacancy_on_the_audit_committee(f1):
    Seat.objects.filter(person=f1.people["E"], committee=f1.committees[Kind.AUDIT]).update(
        until=date(2026, 3, 2)
    )
    look_again(date(2026, 3, 2))
    short = size(Kind.AUDIT, date(2026, 3, 2))
    assert (short.status, short.deadline) == ("cure", date(2026, 8, 29))
    assert size(Kind.AUDIT, date(2026, 8, 29)).status == "cure"
    assert size(Kind.AUDIT, date(2026, 8, 30)).status == "breached"


def loses_independence(board, letter, on, *, beyond_control):
    """Not independent from that day on, by what the Board finds."""
    for standard in (Standard.GENERAL, Standard.AUDIT):
        DeterminationFactory(
            person=board.people[letter], standard=standard, independent=False, determined_on=on
        )
    look_again(on)
    case = CureCase.objects.get(rule="L-20 A", person=board.people[letter])
    say_control(case, beyond_control=beyond_control, by=board.secretary, at=at(on))


def test_p_10_a_member_ceases_to_be_independent(f1):
    loses_independence(f1, "E", date(2026, 3, 2), beyond_control=True)
    lost = members(Kind.AUDIT, date(2026, 3, 2))
    assert (lost.status, lost.deadline) == ("cure", date(2026, 6, 10))
    assert members(Kind.AUDIT, date(2026, 6, 10)).status == "cure"
    assert members(Kind.AUDIT, date(2026, 6, 11)).status == "breached"


def test_p_10_a_loss_within_the_members_control_has_no_cure(f1):
    loses_independence(f1, "E", date(2026, 3, 2), beyond_control=False)
    assert members(Kind.AUDIT, date(2026, 3, 2)).status == "breached"


def test_p_10_a_vacancy_and_a_loss_at_once(f1):
    loses_independence(f1, "E", date(2026, 3, 2), beyond_control=True)
    Seat.objects.filter(person=f1.people["D"], committee=f1.committees[Kind.AUDIT]).update(
        until=date(2026, 3, 2)
    )
    look_again(date(2026, 3, 2))
    lost = members(Kind.AUDIT, date(2026, 3, 2))
    assert (lost.status, lost.deadline) == ("cure", date(2026, 6, 10))
    assert size(Kind.AUDIT, date(2026, 3, 2)).status == "breached"


# --- P-11 to P-14: facts --------------------------------------------------------------------------


def value(board, letter, day, standard=Standard.GENERAL):
    rows = Directorship.objects.on(day).with_independence(day, standard)
    return rows.get(person=board.people[letter]).independence


def fee(board, letter, day, amount):
    return enter_fact(
        person=board.people[letter],
        kind=FactKind.RECEIPT,
        since=day,
        amount=Decimal(amount),
        purpose=Purpose.OTHER,
        by=board.secretary,
        at=at(date(2026, 6, 30)),
    )


def test_p_11_more_than_120000_in_a_year(f1):
    day = date(2026, 2, 11)
    fee(f1, "H", date(2024, 7, 1), "60000.00")
    fee(f1, "H", date(2025, 1, 15), "60000.00")
    fee(f1, "H", date(2025, 7, 1), "50000.00")
    assert value(f1, "H", day) == "yes"
    fee(f1, "G", date(2024, 7, 1), "60000.00")
    fee(f1, "G", date(2025, 1, 15), "60000.00")
    fee(f1, "G", date(2025, 6, 30), "50000.00")
    assert value(f1, "G", day) == "no"
    fee(f1, "F", date(2024, 7, 1), "60000.00")
    fee(f1, "F", date(2025, 1, 15), "60000.01")
    assert value(f1, "F", day) == "no"
    assert value(f1, "E", day) == "yes"


def test_p_12_the_look_back_ends_and_the_board_still_has_to_act(f2):
    newcomer = f2.seat("R", 1, since=date(2026, 2, 1))
    enter_fact(
        person=newcomer,
        kind=FactKind.EMPLOYMENT,
        since=date(2015, 1, 1),
        until=date(2023, 6, 1),
        by=f2.secretary,
        at=at(date(2026, 2, 2)),
    )
    assert value(f2, "R", date(2026, 5, 31)) == "no"
    assert value(f2, "R", date(2026, 6, 1)) == "none"


def test_p_14_the_audit_standard_is_separate(f1):
    day = date(2026, 4, 15)
    fee(f1, "E", day, "1.00")
    assert value(f1, "E", day - DAY, Standard.AUDIT) == "yes"
    assert value(f1, "E", day) == "yes"
    assert value(f1, "E", day, Standard.AUDIT) == "no"
    assert members(Kind.AUDIT, day).status == "breached"
    assert majority(day).status == "met"
    assert majority(day).says == "Seven of nine directors are independent: a majority."
    # It stays so until the Board determines anew.
    assert value(f1, "E", day + 100 * DAY, Standard.AUDIT) == "no"
    DeterminationFactory(
        person=f1.people["E"], standard=Standard.AUDIT, determined_on=day + 101 * DAY
    )
    assert value(f1, "E", day + 101 * DAY, Standard.AUDIT) == "yes"


def test_p_14_a_fee_that_ended_before_the_determination_is_clear(f1):
    fee(f1, "E", date(2026, 2, 10), "10000.00")
    assert value(f1, "E", date(2026, 2, 11), Standard.AUDIT) == "yes"


# --- P-21: filling a vacancy ----------------------------------------------------------------------


def test_p_21_class_and_term_follow(f1):
    leaves(f1, "H", date(2026, 8, 20))
    AnnualMeeting.objects.filter(year=2026).update(held=True)
    on = date(2026, 9, 15)
    composition = compose(on)
    assert (len(composition.directors), composition.vacancies) == (8, 1)
    assert composition.needed_to_fill == 5
    act = ActFactory(day=on)
    nominee = PersonFactory()
    with pytest.raises(Refused, match="No seat of that class is vacant"):
        fill_vacancy(person=nominee, director_class=1, since=on, act=act, by=f1.secretary, on=on)
    with pytest.raises(Refused, match="needs an act"):
        fill_vacancy(person=nominee, director_class=3, since=on, act=None, by=f1.secretary, on=on)
    seated = fill_vacancy(
        person=nominee, director_class=3, since=on, act=act, by=f1.secretary, on=on
    )
    assert seated.terms.get().ends_in == 2027
    # D, E and F were not elected again in June: they hold over, and that is noted (L-39).
    terms = board_verdicts(compose(on))[3]
    assert terms.status == "met_note" and "hold over" in terms.says
    for letter in "DEF":
        TermFactory(directorship=f1.directorships[letter], since=date(2026, 6, 10), ends_in=2029)
    assert board_verdicts(compose(on))[3].status == "met"
    TermFactory(directorship=seated, since=date(2027, 6, 9), ends_in=2030)
    assert board_verdicts(compose(date(2027, 6, 9)))[3].status == "met"
    assert current_report_due(on) == date(2026, 9, 21)


# --- Silences -------------------------------------------------------------------------------------


def quiet(day):
    """Nothing on the Board or its committees is remarked upon."""
    composition = compose(day)
    told = [*board_verdicts(composition), three_committees(composition)]
    for one in composition.committees:
        told += committee_verdicts(one, composition)
    return {(one.provision, one.status) for one in told if one.status != "met"} == set()


def test_p_29_silences(f1):
    day = date(2026, 5, 6)
    assert quiet(day)
    # Z-01: one person chair and chief executive, later split, later together again.
    Designation.objects.filter(role="chair").update(until=date(2026, 3, 1))
    for since, until, letter in (
        (date(2026, 3, 1), date(2026, 4, 1), "A"),
        (date(2026, 4, 1), date(2026, 5, 1), "B"),
        (date(2026, 5, 1), None, "A"),
    ):
        Designation.objects.create(person=f1.people[letter], role="chair", since=since, until=until)
        assert quiet(since)
    # Z-02: 22 years of service; Z-04: seven outside boards.
    Directorship.objects.filter(person=f1.people["B"]).update(since=date(2004, 1, 1))
    for number in range(7):
        f1.people["F"].commitments.create(
            organisation=f"Invented {number}", role="Director", public_company=True, since=day
        )
    assert quiet(day)


def test_z_03_no_age_is_asked(f1):
    """Nobody is too old, and the record does not even ask how old anybody is."""
    for model in (Person, Directorship):
        assert not {"age", "born_on", "birthday"} & {field.name for field in model._meta.fields}
    Directorship.objects.filter(person=f1.people["B"]).update(since=date(1965, 1, 1))
    assert quiet(date(2026, 5, 6))


def test_z_14_no_shares_have_to_be_owned(f1):
    """No director owns a share, and nothing is remarked upon; owning some is no bar either."""
    day = date(2026, 5, 6)
    assert not Fact.objects.filter(kind="holding").exists() and quiet(day)
    enter_fact(
        person=f1.people["B"],
        kind="holding",
        percent=Decimal("0.01"),
        since=date(2026, 5, 1),
        by=f1.secretary,
        at=at(day),
    )
    assert quiet(day)


def test_z_12_one_director_sits_on_all_three_committees(f1):
    Seat.objects.create(
        committee=f1.committees[Kind.COMPENSATION], person=f1.people["D"], since=date(2026, 3, 1)
    )
    assert Seat.objects.on(date(2026, 3, 1)).filter(person=f1.people["D"]).count() == 3
    assert quiet(date(2026, 3, 1))


@pytest.mark.parametrize("number", [9, 13])
def test_z_13_no_size_of_the_board_is_asked(number, f1):
    AuthorisedSeats.objects.update(number=number)
    assert quiet(date(2026, 5, 6))


def test_a_new_executive_turns_the_majority_from_the_day(f1):
    """One change counts everywhere from its day on, and not before."""
    day = date(2026, 5, 1)
    for letter in "BCD":
        AppointmentFactory(person=f1.people[letter], office="manager", since=day)
    assert majority(day - DAY).status == "met"
    assert majority(day).status == "breached"
