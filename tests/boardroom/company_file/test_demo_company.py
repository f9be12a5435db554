"""The demo company: nine directors, two years behind them, a quarter ahead, a vote open now."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone

from boardroom.cast import cast_on
from boardroom.company_file.loading import load_file
from governance.board.models import (
    AuthorisedSeats,
    ClassElection,
    Designation,
    Directorship,
    Independence,
    Standard,
    Term,
)
from governance.committees.models import Committee, Seat
from governance.decisions.models import Ballot, Motion
from governance.meetings.models import ExecutiveSession, Meeting, Recusal, Reply
from governance.notices.models import Notice
from governance.people.models import Appointment, Office, User
from governance.records.models import Company, Entry, FiscalYear
from tests.boardroom.company_file.conftest import DEMO, count_rows, problems_of


@pytest.fixture(scope="module")
def now():
    return timezone.now()


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker, now):
    """The demo company, loaded once for all these tests, never committed, forgotten after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_file(DEMO, now=now)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        company = Company.objects.get()
        with timezone.override(company.zone):
            yield company
        transaction.set_rollback(True)


@pytest.fixture
def today(company):
    return company.anchor_day


def account(name):
    return User.objects.get(email=f"{name}@halden.example")


@pytest.fixture
def lead(company):
    return account("ottilie.marchbanks")


@pytest.fixture
def q4(company):
    return Meeting.objects.get(name="Q4 Board meeting", state="noticed")


@pytest.fixture
def special(company):
    return Meeting.objects.get(kind="special")


# A leap day, an hour that is skipped, the turn of the year, and shortly after midnight.
DAYS = ["2028-02-29 12:00", "2027-03-14 03:10", "2026-12-31 23:59", "2027-01-01 00:05"]


def on(day):
    return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("America/Los_Angeles"))


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS)
def test_its_file_has_no_problem_on_any_day(day):
    assert problems_of(DEMO.read_text(), now=on(day)) == []


@pytest.mark.deep
@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS)
def test_it_loads_on_any_day(day):
    assert load_file(DEMO, now=on(day)) > 100
    assert Meeting.objects.filter(state="noticed", name="Q4 Board meeting").exists()


# --- The company and its Board ------------------------------------------------------------------


def test_loaded_again_it_changes_nothing(company, now):
    before = count_rows()
    assert load_file(DEMO, now=now + timedelta(days=40)) == 0
    assert count_rows() == before


def test_nine_directors_sit_in_three_classes_and_seven_are_independent(today):
    sitting = Directorship.objects.in_office(today).with_independence(today)
    assert sorted(row.director_class for row in sitting) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert AuthorisedSeats.objects.number_on(today) == 9
    assert Directorship.objects.independent(today).count() == 7
    assert not {row.independence for row in sitting} - {Independence.YES, Independence.NO}
    running = Term.objects.running(today).filter(directorship__in=sitting)
    assert len(set(running.values_list("ends_in", flat=True))) == 3
    base = ClassElection.objects.years()
    for term in running.select_related("directorship"):
        assert (term.ends_in - base[term.directorship.director_class]) % 3 == 0


def test_who_leads(today, lead):
    chair = Designation.objects.holder("chair", today)
    executive = Appointment.objects.on(today).get(office=Office.CHIEF_EXECUTIVE).person
    assert Designation.objects.holder("lead_independent_director", today) == lead.person
    independent = Directorship.objects.independent(today).values_list("person", flat=True)
    assert lead.person_id in independent
    assert chair.pk not in independent
    assert executive.pk not in independent
    assert Directorship.objects.on(today).filter(person=executive).exists()


def test_committees_have_three_members_a_chair_and_the_standards_they_need(today, lead):
    assert Committee.objects.on(today).count() == 3
    needs = {"audit": Standard.AUDIT, "compensation": Standard.COMPENSATION}
    for committee in Committee.objects.all():
        seats = Seat.objects.on(today).filter(committee=committee)
        assert (seats.count(), seats.filter(chairs=True).count()) == (3, 1)
        standard = needs.get(committee.kind, Standard.GENERAL)
        found = Directorship.objects.on(today).with_independence(today, standard)
        for row in found.filter(person__in=seats.values("person")):
            assert row.independence == Independence.YES
    assert Seat.objects.on(today).filter(financial_expert=True).count() == 1
    of_the_lead = Seat.objects.on(today).filter(person=lead.person)
    assert {(seat.committee.kind, seat.chairs) for seat in of_the_lead} == {
        ("compensation", True),
        ("audit", False),
    }


def test_officers_of_today_and_of_earlier(today):
    held = Appointment.objects.on(today)
    assert {row.office for row in held} >= {
        *(Office.CHIEF_EXECUTIVE, Office.CHIEF_FINANCIAL_OFFICER, Office.GENERAL_COUNSEL),
        *(Office.SECTION_16_OFFICER, Office.CORPORATE_SECRETARY, Office.ASSISTANT_SECRETARY),
        *(Office.MANAGER, Office.ADMINISTRATOR),
    }
    assert held.filter(office=Office.MANAGER).count() == 2
    assert Appointment.objects.filter(until__lte=today).exists()
    assert Directorship.objects.filter(until__lte=today).exists()


def test_everybody_can_be_chosen_on_the_page_of_the_cast(today):
    shown = cast_on(today)
    assert {key: len(members) for key, members in shown.items()} == {
        "Directors": 9,
        "The Secretary's office": 3,
        "Management and others": 6,
        "Administrators": 1,
    }
    assert shown["Directors"][0].name == "Ottilie Marchbanks"


def test_today_lies_in_the_fourth_quarter(today):
    year = FiscalYear.objects.get(start__lte=today, end__gte=today)
    assert [quarter.number for quarter in year.quarters.all()] == [1, 2, 3, 4]
    assert year.quarters.get(start__lte=today, end__gte=today).number == 4
    assert year.end == today + timedelta(days=36)


# --- Two years behind --------------------------------------------------------------------------


def test_two_years_of_meetings_lie_behind(company, now):
    held = Meeting.objects.filter(state="adjourned")
    assert held.filter(committee=None).count() == 8
    assert held.exclude(committee=None).count() == 24
    names = held.filter(committee=None).order_by("starts_at").values_list("name", flat=True)
    assert [name[:2] for name in names] == ["Q4", "Q1", "Q2", "Q3"] * 2
    assert all(4 <= meeting.items.count() <= 7 for meeting in held)
    assert held.order_by("starts_at").first().starts_at < now - timedelta(days=720)
    hours = {(at.hour, at.minute) for at in map(timezone.localtime, starts(held))}
    assert hours == {(8, 30), (9, 0), (14, 0), (16, 0)}
    assert (
        len({timezone.localtime(at).weekday() for at in starts(held.filter(committee=None))}) == 1
    )


def starts(meetings):
    return meetings.values_list("starts_at", flat=True)


def test_votes_behind_are_for_against_and_abstaining(company):
    decided = Motion.objects.decided()
    assert decided.filter(state="failed").count() == 1
    assert decided.filter(state="passed").count() > 35
    for choice in ("for", "against", "abstain"):
        assert Ballot.objects.filter(choice=choice).exists()
    walled = Recusal.objects.get(item__meeting__state="adjourned")
    vote = decided.get(item=walled.item)
    assert (vote.present, vote.voters.count()) == (8, 8)
    assert not vote.ballots.filter(voter=walled.person).exists()


def test_sessions_were_held_and_once_without_the_lead(company, lead):
    held = ExecutiveSession.objects.filter(state="closed")
    assert held.count() == 8
    assert all(session.matters for session in held)
    (once,) = held.exclude(presiding=lead.person)
    assert once.ballots.count() == 6
    assert not once.attendances.filter(person=lead.person).exists()
    assert Entry.objects.about(once).filter(move="choose").exists()


def test_nobody_is_written_to_about_what_lies_behind(company):
    past = Meeting.objects.filter(backfilled=True)
    subjects = [
        past,
        Motion.objects.filter(meeting__in=past),
        ExecutiveSession.objects.filter(meeting__in=past),
    ]
    for rows in subjects:
        assert not Notice.objects.filter(subject_id__in=rows.values("pk")).exists()


# --- Today, and a quarter ahead ------------------------------------------------------------------


def test_the_next_regular_meeting_is_four_days_ahead(q4, today):
    assert q4.day == today + timedelta(days=4)
    assert f"{timezone.localtime(q4.starts_at):%H:%M}" == "09:00"
    assert f"{timezone.localtime(q4.ends_at):%H:%M}" == "13:00"
    assert Entry.objects.about(q4).filter(move="notice").exists()


def test_its_agenda_has_seven_items(q4, today):
    titles = [item.title for item in q4.items.all()]
    next_year = FiscalYear.objects.get(start=today + timedelta(days=37))
    assert len(titles) == 7
    assert titles[1:3] == [
        "Business and finance update",
        f"{next_year.label} annual financial plan",
    ]
    plan = Motion.objects.get(item=q4.items.get(position=3))
    assert plan.state == "open"
    assert next_year.label in plan.text


def test_one_independent_director_is_recused_from_the_lease(q4, today, lead):
    wall = Recusal.objects.get(item__meeting=q4)
    assert wall.item.title == "Lease with a director’s affiliate"
    assert wall.person != lead.person
    assert Directorship.objects.independent(today).filter(person=wall.person).exists()


def test_eight_of_nine_have_answered(q4):
    answers = list(Reply.objects.filter(meeting=q4).values_list("answer", flat=True))
    assert (len(answers), answers.count("telephone")) == (8, 2)


def test_the_door_behind_it_waits_with_its_matters(q4, lead):
    session = q4.executive_session
    assert session.state == "stub"
    assert session.matters.startswith("Succession without the chief executive")
    assert session.starts_at == q4.ends_at


def test_what_else_lies_ahead(company, q4, today):
    ahead = Meeting.objects.filter(state__in=("scheduled", "noticed")).exclude(pk=q4.pk)
    kinds = {meeting.committee.kind: meeting.day for meeting in ahead if meeting.committee}
    assert kinds == {
        "nominating": today + timedelta(days=3),
        "audit": today + timedelta(days=5),
        "compensation": today + timedelta(days=6),
    }
    following = ahead.get(committee=None)
    assert (following.name, following.state) == ("Q1 Board meeting", "scheduled")


def test_a_special_meeting_is_in_session_and_its_vote_waits_for_the_lead(special, lead, now):
    assert special.state == "in_session"
    assert not special.backfilled
    assert timedelta(minutes=20) < now - special.convened_at < timedelta(minutes=30)
    assert special.present_at(now).count() == 8
    assert special.attendances.filter(mode="telephone").exists()
    assert special.motions.filter(state="passed").count() == 1
    vote = special.motions.get(state="voting")
    assert (vote.voters.count(), vote.ballots.current().count()) == (8, 6)
    lead.today = timezone.localdate(now)
    assert list(Motion.objects.awaiting(lead)) == [vote]
    assert Notice.objects.filter(kind="vote_opened", reader=lead, subject_id=vote.pk).exists()
