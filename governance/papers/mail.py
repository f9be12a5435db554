"""The letter of this room: papers wait for their readers."""

from django.urls import reverse

from governance.meetings.mail import users_of
from governance.notices.kinds import Kind, register
from governance.notices.operations import tell
from governance.papers.models import Paper

PAPERS_PUBLISHED = register(
    Kind(
        "papers_published",
        "papers",
        provision="NT-SCH",
        subject="Papers wait for you",
        link=lambda meeting: reverse("papers:book", args=[meeting.pk]),
    )
)


def tell_of_book(edition, *, by, at):
    """Write to everybody who reads a paper of it: members, presenters and guests (NT-SCH)."""
    meeting = edition.meeting
    day = by.today
    people = {person.pk for person in meeting.members(day)}
    people |= set(meeting.items.exclude(presenter=None).values_list("presenter", flat=True))
    people |= set(meeting.items.exclude(invited=None).values_list("invited__person", flat=True))
    readers = [
        user
        for user in users_of(people)
        if Paper.objects.visible_to(user).filter(item__meeting=meeting).exists()
    ]
    tell(PAPERS_PUBLISHED, meeting, readers=readers, occurrence=f"edition {edition.number}", by=by)
