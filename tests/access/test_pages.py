"""Every address by everybody: who reads what, and what is hidden is as if it never existed."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.meetings.models import Recusal
from governance.notices.delivering import deliver
from tests.access.world import (
    ANSWERED,
    ANSWERING,
    AUDIT,
    BOARD,
    HEAR,
    INVITED,
    LOOK_INTO,
    OFFICE,
    POSTED,
    PRESENTS,
    RECUSED,
    addresses,
    as_,
    by_turns,
    patterns,
    seen,
)
from tests.factories.board import DeterminationFactory
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT

pytestmark = pytest.mark.django_db

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
TARGET = re.compile(r"""<(?:form|button|input)\b[^>]*?\b(?:form)?action="([^"]*)\"""")
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# The chair is in the room, so nobody else presides; the secretary keeps attendance, closes votes.
RUNS = {"secretary", "chair"}


def among(names, otherwise=404, **by_name):
    """200 for these, the other status for everybody else."""
    return lambda name: 200 if name in names else otherwise


def ranked(may, knows):
    """200 for who may, 403 for who rightly knows of it, 404 for everybody else."""
    return lambda name: 200 if name in may else 403 if name in knows else 404


def everybody(name):
    return 200


# Whoever chairs the Board or leads its independent directors drafts its consents; each chair those
# of a committee.
DRAFT_CONSENTS = {*OFFICE, "chair", "lead_director"}
CHAIRS = {"audit_chair", "compensation_chair", "nominating_chair"}


# Who gets what from each address, in the order of world.addresses: from the table of access.
GET = {
    "today": [everybody],
    "notices:inbox": [everybody],
    "notices:preferences": [everybody],
    "calendar": [everybody],
    "board:board": [everybody],
    "board:director": [everybody, everybody],
    "board:workbench": [among(LOOK_INTO)],
    "board:resolution": [among(LOOK_INTO)],
    "board:skills": [among(BOARD)],
    "board:commitments": [among(DIRECTORS)],
    "board:report_change": [among(DIRECTORS)],
    "board:questionnaire": [
        among({ANSWERED, *LOOK_INTO}),
        among({ANSWERING, *LOOK_INTO}),
        among({ANSWERING, *LOOK_INTO}),
    ],
    "board:sign": [ranked({ANSWERING}, LOOK_INTO)],
    "board:receipt": [among({ANSWERED, *LOOK_INTO})],
    "board:review": [ranked(LOOK_INTO, {ANSWERED}), ranked(LOOK_INTO, {ANSWERING})],
    "committees:committees": [everybody],
    "committees:committee": [everybody],
    "committees:charter": [among({*AUDIT, *OFFICE})],
    "meetings:meetings": [everybody],
    "decisions:decisions": [everybody],
    "meetings:meeting": [among(BOARD | PRESENTS), ranked({*AUDIT, "secretary"}, set(DIRECTORS))],
    "meetings:entry": [among(BOARD | PRESENTS), ranked({*AUDIT, "secretary"}, set(DIRECTORS))],
    "meetings:attendance": [ranked(RUNS, BOARD)],
    "meetings:act": [ranked({"chair"}, BOARD)],
    "meetings:item": [among(BOARD), among((BOARD | PRESENTS) - {RECUSED})],
    "meetings:recuse": [
        ranked(set(DIRECTORS), BOARD),
        ranked(set(DIRECTORS) - {RECUSED}, (BOARD | PRESENTS) - {RECUSED}),
    ],
    "meetings:record_recusal": [ranked(RUNS, BOARD)],
    "meetings:session": [among(INDEPENDENT), among(INDEPENDENT), among(INVITED)],
    "meetings:sessions": [among(INDEPENDENT)],
    "meetings:call_session": [among(INDEPENDENT)],
    "meetings:session_ask": [
        among(INDEPENDENT),
        among(INDEPENDENT),
        ranked({"lead_director"}, INDEPENDENT),
        # Nobody presides there.
        ranked(set(), INVITED),
    ],
    "decisions:motion": [among(BOARD), among(BOARD - {RECUSED})],
    "decisions:declare": [
        ranked({*DIRECTORS, "secretary"}, BOARD),
        ranked({*DIRECTORS, "secretary"} - {RECUSED}, BOARD - {RECUSED}),
    ],
    "decisions:prompt": [ranked(RUNS, BOARD)],
    # The mover, and the secretary who writes for them.
    "decisions:propose": [ranked({"director", "secretary"}, BOARD)],
    "decisions:amendment": [ranked({"chair"}, BOARD)],
    "meetings:waive": [ranked(set(DIRECTORS), BOARD), ranked(set(AUDIT), {"secretary"})],
    "meetings:object": [ranked(set(DIRECTORS), BOARD), ranked(set(AUDIT), {"secretary"})],
    "meetings:waiver": [among(BOARD)],
    # The mover may take a motion back, and so is told that closing is not theirs now.
    "decisions:conduct": [ranked(RUNS | {"director"}, BOARD)],
    "decisions:receipt": [among({"director"})],
    "decisions:put": [
        ranked({*DIRECTORS, "secretary"}, BOARD),
        ranked({*DIRECTORS, "secretary"} - {RECUSED}, (BOARD | PRESENTS) - {RECUSED}),
    ],
    "search": [everybody],
    "year": [among(BOARD)],
    "meetings:actions": [everybody],
    "meetings:action": [among(BOARD), among((BOARD | PRESENTS) - {RECUSED})],
    # Their owner and the Corporate Secretary settle them.
    "meetings:action_act": [
        ranked({"director", "secretary"}, BOARD),
        ranked({"secretary", *PRESENTS}, BOARD - {RECUSED}),
    ],
    "meetings:consulted": [ranked({*OFFICE, "chair"}, BOARD | PRESENTS)],
    "meetings:enter_action": [ranked({*OFFICE, "chair"}, BOARD)],
    "meetings:requests": [everybody],
    "meetings:ask": [among(DIRECTORS)],
    "meetings:plan": [among({"secretary"})],
    "meetings:guests": [among(BOARD)],
    "meetings:invite": [
        ranked({*OFFICE, "chair"}, BOARD),
        ranked({*OFFICE, "chair"}, (BOARD | PRESENTS) - {RECUSED}),
    ],
    "meetings:tie": [
        ranked({*OFFICE, "chair"}, BOARD),
        ranked({*OFFICE, "chair"}, (BOARD | PRESENTS) - {RECUSED}),
    ],
    "meetings:request": [among(HEAR), among({*DIRECTORS, "secretary"})],
    "meetings:request_act": [
        ranked({"chair", "lead_director"}, {"director"}),
        ranked({"director"}, {*DIRECTORS, "secretary"}),
    ],
    "decisions:consent": [among({*DIRECTORS, *OFFICE}), among({*AUDIT, *OFFICE})],
    "decisions:draft_consent": [among(DRAFT_CONSENTS | CHAIRS)],
    "decisions:edit_consent": [among(DRAFT_CONSENTS)],
    "decisions:sign_consent": [ranked(set(DIRECTORS), set(OFFICE))],
    "decisions:object_consent": [ranked(set(DIRECTORS), set(OFFICE))],
    "decisions:consent_act": [ranked({"chair", "secretary"}, {*DIRECTORS, *OFFICE})],
    "decisions:signature": [among({*DIRECTORS, *OFFICE})],
    "minutes:draft": [ranked(set(OFFICE), BOARD)],
    "minutes:minutes": [among(BOARD), among({*OFFICE, "audit_chair"})],
    "minutes:write": [among({*OFFICE, "audit_chair"})],
    "minutes:comment": [ranked(set(DIRECTORS), BOARD)],
    "minutes:circulate": [ranked({"secretary"}, {*OFFICE, "audit_chair"})],
    "minutes:put": [ranked(set(OFFICE), BOARD)],
    "minutes:enter_approval": [ranked({"secretary"}, BOARD)],
    "minutes:sign": [ranked({"secretary"}, BOARD)],
    # Who was there proposes a correction, and nobody of a text that they may not read whole.
    "minutes:correct": [ranked({"secretary", *INDEPENDENT} - {RECUSED}, BOARD)],
    "minutes:paper": [among(BOARD)],
    "minutes:put_correction": [ranked(set(OFFICE), BOARD)],
    "minutes:agenda": [among(BOARD)],
    "minutes:resolution": [among(BOARD - {RECUSED})],
    # Its vote is open: there is nothing to certify yet.
    "minutes:certificate": [ranked((), BOARD - {"secretary"})],
    "minutes:consent": [among({*AUDIT, *OFFICE})],
    "minutes:signature": [among(BOARD)],
}
# Looked after elsewhere: the admin in tests/admin, accounts in tests/boardroom/signin; papers, and
# the clawback room, which most readers do not know, beside this.
ELSEWHERE = (
    "clawback:",
    "papers:",
    "admin",
    "account_",
    "mfa_",
    "usersessions_",
    "invitation",
    "openid",
    "socialaccount_",
)


def test_every_address_has_an_expectation():
    named = {name for name, _ in patterns() if name and not name.startswith(ELSEWHERE)}
    assert all(route.startswith("admin/") for name, route in patterns() if not name)
    # The cast page is tried with sign-in, letters and the address in them with the outbox; a feed
    # asks for no session.
    assert named - {"demo", "notices:open", "notices:less", "feed"} == {*GET, *POSTED}


@pytest.mark.parametrize("name", by_turns(EVERYBODY))
def test_who_reads_what(name, world):
    client, found = as_(world, name), {}
    for page, asked in addresses(world).items():
        for number, address in enumerate(asked if page in GET else ()):
            expected = GET[page][number](name)
            answer = client.get(address).status_code
            if answer != expected:
                found[page, number] = (answer, expected)
    assert found == {}


@pytest.mark.parametrize("name", by_turns(EVERYBODY))
def test_a_post_opens_no_more_than_a_get_and_never_breaks(name, world):
    client = as_(world, name)
    for page, asked in addresses(world).items():
        for number, address in enumerate(asked if page in GET else ()):
            expected = GET[page][number](name)
            if page == "decisions:conduct" or page == "meetings:act":
                continue  # binds: tried by person in the rooms' own tests
            answer = client.post(address, {"nothing": "of use"}).status_code
            assert answer < 500 and (answer in (200, 302, 405)) == (
                expected == 200 or answer == 405
            )
    for page, address in POSTED.items():
        answer = client.post(address(world)).status_code
        inside = name in {
            "notices:mark_all_read": EVERYBODY,
            "meetings:reply": BOARD | PRESENTS,
            "meetings:take_up": BOARD,
            "board:invite_counsel": LOOK_INTO,
            "board:counsel_note": {ANSWERED, *LOOK_INTO},
            "board:end_counsel_invitation": {ANSWERED, *LOOK_INTO},
        }.get(page, INDEPENDENT)
        assert (answer == 404) == (not inside), page


@pytest.mark.parametrize("name", ["secretary", "chair", "director", "audit_chair"])
def test_every_form_goes_somewhere_and_carries_its_token(name, world):
    """What a browser would send arrives: no address made of a name, no form without its token."""
    client, forms = as_(world, name), 0
    for asked in addresses(world).values():
        for address in asked:
            answer = client.get(address)
            if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                continue
            page = answer.content.decode()
            for target in TARGET.findall(page):
                assert target[:1] in ("", "/", "?"), (address, target)
            for form in FORM.findall(page):
                forms += 1
                sends = 'method="post"' in form.partition(">")[0].lower()
                assert not sends or "csrfmiddlewaretoken" in form, (address, form[:200])
    assert forms


def test_an_anonymous_visitor_is_sent_to_the_door(world):
    for asked in addresses(world).values():
        for address in asked:
            answer = Client().get(address)
            assert answer.status_code == 302 and "/demo/" in answer.url
            assert Client().post(address).status_code == 302


@pytest.mark.parametrize(
    "name", ["chief_executive", "secretary", "administrator", "outsider", RECUSED]
)
def test_what_is_hidden_is_not_there(name, world):
    """The same body, headers and number of queries as an address that never existed."""
    client = as_(world, name)
    client.get("/")
    for page, asked in addresses(world).items():
        for number, address in enumerate(asked if page in GET else ()):
            if GET[page][number](name) != 404:
                continue
            keys = KEY.findall(address)
            if not keys:
                continue  # a page that is no secret, for others
            never = address.replace(keys[-1], str(uuid.uuid4()))
            answers = []
            for path in (address, never):
                with CaptureQueriesContext(connection) as asked_of_it:
                    answer = client.get(path)
                answers.append(
                    (answer.status_code, seen(answer), dict(answer.headers), len(asked_of_it))
                )
            assert answers[0] == answers[1], address


def test_walls_and_lost_seats_count_from_the_next_request(world, now):
    director = as_(world, "director")
    assert director.get(world.withheld_motion.get_absolute_url()).status_code == 200
    Recusal.objects.create(
        item=world.withheld,
        person=world.cast["director"].person,
        mode="left",
        basis="Invented.",
        since=now,
        recorded_by=world.cast["secretary"],
    )
    assert director.get(world.withheld_motion.get_absolute_url()).status_code == 404
    assert director.get(world.session.get_absolute_url()).status_code == 200
    person = world.cast["director"].person
    DeterminationFactory(
        person=person, independent=False, determined_on=now.date().replace(year=now.year - 1)
    )
    assert director.get(world.session.get_absolute_url()).status_code == 404
    person.directorships.update(until=now.date().replace(year=now.year - 1))
    assert director.get(world.meeting.get_absolute_url()).status_code == 404
    secretary = as_(world, "secretary")
    assert secretary.get("/admin/").status_code == 200
    world.cast["secretary"].person.appointments.update(until=now.date().replace(year=now.year - 1))
    assert secretary.get("/admin/").status_code == 404
    assert secretary.get(world.meeting.get_absolute_url()).status_code == 404


def test_a_queued_letter_is_withheld_from_who_lost_the_right(world, now, mailoutbox):
    gone = world.cast["audit_chair"]
    gone.person.directorships.update(until=now.date().replace(year=now.year - 1))
    gone.person.seats.update(until=now.date().replace(year=now.year - 1))
    while deliver(now):
        pass
    written = {address for letter in mailoutbox for address in letter.to}
    assert world.cast["director"].email in written and gone.email not in written
