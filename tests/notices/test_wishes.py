"""How a reader wants letters: at once, once a day, or of some matters not at all."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from governance.meetings.mail import (
    AGENDA_CHANGED,
    MEETING_NOTICED,
    QUARTER_UNPLANNED,
    SESSION_READY,
)
from governance.notices import inbox, kinds, mail, wishes
from governance.notices.admin import how_far
from governance.notices.delivering import deliver, send_again
from governance.notices.kinds import Kind, Matter
from governance.notices.models import DAILY_LETTERS, Notice, Preference
from governance.notices.operations import tell
from governance.people.models import User
from governance.refusals import Refused

pytestmark = pytest.mark.django_db
PAGE = "/letters/preferences/"
HOUR = timedelta(hours=1)


def again(user):
    """The account as another request has it."""
    return User.objects.get(pk=user.pk)


def told(user, kind):
    return Notice.objects.filter(reader=user, kind=kind.name).latest("created_at")


def changed(meeting, *readers, number=1):
    tell(AGENDA_CHANGED, meeting, readers=readers, occurrence=f"agenda {number}")


@pytest.mark.parametrize("matter", Matter)
def test_a_legal_notice_is_never_silenced_nor_delayed(matter, meeting, cast):
    wishes.wish(cast["ada"], daily=True, silenced=list(Matter))
    tell(MEETING_NOTICED, meeting, readers=[cast["ada"]], occurrence="revision 7")
    notice = told(cast["ada"], MEETING_NOTICED)
    assert (notice.state, notice.next_try_at, notice.quiet) == ("queued", None, False)


def test_no_legal_kind_has_a_quiet_period():
    assert not [kind for kind in kinds.every() if kind.legal and kind.quiet]
    with pytest.raises(ValueError, match="never waits"):
        Kind("waits_and_must_not", "meetings", legal=True, quiet=5)


def test_the_inbox_does_not_promise_letters_that_its_reader_does_without(cast, client):
    client.force_login(cast["ada"])
    says = "What you do without stands here alone."
    assert says not in client.get("/letters/").content.decode()
    wishes.wish(cast["ada"], daily=False, silenced=[Matter.MEETINGS])
    assert says in client.get("/letters/").content.decode()


def test_what_a_reader_does_without_is_in_the_inbox_alone(session, cast, mailoutbox, now):
    wishes.wish(cast["ada"], daily=False, silenced=[Matter.MEETINGS])
    changed(session.meeting, cast["ada"], cast["bela"])
    tell(SESSION_READY, session, readers=[cast["ada"], cast["bela"]], occurrence="revision 9")
    Notice.objects.filter(state="queued", quiet=False, kind="meeting_scheduled").delete()
    assert told(cast["ada"], AGENDA_CHANGED).state == "inbox"
    assert told(cast["ada"], SESSION_READY).state == "inbox"
    assert told(cast["bela"], AGENDA_CHANGED).state == "queued"
    deliver(now + HOUR)
    assert {letter.to[0] for letter in mailoutbox[-2:]} == {cast["bela"].email}


def test_one_letter_a_day_says_how_many_things_wait_and_nothing_else(
    meeting, session, cast, mailoutbox, now
):
    Notice.objects.all().delete()
    wishes.wish(cast["ada"], daily=True)
    changed(meeting, cast["ada"])
    tell(SESSION_READY, session, readers=[cast["ada"]], occurrence="revision 9")
    deliver(now + HOUR)
    assert mailoutbox == []
    for _ in range(2):  # a second bell makes no second letter
        mail.gather(now.date())
    deliver(now + HOUR)
    [letter] = mailoutbox
    assert letter.subject == "Your letter of the day"
    assert "Two things wait for you" in letter.body
    for word in ("session", "agenda", "independent", "meeting"):
        assert word not in letter.body.lower()
    states = Notice.objects.filter(reader=cast["ada"]).exclude(kind__in=DAILY_LETTERS)
    assert set(states.values_list("state", flat=True)) == {"inbox"}
    changed(meeting, cast["ada"], number=2)
    mail.gather(now.date())
    assert told(cast["ada"], AGENDA_CHANGED).state == "gathered", "it waits for tomorrow's"
    for days in (1, 2):
        mail.gather(now.date() + timedelta(days=days))
        deliver(now + (24 * days + 1) * HOUR)
    assert len(mailoutbox) == 2, "nothing waits, nothing is written"
    assert "One thing waits for you" in mailoutbox[-1].body


def test_the_letter_of_the_day_is_not_sent_when_all_was_read_or_may_not_be_known_any_more(
    session, cast, mailoutbox, now
):
    Notice.objects.all().delete()
    for who in ("ada", "bela"):
        wishes.wish(cast[who], daily=True)
    tell(SESSION_READY, session, readers=[cast["ada"], cast["bela"]], occurrence="revision 9")
    mail.gather(now.date())
    reader = Client()
    reader.force_login(cast["ada"])
    reader.get(told(cast["ada"], SESSION_READY).get_absolute_url())
    person = cast["bela"].person
    person.directorships.update(until=now.date() - timedelta(days=1))
    deliver(now + HOUR)
    assert mailoutbox == []
    letters = Notice.objects.filter(kind__in=DAILY_LETTERS)
    assert letters.count() == 2
    assert set(letters.values_list("state", flat=True)) == {"withheld"}


def test_the_secretary_sees_no_letter_of_the_day(session, cast, now):
    wishes.wish(cast["ada"], daily=True)
    tell(SESSION_READY, session, readers=[cast["ada"]], occurrence="revision 9")
    before = Notice.objects.visible_to(cast["secretary"]).count()
    mail.gather(now.date())
    assert Notice.objects.visible_to(cast["secretary"]).count() == before
    assert Notice.objects.visible_to(cast["ada"]).filter(kind__in=DAILY_LETTERS).exists()


# --- A letter of the day that does not arrive ---------------------------------------------------


def come_back(now):
    """Every letter of the day that was written comes back."""
    days = Notice.objects.filter(kind__in=DAILY_LETTERS)
    days.update(state="sending", claimed_at=now)
    days.update(state="returned", sent_at=now, error="The letter came back: 5.1.1")
    return days


def seen_by_secretary(user, now):
    """What the outbox shows to the Corporate Secretary, and the sentence about each."""
    rows = Notice.objects.visible_to(user)
    lost = rows.undelivered(now)
    told = {row.pk: how_far(row, now) for row in rows.select_related("daily_letter")}
    return told, set(lost.values_list("pk", flat=True)), lost.number_of_letters()


@pytest.fixture
def gathered(session, cast):
    """Two ordinary things and a sealed one wait for Ada's letter of the day."""
    Notice.objects.all().delete()
    wishes.wish(cast["ada"], daily=True)
    changed(session.meeting, cast["ada"])
    tell(QUARTER_UNPLANNED, session.meeting, readers=[cast["ada"]], occurrence="once")
    tell(SESSION_READY, session, readers=[cast["ada"]], occurrence="revision 9")
    return Notice.objects.filter(reader=cast["ada"])


def test_ordinary_things_say_that_their_letter_of_the_day_came_back(gathered, cast, now):
    mail.gather(now.date())
    come_back(now)
    told, lost, number = seen_by_secretary(cast["secretary"], now)
    assert set(told.values()) == {
        "Left to the reader’s letter of the day. The letter came back: 5.1.1."
    }
    assert (lost, len(lost), number) == (set(told), 2, 1)


def test_one_of_them_sends_the_letter_of_the_day_again_under_its_name(gathered, cast, now):
    mail.gather(now.date())
    [day] = come_back(now)
    first, second = Notice.objects.visible_to(cast["secretary"])
    again = send_again(first, by=cast["secretary"], at=now)
    assert (again.pk, again.state, again.message_id) == (day.pk, "queued", day.message_id)
    with pytest.raises(Refused, match="on its way"):
        send_again(second, by=cast["secretary"], at=now)
    assert not seen_by_secretary(cast["secretary"], now)[1]


def test_the_list_sends_one_letter_of_the_day_once(gathered, cast, client, now):
    mail.gather(now.date())
    come_back(now)
    client.force_login(cast["secretary"])
    where = "/admin/notices/notice/"
    chosen = list(Notice.objects.visible_to(cast["secretary"]).values_list("pk", flat=True))
    for asked in ("any", "returned"):
        page = client.get(f"{where}?attention={asked}")
        assert {row.pk for row in page.context["cl"].result_list} == set(chosen)
    sent = {"action": "send_letters_again", "_selected_action": chosen}
    answer = client.post(where, sent, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == ["The letter to Ada Example is sent again."]


@pytest.mark.parametrize("opened", [False, True])
def test_two_worlds_look_the_same_when_a_letter_of_the_day_comes_back(opened, gathered, cast, now):
    """With something sealed in it and without: also when it was written for that alone."""
    if opened:
        inbox.mark_read(gathered.ordinary(), cast["ada"])
    with transaction.atomic():
        mail.gather(now.date())
        come_back(now)
        with_sealed = seen_by_secretary(cast["secretary"], now)
        transaction.set_rollback(True)
    gathered.filter(kind=SESSION_READY.name).delete()
    mail.gather(now.date())
    if opened:
        deliver(now)  # nothing is left to write of
    else:
        come_back(now)
    assert seen_by_secretary(cast["secretary"], now) == with_sealed


def test_the_reader_is_told_in_the_inbox_that_the_latest_letter_did_not_arrive(
    gathered, cast, client, now
):
    def lost(who):
        client.force_login(cast[who])
        return "did not arrive" in client.get("/letters/").content.decode()

    assert not lost("ada")
    mail.gather(now.date())
    day = come_back(now)
    assert lost("ada") and not lost("bela") and not lost("secretary")
    day.update(state="queued", claimed_at=None, sent_at=None, error="")
    day.update(state="sending", claimed_at=now)
    day.update(state="sent", sent_at=now)
    assert not lost("ada")


# --- The page ------------------------------------------------------------------------------------


def test_the_page_offers_the_same_to_everybody(session, cast, client):
    pages = set()
    for who in ("ada", "chief_executive", "secretary", "administrator"):
        client.force_login(cast[who])
        answer = client.get(PAGE)
        form = answer.context["form"]
        pages.add(str(form["wanted"]) + str(form["when"]))
        assert "cannot be turned off" in answer.content.decode()
    assert len(pages) == 1


def test_every_kind_that_can_be_silenced_is_of_a_matter_that_ordinary_kinds_have_too():
    ordinary = {kind.matter for kind in kinds.every() if not kind.sealed}
    assert ordinary == set(Matter)
    assert {kind.matter for kind in kinds.every() if kind.sealed} <= ordinary


def test_what_is_kept_on_the_page_holds_from_then_on(meeting, cast, client):
    client.force_login(cast["ada"])
    wanted = [one.value for one in Matter if one != Matter.MINUTES]
    answer = client.post(PAGE, {"when": "daily", "wanted": wanted})
    assert answer.status_code == 302
    kept = Preference.objects.get()
    assert (kept.reader, kept.daily, kept.silenced) == (cast["ada"], True, ["minutes"])
    assert "checked" in str(client.get(PAGE).context["form"]["when"][1])
    changed(meeting, cast["ada"])
    assert told(cast["ada"], AGENDA_CHANGED).state == "gathered"
    for wrong in ({}, {"when": "hourly"}, {"when": "daily", "wanted": ["legal"]}):
        assert client.post(PAGE, wrong).status_code == 200
    assert Preference.objects.get().silenced == ["minutes"]


def test_preferences_are_the_readers_alone(cast):
    wishes.wish(cast["ada"], daily=True)
    for who in ("secretary", "administrator", "bela"):
        assert not Preference.objects.visible_to(cast[who]).exists()
    assert Preference.objects.visible_to(cast["ada"]).get().daily


# --- The address in a letter ---------------------------------------------------------------------


def test_one_click_without_a_session_turns_letters_into_one_a_day_and_silences_nothing(cast):
    address, stranger = wishes.address_of(cast["ada"]), Client(enforce_csrf_checks=True)
    answer = stranger.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    kept = Preference.objects.get()
    assert (kept.reader, kept.daily, kept.silenced) == (cast["ada"], True, [])
    assert stranger.post(address, {"at_once": "1"}).status_code == 200
    assert not Preference.objects.get().daily


def test_it_leaves_what_was_silenced_as_it_was(cast):
    wishes.wish(cast["ada"], daily=False, silenced=[Matter.MINUTES])
    Client().post(wishes.address_of(cast["ada"]))
    assert Preference.objects.get().silenced == ["minutes"]


def test_to_look_at_it_changes_nothing_and_tells_nothing(cast):
    answer = Client().get(wishes.address_of(cast["ada"]))
    assert answer.status_code == 200 and not Preference.objects.exists()
    page = answer.content.decode()
    assert cast["ada"].email not in page and "Ada" not in page


@pytest.mark.parametrize("spoil", [str.upper, lambda token: token[:-1], lambda token: "x" + token])
def test_an_address_that_was_not_signed_here_is_not_there(spoil, cast):
    token = wishes.signer().sign(cast["ada"].pk.hex)
    for method in ("get", "post"):
        answer = getattr(Client(), method)(f"/letters/less/{spoil(token)}/")
        assert answer.status_code == 404
    assert not Preference.objects.exists()


def test_it_opens_nothing_else_and_nothing_of_a_closed_account(cast):
    address, visitor = wishes.address_of(cast["ada"]), Client()
    visitor.post(address)
    assert visitor.get("/letters/").status_code == 302
    assert visitor.get(PAGE).status_code == 302
    User.objects.filter(pk=cast["ada"].pk).update(is_active=False)
    assert visitor.get(address).status_code == 404
