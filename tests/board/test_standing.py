"""Tenure and independence by day: any day can be asked, and one change counts from its day on."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from governance.board.models import Determination, Directorship, Independence
from governance.committees.standing import standing_on
from governance.people.models import EMPLOYED_OFFICES, Appointment, Office
from governance.periods import years_after
from tests.factories.board import DeterminationFactory, DirectorshipFactory
from tests.factories.people import AppointmentFactory, PersonFactory

FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)
days = st.dates(FIRST, LAST)


@given(since=days, on=days)
def test_years_are_completed_and_an_anniversary_completes_one(since, on):
    years = Directorship(since=since).years_on(on)
    if on < since:
        assert years == 0
        return
    assert anniversary(since, years) <= on < anniversary(since, years + 1)


def anniversary(since, years):
    """The same day so many years later; the day after February's last where there is none."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return date(since.year + years, 3, 1)


@given(since=days)
def test_forty_years_are_shown_as_forty_and_alarm_nobody(since):
    director = Directorship(since=since)
    assert director.years_on(anniversary(since, 40)) == 40


def expected(determinations, employments, day):
    """C7, read from the lists: management never, nor within three years; else the latest word."""
    if any(since <= day and until > years_after(day, -3) for since, until in employments):
        return Independence.NO
    made = [row for row in determinations if row[0] <= day]
    if not made:
        return Independence.NONE
    on, says, expires = max(made)
    if any(on < since <= day for since, _ in employments):
        return Independence.NONE
    if not says:
        return Independence.NO
    return Independence.STALE if expires < day else Independence.YES


determinations = st.lists(
    st.tuples(days, st.booleans(), st.integers(1, 400)), max_size=4, unique_by=lambda row: row[0]
)
employments = st.lists(
    st.tuples(days, st.integers(1, 900), st.sampled_from(EMPLOYED_OFFICES)),
    max_size=3,
    unique_by=lambda row: row[2],
)


class IndependenceByDay(TestCase):
    """What C7 says, for any history and any day."""

    @settings(max_examples=60, deadline=None)
    @given(determinations, employments, st.lists(days, min_size=1, max_size=6))
    def test_it_is_what_the_latest_word_and_the_offices_make_it(self, found, worked, asked):
        person = PersonFactory()
        DirectorshipFactory(person=person, since=FIRST)
        made = [(on, says, on + timedelta(days=lasts)) for on, says, lasts in found]
        for on, says, expires in made:
            DeterminationFactory(
                person=person, determined_on=on, independent=says, expires_on=expires
            )
        spans = [(since, since + timedelta(days=lasts)) for since, lasts, _ in worked]
        for (since, until), (_, _, office) in zip(spans, worked, strict=True):
            AppointmentFactory(person=person, office=office, since=since, until=until)
        for day in asked:
            director = Directorship.objects.on(day).with_independence(day).get(person=person)
            assert director.independence == expected(made, spans, day)
            counts = director.independence in (Independence.YES, Independence.STALE)
            assert Directorship.objects.independent(day).filter(person=person).exists() is counts
            assert standing_on(person.pk, day).independence == director.independence


@pytest.mark.django_db
class TestOneChange:
    """One row changes what counts from its day on, and nothing before it."""

    day = date(2025, 6, 1)

    def standing(self, person, day):
        return standing_on(person.pk, day)

    def test_a_director_in_office_from_the_first_day_to_the_day_before_the_last(self):
        director = DirectorshipFactory(since=self.day, until=self.day + timedelta(days=10))
        inside = [
            self.standing(director.person, self.day + timedelta(days=days)).is_director
            for days in (-1, 0, 9, 10)
        ]
        assert inside == [False, True, True, False]

    def test_a_new_officer_is_not_independent_from_the_day_of_appointment(self):
        person = DirectorshipFactory().person
        DeterminationFactory(person=person)
        AppointmentFactory(person=person, office=Office.MANAGER, since=self.day)
        assert self.standing(person, self.day - timedelta(days=1)).is_independent
        assert self.standing(person, self.day).independence == Independence.NO
        Appointment.objects.update(until=self.day + timedelta(days=5))
        # Its last day was 5 June 2025: it is looked back on for three years (L-03).
        last = date(2028, 6, 5)
        assert self.standing(person, last).independence == Independence.NO
        # The office has ended, and so has the determination made before it (C7).
        after = self.standing(person, last + timedelta(days=1))
        assert after.independence == Independence.NONE
        DeterminationFactory(person=person, determined_on=last + timedelta(days=2))
        assert self.standing(person, last + timedelta(days=2)).is_independent

    @pytest.mark.parametrize("days, counts", [(364, False), (365, False), (366, True)])
    def test_a_short_interim_is_disregarded_when_it_has_ended(self, days, counts):
        """L-03: less than a year is; exactly a year is for counsel; longer counts."""
        person = DirectorshipFactory().person
        until = self.day + timedelta(days=days)
        AppointmentFactory(
            person=person, office=Office.CHIEF_EXECUTIVE, interim=True, since=self.day, until=until
        )
        DeterminationFactory(person=person, determined_on=until)
        assert self.standing(person, until - timedelta(days=1)).independence == Independence.NO
        said = self.standing(person, until).independence
        assert said == (Independence.NO if counts else Independence.YES)

    def test_a_determination_is_valid_through_the_day_it_expires(self):
        person = DirectorshipFactory().person
        DeterminationFactory(
            person=person, determined_on=date(2026, 2, 11), expires_on=date(2027, 2, 11)
        )
        assert self.standing(person, date(2027, 2, 11)).independence == Independence.YES
        assert self.standing(person, date(2027, 2, 12)).independence == Independence.STALE
        assert self.standing(person, date(2026, 2, 10)).independence == Independence.NONE
        assert Determination.objects.count() == 1
