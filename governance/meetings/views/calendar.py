"""The calendar: meetings ahead and behind."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.committees.standing import standing_today, visitor
from governance.meetings.access import belongs_to
from governance.meetings.models import (
    ExecutiveSession,
    Meeting,
    Reply,
    SessionKind,
)
from governance.meetings.moves import BEFORE, CALLED_OFF, MeetingState
from governance.meetings.views.guests import reads_the_ledger
from governance.words import said_day, said_hour, said_hours

A_PAGE = 20
STATE_MARKS = {
    MeetingState.DRAFT: "soon",
    MeetingState.IN_SESSION: "vote",
    MeetingState.RECESSED: "vote",
    MeetingState.CANCELLED: "overdue",
    MeetingState.FAILED_QUORUM: "overdue",
}


@require_safe
def meetings(request):
    """Meetings ahead and behind, as far as the reader may know of them (AC-BRD, AC-COM)."""
    visible = Meeting.objects.visible_to(request.user).select_related("committee")
    drafts = visible.filter(state=MeetingState.DRAFT)
    page = Paginator(visible.behind(), A_PAGE).get_page(request.GET.get("page"))
    ahead = [*drafts, *visible.ahead(timezone.now())]
    ahead.sort(key=lambda meeting: meeting.starts_at)
    shown = Shown(request, [*ahead, *page])
    return render(
        request,
        "meetings/meetings.html",
        {
            "coming": [shown.row(meeting) for meeting in ahead],
            "past": [shown.row(meeting) for meeting in page],
            "page": page,
            "asks": asks(request.user),
            "is_independent": standing_today(request.user).is_independent,
            "plans": request.user.is_secretary,
            "has_met": reads_the_ledger(request.user),
        },
    )


def asks(user):
    """Directors ask for items, and the Secretary answers them with the chair (G-AGD-02)."""
    standing = standing_today(user)
    return standing.is_director or standing.is_secretary


class Shown:
    """What the rows of a calendar need, read once for all of them."""

    def __init__(self, request, rows):
        user, keys = request.user, [meeting.pk for meeting in rows]
        self.request, self.today = request, user.today
        readable = Meeting.objects.readable_by(user).filter(pk__in=keys)
        self.readable = set(readable.values_list("pk", flat=True))
        mine = Reply.objects.filter(person=user.person_id, meeting__in=keys)
        self.answered = set(mine.values_list("meeting", flat=True))
        doors = ExecutiveSession.objects.visible_to(user).filter(
            meeting__in=keys, kind=SessionKind.REGULAR
        )
        self.doors = dict(doors.values_list("meeting", "starts_at"))
        slots = ExecutiveSession.objects.slots_for(user).filter(meeting__in=keys)
        self.slots = dict(slots.values_list("meeting", "starts_at"))
        self.members = {}

    def row(self, meeting):
        """A meeting as the calendar shows it."""
        said = said_hours(meeting.begins_at, meeting.ends_at, self.request.company.zone_words)
        day = timezone.localdate(meeting.begins_at)
        where = f" · {meeting.place}" if meeting.place and meeting.pk in self.readable else ""
        return {
            "day": str(day.day),
            "month": f"{day:%b %Y}",
            "name": meeting.name,
            "when": f"{said_day(day, self.today)}, {said}{where}",
            "url": meeting.get_absolute_url(),
            "marks": [*self.marks(meeting)],
            "past": meeting.is_over,
            "called_off": meeting.state in CALLED_OFF,
        }

    def marks(self, meeting):
        if meeting.backfilled:
            yield {"kind": "plain", "says": "Entered later"}
        if meeting.state in STATE_MARKS:
            yield {"kind": STATE_MARKS[meeting.state], "says": meeting.get_state_display()}
        if meeting.state in BEFORE and self.may_answer(meeting):
            yield {"kind": "soon", "says": "You have not answered"}
        if meeting.state in CALLED_OFF:
            return
        if meeting.pk in self.doors:
            hour = said_hour(self.doors[meeting.pk])
            yield {"kind": "closed", "says": f"Executive session {hour}"}
        elif meeting.pk in self.slots:
            yield {"kind": "closed", "says": f"{said_hour(self.slots[meeting.pk])} reserved"}

    def may_answer(self, meeting):
        """Whether the reader is a member who has not said how they attend; asked once per body."""
        if meeting.pk in self.answered or meeting.pk not in self.readable:
            return False
        body = meeting.committee_id
        if body not in self.members:
            self.members[body] = belongs_to(visitor(self.request.user), meeting, self.today)
        return self.members[body]
