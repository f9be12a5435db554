"""Agendas start from the template of their kind of meeting (G-AGD-01, G-MTG-02)."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from governance.meetings import operations, templates
from governance.meetings.models import AgendaTemplate, TemplateLine
from governance.people.models import Appointment
from governance.refusals import Refused
from tests.factories import meetings
from tests.factories.cast import EVERYBODY

pytestmark = pytest.mark.django_db
OFFICE = ("secretary", "assistant_secretary", "general_counsel")


@pytest.fixture
def audit(cast):
    return cast["audit_chair"].person.seats.get().committee


def kept(cast, now, lines=("Auditor's report", "Own report"), committee=None, kind="regular"):
    by = {"by": cast["secretary"], "at": now}
    template = templates.keep_template(committee=committee, kind=kind, **by)
    rows = [TemplateLine(title=title, office="chief_financial_officer") for title in lines]
    templates.write_lines(template, rows, **by)
    return template


def test_g_mtg_02_a_regular_board_meeting_starts_with_the_business_and_finance_update(cast, now):
    meeting = meetings.drafted(by=cast["secretary"], at=now)
    templates.fill_from_template(meeting, by=cast["assistant_secretary"], at=now)
    item = meeting.items.get()
    assert item.title == "Business and finance update"
    assert set(item.tags) == {"business_update", "finance_update"}


def test_a_draft_is_filled_from_the_template_of_its_kind_and_body(cast, audit, now):
    by = {"by": cast["secretary"], "at": now}
    kept(cast, now, committee=audit)
    meeting = meetings.drafted(committee=audit, **by)
    templates.fill_from_template(meeting, by=cast["audit_chair"], at=now)
    lines = meeting.items.order_by("position").values_list("title", "presenter")
    finance = cast["chief_financial_officer"].person_id
    assert list(lines) == [("Auditor's report", finance), ("Own report", finance)]


def test_nobody_presents_while_the_office_is_vacant(cast, now):
    kept(cast, now)
    Appointment.objects.filter(office="chief_financial_officer").update(until=now.date())
    meeting = meetings.drafted(by=cast["secretary"], at=now)
    templates.fill_from_template(meeting, by=cast["secretary"], at=now)
    assert set(meeting.items.values_list("presenter", flat=True)) == {None}


def test_what_has_begun_is_not_filled(cast, audit, now):
    by = {"by": cast["secretary"], "at": now}
    started = meetings.drafted(**by)
    operations.add_item(started, title="Own", **by)
    for meeting in (started, meetings.scheduled(hours=200, **by)):
        with pytest.raises(Refused, match="draft that has no items"):
            templates.fill_from_template(meeting, **by)
    special = meetings.drafted(kind="special", hours=300, **by)
    with pytest.raises(Refused, match="No template is kept for a special meeting of the Board"):
        templates.fill_from_template(special, **by)
    empty = meetings.drafted(hours=400, **by)
    for name in ("director", "manager", "outsider"):
        with pytest.raises(Refused, match="secretary and the chair"):
            templates.fill_from_template(empty, by=cast[name], at=now)
    assert started.items.count() == 1 and not special.items.exists() and not empty.items.exists()


def test_lines_stand_in_the_order_in_which_they_are_written(cast, now):
    template = kept(cast, now, ("One", "Two", "Three"))
    one, two, three = template.lines.order_by("position")
    new = TemplateLine(title="New")
    templates.write_lines(template, [three, new, one], by=cast["secretary"], at=now)
    titles = template.lines.order_by("position").values_list("title", "position")
    assert list(titles) == [("Three", 1), ("New", 2), ("One", 3)]
    assert not TemplateLine.objects.filter(pk=two.pk).exists()


def test_the_office_keeps_the_boards_templates_and_the_secretary_all(cast, audit, now):
    for name in EVERYBODY:
        for committee in (None, audit):
            told = {"committee": committee, "kind": "special", "by": cast[name], "at": now}
            if name == "secretary" or (name in OFFICE and committee is None):
                made = templates.keep_template(**told)
                assert made in AgendaTemplate.objects.visible_to(cast[name])
                made.delete()
                continue
            with pytest.raises(Refused, match="keeps the templates"):
                templates.keep_template(**told)
    template = kept(cast, now, committee=audit)
    with pytest.raises(Refused, match="keeps the templates"):
        templates.write_lines(template, [], by=cast["assistant_secretary"], at=now)
    assert template.lines.count() == 2
    assert not AgendaTemplate.objects.visible_to(cast["assistant_secretary"]).exists()
    assert not TemplateLine.objects.visible_to(cast["assistant_secretary"]).exists()


@pytest.mark.parametrize("facts", [{"minutes": 721}, {"position": 0}, {"title": ""}])
def test_the_database_refuses_a_line_without_a_place(cast, now, facts):
    template = kept(cast, now, ("One",))
    with pytest.raises(DatabaseError), transaction.atomic():
        template.lines.update(**facts)


def test_there_is_one_template_for_a_kind_of_meeting(cast, now):
    kept(cast, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept(cast, now)


def sent(*rows, existing=()):
    """The form of a template as a browser sends it."""
    told = {
        "lines-TOTAL_FORMS": len(rows),
        "lines-INITIAL_FORMS": len(existing),
        "lines-MIN_NUM_FORMS": 0,
        "lines-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        row = {"purpose": "discuss", "minutes": "15", "order": "", "office": ""} | row
        told |= {f"lines-{number}-{name}": value for name, value in row.items()}
    for number, line in enumerate(existing):
        told[f"lines-{number}-id"] = line.pk
        told[f"lines-{number}-template"] = line.template_id
    return told


def test_a_template_is_kept_in_the_admin(cast, client, now):
    client.force_login(cast["secretary"])
    add = reverse("admin:meetings_agendatemplate_add")
    form = {"committee": "", "kind": "regular"} | sent({"title": "Two"}, {"title": "One"})
    assert client.post(add, form).status_code == 302
    template = AgendaTemplate.objects.get()
    change = reverse("admin:meetings_agendatemplate_change", args=[template.pk])
    lines = list(template.lines.order_by("position"))
    rows = [{"title": "Two", "order": "1"}, {"title": "One", "order": "1"}]
    more = [*rows, {"title": "Three", "tags": ["strategy"]}]
    assert client.post(change, sent(*more, existing=lines)).status_code == 302
    titles = template.lines.order_by("position").values_list("title", flat=True)
    assert list(titles) == ["One", "Two", "Three"]
    assert template.lines.get(title="Three").tags == ["strategy"]
    page = client.get(change).content.decode()
    assert "Three" in page and "What it starts with" in page
    again = client.post(add, form).content.decode()
    assert "There is a template for such meetings already" in again
    assert AgendaTemplate.objects.count() == 1
    long = client.post(change, sent({"title": "Four", "minutes": "721"})).content.decode()
    assert "less than or equal to 720" in long and template.lines.count() == 3


def test_a_draft_is_filled_in_the_admin(cast, client, now):
    client.force_login(cast["secretary"])
    meeting = meetings.drafted(by=cast["secretary"], at=now)
    change = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    act = reverse("admin:meetings_meeting_act", args=[meeting.pk, "fill"])
    assert act in client.get(change).content.decode()
    assert "items of its template" in client.get(act).content.decode()
    assert client.post(act).status_code == 302
    assert meeting.items.get().title == "Business and finance update"
    assert act not in client.get(change).content.decode()
    assert "not possible now" in client.post(act, follow=True).content.decode()


def test_an_agenda_says_by_how_much_it_is_overfull(cast, client, now):
    by = {"by": cast["secretary"], "at": now}
    meeting = meetings.drafted(minutes=60, **by)
    client.force_login(cast["secretary"])
    pages = (
        meeting.get_absolute_url(),
        reverse("admin:meetings_meeting_change", args=[meeting.pk]),
    )
    item = operations.add_item(meeting, title="Fits", minutes=60, **by)
    for address in pages:
        assert "longer than the meeting" not in client.get(address).content.decode()
    operations.edit_item(item, minutes=61, **by)
    for address in pages:
        assert "take 1 minute longer than the meeting" in client.get(address).content.decode()
    operations.add_item(meeting, title="More", minutes=29, **by)
    for address in pages:
        assert "take 30 minutes longer than the meeting" in client.get(address).content.decode()
    operations.cancel(meeting, why="Another day", **by)
    assert "longer than the meeting" not in client.get(pages[0]).content.decode()
