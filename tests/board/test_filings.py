"""What has to be told outside is listed when it happens (L-28, L-51, NT-FIL)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from governance.board import filing
from governance.board.models import AnnualMeeting, Filing, Item, StatusKind
from governance.board.operations import enter_company_status, fill_vacancy, resign
from governance.board.reporting import enter_fact
from governance.committees.composition import board_verdicts, committee_verdicts, compose
from governance.committees.models import CureCase
from governance.committees.moments import cures_ending
from governance.committees.watching import look_again
from governance.filings import filing_status
from governance.notices.models import Notice
from governance.notices.operations import tell_all
from governance.people.models import Office
from governance.people.operations import enter_appointment
from governance.refusals import Refused
from tests.factories.board import DeterminationFactory
from tests.factories.people import AppointmentFactory, PersonFactory, UserFactory
from tests.factories.records import ActFactory
from tests.scenarios.conftest import f1, f2

__all__ = ["f1", "f2"]
pytestmark = pytest.mark.django_db
LEFT = date(2026, 8, 20)


def instant(day):
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def leaves(board, letter, on=LEFT):
    return resign(board.directorships[letter], delivered_on=on, by=board.secretary, on=on)


def of_officers():
    return Filing.objects.filter(item=Item.OFFICERS)


def test_p_21_an_appointment_is_reported_within_four_business_days(f1):
    leaves(f1, "H")
    AnnualMeeting.objects.filter(year=2026).update(held=True)
    counsel = UserFactory(person=PersonFactory())
    AppointmentFactory(person=counsel.person, office=Office.GENERAL_COUNSEL)
    Notice.objects.all().delete()
    on = date(2026, 9, 15)
    fill_vacancy(
        person=PersonFactory(given_name="Pia", family_name="Nominee"),
        director_class=3,
        since=on,
        act=ActFactory(day=on),
        by=f1.secretary,
        on=on,
    )
    row = of_officers().get(occurrence="appointed")
    assert (row.due_on, row.about) == (
        date(2026, 9, 21),
        "The Board appointed Pia Nominee a director.",
    )
    told = Notice.objects.filter(kind="filing_due", subject_id=row.pk)
    assert set(told.values_list("reader", flat=True)) == {counsel.pk, f1.secretary.pk}


def test_a_resignation_is_reported_from_the_day_it_was_delivered(f1):
    resign(
        f1.directorships["H"],
        delivered_on=date(2026, 8, 18),
        effective_on=date(2026, 12, 31),
        by=f1.secretary,
        on=LEFT,
    )
    row = of_officers().get()
    assert (row.occurrence, row.event_on, row.due_on) == (
        "left",
        date(2026, 8, 18),
        date(2026, 8, 24),
    )


def test_history_that_is_entered_asks_for_nothing(f1):
    resign(
        f1.directorships["H"],
        delivered_on=date(2026, 3, 2),
        by=f1.secretary,
        on=LEFT,
    )
    assert not of_officers().exists()


def test_an_executive_officer_comes(f1):
    person = PersonFactory(given_name="Cleo", family_name="Finance")
    on = date(2026, 3, 2)
    enter_appointment(
        person=person,
        office=Office.CHIEF_FINANCIAL_OFFICER,
        since=on,
        by=f1.secretary,
        on=on,
    )
    row = of_officers().get()
    assert row.about == "Cleo Finance, Chief Financial Officer: took office."
    filing.look_for_officers(date(2026, 3, 9))
    assert of_officers().count() == 1


# --- The exchange ---------------------------------------------------------------------------------


def test_the_exchange_is_told_of_a_lost_majority_the_same_day(f2):
    on = date(2026, 2, 10)
    leaves(f2, "K", on)
    row = Filing.objects.get(item=Item.NOTICE)
    assert (row.event_on, row.due_on) == (on, on)
    assert "majority" in row.about
    look_again(date(2026, 2, 17))
    assert Filing.objects.filter(item=Item.NOTICE).count() == 1


def test_a_nominating_member_without_a_cure_is_told_to_the_exchange(f1):
    """No cure rule for that committee, so no case: the exchange is told all the same (G-COM-02)."""
    on = date(2026, 3, 2)
    DeterminationFactory(
        person=f1.people["H"],
        standard="nasdaq_general",
        independent=False,
        basis="An invented tie.",
        determined_on=on,
    )
    look_again(on)
    row = Filing.objects.get(item=Item.NOTICE)
    assert row.occurrence == "L-25 2026-03-02"
    assert row.about == "A member of the Nominating and Governance Committee is not independent."


def test_a_second_loss_on_a_committee_already_short_is_told_too(f1):
    """Each loss is told on the day on which it is learnt, whenever it had begun (L-28)."""
    learnt = date(2026, 5, 4)
    for letter, on in (("C", date(2026, 3, 2)), ("D", date(2026, 4, 15))):
        enter_fact(
            person=f1.people[letter],
            kind="receipt",
            amount=Decimal("1.00"),
            purpose="other",
            since=on,
            by=f1.secretary,
            at=instant(learnt),
        )
    rows = Filing.objects.filter(item=Item.NOTICE)
    assert {row.event_on for row in rows} == {learnt} and rows.count() == 2
    look_again(date(2026, 5, 5))
    assert rows.count() == 2


def test_p_14_a_fee_is_told_at_once_and_has_no_cure(f1):
    """Taking a fee is within the member's control: no case, one letter, one notice (L-18, L-20)."""
    reader, on = f1.account("G"), date(2026, 4, 15)
    enter_fact(
        person=f1.people["E"],
        kind="receipt",
        amount=Decimal("1.00"),
        purpose="other",
        since=on,
        by=f1.secretary,
        at=instant(on),
    )
    audit = next(one for one in compose(on).committees if one.kind == "audit")
    verdict = committee_verdicts(audit, compose(on))[0]
    assert (verdict.provision, verdict.status) == ("G-COM-02", "breached")
    assert not CureCase.objects.exists()
    told = Notice.objects.filter(reader=reader).values_list("kind", flat=True)
    assert list(told) == ["breach_entered"]
    assert Filing.objects.get(item=Item.NOTICE).due_on == on


def test_what_is_material_is_also_reported_on_form_8_k(f2):
    on = date(2026, 2, 10)
    leaves(f2, "K", on)
    row = Filing.objects.get(item=Item.NOTICE)
    filing.settle(row, filed_on=on, told="Letter of counsel", material=True, by=f2.secretary, on=on)
    report = Filing.objects.get(item=Item.NONCOMPLIANCE)
    # Monday the 16th is a federal holiday.
    assert (report.event_on, report.due_on) == (on, date(2026, 2, 17))


def test_what_was_filed_is_settled_once_by_whoever_files(f2):
    on = date(2026, 2, 10)
    leaves(f2, "K", on)
    row = Filing.objects.get(item=Item.NOTICE)
    with pytest.raises(Refused, match="General Counsel or the Corporate Secretary"):
        filing.settle(row, filed_on=on, by=f2.account("M"), on=on)
    for wrong in (date(2026, 2, 9), date(2026, 2, 11)):
        with pytest.raises(Refused, match="after it happened"):
            filing.settle(row, filed_on=wrong, by=f2.secretary, on=on)
    with pytest.raises(Refused, match="Say why"):
        filing.settle(row, filed_on=on, needed=False, told=" ", by=f2.secretary, on=on)
    row.refresh_from_db()
    assert row.settled_on is None
    filing.settle(row, filed_on=on, by=f2.secretary, on=on)
    with pytest.raises(Refused, match="settled before"):
        filing.settle(row, filed_on=on, by=f2.secretary, on=on)
    with pytest.raises(DatabaseError), transaction.atomic():
        Filing.objects.filter(pk=row.pk).update(told="Something else")


@pytest.mark.parametrize(
    "day, settled, status",
    [
        (date(2026, 2, 10), None, "due_soon"),
        (date(2026, 2, 11), None, "due_soon"),
        (date(2026, 2, 12), None, "overdue"),
        (date(2026, 2, 12), date(2026, 2, 11), "met"),
        (date(2026, 2, 12), date(2026, 2, 12), "met_late"),
    ],
)
def test_the_notice_is_overdue_after_the_next_business_day(day, settled, status):
    assert filing_status(date(2026, 2, 10), settled, day, 1) == status


# --- Reminders of cure periods --------------------------------------------------------------------


def test_the_board_is_reminded_60_30_and_7_days_before_a_cure_period_ends(f2):
    reader = f2.account("M")
    leaves(f2, "K", date(2026, 2, 10))
    for day in (date(2026, 6, 10), date(2026, 7, 10), date(2026, 7, 11), date(2026, 8, 2)):
        tell_all(cures_ending(day))
        tell_all(cures_ending(day))
    told = Notice.objects.filter(kind="cure_due", reader=reader)
    assert sorted(told.values_list("occurrence", flat=True)) == [
        "30 days before 2026-08-09",
        "60 days before 2026-08-09",
        "7 days before 2026-08-09",
    ]


# --- What holds of the Company --------------------------------------------------------------------


def test_classes_are_no_rule_after_a_declassification(f1):
    on = date(2026, 3, 2)
    entered = {"kind": StatusKind.DECLASSIFIED, "since": on, "by": f1.secretary, "on": on}
    with pytest.raises(Refused, match="needs an act"):
        enter_company_status(**entered)
    enter_company_status(**entered, act=ActFactory(day=on))

    def classes(day):
        told = {one.provision: one.status for one in board_verdicts(compose(day))}
        return told["G-CLS-01"], told["G-CLS-02"]

    assert classes(on) == ("not_applicable", "not_applicable")
    assert classes(date(2026, 3, 1)) == ("met", "met")
