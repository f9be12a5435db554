"""Papers of an executive session: members bring and read them, and nobody else knows of them."""

import json
import uuid
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pypdfium2 import PdfDocument

from governance.meetings import guests, sessions
from governance.meetings import operations as meetings
from governance.meetings.models import ExecutiveSession, SessionGuest
from governance.notices.models import Notice
from governance.papers import arriving, noting, purging, sealed
from governance.papers.models import (
    Arrival,
    Certificate,
    Hold,
    Note,
    Paper,
    ReadingPlace,
    SessionPaper,
    Sheet,
)
from governance.records.models import StoredFile
from governance.refusals import Refused
from tests.factories import meetings as called
from tests.factories.cast import EVERYBODY, INDEPENDENT

pytestmark = pytest.mark.django_db
TOLD = "canary-of-the-sealed-paper"
BRINGER, READER = "lead_director", "audit_chair"


@pytest.fixture
def session(cast, now):
    """The room is open: the Board meeting has adjourned."""
    people = [cast[name].person for name in INDEPENDENT]
    held = called.in_session(people, by=cast["secretary"], at=now)
    meetings.adjourn(held, by=cast["lead_director"], at=now)
    return ExecutiveSession.objects.get(meeting=held)


@pytest.fixture
def arrive(cast, now, session, file):
    def arrive(by=BRINGER, words=TOLD, pages=2, **facts):
        source = file(words, pages, name=words)
        return arriving.receive(
            session, source=source, name=f"{words}.pdf", by=cast[by], at=now, **facts
        )

    return arrive


@pytest.fixture
def paper(arrive, now):
    """It was brought and checked."""
    arrival = arrive()
    assert arriving.check(arrival.pk, now=now)
    assert Arrival.objects.get().state == "brought", Arrival.objects.get().says
    return SessionPaper.objects.get()


@pytest.fixture
def closed(cast, now, session, paper):
    """The session was held, and is closed."""
    for name in (BRINGER, READER):
        sessions.enter_room(session, by=cast[name], at=now)
    sessions.begin_session(session, by=cast[BRINGER], at=now)
    sessions.close_session(session, by=cast[BRINGER], at=now)
    session.refresh_from_db()
    return session


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def addresses(paper):
    one = f"/papers/sealed/{paper.pk}/"
    return [
        f"/papers/sessions/{paper.session_id}/",
        f"/papers/sessions/{paper.session_id}/questions/",
        one,
        *(f"{one}{name}/" for name in ("file", "notes")),
    ]


def test_its_members_read_it_and_nobody_else(paper, cast):
    for who in EVERYBODY:
        client, seen = as_(cast[who]), who in INDEPENDENT
        assert SessionPaper.objects.visible_to(cast[who]).exists() == seen, who
        for address in addresses(paper):
            assert client.get(address).status_code == (200 if seen else 404), (who, address)
        withdraws = client.get(f"/papers/sealed/{paper.pk}/withdraw/").status_code
        assert withdraws == (200 if who == BRINGER else 403 if seen else 404), who


def test_a_reader_has_its_words_under_their_own_name(paper, cast):
    answer = as_(cast[READER]).get(f"/papers/sealed/{paper.pk}/file/")
    document = PdfDocument(b"".join(answer.streaming_content))
    words = document[0].get_textpage().get_text_range()
    assert TOLD in words and str(cast[READER].person) in words
    ranged = as_(cast[READER]).get(
        f"/papers/sealed/{paper.pk}/file/", headers={"Range": "bytes=0-99"}
    )
    assert (ranged.status_code, ranged["Content-Length"]) == (206, "100")
    assert "attachment" not in answer.headers.get("Content-Disposition", "")


def test_the_secretary_reads_it_while_let_in_and_brings_nothing(cast, now, session, arrive):
    for name in (BRINGER, READER):
        sessions.enter_room(session, by=cast[name], at=now)
    sessions.begin_session(session, by=cast[BRINGER], at=now)
    arriving.check(arrive().pk, now=now)
    paper, secretary = SessionPaper.objects.get(), as_(cast["secretary"])
    assert secretary.get(f"/papers/sealed/{paper.pk}/").status_code == 404
    session.refresh_from_db()
    guest = {"person": cast["secretary"].person, "by": cast[BRINGER], "at": now}
    guests.admit_guest(session, capacity="secretary", **guest)
    assert secretary.get(f"/papers/sealed/{paper.pk}/").status_code == 200
    listed = f"/papers/sessions/{session.pk}/"
    assert "Bring papers" not in secretary.get(listed).content.decode()
    assert secretary.post(listed, {}).status_code == 403
    with pytest.raises(Refused, match="members"):
        arrive(by="secretary", words="else")
    SessionGuest.objects.update(until=now)
    assert secretary.get(f"/papers/sealed/{paper.pk}/file/").status_code == 404


def test_who_is_independent_no_more_has_the_next_page_no_more(paper, cast, now):
    client = as_(cast[READER])
    assert client.get(f"/papers/sealed/{paper.pk}/file/").status_code == 200
    cast[READER].person.directorships.update(until=now.date() - timedelta(days=1))
    for address in addresses(paper):
        assert as_(cast[READER]).get(address).status_code == 404


def test_who_loses_the_door_before_it_is_checked_brings_nothing(arrive, cast, now):
    arrival = arrive(by=READER)
    cast[READER].person.directorships.update(until=now.date() - timedelta(days=1))
    arriving.check(arrival.pk, now=now)
    assert Arrival.objects.get().state == "refused" and not SessionPaper.objects.exists()
    assert not StoredFile.objects.exists()


def test_what_is_on_its_way_is_seen_by_who_brought_it_alone(arrive, cast):
    arrive()
    for who in EVERYBODY:
        assert Arrival.objects.visible_to(cast[who]).exists() == (who == BRINGER), who


def test_members_are_told_by_a_letter_like_every_other(paper, cast):
    told = Notice.objects.filter(kind="session_paper")
    readers = {one.reader for one in told}
    assert readers == {cast[name] for name in INDEPENDENT if name != BRINGER}
    assert not told.visible_to(cast["secretary"]).exists()


def test_its_words_are_kept_for_no_search_and_in_no_list(paper):
    assert not Paper.objects.exists() and not Sheet.objects.exists()
    registered = {model._meta.model_name for model in admin.site._registry}
    assert not registered & {"sessionpaper", "arrival", "sessionpaperevent"}
    assert TOLD not in f"{paper}{paper!r}{Arrival.objects.get()}"


def test_no_bare_row_says_what_it_is_about(paper):
    with connection.cursor() as cursor:
        for table in ("sessionpaper", "sessionpaperevent", "arrival"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM papers_{table} t")
            row = cursor.fetchone()[0]
            assert row and TOLD not in row and TOLD.encode().hex() not in row
    assert paper.title == TOLD


def test_nothing_is_kept_beside_what_is_read(paper):
    """What was brought is not kept: there is no office that would have it."""
    assert StoredFile.objects.get() == paper.file


def test_who_brought_it_or_presides_withdraws_it_and_then_nobody_reads_it(
    arrive, cast, now, session
):
    arriving.check(arrive(by="director").pk, now=now)
    paper = SessionPaper.objects.get()
    with pytest.raises(Refused, match="Whoever brought it"):
        sealed.withdraw_sealed(paper, by=cast[READER], at=now)
    answer = as_(cast["lead_director"]).post(f"/papers/sealed/{paper.pk}/withdraw/")
    assert answer.status_code == 302
    for address in addresses(paper)[2:]:
        assert as_(cast["director"]).get(address).status_code == 404
    page = as_(cast["director"]).get(f"/papers/sessions/{session.pk}/").content.decode()
    assert "withdrawn" in page
    # Its number is not given to another.
    arriving.check(arrive(by="director", words="else").pk, now=now)
    assert SessionPaper.objects.filter(withdrawn_at=None).get().position == 2


def test_a_session_that_is_over_keeps_its_papers_as_they_were(closed, paper, cast, now, arrive):
    with pytest.raises(Refused, match="is over"):
        arrive(words="else")
    with pytest.raises(Refused):
        sealed.withdraw_sealed(paper, by=cast[BRINGER], at=now)
    assert as_(cast[READER]).get(f"/papers/sealed/{paper.pk}/").status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"pages": 9}, {"sealed_title": b"x"}, {"brought_at": None}],
)
def test_the_database_keeps_it_as_it_was_brought(paper, change):
    with pytest.raises(DatabaseError, match="as it was brought|null value"), transaction.atomic():
        SessionPaper.objects.update(**change)
    with pytest.raises(DatabaseError, match="stays in the record"), transaction.atomic():
        SessionPaper.objects.all()._raw_delete("default")


# --- Notes on it


def body(paper, text="a note"):
    key = str(paper.pk)
    return {"kind": "note", "text": text, "paper": key, "version": key, "page": 2, "label": "2"}


def note(paper, by, **facts):
    told = {"note_id": uuid.uuid4(), "revision": 0, "erased": False, "body": body(paper)}
    return noting.save_note(paper, by=by, **told | facts)


def test_notes_on_it_are_the_readers_own_as_everywhere(paper, cast):
    client, address = as_(cast[READER]), f"/papers/sealed/{paper.pk}/notes/"
    told = {"id": str(uuid.uuid4()), "revision": 0, "body": body(paper, "ask the adviser")}
    answer = client.post(address, json.dumps(told), content_type="application/json")
    assert answer.status_code == 200
    (kept,) = client.get(address).json()["notes"]
    assert (kept["text"], kept["at"]) == ("ask the adviser", 2)
    assert as_(cast[BRINGER]).get(address).json()["notes"] == []
    page = client.get(f"/papers/sessions/{paper.session_id}/questions/").content.decode()
    assert "ask the adviser" in page
    place = f"/papers/sealed/{paper.pk}/place/"
    client.post(place, json.dumps({"page": 2}), content_type="application/json")
    assert client.get(address).json()["place"] == 2
    assert ReadingPlace.objects.get().sealed_paper == paper


def test_whoever_signs_in_where_it_is_open_neither_gets_nor_saves_its_readers_notes(paper, cast):
    told = as_(cast[READER]).get(f"/papers/sealed/{paper.pk}/").context["told"]
    client = as_(cast[BRINGER])
    assert client.get(told["notes"]).status_code == 404
    sent = {"id": str(uuid.uuid4()), "revision": 0, "body": body(paper)}
    for name, wrote in (("notes", sent), ("place", {"page": 2})):
        answer = client.post(told[name], json.dumps(wrote), content_type="application/json")
        assert answer.status_code == 404
    assert not Note.objects.exists()


def test_a_note_on_it_says_where_it_stands(paper, cast):
    with pytest.raises(Refused, match="where it stands"):
        note(paper, cast[READER], body=body(paper) | {"paper": str(uuid.uuid4())})


def test_notes_on_what_was_withdrawn_stay_with_their_reader_to_print(paper, cast, now):
    note(paper, cast[READER], body=body(paper, TOLD))
    sealed.withdraw_sealed(paper, by=cast[BRINGER], at=now)
    address = f"/papers/sessions/{paper.session_id}/questions/"
    assert TOLD in as_(cast[READER]).get(address).content.decode()
    assert TOLD not in as_(cast[BRINGER]).get(address).content.decode()


def test_notes_on_it_show_on_no_page_of_the_meeting(paper, cast, session):
    note(paper, cast[READER], body=body(paper, TOLD))
    for address in ("/", "/papers/", f"/papers/books/{session.meeting_id}/questions/"):
        assert TOLD not in as_(cast[READER]).get(address).content.decode(), address


def test_notes_on_it_go_when_the_record_of_the_session_is_fixed(closed, paper, cast):
    note(paper, cast[READER])
    day = timezone.localdate(closed.closed_at) + timedelta(days=37)
    assert purging.purge_day(closed) == day
    assert "the record of the session is fixed" in purging.fate_of(cast[READER], closed).lower()
    purging.announce_purges(on=day - timedelta(days=8))
    assert not Notice.objects.filter(kind="notes_go").exists()
    purging.announce_purges(on=day - timedelta(days=7))
    letter = Notice.objects.get(kind="notes_go")
    assert letter.reader == cast[READER]
    assert not Notice.objects.visible_to(cast["secretary"]).filter(pk=letter.pk).exists()
    assert purging.purge_notes(on=day) == 1
    assert not Note.objects.exists()
    gone = Certificate.objects.visible_to(cast[READER]).get()
    assert (gone.session, gone.notes) == (closed, 1)
    assert "1 note went" in purging.fate_of(cast[READER], closed)


def test_a_legal_hold_keeps_them(closed, paper, cast):
    note(paper, cast[READER])
    day = timezone.localdate(closed.closed_at) + timedelta(days=37)
    purging.announce_purges(on=day - timedelta(days=7))
    Hold.objects.create(matter="A matter", first=timezone.localdate(closed.closed_at), since=day)
    assert purging.purge_notes(on=day) == 0
    assert Note.objects.exists()
