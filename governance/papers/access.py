"""Who brings, reads and publishes papers, and whose the notes are (access table, "Paper")."""

from django.db.models import Exists, OuterRef, Q

from governance.board.access import (
    is_of_the_secretarys_office,
    is_secretary,
    leads_the_independent,
)
from governance.committees.standing import standing_today
from governance.meetings.access import holds_the_chair, serves
from governance.meetings.models import AgendaItem, ItemGuest
from governance.people.models import Appointment, Office


def office_reads(user, prefix="item__meeting__"):
    """Drafts too: the Corporate Secretary everywhere, the rest of the office the Board's."""
    standing = standing_today(user)
    if standing.is_secretary:
        # Said in so many words: an empty condition would get lost beside another.
        return Q(pk__isnull=False)
    if standing.is_secretarial:
        return Q(**{f"{prefix}committee__isnull": True})
    return Q(pk__in=[])


def items_open_to(user, item="item"):
    """Items whose papers the account may read: their agenda's, never past a recusal."""
    return Exists(AgendaItem.objects.visible_to(user).filter(pk=OuterRef(item)))


def may_bring(by, paper, day):
    """The office that serves the body, its chair, the Lead Independent Director for the Board, and
    whoever presents the item or is its guest.

    Nobody brings a paper to an item that is withheld from them.
    """
    item = paper.item
    if by is None or not AgendaItem.objects.visible_to(by).filter(pk=item.pk).exists():
        return False
    return presents(by, item) or brings_any(by, item.meeting, day)


def brings_any(by, meeting, day):
    """Whoever brings papers to every item of the meeting."""
    if meeting.committee_id:
        return is_secretary(by, day) or holds_the_chair(by, meeting, day)
    office = is_of_the_secretarys_office(by, day)
    return office or holds_the_chair(by, meeting, day) or leads_the_independent(by, day)


def may_speak_for(by, item, day):
    """Whoever says what an item asks of the body: its presenter, and who brings to every item."""
    return item.presenter_id == by.person_id or brings_any(by, item.meeting, day)


def presents(by, item):
    """The item's presenter, or its guest (G-ACC-04)."""
    if item.presenter_id == by.person_id:
        return True
    return ItemGuest.objects.filter(item=item, person=by.person_id).exists()


def may_change(by, paper, day):
    """Whoever brought it, as long as they may bring one; and the office that serves the body."""
    if not may_bring(by, paper, day):
        return False
    return by.pk == paper.brought_by_id or serves(standing_today(by), paper.item.meeting)


def may_publish(by, subject, day):
    """The Corporate Secretary (access table)."""
    return is_secretary(by, day)


def may_hold(by, day):
    """The Corporate Secretary and the General Counsel keep notes for a legal matter."""
    if is_secretary(by, day):
        return True
    held = Appointment.objects.on(day).filter(office=Office.GENERAL_COUNSEL)
    return by is not None and held.filter(person=by.person_id).exists()
