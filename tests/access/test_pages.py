"""Every address by everybody; two worlds; canaries: what is sealed shows nowhere outside."""

import re
import uuid

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.committees.models import Kind
from governance.meetings.models import Recusal
from governance.notices.operations import deliver
from tests.access.world import (
    ANSWERED,
    ANSWERING,
    AUDIT,
    BRINGS,
    COMMITTEE,
    CONSENT,
    DRAFT,
    MATTERS,
    OFFICE,
    POSTED,
    RECUSED,
    RELATION,
    REQUEST,
    SIGNED,
    WITHHELD,
    addresses,
    build,
    by_turns,
    fill_what_directors_bring,
    fill_what_is_on_record,
    fill_what_is_sealed,
    patterns,
    seen,
)
from tests.factories.board import DeterminationFactory
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT, SEATS

pytestmark = pytest.mark.django_db

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
BOARD = {*DIRECTORS, *OFFICE}
# The chair is in the room, so nobody else presides; the secretary keeps attendance, closes votes.
RUNS = {"secretary", "chair"}
PRESENTS = {"chief_financial_officer"}
# The Corporate Secretary and the Nominating and Governance Committee read what directors sign.
LOOK_INTO = {"secretary", *SEATS[Kind.NOMINATING]}


@pytest.fixture
def world(cast, now):
    return build(cast, now)


def as_(world, name):
    client = Client()
    client.force_login(world.cast[name])
    return client


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

# Who knows of a request that concerns management before it is answered.
HEAR = {"director", "chair", "lead_director"}

# Who gets what from each address, in the order of world.addresses: from the table of access.
GET = {
    "today": [everybody],
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
    "meetings:attendance": [ranked(RUNS, BOARD)],
    "meetings:act": [ranked({"chair"}, BOARD)],
    "meetings:item": [among(BOARD), among((BOARD | PRESENTS) - {RECUSED})],
    "meetings:recuse": [
        ranked(set(DIRECTORS), BOARD),
        ranked(set(DIRECTORS) - {RECUSED}, (BOARD | PRESENTS) - {RECUSED}),
    ],
    "meetings:session": [among(INDEPENDENT), among(INDEPENDENT)],
    "decisions:motion": [among(BOARD), among(BOARD - {RECUSED})],
    # The mover may take a motion back, and so is told that closing is not theirs now.
    "decisions:conduct": [ranked(RUNS | {"director"}, BOARD)],
    "decisions:receipt": [among({"director"})],
    "decisions:put": [
        ranked({*DIRECTORS, "secretary"}, BOARD),
        ranked({*DIRECTORS, "secretary"} - {RECUSED}, (BOARD | PRESENTS) - {RECUSED}),
    ],
    "meetings:requests": [everybody],
    "meetings:ask": [among(DIRECTORS)],
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
}
# Looked after elsewhere: the admin in tests/admin, accounts in tests/boardroom/signin.
ELSEWHERE = ("admin", "account_", "mfa_", "usersessions_", "invitation", "openid", "socialaccount_")


def test_every_address_has_an_expectation():
    named = {name for name, _ in patterns() if name and not name.startswith(ELSEWHERE)}
    assert all(route.startswith("admin/") for name, route in patterns() if not name)
    # The cast page is tried with sign-in, letters with the outbox.
    assert named - {"demo", "notices:open"} == {*GET, *POSTED}


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
            "meetings:reply": BOARD | PRESENTS,
            "board:invite_counsel": LOOK_INTO,
            "board:counsel_note": {ANSWERED, *LOOK_INTO},
            "board:end_counsel_invitation": {ANSWERED, *LOOK_INTO},
        }.get(page, INDEPENDENT)
        assert (answer == 404) == (not inside), page


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


NOT_THERE = (404, b"")


def everything(world, client):
    """All that the reader can get out of the portal and its admin, as it is said."""
    paths = [path for asked in addresses(world).values() for path in asked]
    paths += ["/meetings/?page=2", "/decisions/?page=2", "/board/?on=2024-01-01", "/admin/"]
    for model, options in admin.site._registry.items():
        where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths.append(reverse(f"{where}_changelist"))
        rows = model._default_manager.visible_to(world.cast["secretary"])
        paths += [reverse(f"{where}_change", args=[row.pk]) for row in rows[:1]]
        if options.search_fields:
            paths.append(reverse(f"{where}_changelist") + "?q=canary")
    return {
        path: (answer.status_code, seen(answer)) for path in paths for answer in [client.get(path)]
    }


OUTSIDE = [name for name in EVERYBODY if name not in INDEPENDENT]


@pytest.mark.parametrize("name", by_turns(OUTSIDE))
def test_two_worlds_look_alike_from_outside(name, world, now):
    client = as_(world, name)
    before = everything(world, client)
    fill_what_is_sealed(world, now)
    after = everything(world, client)
    for path in before:
        assert after[path] == before[path], path


@pytest.mark.parametrize("name", ["director", "audit_chair", "assistant_secretary"])
def test_a_relationship_leaves_no_trace_outside(name, world, now):
    """Nobody but the director, the nominating committee and the Secretary learns of it (AC-OWN)."""
    client = as_(world, name)
    before = everything(world, client)
    fill_what_is_on_record(world, now)
    after = everything(world, client)
    heard = b"".join(body for _, body in after.values())
    inside = name in {"director", *LOOK_INTO}
    assert (RELATION.encode() in heard) == inside
    if not inside:
        for path in {*before, *after}:
            # The admin is asked for another row than before, and has neither.
            assert after.get(path, NOT_THERE)[0] == before.get(path, NOT_THERE)[0], path
            if path in before and path in after:
                assert after[path] == before[path], path


@pytest.mark.parametrize("name", by_turns(EVERYBODY))
def test_what_directors_bring_is_heard_by_the_board(name, world, now):
    """Two worlds: outside, no page or part of the admin tells that there is an entry (AC-BRD)."""
    client = as_(world, name)
    before = everything(world, client)
    row = fill_what_directors_bring(world, now)
    after = everything(world, client)
    heard = b"".join(body for _, body in after.values())
    assert (BRINGS.encode() in heard) == (name in BOARD)
    if name in BOARD:
        return
    added = after.keys() - before.keys()
    assert added == {reverse("admin:board_skillsentry_change", args=[row.pk])}
    assert {after[path][0] for path in added} <= {403, 404}
    assert [path for path in before if after[path] != before[path]] == []


@pytest.mark.parametrize("name", by_turns(EVERYBODY))
def test_canaries_sing_only_inside(name, world, now):
    fill_what_is_sealed(world, now)
    heard = b"".join(body for _, body in everything(world, as_(world, name)).values())
    assert (MATTERS.encode() in heard) == (name in INDEPENDENT)
    assert (COMMITTEE.encode() in heard) == (name in {*AUDIT, "secretary"})
    assert (REQUEST.encode() in heard) == (name in HEAR)
    assert (CONSENT.encode() in heard) == (name in {*AUDIT, *OFFICE})
    withheld = (BOARD | PRESENTS) - {RECUSED}
    assert (WITHHELD.encode() in heard) == (name in withheld)
    assert (SIGNED.encode() in heard) == (name in {ANSWERED, *LOOK_INTO})
    assert (DRAFT.encode() in heard) == (name == ANSWERING)


def test_no_letter_log_or_bare_row_says_what_is_sealed(world, now, mailoutbox, caplog):
    caplog.set_level("DEBUG")
    fill_what_is_sealed(world, now)
    while deliver(now):
        pass
    assert len(mailoutbox) > len(DIRECTORS)
    said = "".join(letter.message().as_string() for letter in mailoutbox) + caplog.text
    with connection.cursor() as cursor:
        for table in ("meetings_executivesession", "meetings_executivesessionevent"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            row = cursor.fetchone()[0]
            assert row and MATTERS.encode().hex() not in row
            said += row
        cursor.execute("SELECT string_agg(t::text, '') FROM records_entry t")
        said += cursor.fetchone()[0]
    for canary in (MATTERS, COMMITTEE, CONSENT, REQUEST, WITHHELD, SIGNED, DRAFT):
        assert canary not in said


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
