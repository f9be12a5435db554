"""Notice that is short: waived in writing or by attending, or objected to (M-01)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from governance.meetings import attending, operations, waivers
from governance.meetings.models import Meeting, NoticeObjection, NoticeWaiver
from governance.refusals import Refused
from tests.factories import meetings
from tests.factories.board import DirectorshipFactory
from tests.factories.cast import DIRECTORS
from tests.factories.people import PersonFactory
from tests.factories.signing import just_now, signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
THERE = ("lead_director", "audit_chair", "director", "chair", "chief_executive")


@pytest.fixture
def soon(cast, now):
    """A special meeting in an hour, for which the bylaws give a day of notice."""
    return meetings.scheduled(by=cast["secretary"], at=now, kind="special", hours=1)


def waives(meeting, user, at, **facts):
    told = {"digest": waivers.digest_of(waivers.text_of(meeting)), "method": "password"} | facts
    return waivers.waive_notice(meeting, by=user, at=at, **told)


def everybody_waives(meeting, cast, at):
    for name in DIRECTORS:
        waives(meeting, cast[name], at)


def test_m_01_short_notice_is_blocked_until_every_director_has_waived_it(cast, soon, now):
    for name in DIRECTORS[1:]:
        waives(soon, cast[name], now)
    with pytest.raises(Refused, match="waive the notice in writing: 1 have not") as refused:
        operations.give_notice(soon, by=cast["secretary"], at=now)
    assert refused.value.code == "short_notice"
    waives(soon, cast[DIRECTORS[0]], now)
    operations.give_notice(soon, by=cast["secretary"], at=now)
    assert soon.state == "noticed"


def test_m_01_a_meeting_that_is_moved_is_waived_anew(cast, soon, now):
    everybody_waives(soon, cast, now)
    operations.reschedule(
        soon, starts_at=soon.starts_at + HOUR, by=cast["secretary"], at=now, why="A clash"
    )
    with pytest.raises(Refused, match="9 have not"):
        operations.give_notice(soon, by=cast["secretary"], at=now)
    waives(soon, cast["director"], now)
    assert soon.notice_waivers.filter(person=cast["director"].person).count() == 2


def test_m_01_a_bad_waiver_is_refused(cast, soon, now):
    ahead = meetings.scheduled(by=cast["secretary"], at=now, kind="special", hours=200)
    for meeting, name, facts, sentence in (
        (soon, "secretary", {}, "Members of the body waive their own notice"),
        (soon, "director", {"digest": "0" * 64}, "moved meanwhile"),
        (ahead, "director", {}, "nothing to waive"),
    ):
        with pytest.raises(Refused, match=sentence):
            waives(meeting, cast[name], now, **facts)
    assert not NoticeWaiver.objects.exists()
    waives(soon, cast["director"], now)
    with pytest.raises(Refused, match="waived it already"):
        waives(soon, cast["director"], now)
    everybody = [name for name in DIRECTORS if name != "director"]
    for name in everybody:
        waives(soon, cast[name], now)
    operations.give_notice(soon, by=cast["secretary"], at=now)
    with pytest.raises(Refused, match="before it is given"):
        waives(soon, cast["director"], now)


def joined_since(cast, now):
    """A director who came into office after notice was given."""
    person = PersonFactory(given_name="New", family_name="Director")
    DirectorshipFactory(person=person, since=(now + timedelta(days=1)).date())
    return person


def noticed_before_they_joined(cast, now):
    """The meeting, the newcomer in the room with five others, and the hour of the call."""
    by, at = cast["secretary"], now + timedelta(days=2)
    meeting = meetings.noticed(by=by, at=now, hours=48)
    newcomer = joined_since(cast, now)
    for person in [newcomer, *(cast[name].person for name in THERE)]:
        attending.record_arrival(meeting, person, mode="in_person", by=by, at=at)
    return meeting, newcomer, at


def test_m_01_whoever_attends_without_timely_notice_and_does_not_object_waives_it(cast, now):
    # One of nine gives up the seat that the newcomer takes.
    cast["audit_member"].person.directorships.update(until=now.date() + timedelta(days=1))
    meeting, newcomer, at = noticed_before_they_joined(cast, now)
    operations.call_to_order(meeting, by=cast["secretary"], at=at)
    waiver = NoticeWaiver.objects.get()
    assert (waiver.person, waiver.how, waiver.given_at) == (newcomer, "attended", at)


def test_m_01_whoever_objects_waives_nothing(cast, now):
    cast["audit_member"].person.directorships.update(until=now.date() + timedelta(days=1))
    meeting, newcomer, at = noticed_before_they_joined(cast, now)
    facts = {"by": cast["secretary"], "at": at}
    with pytest.raises(Refused, match="had timely notice"):
        waivers.object_to_notice(meeting, cast["director"].person, **facts)
    with pytest.raises(Refused, match="objects for themselves"):
        waivers.object_to_notice(meeting, newcomer, by=cast["director"], at=at)
    waivers.object_to_notice(meeting, newcomer, **facts)
    with pytest.raises(Refused, match="objected already"):
        waivers.object_to_notice(meeting, newcomer, **facts)
    operations.call_to_order(meeting, **facts)
    assert not NoticeWaiver.objects.exists()
    with pytest.raises(Refused, match="before the call to order"):
        waivers.object_to_notice(meeting, newcomer, **facts)
    assert NoticeObjection.objects.count() == 1


def test_m_01_the_database_keeps_waivers(cast, soon, now):
    waiver = waives(soon, cast["director"], now)
    rows = NoticeWaiver.objects.filter(pk=waiver.pk)
    facts = {"meeting": soon, "person": cast["chair"].person, "given_at": now}
    bound = {"text": "x", "text_digest": "x", "sign_in_method": "password"}
    starts = {"starts_at": soon.starts_at}
    writes = (
        lambda: rows.update(given_at=now + HOUR),
        rows.delete,
        lambda: NoticeWaiver.objects.create(how="written", **starts, **facts),
        lambda: NoticeWaiver.objects.create(how="attended", **starts, **facts),
        lambda: NoticeWaiver.objects.create(how="written", starts_at=now, **bound, **facts),
    )
    for write in writes:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert NoticeWaiver.objects.count() == 1


def test_m_01_a_director_waives_on_the_page_and_gets_a_receipt(cast, soon, client, now, capsys):
    signed_in(client, cast["director"], at=now)
    page = client.get(soon.get_absolute_url()).content.decode()
    address = f"{soon.get_absolute_url()}waive/"
    assert "9 have not waived it" in page and address in page
    just_now(client)
    digest = waivers.digest_of(waivers.text_of(soon))
    answer = client.post(address, {"digest": digest})
    waiver = NoticeWaiver.objects.get()
    assert answer.status_code == 302 and answer.url == waiver.get_absolute_url()
    receipt = client.get(answer.url).content.decode()
    assert "Your waiver is recorded" in receipt and waivers.STATEMENT in receipt
    assert "8 have not waived it" in client.get(soon.get_absolute_url()).content.decode()
    again = client.post(address, {"digest": digest})
    assert "You have waived it already." in again.content.decode()
    call_command("verify_receipt", str(waiver.pk))
    assert waiver.person.name in capsys.readouterr().out


def test_m_01_a_waiver_binds_after_a_fresh_sign_in(cast, soon, client, now):
    signed_in(client, cast["director"], at=now - HOUR)
    address = f"{soon.get_absolute_url()}waive/"
    answer = client.post(address, {"digest": waivers.digest_of(waivers.text_of(soon))})
    assert answer.status_code == 302 and address in answer.url.replace("%2F", "/")
    assert not NoticeWaiver.objects.exists()


def test_l_49_only_a_special_meeting_of_the_board_is_held_to_fill_seats(cast, now):
    audit = cast["audit_chair"].person.seats.get().committee
    facts = {"by": cast["secretary"], "at": now, "vacancy_only": True}
    for bad in ({"kind": "regular"}, {"kind": "special", "committee": audit}):
        with pytest.raises(Refused, match="Only a special meeting of the Board"):
            meetings.drafted(**bad, **facts)
    draft = meetings.drafted(kind="special", **facts)
    with pytest.raises(Refused, match="Only a special meeting of the Board"):
        operations.amend_draft(draft, kind="regular", by=cast["secretary"], at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.filter(pk=draft.pk).update(kind="regular")
    assert Meeting.objects.get().kind == "special"
