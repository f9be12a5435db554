"""Papers to bind: an invented one of each kind, and what a book of them says."""

import pytest

from governance.papers.binding import Leaf, Tab
from tests.factories import pdfs


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
