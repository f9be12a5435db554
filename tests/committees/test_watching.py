"""Cure cases are opened, reckoned anew and ended by the system, and everybody concerned is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.board.models import AnnualMeeting
from governance.board.operations import resign
from governance.committees.models import CureCase, CureDeadline
from governance.committees.watching import look_again, notify_exchange, say_control
from governance.notices.models import Notice
from governance.refusals import Refused
from tests.factories.board import DeterminationFactory, DirectorshipFactory
from tests.factories.people import AppointmentFactory, PersonFactory, UserFactory
from tests.scenarios.conftest import f1, f2

__all__ = ["f1", "f2"]
pytestmark = pytest.mark.django_db
LEFT = date(2026, 2, 10)


def instant(day):
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def leaves(board, letter, on):
    return resign(board.directorships[letter], delivered_on=on, by=board.secretary, on=on)


def test_a_case_is_opened_in_the_transaction_that_lost_the_rule(f2):
    """P-08: K resigns, and the exchange is told the same day."""
    account = f2.account("M")
    leaves(f2, "K", LEFT)
    case = CureCase.objects.get()
    assert (case.rule, case.event, case.person, case.event_on) == (
        "L-12",
        "vacancy",
        f2.people["K"],
        LEFT,
    )
    assert case.notice_due_on == LEFT and case.state == "opened"
    told = case.deadlines.get()
    assert (told.deadline, told.annual_meeting, told.provisional) == (
        date(2026, 8, 9),
        date(2026, 6, 10),
        False,
    )
    readers = Notice.objects.filter(kind="cure_opened").values_list("reader", flat=True)
    assert set(readers) == {account.pk, f2.secretary.pk}
    # Looking again writes nothing twice.
    look_again(LEFT)
    assert CureCase.objects.count() == CureDeadline.objects.count() == 1


def test_another_annual_meeting_is_reckoned_until_the_deadline_has_passed(f2):
    leaves(f2, "K", LEFT)
    AnnualMeeting.objects.update(day=date(2026, 9, 15))
    look_again(date(2026, 3, 1))
    kept = list(CureDeadline.objects.values_list("reckoned_on", "deadline"))
    assert kept == [(LEFT, date(2026, 8, 9)), (date(2026, 3, 1), date(2026, 9, 15))]
    look_again(date(2026, 9, 15))
    assert CureCase.objects.get().state == "opened"
    look_again(date(2026, 9, 16))
    case = CureCase.objects.get()
    assert (case.state, case.ended_on) == ("expired", date(2026, 9, 16))
    AnnualMeeting.objects.update(day=date(2026, 12, 1))
    look_again(date(2026, 9, 17))
    assert CureDeadline.objects.count() == 2


def test_a_second_event_makes_the_case_void(f2):
    leaves(f2, "K", LEFT)
    leaves(f2, "L", date(2026, 3, 1))
    case = CureCase.objects.get()
    assert (case.state, case.ended_on) == ("void", date(2026, 3, 1))


def test_a_case_is_cured_when_the_rule_is_met_again(f2):
    leaves(f2, "K", LEFT)
    newcomer = PersonFactory()
    on = date(2026, 4, 1)
    DirectorshipFactory(person=newcomer, director_class=1, since=on)
    DeterminationFactory(person=newcomer, determined_on=on)
    look_again(on)
    case = CureCase.objects.get()
    assert (case.state, case.ended_on) == ("cured", on)
    assert Notice.objects.filter(kind="cure_ended").exists()


def test_the_general_counsel_says_that_the_exchange_was_told(f2):
    leaves(f2, "K", LEFT)
    counsel = PersonFactory()
    AppointmentFactory(person=counsel, office="general_counsel")
    case = CureCase.objects.get()
    with pytest.raises(Refused):
        notify_exchange(case, by=f2.account("M"), at=instant(LEFT))
    notify_exchange(case, by=UserFactory(person=counsel), at=instant(LEFT))
    assert (case.state, case.notified_on) == ("notified", LEFT)
    with pytest.raises(Refused, match="it is not asked"):
        say_control(case, beyond_control=True, by=f2.secretary, at=instant(LEFT))


def test_a_member_who_is_not_independent_any_more(f1):
    day = date(2026, 3, 2)
    for standard in ("nasdaq_general", "audit_10a3"):
        DeterminationFactory(
            person=f1.people["E"], standard=standard, independent=False, determined_on=day
        )
    look_again(day)
    case = CureCase.objects.get()
    assert (case.rule, case.person, case.beyond_control) == ("L-20 A", f1.people["E"], None)
    assert case.deadlines.get().deadline == date(2026, 6, 10)
    say_control(case, beyond_control=True, by=f1.secretary, at=instant(day))
    look_again(date(2026, 6, 11))
    case.refresh_from_db()
    assert case.state == "expired"


def test_a_case_is_kept_as_it_was(f2):
    leaves(f2, "K", LEFT)
    for change in (
        lambda: CureCase.objects.update(event_on=LEFT + timedelta(days=1)),
        lambda: CureCase.objects.update(state="cured"),
        lambda: CureCase.objects.all().delete(),
        lambda: CureDeadline.objects.update(deadline=date(2030, 1, 1)),
        lambda: CureDeadline.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
