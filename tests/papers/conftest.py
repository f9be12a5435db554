"""Papers to bind, an invented one of each kind; and a Board meeting whose book is out."""

import pytest

from governance.meetings import operations as meetings
from governance.papers import operations
from governance.papers.binding import Leaf, Tab
from governance.papers.cleaning import LIMITS, cleaned
from tests.factories import meetings as called
from tests.factories import pdfs
from tests.factories.remembering import remembered

AFFILIATE, PLAN, LEASE = "canary-of-the-affiliate", "canary-of-the-plan", "canary-of-the-lease"


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    """Papers by name, made once."""
    folder = tmp_path_factory.mktemp("papers")
    made = {
        "plain": pdfs.plain(),
        "pictures": pdfs.pictures(),
        "turned": pdfs.turned(),
        "shifted": pdfs.shifted(),
        "untidy": pdfs.untidy(),
        "linked": pdfs.linked(),
        "inheriting": pdfs.inheriting(),
    }
    return {name: paper.save(folder / f"{name}.pdf") for name, paper in made.items()}


@pytest.fixture(scope="session")
def leaves(papers):
    """All of them as the leaves of a book, numbered one after the other."""
    found, first = {}, 1
    for name, path in papers.items():
        number = pdfs.pages_of(path)
        found[name] = Leaf(path, [str(at) for at in range(first, first + number)])
        first += number
    return found


@pytest.fixture(scope="session")
def tabs(leaves):
    """Tabs as an agenda has them, with papers under an item."""
    return [
        Tab(
            "1. The invented plan",
            under=[Tab("Plan", [leaves["plain"]]), Tab("Photographs", [leaves["pictures"]])],
        ),
        Tab("2. Turned", [leaves["turned"]]),
        Tab("3. Nothing yet"),
        Tab(
            "4. Shifted, and untidy",
            [leaves[name] for name in ("shifted", "untidy", "linked", "inheriting")],
        ),
    ]


@pytest.fixture
def clean(tmp_path):
    """Clean some bytes; what is told of them, and where the clean file is."""

    def work(data, *, name="upload.pdf", limits=LIMITS):
        source, to = tmp_path / name, tmp_path / "clean.pdf"
        source.write_bytes(data)
        return cleaned(source, to, limits=limits), to

    return work


@pytest.fixture
def file(tmp_path):
    """Write a paper of so many pages, each of which says the words and its number."""

    def write(words, pages=3, seed=1, *, name="paper"):
        paper = pdfs.Paper(seed)
        for number in range(1, pages + 1):
            paper.text(words=f"{words} sheet {number}", lines=12)
        return paper.save(tmp_path / f"{name}-{seed}-{pages}.pdf")

    return write


@pytest.fixture
def meeting(cast, now):
    return remembered("meeting of papers", lambda: make_meeting(cast, now))


def make_meeting(cast, now):
    by = cast["secretary"]
    meeting = called.noticed(by=by, at=now)
    presenter = cast["manager"].person
    meetings.add_item(meeting, title="The invented plan", presenter=presenter, by=by, at=now)
    lease = meetings.add_item(meeting, title="The invented lease", by=by, at=now)
    meetings.record_recusal(
        lease, cast["director"].person, mode="left", basis=AFFILIATE, by=by, at=now
    )
    return meeting


@pytest.fixture
def bring(cast, now, file):
    """Bring a paper to an item by its title."""

    def bring(meeting, title, words, pages=3, *, by="secretary", **facts):
        item = meeting.items.get(title=title)
        source = file(words, pages, name=words)
        return operations.bring_paper(
            item, source=source, name=f"{words}.pdf", by=cast[by], at=now, **facts
        )

    return bring


@pytest.fixture
def published(cast, now, meeting, bring):
    """The book is out: three pages of the plan, two of the lease."""

    def publish():
        bring(meeting, "The invented plan", PLAN, 3)
        bring(meeting, "The invented lease", LEASE, 2)
        return operations.publish_book(meeting, by=cast["secretary"], at=now)

    return remembered("published", publish)
