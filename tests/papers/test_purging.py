"""Notes go when it was announced, stay while a hold keeps them, and leave a certificate."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.meetings import operations
from governance.meetings.models import Meeting
from governance.minutes.models import Minutes
from governance.notices.models import Notice
from governance.papers import noting, purging
from governance.papers.models import BookRule, Certificate, Hold, Note, ReadingPlace
from governance.refusals import Refused
from governance.words import said_long_day
from tests.minutes.conftest import approved, circulated, drafted, earlier, held  # noqa: F401

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def minutes(cast, approved):  # noqa: F811
    """Approved minutes of a meeting of which two readers have notes."""
    for name in ("audit_chair", "chair"):
        write_note(approved.meeting, cast[name])
    return Minutes.objects.get(pk=approved.pk)


def write_note(meeting, by):
    noting.save_note(
        meeting,
        note_id=uuid.uuid4(),
        revision=0,
        erased=False,
        body={"kind": "note", "text": "canary", "label": "i"},
        by=by,
    )


def left():
    return Note.objects.count()


def test_notes_go_a_month_after_the_minutes_were_approved(cast, minutes):
    day = purging.purge_day(minutes.meeting)
    assert day == minutes.approved_by.day + timedelta(days=30)
    purging.announce_purges(on=day - WEEK)
    assert purging.purge_notes(on=day - timedelta(days=1)) == 0
    assert left() == 2
    assert purging.purge_notes(on=day) == 2
    assert left() == 0
    assert purging.purge_notes(on=day) == 0
    (mine,) = Certificate.objects.visible_to(cast["chair"])
    assert (mine.notes, mine.purged_on) == (1, day)
    for name in ("secretary", "lead_director"):
        assert not Certificate.objects.visible_to(cast[name]).exists()


@pytest.mark.parametrize("called_off", ["cancelled", "without a quorum"])
def test_of_a_meeting_without_minutes_notes_go_a_month_after_its_end(
    cast, client, meeting, now, called_off
):
    by = cast["secretary"]
    write_note(meeting, cast["chair"])
    assert purging.purge_day(meeting) is None
    if called_off == "cancelled":
        operations.cancel(meeting, by=by, at=now, why="Everybody was ill.")
        end, says = now, "The meeting was cancelled: your notes go on"
    else:
        end, says = meeting.starts_at, "The meeting had no quorum: your notes go on"
        operations.record_no_quorum(meeting, by=by, at=end)
    meeting = Meeting.objects.get(pk=meeting.pk)
    day = purging.purge_day(meeting)
    assert day == timezone.localdate(end) + timedelta(days=30)
    client.force_login(cast["chair"])
    address = reverse("papers:questions", args=[meeting.pk])
    assert says in client.get(address).content.decode()
    purging.announce_purges(on=day - WEEK)
    assert purging.purge_notes(on=day) == 1


def test_it_is_announced_a_week_before_to_the_readers_alone(cast, minutes):
    day = purging.purge_day(minutes.meeting)
    purging.announce_purges(on=day - timedelta(days=8))
    assert not Notice.objects.filter(kind="notes_go").exists()
    for days in (7, 6, 1):
        purging.announce_purges(on=day - timedelta(days=days))
    told = Notice.objects.filter(kind="notes_go")
    assert {one.reader for one in told} == {cast["chair"], cast["audit_chair"]}
    assert told.count() == 2
    assert not told.visible_to(cast["secretary"]).exists()


def test_nothing_goes_before_the_minutes_are_approved(cast, drafted, now):  # noqa: F811
    write_note(drafted.meeting, cast["chair"])
    purging.announce_purges(on=now.date() + timedelta(days=3000))
    assert purging.purge_notes(on=now.date() + timedelta(days=4000)) == 0
    assert left() == 1


def hold(cast, minutes, day, *, person=None, by="secretary"):
    return purging.place_hold(
        matter="An invented suit",
        person=cast[person].person if person else None,
        first=minutes.meeting.day,
        last=None,
        since=day,
        by=cast[by],
        on=day,
    )


@pytest.mark.parametrize("person, stay", [(None, 2), ("chair", 1), ("director", 0)])
def test_a_hold_keeps_the_notes_of_its_readers_until_it_is_lifted(cast, minutes, person, stay):
    day = purging.purge_day(minutes.meeting)
    purging.announce_purges(on=day - WEEK)
    row = hold(cast, minutes, day - timedelta(days=3), person=person)
    purging.purge_notes(on=day)
    assert left() == stay
    purging.lift_hold(row, until=day, by=cast["general_counsel"], on=day)
    purging.purge_notes(on=day + timedelta(days=1))
    assert left() == stay, "what was held is announced before it goes"
    purging.announce_purges(on=day + timedelta(days=1))
    purging.purge_notes(on=day + timedelta(days=7))
    assert left() == stay
    purging.purge_notes(on=day + timedelta(days=8))
    assert left() == 0


def test_a_hold_that_was_lifted_is_not_in_force_again(cast, minutes):
    """Nobody can say later that it was in force all the time; the day ahead may be another."""
    day = purging.purge_day(minutes.meeting)
    row, by = hold(cast, minutes, day), {"by": cast["secretary"]}
    for until in (day + timedelta(days=9), day + timedelta(days=2)):
        purging.lift_hold(row, until=until, on=day, **by)
    for on in (day + timedelta(days=2), day + timedelta(days=30)):
        with pytest.raises(Refused, match="It was lifted on .*Place another one"):
            purging.lift_hold(row, until=on + timedelta(days=30), on=on, **by)
    row.refresh_from_db()
    assert row.until == day + timedelta(days=2)


@pytest.mark.parametrize("person, stay", [(None, 3), ("chair", 1), ("director", 1), ("", 0)])
def test_where_a_reader_stopped_goes_with_the_notes_though_they_had_none(
    cast, minutes, person, stay
):
    for name in ("chair", "audit_chair", "director"):
        noting.keep_place(minutes.meeting, label="i", by=cast[name])
    day = purging.purge_day(minutes.meeting)
    purging.announce_purges(on=day - WEEK)
    if person != "":
        hold(cast, minutes, day - timedelta(days=3), person=person)
    purging.purge_notes(on=day - timedelta(days=1))
    purging.purge_places(on=day - timedelta(days=1))
    assert ReadingPlace.objects.count() == 3
    purging.purge_notes(on=day)
    purging.purge_places(on=day)
    assert ReadingPlace.objects.count() == stay


def test_where_a_reader_stopped_stays_as_long_as_their_notes(cast, minutes):
    noting.keep_place(minutes.meeting, label="i", by=cast["chair"])
    day = purging.purge_day(minutes.meeting)
    purging.purge_places(on=day)
    assert ReadingPlace.objects.count() == 1, "their notes were not announced"


def test_a_hold_reaches_the_meetings_of_its_period_alone(cast, minutes):
    day = purging.purge_day(minutes.meeting)
    row = hold(cast, minutes, day)
    Hold.objects.filter(pk=row.pk).update(
        first=minutes.meeting.day - timedelta(days=9), last=minutes.meeting.day - timedelta(days=1)
    )
    purging.announce_purges(on=day - WEEK)
    purging.purge_notes(on=day)
    assert left() == 0


@pytest.mark.parametrize("by", ["chair", "assistant_secretary", "administrator", "lead_director"])
def test_who_may_not_place_a_hold(cast, minutes, by):
    with pytest.raises(Refused, match="General Counsel"):
        hold(cast, minutes, minutes.meeting.day, by=by)
    assert not Hold.objects.exists()


def test_a_reader_is_told_what_becomes_of_their_notes(client, cast, minutes, now):
    meeting = Meeting.objects.get(pk=minutes.meeting_id)
    client.force_login(cast["chair"])
    page = reverse("papers:questions", args=[meeting.pk])
    assert "your notes go on" in client.get(page).content.decode()
    hold(cast, minutes, now.date())
    assert "kept for a legal matter" in client.get(page).content.decode()


def test_of_what_was_written_after_notes_went_its_own_day_is_told(cast, minutes):
    meeting, reader, day = minutes.meeting, cast["chair"], purging.purge_day(minutes.meeting)
    purging.announce_purges(on=day - WEEK)
    purging.purge_notes(on=day)
    assert "1 note went" in purging.fate_of(reader, meeting)
    write_note(meeting, reader)
    purging.announce_purges(on=day + timedelta(days=3))
    told = said_long_day(day + timedelta(days=3) + WEEK)
    assert f"your notes go on {told}" in purging.fate_of(reader, meeting)


def test_a_body_says_how_long_notes_stay(cast, minutes, now):
    on = minutes.approved_by.day
    told = {"committee": None, "may_download": True, "notes_days": 5, "by": cast["secretary"]}
    purging.set_book_rule(since=on, on=on, **told)
    assert purging.purge_day(minutes.meeting) == on + timedelta(days=5)
    with pytest.raises(Refused, match="from today on"):
        purging.set_book_rule(since=on - timedelta(days=1), on=on, **told)


def test_nothing_goes_that_was_not_announced(cast, minutes):
    day = purging.purge_day(minutes.meeting)
    assert purging.purge_notes(on=day + timedelta(days=400)) == 0
    purging.announce_purges(on=day + timedelta(days=400))
    assert purging.purge_notes(on=day + timedelta(days=406)) == 0
    assert purging.purge_notes(on=day + timedelta(days=407)) == 2


@pytest.mark.parametrize("days", [-1, 1])
def test_a_hold_is_in_force_from_today_on_and_from_no_other_day(cast, minutes, now, days):
    on = now.date()
    told = {"matter": "An invented suit", "person": None, "first": on, "last": None}
    with pytest.raises(Refused, match="from today on"):
        purging.place_hold(**told, since=on + timedelta(days=days), by=cast["secretary"], on=on)
    assert not Hold.objects.exists()


def test_the_admin_says_what_an_empty_body_and_an_empty_reader_mean(client, cast, minutes, now):
    on, by = now.date(), cast["secretary"]
    committee = cast["audit_chair"].person.seats.get().committee
    told = {"may_download": False, "notes_days": 5, "since": on, "by": by, "on": on}
    for body in (None, committee):
        purging.set_book_rule(committee=body, **told)
    hold(cast, minutes, on)
    client.force_login(by)

    def page(model, name, *args):
        address = reverse(f"admin:papers_{model}_{name}", args=args)
        return client.get(address).content.decode()

    rules = page("bookrule", "changelist")
    assert "The Board itself" in rules and committee.name in rules
    assert "The Board itself" in page("bookrule", "add")
    ours = BookRule.objects.get(committee=None)
    assert "The Board itself" in page("bookrule", "change", ours.pk)
    assert "Every reader" in page("hold", "changelist")
    assert "Empty: every reader." in page("hold", "add")
