"""The inbox: what a reader was told and may still know of, and what they have not opened yet."""

from datetime import timedelta

import pytest
from django.contrib.admin.sites import all_sites
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boardroom.context_processors import unread_number
from governance.committees.asking import ask_values
from governance.decisions import consents
from governance.decisions.mail import CONSENT_WAITS
from governance.meetings.mail import AGENDA_CHANGED, MEETING_NOTICED, SESSION_SET
from governance.notices import inbox, wishes
from governance.notices.kinds import Matter
from governance.notices.models import Notice, Preference, ReadMark
from governance.notices.operations import tell
from governance.people.models import User
from tests.notices.conftest import call

pytestmark = pytest.mark.django_db
PAGE = "/letters/"


def again(user):
    """The account as another request has it."""
    return User.objects.get(pk=user.pk)


def unread(user):
    reader = again(user)
    return unread_number(reader, ask_values(inbox.unread_subjects, reader, given={}))


def lines(client):
    return [(row.line, row.opened) for _, rows in client.get(PAGE).context["days"] for row in rows]


def test_the_latest_is_first_and_what_it_is_about_is_said_behind_the_door(session, cast, client):
    client.force_login(cast["ada"])
    told = lines(client)
    assert {line for line, _ in told} == {
        "A meeting was set",
        "A session of the independent directors was set",
    }
    rows = [row for _, of_day in client.get(PAGE).context["days"] for row in of_day]
    assert rows == sorted(rows, key=lambda row: row.created_at, reverse=True)
    assert str(session.meeting) in {str(row.about) for row in rows}
    assert "Unread" in client.get(PAGE).content.decode()


def test_an_empty_inbox_says_so(cast, client):
    client.force_login(cast["ada"])
    assert "No letter was written to you yet" in client.get(PAGE).content.decode()


def test_to_open_a_letter_is_to_have_read_it(session, cast, client):
    client.force_login(cast["ada"])
    assert unread(cast["ada"]) == 2
    notice = Notice.objects.get(kind="session_set", reader=cast["ada"])
    for _ in range(2):
        assert client.get(notice.get_absolute_url()).status_code == 302
        assert unread(cast["ada"]) == 1
    assert ("A session of the independent directors was set", True) in lines(client)
    assert unread(cast["bela"]) == 2


def test_all_are_marked_read_at_once_and_only_ones_own(session, cast, client):
    client.force_login(cast["ada"])
    assert client.get("/letters/read/").status_code == 405
    for _ in range(2):
        assert client.post("/letters/read/").status_code == 302
    assert unread(cast["ada"]) == 0
    assert set(ReadMark.objects.values_list("reader", flat=True)) == {cast["ada"].pk}


def test_whether_it_was_read_is_the_readers_alone(session, cast, client):
    inbox.mark_all_read(again(cast["ada"]))
    for who in ("secretary", "administrator", "bela", "stranger"):
        assert not ReadMark.objects.visible_to(cast[who]).exists()
    client.force_login(cast["secretary"])
    before = client.get("/admin/notices/notice/").content
    ReadMark.objects.all().delete()
    after = client.get("/admin/notices/notice/").content
    assert len(before) == len(after)


def test_the_secretary_opens_nobodys_letter_for_them(session, cast, client):
    """The secretary sees how it was delivered, and following its link marks nothing."""
    notice = Notice.objects.get(kind="meeting_scheduled", reader=cast["ada"])
    client.force_login(cast["secretary"])
    client.get(notice.get_absolute_url())
    assert not ReadMark.objects.exists()
    assert unread(cast["ada"]) == 2
    assert lines(client) == []


def test_what_may_not_be_known_any_more_leaves_list_and_number(session, cast, client, now):
    person = cast["ada"].person
    client.force_login(cast["ada"])
    assert len(lines(client)) == 2
    person.directorships.update(until=now.date() - timedelta(days=1))
    assert unread(cast["ada"]) == 0
    assert lines(client) == []


def test_who_joins_soon_is_asked_anew_and_not_remembered(cast, now):
    """They may sign a consent for then; the day on which they join is no part of their standing."""
    told = {"committee": None, "kind": "ordinary", "title": "A lease", "text": "RESOLVED, that."}
    consent = consents.draft_consent(**told, by=cast["secretary"], at=now)
    consent = consents.circulate(consent, by=cast["secretary"], at=now)
    joins = cast["stranger"].person.directorships
    tell(CONSENT_WAITS, consent, readers=[cast["stranger"]], occurrence="a day")
    assert unread(cast["stranger"]) == 0
    joins.create(director_class=2, since=again(cast["stranger"]).today + timedelta(days=30))
    assert unread(cast["stranger"]) == 1
    joins.update(since=again(cast["stranger"]).today + timedelta(days=90))
    assert unread(cast["stranger"]) == 0


def test_what_was_taken_back_is_not_shown(meeting, cast, now):
    from governance.meetings import operations

    tell(AGENDA_CHANGED, meeting, readers=[cast["ada"]], occurrence="agenda 1")
    operations.cancel(meeting, why="Not needed.", by=cast["secretary"], at=now)
    shown = {row.kind for row in inbox.shown(again(cast["ada"]))}
    assert shown == {"meeting_cancelled"}


def test_a_kind_that_nobody_declares_any_more_is_not_shown(session, cast, client):
    Notice.objects.filter(kind="session_set").update(kind="from_an_older_version")
    client.force_login(cast["ada"])
    assert lines(client) == [("A meeting was set", False)]
    assert unread(cast["ada"]) == 1


def test_without_letters_the_next_edit_is_told_once_the_last_was_read(meeting, cast, client):
    wishes.wish(cast["ada"], daily=False, silenced=[Matter.MEETINGS])
    mine = Notice.objects.filter(reader=cast["ada"], kind="agenda_changed")
    for number in (1, 2):
        tell(AGENDA_CHANGED, meeting, readers=[cast["ada"]], occurrence=f"agenda {number}")
    assert mine.count() == 1
    client.force_login(cast["ada"])
    client.get(mine.get().get_absolute_url())
    tell(AGENDA_CHANGED, meeting, readers=[cast["ada"]], occurrence="agenda 3")
    assert mine.count() == 2 and unread(cast["ada"]) == 2


def test_a_letter_that_waits_goes_though_it_was_read_in_the_inbox(meeting, cast, client):
    tell(AGENDA_CHANGED, meeting, readers=[cast["ada"]], occurrence="agenda 1")
    inbox.mark_all_read(again(cast["ada"]))
    assert Notice.objects.get(kind="agenda_changed").quiet


def test_what_is_the_readers_alone_is_in_no_admin_and_no_history():
    for model in (ReadMark, Preference):
        assert not any(model in site._registry for site in all_sites)
        assert not hasattr(model, "pgh_event_models") or not model.pgh_event_models
    fields = {field.name for field in Notice._meta.fields}
    assert not {name for name in fields if "read_" in name or "opened" in name}


def asked(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(queries)


def test_many_letters_cost_no_more_questions_than_few(session, cast, client, now):
    client.force_login(cast["ada"])
    page, frame = asked(client, PAGE), asked(client, "/board/")
    for number in range(6):
        other = call("regular", by=cast["secretary"], at=now + timedelta(days=number + 1))
        for again_ in range(9):
            readers, occurrence = [cast["ada"]], f"{number} {again_}"
            tell(MEETING_NOTICED, other, readers=readers, occurrence=occurrence)
            session_after = other.executive_session
            tell(SESSION_SET, session_after, readers=readers, occurrence=occurrence)
    assert asked(client, PAGE) == page
    assert asked(client, "/board/") == frame
    assert len(lines(client)) == 30
    assert client.get(PAGE).context["page"].has_next()
    assert client.get(f"{PAGE}?page=4").status_code == 200


def test_the_number_in_the_frame_is_asked_once_and_cheaply(session, cast, client):
    client.force_login(cast["ada"])
    with_two = asked(client, "/board/")
    inbox.mark_all_read(again(cast["ada"]))
    without = asked(client, "/board/")
    assert with_two - without <= 2
    entry = client.get("/board/").context["letters"]()
    assert entry["count"] == 0


def test_it_is_said_in_words_and_never_beyond_ninety_nine(session, cast, client):
    client.force_login(cast["ada"])
    entry = client.get("/board/").context["letters"]()
    assert (entry["count"], entry["count_says"]) == (2, "two letters are unread")
    for number in range(120):
        readers, occurrence = [cast["ada"]], f"{number}"
        tell(MEETING_NOTICED, session.meeting, readers=readers, occurrence=occurrence)
    entry = client.get("/board/").context["letters"]()
    assert entry["count"] == "99+"
    assert "count" not in client.get("/accounts/2fa/").context["letters"]()
