"""Slips that the secretary's admin catches, and what it says of each."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from governance.admin import in_words
from governance.board.models import AuthorisedSeats, Determination, Directorship, Term
from governance.meetings import operations
from governance.meetings.models import Meeting, Tag
from governance.people.models import Appointment, User
from tests.admin.test_rooms import address, agenda, draft
from tests.factories import LONG_AGO, meetings
from tests.factories.people import PersonFactory
from tests.factories.records import ActFactory

FAR = {"starts_at_0": "9999-12-31", "starts_at_1": "23:59"}


@pytest.fixture
def desk(cast, client):
    client.force_login(cast["secretary"])
    return client


@pytest.fixture
def today(company):
    return timezone.localdate(timezone=company.zone)


def said(answer):
    """The page, as its reader sees its sentences."""
    assert answer.status_code == 200
    return answer.content.decode().replace("&#x27;", "'")


# --- Building an agenda --------------------------------------------------------------------


def test_an_item_says_what_it_covers_by_ticking(cast, desk, now):
    meeting = meetings.drafted(by=cast["secretary"], at=now)
    change = address(Meeting, "change", meeting.pk)
    page = said(desk.get(change))
    assert all(label in page for label in Tag.labels)
    form = draft(meeting.starts_at, name=meeting.name)
    row = {"title": "Plan", "tags": ["strategy", "finance_update"]}
    assert desk.post(change, form | agenda(row)).status_code == 302
    item = meeting.items.get()
    assert set(item.tags) == {"strategy", "finance_update"}
    row["tags"] = []
    assert desk.post(change, form | agenda(row, existing=[item])).status_code == 302
    assert meeting.items.get().tags == []
    row["tags"] = ["gossip"]
    assert "gossip is not one of" in said(desk.post(change, form | agenda(row, existing=[item])))


@pytest.mark.parametrize("minutes", ["-1", "721", "99999"])
def test_an_item_takes_at_most_half_a_day(minutes, desk, now):
    sent = draft(now + timedelta(days=9)) | agenda({"title": "Kept", "minutes": minutes})
    page = said(desk.post(address(Meeting, "add"), sent))
    assert "Ensure this value is" in page and "Kept" in page
    assert not Meeting.objects.exists()


def test_whoever_is_in_office_presents(cast, desk, now):
    meeting = meetings.drafted(by=cast["secretary"], at=now)
    field = desk.get(address(Meeting, "change", meeting.pk))
    formset = field.context["inline_admin_formsets"][0].formset
    offered = set(dict(formset.empty_form.fields["presenter"].choices))
    here = {cast[name].person.pk for name in ("director", "chair", "manager", "secretary")}
    gone = {cast[name].person.pk for name in ("administrator", "former_director", "outsider")}
    assert here <= offered and not gone & offered
    row = {"title": "Report", "presenter": cast["outsider"].person.pk}
    form = draft(meeting.starts_at, name=meeting.name)
    change = address(Meeting, "change", meeting.pk)
    assert "from the list" in said(desk.post(change, form | agenda(row)))
    # Who was to present already stays, whatever became of them.
    item = operations.add_item(
        meeting,
        title="Report",
        presenter=cast["outsider"].person,
        by=cast["secretary"],
        at=now,
    )
    row["title"] = "Last report"
    assert desk.post(change, form | agenda(row, existing=[item])).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.presenter) == ("Last report", cast["outsider"].person)


# --- A page that was opened before ---------------------------------------------------------


def test_a_draft_in_another_tab_is_refused_once_scheduled(cast, desk, now):
    by = cast["secretary"]
    meeting = meetings.drafted(by=by, at=now)
    change = address(Meeting, "change", meeting.pk)
    operations.schedule(meeting, by=by, at=now)
    form = draft(meeting.starts_at + timedelta(days=1), place="Room 404", name=meeting.name)
    page = said(desk.post(change, form | agenda({"title": "Typed here"})))
    assert "This meeting has been scheduled; move it by the button instead." in page
    assert "Room 404" in page and "Typed here" in page and "Move to another hour" in page
    was = meeting.starts_at, meeting.place
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.place) == was and not meeting.items.exists()
    # Its page of today offers the agenda alone, and that is saved.
    assert desk.post(change, agenda({"title": "The plan"})).status_code == 302
    assert meeting.items.get().title == "The plan"


def test_the_agenda_of_a_meeting_that_is_over_is_read_in_words(cast, desk, now):
    by = cast["secretary"]
    meeting = meetings.scheduled(by=by, at=now)
    operations.add_item(meeting, title="The plan", tags=["strategy", "succession"], by=by, at=now)
    operations.cancel(meeting, by=by, at=now, why="Not needed")
    page = said(desk.get(address(Meeting, "change", meeting.pk)))
    assert "Strategy, Succession" in page and ">No.<" in page


def test_an_agenda_in_another_tab_is_refused_once_the_meeting_is_over(cast, desk, now):
    by = cast["secretary"]
    meeting = meetings.scheduled(by=by, at=now)
    operations.cancel(meeting, by=by, at=now, why="Not needed")
    change = address(Meeting, "change", meeting.pk)
    page = said(desk.post(change, agenda({"title": "Typed here"})))
    assert "This meeting is over; its agenda is part of the record." in page
    assert "Typed here" in page and not meeting.items.exists()


# --- Dated standing ------------------------------------------------------------------------


def seat(person, **facts):
    sent = {"person": person.pk, "director_class": "1", "since": "2026-01-01", "until": ""}
    return sent | facts


def test_nobody_is_seated_without_a_vacant_seat(cast, desk, today):
    add, person = address(Directorship, "add"), PersonFactory()
    sent = seat(person, since=f"{today}")
    assert "There is no vacant seat on that day." in said(desk.post(add, sent))
    leaves = today + timedelta(days=30)
    Directorship.objects.filter(person=cast["director"].person).update(until=leaves)
    assert "There is no vacant seat on that day." in said(desk.post(add, sent))
    sent["since"] = f"{leaves}"
    assert desk.post(add, sent).status_code == 302
    # The seat is taken now, so whoever left it does not stay after all.
    before = Directorship.objects.get(person=cast["director"].person)
    stays = {"since": f"{before.since}", "until": ""}
    page = said(desk.post(address(Directorship, "change", before.pk), stays))
    assert "There is no vacant seat on" in page
    sooner = stays | {"until": f"{leaves - timedelta(days=1)}"}
    assert desk.post(address(Directorship, "change", before.pk), sooner).status_code == 302


def test_a_vacancy_of_the_past_that_was_filled_since_is_none(cast, desk, today):
    Directorship.objects.filter(person=cast["director"].person).update(since=date(2022, 1, 1))
    former = Directorship.objects.get(person=cast["former_director"].person)
    assert former.until > date(2022, 1, 1)
    Directorship.objects.filter(pk=former.pk).update(until=date(2021, 1, 1))
    sent = seat(PersonFactory(), since="2021-06-01")
    add = address(Directorship, "add")
    assert "There is no vacant seat on Saturday 1 January 2022." in said(desk.post(add, sent))
    assert desk.post(add, sent | {"until": "2022-01-01"}).status_code == 302


def test_a_director_is_elected_again_and_the_class_says_until_when(cast, desk, today):
    """G-CLS-02: Class I is elected in 2025, and every third year."""
    row = Directorship.objects.get(person=cast["director"].person)
    sent = {"directorship": row.pk, "since": "2025-06-10", "how": "elected"}
    assert desk.post(address(Term, "add"), sent).status_code == 302
    assert row.terms.get().ends_in == {1: 2028, 2: 2026, 3: 2027}[row.director_class]
    page = said(desk.post(address(Term, "add"), sent))
    assert "A term of this director begins on that day already." in page
    early = sent | {"since": f"{row.since - timedelta(days=1)}"}
    page = said(desk.post(address(Term, "add"), early))
    assert "A term begins while its director is in office." in page
    assert row.terms.count() == 1


@pytest.mark.parametrize("number", ["0", "100", "32767"])
def test_a_board_has_from_one_to_99_seats(number, cast, desk, today):
    sent = {"since": f"{today}", "number": number}
    page = said(desk.post(address(AuthorisedSeats, "add"), sent))
    assert "A board has" in page and AuthorisedSeats.objects.count() == 1
    row = AuthorisedSeats.objects.get()
    page = said(desk.post(address(AuthorisedSeats, "change", row.pk), {"number": number}))
    assert "A board has" in page
    row.refresh_from_db()
    assert row.number == 9


def test_a_number_of_seats_is_corrected_and_its_history_keeps_what_it_said(cast, desk):
    row = AuthorisedSeats.objects.get()
    change = address(AuthorisedSeats, "change", row.pk)
    assert desk.post(change, {"number": "11", "since": "2001-01-01"}).status_code == 302
    row.refresh_from_db()
    assert (row.number, row.since) == (11, LONG_AGO)
    kept = row.events.order_by("pgh_id").values_list("number", flat=True)
    assert list(kept)[-2:] == [9, 11]
    assert "there cannot be fewer seats" in said(desk.post(change, {"number": "8"}))
    row.refresh_from_db()
    assert row.number == 11


@pytest.mark.parametrize(
    "made, expires",
    [("2026-02-11", date(2027, 2, 11)), ("2024-02-29", date(2025, 2, 28))],
)
def test_a_determination_holds_for_twelve_months(made, expires, cast, desk):
    act = ActFactory(day=made)
    sent = {
        "person": cast["chair"].person.pk,
        "standard": "nasdaq_general",
        "independent": "on",
        "act": act.pk,
        "basis": "",
    }
    page = said(desk.post(address(Determination, "add"), sent))
    assert "Say what the Board considered" in page
    sent["basis"] = "Has no relationship with the company."
    assert desk.post(address(Determination, "add"), sent).status_code == 302
    assert Determination.objects.get(person=cast["chair"].person).expires_on == expires


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2099-01-01"])
def test_days_out_of_reach_are_refused(day, cast, desk):
    person = cast["outsider"].person
    office = {"person": person.pk, "office": "manager", "since": day, "until": "", "title": ""}
    assert "cannot be meant" in said(desk.post(address(Appointment, "add"), office))
    AuthorisedSeats.objects.update(number=10)
    sent = seat(person, since=day)
    assert "cannot be meant" in said(desk.post(address(Directorship, "add"), sent))
    held = Appointment.objects.get(person=cast["manager"].person)
    ends = {"since": f"{held.since}", "until": day, "title": ""}
    assert desk.post(address(Appointment, "change", held.pk), ends).status_code == 200
    sent = {"since": day, "number": "12"}
    assert "cannot be meant" in said(desk.post(address(AuthorisedSeats, "add"), sent))
    assert not Appointment.objects.filter(person=person).exists()


# --- Sentences -----------------------------------------------------------------------------


def test_a_second_determination_of_a_day_is_refused_in_words(cast, desk):
    made = Determination.objects.first()
    sent = {
        "person": made.person_id,
        "standard": made.standard,
        "act": made.act_id,
        "basis": "As before.",
    }
    page = said(desk.post(address(Determination, "add"), sent))
    assert "A determination under that standard was entered for that day." in page
    assert "%(" not in page


def test_a_second_number_from_a_day_is_refused_in_words(cast, desk):
    page = said(desk.post(address(AuthorisedSeats, "add"), {"since": f"{LONG_AGO}", "number": "9"}))
    assert "A number of seats was entered from that day; correct that one." in page


def forms_of_the_admin():
    """Models that have a form in the admin, the rows beside them included."""
    for model, options in admin.site._registry.items():
        if options.writes:
            yield model
            yield from (inline.model for inline in options.inlines)


@pytest.mark.parametrize("model", list(forms_of_the_admin()), ids=lambda model: model._meta.label)
def test_every_rule_of_a_row_has_a_sentence(model):
    rules = [one.name for one in model._meta.constraints]
    rules += [
        f"{model._meta.db_table}_{field.column}"
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    ]
    assert [name for name in rules if in_words(name) == name] == []


# --- Hours and questions out of reach ------------------------------------------------------


def test_a_meeting_is_called_at_most_three_years_ahead(cast, desk, now):
    sent = draft(now + timedelta(days=9)) | agenda({"title": "Kept as typed"})
    page = said(desk.post(address(Meeting, "add"), sent | FAR))
    assert "Kept as typed" in page and not Meeting.objects.exists()
    page = said(desk.post(address(Meeting, "add"), sent | {"starts_at_0": f"{now.year + 4}-01-01"}))
    assert "A meeting is called at most three years ahead." in page
    meeting = meetings.drafted(by=cast["secretary"], at=now)
    change = address(Meeting, "change", meeting.pk)
    assert "three years ahead" in said(desk.post(change, sent | FAR | {"name": "Far"}))
    operations.schedule(meeting, by=cast["secretary"], at=now)
    act = reverse("admin:meetings_meeting_act", args=[meeting.pk, "reschedule"])
    assert "three years ahead" in said(desk.post(act, FAR | {"why": "A slip"}))
    was = meeting.starts_at
    meeting.refresh_from_db()
    assert meeting.starts_at == was


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_no_zone_makes_a_trap_of_an_hour(day, cast, desk, company, now):
    meeting = meetings.scheduled(by=cast["secretary"], at=now)
    act = reverse("admin:meetings_meeting_act", args=[meeting.pk, "reschedule"])
    for zone in ("Pacific/Auckland", "UTC", "America/Los_Angeles"):
        type(company).objects.update(time_zone=zone)
        for hour in ("00:00", "23:59"):
            far = {"starts_at_0": day, "starts_at_1": hour}
            sent = draft(now + timedelta(days=9)) | agenda() | far
            assert desk.post(address(Meeting, "add"), sent).status_code == 200
            assert desk.post(act, far | {"why": "A slip"}).status_code == 200


@pytest.mark.parametrize("query", ["state__exact=%00", "q=%00", "kind__exact=a%00b", "%00=1"])
def test_a_letter_that_no_row_holds_finds_no_list(query, cast, desk):
    assert desk.get(f"{address(Meeting, 'changelist')}?{query}").status_code == 404


def test_nor_does_it_find_a_name(cast, desk):
    ask = "term=%00&app_label=board&model_name=directorship&field_name=person"
    assert desk.get(f"{reverse('admin:autocomplete')}?{ask}").status_code == 404


@pytest.mark.parametrize("key", ["x", "\0"])
def test_a_ticked_row_that_never_was_is_not_there(key, cast, desk):
    sent = {"action": "close_accounts", "_selected_action": [key]}
    assert desk.post(address(User, "changelist"), sent).status_code == 404


def test_no_shortcut_leads_round_the_doors(cast, desk):
    for key in ("1", f"{cast['director'].pk}"):
        assert desk.get(f"/admin/r/1/{key}/").status_code == 404


# --- One door for passwords ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["password_change", "password_change_done"])
def test_passwords_are_changed_on_the_portals_page_alone(name, cast, client):
    page = reverse(f"admin:{name}")
    assert client.get(page).status_code == 302
    client.force_login(cast["director"])
    assert client.get(page).status_code == 404
    client.force_login(cast["secretary"])
    sent = {"old_password": "x", "new_password1": "a-long-one-42", "new_password2": "a-long-one-42"}
    for answer in (client.get(page), client.post(page, sent)):
        assert answer.status_code == 302 and answer.url == reverse("account_change_password")


# --- Days and hours ------------------------------------------------------------------------


def test_days_come_before_months_and_hours_count_to_24(cast, desk, company, now):
    meeting = meetings.scheduled(by=cast["secretary"], at=now)
    hour = timezone.localtime(meeting.starts_at, company.zone)
    page = said(desk.get(address(Meeting, "change", meeting.pk)))
    assert f"{hour:%a} {hour.day} {hour:%b %Y}, {hour:%H:%M}" in page
    assert "The Board itself" in page
    page = said(desk.get(address(Directorship, "changelist")))
    assert "Wed 1 Jan 2020" in page and "Jan. 1, 2020" not in page
