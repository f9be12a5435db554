"""The letter of this room: papers wait for their readers."""

from django.urls import reverse

from governance.meetings.mail import users_of
from governance.meetings.models import Meeting
from governance.notices.kinds import Kind, Matter, register
from governance.notices.operations import tell
from governance.papers.models import EditionBrief
from governance.records.models import Company

PAPERS_PUBLISHED = register(
    Kind(
        "papers_published",
        "papers",
        provision="NT-SCH",
        subject="Papers wait for you",
        matter=Matter.MEETINGS,
        says="Papers were published",
        quiet=10,
        link=lambda meeting: reverse("papers:book", args=[meeting.pk]),
    )
)

# Whoever is behind the door is told, in the words of every other letter about the session.
SESSION_PAPER = register(
    Kind(
        "session_paper",
        "papers",
        sealed=True,
        provision="NT-EXS",
        subject="Something waits for you",
        matter=Matter.MEETINGS,
        says="A session of the independent directors has papers",
        link=lambda session: reverse("papers:session", args=[session.pk]),
    )
)

# Who has notes is nobody's to know, so that nobody but the reader knows of the letter.
NOTES_GO = register(
    Kind(
        "notes_go",
        "papers",
        sealed=True,
        provision="NT-DUE",
        subject="Something waits for you",
        matter=Matter.MEETINGS,
        says="Your notes of a meeting go in a week",
        link=lambda held: reverse(
            f"papers:{'questions' if isinstance(held, Meeting) else 'session_questions'}",
            args=[held.pk],
        ),
    )
)
PAPERS_WAIT = register(
    Kind(
        "papers_wait",
        "papers",
        provision="NT-DUE",
        subject="Papers still wait for you",
        matter=Matter.REMINDERS,
        says="Papers still wait for you",
        link=lambda meeting: reverse("papers:book", args=[meeting.pk]),
    )
)


def tell_of_purge(held, readers, *, day):
    """Write to readers that the notes they have of a meeting, or of a session, go on a day."""
    tell(NOTES_GO, held, readers=readers, occurrence=f"purge {day.isoformat()}")


def tell_of_sealed_paper(paper, *, by):
    """Write to the members of the session, and to nobody else (NT-EXS)."""
    readers = users_of(paper.session.members(Company.current().today()))
    tell(SESSION_PAPER, paper.session, readers=readers, occurrence=f"paper {paper.pk}", by=by)


def readers_of(meeting):
    """Who may have pages of the meeting's book today: members, presenters and guests."""
    people = {person.pk for person in meeting.members(Company.current().today())}
    people |= set(meeting.items.exclude(presenter=None).values_list("presenter", flat=True))
    people |= set(meeting.items.exclude(invited=None).values_list("invited__person", flat=True))
    return list(users_of(people))


def books_of(edition):
    """By account, what each reader has of an edition: versions, and what items ask; nothing of
    none."""
    if edition is None:
        return {}
    return {user.pk: held(edition, user) for user in readers_of(edition.meeting)}


def held(edition, user):
    """Empty where there is nothing to read, whatever is asked."""
    versions = set(edition.pages.visible_to(user).values_list("version", flat=True))
    if not versions:
        return versions
    asked = EditionBrief.objects.visible_to(user).filter(edition=edition)
    return versions | {(one.item_id, one.decision, one.changed) for one in asked}


def tell_of_book(edition, before, *, by):
    """Write to everybody whose own book has changed, and to nobody of what they do not have."""
    now = books_of(edition)
    changed = {key for key, pages in now.items() if pages and pages != before.get(key)}
    readers = [user for user in readers_of(edition.meeting) if user.pk in changed]
    occurrence = f"edition {edition.number}"
    tell(PAPERS_PUBLISHED, edition.meeting, readers=readers, occurrence=occurrence, by=by)
