"""Who may know of a meeting, read it, and run it. The table is in access rules; see the README."""

from django.db.models import Exists, OuterRef, Q

from governance.board.access import (
    chairs_the_board,
    is_director,
    is_independent,
    is_of_the_secretarys_office,
    is_secretary,
    leads_the_independent,
)
from governance.board.models import Designation, Role
from governance.committees.access import chairs, is_member
from governance.committees.standing import standing_today


def may_know_of(user, prefix=""):
    """Meetings whose existence the account may know: every director knows of every body's."""
    return Q() if standing_today(user).is_director else Q(presents_in(user, prefix))


def presents_in(user, prefix=""):
    """Meetings in which the account's person presents an item."""
    from governance.meetings.models import AgendaItem

    meeting = OuterRef(f"{prefix}pk" if not prefix else prefix.removesuffix("__"))
    slots = AgendaItem.objects.filter(meeting=meeting).filter(presents(user))
    return Exists(slots)


def presents(user):
    """Items that the account's person presents, or is a guest of (G-ACC-04).

    Whoever holds no office any more keeps what lies ahead, to which they were invited, and loses
    what they presented while they did (access rule 3).
    """
    from governance.meetings.models import ItemGuest

    invited = ItemGuest.objects.filter(item=OuterRef("pk"), person=user.person_id)
    own = Q(presenter=user.person_id) | Exists(invited)
    if standing_today(user).offices or standing_today(user).is_director:
        return own
    return own & ~Q(meeting__state__in=("adjourned", "cancelled", "failed_quorum", "closed"))


def may_read(user, prefix=""):
    """Meetings whose agenda the account may read (AC-BRD, AC-COM).

    The body's own members; the Corporate Secretary all, the rest of the office the Board's alone.
    """
    standing = standing_today(user)
    if standing.is_secretary:
        return Q()
    readable = Q(**{f"{prefix}committee__in": standing.committees})
    if standing.is_director or standing.is_secretarial:
        readable |= Q(**{f"{prefix}committee__isnull": True})
    return readable


def is_published(user, prefix=""):
    """Meetings that are drafts no more, and those that the account itself helps to draft."""
    standing = standing_today(user)
    if standing.is_secretary:
        return Q()
    drafts = ~Q(**{f"{prefix}state": "draft"})
    return drafts | Q(**{f"{prefix}committee__isnull": True}) if standing.is_secretarial else drafts


def is_of(standing, meeting):
    """The standing is that of a member of the body that meets."""
    if meeting.committee_id:
        return meeting.committee_id in standing.committees
    return standing.is_director


def serves(standing, meeting):
    """The standing is that of the office that serves this body's meetings."""
    return standing.is_secretary or (standing.is_secretarial and meeting.committee_id is None)


def is_its_secretary(by, meeting, day):
    """The Corporate Secretary; a past meeting is entered by who is it when it is (M-01)."""
    return is_secretary(by, max(day, meeting.entered_on) if meeting.entered_on else day)


def may_create_meeting(by, committee, day):
    """The office, Chair and Lead Independent Director for the Board; for a committee its chair and
    the Corporate Secretary."""
    if committee is None:
        office = is_of_the_secretarys_office(by, day)
        return office or chairs_the_board(by, day) or leads_the_independent(by, day)
    return is_secretary(by, day) or chairs(by, committee, day)


def may_begin(by, meeting, day):
    if meeting.entered_on:
        return is_its_secretary(by, meeting, day)
    return may_create_meeting(by, meeting.committee, day)


def may_arrange(by, meeting, day):
    """The secretary's office drafts the Board's meetings and builds their agendas (G-AGD-01)."""
    if meeting.committee_id is None:
        return is_of_the_secretarys_office(by, day)
    return is_secretary(by, day)


def may_build(by, meeting, day):
    """Whoever drafts its meetings and whoever presides over them build an agenda (G-AGD-01)."""
    return may_arrange(by, meeting, day) or may_preside(by, meeting, day)


def may_call(by, meeting, day):
    """The Corporate Secretary schedules, gives notice and reschedules (M-01)."""
    return is_its_secretary(by, meeting, day)


def may_cancel(by, meeting, day):
    """The Corporate Secretary or the chair of the body (M-01)."""
    return is_secretary(by, day) or holds_the_chair(by, meeting, day)


def holds_the_chair(by, meeting, day):
    if meeting.committee_id:
        return chairs(by, meeting.committee, day)
    return chairs_the_board(by, day)


def may_preside(by, meeting, day):
    """The body's chair, and for the Board the Lead Independent Director in the chair's absence.

    While neither is in the room, a member who is there presides: a meeting never has nobody to end
    it. What happened in the past the Corporate Secretary enters alone (M-01, back-entry).
    """
    if holds_the_chair(by, meeting, day):
        return True
    if meeting.committee_id is None and leads_the_independent(by, day):
        inside = meeting.people_inside
        return not inside or not inside & set(chair_of(meeting, day))
    if meeting.backfilled and is_its_secretary(by, meeting, day):
        return True
    return by is not None and by.person_id in stand_ins(meeting, day)


def stand_ins(meeting, day):
    """Members in the room while neither chair nor Lead Independent Director is; else nobody."""
    inside = meeting.people_inside
    if not inside or inside & set(presiders(meeting, day)):
        return set()
    return inside


def chair_of(meeting, day, *roles):
    """The person in the chair of the body."""
    if meeting.committee_id:
        seats = meeting.committee.seats.on(day).filter(chairs=True)
        return seats.values_list("person", flat=True)
    designated = Designation.objects.on(day).filter(role__in=(Role.CHAIR, *roles))
    return designated.order_by("role").values_list("person", flat=True)


def presiders(meeting, day):
    """People who preside by what they are: the chair, then the Lead Independent Director."""
    return chair_of(meeting, day, Role.LEAD)


def may_approve_entry(by, meeting, day):
    """The chair of the body looks over a past meeting that was entered, once (M-01)."""
    waits = meeting.entered_on is not None and meeting.entry_approved_by_id is None
    return waits and holds_the_chair(by, meeting, day)


def may_run(by, meeting, day):
    """Whoever presides, and the Corporate Secretary, who enters for them what was done (M-01)."""
    return is_secretary(by, day) or may_preside(by, meeting, day)


def belongs_to(by, meeting, day):
    """A member of the body that meets."""
    if meeting.committee_id:
        return is_member(by, meeting.committee, day)
    return is_director(by, day)


def may_call_session(by, session, day):
    """Any independent director in office calls one, or opens one early (M-06)."""
    return is_independent(by, day)


def may_enter_session(by, session, day):
    """Independent directors in office, invited where one has to be; nobody else (G-EXS-01)."""
    return by is not None and session.members(day).filter(pk=by.person_id).exists()


def may_join_call(by, session, day):
    """An invited director who is not the one that called it (M-06)."""
    if not may_enter_session(by, session, day):
        return False
    called = session.invitations.exclude(called_at=None)
    return called.exists() and not called.filter(person=by.person_id).exists()


def may_preside_session(by, session, day):
    """The presiding director, as long as they are independent (G-EXS-02)."""
    return by is not None and by.person_id == session.presiding_id and is_independent(by, day)


def may_lead_session(by, session, day):
    """The Lead Independent Director before anybody presides; then the presiding director.

    A presiding director who is independent no more has left the chair, and any other may end it.
    """
    if session.presiding_id is None:
        return leads_the_independent(by, day)
    if session.members(day).filter(pk=session.presiding_id).exists():
        return by is not None and by.person_id == session.presiding_id
    return may_enter_session(by, session, day)


def may_take_the_chair(by, session, day):
    """The Lead Independent Director who came after the others had begun, and is in the room."""
    inside = session.attendances.filter(until=None)
    return leads_the_independent(by, day) and inside.filter(person=by.person_id).exists()


def may_take_over(by, session, day):
    """The Lead Independent Director who came after somebody else had been chosen (G-EXS-02)."""
    return may_take_the_chair(by, session, day) and session.presiding_id != by.person_id


def may_write_record(by, session, day):
    """Directors who were in the room, and the Lead Independent Director (M-06, AC-IND)."""
    if not may_enter_session(by, session, day):
        return False
    was_there = session.attendances.filter(person=by.person_id)
    return leads_the_independent(by, day) or was_there.exists()


def lead_independent_director(day):
    return Designation.objects.holder(Role.LEAD, day)
