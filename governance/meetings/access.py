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
    return Exists(AgendaItem.objects.filter(meeting=meeting, presenter=user.person_id))


def may_read(user, prefix=""):
    """Meetings whose agenda the account may read: the body's own members (AC-BRD, AC-COM)."""
    standing = standing_today(user)
    readable = Q(**{f"{prefix}committee__in": standing.committees})
    if standing.is_director:
        readable |= Q(**{f"{prefix}committee__isnull": True})
    return readable


def is_of(standing, meeting):
    """As `may_read`, for a meeting that was read already: the standing is of the body's own."""
    if meeting.committee_id:
        return meeting.committee_id in standing.committees
    return standing.is_director


def may_create_meeting(by, committee, day):
    """Secretary, Chair and Lead Independent Director for the Board; the chair for a committee."""
    if is_of_the_secretarys_office(by, day):
        return True
    if committee is None:
        return chairs_the_board(by, day) or leads_the_independent(by, day)
    return chairs(by, committee, day)


def may_begin(by, meeting, day):
    return may_create_meeting(by, meeting.committee, day)


def may_arrange(by, meeting, day):
    """The secretary's office drafts the Board's meetings and builds their agendas (G-AGD-01)."""
    if meeting.committee_id is None:
        return is_of_the_secretarys_office(by, day)
    return is_secretary(by, day)


def may_call(by, meeting, day):
    """The Corporate Secretary schedules, gives notice and reschedules (M-01)."""
    return is_secretary(by, day)


def may_cancel(by, meeting, day):
    """The Corporate Secretary or the chair of the body (M-01)."""
    return is_secretary(by, day) or holds_the_chair(by, meeting, day)


def holds_the_chair(by, meeting, day):
    if meeting.committee_id:
        return chairs(by, meeting.committee, day)
    return chairs_the_board(by, day)


def may_preside(by, meeting, day):
    """The body's chair, and for the Board the Lead Independent Director in the chair's absence."""
    if holds_the_chair(by, meeting, day):
        return True
    return meeting.committee_id is None and leads_the_independent(by, day)


def may_run(by, meeting, day):
    """Whoever presides, and the Corporate Secretary, who enters for them what was done (M-01)."""
    return is_secretary(by, day) or may_preside(by, meeting, day)


def belongs_to(by, meeting, day):
    """A member of the body that meets."""
    if meeting.committee_id:
        return is_member(by, meeting.committee, day)
    return is_director(by, day)


def may_enter_session(by, session, day):
    """Independent directors in office; nobody else, whatever their office (G-EXS-01)."""
    return is_independent(by, day)


def may_lead_session(by, session, day):
    """The Lead Independent Director before anybody presides; then the presiding director."""
    if session.presiding_id:
        return by is not None and by.person_id == session.presiding_id and is_independent(by, day)
    return leads_the_independent(by, day)


def lead_independent_director(day):
    return Designation.objects.holder(Role.LEAD, day)
