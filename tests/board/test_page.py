"""The Board's page: who sits on it on any day, by class and tenure, as far as one may know."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.board.models import AuthorisedSeats, Designation, Directorship, Role
from governance.people.models import Appointment, Office
from tests.factories.board import DeterminationFactory, DirectorshipFactory
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

KNOW_INDEPENDENCE = (*DIRECTORS, "secretary", "assistant_secretary", "general_counsel")


def board(client, user, **question):
    client.force_login(user)
    response = client.get("/board/", question)
    assert response.status_code == 200
    return response.context


def rows(context):
    return {row["name"]: row for row in context["roster"]}


@pytest.fixture
def day(company):
    return timezone.localdate(timezone=company.zone)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_inside_knows_who_sits_and_the_board_who_is_independent(who, cast, client):
    context = board(client, cast[who])
    assert len(context["roster"]) == 9
    knows = who in KNOW_INDEPENDENCE
    expected = "Nine directors, seven independent" if knows else "Nine directors"
    assert context["heading"] == expected
    marked = {row["name"] for row in context["roster"] if row["independent"]}
    assert marked == ({cast[name].person.name for name in INDEPENDENT} if knows else set())
    told = {row["standing"] for row in context["roster"]}
    assert ("Independent" in told) is knows


def test_a_stranger_is_sent_to_the_door(client, company):
    assert client.get("/board/").status_code == 302


def test_the_roster_says_what_each_director_is(cast, client):
    roster = rows(board(client, cast["director"]))
    lead, chair = roster["Lead Director"], roster["Chair Example"]
    assert lead["standing"] == "Lead Independent Director"
    assert lead["committees"] == "Audit, Nominating and Governance"
    assert chair["standing"] == "Chair of the Board"
    assert roster["Chief Executive"]["standing"] == "Chief Executive Officer"
    assert roster["Audit Chair"]["committees"] == "Audit (chair, financial expert)"
    assert list(roster)[:2] == ["Lead Director", "Chair Example"]


def test_each_class_has_its_directors_and_its_term(cast, client, day):
    classes = board(client, cast["director"])["classes"]
    assert [one["name"] for one in classes] == ["Class I", "Class II", "Class III"]
    assert [len(one["directors"]) for one in classes] == [3, 3, 3]
    # No term is recorded: each class is elected in its year, and every third one (G-CLS-02).
    for base, one in zip((2025, 2026, 2027), classes, strict=True):
        year = next(year for year in range(day.year, day.year + 3) if (year - base) % 3 == 0)
        assert one["says"] == f"term ends at the {year} annual meeting"


def test_an_empty_seat_is_counted(cast, client, day):
    AuthorisedSeats.objects.create(since=day, number=10)
    assert board(client, cast["director"])["vacant"] == "One of 10 seats is vacant."


def test_a_past_day_is_answered_from_the_rows_of_that_day(cast, client, day):
    leaver = DirectorshipFactory(
        person=PersonFactory(given_name="Early", family_name="Leaver"),
        since=date(2020, 3, 1),
        until=date(2021, 3, 1),
    )
    AuthorisedSeats.objects.create(since=date(2020, 2, 1), number=11)
    DeterminationFactory(person=leaver.person, determined_on=date(2020, 6, 1))
    director = cast["director"]
    assert "Early Leaver" not in rows(board(client, director, on="2020-02-29"))
    before = rows(board(client, director, on="2020-05-31"))["Early Leaver"]
    assert before["standing"] == "Independence not determined"
    context = board(client, director, on="2021-02-28")
    assert rows(context)["Early Leaver"]["standing"] == "Independent"
    assert rows(context)["Early Leaver"]["served"] == "under a year"
    # The former director of the cast still sat that day, too.
    assert context["heading"] == "11 directors, eight independent"
    assert context["on_words"] == "28 Feb 2021"
    assert "Early Leaver" not in rows(board(client, director, on="2021-03-01"))


def test_who_led_that_day_is_told(cast, client):
    Designation.objects.filter(role=Role.LEAD).update(until=date(2024, 1, 1))
    Designation.objects.create(
        person=cast["director"].person, role=Role.LEAD, since=date(2024, 1, 1)
    )
    before = rows(board(client, cast["chair"], on="2023-12-31"))
    after = rows(board(client, cast["chair"], on="2024-01-01"))
    assert before["Lead Director"]["standing"] == "Lead Independent Director"
    assert after["Director Example"]["standing"] == "Lead Independent Director"
    assert after["Lead Director"]["standing"] == "Independent"


def test_who_has_left_office_no_longer_has_its_title(cast, client):
    Appointment.objects.filter(office=Office.CHIEF_EXECUTIVE).update(until=date(2024, 5, 1))
    after = rows(board(client, cast["chair"], on="2024-05-01"))["Chief Executive"]
    assert after["standing"] == "Not independent"  # the office is looked back on (L-03)


def test_a_day_before_the_record_says_that_it_begins_later(cast, client):
    context = board(client, cast["director"], on="1990-01-01")
    assert context["heading"] == "Nobody sat on the Board"
    client.force_login(cast["director"])
    page = client.get("/board/", {"on": "1990-01-01"}).content.decode()
    assert "The record of directors begins later." in page


@pytest.mark.parametrize("asked", ["2026-02-30", "soon", "0000-00-00", "9999999999", "\x00"])
def test_a_day_that_is_none_is_answered_in_a_sentence(asked, cast, client, day):
    context = board(client, cast["director"], on=asked)
    assert context["refusal"] == "That is not a day of the calendar."
    assert context["on"] == day
    assert len(context["roster"]) == 9


def test_what_is_planned_is_not_told_before_its_day(cast, client, day):
    Directorship.objects.filter(person=cast["chair"].person).update(until=day + timedelta(days=3))
    context = board(client, cast["director"], on=str(day + timedelta(days=4)))
    assert context["refusal"] == "That day is still to come; the record ends today."
    assert "Chair Example" in rows(context)


@pytest.mark.parametrize(
    "days, kind, says",
    [(61, None, None), (60, "soon", "expires"), (0, "soon", "expires"), (-1, "overdue", "expired")],
)
def test_a_determination_is_due_sixty_days_before_it_expires(days, kind, says, cast, client, day):
    expires = day + timedelta(days=days)
    DeterminationFactory(
        person=cast["director"].person,
        determined_on=expires - timedelta(days=365),
        expires_on=expires,
    )
    row = rows(board(client, cast["chair"]))["Director Example"]
    assert row.get("kind") == kind
    assert (row.get("says") or "").startswith(f"determination {says}" if says else "")
    assert row["standing"] == "Independent"
    outside = rows(board(client, cast["manager"]))["Director Example"]
    assert "says" not in outside


def test_more_directors_cost_no_more_queries(cast, client):
    def cost():
        board(client, cast["director"])
        with CaptureQueriesContext(connection) as asked:
            client.get("/board/")
        return len(asked)

    before = cost()
    for _ in range(8):
        DeterminationFactory(person=DirectorshipFactory().person)
    assert cost() == before <= 22
