"""Papers and books: who brings, reads and publishes them, by the table of access and by address."""

import json
import uuid
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from governance.meetings import calling, ledger
from governance.meetings import operations as meetings
from governance.meetings.models import ExecutiveSession
from governance.papers import access, noting, operations
from governance.papers.book import book_for
from governance.papers.models import Arrival, Note, Paper, PaperVersion, SessionPaper
from governance.records.models import Entry
from tests.access.matrix import cell
from tests.access.world import ALWAYS
from tests.factories import meetings as called
from tests.factories import papers as factory
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.factories.remembering import remembered
from tests.papers.conftest import AFFILIATE, LEASE, PLAN, file  # noqa: F401

pytestmark = pytest.mark.django_db
OFFICE = {"secretary", "assistant_secretary", "general_counsel"}
AUDIT = {"audit_chair", "audit_member", "lead_director"}
RECUSED, PRESENTER = "director", "manager"
GUEST = "chief_financial_officer"
COMMITTEE = "canary-of-the-committee"
# Each viewer of the table of access, and the paper that is meant: of the Board, or of a committee.
VIEWERS = {
    "ID": ("audit_member", "plan"),
    "ND": ("chief_executive", "plan"),
    "CM": ("audit_member", "audit"),
    "CC": ("audit_chair", "audit"),
    "LD": ("lead_director", "plan"),
    "CS": ("secretary", "plan"),
    "AS": ("assistant_secretary", "plan"),
    "PR": (PRESENTER, "plan"),
    "CEO": (GUEST, "lease"),
    "IT": ("administrator", "plan"),
}


@pytest.fixture
def papers(cast, now, file):  # noqa: F811
    return remembered("papers", lambda: make_papers(cast, now, file))


def make_papers(cast, now, file):  # noqa: F811
    """A plan that is presented, a lease that one is recused from, a committee's paper, a draft."""
    by = cast["secretary"]
    meeting = called.noticed(by=by, at=now)
    plan = meetings.add_item(
        meeting, title="The invented plan", presenter=cast[PRESENTER].person, by=by, at=now
    )
    lease = meetings.add_item(meeting, title="The invented lease", by=by, at=now)
    ledger.invite_guest(lease, cast[GUEST].person, ground="insight", by=by, at=now)
    meetings.record_recusal(
        lease, cast[RECUSED].person, mode="left", basis=AFFILIATE, by=by, at=now
    )
    committee = cast["audit_chair"].person.seats.get().committee
    sitting = called.noticed(by=by, at=now, committee=committee)
    audit = meetings.add_item(sitting, title="The invented audit", by=by, at=now)
    made = {
        name: operations.bring_paper(
            item, source=file(words, 2, name=name), name=f"{name}.pdf", by=by, at=now
        )
        for name, item, words in (
            ("plan", plan, PLAN),
            ("lease", lease, LEASE),
            ("audit", audit, COMMITTEE),
        )
    }
    for one in (meeting, sitting):
        operations.publish_book(one, by=by, at=now)
    made["draft"] = operations.bring_paper(
        plan,
        source=file("canary-of-the-draft", 1, name="draft"),
        name="draft.pdf",
        by=cast[PRESENTER],
        at=now,
    )
    return {name: Paper.objects.get(pk=paper.pk) for name, paper in made.items()}


READERS = {
    "plan": {*DIRECTORS, *OFFICE, PRESENTER},
    "lease": {*DIRECTORS, *OFFICE, GUEST} - {RECUSED},
    "audit": AUDIT | {"secretary"},
    "draft": OFFICE | {PRESENTER},
}


def test_who_reads_a_paper(papers, cast):
    for name, paper in papers.items():
        readers = {
            who
            for who, user in cast.items()
            if Paper.objects.visible_to(user).filter(pk=paper.pk).exists()
        }
        assert readers == READERS[name], name


def test_papers_answer_as_the_table_says(papers, cast):
    for viewer, (name, about) in VIEWERS.items():
        answers_as_told(viewer, cast[name], papers[about])


# Each viewer of the row on executive sessions; the papers of one are behind its own door.
BEHIND_THE_DOOR = {
    "ID": "director",
    "ND": "chair",
    "CM": "audit_member",
    "CC": "audit_chair",
    "LD": "lead_director",
    "CS": "secretary",
    "AS": "assistant_secretary",
    "CEO": "chief_executive",
    "PR": PRESENTER,
    "IT": "administrator",
}


def test_papers_of_sessions_answer_as_the_table_says(papers, cast, now):
    """Whoever reads a session reads its papers; what is asked for it is the independent ones'."""
    regular = ExecutiveSession.objects.get(meeting=papers["plan"].item.meeting)
    lead, invited = cast["lead_director"], ("lead_director", "director")
    special = calling.call_session(
        [cast[name].person for name in invited],
        starts_at=now + timedelta(days=1),
        by=lead,
        at=now,
    )
    for session in (regular, special):
        factory.bring_sealed(session, "canary-of-the-door", by=lead, at=now)
    for viewer, name in BEHIND_THE_DOOR.items():
        seen = SessionPaper.objects.visible_to(cast[name])
        granted = cell("executive_session_regular", viewer).rights("independent")
        assert seen.filter(session=regular).exists() == ("R" in granted), viewer
        inside = ("inside",) if name in invited else ()
        granted = cell("executive_session_special", viewer).rights(*inside)
        assert seen.filter(session=special).exists() == ("R" in granted), viewer


def answers_as_told(viewer, user, paper):
    published = cell("paper", viewer).rights("inside", "published")
    assert Paper.objects.visible_to(user).filter(pk=paper.pk).exists() == ("R" in published) or (
        viewer == "PR"
    )
    may = access.may_bring(user, Paper(item=paper.item), user.today)
    assert may == ("C" in cell("paper", viewer).rights("inside", "own"))
    publishes = access.may_publish(user, paper, user.today)
    assert publishes == ("T" in cell("paper", viewer).rights())
    whole = book_for(user, paper.item.meeting.editions.get())
    assert whole.has_papers == (
        "R" in cell("board_book", viewer).rights("inside", "published")
    ) or (viewer == "PR")


def on_its_way(paper):
    """A file for the paper's item that its office brought, and that was refused."""
    facts = {"state": "refused", "says": "Invented.", "settled_at": paper.versions.get().brought_at}
    return Arrival.objects.get_or_create(
        item=paper.item,
        brought_by=paper.brought_by,
        brought_at=facts["settled_at"],
        defaults=facts,
    )[0]


def addresses(papers, name):
    """Every page about a paper, by its name in the house; who reads it, who gets 403."""
    paper = papers[name]
    version, item, meeting = paper.versions.get(), paper.item, paper.item.meeting
    one, book = paper.get_absolute_url(), f"/papers/books/{meeting.pk}/"
    return {
        "paper": one,
        "replace": f"{one}replace/",
        "act": f"{one}{'discard' if name == 'draft' else 'withdraw'}/",
        "bring": f"/papers/items/{item.pk}/",
        "brief": f"/papers/items/{item.pk}/brief/",
        "version": f"/papers/versions/{version.pk}/file/",
        "original": f"/papers/versions/{version.pk}/original/",
        "book": book,
        "build": f"{book}build/",
        "read": f"{book}read/",
        "download": f"{book}copy/",
        "questions": f"{book}questions/",
        "notes": f"{book}notes/",
        "place": f"{book}place/",
        "acknowledge": f"{book}had/",
        "presented": f"{book}presented/",
        "put_away": f"/papers/arrivals/{on_its_way(paper).pk}/",
        "papers": "/papers/",
        "bound": "",
    }


# Behind the door of an executive session: looked at in tests/papers/test_sealed and test_secrets.
SEALED = {"session", "session_questions", "read_sealed", "withdraw_sealed"}
SEALED |= {f"sealed_{name}" for name in ("file", "notes", "place")}


def test_every_address_is_looked_at(papers):
    named = {one.name for one in get_resolver("governance.papers.urls").url_patterns}
    assert named - SEALED == set(addresses(papers, "plan"))


def brings(name):
    """Whoever brings papers to its item."""
    return {
        "plan": OFFICE | {"chair", "lead_director", PRESENTER},
        "lease": OFFICE | {"chair", "lead_director", GUEST},
        "audit": {"secretary", "audit_chair"},
    }[name]


def expected(name, page, who):
    """What a page answers: 404 to who may not know, 403 to who may not do."""
    readers = READERS[name]
    if page == "papers":
        return 200
    if page in ("paper", "version"):
        return 200 if who in readers else 404
    if page == "original":
        office = OFFICE if name != "audit" else {"secretary"}
        return 200 if who in office else 404
    if page == "replace":
        office = OFFICE if name != "audit" else {"secretary"}
        return 200 if who in office else 403 if who in readers else 404
    if page == "act":
        return 200 if who == "secretary" else 403 if who in readers else 404
    if page in ("bring", "brief"):
        # What an item asks is said by its presenter, and by no guest.
        may = brings(name) - ({GUEST} if page == "brief" else set())
        return 200 if who in may else 403 if who in readers else 404
    # The book of the meeting: a recused director and every presenter have one.
    if name == "audit":
        known = AUDIT | {"secretary"}
        open_to = {"secretary", "audit_chair"} if page == "build" else known
        return 200 if who in open_to else 403 if who in {*DIRECTORS, *known} else 404
    known = {*DIRECTORS, *OFFICE, PRESENTER, GUEST}
    if page == "build":
        return 200 if who in OFFICE | {"chair", "lead_director"} else 403 if who in known else 404
    return 200 if who in known else 404


PAGES = (
    *("papers", "paper", "version", "original", "replace", "act", "bring", "brief"),
    *("book", "build", "read", "download", "questions"),
)

# Pages on which any paper could be named.
COMMON = ("/", "/meetings/", "/meetings/search/?q=canary", "/papers/", "/decisions/")
PUBLISHED = ("plan", "lease", "audit")


# One of each kind of reader every time, the others in the long run.
SOME = (*ALWAYS, PRESENTER, GUEST)
READING = pytest.mark.parametrize(
    "readers",
    [
        pytest.param(SOME, id="some"),
        pytest.param(sorted({*EVERYBODY} - {*SOME}), id="others", marks=pytest.mark.deep),
    ],
)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@READING
def test_who_reads_what_and_no_word_of_anything_else(readers, papers, cast):
    """Each page once for each reader: how it answers, and canaries of what they do not read.

    What papers say, and why somebody is recused, is on no page; what documents say is looked at as
    each reader's book.
    """
    words = {"plan": PLAN, "lease": LEASE, "audit": COMMITTEE, "draft": "canary-of-the-draft"}
    found = {}
    for who in readers:
        client = signed_in(cast[who])
        asked = {
            (name, page): addresses(papers, name)[page] for name, page in product(PUBLISHED, PAGES)
        }
        # Two papers of one meeting share its book.
        answers = {path: client.get(path) for path in {*asked.values(), *COMMON}}
        for (name, page), path in asked.items():
            answer = answers[path].status_code
            if answer != expected(name, page, who):
                found[name, who, page] = (answer, expected(name, page, who))
        for path, answer in answers.items():
            if answer.status_code != 200 or answer.streaming:
                continue
            said = answer.content.decode(errors="replace")
            for about, canary in words.items():
                assert canary not in said or who in READERS[about], (who, path, about)
            inside = OFFICE | {*DIRECTORS}
            assert AFFILIATE not in said or who in inside, (who, path)
    assert found == {}
    told = " ".join(f"{entry.why} {entry.move}" for entry in Entry.objects.all())
    assert "canary" not in told


@READING
def test_what_is_not_theirs_is_like_what_never_was(readers, papers, cast):
    """The same body, headers and number of queries as a random id."""
    clients = {who: signed_in(cast[who]) for who in readers}
    for who, name in product(readers, ("plan", "lease", "audit", "draft")):
        client, paper = clients[who], papers[name]
        hidden = {
            paper.get_absolute_url(): paper.pk,
            f"{paper.get_absolute_url()}replace/": paper.pk,
            f"/papers/versions/{paper.versions.get().pk}/file/": paper.versions.get().pk,
            f"/papers/versions/{paper.versions.get().pk}/original/": paper.versions.get().pk,
        }
        for address, key in hidden.items():
            if client.get(address).status_code != 404:
                continue
            told = []
            for path in (address, address.replace(str(key), str(uuid.uuid4()))):
                with CaptureQueriesContext(connection) as asked:
                    answer = client.get(path)
                told.append((answer.content, sorted(answer.headers.items()), len(asked)))
            assert told[0] == told[1], (who, address)


def test_an_anonymous_visitor_is_sent_to_the_door(papers):
    for address in filter(None, addresses(papers, "plan").values()):
        for send in (Client().get, Client().post):
            answer = send(address)
            assert answer.status_code == 302 and "/demo/" in answer.url, address


@READING
def test_a_post_never_breaks(readers, papers, cast):
    asked = {
        address: page
        for name in PUBLISHED
        for page, address in addresses(papers, name).items()
        if address and page != "build"
    }
    for who in readers:
        client = signed_in(cast[who])
        for address, page in asked.items():
            assert client.post(address, {"nothing": "of use"}).status_code < 500, (who, page)


def test_a_file_on_its_way_is_seen_by_who_brought_it_and_by_the_office(papers, cast, now):
    """It is no paper yet: its readers know of nothing (access table, row "Paper", cells "o")."""
    by_presenter = on_its_way(papers["plan"])
    Arrival.objects.filter(pk=by_presenter.pk).update(brought_by=cast[PRESENTER])
    audit = on_its_way(papers["audit"])
    for who, user in cast.items():
        seen = Arrival.objects.visible_to(user)
        assert seen.filter(pk=by_presenter.pk).exists() == (who in {*OFFICE, PRESENTER}), who
        assert seen.filter(pk=audit.pk).exists() == (who == "secretary"), who
        client = signed_in(user)
        for row, theirs in ((by_presenter, {*OFFICE, PRESENTER}), (audit, {"secretary"})):
            if who not in theirs:
                assert client.post(f"/papers/arrivals/{row.pk}/").status_code == 404, who
    assert Arrival.objects.count() == 2


def test_who_is_recused_sees_nothing_on_its_way_to_the_item(papers, cast, now):
    lease, chair = papers["lease"], cast["chair"]
    Arrival.objects.filter(pk=on_its_way(lease).pk).update(brought_by=chair)
    assert Arrival.objects.visible_to(chair).exists()
    recused = {"mode": "left", "basis": AFFILIATE, "by": chair, "at": now}
    meetings.record_recusal(lease.item, chair.person, **recused)
    assert not Arrival.objects.visible_to(chair).exists()


def test_private_notes_are_of_their_owner_whatever_the_table_grants_elsewhere(papers, cast, now):
    plan = papers["plan"]
    for who in ("chair", "secretary", PRESENTER):
        noting.save_note(
            plan.item.meeting,
            note_id=uuid.uuid4(),
            revision=0,
            erased=False,
            body={
                "kind": "note",
                "text": f"canary of {who}",
                "paper": str(plan.pk),
                "version": str(plan.versions.get().pk),
                "page": 1,
            },
            by=cast[who],
        )
    for who, user in cast.items():
        own = Note.objects.visible_to(user)
        assert own.count() == (who in ("chair", "secretary", PRESENTER))
        told = json.dumps(noting.read_notes(user, plan.item.meeting))
        assert told.count("canary") == own.count()


def test_who_loses_an_invitation_loses_the_paper(papers, cast, now):
    lease = papers["lease"]
    versions = PaperVersion.objects.visible_to(cast[GUEST])
    assert versions.filter(paper=lease).exists()
    lease.item.invited.all().delete()
    assert not PaperVersion.objects.visible_to(cast[GUEST]).exists()
