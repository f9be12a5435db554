"""Papers of an executive session: brought by its members, and read by them alone.

What is told of them is told behind the session's door. They are bound one by one when they are
brought, go into no book and no edition, and their words are not kept for search.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.db.models import Max

from governance.meetings import sessions
from governance.meetings.access import may_enter_session, may_lead_session
from governance.meetings.models import ExecutiveSession
from governance.papers import mail
from governance.papers.cleaning import cleaned, safe_name
from governance.papers.models import SessionPaper
from governance.records.files import keep
from governance.records.models import Company
from governance.refusals import Refused


def may_bring_sealed(by, session, day):
    """Members of the session, whoever presides among them; a guest reads, and brings nothing."""
    return session.state not in sessions.OVER and may_enter_session(by, session, day)


def may_withdraw_sealed(by, paper, day):
    """Whoever brought it, and whoever presides."""
    if not may_bring_sealed(by, paper.session, day):
        return False
    return by.pk == paper.brought_by_id or may_lead_session(by, paper.session, day)


def check_may_bring(session, *, by, at):
    if session.state in sessions.OVER:
        raise Refused("The session is over: its papers stay as they were.", provision="M-06")
    if not may_bring_sealed(by, session, Company.current().day_of(at)):
        raise Refused("The members of a session bring its papers.", "M-06", code="not_yours")


def bring_sealed(session, *, source, name, by, at, then, title=""):
    """Bring the file at `source` as a paper of a session; its members are told that something
    waits for them. `then` is done in the same transaction, with the paper that was made.

    What was brought is not kept beside it: there is no office that would have it.
    """
    # What binds takes memory that those who only serve pages are spared.
    from governance.papers.binding import Leaf, Tab, bind

    check_may_bring(session, by=by, at=at)
    with TemporaryDirectory(prefix="paper-") as folder:
        clean, to = Path(folder) / "clean.pdf", Path(folder) / "bound.pdf"
        found = cleaned(Path(source), clean)
        title = " ".join((title or Path(safe_name(name, found.kind)).stem).split())[:200]
        labels = [str(number) for number in range(1, found.pages + 1)]
        bound = bind([Tab(title, [Leaf(clean, labels)])], to, title=title)
        with transaction.atomic():
            # It took a while: the session is asked as it is now.
            session = ExecutiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
            check_may_bring(session, by=by, at=at)
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
            paper.write_sealed(title=title)
            mail.tell_of_sealed_paper(paper, by=by)
            then(paper)
    return paper


@transaction.atomic
def withdraw_sealed(paper, *, by, at):
    """From then on nobody opens it; that it was there stays in the record of the session."""
    paper = SessionPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    if not may_withdraw_sealed(by, paper, Company.current().day_of(at)):
        raise Refused(
            "Whoever brought it, or presides, withdraws a paper before the session is over.",
            provision="M-06",
            code="not_yours",
        )
    if paper.withdrawn_at is None:
        paper.withdrawn_at = at
        paper.save(update_fields=["withdrawn_at"])
    return paper
