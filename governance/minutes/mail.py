"""The letters of this room: minutes are circulated, revised, commented on, approved (NT-MIN)."""

from governance.meetings.mail import users_of
from governance.notices.kinds import Kind, Matter, register
from governance.notices.operations import tell
from governance.people.models import SECRETARIAL_OFFICES, Appointment, Office


def kind(name, subject, says, matter=Matter.MINUTES, quiet=0):
    return register(
        Kind(
            name,
            "minutes",
            provision="NT-MIN",
            subject=subject,
            matter=matter,
            says=says,
            quiet=quiet,
            link=lambda minutes: minutes.get_absolute_url(),
        )
    )


MINUTES_CIRCULATED = kind("minutes_circulated", "Minutes to read", "Minutes wait to be read")
MINUTES_REVISED = kind("minutes_revised", "Minutes were revised", "Minutes were revised", quiet=15)
MINUTES_COMMENTED = kind(
    "minutes_commented", "Something was said about minutes", "A comment on minutes", quiet=15
)
MINUTES_APPROVED = kind("minutes_approved", "Minutes were approved", "Minutes were approved")
CORRECTION_PROPOSED = kind(
    "correction_proposed", "A correction was proposed", "A correction of minutes was proposed"
)
MINUTES_WAIT = kind(
    "minutes_wait",
    "Something still waits for you",
    "Minutes still wait for your comment",
    matter=Matter.REMINDERS,
)
MINUTES_TO_APPROVE = kind(
    "minutes_to_approve",
    "Something is due soon",
    "Minutes wait to be approved",
    matter=Matter.REMINDERS,
)


def tell_of_minutes(kind, minutes, *, day, by, at=None):
    """Write to the members of the body, and of an approval to the secretary's office too."""
    readers = users_of(minutes.meeting.members(day))
    if kind in (MINUTES_APPROVED, CORRECTION_PROPOSED):
        readers = readers | office(day, [Office.CORPORATE_SECRETARY])
    occurrence = at.isoformat() if at else f"version {minutes.current.number}"
    tell(kind, minutes, readers=readers, occurrence=occurrence, by=by)


def tell_of_comment(minutes, *, day, at, by):
    """Write to whoever writes the minutes."""
    readers = office(day, SECRETARIAL_OFFICES)
    tell(MINUTES_COMMENTED, minutes, readers=readers, occurrence=at.isoformat(), by=by)


def office(day, offices):
    """The accounts of those who hold one of these offices that day."""
    held = Appointment.objects.on(day).filter(office__in=offices)
    return users_of(held.values("person"))
