"""The agenda as the reader may see it: its hours, what is in hand, what is withheld."""

from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from governance.committees.asking import ask
from governance.meetings.discussing import minutes_late
from governance.meetings.models import (
    AgendaItem,
    Meeting,
    Recusal,
    RecusalMode,
)
from governance.meetings.moves import UNDER_WAY, MeetingState
from governance.words import said_day, said_hour

# From its notice to its end a meeting is followed as it happens.
FOLLOWED = (MeetingState.NOTICED, *UNDER_WAY)
# How the motions of an item are marked on the agenda.
MOTION_MARKS = {
    "voting": ("vote", "Vote open"),
    "blocked": ("overdue", "Blocked"),
    "passed": ("met", "Carried"),
    "failed": ("plain", "Not carried"),
    "inquorate": ("plain", "No quorum"),
    "withdrawn": ("plain", "Withdrawn"),
}
UNDONE = ("plain", "Not voted on")


def agenda_items(request, meeting):
    """The slots that the reader may see, in their order."""
    return ask(slots, request.user, meeting.pk)


def name_of(person):
    return Concat(f"{person}__given_name", Value(" "), f"{person}__family_name")


def slots(user, meeting):
    recused = Recusal.objects.filter(item=OuterRef("pk"))
    names = recused.order_by("person__family_name").values(name=name_of("person"))
    return (
        AgendaItem.objects.of_readable_meetings(user)
        .filter(meeting=meeting)
        .with_recusal(user)
        .with_minutes_before()
        .with_discussion()
        .annotate(
            presented_by=name_of("presenter"),
            recused=ArraySubquery(names),
            left=ArraySubquery(recused.filter(mode=RecusalMode.LEFT).values("person")),
        )
        .order_by("position")
    )


def put_before(user, meeting):
    """The meeting's motions, as far as the reader may know of them."""
    return Meeting(pk=meeting).motions.visible_to(user).order_by("pk")


def agenda(request, meeting, items, motions):
    """The agenda with its hours; a withheld item shows that it is withheld, and no more."""
    of_items, before, begins = {}, last_decided(request, items), meeting.begins_at
    for motion in motions:
        of_items.setdefault(motion.item_id, []).append(motion)
    return [
        slot(request, meeting, item, of_items.get(item.pk, []), begins)
        | {"here": is_here(meeting, item), "before": before.get(item.follows_id)}
        for item in items
    ]


def is_here(meeting, item):
    """The item is the one that the meeting discusses now."""
    return bool(item.in_hand_since) and meeting.state in UNDER_WAY


def out_of_the_room(meeting, items, motions):
    """Who left the room for an item in hand or voted on: each person, with its number (M-03).

    They are present at the meeting and not for that item. Nothing is told of an item that is
    withheld from the reader.
    """
    voting = {motion.item_id for motion in motions if motion.state == "voting"}
    return {
        person: item.position
        for item in items
        if not item.recused_since and (is_here(meeting, item) or item.pk in voting)
        for person in item.left
    }


def last_decided(request, items):
    """What the topics of the items came to before, by earlier item, as far as the reader may know.

    Nobody hears through a later meeting of what an earlier one keeps from them.
    """
    earlier = {item.follows_id for item in items if item.follows_id and not item.recused_since}
    if not earlier:
        return {}
    motions = Meeting._meta.get_field("motions").related_model.objects.visible_to(request.user)
    decided = motions.filter(item__in=earlier).decided().select_related("meeting")
    found = {}
    for motion in decided:
        day = timezone.localdate(motion.closed_at)
        how = "adopted" if motion.state == "passed" else "not adopted"
        says = f"Last decided {day.day} {day:%B} {day.year}: {how}, {motion.votes_for} for"
        found.setdefault(motion.item_id, {"says": says, "url": motion.get_absolute_url()})
    return found


def under_discussion(request, meeting, items):
    """The item in hand, and how late the meeting runs; None while none has been taken up."""
    item = next((one for one in items if is_here(meeting, one)), None)
    if item is None:
        return None
    late = minutes_late(item, meeting.begins_at, timezone.now())
    kind, clock = ("met", "on time") if late <= 0 else ("soon", said_minutes(late, "late"))
    if late < 0:
        clock = said_minutes(-late, "early")
    withheld = item.recused_since
    return {
        "title": "Withheld from you" if withheld else item.title,
        "url": "" if withheld else reverse("meetings:item", args=[item.pk]),
        "says": f"Item {item.position}, since {said_hour(item.in_hand_since)}, "
        f"{item.minutes} minutes allotted",
        "clock": {"kind": kind, "says": clock},
    }


def said_minutes(number, how):
    """ "1 minute late", "12 minutes early"."""
    return f"{number} minute{'' if number == 1 else 's'} {how}"


def slot(request, meeting, item, motions, begins):
    """One line of the agenda."""
    at = said_hour(begins + timedelta(minutes=item.minutes_before))
    if item.recused_since:
        day = said_day(timezone.localdate(item.recused_since), request.user.today)
        withheld = {"kind": "overdue", "says": "withheld"}
        return {
            "at": at,
            "number": item.position,
            "title": f"Withheld: recused since {day}",
            "marks": [withheld],
        }
    purpose = f"{item.get_purpose_display()}, {item.minutes} minutes"
    shown = {
        "at": at,
        "number": item.position,
        "title": item.title,
        "who": f"{item.presented_by} · {purpose}" if item.presenter_id else purpose,
        "marks": [motion_mark(motion, over=meeting.is_over) for motion in motions]
        + [{"kind": "overdue", "says": f"{name} recused"} for name in item.recused],
        "url": reverse("meetings:item", args=[item.pk]),
        "take_up": reverse("meetings:take_up", args=[item.pk]),
    }
    return shown


def motion_mark(motion, *, over):
    undone = over and motion.state in ("drafted", "blocked", "open")
    kind, says = UNDONE if undone else MOTION_MARKS.get(motion.state, ("vote", "Vote"))
    return {"kind": kind, "says": says}
