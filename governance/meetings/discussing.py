"""What a meeting turns to, how late it runs, and what a topic came to before."""

from datetime import timedelta

from django.db import transaction

from governance.meetings.models import HELD, AgendaItem, Discussion
from governance.meetings.operations import check_may_build, lock
from governance.records.moves import advance
from governance.refusals import Refused


@transaction.atomic
def take_up(item, *, by, at):
    """The meeting turns to an item of its agenda; with that it leaves the one before (M-01).

    It asks for no quorum: without one the discussion goes on, and no vote is taken.
    """
    advance(item.meeting, "take_up", by=by, at=at)
    last = Discussion.objects.filter(item__meeting=item.meeting_id).last()
    if last and last.item_id == item.pk:
        raise Refused("This item has been taken up already.", provision="M-01", code="stale")
    if last and last.since >= at:
        raise Refused("One item is taken up after the other.", provision="M-01")
    return Discussion.objects.create(item=item, since=at)


def minutes_late(item, begins_at, now):
    """By how many whole minutes the meeting runs behind its agenda; fewer than 0: ahead of it.

    `item` is the one in hand, with `minutes_before` and `in_hand_since`. Until its time is used up
    the meeting is as late as the item began; after that, as late as the next one could begin.
    """
    planned = begins_at + timedelta(minutes=item.minutes_before)
    began_late = item.in_hand_since - planned
    would_end_late = now - planned - timedelta(minutes=item.minutes)
    return int(max(began_late, would_end_late).total_seconds() / 60)


@transaction.atomic
def tie(item, earlier, *, by, at):
    """Say with which item of an earlier meeting a topic was last before the body (G-AGD-01).

    None unties it. Whoever builds the agenda ties its items to what they may read themselves.
    """
    meeting = lock(item.meeting)
    check_may_build(meeting, by=by, at=at)
    if earlier and not earlier_of_the_body(meeting, by).filter(pk=earlier.pk).exists():
        raise Refused("Choose an item of an earlier meeting of this body.", provision="G-AGD-01")
    item.follows = earlier
    item.save(update_fields=["follows"])
    return item


def earlier_of_the_body(meeting, user):
    """Items of the body's earlier meetings that the account may read, the latest first."""
    return (
        AgendaItem.objects.visible_to(user)
        .filter(meeting__state__in=HELD, meeting__committee=meeting.committee_id)
        .filter(meeting__starts_at__lt=meeting.starts_at)
        .select_related("meeting__committee")
        .order_by("-meeting__starts_at", "position")
    )
