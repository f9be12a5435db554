"""Private notes: nobody else's, kept through every change, found again in new versions."""

import json
import uuid

import pytest
from django.db import connection
from django.urls import reverse

from governance.meetings import operations as meetings
from governance.papers import noting, operations
from governance.papers.models import Note, Paper, ReadingPlace
from tests.papers.conftest import PLAN

pytestmark = pytest.mark.django_db
SECRET = "canary-of-the-note: is this one distributor?"


def body(paper, **facts):
    version = paper.versions.get(number=1)
    return {
        "kind": "highlight",
        "paper": str(paper.pk),
        "version": str(version.pk),
        "page": 2,
        "label": "1-2",
        "quote": f"{PLAN} sheet 2",
        "before": "",
        "after": "",
        "text": SECRET,
        **facts,
    }


@pytest.fixture
def plan(published):
    return Paper.objects.get(item__title="The invented plan")


@pytest.fixture
def meeting(published):
    return published.meeting


def address(meeting, name="notes"):
    return reverse(f"papers:{name}", args=[meeting.pk])


def send(client, meeting, told):
    return client.post(address(meeting), json.dumps(told), content_type="application/json")


def load(client, user, meeting):
    client.force_login(user)
    page = client.get(reverse("papers:read", args=[meeting.pk]))
    return client.get(page.context["told"]["notes"]).json()


@pytest.fixture
def note(client, cast, meeting, plan):
    client.force_login(cast["audit_chair"])
    told = {"id": str(uuid.uuid4()), "revision": 0, "body": body(plan)}
    assert send(client, meeting, told).json()["revision"] == 1
    return told


def test_a_note_is_its_readers_alone(client, cast, meeting, note):
    (mine,) = load(client, cast["audit_chair"], meeting)["notes"]
    assert mine["text"] == SECRET
    for name in ("chair", "secretary", "lead_director", "director", "manager"):
        client.force_login(cast[name])
        assert load(client, cast[name], meeting)["notes"] == []
        questions = client.get(address(meeting, "questions"))
        assert SECRET not in questions.content.decode()


def test_whoever_signs_in_where_a_book_is_open_gets_and_saves_nothing_of_its_reader(
    client, cast, meeting, plan
):
    client.force_login(cast["audit_chair"])
    told = client.get(reverse("papers:read", args=[meeting.pk])).context["told"]
    client.force_login(cast["chair"])
    sent = {"id": str(uuid.uuid4()), "revision": 0, "body": body(plan)}
    for name, wrote in (("notes", sent), ("place", {"page": 2})):
        answer = client.post(told[name], json.dumps(wrote), content_type="application/json")
        assert answer.status_code == 404
    assert client.get(told["notes"]).status_code == 404
    assert not Note.objects.exists() and not ReadingPlace.objects.exists()


def test_what_a_note_says_is_nowhere_in_the_database(cast, meeting, note):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', ["%one distributor%"]
            )
            assert cursor.fetchone() == (0,), table


def test_a_stranger_neither_changes_nor_erases_a_note(client, cast, meeting, note):
    client.force_login(cast["chair"])
    assert send(client, meeting, note | {"revision": 1}).status_code == 409
    # As it is said of a note that never was.
    gone = send(client, meeting, {"id": note["id"], "revision": 1, "erased": True}).json()
    assert gone == {"id": note["id"], "revision": 0, "erased": True}
    (mine,) = load(client, cast["audit_chair"], meeting)["notes"]
    assert mine["text"] == SECRET


def test_two_devices_lose_nothing(client, cast, meeting, plan, note):
    client.force_login(cast["audit_chair"])
    one = note | {"revision": 1, "body": body(plan, text="Ask about the margin.")}
    other = note | {"revision": 1, "body": body(plan, text="Ask about the tax.")}
    assert send(client, meeting, one).json()["revision"] == 2
    kept = send(client, meeting, other).json()
    assert "margin" in kept["text"]
    assert "tax" in kept["text"]
    # One that was written on while another device erased it stays.
    gone = {"id": note["id"], "revision": 2, "erased": True}
    assert not send(client, meeting, gone).json()["erased"]


def test_a_note_saved_twice_is_one(client, cast, meeting, note):
    client.force_login(cast["audit_chair"])
    send(client, meeting, note)
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    "told",
    [
        "no json at all",
        [],
        {},
        {"id": "x"},
        {"id": str(uuid.uuid4()), "revision": "many"},
        {"id": str(uuid.uuid4()), "body": None},
        {"id": str(uuid.uuid4()), "body": {"kind": "spell"}},
        {"id": str(uuid.uuid4()), "body": {"kind": "note", "text": 7}},
        {"id": str(uuid.uuid4()), "body": {"kind": "note", "paper": str(uuid.uuid4())}},
        {
            "id": str(uuid.uuid4()),
            "body": {"kind": "note", "paper": "x", "version": "y", "page": 1},
        },
        {"id": str(uuid.uuid4()), "body": {"kind": "note", "text": "x" * 50_000}},
    ],
)
def test_what_is_no_note_changes_nothing(client, cast, meeting, told):
    client.force_login(cast["audit_chair"])
    answer = send(client, meeting, told)
    assert answer.status_code in (400, 409)
    assert answer.json()["says"]
    assert not Note.objects.exists()


def test_a_note_finds_its_sentence_in_a_new_version(client, cast, meeting, plan, note, file, now):
    grown = file(PLAN, 4, seed=1, name="grown")
    operations.bring_version(plan, source=grown, name="p.pdf", by=cast["secretary"], at=now)
    operations.publish_book(meeting, by=cast["secretary"], at=now)
    (mine,) = load(client, cast["audit_chair"], meeting)["notes"]
    leaves = client.get(reverse("papers:read", args=[meeting.pk])).context["told"]["leaves"]
    assert leaves[mine["at"] - 1]["label"] == "1-2"


def test_a_note_whose_sentence_is_gone_waits(client, cast, meeting, plan, note, file, now):
    other = file("something else", 3, seed=5, name="other")
    operations.bring_version(plan, source=other, name="p.pdf", by=cast["secretary"], at=now)
    operations.publish_book(meeting, by=cast["secretary"], at=now)
    (mine,) = load(client, cast["audit_chair"], meeting)["notes"]
    assert mine["at"] is None
    assert mine["text"] == SECRET


def test_notes_on_what_is_withheld_are_withheld(client, cast, meeting, plan, note, now):
    user = cast["audit_chair"]
    meetings.record_recusal(
        plan.item, user.person, mode="left", basis="Kin.", by=cast["secretary"], at=now
    )
    assert load(client, user, meeting)["notes"] == []
    assert Note.objects.count() == 1


def stop(client, user, meeting, page):
    """Stop at a page of the book as it is opened now."""
    client.force_login(user)
    told = client.get(reverse("papers:read", args=[meeting.pk])).context["told"]
    sent = json.dumps({"page": page})
    return client.post(told["place"], sent, content_type="application/json"), told


def test_a_reader_goes_on_where_they_stopped_and_nobody_sees_where(client, cast, meeting):
    answer, told = stop(client, cast["audit_chair"], meeting, 4)
    assert (answer.status_code, answer.json()) == (200, {"newer": False})
    assert load(client, cast["audit_chair"], meeting)["place"] == 4
    assert load(client, cast["chair"], meeting)["place"] is None
    assert noting.place_of(cast["chair"], meeting, told["leaves"]) is None


@pytest.mark.parametrize("page", [0, -1, 100, "4", None, 2**70])
def test_nobody_stops_where_the_book_has_no_page(client, cast, meeting, page):
    answer, _ = stop(client, cast["audit_chair"], meeting, page)
    assert (answer.status_code, ReadingPlace.objects.count()) == (400, 0)


def test_a_reader_goes_on_at_the_same_page_when_pages_come_before_it(
    client, cast, meeting, plan, now, file
):
    user = cast["audit_chair"]
    _, told = stop(client, user, meeting, 1)
    last = len(told["leaves"])
    stop(client, user, meeting, last)
    operations.bring_paper(
        plan.item,
        source=file("more", 3, name="more"),
        name="more.pdf",
        by=cast["secretary"],
        at=now,
    )
    operations.publish_book(meeting, by=cast["secretary"], at=now)
    assert load(client, user, meeting)["place"] == last + 3
    # As the printed numbers say.
    _, after = stop(client, user, meeting, 1)
    assert after["leaves"][last + 2]["label"] == told["leaves"][last - 1]["label"]


def test_whose_open_book_is_not_the_newest_is_told_so_when_they_turn_the_page(
    client, cast, meeting, plan, now, file
):
    by = {"by": cast["secretary"], "at": now}
    told = {name: stop(client, cast[name], meeting, 1)[1] for name in ("audit_chair", "director")}

    def newer(name):
        client.force_login(cast[name])
        sent = json.dumps({"page": 1})
        answer = client.post(told[name]["place"], sent, content_type="application/json")
        return answer.json()["newer"]

    assert not newer("audit_chair")
    lease = meeting.items.get(title="The invented lease")
    operations.bring_paper(lease, source=file("more", 3), name="more.pdf", **by)
    assert not newer("audit_chair"), "it is not published"
    operations.publish_book(meeting, **by)
    assert newer("audit_chair")
    # Nothing is new for who is recused from the item.
    assert not newer("director")


def test_whose_book_has_changed_is_told_so_when_they_turn_the_page(
    client, cast, meeting, plan, now
):
    user = cast["audit_chair"]
    answer, told = stop(client, user, meeting, 1)
    assert answer.status_code == 200
    meetings.record_recusal(
        plan.item, user.person, mode="left", basis="Kin.", by=cast["secretary"], at=now
    )
    sent = json.dumps({"page": 2})
    assert client.post(told["place"], sent, content_type="application/json").status_code == 404


def test_questions_come_together_by_item(client, cast, meeting, note):
    client.force_login(cast["audit_chair"])
    page = client.get(address(meeting, "questions")).content.decode()
    assert SECRET in page
    assert "1. The invented plan" in page


def test_half_a_letter_where_a_device_cut_a_quotation_shuts_no_page(client, cast, meeting, plan):
    client.force_login(cast["audit_chair"])
    told = {"id": str(uuid.uuid4()), "body": body(plan, quote="Growth \ud83d", text="Why? \ude00")}
    assert send(client, meeting, told).json()["text"] == "Why? \ufffd"
    (kept,) = load(client, cast["audit_chair"], meeting)["notes"]
    assert kept["quote"] == "Growth \ufffd"
    assert client.get(address(meeting, "questions")).status_code == 200


@pytest.mark.parametrize(
    "facts", ['"page": 1e400', '"page": {}', '"paths": [1e400]', '"x": "\\ud83d"']
)
def test_what_no_browser_reads_back_is_no_note(client, cast, meeting, facts):
    client.force_login(cast["audit_chair"])
    sent = f'{{"id": "{uuid.uuid4()}", "body": {{"kind": "bookmark", {facts}}}}}'
    answer = client.post(address(meeting), sent, content_type="application/json")
    assert answer.status_code == 409 and answer.json()["says"]
    assert not Note.objects.exists()


def test_saving_leads_nobody_past_a_wall(client, cast, meeting, plan, note, now):
    user = cast["audit_chair"]
    meetings.record_recusal(
        plan.item, user.person, mode="left", basis="Kin.", by=cast["secretary"], at=now
    )
    client.force_login(user)
    for told in ({"id": note["id"], "revision": 0, "erased": True}, note):
        assert "canary-of-the-plan" not in send(client, meeting, told).content.decode()
    assert Note.objects.get().revision == 1


@pytest.mark.parametrize(
    "sent",
    [
        '{"id": "%s", "revision": 1e999}',
        "[" * 100_000,
        '{"id": "%s", "body": {"kind": "note", "x": NaN}}',
        '{"id": "%s", "body": {"kind": "note", "x": Infinity}}',
    ],
)
def test_odd_json_is_answered_in_a_sentence(client, cast, meeting, sent):
    client.force_login(cast["audit_chair"])
    told = sent.replace("%s", str(uuid.uuid4()))
    answer = client.post(address(meeting), told, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["says"]
    assert not Note.objects.exists()
