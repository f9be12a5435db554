"""The secretary's admin: who gets in, what its forms do, and where each part starts."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from governance.board.models import Determination, Directorship
from governance.committees.models import Committee, Seat
from governance.meetings.models import AgendaItem, Meeting
from governance.notices.models import Notice
from governance.people.models import Appointment, Invitation, User
from governance.records.checks import every_admin_starts_from_the_door
from tests.factories import meetings
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
OFFICE = ("secretary", "assistant_secretary", "general_counsel")
# What only the Corporate Secretary opens, and what administrators open too.
SECRETARYS = ("notices.Notice", "notices.Letter", "records.Act")
SHARED = ("people.User",)
# What only she may know of: to everybody else in the office these parts are not there (AC-OWN).
HIDDEN = (
    *("board.Fact", "board.Relative", "board.Organisation", "board.OrganisationYear"),
    *("board.ChangeReport", "board.Cycle", "board.Examination", "board.CounselInvitation"),
)
# How these stand the office may see, and nobody else.
STATUS = ("board.Questionnaire",)


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def lets_in(model, name):
    if name == "administrator":
        return model._meta.label in SHARED
    return name == "secretary" or (
        name in OFFICE and model._meta.label not in (*SECRETARYS, *HIDDEN)
    )


def answers(model, name):
    """What a part answers: 404 where it is not there, 403 to who knows of it and may not."""
    if lets_in(model, name):
        return 200
    known = name in (*OFFICE, "administrator") and model._meta.label not in (*HIDDEN, *STATUS)
    return 403 if known else 404


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_opens_which_part(name, cast, client):
    client.force_login(cast[name])
    for model in MODELS:
        expected = answers(model, name)
        found = opened(client, model)
        assert found.pop("changelist") == expected, model
        # Some parts only begin elsewhere.
        assert found.pop("add") in ((200, 403) if expected == 200 else (expected,)), model
        row = model._default_manager.visible_to(cast["secretary"]).first()
        if row:
            assert client.get(address(model, "change", row.pk)).status_code == expected, model
            works_there = name in (*OFFICE, "administrator")
            for page in ("history", "delete"):
                for ask in (client.get, client.post):
                    answer = ask(address(model, page, row.pk)).status_code
                    assert answer in ((403, 404) if works_there else (404,)), (model, page)
            assert model.objects.filter(pk=row.pk).exists(), model


def opened(client, model):
    pages = ("changelist", "add")
    return {page: client.get(address(model, page)).status_code for page in pages}


def test_an_admin_that_forgets_the_door_is_refused():
    assert every_admin_starts_from_the_door() == []
    options = admin.site._registry[Seat]
    admin.site._registry[Seat] = ModelAdmin(Seat, admin.site)
    try:
        assert [error.id for error in every_admin_starts_from_the_door()] == ["records.E001"]
    finally:
        admin.site._registry[Seat] = options


@pytest.fixture
def desk(cast, client):
    client.force_login(cast["secretary"])
    return client


def agenda(*rows, existing=()):
    """The agenda's part of the form, as a browser sends it."""
    sent = {
        "items-TOTAL_FORMS": len(rows),
        "items-INITIAL_FORMS": len(existing),
        "items-MIN_NUM_FORMS": 0,
        "items-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        row = {"purpose": "discuss", "minutes": "15", "order": "", "presenter": ""} | row
        sent |= {f"items-{number}-{name}": value for name, value in row.items()}
    for number, item in enumerate(existing):
        sent[f"items-{number}-id"] = item.pk
        sent[f"items-{number}-meeting"] = item.meeting_id
    return sent


def draft(at, **facts):
    local = timezone.localtime(at, timezone.get_default_timezone())
    return {
        "committee": "",
        "kind": "regular",
        "name": "",
        "starts_at_0": f"{local:%Y-%m-%d}",
        "starts_at_1": "09:00:00",
        "minutes": "240",
        "place": "The invented boardroom",
        "dial_in": "",
        **facts,
    }


def test_the_secretary_schedules_the_next_quarterly_meeting(cast, desk, now):
    ahead = now + timedelta(days=90)
    sent = draft(ahead) | agenda({"title": "Welcome", "minutes": "5"}, {"title": "The plan"})
    answer = desk.post(address(Meeting, "add"), sent)
    assert answer.status_code == 302, answer.context["errors"]
    meeting = Meeting.objects.get()
    assert meeting.state == "draft" and not Notice.objects.exists()
    assert timezone.localtime(meeting.starts_at, now.tzinfo) and meeting.name == "Board meeting"
    assert f"{meeting.starts_at.astimezone(meeting_zone()):%H:%M}" == "09:00"
    page = desk.get(address(Meeting, "change", meeting.pk)).content.decode()
    assert "Schedule and tell everybody" in page
    act = reverse("admin:meetings_meeting_act", args=[meeting.pk, "schedule"])
    assert "everybody it concerns gets a letter" in desk.get(act).content.decode()
    assert desk.post(act).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == "scheduled"
    told = Notice.objects.filter(kind="meeting_scheduled").values_list("reader", flat=True)
    assert set(told) == {cast[name].pk for name in DIRECTORS}
    sealed = Notice.objects.filter(kind="session_set").values_list("reader", flat=True)
    assert set(sealed) == {cast[name].pk for name in INDEPENDENT}
    listed = desk.get(address(Notice, "changelist")).content.decode()
    assert "A meeting was set" in listed and "A session" not in listed
    again = desk.post(act, follow=True).content.decode()
    assert "That is not possible now" in again


def meeting_zone():
    from governance.records.models import Company

    return Company.current().zone


def test_a_meeting_is_moved_and_called_off_with_a_reason(cast, desk, now):
    meeting = meetings.noticed(by=cast["secretary"], at=now)
    act = reverse("admin:meetings_meeting_act", args=[meeting.pk, "reschedule"])
    past = {"starts_at_0": "2020-01-01", "starts_at_1": "09:00", "why": "A clash"}
    assert "Choose an hour that lies ahead." in desk.post(act, past).content.decode()
    ahead = {"starts_at_0": f"{now + timedelta(days=9):%Y-%m-%d}", "starts_at_1": "09:00"}
    assert desk.post(act, ahead).status_code == 200  # no reason given
    meeting.refresh_from_db()
    assert meeting.state == "noticed"
    assert desk.post(act, ahead | {"why": "A clash"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == "scheduled" and meeting.revision == 1
    off = reverse("admin:meetings_meeting_act", args=[meeting.pk, "cancel"])
    assert desk.post(off, {"why": "Not needed"}).status_code == 302
    assert Notice.objects.filter(kind="meeting_cancelled").count() == len(DIRECTORS)


def test_a_meeting_is_held_elsewhere(cast, desk, now):
    meeting = meetings.noticed(by=cast["secretary"], at=now)
    act = reverse("admin:meetings_meeting_act", args=[meeting.pk, "place"])
    page = desk.get(address(Meeting, "change", meeting.pk)).content.decode()
    assert "Change its place" in page
    nowhere = desk.post(act, {"place": " ", "dial_in": ""}).content.decode()
    assert "A meeting needs a place, or a line to call." in nowhere
    same = {"place": meeting.place, "dial_in": meeting.dial_in}
    assert "It is held there already." in desk.post(act, same).content.decode()
    assert desk.post(act, {"place": "Room 2", "dial_in": ""}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.place, meeting.state, meeting.revision) == ("Room 2", "noticed", 1)
    told = Notice.objects.filter(kind="meeting_place_changed")
    assert set(told.values_list("reader", flat=True)) == {cast[name].pk for name in DIRECTORS}
    off = reverse("admin:meetings_meeting_act", args=[meeting.pk, "cancel"])
    desk.post(off, {"why": "Not needed"})
    assert "That is not possible now" in desk.post(act, same, follow=True).content.decode()


def test_the_assistant_holds_no_meeting_elsewhere(cast, client, now):
    meeting = meetings.noticed(by=cast["secretary"], at=now)
    client.force_login(cast["assistant_secretary"])
    act = reverse("admin:meetings_meeting_act", args=[meeting.pk, "place"])
    answer = client.post(act, {"place": "Room 2", "dial_in": ""}, follow=True)
    assert "That is not possible now" in answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.place != "Room 2"


def test_the_agenda_is_built_and_ordered(cast, desk, now):
    meeting = meetings.drafted(by=cast["secretary"], at=now)
    form = draft(meeting.starts_at, name=meeting.name)
    change = address(Meeting, "change", meeting.pk)
    sent = form | agenda({"title": "First"}, {"title": "Second"}, {"title": "Third"})
    assert desk.post(change, sent).status_code == 302
    items = list(meeting.items.order_by("position"))
    assert [item.title for item in items] == ["First", "Second", "Third"]
    sent = form | agenda(
        {"title": "First", "order": "3"},
        {"title": "Second", "order": "1"},
        {"title": "Third, amended", "order": "2"},
        {"title": "Fourth"},
        existing=items,
    )
    assert desk.post(change, sent).status_code == 302
    order = list(meeting.items.order_by("position").values_list("title", "position"))
    assert order == [("Second", 1), ("Third, amended", 2), ("First", 3), ("Fourth", 4)]
    items = list(meeting.items.order_by("position"))
    rows = [{"title": item.title, "order": item.position} for item in items]
    rows[0]["DELETE"] = "on"
    assert desk.post(change, form | agenda(*rows, existing=items)).status_code == 302
    assert list(meeting.items.order_by("position").values_list("position", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize("name", ["general_counsel", "assistant_secretary"])
def test_a_committees_meeting_is_at_the_desk_of_the_secretary_alone(name, cast, client, now):
    """Whoever presents one item of it learns from the desk neither place nor number to dial."""
    audit = Committee.objects.get(kind="audit")
    meeting = meetings.noticed(by=cast["secretary"], at=now, committee=audit, dial_in="+1 555 0199")
    meetings.operations.add_item(
        meeting, title="Claims", presenter=cast[name].person, by=cast["secretary"], at=now
    )
    client.force_login(cast[name])
    assert client.get(meeting.get_absolute_url()).status_code == 200
    assert client.get(address(Meeting, "change", meeting.pk)).status_code in (302, 403, 404)
    listed = client.get(address(Meeting, "changelist")).content.decode()
    assert str(meeting.pk) not in listed
    client.force_login(cast["secretary"])
    assert "+1 555 0199" in client.get(address(Meeting, "change", meeting.pk)).content.decode()


def test_an_older_page_does_not_write_over_a_line_that_was_changed_since(cast, desk, now):
    meeting = meetings.drafted(by=cast["secretary"], at=now)
    form = draft(meeting.starts_at, name=meeting.name)
    change = address(Meeting, "change", meeting.pk)
    assert (
        desk.post(change, form | agenda({"title": "First"}, {"title": "Second"})).status_code == 302
    )
    items = list(meeting.items.order_by("position"))
    forms = desk.get(change).context["inline_admin_formsets"][0].formset.forms
    was = [form["was"].value() for form in forms[:2]]
    rows = [
        {"title": item.title, "order": item.position, "was": stood}
        for item, stood in zip(items, was, strict=True)
    ]
    rows[0]["minutes"] = "33"
    assert desk.post(change, form | agenda(*rows, existing=items)).status_code == 302
    rows[0]["minutes"] = "44"
    stale = desk.post(change, form | agenda(*rows, existing=items))
    assert stale.status_code == 200
    assert "Somebody else has changed this line meanwhile" in stale.content.decode()
    assert list(meeting.items.order_by("position").values_list("minutes", flat=True)) == [33, 15]


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"starts_at_0": "2020-01-01"}, "A meeting is called for an hour that lies ahead."),
        ({"minutes": "0"}, "A meeting lasts at least one minute"),
        ({"starts_at_0": "soon"}, "Enter a valid date"),
    ],
)
def test_a_bad_draft_gets_a_sentence_and_keeps_what_was_typed(change, sentence, desk, now):
    sent = draft(now + timedelta(days=9)) | agenda({"title": "Kept as typed"}) | change
    answer = desk.post(address(Meeting, "add"), sent)
    text = answer.content.decode()
    assert answer.status_code == 200 and "Kept as typed" in text
    assert sentence in text
    assert not Meeting.objects.exists() and not AgendaItem.objects.exists()


def test_dated_rows_refuse_overlaps_in_words(cast, desk):
    person = cast["director"].person
    seat = {
        "person": person.pk,
        "director_class": "1",
        "since": "2021-01-01",
    }
    answer = desk.post(address(Directorship, "add"), seat)
    assert "covers some of these days" in answer.content.decode()
    assert Directorship.objects.filter(person=person).count() == 1
    office = {"person": person.pk, "office": "corporate_secretary", "since": "2021-01-01"}
    answer = desk.post(address(Appointment, "add"), office)
    assert answer.status_code == 200 and "during those days" in answer.content.decode()
    before = office | {"office": "manager", "until": "2020-12-31"}
    assert (
        "has to be after the first"
        in desk.post(address(Appointment, "add"), before).content.decode()
    )


def test_nobody_gives_a_standing_to_themselves(cast, desk, now):
    secretary = cast["secretary"].person
    sent = {
        "person": secretary.pk,
        "director_class": "1",
        "since": "2021-01-01",
    }
    answer = desk.post(address(Directorship, "add"), sent)
    assert "Nobody gives a standing to themselves." in answer.content.decode()
    assert not Directorship.objects.filter(person=secretary).exists()
    own = Appointment.objects.get(person=secretary)
    longer = {"since": "2001-01-01", "until": "", "title": ""}
    answer = desk.post(address(Appointment, "change", own.pk), longer)
    assert "you may only say when it ends" in answer.content.decode()
    last = {"since": f"{own.since}", "until": f"{now + timedelta(days=30):%Y-%m-%d}", "title": ""}
    assert desk.post(address(Appointment, "change", own.pk), last).status_code == 302
    own.refresh_from_db()
    assert own.until


@pytest.mark.parametrize("office", ["corporate_secretary", "assistant_secretary", "administrator"])
def test_the_assistant_gives_no_office_at_the_desk(office, cast, client):
    client.force_login(cast["assistant_secretary"])
    somebody = cast["director"].person
    sent = {"person": somebody.pk, "office": office, "since": "1950-01-01", "until": "1951-01-01"}
    answer = client.post(address(Appointment, "add"), sent)
    assert "Only the Corporate Secretary gives an office" in answer.content.decode()
    assert not Appointment.objects.filter(person=somebody, office=office).exists()
    held = Appointment.objects.get(person=cast["secretary"].person)
    ends = {"since": f"{held.since}", "until": "2021-01-01", "title": ""}
    assert client.post(address(Appointment, "change", held.pk), ends).status_code == 200
    held.refresh_from_db()
    assert held.until is None


def test_who_somebody_is_cannot_be_rewritten(cast, desk, now):
    seat = Directorship.objects.get(person=cast["director"].person)
    sent = {
        "person": cast["secretary"].person.pk,
        "director_class": "3",
        "since": f"{seat.since}",
        "until": f"{now.year}-01-31",
        "ended_by": "term",
    }
    assert desk.post(address(Directorship, "change", seat.pk), sent).status_code == 302
    was = seat.person_id, seat.director_class
    seat.refresh_from_db()
    assert (seat.person_id, seat.director_class) == was and seat.ended_by == "term"


@pytest.mark.parametrize(
    "query",
    [
        "person__user__password__startswith=a",
        "person__user__last_login__isnull=1",
        "person__family_name__startswith=A",
        "since__regex=.*",
    ],
)
def test_a_list_is_not_asked_about_other_columns(query, cast, desk):
    answer = desk.get(f"{address(Directorship, 'changelist')}?{query}")
    assert answer.status_code in (302, 400)


def test_an_administrator_opens_no_account_of_somebody_known(cast, client):
    """Whoever opened the account of a director would read as one."""
    from tests.factories.people import PersonFactory

    known = PersonFactory()
    client.force_login(cast["administrator"])
    sent = {"email": "mine@example.com", "person": known.pk, "given_name": "", "family_name": ""}
    answer = client.post(address(User, "add"), sent)
    assert "Give both names" in answer.content.decode()
    assert not User.objects.filter(person=known).exists()
    client.force_login(cast["secretary"])
    assert client.post(address(User, "add"), sent).status_code == 302
    assert User.objects.get(person=known).email == "mine@example.com"


def test_an_account_is_opened_by_invitation(cast, client, mailoutbox):
    client.force_login(cast["administrator"])
    sent = {"email": "New.One@example.com", "given_name": "New", "family_name": "One"}
    assert client.post(address(User, "add"), sent).status_code == 302
    user = User.objects.get(email="new.one@example.com")
    assert not user.has_usable_password() and Invitation.objects.filter(user=user).count() == 1
    assert [letter.to for letter in mailoutbox] == [["new.one@example.com"]]
    assert client.post(address(User, "add"), sent).status_code == 200
    assert User.objects.filter(email__iexact="new.one@example.com").count() == 1
    client.post(
        address(User, "changelist"), {"action": "close_accounts", "_selected_action": [user.pk]}
    )
    user.refresh_from_db()
    assert not user.is_active


def test_a_determination_is_not_rewritten(cast, desk):
    made = Determination.objects.first()
    desk.post(address(Determination, "change", made.pk), {"independent": ""})
    made.refresh_from_db()
    assert made.independent


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_list_asks_no_more_of_many_rows(model, cast, desk, now):
    def count():
        desk.get(address(model, "changelist"))
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(address(model, "changelist")).status_code == 200
        return len(seen)

    meetings.scheduled(by=cast["secretary"], at=now)
    few = count()
    for hours in (120, 130, 140):
        meetings.scheduled(by=cast["secretary"], at=now, hours=hours)
    assert count() <= few <= 20


def test_a_name_that_nobody_chose_follows_the_hour(cast, company, now):
    """What was Q4's meeting becomes Q1's when its draft is moved; a chosen name stays."""
    from governance.meetings.operations import amend_draft, name_of
    from governance.records.models import FiscalQuarter, FiscalYear

    by = cast["secretary"]
    meeting = meetings.drafted(by=by, at=now)
    day = company.day_of(now + timedelta(days=200))
    year = FiscalYear.objects.create(label="Next", start=day, end=day + timedelta(days=90))
    FiscalQuarter.objects.create(year=year, number=1, start=day, end=day + timedelta(days=90))
    moved = amend_draft(
        meeting, name=meeting.name, starts_at=now + timedelta(days=201), by=by, at=now
    )
    assert moved.name == name_of(None, "regular", moved.starts_at) == "Q1 Board meeting"
    kept = amend_draft(
        moved, name="The invented retreat", starts_at=now + timedelta(days=9), by=by, at=now
    )
    assert kept.name == "The invented retreat"
