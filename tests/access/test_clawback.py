"""The clawback room by everybody: who reads what, two worlds, canaries (AC-CASE)."""

import uuid
from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clawback import opening
from clawback.models import (
    Award,
    BoardReport,
    Case,
    Estimate,
    Line,
    PolicyVersion,
    Resolution,
    ResolutionBallot,
)
from clawback.restating import record_restatement
from governance.committees.models import Kind
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.refusals import Refused
from tests.access.cases import (
    ADVICE,
    BASIS,
    CANARIES,
    CHAIR,
    CIRCLE,
    COMMITTEE,
    COUNSEL,
    EVIDENCE,
    GROUNDS,
    INSIDE,
    MATTER,
    METHOD,
    PREPARER,
    SUBJECTS,
    fill_a_case,
    tell_of_restatement,
)
from tests.access.test_pages import KEY, among, ranked
from tests.access.test_secrets import heard_at
from tests.access.world import as_, by_turns, patterns, seen
from tests.factories import clawback as factory
from tests.factories import clawback_rows
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT, SEATS
from tests.factories.people import AppointmentFactory
from tests.factories.remembering import remembered

pytestmark = pytest.mark.django_db

OUTSIDE = [name for name in EVERYBODY if name not in {*INSIDE, PREPARER}]


@pytest.fixture
def restatement(cast, now):
    return tell_of_restatement(cast, now)


@pytest.fixture
def case(request, cast, now):
    def make():
        return fill_a_case(cast, tell_of_restatement(cast, now), now)

    beside = "world" in request.fixturenames
    return remembered(("case", "beside the world" if beside else "alone"), make)


def rooms(case, cast):
    """The addresses of a case, and who gets what from each."""
    base = f"/clawback/{case.pk}/"
    officer = cast[SUBJECTS[0]].person
    line = Line.objects.get(case=case, award__person=officer)
    estimate, vote = Estimate.objects.get(case=case), Resolution.objects.get(state="voting")
    invitation = case.admissions.get(person=cast[COUNSEL].person)
    ballot = ResolutionBallot.objects.get(resolution=vote)
    only_chair, everybody = ranked(CHAIR, INSIDE), among(INSIDE)
    return {
        "cases": ("/clawback/", everybody),
        "case": (base, everybody),
        "participant": (f"{base}people/{officer.pk}/", everybody),
        "act": (f"{base}do/calculate/", only_chair),
        "open_case": (
            f"/clawback/restatements/{case.restatement_id}/open-case/",
            among({*CHAIR, "lead_director"}),
        ),
        "wall": (f"{base}wall/", only_chair),
        "invite": (f"{base}invite/", only_chair),
        "end_invitation": (f"{base}invitations/{invitation.pk}/end/", only_chair),
        "recuse": (f"{base}recuse/", ranked(COMMITTEE, INSIDE)),
        "evidence": (f"{base}evidence/", everybody),
        "attach": (f"{base}evidence/attach/", ranked({*COMMITTEE, COUNSEL}, INSIDE)),
        "advise": (f"{base}advise/", ranked({COUNSEL}, INSIDE)),
        "adopt": (f"{base}estimates/{estimate.pk}/", only_chair),
        "section_304": (f"{base}section-304/", everybody),
        "misconduct": (f"{base}section-304/found/", only_chair),
        "sale": (f"{base}section-304/sale/", only_chair),
        "what_if": (f"{base}lines/{line.pk}/what-if/", everybody),
        "resolve": (f"{base}resolve/finding/?person={officer.pk}", ranked(COMMITTEE, INSIDE)),
        "resolution": (vote.get_absolute_url(), everybody),
        "conduct": (f"{vote.get_absolute_url()}close/", only_chair),
        "ballot": (ballot.get_absolute_url(), among(CHAIR)),
        "inputs": (f"/clawback/inputs/{line.pk}/", among({*INSIDE, PREPARER})),
        "estimate": (f"/clawback/inputs/{line.pk}/estimate/", among({*INSIDE, PREPARER})),
    }


def signed_in(cast, name):
    client = Client()
    client.force_login(cast[name])
    return client


def inside(case, cast):
    """Every address at which something sealed is read."""
    return [path for path, _ in rooms(case, cast).values()] + [
        row.get_absolute_url() for row in Resolution.objects.filter(case=case)
    ]


# The Board's own: policies and restatements; recorded by the Audit Committee and the office.
BOARD = {*DIRECTORS, "secretary", "assistant_secretary", "general_counsel"}
RECORDS = {*SEATS[Kind.AUDIT], "secretary", "assistant_secretary", "general_counsel"}


def kept_rooms(case):
    """The addresses of what is there with or without a case, and who gets what from each."""
    told = case.restatement.get_absolute_url()
    version = PolicyVersion.objects.get(kind="discretionary")
    award = Award.objects.get(person__user__email=f"{SUBJECTS[0]}@example.com")
    return {
        "restatements": ("/clawback/restatements/", among(BOARD)),
        "restatement": (told, among(BOARD)),
        "record_restatement": ("/clawback/restatements/record/", ranked(RECORDS, BOARD)),
        # The general counsel was an officer in its period.
        "amend_restatement": (f"{told}amend/", ranked(RECORDS - {COUNSEL}, BOARD)),
        "policies": ("/clawback/policies/", among(BOARD)),
        "policy": (f"/clawback/policies/{version.pk}/", among(BOARD)),
        "applying": ("/clawback/policies/applying/", among(CIRCLE)),
        "adopt_policy": ("/clawback/policies/adopt/mandatory/", ranked({"secretary"}, BOARD)),
        "awards": ("/clawback/awards/", among(CIRCLE)),
        "enter_award": ("/clawback/awards/enter/", among(CIRCLE)),
        "award": (f"/clawback/awards/{award.pk}/", among(CIRCLE)),
        "amend_award": (f"/clawback/awards/{award.pk}/amend/", among(CIRCLE)),
        "import_awards": ("/clawback/awards/import/", among(CIRCLE)),
        "award_template": ("/clawback/awards/template.csv", among(CIRCLE)),
        "export_awards": ("/clawback/awards/export.csv", among(CIRCLE)),
    }


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_reads_what(name, cast, case):
    client = signed_in(cast, name)
    found = {
        page: (client.get(path).status_code, expected(name))
        for page, (path, expected) in (rooms(case, cast) | kept_rooms(case)).items()
    }
    assert {page: codes for page, codes in found.items() if codes[0] != codes[1]} == {}


MONEY = {
    *("ledger", "statement", "serve", "ledger_act", "correct", "demand", "demand_paper"),
    *("memorandum", "determination_paper", "reported"),
    *("disclosure", "disclosure_table", "disclosure_paper"),
}


def money_rooms(served):
    """The addresses of what is demanded and repaid, and who gets what from each."""
    of_person = f"/clawback/{served.case.pk}/people/{served.person.pk}"
    circle, collects = among(CIRCLE), ranked(CHAIR, CIRCLE)
    # Whoever was served reads the letter and their balance, and nothing else.
    reads = among({*CIRCLE, "chief_financial_officer"})
    report = BoardReport.objects.create(
        case=served.case,
        resolution=served.resolution,
        reported_by=served.resolution.put_by,
        at=served.resolution.closed_at,
    )
    letter, account = served.demand.get_absolute_url(), f"/clawback/accounts/{served.account.pk}/"
    return {
        "ledger": (f"{of_person}/ledger/", circle),
        "statement": (f"{of_person}/statement/", circle),
        "serve": (f"{of_person}/demand/", collects),
        "ledger_act": (f"{account}repay/", collects),
        "correct": (f"/clawback/entries/{served.entry.pk}/correct/", collects),
        "demand": (letter, reads),
        "demand_paper": (f"{letter}paper/", reads),
        "memorandum": (f"/clawback/{served.case.pk}/memorandum/", circle),
        "determination_paper": (
            f"/clawback/resolutions/{served.resolution.pk}/determination/",
            circle,
        ),
        # What was reported is the independent directors' to read.
        "reported": (report.get_absolute_url(), among({*INDEPENDENT, *CIRCLE})),
        "disclosure": ("/clawback/disclosure/", circle),
        "disclosure_table": ("/clawback/disclosure/table/", circle),
        "disclosure_paper": ("/clawback/disclosure/paper/", circle),
    }


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_reads_of_the_money(name, cast, now):
    client = signed_in(cast, name)
    found = {
        page: (client.get(path).status_code, expected(name))
        for page, (path, expected) in money_rooms(clawback_rows.served(cast, now)).items()
    }
    assert found.keys() == MONEY
    assert {page: codes for page, codes in found.items() if codes[0] != codes[1]} == {}


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_post_opens_no_more_than_a_get_and_never_breaks(name, cast, case):
    client = signed_in(cast, name)
    for page, (path, expected) in (rooms(case, cast) | kept_rooms(case)).items():
        status = client.post(path).status_code
        # Somebody who may take part is answered by the page itself, or told what it takes.
        allowed = {200, 302, 405, 403} if expected(name) == 200 else {expected(name), 405}
        assert status in allowed, (page, status)


def test_every_address_of_the_room_is_tried(cast, case):
    named = {name for name, _ in patterns() if name.startswith("clawback:")}
    tried = {*rooms(case, cast), *kept_rooms(case), *MONEY}
    assert {f"clawback:{name}" for name in tried} == named


@pytest.mark.parametrize("name", by_turns(OUTSIDE))
def test_what_is_hidden_is_not_there(name, cast, case, world):
    """The same body, headers and number of queries as an address that never existed."""
    client = as_(world, name)
    client.get("/")
    for page, (path, expected) in rooms(case, cast).items():
        keys = KEY.findall(path)
        if expected(name) != 404 or not keys:
            continue
        answers = []
        for asked in (path, path.replace(keys[0], str(uuid.uuid4()))):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(asked)
            answers.append((answer.status_code, seen(answer), dict(answer.headers), len(queries)))
        assert answers[0] == answers[1], page


def served_as_officer(cast, name, year):
    """Somebody in the circle was an officer in the restated year, and has a bonus for it."""
    person, since = cast[name].person, date(year, 3, 1)
    AppointmentFactory(
        person=person,
        office="executive_officer",
        since=since,
        until=since.replace(month=9),
    )
    factory.bonus(person, year=year)
    return person


@pytest.mark.parametrize("tie", ["subject", "conflict"])
@pytest.mark.parametrize(
    "name, opener",
    [("compensation_chair", "lead_director"), ("lead_director", "compensation_chair")],
)
def test_two_worlds_look_alike_to_whoever_could_have_opened_it(
    name, opener, tie, cast, restatement, now
):
    """Somebody else opens the case and walls the chair, who goes on seeing what was there."""
    person = cast[name].person
    if tie == "subject":
        person = served_as_officer(cast, name, now.year - 2)
    client = signed_in(cast, name)
    opens = f"/clawback/restatements/{restatement.pk}/open-case/"
    paths = ["/", "/clawback/", opens, "/clawback/restatements/", "/clawback/awards/"]
    paths += [restatement.get_absolute_url(), "/clawback/disclosure/", "/clawback/policies/"]
    before, posted = heard_at(client, paths), client.post(opens)
    subject = {"subjects": [cast[SUBJECTS[0]].person]}
    if tie == "subject":
        subject["subjects"].append(person)
    else:
        subject["conflicted"] = {person: BASIS}
    case = opening.open_case(restatement, matter=MATTER, by=cast[opener], at=now, **subject)
    assert not Case.objects.visible_to(cast[name]).exists()
    assert heard_at(client, paths) == before
    again = client.post(opens)
    assert (again.status_code, seen(again)) == (posted.status_code, seen(posted))
    asked = b"Name its subjects" in before["/"][1]
    assert asked == (tie == "conflict") == (before[opens][0] == 200)
    # The verb names no case either; who was an officer so lately does not lead the independent.
    with pytest.raises(Refused, match="has a conflict, does not open it|Director opens a case"):
        opening.open_case(case.restatement, matter="", by=cast[name], at=now, **subject)


def test_a_chair_whose_own_pay_it_could_be_is_not_asked(cast, now):
    """Case or no case: the Lead Independent Director is asked instead (C-PUR-01)."""
    served_as_officer(cast, "compensation_chair", now.year - 2)
    factory.years(now.year - 5, now.year)
    record_restatement(
        title="An invented restatement",
        kind="big_r",
        concluded_on=now.date(),
        periods=[
            {
                "label": str(now.year - 2),
                "kind": "year",
                "start": date(now.year - 2, 1, 1),
                "end": date(now.year - 2, 12, 31),
                "first_filed_on": date(now.year - 1, 2, 21),
            }
        ],
        by=cast["secretary"],
        at=now,
    )
    told = Notice.objects.filter(kind="restatement_recorded")
    assert [one.reader for one in told] == [cast["lead_director"]]


@pytest.mark.parametrize("name", [*sorted(INSIDE), PREPARER, *by_turns(OUTSIDE)])
def test_canaries_sing_inside(name, cast, case):
    """So that their silence outside says something; to a preparer they are silent.

    What the rest of the portal says with a case and without one is compared with test_secrets.
    """
    client = signed_in(cast, name)
    told = heard_at(client, inside(case, cast))
    heard = b"".join(body for _, body in told.values())
    for canary in CANARIES:
        assert (canary.encode() in heard) == (name in INSIDE), canary


def test_letters_and_log_lines_name_nothing(world, cast, case, mailoutbox, now, caplog):
    while deliver(now):
        pass
    letters = "".join(str(letter.message()) for letter in mailoutbox)
    assert letters
    for word in ("canary-of-clawback", "lawback", "estatement", "ecover"):
        assert word not in letters
    assert "canary-of-clawback" not in caplog.text


def test_a_dump_of_the_database_shows_nothing_sealed(case):
    """What is sealed opens by the row's key alone: no table and no history has a word of it."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("clawback_", "records_", "notices_", "pghistory")):
                cursor.execute(f'SELECT t::text FROM "{table}" AS t')
                told += [row[0] for row in cursor.fetchall()]
    dump = "\n".join(told)
    for canary in (MATTER, EVIDENCE, GROUNDS, ADVICE, METHOD):
        assert canary not in dump, canary


def test_the_secretary_finds_no_letter_and_no_model(world, cast, case):
    client = as_(world, "secretary")
    listed = client.get("/admin/notices/notice/").content
    for name in ("clawback", "case_opened", "resolution_put"):
        assert name.encode() not in listed
    assert not [model for model in admin.site._registry if model._meta.app_label == "clawback"]


@pytest.mark.parametrize("name", sorted(CIRCLE - CHAIR))
def test_a_wall_counts_from_the_next_request(name, world, cast, case, now):
    client = as_(world, name)
    assert client.get(case.get_absolute_url()).status_code == 200
    opening.wall_off(
        case,
        cast[name].person,
        is_subject=False,
        basis="Invented.",
        by=cast["compensation_chair"],
        at=now,
    )
    for page, (path, _) in rooms(case, cast).items():
        # The address of a case that nobody opened is as it was before: see the two worlds.
        if page not in ("cases", "open_case"):
            assert client.get(path).status_code == 404, page
    assert MATTER.encode() not in client.get("/clawback/").content


def test_a_lost_seat_shuts_the_case(world, cast, case, now):
    client = as_(world, "compensation_member")
    assert client.get(case.get_absolute_url()).status_code == 200
    cast["compensation_member"].person.seats.update(until=now.date().replace(year=now.year - 1))
    assert client.get(case.get_absolute_url()).status_code == 404


def test_readings_are_shown_to_members(world, cast, case):
    as_(world, "audit_member").get(case.get_absolute_url())
    shown = as_(world, "compensation_chair").get(case.get_absolute_url()).content.decode()
    assert "Who opened it" in shown and cast["audit_member"].person.name in shown


def test_nobody_lets_themselves_in(cast, case):
    assert not Case.objects.visible_to(cast["secretary"]).exists()
