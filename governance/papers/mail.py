"""The letter of this room: papers wait for their readers."""

from django.urls import reverse

from governance.meetings.mail import users_of
from governance.notices.kinds import Kind, Matter, register
from governance.notices.operations import tell
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
        link=lambda meeting: reverse("papers:questions", args=[meeting.pk]),
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


def tell_of_purge(meeting, readers, *, day):
    """Write to readers that the notes they have of a meeting go on a day."""
    tell(NOTES_GO, meeting, readers=readers, occurrence=f"purge {day.isoformat()}")


def readers_of(meeting):
    """Who may have pages of the meeting's book today: members, presenters and guests."""
    people = {person.pk for person in meeting.members(Company.current().today())}
    people |= set(meeting.items.exclude(presenter=None).values_list("presenter", flat=True))
    people |= set(meeting.items.exclude(invited=None).values_list("invited__person", flat=True))
    return list(users_of(people))


def books_of(edition):
    """By account, which versions each reader has of an edition; nothing of none."""
    if edition is None:
        return {}
    return {
        user.pk: set(edition.pages.visible_to(user).values_list("version", flat=True))
        for user in readers_of(edition.meeting)
    }


def tell_of_book(edition, before, *, by):
    """Write to everybody whose own book has changed, and to nobody of what they do not have."""
    now = books_of(edition)
    changed = {key for key, pages in now.items() if pages and pages != before.get(key)}
    readers = [user for user in readers_of(edition.meeting) if user.pk in changed]
    occurrence = f"edition {edition.number}"
    tell(PAPERS_PUBLISHED, edition.meeting, readers=readers, occurrence=occurrence, by=by)
