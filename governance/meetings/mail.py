"""The letters of this room: a meeting is called, moved or cancelled, a session waits."""

from django.urls import reverse

from governance.meetings.access import presiders
from governance.meetings.calendars import inviting
from governance.meetings.calendars.inviting import follow, invite, take_out
from governance.notices.kinds import Kind, Matter, register
from governance.notices.operations import take_back, tell
from governance.notices.wishes import without_a_letter
from governance.people.models import Appointment, Office, User

MEETING_SCHEDULED = register(
    Kind(
        "meeting_scheduled",
        "meetings",
        provision="NT-SCH",
        subject="A meeting has been set",
        matter=Matter.MEETINGS,
        says="A meeting was set",
        link=lambda meeting: meeting.get_absolute_url(),
        calendar=invite,
    )
)
MEETING_NOTICED = register(
    Kind(
        "meeting_noticed",
        "meetings",
        legal=True,
        provision="NT-SCH",
        subject="Notice of a meeting",
        matter=Matter.MEETINGS,
        says="Notice of a meeting was given",
        link=lambda meeting: meeting.get_absolute_url(),
        calendar=invite,
    )
)
MEETING_RESCHEDULED = register(
    Kind(
        "meeting_rescheduled",
        "meetings",
        legal=True,
        provision="NT-SCH",
        subject="A meeting has been moved",
        matter=Matter.MEETINGS,
        says="A meeting was moved",
        link=lambda meeting: meeting.get_absolute_url(),
        calendar=invite,
    )
)
AGENDA_CHANGED = register(
    Kind(
        "agenda_changed",
        "meetings",
        provision="NT-SCH",
        subject="An agenda has changed",
        matter=Matter.MEETINGS,
        says="An agenda has changed",
        quiet=15,
        link=lambda meeting: meeting.get_absolute_url(),
        calendar=follow,
    )
)
# To whoever gets no letter of an agenda, and has an hour of their own in the calendar.
SLOT_MOVED = register(
    Kind(
        "slot_moved",
        "meetings",
        provision="NT-SCH",
        subject="A meeting has been moved",
        matter=Matter.MEETINGS,
        says="Your hour at a meeting was moved",
        quiet=15,
        corrects=True,
        facts=lambda notice: {} if inviting.is_behind(notice) else None,
        link=lambda meeting: meeting.get_absolute_url(),
        calendar=follow,
    )
)
GUEST_INVITED = register(
    Kind(
        "guest_invited",
        "meetings",
        provision="NT-SCH",
        subject="You are invited to a meeting",
        matter=Matter.MEETINGS,
        says="You are invited to a meeting",
        link=lambda meeting: meeting.get_absolute_url(),
        calendar=invite,
    )
)
MEETING_PLACE_CHANGED = register(
    Kind(
        "meeting_place_changed",
        "meetings",
        legal=True,
        provision="NT-SCH",
        subject="A meeting is held elsewhere",
        matter=Matter.MEETINGS,
        says="A meeting is held elsewhere",
        link=lambda meeting: meeting.get_absolute_url(),
        calendar=invite,
    )
)
MEETING_CANCELLED = register(
    Kind(
        "meeting_cancelled",
        "meetings",
        legal=True,
        provision="NT-SCH",
        subject="A meeting has been cancelled",
        matter=Matter.MEETINGS,
        says="A meeting was cancelled",
        link=lambda meeting: meeting.get_absolute_url(),
        calendar=invite,
    )
)
SESSION_SET = register(
    Kind(
        "session_set",
        "meetings",
        sealed=True,
        provision="NT-EXS",
        subject="A meeting has been set",
        matter=Matter.MEETINGS,
        says="A session of the independent directors was set",
        link=lambda session: reverse("meetings:session", args=[session.pk]),
        calendar=invite,
    )
)
SESSION_CANCELLED = register(
    Kind(
        "session_cancelled",
        "meetings",
        sealed=True,
        # It reads like the ordinary one, which nobody unsubscribes from.
        legal=True,
        provision="NT-EXS",
        subject="A meeting has been cancelled",
        matter=Matter.MEETINGS,
        says="A session of the independent directors was cancelled",
        link=lambda session: reverse("meetings:session", args=[session.pk]),
        calendar=invite,
    )
)
SESSION_MOVED = register(
    Kind(
        "session_moved",
        "meetings",
        sealed=True,
        # Nobody's calendar keeps an hour or a place that is not so any more.
        legal=True,
        provision="NT-EXS",
        subject="A meeting has been moved",
        matter=Matter.MEETINGS,
        says="A session of the independent directors was moved",
        link=lambda session: reverse("meetings:session", args=[session.pk]),
        calendar=invite,
    )
)
SESSION_PLACE_CHANGED = register(
    Kind(
        "session_place_changed",
        "meetings",
        sealed=True,
        # Nobody's calendar keeps an hour or a place that is not so any more.
        legal=True,
        provision="NT-EXS",
        subject="A meeting is held elsewhere",
        matter=Matter.MEETINGS,
        says="A session of the independent directors is held elsewhere",
        link=lambda session: reverse("meetings:session", args=[session.pk]),
        calendar=invite,
    )
)
# Of whatever it is, so nobody else may learn of it.
ENTRY_WITHDRAWN = register(
    Kind(
        "entry_withdrawn",
        "meetings",
        sealed=True,
        legal=True,
        provision="NT-SCH",
        subject="A meeting has been cancelled",
        matter=Matter.MEETINGS,
        says="A meeting was taken out of your calendar",
        link=lambda entry: reverse("meetings:meetings"),
        calendar=take_out,
    )
)
SESSION_READY = register(
    Kind(
        "session_ready",
        "meetings",
        sealed=True,
        provision="NT-EXS",
        subject="Something waits for you",
        matter=Matter.MEETINGS,
        says="The independent directors may begin",
        link=lambda session: reverse("meetings:session", args=[session.pk]),
    )
)
SESSION_PRESIDER_NEEDED = register(
    Kind(
        "session_presider_needed",
        "meetings",
        sealed=True,
        provision="NT-EXS",
        subject="Something waits for you",
        matter=Matter.MEETINGS,
        says="Choose who presides",
        link=lambda session: reverse("meetings:session", args=[session.pk]),
    )
)

REQUEST_SUBMITTED = register(
    Kind(
        "request_submitted",
        "meetings",
        provision="NT-REQ",
        subject="Something waits for you",
        says="A request for the agenda waits",
        link=lambda request: request.get_absolute_url(),
    )
)
# What concerns management goes past the Secretary's office, and so does word of it (G-AGD-02).
CLOSED_REQUEST_SUBMITTED = register(
    Kind(
        "closed_request_submitted",
        "meetings",
        sealed=True,
        provision="NT-REQ",
        subject="Something waits for you",
        says="A request for the agenda waits",
        link=lambda request: request.get_absolute_url(),
    )
)
REQUEST_ANSWERED = register(
    Kind(
        "request_answered",
        "meetings",
        provision="NT-REQ",
        subject="Something was answered",
        says="Your request was answered",
        link=lambda request: request.get_absolute_url(),
    )
)
REQUEST_WAITS = register(
    Kind(
        "request_waits",
        "meetings",
        provision="NT-REQ",
        subject="Something still waits for you",
        matter=Matter.REMINDERS,
        says="A request for the agenda still waits",
        link=lambda request: request.get_absolute_url(),
    )
)
CLOSED_REQUEST_WAITS = register(
    Kind(
        "closed_request_waits",
        "meetings",
        sealed=True,
        provision="NT-REQ",
        subject="Something still waits for you",
        matter=Matter.REMINDERS,
        says="A request for the agenda still waits",
        link=lambda request: request.get_absolute_url(),
    )
)
ACTION_ENTERED = register(
    Kind(
        "action_entered",
        "meetings",
        provision="NT-DUE",
        subject="Something was left to you",
        says="An action was left to you",
        link=lambda action: action.get_absolute_url(),
    )
)
ACTION_DUE = register(
    Kind(
        "action_due",
        "meetings",
        provision="NT-DUE",
        subject="Something still waits for you",
        matter=Matter.REMINDERS,
        says="An action is due",
        link=lambda action: action.get_absolute_url(),
    )
)
ACTION_LATE = register(
    Kind(
        "action_late",
        "meetings",
        provision="NT-OVR",
        subject="Something is overdue",
        matter=Matter.REMINDERS,
        says="An action is overdue",
        link=lambda action: action.get_absolute_url(),
    )
)
NOTICE_DUE = register(
    Kind(
        "notice_due",
        "meetings",
        provision="NT-DUE",
        subject="Something is due soon",
        matter=Matter.REMINDERS,
        says="Notice of a meeting is to be given",
        link=lambda meeting: meeting.get_absolute_url(),
    )
)
QUARTER_UNPLANNED = register(
    Kind(
        "quarter_unplanned",
        "meetings",
        provision="NT-DUE",
        subject="Something is due soon",
        matter=Matter.REMINDERS,
        says="No Board meeting is planned this quarter",
        link=lambda quarter: reverse("year"),
    )
)
QUARTER_MISSED = register(
    Kind(
        "quarter_missed",
        "meetings",
        provision="NT-OVR",
        subject="Something is overdue",
        matter=Matter.REMINDERS,
        says="A quarter went by without a Board meeting",
        link=lambda quarter: reverse("year"),
    )
)


def users_of(people):
    """The accounts of these people that can be written to."""
    return User.objects.filter(person__in=people, is_active=True).select_related("person")


def readers_of(meeting, day):
    """Members of the body, and whoever presents an item or is a guest of it (NT-SCH)."""
    presenting = meeting.items.exclude(presenter=None).values("presenter")
    invited = meeting.items.exclude(invited=None).values("invited__person")
    return users_of(meeting.members(day)) | users_of(presenting) | users_of(invited)


def tell_of_meeting(kind, meeting, *, day, by):
    """Write to everybody the meeting concerns, once for each revision of it.

    Whoever hears that it is cancelled is not told afterwards of what it was to be.
    """
    if kind is MEETING_CANCELLED:
        take_back(meeting, all_kinds=True)
    tell(
        kind,
        meeting,
        readers=readers_of(meeting, day),
        occurrence=f"revision {meeting.revision}",
        by=by,
    )


def tell_of_agenda(meeting, *, at, by, day):
    """Write that an agenda which was published has changed; once for all that is done at once.

    Whoever comes for one item has that hour in a calendar, which follows whatever they wish.
    """
    readers = readers_of(meeting, day)
    told = {"occurrence": f"agenda {at.isoformat()}", "by": by}
    tell(AGENDA_CHANGED, meeting, readers=readers, **told)
    members = users_of(meeting.members(day))
    guests = [reader for reader in readers if reader not in members]
    tell(SLOT_MOVED, meeting, readers=without_a_letter(AGENDA_CHANGED, guests), **told)


def tell_of_invitation(guest, *, by):
    """Write to a guest that they are expected for one item (NT-SCH)."""
    readers = users_of([guest.person_id])
    tell(GUEST_INVITED, guest.item.meeting, readers=readers, occurrence=f"{guest.pk}", by=by)


def tell_of_session(kind, session, *, day):
    """Write to those who may be in the room, and to nobody else (NT-EXS)."""
    revision = session.meeting.revision if session.meeting else 0
    readers = users_of(session.members(day))
    tell(kind, session, readers=readers, occurrence=f"revision {revision}")


def tell_of_withdrawal(entry):
    """Write to whoever has lost the right to it that an hour in their calendar is off."""
    readers = User.objects.filter(pk=entry.reader_id, is_active=True).select_related("person")
    tell(ENTRY_WITHDRAWN, entry, readers=readers, occurrence=f"sequence {entry.sequence}")


def tell_electors(session, electors):
    """Write to those in the room who choose who presides, and to nobody else (G-EXS-03)."""
    readers = users_of(electors)
    tell(SESSION_PRESIDER_NEEDED, session, readers=readers, occurrence="round 1")


def tell_of_request(request, *, day, by):
    """Write to the chair and the Lead Independent Director; of ordinary matters to the Secretary
    too (NT-REQ)."""
    people = set(presiders(request, day))
    kind = CLOSED_REQUEST_SUBMITTED
    if not request.concerns_management:
        kind = REQUEST_SUBMITTED
        held = Appointment.objects.on(day).filter(office=Office.CORPORATE_SECRETARY)
        people |= set(held.values_list("person", flat=True))
    tell(kind, request, readers=users_of(people), occurrence="submitted", by=by)


def tell_of_answer(request, *, by, at):
    """Write to the requester how it was answered (NT-REQ)."""
    occurrence = f"{request.state} {at.isoformat()}"
    readers = users_of([request.requester_id])
    tell(REQUEST_ANSWERED, request, readers=readers, occurrence=occurrence, by=by)


def tell_of_new_action(action, *, by):
    """Write to the owner of an action that it was left to them, before any reminder (NT-DUE)."""
    readers = users_of([action.owner_id])
    tell(ACTION_ENTERED, action, readers=readers, occurrence="entered", by=by)
