"""The pages of meetings: who opens them, what they show, what they refuse."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.meetings import attending, operations
from governance.meetings.models import ExecutiveSession, Meeting, Recusal, Reply
from governance.records.models import Company
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT

OFFICE = ("secretary", "assistant_secretary", "general_counsel")


@pytest.fixture
def board(cast, now):
    """Tuesday's regular meeting, notice given, with three items."""
    meeting = meetings.scheduled(by=cast["secretary"], at=now)
    for title in ("Welcome", "The invented plan", "The affiliate's lease"):
        operations.add_item(meeting, title=title, by=cast["secretary"], at=now)
    return operations.give_notice(meeting, by=cast["secretary"], at=now)


@pytest.fixture
def audit(cast, now):
    committee = cast["audit_chair"].person.seats.get().committee
    meeting = meetings.noticed(by=cast["secretary"], at=now, committee=committee)
    operations.add_item(meeting, title="Auditor's findings", by=cast["secretary"], at=now)
    return meeting


def page(client, cast, name, address):
    client.force_login(cast[name])
    return client.get(address)


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_board_meeting_opens_to_directors_and_the_secretarys_office(name, cast, board, client):
    readers = (*DIRECTORS, *OFFICE)
    answer = page(client, cast, name, board.get_absolute_url())
    assert answer.status_code == (200 if name in readers else 404)
    assert ("The invented plan" in answer.content.decode()) == (name in readers)
    assert (board.name in page(client, cast, name, "/meetings/").content.decode()) == (
        name in readers
    )


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_committee_meets_behind_its_members(name, cast, audit, client):
    members = ("audit_chair", "audit_member", "lead_director")
    expected = 200 if name in (*members, "secretary") else 403 if name in DIRECTORS else 404
    answer = page(client, cast, name, audit.get_absolute_url())
    assert answer.status_code == expected
    assert ("findings" in answer.content.decode()) == (expected == 200)


def test_a_presenter_finds_their_own_slot_and_nothing_else(cast, board, now, client):
    operations.add_item(
        board,
        title="What only finance shows",
        presenter=cast["chief_financial_officer"].person,
        by=cast["secretary"],
        at=now,
    )
    shown = page(client, cast, "chief_financial_officer", board.get_absolute_url())
    text = shown.content.decode()
    assert shown.status_code == 200 and "What only finance shows" in text
    assert "The invented plan" not in text and "quorum" not in text
    assert "reserved" not in text.lower() and "xecutive session" not in text
    slot = board.items.get(title="What only finance shows")
    assert board.place in client.get(f"/meetings/items/{slot.pk}/").content.decode()


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_closed_door(name, cast, board, client):
    text = page(client, cast, name, board.get_absolute_url()).content.decode()
    door = board.executive_session.get_absolute_url()
    assert (door in text) == (name in INDEPENDENT)
    assert ("xecutive session" in text) == (name in INDEPENDENT)
    opaque = ("chair", "chief_executive", "secretary")
    assert ("reserved" in text) == (name in opaque)
    behind = client.get(door)
    never = client.get(f"/meetings/sessions/{uuid.uuid4()}/")
    assert behind.status_code == (200 if name in INDEPENDENT else 404)
    if name not in INDEPENDENT:
        assert behind.content == never.content and behind.headers == never.headers
        for act in ("enter", "begin", "close", "note", "choose"):
            assert client.post(f"{door}{act}/").status_code == 404


def test_a_member_answers_how_they_attend(cast, board, client):
    client.force_login(cast["director"])
    address = f"{board.get_absolute_url()}reply/"
    assert client.post(address, {"answer": "telephone"}).status_code == 302
    assert client.post(address, {"answer": "in_person"}).status_code == 302
    assert Reply.objects.get().answer == "in_person"
    assert "Choose one of the answers" in client.post(address, {"answer": "x"}).content.decode()
    client.force_login(cast["secretary"])
    assert (
        "Members of the body answer"
        in client.post(address, {"answer": "in_person"}).content.decode()
    )
    assert Reply.objects.get().answer == "in_person"


def test_a_recused_director_sees_that_it_is_withheld_and_no_more(cast, board, client):
    item = board.items.get(position=3)
    client.force_login(cast["director"])
    address = f"/meetings/items/{item.pk}/recuse/"
    refused = client.post(address, {"mode": "left", "basis": "  "})
    assert refused.status_code == 200 and not Recusal.objects.exists()
    assert client.post(address, {"mode": "left", "basis": "My cousin's lease"}).status_code == 302
    text = client.get(board.get_absolute_url()).content.decode()
    assert "Withheld: recused since" in text and "lease" not in text
    assert client.get(f"/meetings/items/{item.pk}/").status_code == 404
    assert client.get(address).status_code == 404
    other = page(client, cast, "lead_director", board.get_absolute_url()).content.decode()
    assert "Director Example recused" in other


def test_the_secretary_opens_and_the_chair_ends_the_meeting(cast, board, client):
    board_hour = board.starts_at
    client.force_login(cast["secretary"])
    desk = f"{board.get_absolute_url()}attendance/"
    for name in INDEPENDENT[:4]:
        body = {"person": cast[name].person_id, "what": "telephone"}
        assert client.post(desk, body).status_code == 302
    opened = client.post(f"{board.get_absolute_url()}open/")
    assert "No quorum: 5 of 9 needed, 4 present." in opened.content.decode()
    body = {"person": cast["chair"].person_id, "what": "in_person"}
    assert client.post(desk, body).status_code == 302
    assert "already recorded" in client.post(desk, body).content.decode()
    assert "Choose a member" in client.post(desk, {"person": "x"}).content.decode()
    for act in ("open", "recess", "reconvene", "adjourn"):
        if act == "recess":
            assert client.post(f"{board.get_absolute_url()}recess/").status_code == 403
            client.force_login(cast["chair"])
        assert "Shall" in client.get(f"{board.get_absolute_url()}{act}/").content.decode()
        assert client.post(f"{board.get_absolute_url()}{act}/").status_code == 302
    assert Meeting.objects.get(pk=board.pk).state == "adjourned"
    late = client.post(f"{board.get_absolute_url()}adjourn/")
    assert late.status_code == 200 and "Nothing was changed." in late.content.decode()
    assert client.get(f"{board.get_absolute_url()}reschedule/").status_code == 404
    assert board.starts_at == board_hour


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_runs_a_board_meeting(name, cast, board, client):
    runs = ("secretary", "chair", "lead_director")
    client.force_login(cast[name])
    expected = 200 if name in runs else 403 if name in (*DIRECTORS, *OFFICE) else 404
    assert client.get(f"{board.get_absolute_url()}open/").status_code == expected
    assert client.get(f"{board.get_absolute_url()}attendance/").status_code == expected


def adjourned(cast, now, names):
    people = [cast[name].person for name in names]
    meeting = meetings.in_session(people, by=cast["secretary"], at=now)
    operations.adjourn(meeting, by=cast["chair"], at=now)
    return meeting.executive_session


def test_the_lead_presides_over_the_session(cast, now, client):
    session = adjourned(cast, now, INDEPENDENT)
    door = session.get_absolute_url()
    for name in ("director", "lead_director"):
        client.force_login(cast[name])
        assert client.post(f"{door}enter/").status_code == 302
    assert client.post(f"{door}begin/").status_code == 302
    assert client.post(f"{door}note/", {"text": "The succession"}).status_code == 302
    assert "The succession" in client.get(door).content.decode()
    client.force_login(cast["director"])
    assert "The succession" in client.get(door).content.decode()
    refused = client.post(f"{door}close/").content.decode()
    assert "Nothing was changed." in refused
    client.force_login(cast["lead_director"])
    assert "Shall the session be closed?" in client.get(f"{door}?ask=close").content.decode()
    assert client.post(f"{door}close/").status_code == 302
    assert ExecutiveSession.objects.get(pk=session.pk).state == "closed"
    assert "The succession" in client.get(door).content.decode()


def test_without_the_lead_the_others_choose_and_a_tie_chooses_nobody(cast, now, client):
    session = adjourned(cast, now, INDEPENDENT)
    door = session.get_absolute_url()
    for name in ("director", "audit_chair"):
        client.force_login(cast[name])
        client.post(f"{door}enter/")
    client.post(f"{door}begin/")
    choice = {"director": "director", "audit_chair": "audit_chair"}
    for round_, choices in enumerate([choice, choice | {"director": "audit_chair"}], start=1):
        for name, candidate in choices.items():
            client.force_login(cast[name])
            key = cast[candidate].person_id
            assert "You choose" in client.get(door, {"candidate": key}).content.decode()
            typed = {"candidate": key, "asked": round_}
            assert client.post(f"{door}choose/", typed).status_code == 302
        if round_ == 1:
            stale = client.post(f"{door}choose/", typed).content.decode()
            assert "Round 1 is over and chose nobody." in stale and "Nothing was changed." in stale
            text = client.get(door).content.decode()
            assert "Round 1 chose nobody" in text and "Round 2" in text
    session.refresh_from_db()
    assert session.state == "in_session" and session.presiding == cast["audit_chair"].person
    gone = client.post(f"{door}choose/", {"candidate": cast["chair"].person_id})
    assert "Nothing was changed." in gone.content.decode()


def test_the_session_is_told_again_when_it_moves_away_and_back(cast, now):
    meeting = meetings.scheduled(by=cast["secretary"], at=now)
    hour = meeting.starts_at
    from governance.notices.models import Notice

    for moved in (hour + timedelta(days=1), hour):
        operations.reschedule(meeting, starts_at=moved, by=cast["secretary"], at=now, why="A clash")
    told = Notice.objects.filter(kind="session_moved", reader=cast["director"])
    assert told.count() == 2


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["lead_director", "chief_executive", "secretary"])
def test_pages_ask_no_more_of_many_rows(name, cast, board, now, client):
    client.force_login(cast[name])
    by, at = cast["secretary"], timezone.now()
    addresses = ("/meetings/", board.get_absolute_url())
    few = [queries(client, address) for address in addresses]
    for hours in range(100, 106):
        meetings.noticed(by=by, at=at, hours=hours)
    for number in range(5):
        item = operations.add_item(
            board, title=f"More {number}", presenter=cast["manager"].person, by=by, at=at
        )
        decisions.put(board, mover=cast["director"].person, by=by, at=at, item=item)
        operations.record_recusal(
            item, cast["audit_member"].person, mode="left", basis="Invented.", by=by, at=at
        )
    many = [queries(client, address) for address in addresses]
    assert few[0] == many[0] <= 20
    # Recusals and their people are fetched in two more when there are any.
    assert few[1] <= many[1] <= few[1] + 1 <= 30


def test_what_was_held_is_shown_at_the_hour_it_was_held(cast, now, client):
    """Called to order two days early: the page says when, not when it was meant to be."""
    meeting = meetings.noticed(by=cast["secretary"], at=now - timedelta(hours=50), hours=98)
    for name in DIRECTORS:
        attending.record_arrival(
            meeting, cast[name].person, mode="video", by=cast["secretary"], at=now
        )
    client.force_login(cast["chair"])
    asks = client.get(f"{meeting.get_absolute_url()}open/").content.decode()
    assert "It was set for" in asks
    assert f"Quorum: 5 of 9 needed, {len(DIRECTORS)} present." in asks
    operations.call_to_order(meeting, by=cast["chair"], at=now)
    operations.adjourn(meeting, by=cast["chair"], at=now + timedelta(minutes=30))
    page = client.get(meeting.get_absolute_url()).content.decode()
    local = timezone.localtime(now, Company.current().zone)
    assert f"{local:%H:%M}" in page and f"{local:%A}" in page


def test_why_a_meeting_was_cancelled_is_told_to_its_readers(cast, board, client):
    operations.cancel(board, by=cast["secretary"], at=board.starts_at - timedelta(hours=9), why=WHY)
    told = page(client, cast, "director", board.get_absolute_url()).content.decode()
    assert WHY in told


WHY = "A storm over the invented coast"


def test_who_left_the_company_keeps_no_slot_of_the_past(cast, now, client):
    by = cast["secretary"]
    presenter = cast["chief_financial_officer"]
    held = meetings.in_session([cast[name].person for name in DIRECTORS], by=by, at=now)
    item = operations.add_item(held, title="Figures", presenter=presenter.person, by=by, at=now)
    operations.adjourn(held, by=cast["chair"], at=now)
    address = f"/meetings/items/{item.pk}/"
    assert page(client, cast, "chief_financial_officer", address).status_code == 200
    day = Company.current().day_of(now)
    presenter.person.appointments.update(until=day)
    assert page(client, cast, "chief_financial_officer", address).status_code == 404
    # To what lies ahead they are invited.
    ahead = meetings.noticed(by=by, at=now)
    other = operations.add_item(ahead, title="Advice", presenter=presenter.person, by=by, at=now)
    address = f"/meetings/items/{other.pk}/"
    assert page(client, cast, "chief_financial_officer", address).status_code == 200


def test_a_session_that_was_held_shows_who_was_there_and_how_they_chose(cast, now, client):
    from governance.meetings import sessions

    session = adjourned(cast, now, INDEPENDENT)
    first, second, third = (cast[name] for name in INDEPENDENT[1:4])
    for user in (first, second, third):
        sessions.enter_room(session, by=user, at=now)
    sessions.begin_session(session, by=first, at=now)
    for user in (first, second):
        sessions.choose_presider(session, second.person, by=user, at=now)
    session.refresh_from_db()
    sessions.close_session(session, by=second, at=now + timedelta(minutes=20))
    told = page(client, cast, "lead_director", session.get_absolute_url()).content.decode()
    assert "Who was in the room" in told and "presided" in told
    assert "Who presides, round 1" in told
    for user in (first, second, third):
        assert user.person.name in told


def test_an_address_that_takes_answers_says_so(cast, board, client):
    answer = page(client, cast, "director", f"{board.get_absolute_url()}reply/")
    assert answer.status_code == 405
    assert "Your answer was not recorded" in answer.content.decode()
