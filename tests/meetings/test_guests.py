"""Managers and others are brought into a meeting for one item, with the ground (G-ACC-04)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.meetings import attending, ledger, operations
from governance.meetings.models import AgendaItem, ItemGuest, Meeting
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.refusals import Refused
from tests.factories import meetings
from tests.factories.cast import DIRECTORS, EVERYBODY

pytestmark = pytest.mark.django_db
OFFICE = ("secretary", "assistant_secretary", "general_counsel")
LEDGER = "/meetings/guests/"
THERE = ("chair", "lead_director", "director", "audit_chair", "audit_member")


@pytest.fixture
def board(cast, now):
    """A Board meeting of two items, notice given."""
    meeting = meetings.scheduled(by=cast["secretary"], at=now)
    for title in ("The invented port", "What nobody else sees"):
        operations.add_item(meeting, title=title, by=cast["secretary"], at=now)
    return operations.give_notice(meeting, by=cast["secretary"], at=now)


@pytest.fixture
def port(board):
    return board.items.get(position=1)


def invited(cast, item, at, who="manager", by="secretary", ground="insight"):
    return ledger.invite_guest(item, cast[who].person, ground=ground, by=cast[by], at=at)


def held(cast, meeting):
    at = meeting.starts_at
    for name in THERE:
        attending.record_arrival(
            meeting, cast[name].person, mode="in_person", by=cast["secretary"], at=at
        )
    operations.call_to_order(meeting, by=cast["chair"], at=at)
    return operations.adjourn(meeting, by=cast["chair"], at=at + timedelta(hours=2))


def test_a_guest_learns_of_their_item_alone(cast, board, port, now, client):
    client.force_login(cast["manager"])
    assert client.get(board.get_absolute_url()).status_code == 404
    invited(cast, port, now, ground="exposure")
    page = client.get(board.get_absolute_url()).content.decode()
    assert "The invented port" in page and "nobody else sees" not in page
    assert "uorum" not in page and "xecutive session" not in page and "reserved" not in page
    item = client.get(f"/meetings/items/{port.pk}/").content.decode()
    assert board.place in item and "potential" not in item and "Guests" not in item
    assert client.get(f"/meetings/items/{port.pk}/guests/").status_code == 403
    other = board.items.get(position=2)
    assert client.get(f"/meetings/items/{other.pk}/").status_code == 404
    assert client.get(f"/meetings/items/{other.pk}/guests/").status_code == 404
    assert client.get(LEDGER).status_code == 404


def test_a_guest_is_told_and_nobody_else(cast, port, now):
    invited(cast, port, now)
    told = Notice.objects.filter(kind="guest_invited")
    assert [one.reader for one in told] == [cast["manager"]]
    operations.add_item(port.meeting, title="More", by=cast["secretary"], at=now)
    changed = Notice.objects.filter(kind="agenda_changed", reader=cast["manager"])
    assert changed.count() == 1


def test_an_invitation_that_was_taken_back_is_not_sent_any_more(cast, port, now, mailoutbox):
    guest = invited(cast, port, now)
    invited(cast, port, now, who="chief_financial_officer")
    ledger.withdraw_invitation(guest, by=cast["secretary"], at=now)
    Notice.objects.exclude(kind="guest_invited").delete()
    deliver(now)
    told = Notice.objects.filter(kind="guest_invited")
    states = {"manager": "withheld", "chief_financial_officer": "sent"}
    assert {one.reader: one.state for one in told} == {
        cast[name]: state for name, state in states.items()
    }
    [letter] = mailoutbox
    assert port.title not in letter.message().as_string()


def test_of_a_draft_a_guest_hears_when_it_is_scheduled(cast, now):
    by = {"by": cast["secretary"], "at": now}
    meeting = meetings.drafted(**by)
    item = operations.add_item(meeting, title="Port", **by)
    invited(cast, item, now)
    assert not Notice.objects.exists()
    assert not Meeting.objects.visible_to(cast["manager"]).exists()
    operations.schedule(meeting, **by)
    assert Notice.objects.filter(kind="meeting_scheduled", reader=cast["manager"]).count() == 1
    assert Meeting.objects.visible_to(cast["manager"]).get() == meeting


def test_an_invitation_needs_an_item_a_person_and_a_ground(cast, board, port, now):
    with pytest.raises(Refused, match="insight, future potential"):
        invited(cast, port, now, ground="friendship")
    for member in ("director", "chief_executive"):
        with pytest.raises(Refused, match="is a member of this body"):
            invited(cast, port, now, who=member)
    for name in ("director", "manager", "outsider", "administrator"):
        with pytest.raises(Refused, match="secretary and the chair"):
            invited(cast, port, now, by=name)
    assert not ItemGuest.objects.exists() and not Notice.objects.filter(kind="guest_invited")
    first = invited(cast, port, now, by="chair")
    with pytest.raises(Refused, match="invited to this item already"):
        invited(cast, port, now)
    assert ItemGuest.objects.get() == first
    held(cast, board)
    with pytest.raises(Refused, match="over"):
        invited(cast, port, board.starts_at, who="chief_financial_officer")
    with pytest.raises(Refused, match="over"):
        ledger.withdraw_invitation(first, by=cast["secretary"], at=board.starts_at)
    assert ItemGuest.objects.get() == first


def test_a_committee_invites_whoever_is_not_its_member(cast, now):
    committee = cast["audit_chair"].person.seats.get().committee
    meeting = meetings.scheduled(by=cast["secretary"], at=now, committee=committee)
    item = operations.add_item(meeting, title="Findings", by=cast["secretary"], at=now)
    guest = invited(cast, item, now, who="director", by="audit_chair")
    assert AgendaItem.objects.visible_to(cast["director"]).get() == item
    assert not ItemGuest.objects.visible_to(cast["director"]).exists()
    assert ItemGuest.objects.visible_to(cast["audit_member"]).get() == guest


def test_an_invitation_that_is_taken_back_closes_the_item(cast, port, now):
    guest = invited(cast, port, now)
    for name in ("director", "manager"):
        with pytest.raises(Refused, match="secretary and the chair"):
            ledger.withdraw_invitation(guest, by=cast[name], at=now)
    assert AgendaItem.objects.visible_to(cast["manager"]).exists()
    ledger.withdraw_invitation(guest, by=cast["secretary"], at=now)
    assert not AgendaItem.objects.visible_to(cast["manager"]).exists()
    assert not ItemGuest.objects.exists()


def test_an_item_that_is_removed_takes_its_guests_along(cast, now):
    by = {"by": cast["secretary"], "at": now}
    item = operations.add_item(meetings.drafted(**by), title="Port", **by)
    invited(cast, item, now)
    operations.remove_item(item, **by)
    assert not ItemGuest.objects.exists()


def test_guests_count_toward_no_quorum(cast, board, port, now):
    invited(cast, port, now)
    with pytest.raises(Refused, match="not a member"):
        attending.record_arrival(
            board, cast["manager"].person, mode="in_person", by=cast["secretary"], at=now
        )


def test_the_database_keeps_whom_the_board_has_met(cast, board, port, now):
    guest = invited(cast, port, now)
    held(cast, board)
    for write in (
        lambda: ItemGuest.objects.update(ground="other"),
        lambda: ItemGuest.objects.all().delete(),
        lambda: ItemGuest.objects.create(
            item=port,
            person=cast["outsider"].person,
            ground="other",
            invited_by=cast["secretary"],
            invited_at=now,
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert ItemGuest.objects.get() == guest


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_ledger_is_the_boards(name, cast, board, port, now, client):
    invited(cast, port, now, ground="exposure")
    client.force_login(cast[name])
    reads = name in (*DIRECTORS, *OFFICE)
    assert client.get(LEDGER).status_code == (200 if reads else 404)
    assert (LEDGER in client.get("/meetings/").content.decode()) == reads
    if reads:
        assert "Manager Example" not in client.get(LEDGER).content.decode()
        held(cast, board)
        page = client.get(LEDGER).content.decode()
        assert "Manager Example" in page and "The invented port" in page
        assert "1 for future potential" in page and f"<b>{board.day.year}</b>" in page


def test_a_recused_director_does_not_read_who_came_to_the_item(cast, board, port, now, client):
    invited(cast, port, now)
    operations.record_recusal(
        port, cast["director"].person, mode="left", basis="Own", by=cast["director"], at=now
    )
    held(cast, board)
    client.force_login(cast["director"])
    page = client.get(LEDGER).content.decode()
    assert "Manager Example" not in page and "for insight" not in page


def test_what_a_committee_meets_is_not_in_the_boards_ledger(cast, now, client):
    committee = cast["audit_chair"].person.seats.get().committee
    meeting = meetings.in_session(
        [cast[name].person for name in ("audit_chair", "audit_member")],
        by=cast["secretary"],
        at=now,
        committee=committee,
    )
    item = operations.add_item(meeting, title="Findings", by=cast["secretary"], at=now)
    invited(cast, item, now)
    operations.adjourn(meeting, by=cast["audit_chair"], at=now + timedelta(hours=1))
    client.force_login(cast["secretary"])
    assert "Manager Example" not in client.get(LEDGER).content.decode()


def test_guests_are_invited_on_the_items_page(cast, port, client):
    client.force_login(cast["chair"])
    address = f"/meetings/items/{port.pk}/guests/"
    assert address in client.get(f"/meetings/items/{port.pk}/").content.decode()
    body = {"person": cast["manager"].person_id, "ground": "insight"}
    for wrong in ({"person": "x"}, {"ground": "x"}, {"person": cast["outsider"].person_id}):
        assert client.post(address, body | wrong).status_code == 200
    assert not ItemGuest.objects.exists()
    assert client.post(address, body).status_code == 302
    again = client.post(address, body).content.decode()
    assert "invited to this item already" in again and "Nothing was changed." in again
    assert "insight into the item" in client.get(f"/meetings/items/{port.pk}/").content.decode()
    for _ in range(2):
        key = {"withdraw": ItemGuest.objects.values_list("pk", flat=True).first() or "x"}
        assert client.post(address, key).status_code == 302
    assert not ItemGuest.objects.exists()
    client.force_login(cast["director"])
    assert client.post(address, body).status_code == 403 and not ItemGuest.objects.exists()


def test_the_ledger_is_read_at_once(cast, board, port, now, client):
    other = board.items.get(position=2)
    invited(cast, port, now)
    client.force_login(cast["director"])

    def count():
        with CaptureQueriesContext(connection) as asked_of_it:
            assert client.get(LEDGER).status_code == 200
        return len(asked_of_it)

    for who in ("chief_financial_officer", "outsider"):
        invited(cast, other, now, who=who, ground="other")
    held(cast, board)
    count()
    full = count()
    assert full <= 12
