"""Any director may ask for an item, and every request is answered (M-02, G-AGD-02)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from governance.meetings import attending, operations, requests
from governance.meetings.models import AgendaRequest
from governance.notices.models import Notice
from governance.refusals import Refused
from tests.factories import meetings

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


@pytest.fixture
def meeting(cast, now):
    """A Board meeting four days ahead: its agenda is locked tomorrow at this hour."""
    return meetings.noticed(by=cast["secretary"], at=now)


def asked(cast, at, who="director", **facts):
    told = {"title": "The invented port strike", **facts}
    return requests.submit_request(by=cast[who], at=at, **told)


def held(
    cast, meeting, at, names=("director", "chair", "lead_director", "audit_chair", "audit_member")
):
    for name in names:
        attending.record_arrival(
            meeting, cast[name].person, mode="in_person", by=cast["secretary"], at=at
        )
    return operations.call_to_order(meeting, by=cast["chair"], at=at)


def test_p_26_a_late_request_is_taken_and_answered_by_the_start(cast, meeting):
    at = meeting.starts_at - 24 * HOURS
    request = asked(cast, at)
    assert request.late and request.meeting == meeting
    assert request.due_at == meeting.starts_at
    assert requests.disposition(request, at).status == "upcoming"
    for why in ("no", "         "):
        with pytest.raises(Refused, match="ten characters"):
            requests.decline(request, why=why, by=cast["chair"], at=at)
    requests.decline(request, why="needs a paper first", by=cast["chair"], at=at)
    assert request.state == "declined"
    assert requests.disposition(request, at).status == "met"
    for name in ("director", "audit_member", "chief_executive", "secretary"):
        assert request in AgendaRequest.objects.visible_to(cast[name])


def test_p_26_what_nobody_answered_stays_so_in_the_record(cast, meeting):
    request = asked(cast, meeting.starts_at - 24 * HOURS)
    held(cast, meeting, meeting.starts_at)
    late = meeting.starts_at + HOURS
    assert requests.disposition(request, late).status == "overdue"
    operations.adjourn(meeting, by=cast["chair"], at=late)
    request.refresh_from_db()
    assert request.state == "undispositioned"
    assert requests.disposition(request, late).status == "breached"


def test_in_time_means_before_the_agenda_is_locked(cast, meeting, now):
    locks = meeting.starts_at - 72 * HOURS
    in_time = asked(cast, locks - timedelta(seconds=1))
    late = asked(cast, locks, who="audit_chair")
    assert (in_time.late, in_time.due_at) == (False, locks)
    assert (late.late, late.due_at) == (True, meeting.starts_at)


def test_what_is_asked_while_the_meeting_is_held_is_answered_before_it_ends(cast, meeting):
    held(cast, meeting, meeting.starts_at)
    at = meeting.starts_at + HOURS
    of_this = asked(cast, at, meeting=meeting)
    assert (of_this.due_at, of_this.late) == (None, True)
    assert requests.disposition(of_this, at + HOURS).status == "due_soon"
    # Without a meeting named it waits for the next one, not for the one under way.
    assert asked(cast, at).meeting is None


def test_every_director_may_ask_and_nobody_else(cast, meeting, now):
    for number, name in enumerate(("director", "chief_executive", "chair"), start=1):
        assert asked(cast, now, who=name).number == 1, number
    assert asked(cast, now).number == 2
    for name in ("secretary", "general_counsel", "former_director", "outsider"):
        with pytest.raises(Refused):
            asked(cast, now, who=name)
    with pytest.raises(Refused, match="a few words"):
        asked(cast, now, title="  ")
    assert AgendaRequest.objects.count() == 4


def test_it_is_put_on_the_agenda_and_the_director_is_told(cast, meeting, now):
    request = asked(cast, now)
    waiting = Notice.objects.filter(kind="request_submitted").values_list("reader", flat=True)
    assert set(waiting) == {cast[n].pk for n in ("chair", "lead_director", "secretary")}
    with pytest.raises(Refused):
        requests.include(request, by=cast["audit_chair"], at=now)
    requests.include(request, by=cast["secretary"], at=now)
    assert meeting.items.get() == request.item and request.item.title == request.title
    told = Notice.objects.get(kind="request_answered")
    assert told.reader == cast["director"]
    with pytest.raises(Refused):
        requests.withdraw_request(request, by=cast["director"], at=now)


def test_what_concerns_management_goes_past_the_office_until_it_is_answered(cast, meeting, now):
    request = asked(cast, now, concerns_management=True)
    told = Notice.objects.filter(subject_id=request.pk)
    assert {row.reader_id for row in told} == {cast[n].pk for n in ("chair", "lead_director")}
    assert not told.visible_to(cast["secretary"]), "word of it would tell that there is one"
    for name in ("secretary", "chief_executive", "audit_chair"):
        assert request not in AgendaRequest.objects.visible_to(cast[name])
    with pytest.raises(Refused):
        requests.include(request, by=cast["secretary"], at=now)
    requests.decline(
        request, why="Taken up in executive session.", by=cast["lead_director"], at=now
    )
    assert request in AgendaRequest.objects.visible_to(cast["audit_chair"])


REASONS = "canary-of-the-reasons"
EVERY_READER = ("director", "chair", "lead_director", "secretary", "chief_executive", "audit_chair")


@pytest.mark.parametrize(
    ("facts", "named_to", "reasons_to"),
    [
        (
            {"concerns_management": True, "may_be_named": False},
            {"director", "chair", "lead_director"},
            {"director", "chair", "lead_director"},
        ),
        (
            {"concerns_management": True, "may_be_named": True},
            set(EVERY_READER),
            {"director", "chair", "lead_director"},
        ),
        (
            {"may_be_named": False},
            {"director", "chair", "lead_director", "secretary"},
            {"director", "chair", "lead_director", "secretary"},
        ),
        ({"may_be_named": True}, set(EVERY_READER), set(EVERY_READER)),
    ],
)
def test_m_02_an_answer_tells_others_who_asked_and_why_as_far_as_agreed(
    cast, meeting, client, now, facts, named_to, reasons_to
):
    request = asked(cast, now, text=REASONS, **facts)
    requests.include(request, by=cast["chair"], at=now)
    name, item = cast["director"].person.name, reverse("meetings:item", args=[request.item_id])
    for who in EVERY_READER:
        client.force_login(cast[who])
        page = client.get(request.get_absolute_url())
        assert page.status_code == 200 and request.title in page.content.decode()
        told = page.content.decode().split("<main", 1)[1]
        listed = client.get("/meetings/requests/").content.decode().split("<main", 1)[1]
        for shown in (told, listed):
            assert (f"{name}, request 1" in shown) == (who in named_to), who
            assert ("A director" in shown) == (who not in named_to), who
            if who not in named_to:
                assert name not in shown and "request 1" not in shown
        assert (REASONS in told) == (who in reasons_to), who
        assert REASONS not in listed
        agenda = client.get(meeting.get_absolute_url()).content + client.get(item).content
        found = client.get("/meetings/search/", {"q": request.title}).content
        assert REASONS.encode() not in agenda + found
        assert b"request 1" not in agenda + found


def test_m_02_the_agenda_says_who_asked_when_they_tick_it_and_not_before(cast, meeting, client):
    client.force_login(cast["director"])
    assert not client.get("/meetings/requests/new/").context["form"]["may_be_named"].value()
    client.post("/meetings/requests/new/", {"title": "A port"})
    assert not AgendaRequest.objects.get().may_be_named


def test_an_ordinary_request_is_declined_by_the_chair_alone(cast, meeting, now):
    request = asked(cast, now)
    for name in ("lead_director", "secretary", "director"):
        with pytest.raises(Refused):
            requests.decline(request, why="It is too early for it.", by=cast[name], at=now)
    assert AgendaRequest.objects.get().state == "submitted"


def test_it_is_deferred_to_a_later_meeting_of_the_same_body(cast, meeting, now):
    by = {"by": cast["secretary"], "at": now}
    later = meetings.scheduled(hours=2000, **by)
    audit = cast["audit_chair"].person.seats.get().committee
    of_audit = meetings.scheduled(hours=2100, committee=audit, **by)
    request = asked(cast, now)
    for wrong in (meeting, of_audit):
        with pytest.raises(Refused, match="later meeting"):
            requests.defer(request, meeting=wrong, **by)
    requests.defer(request, meeting=later, **by)
    assert (request.state, request.meeting) == ("deferred", later)
    requests.include(request, **by)
    assert later.items.get().title == request.title


def test_the_director_raises_it_whatever_was_answered(cast, meeting, now):
    request = asked(cast, now)
    requests.decline(request, why="needs a paper first", by=cast["chair"], at=now)
    with pytest.raises(Refused, match="in session"):
        requests.raise_from_floor(request, by=cast["director"], at=now)
    held(cast, meeting, meeting.starts_at)
    with pytest.raises(Refused):
        requests.raise_from_floor(request, by=cast["chair"], at=meeting.starts_at)
    requests.raise_from_floor(request, by=cast["director"], at=meeting.starts_at)
    assert request.state == "included_from_floor"
    assert meeting.items.last().title == request.title


def test_what_waits_for_a_cancelled_meeting_waits_for_the_next(cast, meeting, now):
    by = {"by": cast["secretary"], "at": now}
    request = asked(cast, now)
    operations.cancel(meeting, why="A storm.", **by)
    request.refresh_from_db()
    assert (request.meeting, request.state) == (None, "submitted")
    following = meetings.scheduled(hours=2000, **by)
    other = asked(cast, now)
    assert other.meeting == following


def test_nobody_deletes_a_request_or_changes_its_words(cast, meeting, now):
    request = asked(cast, now)
    for act in (
        request.delete,
        lambda: AgendaRequest.objects.update(title="Another"),
        lambda: AgendaRequest.objects.update(text="Other words"),
        lambda: AgendaRequest.objects.update(requester=cast["chair"].person),
        lambda: AgendaRequest.objects.update(state="declined"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_director_asks_and_the_chair_answers_on_their_pages(cast, meeting, client):
    client.force_login(cast["director"])
    answer = client.post("/meetings/requests/new/", {"title": "A port", "meeting": meeting.pk})
    page = client.get(answer.url).content.decode()
    assert "A port" in page and "Withdraw my request" in page
    assert client.get(f"{answer.url}decline/").status_code == 403
    client.force_login(cast["chair"])
    assert "For you to answer" in client.get("/meetings/requests/").content.decode()
    refused = client.post(f"{answer.url}decline/", {"why": "no"}).content.decode()
    assert "ten characters or more" in refused
    client.post(f"{answer.url}include/")
    assert AgendaRequest.objects.get().state == "included"
    again = client.post(f"{answer.url}include/").content.decode()
    assert "not possible now" in again


def test_the_list_asks_no_more_of_many_requests(
    cast, meeting, now, client, django_assert_max_num_queries
):
    client.force_login(cast["chair"])
    for number in range(3):
        asked(cast, now, title=f"Request {number}")
    with django_assert_max_num_queries(40) as few:
        client.get("/meetings/requests/")
    for number in range(6):
        asked(cast, now, title=f"Another {number}")
    with django_assert_max_num_queries(len(few)):
        client.get("/meetings/requests/")
