"""The frame of every page: the rooms a reader may open, who they are, what needs them."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.decisions.operations import cast_ballot
from tests.factories.cast import DIRECTORS, EVERYBODY, SEATS
from tests.factories.decisions import voting
from tests.factories.meetings import in_session, noticed, operations

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = ["Today", "Board", "Committees"]
EVERY_ROOM = ["Today", "Meetings", "Papers", "Decisions", "Board", "Committees"]
CIRCLE = (*SEATS["compensation"], "lead_director")
SERVE = (*DIRECTORS, "secretary", "assistant_secretary", "general_counsel")


def frame(client, user, path="/board/"):
    client.force_login(user)
    return client.get(path).context


def labels(page):
    return [entry["label"] for entry in page["rail"]()]


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_rail_names_the_rooms_that_open_to_the_reader(who, cast, client):
    expected = EVERY_ROOM if who in SERVE else OPEN_TO_ALL
    # There for its circle whether or not there is a case.
    expected = [*expected, *(["Clawback"] if who in CIRCLE else [])]
    page = frame(client, cast[who])
    assert labels(page) == expected
    for entry in page["rail"]():
        assert client.get(entry["url"]).status_code == 200


def test_who_presents_finds_the_meeting_but_no_decisions(cast, client, now):
    by = cast["secretary"]
    meeting = noticed(by=by, at=now)
    person = cast["manager"].person
    operations.add_item(meeting, title="Supply", by=by, at=now, presenter=person)
    assert labels(frame(client, cast["manager"])) == [
        *("Today", "Meetings", "Papers", "Board", "Committees")
    ]


def test_the_room_one_is_in_is_marked(cast, client):
    for path, label in (("/", "Today"), ("/board/", "Board"), ("/committees/", "Committees")):
        entries = frame(client, cast["director"], path)["rail"]()
        assert [entry["label"] for entry in entries if entry["current"]] == [label]


@pytest.mark.parametrize(
    "who, roles",
    [
        ("lead_director", ["Lead Independent Director", "Audit", "Nominating and Governance"]),
        ("compensation_chair", ["Independent Director", "Compensation (Chair)"]),
        ("chair", ["Chair of the Board"]),
        ("chief_executive", ["Chief Executive Officer", "Director"]),
        ("secretary", ["Corporate Secretary"]),
        ("administrator", ["Administrator of the portal"]),
        ("former_director", ["No office today"]),
    ],
)
def test_the_foot_says_who_the_reader_is_today(who, roles, cast, client):
    me = frame(client, cast[who])["me"]()
    assert me == {"name": cast[who].person.name, "roles": roles}


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_whoever_works_in_the_admin_is_led_there(who, cast, client):
    works = who in (
        "secretary",
        "assistant_secretary",
        "general_counsel",
        "administrator",
    )
    address = frame(client, cast[who])["rail_admin_url"]()
    assert address == (reverse("admin:index") if works else "")


def test_a_vote_that_awaits_the_reader_is_counted_in_words_on_every_page(cast, client, now):
    present = [cast[who].person for who in DIRECTORS]
    meeting = in_session(present, by=cast["secretary"], at=now)
    director = cast["director"]
    motion = voting(meeting, mover=cast["chair"].person, by=cast["secretary"], at=now)

    def decisions(who):
        entries = frame(client, cast[who])["rail"]()
        return next(entry for entry in entries if entry["label"] == "Decisions")

    assert decisions("director")["count"] == 1
    assert decisions("director")["count_says"] == "one decision awaits you"
    cast_ballot(motion, choice="for", by=director, at=now, digest=motion.digest, method="demo")
    assert decisions("director")["count"] == 0
    assert decisions("audit_chair")["count"] == 1
    assert decisions("secretary")["count"] == 0


def test_pages_about_ones_own_account_count_nothing(cast, client, now):
    present = [cast[who].person for who in DIRECTORS]
    meeting = in_session(present, by=cast["secretary"], at=now)
    voting(meeting, mover=cast["chair"].person, by=cast["secretary"], at=now)
    entries = frame(client, cast["director"], "/accounts/2fa/")["rail"]()
    assert [entry for entry in entries if entry.get("count")] == []


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    return response, len(asked)


@pytest.mark.parametrize("path", ["/demo/", "/accounts/login/"])
def test_the_frame_costs_nothing_before_the_door(path, cast, client):
    response = client.get(path)
    assert "me" not in response.context


@pytest.mark.parametrize("who", ["outsider", "administrator", "chief_executive"])
def test_what_is_not_there_costs_what_is_hidden_costs(who, cast, client, now):
    meeting = noticed(by=cast["secretary"], at=now)
    client.force_login(cast[who])
    hidden = meeting.executive_session.pk
    there, cost = queries(client, reverse("meetings:session", args=[hidden]))
    nowhere, random_cost = queries(client, reverse("meetings:session", args=[uuid.uuid4()]))
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content
    assert there.headers == nowhere.headers
    assert cost == random_cost
    # The session, its user, the company, and what the reader is: the page itself asks nothing.
    assert cost <= 5
