"""The admin of the outbox: the secretary sees what ordinary letters came to, and what was kept."""

import dataclasses
import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.urls import reverse

from governance.notices import kinds
from governance.notices.admin import how_far
from governance.notices.delivering import deliver
from governance.notices.models import IN_DOUBT_AFTER, Letter, Notice
from governance.people.mail import tell_of_invitation
from tests.notices.conftest import call

pytestmark = pytest.mark.django_db

NOTICES = reverse("admin:notices_notice_changelist")
LETTERS = reverse("admin:notices_letter_changelist")


@pytest.fixture(autouse=True)
def kept(settings, session, now):
    settings.EMAIL_BACKEND = "governance.notices.keeping.Backend"
    deliver(now)


@pytest.fixture
def secretary(client, cast):
    client.force_login(cast["secretary"])
    return client


def rows(page):
    return list(page.context["cl"].result_list)


@pytest.mark.parametrize("where", [NOTICES, LETTERS])
@pytest.mark.parametrize(
    "who, status",
    [
        ("secretary", 200),
        ("assistant", 403),
        ("administrator", 403),
        ("chief_executive", 404),
        ("ada", 404),
        ("stranger", 404),
    ],
)
def test_who_opens_the_outbox(who, status, where, client, cast):
    client.force_login(cast[who])
    assert client.get(where).status_code == status


def test_the_secretary_sees_ordinary_letters_and_no_trace_of_sealed_ones(secretary, cast):
    page = secretary.get(NOTICES)
    assert {notice.kind for notice in rows(page)} == {"meeting_scheduled"}
    assert page.context["cl"].full_result_count == 3
    body = page.content.decode().lower()
    for word in ("session", "presider"):
        assert f"{word} " not in body.replace("session ended", "")
    assert {letter.notice.kind for letter in rows(secretary.get(LETTERS))} == {"meeting_scheduled"}


def test_two_worlds_look_the_same_to_the_secretary(secretary):
    def worlds():
        for where in (NOTICES, LETTERS, f"{NOTICES}?q=ada", f"{NOTICES}?attention=any"):
            page = secretary.get(where)
            yield [row.pk for row in rows(page)], page.context["cl"].full_result_count

    with_sealed = list(worlds())
    Letter.objects.filter(notice__kind="session_set").delete()
    Notice.objects.filter(kind="session_set").delete()
    assert list(worlds()) == with_sealed


@pytest.mark.parametrize("query", ["kind=session_set", "q=session", "state__exact=sent"])
def test_no_filter_and_no_search_leads_to_a_sealed_notice(query, secretary):
    page = secretary.get(f"{NOTICES}?{query}")
    assert not [row for row in rows(page) if row.kind == "session_set"]


@pytest.mark.parametrize("model", [Notice, Letter])
def test_a_sealed_row_cannot_be_opened(model, secretary, session):
    kind = "kind" if model is Notice else "notice__kind"
    sealed = model.objects.filter(**{kind: "session_set"}).first()
    name = f"admin:notices_{model._meta.model_name}_change"
    there = secretary.get(reverse(name, args=[sealed.pk]))
    nowhere = secretary.get(reverse(name, args=[session.pk]))
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content


@pytest.mark.parametrize("model", [Notice, Letter])
def test_nothing_is_added_changed_or_deleted_here(model, secretary):
    name = f"admin:notices_{model._meta.model_name}"
    row = model.objects.visible_to(rows_reader(secretary)).first()
    assert secretary.get(reverse(f"{name}_add")).status_code == 403
    assert secretary.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    assert secretary.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403


def rows_reader(client):
    return client.get(NOTICES).context["user"]


def test_a_kept_letter_is_shown_as_it_was_sent(secretary):
    letter = Letter.objects.get(notice__kind="meeting_scheduled", to="ada@example.com")
    body = secretary.get(reverse("admin:notices_letter_change", args=[letter.pk])).content.decode()
    assert f"Message-ID: {letter.notice.message_id}" in html.unescape(body)
    assert "Dear Ada Example," in body
    assert "Auto-Submitted: auto-generated" in body
    frame = body.partition("<iframe")[2].partition("</iframe>")[0]
    assert frame.startswith(" sandbox srcdoc=")
    assert html.escape("<!doctype html>") in frame
    assert "<html" not in frame


def test_a_kept_letter_shows_what_it_says_to_its_readers_calendar(secretary):
    letter = Letter.objects.get(notice__kind="meeting_scheduled", to="ada@example.com")
    body = secretary.get(reverse("admin:notices_letter_change", args=[letter.pk])).content.decode()
    assert "METHOD:REQUEST" in body
    assert "BEGIN:VTIMEZONE" in body
    letter.raw = (
        b"Subject: x\nContent-Type: text/calendar; method=REQUEST\n\n"
        b"SUMMARY:</pre><script>alert(1)</script>"
    )
    letter.save()
    body = secretary.get(reverse("admin:notices_letter_change", args=[letter.pk])).content.decode()
    assert "SUMMARY:" in body
    assert "<script>alert" not in body


def test_a_letter_cannot_run_anything_in_the_admin(secretary, cast):
    Letter.objects.filter(notice__kind="meeting_scheduled").update(
        raw=b'Subject: x\nContent-Type: text/html\n\n"><script>alert(1)</script>'
    )
    letter = Letter.objects.filter(notice__kind="meeting_scheduled").first()
    body = secretary.get(reverse("admin:notices_letter_change", args=[letter.pk])).content.decode()
    assert "<script>alert" not in body
    assert "This letter has no HTML" not in body
    letter.raw = b"Subject: <b>x</b>\n\n</pre><script>alert(1)</script> https://example.com"
    letter.save()
    body = secretary.get(reverse("admin:notices_letter_change", args=[letter.pk])).content.decode()
    assert "<script>alert" not in body
    assert "<b>x</b>" not in body
    assert '<a href="https://example.com"' in body
    assert "This letter has no HTML" in body
    assert "This letter says nothing to a calendar" in body


def test_an_invitation_is_found_in_the_demo(secretary, cast):
    tell_of_invitation(cast["stranger"], "a-one-time-link")
    letter = Letter.objects.get(notice=None)
    page = secretary.get(reverse("admin:notices_letter_change", args=[letter.pk]))
    assert "a-one-time-link" in page.content.decode()


def test_failed_letters_are_sent_again_from_the_list(secretary, meeting, now):
    waiting = Notice.objects.filter(subject_id=meeting.pk)
    waiting.update(state="sending", claimed_at=now)
    waiting.update(state="failed", error="The mail server answered 554")
    page = secretary.get(f"{NOTICES}?attention=failed")
    assert {row.pk for row in rows(page)} == set(waiting.values_list("pk", flat=True))
    sent = Notice.objects.visible_to(rows_reader(secretary)).filter(state="sent").first()
    chosen = [*waiting.values_list("pk", flat=True), sent.pk]
    answer = secretary.post(
        NOTICES, {"action": "send_letters_again", "_selected_action": chosen}, follow=True
    )
    said = [str(message) for message in answer.context["messages"]]
    assert len([line for line in said if line.endswith("is sent again.")]) == 3
    assert len([line for line in said if "is on its way, has arrived" in line]) == 1
    assert set(waiting.values_list("state", flat=True)) == {"queued"}


def test_what_came_back_is_listed_and_sent_again(secretary, meeting, now):
    back = Notice.objects.filter(subject_id=meeting.pk)
    back.update(state="sending", claimed_at=now)
    back.update(state="returned", sent_at=now, error="The letter came back: 5.1.1")
    for asked in ("returned", "any"):
        page = secretary.get(f"{NOTICES}?attention={asked}")
        assert {row.pk for row in rows(page)} == set(back.values_list("pk", flat=True))
        assert "The letter came back: 5.1.1." in page.content.decode()
    assert not rows(secretary.get(f"{NOTICES}?attention=failed"))
    chosen = list(back.values_list("pk", flat=True))
    secretary.post(NOTICES, {"action": "send_letters_again", "_selected_action": chosen})
    again = back.values_list("state", "sent_at", "error", "attempts")
    assert set(again) == {("queued", None, "", 0)}


def page_of(notice, page="change", *args):
    return reverse(f"admin:notices_notice_{page}", args=[notice.pk, *args])


def test_the_page_of_one_letter_sends_it_again(secretary, meeting, now):
    notice = Notice.objects.filter(subject_id=meeting.pk).first()
    again = page_of(notice, "step", "send-again")
    assert again not in secretary.get(page_of(notice)).content.decode()
    Notice.objects.filter(pk=notice.pk).update(state="sending", claimed_at=now)
    Notice.objects.filter(pk=notice.pk).update(state="failed", error="The mail server answered 554")
    assert again in secretary.get(page_of(notice)).content.decode()
    asked = html.unescape(secretary.get(again).content.decode())
    assert f"To {notice.reader}: A meeting was set. The mail server answered 554." in asked
    name = notice.message_id
    answer = secretary.post(again, follow=True)
    notice.refresh_from_db()
    assert (notice.state, notice.message_id) == ("queued", name)
    assert [str(one) for one in answer.context["messages"]] == [
        f"The letter to {notice.reader} is sent again."
    ]
    answer = secretary.post(again, follow=True)
    assert "That is not possible now" in str(next(iter(answer.context["messages"])))


@pytest.mark.parametrize(
    "who, status",
    [("assistant", 404), ("administrator", 404), ("chief_executive", 404), ("ada", 404)],
)
def test_nobody_else_sends_a_letter_again(who, status, client, cast, meeting, now):
    notice = Notice.objects.filter(subject_id=meeting.pk).first()
    Notice.objects.filter(pk=notice.pk).update(state="sending", claimed_at=now)
    Notice.objects.filter(pk=notice.pk).update(state="failed", error="The mail server answered 554")
    client.force_login(cast[who])
    assert client.post(page_of(notice, "step", "send-again")).status_code == status
    notice.refresh_from_db()
    assert notice.state == "failed"


def test_a_sealed_letter_is_not_sent_again_by_its_address(secretary, session, now):
    sealed = Notice.objects.filter(kind="session_set").first()
    Notice.objects.filter(pk=sealed.pk).update(
        state="returned", error="The letter came back: 5.1.1"
    )
    there = secretary.post(page_of(sealed, "step", "send-again"))
    nowhere = secretary.post(page_of(session, "step", "send-again"))
    assert there.status_code == nowhere.status_code == 404
    sealed.refresh_from_db()
    assert sealed.state == "returned"


def test_kinds_of_letters_are_said_in_plain_words(secretary, meeting):
    notice = Notice.objects.filter(subject_id=meeting.pk).first()
    for where in (NOTICES, page_of(notice), page_of(notice, "step", "send-again")):
        body = secretary.get(where, follow=True).content.decode()
        assert "A meeting was set" in body
        shown = {words.strip() for words in re.findall(r">([^<>]+)<", body)}
        for name in (kind.name for kind in kinds.every()):
            assert not {name, name.replace("_", " ").capitalize()} & shown


def test_a_letter_of_a_kind_that_no_room_declares_any_more_is_still_listed(secretary, cast, now):
    kind = dataclasses.replace(kinds.find("meeting_scheduled"), name="long_gone")
    notice = Notice.of(kind, cast["secretary"].person, cast["secretary"], "once")
    notice.save()
    assert "A letter of a kind that is not written any more" in (
        secretary.get(NOTICES).content.decode()
    )


@pytest.mark.parametrize(
    "facts, sentence",
    [
        ({"state": "queued"}, "Waits to be sent."),
        (
            {"state": "queued", "error": "The mail server answered 451", "next_try_at": 6},
            "Waits, and is tried again on Tue 24 Nov, 12:06. The mail server answered 451.",
        ),
        ({"state": "sending", "claimed_at": 0}, "It is being handed over."),
        (
            {"state": "sending", "claimed_at": -10},
            "In doubt: it may have arrived, and nobody can say.",
        ),
        ({"state": "sent", "sent_at": 0}, "Sent on Tue 24 Nov, 12:00."),
        ({"state": "failed", "error": "The mail server answered 554"}, "The mail server answered"),
        ({"state": "returned", "error": "The letter came back: 5.1.1"}, "The letter came back"),
        ({"state": "queued", "next_try_at": 6}, "Goes on Tue 24 Nov, 12:06, with what else"),
        ({"state": "gathered"}, "Waits for the reader’s letter of the day."),
        ({"state": "inbox"}, "In the reader’s inbox, without a letter"),
        (
            {
                "state": "inbox",
                "daily_letter": Notice(kind="daily_letter", state="returned", error="It came back"),
            },
            "Left to the reader’s letter of the day. It came back.",
        ),
        (
            {"state": "withheld", "claimed_at": 0},
            "Withheld: the reader may not know of it any more.",
        ),
        ({"state": "withheld"}, "Withheld: it was taken back before it left."),
    ],
)
def test_each_letter_says_in_a_sentence_how_far_it_has_come(facts, sentence, time_machine):
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    time_machine.move_to(noon, tick=False)
    minutes = ("claimed_at", "sent_at", "next_try_at")
    at = {name: noon + timedelta(minutes=facts[name]) for name in minutes if name in facts}
    assert how_far(Notice(**facts | at), noon).startswith(sentence)


def test_nobody_sees_by_a_letter_of_the_day_whether_its_reader_had_opened_everything(now):
    said = {
        how_far(Notice(state="inbox", daily_letter=Notice(state=state, sent_at=now)), now)
        for state in ("queued", "sent", "withheld")
    }
    assert said == {"Left to the reader’s letter of the day."}


def test_what_is_in_doubt_is_listed(secretary, meeting, now):
    waiting = Notice.objects.filter(subject_id=meeting.pk)
    waiting.update(state="sending", claimed_at=now)
    assert rows(secretary.get(f"{NOTICES}?attention=in_doubt")) == []
    waiting.update(claimed_at=now - IN_DOUBT_AFTER)
    assert len(rows(secretary.get(f"{NOTICES}?attention=in_doubt"))) == 3


@pytest.mark.parametrize("where", [NOTICES, LETTERS])
def test_a_list_takes_as_many_queries_for_many_letters_as_for_few(
    where, secretary, cast, now, django_assert_num_queries
):
    secretary.get(where)  # the first page of a session notes that it began
    with django_assert_num_queries(7):
        assert len(rows(secretary.get(where))) == 3
    call("special", by=cast["secretary"], at=now)
    deliver(now)
    with django_assert_num_queries(7):
        assert len(rows(secretary.get(where))) == 6


@pytest.mark.parametrize("model", [Notice, Letter])
def test_lists_start_from_what_is_visible(model):
    assert admin.site.get_model_admin(model).starts_from_visible_to
