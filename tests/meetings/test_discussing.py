"""Items are taken up in session, pages say how late it is, and topics lead to the last time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.decisions.operations import cast_ballot, close_vote
from governance.following import HEADER
from governance.meetings import attending, discussing, operations
from governance.meetings.models import AgendaItem, Discussion
from governance.records.models import Company, Entry
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS
from tests.meetings.test_meeting_moves import DAY, HOUR, come_to, refused, who_may
from tests.meetings.test_refused_writes import is_fixed
from tests.meetings.test_refused_writes import refused as refused_by_the_database

MINUTE = timedelta(minutes=1)


def with_items(meeting, *titles, cast, at, minutes=15):
    by = cast["secretary"]
    return [
        operations.add_item(meeting, title=title, minutes=minutes, by=by, at=at) for title in titles
    ]


@pytest.fixture
def held(cast, now):
    """A meeting called to order an hour ago, with three items of a quarter of an hour."""
    meeting = come_to("in_session", cast=cast, now=now - HOUR)
    meeting.agenda = with_items(meeting, "Welcome", "The lease", "Outlook", cast=cast, at=now)
    return meeting


def read(client, user, address, **headers):
    client.force_login(user)
    return client.get(address, headers=headers)


def text_of(answer):
    return answer.content.decode()


# --- Taking up (M-01) ---------------------------------------------------------------------------


def test_what_was_taken_up_when_is_on_record(held, cast, now):
    first, second, _ = held.agenda
    for item, at in ((first, now), (second, now + MINUTE), (first, now + 2 * MINUTE)):
        discussing.take_up(item, by=cast["chair"], at=at)
    told = Discussion.objects.filter(item__meeting=held).values_list("item", "since")
    assert [*told] == [(first.pk, now), (second.pk, now + MINUTE), (first.pk, now + 2 * MINUTE)]
    entries = Entry.objects.about(held).filter(move="take_up")
    assert [(one.actor, one.source, one.target) for one in entries] == [
        (cast["chair"], "in_session", "in_session")
    ] * 3


def test_who_presides_and_the_secretary_take_items_up(held, cast, now):
    item = held.agenda[0]
    may = who_may(cast, lambda user: discussing.take_up(item, by=user, at=now))
    assert may == {"chair", "secretary"}


@pytest.mark.parametrize("state", ["draft", "scheduled", "noticed", "recessed", "adjourned"])
def test_an_item_is_taken_up_in_session_alone(state, cast, now):
    meeting = come_to(
        "noticed" if state in ("recessed", "adjourned") else state, cast=cast, now=now
    )
    [item] = with_items(meeting, "The lease", cast=cast, at=now - DAY)
    if state in ("recessed", "adjourned"):
        for name in DIRECTORS:
            attending.record_arrival(
                meeting, cast[name].person, mode="in_person", by=cast["secretary"], at=now
            )
        operations.call_to_order(meeting, by=cast["chair"], at=now)
        end = operations.recess if state == "recessed" else operations.adjourn
        end(meeting, by=cast["chair"], at=now + MINUTE)
    refused(
        lambda: discussing.take_up(item, by=cast["secretary"], at=now + 2 * MINUTE), code="stale"
    )


def test_the_item_in_hand_is_not_taken_up_again(held, cast, now):
    item, other, _ = held.agenda
    discussing.take_up(item, by=cast["chair"], at=now)
    again = refused(lambda: discussing.take_up(item, by=cast["chair"], at=now + MINUTE), "stale")
    assert str(again) == "This item has been taken up already."
    early = refused(lambda: discussing.take_up(other, by=cast["chair"], at=now))
    assert str(early) == "One item is taken up after the other."


def test_a_lost_quorum_keeps_no_item_from_being_taken_up(held, cast, now):
    for name in DIRECTORS[:6]:
        attending.record_departure(held, cast[name].person, by=cast["secretary"], at=now)
    assert not held.count_present(now).is_met
    assert discussing.take_up(held.agenda[1], by=cast["chair"], at=now)


def test_the_database_keeps_what_was_taken_up(held, cast, now):
    row = discussing.take_up(held.agenda[0], by=cast["chair"], at=now)
    is_fixed(row, since=now + HOUR, item=held.agenda[1])
    for since in (now, now - MINUTE, held.convened_at - MINUTE):
        refused_by_the_database(
            lambda since=since: Discussion.objects.create(item=held.agenda[1], since=since)
        )
    operations.adjourn(held, by=cast["chair"], at=now + MINUTE)
    refused_by_the_database(
        lambda: Discussion.objects.create(item=held.agenda[1], since=now + HOUR)
    )


# --- The clock ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "began, now_at, late",
    [(15, 15, 0), (15, 30, 0), (15, 31, 1), (20, 21, 5), (20, 35, 5), (20, 41, 11), (9, 10, -6)],
)
def test_how_late_a_meeting_runs(began, now_at, late, held, cast):
    """The second item is due a quarter of an hour in, and may take as long again."""
    start = held.convened_at
    item = AgendaItem(minutes=15)
    item.minutes_before, item.in_hand_since = 15, start + began * MINUTE
    assert discussing.minutes_late(item, start, start + now_at * MINUTE) == late


def test_a_recess_does_not_stop_the_clock(held, cast, now, client):
    discussing.take_up(held.agenda[0], by=cast["chair"], at=held.convened_at + MINUTE)
    operations.recess(held, by=cast["chair"], at=now - 40 * MINUTE)
    told = text_of(read(client, cast["director"], held.get_absolute_url()))
    assert "Under discussion, in recess" in told and "45 minutes late" in told


# --- Pages --------------------------------------------------------------------------------------


def test_the_page_says_what_is_under_discussion(held, cast, now, client):
    address = held.get_absolute_url()
    assert "Under discussion" not in text_of(read(client, cast["director"], address))
    assert "Take up<" not in text_of(read(client, cast["director"], address))
    shown = text_of(read(client, cast["secretary"], address))
    assert shown.count("Take up<") == 3
    up = f"/meetings/items/{held.agenda[1].pk}/take-up/"
    assert client.post(up).status_code == 302
    assert "taken up already" in text_of(client.post(up))
    shown = text_of(client.get(address))
    assert shown.count("Take up<") == 2 and 'aria-current="step"' in shown
    told = text_of(read(client, cast["director"], address))
    assert "Under discussion" in told and "Item 2, since" in told
    assert client.post(up).status_code == 403 and client.get(up).status_code == 405
    operations.adjourn(held, by=cast["chair"], at=now + HOUR)
    assert "Under discussion" not in text_of(client.get(address))


def test_a_recused_director_learns_that_their_slot_is_taken_up_and_no_more(held, cast, now, client):
    lease, chair = held.agenda[1], cast["chair"]
    recused = {"mode": "left", "basis": "A cousin's", "by": chair, "at": now}
    operations.record_recusal(lease, cast["director"].person, **recused)
    discussing.take_up(lease, by=chair, at=now)
    told = text_of(read(client, cast["director"], held.get_absolute_url()))
    assert "Withheld from you" in told and "Item 2, since" in told and "lease" not in told
    operations.record_recusal(lease, chair.person, **recused)
    assert read(client, chair, f"/meetings/items/{lease.pk}/take-up/").status_code == 405
    assert client.post(f"/meetings/items/{lease.pk}/take-up/").status_code == 404


def test_a_presenter_hears_of_no_item_but_their_own(held, cast, now, client):
    presenter = cast["chief_financial_officer"]
    own = operations.add_item(
        held, title="Figures", presenter=presenter.person, by=cast["secretary"], at=now
    )
    discussing.take_up(held.agenda[0], by=cast["chair"], at=now)
    told = text_of(read(client, presenter, held.get_absolute_url()))
    assert 'aria-current="step"' not in told and "Under discussion" not in told
    discussing.take_up(own, by=cast["chair"], at=now + MINUTE)
    assert 'aria-current="step"' in text_of(client.get(held.get_absolute_url()))


@pytest.mark.parametrize("how", ["in hand", "voted on"])
def test_m_03_whoever_left_the_room_for_an_item_is_said_to_be_out_while_it_lasts(
    how, held, cast, now, client
):
    lease, by, left = held.agenda[1], cast["secretary"], cast["director"]
    stays = cast["audit_member"]
    for person, mode in ((left.person, "left"), (stays.person, "stayed")):
        operations.record_recusal(lease, person, mode=mode, basis="A cousin's", by=by, at=now)
    motion = decisions.put(held, mover=cast["chair"].person, by=by, at=now, item=lease)
    meeting, console = held.get_absolute_url(), f"{held.get_absolute_url()}attendance/"
    of_meeting = "directors present, one of them out of the room for item 2 · quorum is 5"
    of_person = "; out of the room: recused from item 2"

    def told():
        pages = [
            text_of(read(client, cast["chair"], meeting)),
            text_of(read(client, by, console)),
        ]
        return of_meeting in pages[0], pages[1].count(of_person)

    def follows(address, user, act):
        mark = mark_of(read(client, user, address))
        assert asked_again(client, address, mark)[0].status_code == 204
        act()
        assert asked_again(client, address, mark)[0].status_code == 200

    assert told() == (False, 0)
    if how == "in hand":
        follows(console, by, lambda: discussing.take_up(lease, by=by, at=now))
    else:
        decisions.operations.put_before_meeting(motion, by=cast["chair"], at=now)
        opens = {"by": cast["chair"], "at": now}
        follows(console, by, lambda: decisions.operations.open_vote(motion, **opens))
    assert told() == (True, 1)
    assert f"{len(DIRECTORS)} of {len(DIRECTORS)} present" in text_of(client.get(console))
    # Of what is withheld from them they learn nothing by the way.
    for user in (left, stays):
        seen = text_of(read(client, user, meeting))
        assert "out of the room" not in seen and "directors present · quorum is 5" in seen
    attending.record_departure(held, left.person, by=by, at=timezone.now())
    assert told() == (False, 0)
    attending.record_arrival(held, left.person, mode="video", by=by, at=timezone.now())
    assert told() == (True, 1)
    if how == "in hand":
        discussing.take_up(held.agenda[2], by=by, at=timezone.now())
    else:
        close_vote(motion, by=cast["chair"], at=timezone.now())
    assert told() == (False, 0)


# --- Following ----------------------------------------------------------------------------------


def mark_of(answer):
    """What the part that follows says it has been told."""
    found = text_of(answer).partition('{"Boardroom-Seen": "')[2]
    return found.partition('"')[0]


def asked_again(client, address, mark):
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address, headers={HEADER: mark, "HX-Request": "true"})
    return answer, len(seen)


def test_a_page_without_news_answers_in_few_questions(held, cast, now, client):
    motion = decisions.voting(held, mover=cast["director"].person, by=cast["secretary"], at=now)
    discussing.take_up(held.agenda[0], by=cast["chair"], at=now)
    client.force_login(cast["director"])
    limits = {
        held.get_absolute_url(): 13,
        motion.get_absolute_url(): 14,
        "/": 13,
        f"{held.get_absolute_url()}attendance/": 14,
    }
    for address, limit in limits.items():
        if "attendance" in address:
            client.force_login(cast["secretary"])
        mark = mark_of(client.get(address))
        assert mark, address
        answer, queries = asked_again(client, address, mark)
        assert (answer.status_code, answer.content) == (204, b""), address
        assert queries <= limit, (address, queries)
        assert asked_again(client, address, "something else")[0].status_code == 200


def steps(held, cast, now):
    """What the console does one after the other, and whose pages hear of it."""
    by, chair, person = cast["secretary"], cast["chair"], cast["audit_chair"].person
    motion = decisions.put(held, mover=person, by=by, at=now, item=held.agenda[1])
    meeting, page = held.get_absolute_url(), motion.get_absolute_url()
    at = iter(now + number * MINUTE for number in range(20))
    operations_of_motion = decisions.operations
    yield (meeting,), lambda: discussing.take_up(held.agenda[1], by=by, at=next(at))
    yield (
        (meeting, page),
        lambda: attending.record_departure(held, person, by=by, at=next(at)),
    )
    yield (
        (meeting, page),
        lambda: attending.record_arrival(held, person, mode="telephone", by=by, at=next(at)),
    )
    yield (
        (page,),
        lambda: operations_of_motion.put_before_meeting(motion, by=chair, at=next(at)),
    )
    yield (
        (meeting, page, "/"),
        lambda: operations_of_motion.open_vote(motion, by=chair, at=next(at)),
    )
    yield (
        (page, "/"),
        lambda: cast_ballot(
            motion,
            choice="for",
            by=cast["audit_chair"],
            at=next(at),
            digest=motion.digest,
            method="password",
        ),
    )
    yield (meeting, page, "/"), lambda: close_vote(motion, by=chair, at=next(at))
    yield (meeting, page, "/"), lambda: operations.recess(held, by=chair, at=next(at))
    yield (meeting, page, "/"), lambda: operations.reconvene(held, by=chair, at=next(at))
    yield (meeting, page, "/"), lambda: operations.adjourn(held, by=chair, at=next(at))


def test_whatever_the_console_does_the_pages_hear_of_it(held, cast, now, client):
    client.force_login(cast["director"])
    for addresses, act in steps(held, cast, now):
        marks = {address: mark_of(client.get(address)) for address in addresses}
        act()
        for address, mark in marks.items():
            answer, _ = asked_again(client, address, mark)
            assert answer.status_code == 200 and 'id="live"' in text_of(answer), (address, act)


def test_the_call_to_order_reaches_pages_that_wait_for_it(cast, now, client):
    meeting = come_to("noticed", cast=cast, now=now)
    client.force_login(cast["director"])
    marks = {address: mark_of(client.get(address)) for address in ("/", meeting.get_absolute_url())}
    for name in DIRECTORS:
        attending.record_arrival(
            meeting, cast[name].person, mode="video", by=cast["secretary"], at=now
        )
    operations.call_to_order(meeting, by=cast["secretary"], at=now)
    for address, mark in marks.items():
        assert mark and asked_again(client, address, mark)[0].status_code == 200


def test_the_door_hears_of_the_end_and_of_who_comes_in(cast, now, client):
    from governance.meetings import sessions

    meeting = come_to("in_session", cast=cast, now=now)
    door = meeting.executive_session.get_absolute_url()
    client.force_login(cast["director"])
    session = meeting.executive_session
    for act in (
        lambda: operations.adjourn(meeting, by=cast["chair"], at=now),
        lambda: sessions.enter_room(session, by=cast["audit_chair"], at=now),
        lambda: sessions.enter_room(session, by=cast["lead_director"], at=now),
        lambda: sessions.begin_session(session, by=cast["lead_director"], at=now),
        lambda: sessions.note_matters(session, text="Pay", by=cast["lead_director"], at=now),
    ):
        mark = mark_of(client.get(door))
        same, queries = asked_again(client, door, mark)
        assert mark and same.status_code == 204 and queries <= 16
        act()
        session.refresh_from_db()
        assert asked_again(client, door, mark)[0].status_code == 200


@pytest.mark.parametrize("name", ["chief_executive", "chair", "secretary"])
def test_whoever_does_not_enter_hears_nothing_from_behind_the_door(name, cast, now, client):
    from governance.meetings import sessions

    meeting = come_to("adjourned", cast=cast, now=now - 2 * HOUR)
    session, today = meeting.executive_session, come_to("noticed", cast=cast, now=now + HOUR)
    client.force_login(cast[name])
    addresses = ("/", meeting.get_absolute_url(), today.get_absolute_url())
    before = [mark_of(client.get(address)) for address in addresses]
    for one in ("lead_director", "director"):
        sessions.enter_room(session, by=cast[one], at=now)
    sessions.begin_session(session, by=cast["lead_director"], at=now)
    assert [mark_of(client.get(address)) for address in addresses] == before


def test_whoever_may_read_no_more_is_told_so_by_the_next_question(held, cast, now, client):
    motion = decisions.put(
        held, mover=cast["chair"].person, by=cast["secretary"], at=now, item=held.agenda[1]
    )
    client.force_login(cast["director"])
    mark = mark_of(client.get(motion.get_absolute_url()))
    recused = {"mode": "left", "basis": "A cousin's", "by": cast["chair"], "at": now}
    operations.record_recusal(held.agenda[1], cast["director"].person, **recused)
    assert asked_again(client, motion.get_absolute_url(), mark)[0].status_code == 404


# --- The last time (G-AGD-01) -------------------------------------------------------------------


@pytest.fixture
def earlier(cast, now):
    """In May the Board adopted the lease, by nine votes."""
    meeting = come_to("in_session", cast=cast, now=now - 60 * DAY)
    [item] = with_items(meeting, "The lease of the mill", cast=cast, at=now - 60 * DAY)
    at = now - 60 * DAY + MINUTE
    motion = decisions.voting(
        meeting, mover=cast["chair"].person, by=cast["secretary"], at=at, item=item
    )
    for name in DIRECTORS:
        cast_ballot(
            motion, choice="for", by=cast[name], at=at, digest=motion.digest, method="password"
        )
    close_vote(motion, by=cast["chair"], at=at)
    operations.adjourn(meeting, by=cast["chair"], at=at)
    motion.refresh_from_db()
    return motion


@pytest.fixture
def again(cast, now):
    meeting = come_to("noticed", cast=cast, now=now + DAY)
    [item] = with_items(meeting, "Renewal of the lease", cast=cast, at=now)
    return item


def test_the_agenda_leads_to_the_last_time_a_topic_was_decided(earlier, again, cast, now, client):
    discussing.tie(again, earlier.item, by=cast["secretary"], at=now)
    told = text_of(read(client, cast["director"], again.meeting.get_absolute_url()))
    day = Company.current().day_of(earlier.closed_at)
    assert f"Last decided {day.day} {day:%B} {day.year}: adopted, 9 for" in told
    assert earlier.get_absolute_url() in told
    assert "The lease of the mill" in text_of(client.get(f"/meetings/items/{again.pk}/"))


def test_nobody_hears_by_the_way_of_what_was_kept_from_them(earlier, again, cast, now, client):
    discussing.tie(again, earlier.item, by=cast["secretary"], at=now)
    from governance.meetings.models import Recusal

    # As a wall that was ordered before the earlier meeting stands after it.
    Recusal.objects.create(
        item=earlier.item,
        person=cast["director"].person,
        mode="left",
        basis="Invented",
        since=earlier.closed_at,
        recorded_by=cast["chair"],
    )
    for address in (again.meeting.get_absolute_url(), f"/meetings/items/{again.pk}/"):
        told = text_of(read(client, cast["director"], address))
        assert "Last decided" not in told and str(earlier.pk) not in told
        assert "of the mill" not in told and str(earlier.item_id) not in told


def test_only_items_of_earlier_meetings_of_the_body_are_followed(earlier, again, cast, now):
    committee = cast["audit_chair"].person.seats.get().committee
    audit = meetings.noticed(by=cast["secretary"], at=now - 9 * DAY, committee=committee)
    other = with_items(audit, "The lease", cast=cast, at=now - 9 * DAY)[0]
    for wrong in (other, again):
        said = refused(lambda wrong=wrong: discussing.tie(again, wrong, by=cast["chair"], at=now))
        assert str(said) == "Choose an item of an earlier meeting of this body."
        refused_by_the_database(
            lambda wrong=wrong: AgendaItem.objects.filter(pk=again.pk).update(follows=wrong)
        )
    may = who_may(cast, lambda user: discussing.tie(again, earlier.item, by=user, at=now))
    assert may == {"secretary", "assistant_secretary", "general_counsel", "chair", "lead_director"}


def test_what_is_most_like_the_item_is_offered_first(again, cast, now, client):
    meeting = come_to("in_session", cast=cast, now=now - 2 * HOUR)
    with_items(meeting, "The lease of a boat", "A renewal of the lease", cast=cast, at=now)
    operations.adjourn(meeting, by=cast["chair"], at=now)
    page = text_of(read(client, cast["secretary"], f"/meetings/items/{again.pk}/last-time/"))
    assert page.index("A renewal of the lease") < page.index("The lease of a boat")


def test_the_secretary_finds_ties_and_unties(earlier, again, cast, now, client):
    address = f"/meetings/items/{again.pk}/last-time/"
    assert "The lease of the mill" in text_of(read(client, cast["secretary"], address))
    assert "of the mill" not in text_of(client.get(address, {"q": "nothing like it"}))
    assert "of the mill" in text_of(client.get(address, {"q": "mill"}))
    for wrong in ({}, {"earlier": ""}, {"earlier": "x"}, {"earlier": again.pk}):
        assert "Choose one of the items found." in text_of(client.post(address, wrong))
    assert AgendaItem.objects.get(pk=again.pk).follows is None
    assert client.post(address, {"earlier": earlier.item_id}).status_code == 302
    assert AgendaItem.objects.get(pk=again.pk).follows == earlier.item
    assert client.post(address, {"untie": "yes"}).status_code == 302
    assert AgendaItem.objects.get(pk=again.pk).follows is None
    assert read(client, cast["director"], address).status_code == 403
