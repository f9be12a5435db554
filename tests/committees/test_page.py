"""The committees' page: who sits where on any day, and when a committee meets next."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.committees.models import Committee, Kind, Seat
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.factories.committees import CommitteeFactory, SeatFactory
from tests.factories.meetings import drafted, noticed, scheduled

pytestmark = pytest.mark.django_db


def committees(client, user, **question):
    client.force_login(user)
    response = client.get("/committees/", question)
    assert response.status_code == 200
    return response.context


def named(context):
    return {committee["name"]: committee for committee in context["committees"]}


@pytest.fixture
def audit(cast):
    return Committee.objects.get(kind=Kind.AUDIT)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_inside_knows_who_sits_where(who, cast, client):
    context = committees(client, cast[who])
    assert context["heading"] == "Three committees"
    told = named(context)["Audit Committee"]
    assert told["says"] == "Three members"
    assert [member["name"] for member in told["members"]] == [
        "Audit Chair",
        "Lead Director",
        "Audit Member",
    ]
    assert told["members"][0]["what"] == "chair, financial expert"
    assert "says_too" not in told


def test_a_stranger_is_sent_to_the_door(client, company):
    assert client.get("/committees/").status_code == 302


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_next_meeting_is_told_to_those_who_may_know_of_it(who, cast, audit, client, now):
    by = cast["secretary"]
    noticed(by=by, at=now, committee=audit, hours=200)
    next_one = scheduled(by=by, at=now, committee=audit, hours=100)
    drafted(by=by, at=now, committee=Committee.objects.get(kind=Kind.COMPENSATION))
    context = committees(client, cast[who])
    told = {name: committee["next"] for name, committee in named(context).items()}
    knows = who in (*DIRECTORS, "secretary")
    assert bool(told["Audit Committee"]) is knows
    if knows:
        day = next_one.starts_at.astimezone(context["request"].company.zone)
        assert told["Audit Committee"].startswith(f"Meets next on {day:%a} {day.day} {day:%b}")
    assert told["Compensation Committee"] == ""
    past = named(committees(client, cast[who], on="2024-01-01"))
    assert past["Audit Committee"]["next"] == ""


def test_a_past_day_is_answered_from_the_rows_of_that_day(cast, audit, client):
    Seat.objects.filter(committee=audit, chairs=True).update(until=date(2024, 3, 1))
    SeatFactory(
        committee=audit, person=cast["director"].person, chairs=True, since=date(2024, 6, 1)
    )
    director = cast["director"]

    def chair(on):
        members = named(committees(client, director, on=on))["Audit Committee"]["members"]
        return [member["name"] for member in members if "chair" in member["what"]]

    assert chair("2024-02-29") == ["Audit Chair"]
    assert chair("2024-06-01") == ["Director Example"]
    between = named(committees(client, director, on="2024-03-01"))["Audit Committee"]
    assert between["says"] == "Two members"
    assert between["says_too"] == "No chair"


def test_a_committee_is_there_from_the_day_it_was_formed(cast, client):
    CommitteeFactory(
        kind=Kind.FURTHER, name="Technology Committee", since=date(2025, 1, 1), until=None
    )
    assert committees(client, cast["director"], on="2024-12-31")["heading"] == "Three committees"
    assert committees(client, cast["director"], on="2025-01-01")["heading"] == "Four committees"
    before = committees(client, cast["director"], on="1990-01-01")
    assert before["heading"] == "No committee had been formed"


@pytest.mark.parametrize("asked", ["2026-02-30", "never", "3000-01-01"])
def test_a_day_that_cannot_be_answered_is_refused_in_a_sentence(asked, cast, client):
    context = committees(client, cast["director"], on=asked)
    assert context["refusal"].endswith(".")
    assert context["heading"] == "Three committees"


def test_more_committees_cost_no_more_queries(cast, client, now):
    def cost():
        committees(client, cast["director"])
        with CaptureQueriesContext(connection) as asked:
            client.get("/committees/")
        return len(asked)

    before = cost()
    for number in range(5):
        further = CommitteeFactory(kind=Kind.FURTHER, name=f"Committee {number}")
        SeatFactory(committee=further)
        scheduled(by=cast["secretary"], at=now, committee=further, hours=100 + number)
    assert cost() == before <= 18
