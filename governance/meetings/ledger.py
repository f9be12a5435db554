"""Who is brought into a meeting for one item, and whom the Board has met so (G-ACC-04)."""

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.db.models.functions import ExtractYear

from governance.meetings import mail
from governance.meetings.models import Ground, ItemGuest
from governance.meetings.moves import MeetingState
from governance.meetings.operations import check_may_build, day_of, lock
from governance.refusals import Refused


@transaction.atomic
def invite_guest(item, person, *, ground, by, at):
    """Somebody who is no member of the body is asked to come for one item (G-ACC-04).

    They learn of that item alone, and once the meeting was called they are told. They count toward
    no quorum and no vote. Raises Refused for members, twice for one item, and without a ground.
    """
    meeting = lock(item.meeting)
    check_may_build(meeting, by=by, at=at)
    if ground not in Ground.values:
        raise Refused("Say why: insight, future potential, or another reason.", "G-ACC-04")
    if meeting.members(day_of(meeting.starts_at)).filter(pk=person.pk).exists():
        raise Refused(f"{person} is a member of this body, and no guest.", provision="G-ACC-04")
    try:
        with transaction.atomic():
            guest = ItemGuest.objects.create(
                item=item, person=person, ground=ground, invited_by=by, invited_at=at
            )
    except IntegrityError as error:
        raise Refused(f"{person} is invited to this item already.", code="stale") from error
    if meeting.state != MeetingState.DRAFT:
        mail.tell_of_invitation(guest, by=by)
    return guest


@transaction.atomic
def withdraw_invitation(guest, *, by, at):
    """They are not expected after all; from then on the item is closed to them (G-ACC-04)."""
    meeting = lock(guest.item.meeting)
    check_may_build(meeting, by=by, at=at)
    ItemGuest.objects.filter(pk=guest.pk).delete()


def counted_by_year(guests, zone):
    """How many were met for each ground in each year, the latest year first; information only."""
    year = ExtractYear("item__meeting__starts_at", tzinfo=zone)
    counted = guests.order_by().annotate(year=year).values("year", "ground")
    return counted.annotate(count=Count("pk")).order_by("-year", "ground")
