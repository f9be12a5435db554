"""A member who is not independent, and exceptions the Board makes to its guidelines (L-17, C14)."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from governance.board.models import Filing, StatusKind
from governance.board.operations import enter_company_status
from governance.committees.composition import committee_verdicts, compose
from governance.committees.models import BoardException, CureCase, Kind
from governance.committees.operations import except_from, seat_member
from governance.committees.watching import look_again
from governance.refusals import Refused
from tests.factories.board import DeterminationFactory
from tests.factories.people import UserFactory
from tests.factories.records import ActFactory
from tests.scenarios.conftest import f1

__all__ = ["f1"]
pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
LAST = date(2028, 3, 2)


@pytest.fixture
def exceptional(f1):
    """I, who is not independent, sits on the Compensation Committee exceptionally."""
    committee = f1.committees[Kind.COMPENSATION]
    seat_member(
        committee=committee,
        person=f1.people["I"],
        since=ON,
        exceptional_by=ActFactory(day=ON),
        by=f1.secretary,
        on=ON,
    )
    return committee


def verdicts(committee, day=ON):
    composition = compose(day)
    on = next(one for one in composition.committees if one.key == committee.pk)
    return {one.provision: one for one in committee_verdicts(on, composition)}


def grant(board, committee, *, text="An exception to G-COM-02.", **facts):
    given = {
        "provision": "G-COM-02",
        "reason": "Nobody else knows the invented trade.",
        "since": ON,
        "until": date(2026, 9, 2),
        "act": ActFactory(day=ON, text=text),
        "by": board.secretary,
        "on": ON,
    }
    return except_from(committee=committee, **{**given, **facts})


def test_the_listing_rules_let_one_sit_and_the_guidelines_do_not(f1, exceptional):
    """Breached under the guidelines; the listing rules are met, so nobody is told (L-17)."""
    told = verdicts(exceptional)
    assert told["G-COM-02"].status == "breached"
    assert told["L-17"].status == "met"
    look_again(ON)
    assert not CureCase.objects.exists()
    assert not Filing.objects.exists()


def test_an_exception_of_the_board_holds_until_its_day(f1, exceptional):
    grant(f1, exceptional)
    assert verdicts(exceptional)["G-COM-02"].status == "excepted"
    assert verdicts(exceptional, date(2026, 9, 1))["G-COM-02"].status == "excepted"
    assert verdicts(exceptional, date(2026, 9, 2))["G-COM-02"].status == "breached"
    assert verdicts(exceptional, date(2026, 3, 1))["G-COM-02"].status == "met"


def test_an_exception_excuses_nobody_else(f1, exceptional):
    grant(f1, exceptional)
    DeterminationFactory(
        person=f1.people["G"],
        standard="comp_10c1",
        independent=False,
        basis="An invented tie.",
        determined_on=date(2026, 4, 1),
    )
    assert verdicts(exceptional, date(2026, 4, 1))["G-COM-02"].status == "breached"


def test_an_exceptional_seat_lasts_two_years(f1, exceptional):
    def stands(day):
        return verdicts(exceptional, day)["L-17"].status

    assert stands(date(2027, 12, 2)) == "met"
    assert stands(date(2027, 12, 3)) == "due_soon"
    assert stands(LAST) == "due_soon"
    assert stands(date(2028, 3, 3)) == "breached"


def test_an_exception_names_its_provision_reason_and_end(f1, exceptional):
    for says, facts in (
        ("needs an act", {"act": None}),
        ("does not name G-COM-02", {"text": "Something else."}),
        ("Say why", {"reason": " "}),
        ("ends on a day", {"until": None}),
        ("follows its act", {"since": date(2026, 3, 1)}),
    ):
        with pytest.raises(Refused, match=says):
            grant(f1, exceptional, **facts)
    with pytest.raises(Refused):
        grant(f1, exceptional, by=UserFactory(person=f1.people["B"]))
    assert not BoardException.objects.exists()
    of_committee = ActFactory(day=ON, committee=exceptional.pk, text="G-COM-02")
    with pytest.raises(DatabaseError), transaction.atomic():
        BoardException.objects.create(
            provision="G-COM-02",
            committee=exceptional,
            act=of_committee,
            reason="Invented",
            since=ON,
            until=date(2026, 9, 2),
        )


def test_a_smaller_reporting_company_need_not_weigh_the_factors(f1):
    """L-22: both factors are considered, unless the company is a smaller reporting one."""
    weighed = {
        "person": f1.people["C"],
        "standard": "comp_10c1",
        "considered_pay": False,
        "considered_affiliation": False,
        "determined_on": ON,
    }
    with pytest.raises(DatabaseError, match="both_factors"), transaction.atomic():
        DeterminationFactory(**weighed)
    enter_company_status(kind=StatusKind.SMALLER, since=ON, by=f1.secretary, on=ON)
    assert DeterminationFactory(**weighed).pk
