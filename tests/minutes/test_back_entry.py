"""M-01: past meetings are entered from paper, with attendance, resolutions and minutes."""

from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.board.models import Directorship
from governance.decisions.models import Ballot, Motion
from governance.meetings import operations as meetings
from governance.meetings.models import Attendance, ExecutiveSession, Meeting
from governance.minutes import back_entry, operations
from governance.minutes.back_entry import PastItem
from governance.minutes.models import Minutes
from governance.notices.models import Notice
from governance.people.models import Person
from governance.records.models import Act, Company, Entry
from governance.refusals import Refused
from tests.decisions.conftest import PRESENT
from tests.factories import meetings as held_meetings
from tests.factories.cast import DIRECTORS

pytestmark = pytest.mark.django_db
TEXT = "RESOLVED, that the invented pier is built."
PAPER = "Minutes of the Board\n\nThe invented pier was discussed and approved.\n"


@pytest.fixture
def began(now):
    """Long ago, at an hour of its own."""
    day = Company.current().day_of(now) - timedelta(days=100)
    return datetime.combine(day, time(9), tzinfo=Company.current().zone)


@pytest.fixture
def paper(cast, began, now):
    """What is on paper, as it is entered."""
    chair = cast["chair"].person
    return {
        "committee": None,
        "kind": "regular",
        "began": began,
        "ended": began + timedelta(hours=3),
        "place": "An invented inn",
        "presided": chair,
        "attendance": {cast[name].person: "in_person" for name in PRESENT}
        | {cast["director"].person: "telephone"},
        "items": [PastItem("The invented pier", text=TEXT, mover=chair), PastItem("A report")],
        "by": cast["secretary"],
        "at": now,
    }


@pytest.fixture
def entered(paper):
    return back_entry.enter_past_meeting(**paper)


def counts():
    models = (Meeting, Attendance, Motion, Ballot, Act, Entry, Minutes, Notice, ExecutiveSession)
    return [model.objects.count() for model in models]


def refused(match, verb, *args, **facts):
    """It is refused with these words, and nothing is written."""
    before = counts()
    with pytest.raises(Refused, match=match):
        verb(*args, **facts)
    assert counts() == before


def test_it_stands_as_it_was_held(entered, cast, began, paper):
    assert (entered.state, entered.backfilled) == ("adjourned", True)
    assert (entered.convened_at, entered.adjourned_at) == (began, paper["ended"])
    assert entered.entered_on == operations.day_of(paper["at"])
    assert (entered.presided, entered.minutes) == (cast["chair"].person, 180)
    modes = dict(entered.attendances.values_list("person", "mode"))
    assert modes[cast["director"].person_id] == "telephone" and len(modes) == len(PRESENT)
    assert {row.until for row in entered.attendances.all()} == {paper["ended"]}
    motion = entered.motions.get()
    assert (motion.state, motion.text) == ("passed", TEXT)
    assert (motion.votes_for, motion.present, motion.quorum) == (6, 6, 5)
    assert Act.objects.get(source=motion.pk).day == began.date()
    assert [item.title for item in entered.items.order_by("position")] == [
        "The invented pier",
        "A report",
    ]


def test_the_record_says_when_it_was_held_and_when_it_was_written_down(entered, began):
    for entry in Entry.objects.about(entered):
        assert entry.at < began + timedelta(hours=4)
        assert entry.recorded_at - entry.at > timedelta(days=90)


def test_nobody_gets_a_letter_and_no_session_is_set(paper):
    before = Notice.objects.count()
    back_entry.enter_past_meeting(**paper)
    assert Notice.objects.count() == before
    assert not ExecutiveSession.objects.exists()


def test_it_changes_nothing_that_is_there(paper, cast, now):
    held = held_meetings.noticed(by=cast["secretary"], at=now)
    session = held.executive_session
    before = list(Meeting.objects.filter(pk=held.pk).values())
    back_entry.enter_past_meeting(**paper)
    assert list(Meeting.objects.filter(pk=held.pk).values()) == before
    assert ExecutiveSession.objects.get().state == session.state


def test_whoever_is_secretary_now_enters_what_was_held_before_their_time(paper, cast, now):
    held = cast["secretary"].person.appointments.get(office="corporate_secretary")
    since = operations.day_of(now) - timedelta(days=5)
    type(held).objects.filter(pk=held.pk).update(since=since)
    entered = back_entry.enter_past_meeting(**paper)
    assert entered.state == "adjourned" and entered.motions.get().state == "passed"


def test_against_and_abstained_are_on_paper(paper, cast):
    against = tuple(cast[name].person for name in PRESENT[:3])
    items = [
        PastItem("The pier", text=TEXT, mover=cast["chair"].person, against=against, carried=False)
    ]
    entered = back_entry.enter_past_meeting(**paper | {"items": items})
    motion = entered.motions.get()
    assert (motion.state, motion.votes_for, motion.votes_against) == ("failed", 3, 3)


def changed(paper, item, **facts):
    return paper | {"items": [PastItem("The pier", text=TEXT, **(item | facts))]}


def test_a_resolution_is_as_it_can_have_been(paper, cast):
    enter, chair = back_entry.enter_past_meeting, cast["chair"].person
    away = cast["audit_member"].person
    assert away not in paper["attendance"]
    moved = {"mover": chair}
    refused("The pier: say who moved it", enter, **changed(paper, {}))
    refused("was not there", enter, **changed(paper, {"mover": away}))
    refused("was not there", enter, **changed(paper, moved, against=(away,)))
    both = {"against": (chair,), "abstained": (chair,)}
    refused("cannot have voted against and abstained", enter, **changed(paper, moved, **both))
    refused("the paper says not carried, but 6 of 6", enter, **changed(paper, moved, carried=False))
    four = tuple(list(paper["attendance"])[:4])
    refused("the paper says carried, but 2 of 6", enter, **changed(paper, moved, abstained=four))


def test_hours_that_cannot_be_are_refused(paper, now):
    enter, began = back_entry.enter_past_meeting, paper["began"]
    refused("is not over", enter, **paper | {"ended": now + timedelta(minutes=1)})
    ahead = {"began": now + timedelta(days=2), "ended": now + timedelta(days=2, hours=1)}
    refused("is not over", enter, **paper | ahead)
    refused("ends after it began", enter, **paper | {"ended": began})
    refused("at most 24 hours", enter, **paper | {"ended": began + timedelta(hours=25)})


def test_a_body_is_in_one_meeting_at_a_time(entered, paper):
    enter = back_entry.enter_past_meeting
    later = {"began": paper["began"] + timedelta(hours=2), "ended": paper["ended"] + LATER}
    refused("There is a meeting at that hour: ", enter, **paper)
    refused("There is a meeting at that hour: ", enter, **paper | later)
    after = {"began": paper["ended"], "ended": paper["ended"] + LATER, "kind": "special"}
    assert back_entry.enter_past_meeting(**paper | after).state == "adjourned"


LATER = timedelta(hours=1)


def test_who_was_there_was_in_office(paper, cast, began):
    stranger = Person.objects.create(given_name="Ada", family_name="Stranger")
    enter, there = back_entry.enter_past_meeting, paper["attendance"]
    said = "Ada Stranger was no member of the Board on "
    refused(said, enter, **paper | {"attendance": there | {stranger: "in_person"}})
    seat = Directorship.objects.get(person=cast["director"].person)
    Directorship.objects.filter(pk=seat.pk).update(since=began.date() + timedelta(days=1))
    refused("was no member of the Board on", enter, **paper)


def test_who_presided_was_there(paper, cast):
    away = {"presided": cast["audit_member"].person}
    refused("was not there, and so did not preside", back_entry.enter_past_meeting, **paper | away)


def test_with_the_absent_named_every_member_is_accounted_for(paper, cast):
    """C8: nobody who sat on the body that day is passed over, and nobody else is named."""
    enter, away = back_entry.enter_past_meeting, away_from(paper, cast)
    refused("was a member of the Board on", enter, **paper | {"absent": away[1:]})
    stranger = Person.objects.create(given_name="Ada", family_name="Stranger")
    said = "Ada Stranger was no member of the Board on "
    refused(said, enter, **paper | {"absent": [*away, stranger]})
    assert enter(**paper | {"absent": away}).state == "adjourned"


def away_from(paper, cast):
    return [cast[name].person for name in DIRECTORS if cast[name].person not in paper["attendance"]]


def test_everything_that_cannot_be_is_told_at_once(paper, cast):
    """Whoever enters the past mends a paper once, not sentence by sentence."""
    away = cast["audit_member"].person
    items = [PastItem("One", text=TEXT), PastItem("Two", text=TEXT, mover=away)]
    with pytest.raises(back_entry.AllWrong) as told:
        back_entry.enter_past_meeting(**paper | {"items": items, "presided": away})
    wrongs = [(wrong.fact, wrong.item) for wrong in told.value.wrongs]
    assert wrongs == [("presided", None), ("mover", 0), ("mover", 1)]
    assert "One: say who moved it. Two: Audit Member was not there." in str(told.value)
    assert not Meeting.objects.exists()


def test_without_a_quorum_it_was_no_meeting(paper):
    few = dict(list(paper["attendance"].items())[:4])
    few = {paper["presided"]: "in_person"} | few
    few = dict(list(few.items())[:4])
    refused("No quorum: 5 of 9", back_entry.enter_past_meeting, **paper | {"attendance": few})


@pytest.mark.parametrize("name", ["assistant_secretary", "chair", "director", "administrator"])
def test_nobody_but_the_corporate_secretary_enters_the_past(name, paper, entered, cast, now):
    other = paper | {"by": cast[name]}
    refused("Corporate Secretary enters past", back_entry.enter_past_meeting, **other)
    facts = {"text": PAPER, "approved_on": operations.day_of(now), "by": cast[name], "at": now}
    with pytest.raises(Refused):
        back_entry.enter_paper_minutes(entered, **facts)
    assert not Minutes.objects.exists()


# --- The chair approves what was entered ---------------------------------------------------------


def test_the_chair_approves_the_entry_once(entered, cast, now):
    at = now + timedelta(minutes=1)
    for name in ("secretary", "lead_director", "director"):
        refused("may not", meetings.approve_entry, entered, by=cast[name], at=at)
    meetings.approve_entry(entered, by=cast["chair"], at=at)
    assert entered.entry_approved_by == cast["chair"].person
    entry = Entry.objects.about(entered).get(move="approve_entry")
    assert (entry.actor, entry.at) == (cast["chair"], at)
    refused("may not", meetings.approve_entry, entered, by=cast["chair"], at=at)


def test_a_meeting_that_was_held_here_has_no_entry_to_approve(cast, now):
    by, present = cast["secretary"], [cast[name].person for name in PRESENT]
    held = held_meetings.in_session(present, by=by, at=now - timedelta(hours=2))
    meetings.adjourn(held, by=cast["chair"], at=now)
    refused("may not", meetings.approve_entry, held, by=cast["chair"], at=now)


def test_its_record_is_closed_when_the_entry_is_approved_and_its_minutes_are_locked(
    entered, cast, now
):
    by = {"by": cast["secretary"], "at": now}
    refused("approves the entry first", meetings.close, entered, **by)
    meetings.approve_entry(entered, by=cast["chair"], at=now)
    refused("signed and locked first", meetings.close, entered, **by)
    minutes = paper_minutes(entered, cast, now)
    digest = minutes.current.digest
    operations.sign(minutes, digest=digest, method="password", **by)
    assert meetings.close(entered, **by).state == "closed"


# --- Its minutes ---------------------------------------------------------------------------------


def paper_minutes(meeting, cast, now):
    approved_on = operations.day_of(meeting.adjourned_at) + timedelta(days=40)
    facts = {"text": PAPER, "approved_on": approved_on, "by": cast["secretary"], "at": now}
    return back_entry.enter_paper_minutes(meeting, **facts)


def test_its_minutes_are_the_text_of_the_paper_approved_by_an_act(entered, cast, now):
    before = Notice.objects.count()
    minutes = Minutes.objects.get(pk=paper_minutes(entered, cast, now).pk)
    assert (minutes.state, minutes.on_paper, minutes.circulated_at) == ("approved", True, None)
    assert minutes.current.text == PAPER
    act = minutes.approved_by
    approved_on = operations.day_of(entered.adjourned_at) + timedelta(days=40)
    assert (act.how, act.day) == ("paper", approved_on)
    assert minutes.current.digest in act.text
    facts = {"digest": minutes.current.digest, "method": "password", "at": now}
    signature = operations.sign(minutes, by=cast["secretary"], **facts)
    assert signature.statement == operations.FROM_PAPER
    assert Minutes.objects.get(pk=minutes.pk).state == "locked"
    assert Notice.objects.count() == before


def test_minutes_from_paper_are_of_their_meeting_and_their_day(entered, cast, now):
    enter = back_entry.enter_paper_minutes
    facts = {"text": PAPER, "by": cast["secretary"], "at": now}
    held_on, today = operations.day_of(entered.adjourned_at), operations.day_of(now)
    refused("Type the text", enter, entered, approved_on=today, **facts | {"text": " \n"})
    early = held_on - timedelta(days=1)
    refused("approved then or later", enter, entered, approved_on=early, **facts)
    tomorrow = today + timedelta(days=1)
    refused("after it was taken", enter, entered, approved_on=tomorrow, **facts)
    paper_minutes(entered, cast, now)
    refused("have been drafted", enter, entered, approved_on=today, **facts)


def test_a_meeting_that_was_held_here_has_no_minutes_from_paper(cast, now):
    by, present = cast["secretary"], [cast[name].person for name in PRESENT]
    held = held_meetings.in_session(present, by=by, at=now - timedelta(hours=2))
    meetings.adjourn(held, by=cast["chair"], at=now)
    today = operations.day_of(now)
    facts = {"text": PAPER, "approved_on": today, "by": by, "at": now}
    refused("Only a past meeting", back_entry.enter_paper_minutes, held, **facts)


def test_they_can_be_put_together_from_the_record_instead(entered, cast, now):
    minutes = operations.draft(entered, by=cast["secretary"], at=now)
    said = minutes.current.text
    assert f"{cast['chair'].person.name} presided." in said and "Carried: 6 for" in said


# --- What the database refuses -------------------------------------------------------------------


def bare(rows, **facts):
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**facts)


def test_the_database_opens_no_meeting_without_notice_that_was_not_entered_later(cast, now):
    drafted = Meeting.objects.filter(pk=held_meetings.drafted(by=cast["secretary"], at=now).pk)
    bare(drafted, state="in_session", convened_at=now)
    bare(drafted, entered_on=operations.day_of(now))
    bare(drafted, presided=cast["chair"].person)


def test_the_database_keeps_what_was_entered(entered):
    with pytest.raises(DatabaseError), transaction.atomic():
        entered.attendances.all().delete()
    bare(entered.items.all(), title="Another pier")
    bare(entered.motions.all(), votes_for=1)
