"""Today: what needs each reader, the next meeting, what happened, and nothing that is sealed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boardroom import happenings
from boardroom import needs as needs_module
from boardroom import today as page_module
from governance.committees import asking
from governance.committees.asking import ask
from governance.committees.models import Committee, Kind, Seat
from governance.decisions.operations import cast_ballot, close_vote
from governance.meetings import attending, operations
from governance.meetings.models import ExecutiveSession
from governance.meetings.requests import include, submit_request
from governance.meetings.sessions import note_matters
from governance.notices.models import Notice
from governance.people.models import User
from governance.records.models import Entry, FiscalYear
from governance.words import said_long_day
from tests.factories.board import DeterminationFactory
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT
from tests.factories.decisions import voting
from tests.factories.meetings import drafted, in_session, noticed, scheduled

pytestmark = pytest.mark.django_db

CANARY = "kestrel-over-the-quarry"
NOT_BEHIND_THE_DOOR = [who for who in EVERYBODY if who not in INDEPENDENT]


def today(client, user):
    client.force_login(user)
    response = client.get("/")
    assert response.status_code == 200
    return response


def needs(client, user):
    return [need["title"] for need in today(client, user).context["needs"]]


def happened(client, user):
    return [event["what"] for event in today(client, user).context["happened"]]


@pytest.fixture
def secretary(cast):
    return cast["secretary"]


@pytest.fixture
def meeting(secretary, now):
    """The Board meets in four days, and notice has been given."""
    return noticed(by=secretary, at=now, name="Q4 Board meeting")


@pytest.fixture
def under_way(cast, secretary, now):
    """The Board is in session, everybody there."""
    present = [cast[who].person for who in DIRECTORS]
    return in_session(present, by=secretary, at=now, name="Q4 Board meeting")


# --- Who sees what -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_inside_has_a_today(who, cast, meeting, client):
    context = today(client, cast[who]).context
    told = "Q4 Board meeting" in str(context["cards"])
    assert told is (who in (*DIRECTORS, "secretary", "assistant_secretary", "general_counsel"))


def test_a_stranger_is_sent_to_the_door(client, company):
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("who", ["outsider", "former_director", "manager", "administrator"])
def test_an_empty_page_says_why_it_is_empty(who, cast, meeting, client):
    response = today(client, cast[who])
    assert response.context["heading"] == "Nothing needs you today"
    assert response.context["empty"].endswith(".")
    assert b"Q4 Board meeting" not in response.content


def test_the_heading_counts_what_needs_one_before_the_next_meeting(cast, meeting, client):
    weekday = f"{timezone.localtime(meeting.starts_at, meeting_zone()):%A}"
    heading = today(client, cast["director"]).context["heading"]
    assert heading == f"One thing needs you before {weekday}’s meeting"


# --- What needs the reader ---------------------------------------------------------------------


@pytest.mark.parametrize("who", DIRECTORS)
def test_members_are_asked_whether_they_attend(who, cast, meeting, client, now):
    assert needs(client, cast[who]) == ["Say whether you attend the Q4 Board meeting"]
    attending.reply(meeting, answer="telephone", by=cast[who], at=now)
    response = today(client, cast[who])
    assert response.context["needs"] == []
    assert response.context["cards"][0]["answer"] == "I attend by telephone"


def test_members_of_a_committee_are_asked_and_nobody_else(cast, secretary, client, now):
    audit = Committee.objects.get(kind=Kind.AUDIT)
    scheduled(by=secretary, at=now, committee=audit)
    asked = [who for who in DIRECTORS if needs(client, cast[who])]
    assert asked == ["lead_director", "audit_chair", "audit_member"]


def waits(client, user):
    found = today(client, user).context["needs"]
    return [one for one in found if one["title"] == "A request for the agenda waits"]


@pytest.mark.parametrize(
    ("management", "answering"),
    [(False, {"chair", "lead_director", "secretary"}), (True, {"chair", "lead_director"})],
)
def test_m_02_a_request_waits_for_those_who_answer_it(
    management, answering, cast, meeting, client, now
):
    request = submit_request(
        title=CANARY, by=cast["director"], at=now, concerns_management=management
    )
    for who in EVERYBODY:
        assert bool(waits(client, cast[who])) == (who in answering), who
    due = timezone.localtime(meeting.starts_at - timedelta(hours=72), meeting_zone())
    said = f"To be answered by {said_long_day(due.date())}, {due:%H:%M} "
    [asked] = waits(client, cast["chair"])
    assert asked["why"].startswith(said) and asked["url"] == request.get_absolute_url()
    assert CANARY not in today(client, cast["chair"]).content.decode()
    include(request, by=cast["lead_director"], at=now)
    assert not any(waits(client, cast[who]) for who in answering)


def test_m_02_nobody_is_asked_to_answer_themselves(cast, client, now):
    submit_request(title=CANARY, by=cast["chair"], at=now)
    assert not waits(client, cast["chair"])
    [asked] = waits(client, cast["lead_director"])
    assert asked["why"] == "No meeting is planned for it yet."


def test_an_answer_to_a_meeting_far_away_can_wait(cast, secretary, client, now):
    scheduled(by=secretary, at=now, hours=24 * 90)
    assert needs(client, cast["director"]) == []


def test_an_open_vote_comes_first_and_goes_when_it_is_cast(cast, under_way, secretary, client, now):
    director = cast["director"]
    motion = voting(under_way, mover=cast["chair"].person, by=secretary, at=now)
    assert needs(client, director) == [
        "Vote: Approve the plan",
        "The Q4 Board meeting is in session",
    ]
    first = today(client, director).context["needs"][0]
    assert first["why"] == "Q4 Board meeting. 0 of 9 have voted."
    assert first["url"] == motion.get_absolute_url()
    cast_ballot(motion, choice="for", by=director, at=now, digest=motion.digest, method="demo")
    assert needs(client, director) == ["The Q4 Board meeting is in session"]
    other = today(client, cast["chair"]).context["needs"][0]
    assert other["why"] == "Q4 Board meeting. 1 of 9 have voted."


def test_a_recused_director_is_not_asked_to_vote_nor_told_of_what(
    cast, under_way, secretary, client, now
):
    item = operations.add_item(under_way, title=CANARY, by=secretary, at=now, purpose="decide")
    operations.record_recusal(
        item, cast["director"].person, mode="left", basis="A lease", by=secretary, at=now
    )
    voting(under_way, mover=cast["chair"].person, by=secretary, at=now, item=item, title=CANARY)
    response = today(client, cast["director"])
    assert CANARY not in response.content.decode()
    assert "Withheld: you are recused since" in response.content.decode()
    assert f"Vote: {CANARY}" in needs(client, cast["chair"])


def test_who_presents_is_told_of_their_own_slot_and_of_nothing_else(
    cast, meeting, secretary, client, now
):
    manager = cast["manager"]
    operations.add_item(meeting, title=CANARY, by=secretary, at=now, minutes=70)
    operations.add_item(
        meeting, title="Supply", by=secretary, at=now, minutes=20, presenter=manager.person
    )
    response = today(client, manager)
    slot = response.context["needs"][0]
    begins = timezone.localtime(meeting.starts_at + timedelta(minutes=70), meeting_zone())
    assert slot["title"] == "You present: Supply"
    assert f"{begins:%H:%M} Pacific, 20 minutes." in slot["why"]
    assert client.get(slot["url"]).status_code == 200
    assert [row["title"] for row in response.context["cards"][0]["items"]] == ["Supply"]
    for hidden in (CANARY, meeting.place, "Reserved", "xecutive session"):
        assert hidden not in response.content.decode()


def meeting_zone():
    from governance.records.models import Company

    return Company.current().zone


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_office_is_told_what_is_to_be_arranged(who, cast, secretary, client, now):
    scheduled(by=secretary, at=now, name="Q4 Board meeting")
    drafted(by=secretary, at=now, hours=500, name="Q1 Board meeting")
    told = [title for title in needs(client, cast[who]) if not title.startswith("Say")]
    works = who == "secretary"
    expected = ["Give notice of the Q4 Board meeting", "Schedule the Q1 Board meeting"]
    assert told == (expected if works else [])


@pytest.mark.parametrize("days, due", [(45, True), (46, False)])
def test_g_mtg_01_an_unplanned_quarter_is_told_to_those_who_see_to_it(days, due, cast, client, now):
    quarter_that_ends_in(days, now)
    told = [who for who in EVERYBODY if needs(client, cast[who])]
    assert set(told) == ({"secretary", "chair", "lead_director"} if due else set())


def quarter_that_ends_in(days, now):
    end = timezone.localdate(now, meeting_zone()) + timedelta(days=days)
    year = FiscalYear.objects.create(label="Invented", start=end - timedelta(days=80), end=end)
    return year.quarters.create(number=1, start=year.start, end=end)


@pytest.mark.parametrize("kind", ["regular", "special"])
@pytest.mark.parametrize("who", ["chair", "secretary"])
def test_g_mtg_01_a_regular_meeting_that_is_planned_answers_it(who, kind, cast, client, now):
    """A draft is enough, and the chair is not told of it; a special one has to be held."""
    quarter_that_ends_in(30, now)
    drafted(by=cast["secretary"], at=now, hours=500, kind=kind)
    title = "The Board has not met this quarter"
    assert (title in needs(client, cast[who])) == (kind == "special")


def test_g_mtg_01_a_special_meeting_that_was_held_asks_for_nothing_more(cast, client, now):
    quarter_that_ends_in(30, now)
    people = [cast[name].person for name in DIRECTORS]
    held = in_session(people, by=cast["secretary"], at=now, kind="special")
    operations.adjourn(held, by=cast["chair"], at=now)
    assert "The Board has not met this quarter" not in needs(client, cast["chair"])


def test_the_notice_of_a_meeting_far_away_can_wait(cast, secretary, client, now):
    scheduled(by=secretary, at=now, hours=24 * 40)
    assert needs(client, secretary) == []


def test_a_letter_that_could_not_be_sent_is_the_secretarys_to_see(cast, meeting, client, now):
    letters = Notice.objects.filter(kind="meeting_noticed")
    assert letters.count() >= 2
    for state in ("sending", "failed"):
        letters.update(state=state, claimed_at=now, error="550 no such mailbox")
    number = letters.count()
    said = needs(client, cast["secretary"])[-1]
    assert said.endswith("letters may not have arrived")
    assert today(client, cast["administrator"]).context["system"][2]["value"] == number
    assert not any("letter" in title for title in needs(client, cast["assistant_secretary"]))


def test_so_is_one_that_came_back_or_of_which_nobody_knows(cast, meeting, client, now):
    letters = Notice.objects.filter(kind="meeting_noticed")
    first = letters.first().pk
    letters.filter(pk=first).update(state="sending", claimed_at=now)
    assert not any("letter" in title for title in needs(client, cast["secretary"]))
    letters.filter(pk=first).update(claimed_at=now - timedelta(minutes=11))
    assert needs(client, cast["secretary"])[-1] == "One letter may not have arrived"
    letters.filter(pk=first).update(state="returned", sent_at=now, error="The letter came back.")
    assert needs(client, cast["secretary"])[-1] == "One letter may not have arrived"


def test_a_letter_that_may_be_missing_comes_before_what_can_wait(cast, meeting, client, now):
    secretary = cast["secretary"]
    facts = {"presenter": secretary.person, "by": secretary, "at": now}
    operations.add_item(meeting, title="Minutes", **facts)
    for state in ("sending", "failed"):
        Notice.objects.filter(kind="meeting_noticed").update(
            state=state, claimed_at=now, error="550 no such mailbox"
        )
    missing, presents = needs(client, secretary)
    assert missing.endswith("may not have arrived") and presents == "You present: Minutes"


def test_the_administrator_sees_numbers_and_no_content(cast, meeting, secretary, client, now):
    operations.add_item(meeting, title=CANARY, by=secretary, at=now)
    response = today(client, cast["administrator"])
    assert [fact["label"] for fact in response.context["system"]] == [
        "Letters waiting",
        "Being sent",
        "Could not be sent",
    ]
    assert response.context["cards"] == []
    assert response.context["happened"] == []
    assert "Board meeting" not in response.content.decode()


# --- The next meeting, and the door behind it --------------------------------------------------


def test_the_next_meeting_has_its_hours_place_and_agenda(cast, meeting, secretary, client, now):
    operations.add_item(meeting, title="Finance update", by=secretary, at=now, minutes=75)
    operations.add_item(meeting, title="The plan", by=secretary, at=now, purpose="decide")
    card = today(client, cast["director"]).context["cards"][0]
    assert card["eyebrow"] == "Next meeting, in 4 days"
    assert card["when"].endswith("Pacific · The invented boardroom and by telephone")
    begins = [timezone.localtime(at, meeting_zone()) for at in (meeting.starts_at,)]
    assert card["items"][0] == {"at": f"{begins[0]:%H:%M}", "title": "Finance update"}
    later = begins[0] + timedelta(minutes=75)
    assert card["items"][1] == {
        "at": f"{later:%H:%M}",
        "title": "The plan",
        "kind": "vote",
        "says": "Vote",
    }


def test_the_boards_own_meeting_stands_beside_a_committees(cast, meeting, secretary, client, now):
    audit = Committee.objects.get(kind=Kind.AUDIT)
    scheduled(by=secretary, at=now, committee=audit, hours=70)
    cards = today(client, cast["lead_director"]).context["cards"]
    assert [card["name"] for card in cards] == ["Audit Committee meeting", "Q4 Board meeting"]
    assert cards[1]["eyebrow"] == "Next Board meeting, in 4 days"
    assert cards[0]["door"] is None
    assert cards[1]["door"]["url"] == meeting.executive_session.get_absolute_url()
    others = today(client, cast["director"]).context["cards"]
    assert [card["name"] for card in others] == ["Q4 Board meeting"]


def test_what_is_under_way_is_a_card_only_when_nothing_is_called(cast, under_way, client):
    (card,) = today(client, cast["director"]).context["cards"]
    assert card["eyebrow"] == "Under way"


def test_a_long_agenda_is_shown_in_brief(cast, meeting, secretary, client, now):
    for number in range(12):
        operations.add_item(meeting, title=f"Item {number}", by=secretary, at=now)
    items = today(client, cast["director"]).context["cards"][0]["items"]
    assert len(items) == page_module.MOST_SLOTS + 1
    assert items[-1]["title"] == "and 5 more items"


@pytest.mark.parametrize("who", INDEPENDENT)
def test_independent_directors_find_the_door(who, cast, meeting, client):
    door = today(client, cast[who]).context["cards"][0]["door"]
    assert door["url"] == meeting.executive_session.get_absolute_url()
    assert ("You preside" in door["says"]) is (who == "lead_director")


@pytest.mark.parametrize("who", ["chair", "chief_executive", "secretary"])
def test_an_hour_is_reserved_for_those_who_may_know_that_it_is_taken(who, cast, meeting, client):
    response = today(client, cast[who])
    assert response.context["cards"][0]["items"][-1]["title"] == "Reserved"
    assert response.context["cards"][0]["door"] is None
    assert str(meeting.executive_session.pk) not in response.content.decode()
    assert "xecutive session" not in response.content.decode()


def test_the_assistant_secretary_does_not_even_see_the_hour(cast, meeting, client):
    assert "Reserved" not in today(client, cast["assistant_secretary"]).content.decode()


@pytest.fixture
def session(cast, under_way, secretary, now):
    """The Board has adjourned; the independent directors may go in, and have something to say."""
    operations.adjourn(under_way, by=cast["chair"], at=now)
    session = under_way.executive_session
    session.refresh_from_db()
    note_matters(session, text=CANARY, by=cast["lead_director"], at=now)
    return session


@pytest.mark.parametrize("who", INDEPENDENT)
def test_a_session_that_may_begin_needs_the_independent_directors(who, cast, session, client):
    first = today(client, cast[who]).context["needs"][0]
    assert first["title"] == "The executive session may begin"
    assert first["url"] == session.get_absolute_url()
    assert ("You preside." in first["why"]) is (who == "lead_director")
    assert "Executive session ready to begin" in happened(client, cast[who])


@pytest.mark.parametrize("who", NOT_BEHIND_THE_DOOR)
def test_nobody_else_sees_a_trace_of_it(who, cast, session, client):
    response = today(client, cast[who])
    for trace in (CANARY, str(session.pk), "xecutive session", "You preside"):
        assert trace not in response.content.decode()


def without_tokens(response):
    """The page as it is read: its form's token differs each time."""
    lines = response.content.decode().splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize("who", ["chair", "chief_executive", "secretary", "administrator"])
def test_two_worlds_with_and_without_what_is_said_behind_the_door_look_the_same(
    who, cast, session, client, now
):
    first = without_tokens(today(client, cast[who]))
    session.refresh_from_db()
    # In the other world nobody ever went in, and nothing was noted.
    ExecutiveSession.objects.filter(pk=session.pk).update(sealed_matters=b"")
    for _ in range(12):
        Entry.objects.create(
            subject_label="meetings.executivesession",
            subject_id=session.pk,
            move="open",
            source="ready",
            target="in_session",
            at=now,
        )
    assert without_tokens(today(client, cast[who])) == first


# --- What happened -----------------------------------------------------------------------------


def test_what_happened_is_told_in_sentences_the_latest_first(
    cast, under_way, secretary, client, now
):
    motion = voting(under_way, mover=cast["chair"].person, by=secretary, at=now)
    for who in ("director", "chair", "lead_director", "audit_chair", "audit_member"):
        cast_ballot(motion, choice="for", by=cast[who], at=now, digest=motion.digest, method="demo")
    close_vote(motion, by=secretary, at=now + timedelta(seconds=1))
    operations.adjourn(under_way, by=cast["chair"], at=now + timedelta(seconds=2))
    assert sorted(happened(client, cast["director"])[:2]) == [
        "Executive session ready to begin",
        "Q4 Board meeting adjourned",
    ]
    # Of each thing the last is told: it was put and voted on, and it is carried now.
    assert happened(client, cast["chair"]) == [
        "Q4 Board meeting adjourned",
        "Motion “Approve the plan” carried",
    ]


def test_a_vote_and_a_notice_are_told_as_what_was_done(cast, under_way, secretary, client, now):
    noticed(by=secretary, at=now, name="Q1 Board meeting")
    voting(under_way, mover=cast["chair"].person, by=secretary, at=now)
    assert sorted(happened(client, cast["chair"])) == [
        "Notice given of the Q1 Board meeting",
        "Q4 Board meeting called to order",
        "Vote opened on “Approve the plan”",
    ]


def test_what_happened_in_a_committee_is_told_to_its_members(cast, under_way, secretary, client):
    assert happened(client, cast["outsider"]) == []
    assert happened(client, cast["manager"]) == []


def test_no_more_is_told_than_a_glance_takes(cast, secretary, client, now):
    for hours in range(20):
        scheduled(by=secretary, at=now, hours=100 + hours)
    assert len(happened(client, cast["director"])) == happenings.MOST_HAPPENINGS


def test_coming_back_tells_what_happened_since_the_visit_before(
    cast, secretary, client, now, time_machine
):
    now = timezone.localtime(now, meeting_zone()).replace(hour=12)
    time_machine.move_to(now, tick=False)
    client.force_login(cast["director"])
    scheduled(by=secretary, at=now - timedelta(days=2), name="An old meeting")
    told = [event["what"] for event in client.get("/").context["happened"]]
    assert told == ["An old meeting scheduled"]
    # Looking again within the visit loses nothing.
    time_machine.move_to(now + timedelta(minutes=5), tick=False)
    assert len(client.get("/").context["happened"]) == 1
    time_machine.move_to(now + timedelta(hours=3), tick=False)
    scheduled(by=secretary, at=now + timedelta(hours=2), name="A new meeting")
    response = client.get("/")
    assert [event["what"] for event in response.context["happened"]] == ["A new meeting scheduled"]
    assert response.context["since"].startswith("since ")


@pytest.mark.parametrize("days, said", [(1, "1 day"), (3, "3 days"), (14, "14 days")])
def test_how_long_one_was_away_is_said_in_days(days, said, now):
    assert happenings.said_since(now - timedelta(days=days), now) == said


# --- The questions are written once ------------------------------------------------------------


def test_a_lost_seat_ends_the_right_with_the_next_request(cast, secretary, client, now):
    audit = Committee.objects.get(kind=Kind.AUDIT)
    scheduled(by=secretary, at=now, committee=audit)
    member = cast["audit_member"]
    assert len(needs(client, member)) == 1
    seat = Seat.objects.get(person=member.person, committee=audit)
    seat.until = timezone.localdate(now, meeting_zone())
    seat.save()
    assert needs(client, member) == []


def test_lost_independence_shuts_the_door_with_the_next_request(cast, meeting, client, now):
    director = cast["director"]
    assert today(client, director).context["cards"][0]["door"]
    DeterminationFactory(
        person=director.person,
        independent=False,
        determined_on=timezone.localdate(now, meeting_zone()),
    )
    context = today(client, director).context
    assert context["cards"][0]["door"] is None
    assert context["cards"][0]["items"][-1]["title"] == "Reserved"


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_question_about_what_came_since_is_written_once(who, cast, under_way, secretary, now):
    voting(under_way, mover=cast["chair"].person, by=secretary, at=now)
    reader = User.objects.get(pk=cast[who].pk)
    asking.write.cache_clear()
    for days in (14, 7, 0, -1):
        since = now - timedelta(days=days)
        asked = ask(happenings.news, reader, instant=since)
        assert [row.pk for row in asked] == [row.pk for row in happenings.news(reader, since)]
    assert asking.write.cache_info().misses == 1


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_written_question_has_the_answer_of_its_queryset(who, cast, under_way, secretary, now):
    voting(under_way, mover=cast["chair"].person, by=secretary, at=now)
    scheduled(by=secretary, at=now, committee=Committee.objects.get(kind=Kind.AUDIT))
    submit_request(title=CANARY, by=cast["director"], at=now)
    since = now - timedelta(days=14)
    for question, facts in (
        (page_module.coming, ()),
        (needs_module.awaiting, ()),
        (page_module.doors, ((under_way.pk,),)),
        (page_module.hours, ((under_way.pk,),)),
        (page_module.doors, ((),)),
        (happenings.news, (since,)),
        (needs_module.unplanned, (meeting_zone(),)),
        (needs_module.unanswered_requests, (meeting_zone(),)),
    ):
        reader = User.objects.get(pk=cast[who].pk)
        plain = question(reader, *facts)
        asked = ask(question, reader, *facts)
        assert sorted(row.pk for row in asked) == sorted(row.pk for row in plain)
        assert [sorted(vars(row)) for row in asked] == [sorted(vars(row)) for row in plain]


# --- What it costs -----------------------------------------------------------------------------


def cost(client, user):
    today(client, user)
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    return len(asked)


@pytest.mark.parametrize("who", ["director", "lead_director", "secretary", "chief_executive"])
def test_more_rows_cost_no_more_queries(who, cast, secretary, client, now):
    def add(number):
        present = [cast[name].person for name in DIRECTORS]
        meeting = in_session(present, by=secretary, at=now, hours=48 + number)
        for _ in range(3):
            voting(meeting, mover=cast["chair"].person, by=secretary, at=now)
        drafted(by=secretary, at=now, hours=200 + number)
        noticed(by=secretary, at=now, hours=100 + number)
        submit_request(title=f"Item {number}", by=cast["director"], at=now)

    add(1)
    before = cost(client, cast[who])
    for number in range(2, 6):
        add(number)
    assert cost(client, cast[who]) == before <= 19


@pytest.mark.parametrize("who", ["outsider", "administrator"])
def test_a_page_without_content_costs_next_to_nothing(who, cast, meeting, client):
    assert cost(client, cast[who]) <= 9
