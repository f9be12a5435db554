"""What is done with meetings: they are called, moved, cancelled, called to order and adjourned."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from governance.meetings import mail
from governance.meetings.access import (
    belongs_to,
    may_arrange,
    may_build,
    may_call,
    may_run,
)
from governance.meetings.models import (
    AgendaItem,
    Meeting,
    MeetingKind,
    Recusal,
    RecusalMode,
)
from governance.meetings.moves import MeetingState
from governance.meetings.requests import leave_unanswered, retarget
from governance.meetings.sessions import (
    cancel_session,
    make_session_ready,
    move_session,
    pass_over_earlier_sessions,
    set_session,
    tell_of_session_elsewhere,
)
from governance.meetings.waivers import record_attendance_as_waiver
from governance.records.models import Company, FiscalQuarter
from governance.records.moves import advance, begin
from governance.refusals import Refused

# Three years, a leap day among them: further ahead an hour is a slip of the pen.
CALLED_AHEAD = timedelta(days=3 * 365 + 1)


def name_of(committee, kind, starts_at):
    """What people call it: "Q4 Board meeting", "Audit Committee meeting" and so on."""
    if kind == MeetingKind.SPECIAL:
        return f"Special {committee.name if committee else 'Board'} meeting"
    if committee:
        return f"{committee.name} meeting"
    quarter = FiscalQuarter.of(Company.current().day_of(starts_at))
    return f"Q{quarter.number} Board meeting" if quarter else "Board meeting"


def check_hour(starts_at, *, at):
    """A meeting is called for an hour to come, and not for one out of reach (M-01)."""
    if starts_at <= at:
        raise Refused("A meeting is called for an hour that lies ahead.", provision="M-01")
    check_within_reach(starts_at, at=at)


def check_within_reach(starts_at, *, at):
    if starts_at and starts_at - at > CALLED_AHEAD:
        raise Refused("A meeting is called at most three years ahead.", provision="M-01")


@transaction.atomic
def create_meeting(*, committee, kind, starts_at, by, at, name="", backfilled=False, **facts):
    """Draft a meeting of a body; nobody is told of it yet (M-01)."""
    check_fills_seats(committee, kind, facts.get("vacancy_only", False))
    if not backfilled:
        check_hour(starts_at, at=at)
    meeting = Meeting(
        committee=committee,
        kind=kind,
        starts_at=starts_at,
        name=name or name_of(committee, kind, starts_at),
        backfilled=backfilled,
        **facts,
    )
    return begin(meeting, "create", by=by, at=at)


def check_fills_seats(committee, kind, vacancy_only):
    """Seats alone are filled at a special meeting of the Board (L-49)."""
    if vacancy_only and (committee or kind != MeetingKind.SPECIAL):
        raise Refused("Only a special meeting of the Board is held to fill seats.", "L-49")


@transaction.atomic
def amend_draft(meeting, *, by, at, **facts):
    """Change a draft that nobody has been told of (M-01)."""
    locked = lock(meeting)
    if locked.state != MeetingState.DRAFT:
        raise Refused(
            "This meeting has been scheduled; move it by the button instead.", "M-01", code="stale"
        )
    if not may_arrange(by, locked, day_of(at)):
        raise Refused("The secretary's office drafts meetings.", provision="M-01")
    check_hour(facts.get("starts_at", locked.starts_at), at=at)
    # A name that nobody chose follows the hour: what was Q4's meeting may become Q1's.
    if facts.get("name", locked.name) == name_of(locked.committee, locked.kind, locked.starts_at):
        facts["name"] = ""
    for name, value in facts.items():
        setattr(locked, name, value)
    check_fills_seats(locked.committee, locked.kind, locked.vacancy_only)
    locked.name = locked.name or name_of(locked.committee, locked.kind, locked.starts_at)
    locked.save(update_fields=[*facts, "name"])
    return locked


@transaction.atomic
def schedule(meeting, *, by, at):
    """Put the meeting on the calendar and tell everybody; a regular Board meeting also gets its
    executive session (M-01, G-EXS-01)."""
    advance(meeting, "schedule", by=by, at=at)
    if meeting.committee_id is None and meeting.kind == MeetingKind.REGULAR:
        set_session(meeting, at=at)
    if not meeting.backfilled:
        mail.tell_of_meeting(mail.MEETING_SCHEDULED, meeting, day=day_of(at), by=by)
    return meeting


@transaction.atomic
def give_notice(meeting, *, by, at):
    """Give the notice that the bylaws ask for, and publish the agenda (M-01)."""
    advance(meeting, "notice", by=by, at=at)
    if not meeting.backfilled:
        mail.tell_of_meeting(mail.MEETING_NOTICED, meeting, day=day_of(at), by=by)
    return meeting


@transaction.atomic
def reschedule(meeting, *, starts_at, by, at, why):
    """Move a meeting that has not begun; its session follows, notice is given again (M-01).

    Who would have come at the old hour has not answered for the new one.
    """
    if not why.strip():
        raise Refused("Say why the meeting is moved.", provision="M-01")
    if starts_at:
        check_within_reach(starts_at, at=at)
    # Counted from the row and not from the caller's copy: each change is told.
    revision = lock(meeting).revision + 1
    facts = {"starts_at": starts_at, "revision": revision}
    advance(meeting, "reschedule", by=by, at=at, why=why, **facts)
    meeting.replies.all().delete()
    move_session(meeting, at=at)
    mail.tell_of_meeting(mail.MEETING_RESCHEDULED, meeting, day=day_of(at), by=by)
    return meeting


@transaction.atomic
def change_place(meeting, *, place, dial_in, by, at):
    """Another room or another line for a meeting that was called; its hour and notice stand.

    Everybody it concerns is told, once for each change. Raises Refused before it was scheduled,
    after it is over, and when neither a place nor a line is left (G-ATT-02).
    """
    locked = lock(meeting)
    if locked.state == MeetingState.DRAFT or locked.is_over:
        raise Refused(
            f"Its place is not changed now: it is {locked.get_state_display().lower()}.",
            code="stale",
        )
    if not may_call(by, locked, day_of(at)):
        raise Refused("The Corporate Secretary says where a meeting is held.", provision="M-01")
    if not (place or dial_in):
        raise Refused("A meeting needs a place, or a line to call.", provision="G-ATT-02")
    if (place, dial_in) == (locked.place, locked.dial_in):
        raise Refused("It is held there already.")
    locked.place, locked.dial_in = place, dial_in
    locked.revision += 1
    locked.save(update_fields=["place", "dial_in", "revision"])
    mail.tell_of_meeting(mail.MEETING_PLACE_CHANGED, locked, day=day_of(at), by=by)
    tell_of_session_elsewhere(locked, at=at)
    return locked


@transaction.atomic
def cancel(meeting, *, by, at, why):
    """Call a meeting off, and its executive session with it (M-01)."""
    if not why.strip():
        raise Refused("Say why the meeting is cancelled.", provision="M-01")
    locked = lock(meeting)
    was_known = locked.state != MeetingState.DRAFT
    advance(meeting, "cancel", by=by, at=at, why=why, revision=locked.revision + 1)
    cancel_session(meeting, at=at)
    retarget(meeting, at=at)
    if was_known:
        mail.tell_of_meeting(mail.MEETING_CANCELLED, meeting, day=day_of(at), by=by)
    return meeting


@transaction.atomic
def call_to_order(meeting, *, by, at):
    """Open the meeting with a quorum present (M-01, L-37, L-41)."""
    advance(meeting, "open", by=by, at=at, convened_at=at)
    record_attendance_as_waiver(meeting, at=at)
    if meeting.committee_id is None and meeting.kind == MeetingKind.REGULAR:
        pass_over_earlier_sessions(meeting, at=at)
    return meeting


@transaction.atomic
def record_no_quorum(meeting, *, by, at):
    """Write down that the hour came and too few did; the meeting counts nowhere (P-04)."""
    advance(meeting, "record_no_quorum", by=by, at=at)
    cancel_session(meeting, at=at)
    return meeting


def recess(meeting, *, by, at):
    """Interrupt the meeting; it goes on as the same meeting (C9)."""
    return advance(meeting, "recess", by=by, at=at)


def reconvene(meeting, *, by, at):
    """Go on after a recess, with a quorum (C9)."""
    return advance(meeting, "reconvene", by=by, at=at)


@transaction.atomic
def adjourn(meeting, *, by, at):
    """End the meeting; whoever is present leaves, and the session may begin (G-EXS-01)."""
    advance(meeting, "adjourn", by=by, at=at, adjourned_at=at)
    meeting.attendances.filter(until=None).update(until=at)
    leave_unanswered(meeting, at=at)
    make_session_ready(meeting, at=at, tell=not meeting.backfilled)
    return meeting


def approve_entry(meeting, *, by, at):
    """The chair of the body has looked over a past meeting that was entered (M-01)."""
    return advance(meeting, "approve_entry", by=by, at=at, entry_approved_by=by.person)


def close(meeting, *, by, at):
    """Close the record of a meeting whose minutes are locked (M-01)."""
    return advance(meeting, "close", by=by, at=at)


def day_of(at):
    """The company's day at an instant (C1)."""
    return Company.current().day_of(at)


def lock(meeting):
    """The meeting as it stands, kept still until this transaction ends."""
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


@transaction.atomic
def add_item(meeting, *, title, by, at, purpose="discuss", minutes=15, presenter=None, tags=()):
    """Put a matter at the end of the agenda (G-AGD-01)."""
    meeting = lock(meeting)
    check_may_build(meeting, by=by, at=at)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=last + 1,
        title=title,
        purpose=purpose,
        minutes=minutes,
        presenter=presenter,
        tags=list(tags),
    )
    tell_if_published(meeting, by=by, at=at)
    return item


def tell_if_published(meeting, *, by, at):
    """Whoever has had notice of an agenda is told that it changed (NT-SCH)."""
    if meeting.state == MeetingState.NOTICED:
        mail.tell_of_agenda(meeting, at=at, by=by, day=day_of(at))


@transaction.atomic
def reorder(meeting, items, *, by, at):
    """Give the items of the agenda, all of them, the order in which they are named (G-AGD-01)."""
    meeting = lock(meeting)
    check_may_build(meeting, by=by, at=at)
    wanted = [item.pk for item in items]
    if sorted(wanted) != sorted(meeting.items.values_list("pk", flat=True)):
        raise Refused("The agenda changed meanwhile. Reload it, then order it again.", code="stale")
    stood = list(meeting.items.order_by("position").values_list("pk", flat=True))
    for position, key in enumerate(wanted, start=1):
        meeting.items.filter(pk=key).update(position=position)
    if wanted != stood:
        tell_if_published(meeting, by=by, at=at)


@transaction.atomic
def edit_item(item, *, by, at, **facts):
    """Change what an item says of its matter, until the meeting is over (G-AGD-01)."""
    meeting = lock(item.meeting)
    check_may_build(meeting, by=by, at=at)
    for name, value in facts.items():
        setattr(item, name, value)
    item.save(update_fields=list(facts))
    tell_if_published(meeting, by=by, at=at)
    return item


@transaction.atomic
def set_order(meeting, wanted, *, by, at):
    """Order the agenda by numbers: `wanted` gives, for some items, the number each should have.

    Of two with the same number the one that asks for it comes first; whatever has none goes last.
    """
    items = list(meeting.items.order_by("position"))
    ranks = {
        item.pk: wanted.get(item.pk) or (item.position if item.pk not in wanted else None)
        for item in items
    }
    last = len(items) + 1
    items.sort(key=lambda one: (ranks[one.pk] or last, ranks[one.pk] == one.position, one.position))
    reorder(meeting, items, by=by, at=at)


@transaction.atomic
def remove_item(item, *, by, at):
    """Take a matter off an agenda that has not been published, and close the gap."""
    meeting = lock(item.meeting)
    check_may_build(meeting, by=by, at=at)
    if meeting.state not in (MeetingState.DRAFT, MeetingState.SCHEDULED):
        raise Refused(
            "Notice has been given with this agenda, so an item is not deleted from it.",
            provision="G-AGD-01",
        )
    if item.motions.exists() or item.recusals.exists():
        raise Refused("A motion or a recusal hangs on this item; it stays.", provision="G-AGD-01")
    if item.papers.exists() or hasattr(item, "brief"):
        raise Refused("Papers were brought for this item; it stays.", provision="G-AGD-01")
    if item.arrivals.exclude(file=None).exists():
        raise Refused("A file for this item is being checked. Take it back, or wait for it.")
    position = item.position
    item.invited.all().delete()
    # Of files that were not taken only the reason is left.
    item.arrivals.all().delete()
    item.delete()
    meeting.items.filter(position__gt=position).update(position=F("position") - 1)


def check_may_build(meeting, *, by, at):
    """The secretary's office and the body's chair build the agenda, until the meeting is over."""
    if not may_build(by, meeting, day_of(at)):
        raise Refused("The agenda is built by the secretary and the chair.", provision="G-AGD-01")
    if meeting.is_over:
        raise Refused("This meeting is over; its agenda is part of the record.", provision="M-01")


@transaction.atomic
def record_recusal(item, person, *, mode, basis, by, at):
    """Wall a director off from an item, declared by themselves or recorded by the chair (M-03).

    The director may no longer read the item, nor vote on it; who left the room does not count as
    present for it.
    """
    meeting, day = lock(item.meeting), day_of(at)
    declares = by is not None and by.person_id == person.pk and belongs_to(by, meeting, day)
    if not (declares or may_run(by, meeting, day)):
        raise Refused("A recusal is declared by the director or recorded by the chair.", "M-03")
    if not meeting.members(day).filter(pk=person.pk).exists():
        raise Refused(f"{person} is not a member of this body.", provision="M-03")
    if not basis.strip():
        raise Refused("Say on what basis. A wall without a basis is refused.", provision="M-03")
    if mode not in RecusalMode.values:
        raise Refused("Say whether the director leaves the room or stays.", provision="M-03")
    # No vote is opened on these until the wall stands: of the two one comes first.
    list(item.motions.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    if item.motions.filter(state="voting").exists():
        raise Refused(
            "A vote on this item is open, and interests are declared before it. Tell the chair, "
            "who closes it first.",
            provision="M-03",
        )
    if meeting.is_over:
        raise Refused("This meeting is over.", provision="M-03")
    try:
        with transaction.atomic():
            return Recusal.objects.create(
                item=item, person=person, mode=mode, basis=basis, since=at, recorded_by=by
            )
    except IntegrityError as error:
        raise Refused(f"{person} is recused from this item already.", code="stale") from error
