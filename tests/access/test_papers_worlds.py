"""Two worlds: with or without papers that a reader is outside of, every page says the same."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from governance.meetings.models import ExecutiveSession
from governance.notices.delivering import deliver
from governance.papers import arriving, operations, sealed
from governance.papers.models import Arrival, EditionBrief, Note, Paper, PaperVersion, SessionPaper
from tests.access.test_secrets import ABSENT
from tests.access.world import ALWAYS, seen
from tests.factories import papers
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT
from tests.papers.conftest import PLAN, meeting  # noqa: F401

pytestmark = pytest.mark.django_db
# Fixtures of another folder are asked for by their names.
# ruff: noqa: F811
WITHHELD, SEALED = "canary-of-what-is-withheld", "canary-of-what-is-sealed"
RECUSED, PRESENTER = "director", "manager"
OFFICE = ("secretary", "assistant_secretary", "general_counsel")
TOKENS = re.compile(rb'(data-token=|"token": ?)"[^"]+"')


@pytest.fixture
def plan(cast, now, meeting):
    """The ordinary world: the plan is published, asks something, and has notes."""
    item, by = meeting.items.get(title="The invented plan"), cast["secretary"]
    paper = papers.bring(item, PLAN, by=by, at=now, pages=2)
    told = {"decision": "Approve the plan.", "changed": "", "page_budget": 5}
    operations.write_brief(item, **told, by=by, at=now)
    operations.publish_book(meeting, by=by, at=now)
    papers.note(meeting, "an ordinary note", by=cast[RECUSED], paper=paper)
    return Paper.objects.get(pk=paper.pk)


def fill_what_is_withheld(cast, meeting, now):
    """All that there can be of papers, on the item from which one is recused."""
    item, by = meeting.items.get(title="The invented lease"), cast["secretary"]
    first, second = (papers.bring(item, WITHHELD, by=by, at=now, pages=2) for _ in range(2))
    told = {"decision": WITHHELD, "changed": WITHHELD, "page_budget": 1}
    operations.write_brief(item, **told, by=by, at=now)
    operations.publish_book(meeting, by=by, at=now)
    later = now + timedelta(days=3)
    first.refresh_from_db()
    advance_version(first, by=by, at=later)
    operations.write_brief(item, **told | {"decision": f"{WITHHELD} anew"}, by=by, at=later)
    operations.publish_book(meeting, by=by, at=later)
    second.refresh_from_db()
    operations.withdraw_paper(second, why=f"{WITHHELD}: a mistake.", by=by, at=later)
    papers.bring(item, WITHHELD, by=by, at=later)
    arrival = papers.arrive(item, WITHHELD, by=by, at=later)
    arriving.claim(arrival.pk, later)
    arriving.refuse(arriving.Arrival.objects.get(pk=arrival.pk), WITHHELD, at=later)
    papers.arrive(item, f"{WITHHELD} too", by=by, at=later)
    papers.note(meeting, WITHHELD, by=cast["chair"], paper=first)


def advance_version(paper, *, by, at):
    facts = papers.facts_of(f"{WITHHELD} anew", 3) | {"changed": "2 pages changed."}
    operations.advance(paper, "replace", by=by, at=at)
    operations.add_version(paper, 2, facts | {"changed_pages": [1, 2]}, by=by, at=at)


def fill_what_is_sealed(cast, meeting, now):
    """All that there can be of papers, behind the door of its executive session."""
    session = ExecutiveSession.objects.get(meeting=meeting)
    by, reader = cast["lead_director"], cast["audit_chair"]
    kept, gone = (papers.bring_sealed(session, SEALED, by=by, at=now) for _ in range(2))
    sealed.withdraw_sealed(gone, by=by, at=now)
    arrival = papers.arrive(session, SEALED, by=reader, at=now)
    arriving.claim(arrival.pk, now)
    arriving.refuse(arriving.Arrival.objects.get(pk=arrival.pk), SEALED, at=now)
    papers.arrive(session, f"{SEALED} too", by=reader, at=now)
    papers.note(kept, SEALED, by=reader)


def pages_about(meeting):
    """Every page that could tell of papers; and of each row there is, its own."""
    book, here = f"/papers/books/{meeting.pk}/", meeting.get_absolute_url()
    found = ["/", "/papers/", "/meetings/", here, "/meetings/search/?q=canary", "/meetings/year/"]
    found += [f"/meetings/search/?q={PLAN}", "/letters/", "/meetings/sessions/", "/decisions/"]
    found += [book, *(f"{book}{name}/" for name in ("read", "build", "questions"))]
    found += [f"/minutes/agendas/{meeting.pk}/"]
    for item in meeting.items.all():
        found += [f"/meetings/items/{item.pk}/", f"/papers/items/{item.pk}/"]
        found += [f"/papers/items/{item.pk}/brief/"]
    for paper in Paper.objects.all():
        found += [f"/papers/{paper.pk}/", f"/papers/{paper.pk}/replace/"]
    found += [f"/papers/versions/{one.pk}/file/" for one in PaperVersion.objects.all()]
    found += [f"/papers/versions/{one.pk}/original/" for one in PaperVersion.objects.all()]
    for session in ExecutiveSession.objects.all():
        found += [session.get_absolute_url(), f"/papers/sessions/{session.pk}/"]
        found += [f"/papers/sessions/{session.pk}/questions/"]
    for paper in SessionPaper.objects.all():
        one = f"/papers/sealed/{paper.pk}/"
        found += [one, *(f"{one}{name}/" for name in ("file", "notes", "withdraw"))]
    return found + ["/admin/", "/admin/papers/hold/", "/admin/notices/notice/"]


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def heard(client, meeting):
    """What each page says, but for tokens; of a document whether it is there."""
    told = {}
    for path in pages_about(meeting):
        answer = client.get(path)
        words = b"" if answer.streaming or path.startswith("/minutes/") else seen(answer)
        told[path] = (answer.status_code, TOKENS.sub(b"", words))
    read = client.get(f"/papers/books/{meeting.pk}/read/")
    if read.status_code == 200:
        asked = read.context["told"]
        notes = client.get(asked["notes"]).json()
        told["notes"] = (200, repr([notes["notes"], notes["place"]]).encode())
        answer = client.get(asked["file"], headers={"Range": "bytes=0-0"})
        told["bound"] = (answer.status_code, answer["Content-Range"].encode())
    return told


OUTSIDE = {
    fill_what_is_withheld: (RECUSED, PRESENTER, "outsider"),
    fill_what_is_sealed: (
        "chair",
        "secretary",
        "administrator",
        PRESENTER,
    ),
}


@pytest.mark.parametrize("fill", OUTSIDE)
def test_two_worlds_look_alike_from_outside(fill, plan, cast, meeting, now):
    clients = {name: as_(cast[name]) for name in OUTSIDE[fill]}
    before = {name: heard(client, meeting) for name, client in clients.items()}
    fill(cast, meeting, now)
    for name, client in clients.items():
        after = heard(client, meeting)
        for path in before[name].keys() & after.keys():
            assert after[path] == before[name][path], (name, path)
        for path in before[name].keys() ^ after.keys():
            assert (before[name].get(path) or after[path])[0] in ABSENT, (name, path)


# Who hears each canary.
INSIDE = {WITHHELD: {*DIRECTORS, *OFFICE} - {RECUSED}, SEALED: set(INDEPENDENT)}
# One of each kind of reader every time, the others in the long run.
WALKERS = [
    pytest.param((*ALWAYS, PRESENTER), id="some"),
    pytest.param(sorted({*EVERYBODY} - {*ALWAYS, PRESENTER}), id="others", marks=pytest.mark.deep),
]


@pytest.mark.parametrize("names", WALKERS)
def test_canaries_sing_only_inside(names, plan, cast, meeting, now):
    """Each reader walks once through a world with both secrets in it."""
    fill_what_is_sealed(cast, meeting, now)
    fill_what_is_withheld(cast, meeting, now)
    for name in names:
        words = b"".join(body for _, body in heard(as_(cast[name]), meeting).values())
        # The words of the search that was asked for are on its page.
        for canary, inside in INSIDE.items():
            assert (canary.encode() in words) == (name in inside), (name, canary)


def test_no_letter_or_bare_row_says_what_is_sealed(
    plan, cast, meeting, now, mailoutbox, caplog, rows
):
    caplog.set_level("DEBUG")
    fill_what_is_sealed(cast, meeting, now)
    fill_what_is_withheld(cast, meeting, now)
    while deliver(now + timedelta(days=4)):
        pass
    letters = "".join(letter.message().as_string() for letter in mailoutbox)
    assert SEALED not in letters + caplog.text and WITHHELD not in letters + caplog.text
    for name, told in rows().items():
        assert SEALED not in told.replace(f"says {SEALED}", ""), name


@pytest.fixture
def rows():
    """Every row of the tables in which sealed papers are kept, as the database has it."""
    from django.db import connection

    def ask():
        told = {}
        with connection.cursor() as cursor:
            for table in ("sessionpaper", "sessionpaperevent", "note", "sheet", "paper"):
                cursor.execute(f"SELECT string_agg(t::text, '') FROM papers_{table} t")
                told[table] = cursor.fetchone()[0] or ""
            cursor.execute("SELECT string_agg(t::text, '') FROM records_entry t")
            told["entry"] = cursor.fetchone()[0] or ""
            cursor.execute("SELECT string_agg(sealed_name::text, '') FROM papers_arrival")
            told["arrival"] = cursor.fetchone()[0] or ""
        return told

    return ask


def test_the_two_worlds_hold_what_they_should(plan, cast, meeting, now):
    """The comparison looks at something: each kind of row is there."""
    fill_what_is_withheld(cast, meeting, now)
    fill_what_is_sealed(cast, meeting, now)
    assert meeting.editions.count() == 3
    assert EditionBrief.objects.filter(decision__contains=WITHHELD).count() == 2
    assert {one.state for one in Arrival.objects.filter(session=None)} == {"waiting", "refused"}
    assert {one.state for one in Arrival.objects.exclude(session=None)} == {"waiting", "refused"}
    assert SessionPaper.objects.count() == 2 and Note.objects.count() == 3
    assert {one.state for one in Paper.objects.filter(title=WITHHELD)} == {
        *("published", "withdrawn", "draft")
    }
