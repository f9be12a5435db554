"""Papers as they are after they were checked, without the wait; and files that are on their way."""

import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path

from django.db.models import Max

from governance.papers import arriving, noting, sealed
from governance.papers.binding import Leaf, Tab, bind
from governance.papers.models import Paper, SessionPaper
from governance.papers.operations import add_version
from governance.records.files import keep
from governance.records.moves import begin
from tests.factories import pdfs


@contextmanager
def written(words, pages=1):
    """A file that says the words on each of its pages."""
    made = pdfs.Paper(1)
    for number in range(1, pages + 1):
        made.text(words=f"{words} sheet {number}", lines=4)
    with tempfile.TemporaryDirectory(prefix="factory-") as folder:
        yield made.save(Path(folder) / "paper.pdf")


def facts_of(words, pages=1):
    """What is known of a version once it was made harmless."""
    with written(words, pages) as path:
        file = keep(path)
    text = [f"{words} sheet {number}" for number in range(1, pages + 1)]
    facts = {"name": f"{words}.pdf", "kind": "pdf", "pages": pages, "removed": [], "text": text}
    return facts | {"file": file, "original": file}


def bring(item, words, *, by, at, pages=1):
    """A draft of one version."""
    last = item.papers.aggregate(last=Max("position"))["last"] or 0
    paper = Paper(item=item, position=last + 1, title=words, brought_by=by)
    begin(paper, "bring", by=by, at=at)
    add_version(paper, 1, facts_of(words, pages), by=by, at=at)
    return paper


def arrive(about, words, *, by, at):
    """A file for an item or a session, which nobody has checked yet."""
    with written(words) as path:
        return arriving.receive(about, source=path, name=f"{words}.pdf", title=words, by=by, at=at)


def bring_sealed(session, words, *, by, at):
    """A paper of a session; its members are told of it."""
    sealed.check_may_bring(session, by=by, at=at)
    with written(words, 2) as path:
        to = path.with_name("bound.pdf")
        bound = bind([Tab(words, [Leaf(path, ["1", "2"])])], to, title=words)
        last = session.papers.aggregate(last=Max("position"))["last"] or 0
        paper = SessionPaper.objects.create(
            session=session,
            position=last + 1,
            file=keep(to),
            pages=bound.pages,
            mark_at=bound.slot[0],
            mark_length=bound.slot[1],
            brought_by=by,
            brought_at=at,
        )
    paper.write_sealed(title=words)
    sealed.mail.tell_of_sealed_paper(paper, by=by)
    return paper


def note(book, words, *, by, paper=None):
    """A private note in a book, on a paper of it or on its cover; or on a sealed paper."""
    body = {"kind": "note", "text": words, "label": "i"}
    if isinstance(book, SessionPaper):
        body |= {"paper": str(book.pk), "version": str(book.pk), "page": 1}
    elif paper:
        version = str(paper.versions.first().pk)
        body |= {"paper": str(paper.pk), "version": version, "page": 1}
    facts = {"note_id": uuid.uuid4(), "revision": 0, "erased": False, "body": body}
    return noting.save_note(book, by=by, **facts)
