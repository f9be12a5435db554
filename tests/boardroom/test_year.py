"""The year of the Board on its page: quarters, meetings, and what stays behind the door."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.meetings import operations
from governance.meetings.models import Meeting
from governance.records.models import Company, FiscalYear
from tests.factories import meetings
from tests.factories.cast import DIRECTORS, INDEPENDENT
from tests.meetings.test_session_moves import session_in
from tests.meetings.test_session_records import close

pytestmark = pytest.mark.django_db
ADDRESS = "/meetings/year/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOARD = {*DIRECTORS, "secretary", "assistant_secretary", "general_counsel"}


@pytest.fixture
def quarters(company, now):
    """Four quarters of ninety days; today is the fortieth day of the third."""
    start = Company.current().day_of(now) - 219 * DAY
    year = FiscalYear.objects.create(label="Invented", start=start, end=start + 359 * DAY)
    for number in range(4):
        first = start + number * 90 * DAY
        year.quarters.create(number=number + 1, start=first, end=first + 89 * DAY)
    return year


@pytest.fixture
def page(client, cast):
    def page(name, **asked):
        client.force_login(cast[name])
        answer = client.get(ADDRESS, asked)
        assert answer.status_code == 200
        return answer.content.decode()

    return page


def met_alone(cast, now):
    """The independent directors met for an hour after a meeting of the Board."""
    session = session_in("in_session", cast=cast, now=now - 2 * HOUR)
    return close(session, cast=cast, at=now - HOUR)


def test_it_says_how_each_quarter_stands_under_which_provision(page, quarters, cast, now):
    met_alone(cast, now)
    told = page("director")
    assert told.count("G-MTG-01") == 4
    assert "The Board missed two of its quarters" in told
    assert "The Board has held its regular meeting." in told
    assert "The independent directors met after it." in told
    assert "One session of independent directors alone." in told


@pytest.mark.parametrize("state", ["ready", "closed", "waived", "not_held"])
@pytest.mark.parametrize("name", sorted(BOARD - set(INDEPENDENT)))
def test_ac_ind_whoever_is_outside_reads_of_no_session(name, state, page, quarters, cast, now):
    session_in(state, cast=cast, now=now)
    told = page(name)
    assert "G-EXS" not in told and "L-13" not in told and "independent directors" not in told


@pytest.mark.parametrize("name", ["chair", "chief_executive"])
def test_ac_ind_a_director_outside_reads_that_an_hour_is_reserved(name, page, quarters, cast, now):
    for state in ("stub", "waived", "closed"):
        session_in(state, cast=cast, now=now)
        told = page(name)
        assert told.count(", reserved") == Meeting.objects.count()


def test_a_past_day_is_answered_as_it_was(page, quarters, cast, now):
    met_alone(cast, now)
    before = Company.current().day_of(now) - 3 * DAY
    told = page("director", on=before.isoformat())
    assert "The independent directors met after it." not in told
    assert "L-13" in told and "No session" in told


def test_a_day_to_come_is_refused_and_today_is_shown(page, quarters, cast, now):
    told = page("director", on=(Company.current().day_of(now) + 2 * DAY).isoformat())
    assert "That day is still to come" in told and "Third quarter" in told


def test_without_a_fiscal_calendar_it_says_why_it_is_empty(page):
    assert "No fiscal year is stored that holds this day." in page("secretary")


def test_a_draft_shows_to_the_office_alone(page, quarters, cast, now):
    meetings.drafted(by=cast["secretary"], at=now, name="An invented draft")
    assert "An invented draft" in page("secretary")
    assert "An invented draft" not in page("director")


def test_what_was_cancelled_is_not_on_it(page, quarters, cast, now):
    meeting = meetings.scheduled(by=cast["secretary"], at=now, name="An invented meeting")
    operations.cancel(meeting, by=cast["secretary"], at=now, why="An invented reason.")
    assert "An invented meeting" not in page("director")


def test_it_asks_as_much_for_many_meetings_as_for_few(quarters, cast, now, client):
    client.force_login(cast["director"])

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(ADDRESS).status_code == 200
        return len(queries)

    met_alone(cast, now)
    asked()
    few = asked()
    for days in range(1, 5):
        people = [cast[name].person for name in DIRECTORS]
        held = meetings.in_session(people, by=cast["secretary"], at=now - days * 10 * DAY)
        operations.adjourn(held, by=cast["chair"], at=now - days * 10 * DAY)
    assert asked() == few
