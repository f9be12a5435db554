"""The letter of this room: papers wait for their readers."""

from django.urls import reverse

from governance.meetings.mail import users_of
from governance.notices.kinds import Kind, register
from governance.notices.operations import tell
from governance.papers.models import Paper
from governance.records.models import Company

PAPERS_PUBLISHED = register(
    Kind(
        "papers_published",
        "papers",
        provision="NT-SCH",
        subject="Papers wait for you",
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
        link=lambda meeting: reverse("papers:questions", args=[meeting.pk]),
    )
)


def tell_of_purge(meeting, readers, *, day):
    """Write to readers that the notes they have of a meeting go on a day."""
    tell(NOTES_GO, meeting, readers=readers, occurrence=f"purge {day.isoformat()}")


def readers_of(meeting):
    """Who reads a paper of the meeting today: members, presenters and guests, and the office."""
    people = {person.pk for person in meeting.members(Company.current().today())}
    people |= set(meeting.items.exclude(presenter=None).values_list("presenter", flat=True))
    people |= set(meeting.items.exclude(invited=None).values_list("invited__person", flat=True))
    papers = Paper.objects.filter(item__meeting=meeting)
    return [user for user in users_of(people) if papers.visible_to(user).exists()]


def tell_of_book(edition, *, by):
    """Write to everybody who reads a paper of it (NT-SCH)."""
    readers, occurrence = readers_of(edition.meeting), f"edition {edition.number}"
    tell(PAPERS_PUBLISHED, edition.meeting, readers=readers, occurrence=occurrence, by=by)
