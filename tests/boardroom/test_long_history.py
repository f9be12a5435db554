"""A long past: as much of it as was asked for, by the moves, held and chained by the database."""

import random
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.utils import timezone

from boardroom.demo.long_history import (
    Past,
    make_long_history,
    plan_meeting,
    seat_predecessors,
)
from governance.board.models import AuthorisedSeats, Directorship
from governance.committees.models import Seat
from governance.decisions.models import Ballot, Motion
from governance.decisions.moves import DECIDED
from governance.meetings.models import AgendaItem, ExecutiveSession, Meeting
from governance.people.models import User
from governance.records.models import Company, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(cast, now):
    """The year before the first meeting of the company of the cast."""
    make_long_history(years=1, now=now)
    return cast


def test_the_past_of_a_year_has_its_meetings_items_and_votes_and_is_over(past):
    assert Meeting.objects.count() == 4 * 5
    assert AgendaItem.objects.count() == 20 * 21
    assert ExecutiveSession.objects.count() == 4
    assert Motion.objects.count() == 4 * (3 * 3 + 2 * 11)
    assert 700 < Ballot.objects.count() < 1000
    assert set(Meeting.objects.values_list("state", flat=True)) == {"adjourned"}
    assert set(ExecutiveSession.objects.values_list("state", flat=True)) == {"closed"}
    assert set(Motion.objects.values_list("state", flat=True)) <= set(DECIDED)


def test_each_step_is_in_the_record_and_they_are_chained(past):
    subjects = Meeting.objects.count() * 5 + ExecutiveSession.objects.count() * 4
    assert Entry.objects.count() == subjects + Motion.objects.count() * 4
    meeting = Meeting.objects.first()
    entries = list(Entry.objects.about(meeting).order_by("number"))
    assert [entry.move for entry in entries] == ["create", "schedule", "notice", "open", "adjourn"]
    for number, entry in enumerate(entries):
        assert entry.number == number + 1
        assert entry.previous_digest == (entries[number - 1].digest if number else "")
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


def test_the_database_kept_every_row_and_the_numbers_of_a_vote_are_its_ballots(past):
    changes = Motion.pgh_event_model.objects.values("pgh_obj_id").annotate(number=Count("pk"))
    assert set(changes.values_list("number", flat=True)) == {5}
    assert Ballot.pgh_event_model.objects.count() == Ballot.objects.count()
    last = Q(ballots__replaced_by__isnull=True)
    counted = Motion.objects.annotate(
        those_for=Count("ballots", filter=last & Q(ballots__choice="for")),
        votes=Count("ballots", filter=last),
    )
    assert not counted.exclude(votes_for=F("those_for")).exists()
    assert not counted.exclude(present=F("votes")).exists()


def test_somebody_sat_on_every_seat_before_those_who_sit_there_now(cast):
    past = Past(Company.objects.get(), cast["secretary"], random.Random(7), [])
    seat_predecessors(past, date(2000, 1, 1))
    for year in range(2000, 2027):
        day = date(year, 6, 1)
        assert Directorship.objects.on(day).count() in (9, 10)
        assert Directorship.objects.independent(day).count() >= 7
        assert Seat.objects.on(day).filter(chairs=True).count() == 3
        assert AuthorisedSeats.objects.number_on(day) == 9


def test_a_second_time_adds_what_is_earlier_and_nothing_else(past, now):
    assert make_long_history(years=1, now=now) == 0
    make_long_history(years=2, now=now)
    assert Meeting.objects.count() == 8 * 5


def test_the_same_seed_makes_the_same_past(cast, now):
    drawn = []
    for _ in range(2):
        past = Past(Company.objects.get(), cast["secretary"], random.Random(7), [])
        plan_meeting(past, now.date(), 9)
        drawn.append([(row.pk, row.choice) for row in past.rows[Ballot]])
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) >= 50


def test_an_empty_database_gets_a_company_of_its_own(db):
    make_long_history(years=1, now=timezone.now())
    assert Company.objects.get().name == "Longmere Invented, Inc."
    assert User.objects.count() == 11
    assert Meeting.objects.exists()


def test_it_is_refused_outside_the_demo(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="no place outside the demo"):
        call_command("make_long_history", years=1)
    assert not Company.objects.exists()
