"""Today: what needs the reader, the next meeting, and what happened since they were last here."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import (
    F,
    OuterRef,
    Q,
    Subquery,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boardroom.agenda import presents, slots
from boardroom.happenings import happenings, last_here, said_since
from boardroom.needs import (
    CALLED,
    ENTERED,
    UNDER_WAY,
    concerns,
    is_open_to,
    needs_of,
    open_votes,
    said_away,
)
from governance.committees.asking import ask
from governance.committees.standing import standing_today
from governance.following import mark_of, nothing_new
from governance.meetings.models import (
    ExecutiveSession,
    Meeting,
    Purpose,
    Reply,
    SessionKind,
)
from governance.meetings.moves import MeetingState, SessionState
from governance.notices.delivering import queue_depth
from governance.notices.models import NoticeState
from governance.papers.waiting import unread
from governance.people.models import Office
from governance.words import (
    said_day,
    said_hour,
    said_hours,
    said_long_day,
    said_number,
)

# Beside the next meeting stands the next one of the Board, when it is this near.
BOARD_WITHIN = timedelta(days=60)
AHEAD = (
    MeetingState.DRAFT,
    MeetingState.SCHEDULED,
    MeetingState.NOTICED,
    MeetingState.IN_SESSION,
    MeetingState.RECESSED,
)
MOST_MEETINGS = 40
MOST_SLOTS, MOST_SLOTS_OF_TWO = 7, 4


@dataclass
class Visit:
    """Who looks at the page, when, and what was read for them."""

    request: object
    now: object
    meetings: list = field(default_factory=list)
    # Those with a card beside the page: the next one, and the Board's.
    cards: list = field(default_factory=list)
    slots: list = field(default_factory=list)
    sessions: list = field(default_factory=list)
    votes: list = field(default_factory=list)

    @property
    def next(self):
        return self.cards[0] if self.cards else None

    @property
    def user(self):
        return self.request.user

    @property
    def standing(self):
        return standing_today(self.user)

    @property
    def today(self):
        return self.user.today

    def when(self, meeting):
        """ "Tue 24 Nov, 09:00 to 13:00 Pacific"."""
        hours = said_hours(meeting.begins_at, meeting.ends_at, self.request.company.zone_words)
        return f"{said_day(timezone.localdate(meeting.begins_at), self.today)}, {hours}"


@require_safe
def today(request):
    """One page that answers without a click: what is next, what is owed, what changed."""
    visit = Visit(request, timezone.now())
    read_meetings(visit)
    mark = mark_of_today(visit)
    if unchanged := nothing_new(request, mark):
        return unchanged
    needs = list(needs_of(visit))
    request.needs = needs
    since = last_here(request, visit.now)
    page = {
        "news": mark if is_followed(visit) else "",
        "day": said_long_day(visit.today),
        "heading": heading(needs, visit),
        "needs": needs,
        "empty": nothing_needed(visit),
        "happened": happenings(visit, since) if serves(visit) else [],
        "since": said_since(since, visit.now),
        "serves": serves(visit),
        "cards": [card(meeting, visit) for meeting in visit.cards],
        "system": system_facts() if request.user.is_administrator else [],
    }
    return render(request, "boardroom/today.html", page)


def serves(visit):
    """Whether any of the Board's work is open to the reader."""
    standing = visit.standing
    return standing.is_director or standing.is_secretarial or presents(visit.user)


def is_followed(visit):
    """A page on which meetings stand that are under way, or whose notice was given for today."""
    if any(state in ENTERED for state in doors_known(visit)):
        return True
    return any(
        meeting.state in UNDER_WAY
        or (meeting.state == MeetingState.NOTICED and meeting.day == visit.today)
        for meeting in visit.meetings
    )


def doors_known(visit):
    """How sessions stand, for those who may enter them; others know an hour, and no more."""
    return [one.state for one in visit.sessions] if visit.standing.is_independent else []


def mark_of_today(visit):
    """What meetings change on the page while somebody looks: where each stands, and open votes."""
    visit.votes = open_votes(visit)
    return mark_of(
        [(meeting.pk, meeting.state, meeting.starts_at) for meeting in visit.meetings],
        [(session.pk, session.starts_at) for session in visit.sessions],
        [(motion.pk, motion.cast) for motion in visit.votes],
        doors_known(visit),
    )


# --- What is read ----------------------------------------------------------------------------


def read_meetings(visit):
    """The meetings that are not over, the next one, its agenda, and the door behind it."""
    if not serves(visit):
        return
    user = visit.user
    visit.meetings = ask(coming, user)
    visit.cards = next_meetings(visit)
    shown = tuple(meeting.pk for meeting in visit.cards)
    behind = doors if visit.standing.is_independent else hours
    visit.sessions = ask(behind, user, shown)
    keys = tuple(meeting.pk for meeting in visit.meetings)
    visit.slots = ask(slots, user, shown, keys) if keys else []


def next_meetings(visit):
    """The next meeting that is yet to begin, else the one under way; then the Board's next one."""
    mine = [meeting for meeting in visit.meetings if concerns(meeting, visit)]
    called = [meeting for meeting in mine if meeting.state in CALLED]
    soon = visit.now + BOARD_WITHIN
    of_the_board = [
        meeting for meeting in called if not meeting.committee_id and meeting.starts_at <= soon
    ]
    first = (called or mine)[:1]
    return first + [meeting for meeting in of_the_board[:1] if meeting not in first]


def coming(user):
    """Meetings that are not over: those under way, then the rest by their hour."""
    answer = Reply.objects.filter(meeting=OuterRef("pk"), person=user.person_id)
    return (
        Meeting.objects.visible_to(user)
        .filter(state__in=AHEAD)
        .annotate(answer=Subquery(answer.values("answer")[:1]), unread=unread(user))
        .order_by(F("convened_at").asc(nulls_last=True), "starts_at")[:MOST_MEETINGS]
    )


def doors(user, meetings):
    """Executive sessions that wait or are held, and those behind the meetings shown."""
    waiting = Q(state__in=ENTERED) | Q(state=SessionState.STUB, meeting__in=meetings)
    waiting |= Q(state=SessionState.STUB, kind=SessionKind.SPECIAL)
    return ExecutiveSession.objects.visible_to(user).filter(waiting)


def hours(user, meetings):
    """The opaque hours behind the meetings shown, for those who know that they are taken."""
    return ExecutiveSession.objects.slots_for(user).filter(meeting__in=meetings)


# --- What is said ----------------------------------------------------------------------------


def heading(needs, visit):
    """ "Two things need you before Tuesday's meeting"."""
    if not needs:
        return "Nothing needs you today"
    number = said_number(len(needs)).capitalize()
    said = f"{number} thing needs you" if len(needs) == 1 else f"{number} things need you"
    if visit.next is None or any(each.state in UNDER_WAY for each in visit.meetings):
        return said
    days = (visit.next.day - visit.today).days
    if days == 0:
        return f"{said} before today’s meeting"
    if 0 < days < 7:
        return f"{said} before {visit.next.day:%A}’s meeting"
    return said


def nothing_needed(visit):
    """Why the page is empty, and what to expect."""
    if visit.standing.is_director:
        return "When a vote opens or a meeting asks for your answer, it stands here."
    if Office.ADMINISTRATOR in visit.standing.offices:
        return "You look after the portal. Nothing of the board’s own work is shown to you."
    if visit.standing.offices or presents(visit.user):
        return "What waits for you will stand here, and a letter will say that something does."
    return (
        "You hold no office with this board today. If you are invited to a meeting or an item, "
        "it will stand here."
    )


def begins(item, meeting):
    return said_hour(meeting.begins_at + timedelta(minutes=item.minutes_before))


def card(meeting, visit):
    """A meeting beside the page: when and where, its agenda in brief, the closed door after it."""
    readable = is_open_to(meeting, visit)
    items = [row(item, meeting) for item in visit.slots if item.meeting_id == meeting.pk]
    most = MOST_SLOTS if len(visit.cards) == 1 else MOST_SLOTS_OF_TWO
    more = len(items) - most
    url = meeting.get_absolute_url()
    if more > 1:
        items = items[:most] + [{"at": "", "title": f"and {more} more items", "url": url}]
    session = next((each for each in visit.sessions if follows(each, meeting)), None)
    if session and not visit.standing.is_independent:
        items.append({"at": said_hour(session.starts_at), "title": "Reserved"})
        session = None
    eyebrow = "Next meeting" if meeting is visit.next else "Next Board meeting"
    away = said_away(meeting.day, visit.today)
    return {
        "eyebrow": "Under way" if meeting.state in UNDER_WAY else f"{eyebrow}, {away}",
        "name": meeting.name,
        "when": visit.when(meeting) + (f" · {where(meeting)}" if readable else ""),
        "url": url,
        "items": items,
        "bare": readable and not items,
        "door": door(session, visit) if session else None,
        "answer": Reply.Answer(meeting.answer).label if meeting.answer else "",
    }


def follows(session, meeting):
    return session.meeting_id == meeting.pk and session.kind == SessionKind.REGULAR


def where(meeting):
    """ "Headquarters and by telephone"."""
    if meeting.place and meeting.dial_in:
        return f"{meeting.place} and by telephone"
    return meeting.place or "by telephone"


def row(item, meeting):
    """One line of the timetable; a walled slot says so and nothing else (access rule 2)."""
    if item.recused_since:
        since = said_day(timezone.localdate(item.recused_since), meeting.day)
        return {"at": begins(item, meeting), "title": f"Withheld: you are recused since {since}"}
    vote = {"kind": "vote", "says": "Vote"} if item.purpose == Purpose.DECIDE else {}
    return {"at": begins(item, meeting), "title": item.title, **vote}


def door(session, visit):
    """The small door of the executive session, for independent directors alone (G-EXS-01)."""
    return {
        "title": f"Executive session follows at {said_hour(session.starts_at)}",
        "says": "Independent directors only."
        + (" You preside." if visit.standing.leads_the_independent else ""),
        "url": session.get_absolute_url(),
    }


# --- For the administrator -------------------------------------------------------------------


def system_facts():
    """How the outbox stands: numbers, and no letter (access rule 5)."""
    depth = queue_depth()
    return [
        {"label": "Letters waiting", "value": depth[NoticeState.QUEUED], "figures": True},
        {"label": "Being sent", "value": depth[NoticeState.SENDING], "figures": True},
        {"label": "Could not be sent", "value": depth[NoticeState.FAILED], "figures": True},
    ]
