"""Today: what needs the reader, the next meeting, and what happened since they were last here."""

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from boardroom.agenda import presents, slots
from governance.board.models import Questionnaire
from governance.board.moves import QuestionnaireState
from governance.committees.asking import ask
from governance.committees.standing import standing_today
from governance.decisions.models import Motion, WrittenConsent
from governance.meetings.access import is_of
from governance.meetings.access import serves as serves_body
from governance.meetings.models import ExecutiveSession, Meeting, Purpose, Reply
from governance.meetings.moves import MeetingState, SessionState
from governance.notices.models import Notice, NoticeState
from governance.notices.operations import queue_depth
from governance.people.models import Office
from governance.records.models import Entry
from governance.words import (
    said_day,
    said_hour,
    said_hours,
    said_long_day,
    said_number,
)

# Answers and presentations are asked for meetings this near; later ones can wait.
ASK_WITHIN = timedelta(days=60)
# So are notices.
GIVE_NOTICE_WITHIN = timedelta(days=30)
# Beside the next meeting stands the next one of the Board, when it is this near.
BOARD_WITHIN = timedelta(days=60)
# A first visit is told what happened in this time, and nobody is told of more.
LOOK_BACK = timedelta(days=14)
# After this long away, coming back is another visit.
A_VISIT_ENDS_AFTER = timedelta(minutes=30)
AHEAD = (
    MeetingState.DRAFT,
    MeetingState.SCHEDULED,
    MeetingState.NOTICED,
    MeetingState.IN_SESSION,
    MeetingState.RECESSED,
)
UNDER_WAY = (MeetingState.IN_SESSION, MeetingState.RECESSED)
CALLED = (MeetingState.SCHEDULED, MeetingState.NOTICED)
ENTERED = (SessionState.READY, SessionState.OPEN_PENDING_PRESIDER, SessionState.IN_SESSION)
MOST_MEETINGS = 40
MOST_HAPPENINGS = 8
MOST_ENTRIES = 60
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
    needs = list(needs_of(visit))
    request.needs = needs
    since = last_here(request, visit.now)
    page = {
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
        .annotate(answer=Subquery(answer.values("answer")[:1]))
        .order_by(F("convened_at").asc(nulls_last=True), "starts_at")[:MOST_MEETINGS]
    )


def concerns(meeting, visit):
    """A meeting that has been called, of a body the reader belongs to or serves.

    For somebody who only presents, every meeting they know of is one in which they do.
    """
    if meeting.state == MeetingState.DRAFT:
        return False
    return is_open_to(meeting, visit) or not visit.standing.is_director


def is_open_to(meeting, visit):
    """A meeting whose agenda the reader may read: their body's, or any for the office."""
    return serves_body(visit.standing, meeting) or is_of(visit.standing, meeting)


def doors(user, meetings):
    """Executive sessions that wait or are held, and those behind the meetings shown."""
    waiting = Q(state__in=ENTERED) | Q(state=SessionState.STUB, meeting__in=meetings)
    return ExecutiveSession.objects.visible_to(user).filter(waiting)


def hours(user, meetings):
    """The opaque hours behind the meetings shown, for those who know that they are taken."""
    slots = ExecutiveSession.objects.slots_for(user).filter(meeting__in=meetings)
    return slots.filter(state=SessionState.STUB)


# --- What needs the reader -------------------------------------------------------------------


def need(title, why, url, verb):
    return {"title": title, "why": why, "url": url, "verb": verb}


def needs_of(visit):
    """Most urgent first: what is happening now, then what is near, then what can wait."""
    yield from votes(visit)
    yield from signatures(visit)
    yield from under_way(visit)
    yield from open_doors(visit)
    yield from yearly_questions(visit)
    yield from unanswered(visit)
    yield from own_slots(visit)
    if visit.standing.is_secretary:
        yield from to_arrange(visit)
        yield from failed_letters(visit)


def votes(visit):
    """Open votes in which the reader has not voted; a vote is open only in a meeting under way."""
    visit.request.votes_awaiting = 0
    if not any(each.state in UNDER_WAY for each in visit.meetings):
        return
    motions = ask(awaiting, visit.user)
    visit.request.votes_awaiting = len(motions)
    for motion in motions:
        why = f"{motion.meeting_name}. {motion.cast} of {motion.listed} have voted."
        yield need(f"Vote: {motion.title}", why, motion.get_absolute_url(), "Read and vote")


def awaiting(user):
    return (
        Motion.objects.awaiting(user)
        .annotate(
            meeting_name=F("meeting__name"),
            listed=Count("voters", distinct=True),
            cast=Count("ballots__voter", distinct=True),
        )
        .order_by("vote_opened_at")
    )


def signatures(visit):
    """Written consents that wait for the reader's signature (L-43)."""
    if not visit.standing.is_director:
        return
    waiting = ask(unsigned, visit.user)
    visit.request.votes_awaiting += len(waiting)
    for consent in waiting:
        days = (timezone.localdate(consent.lapses_at) - visit.today).days
        why = f"Every member signs the same words. It lapses in {said_number(days)} days."
        yield need(f"Consent: {consent.title}", why, consent.get_absolute_url(), "Read and sign")


def unsigned(user):
    return WrittenConsent.objects.awaiting(user).order_by("circulated_at")


def under_way(visit):
    """Meetings of the reader's bodies that are in session now."""
    for meeting in visit.meetings:
        if meeting.state in UNDER_WAY and concerns(meeting, visit):
            how = "in recess" if meeting.state == MeetingState.RECESSED else "in session"
            zone = visit.request.company.zone_words
            why = f"Called to order at {said_hour(meeting.convened_at)} {zone}."
            url = meeting.get_absolute_url()
            yield need(f"The {meeting.name} is {how}", why, url, "Open the meeting")


def open_doors(visit):
    """Executive sessions that wait for the independent directors, or are held now (G-EXS-01)."""
    for session in visit.sessions:
        if not visit.standing.is_independent or session.state not in ENTERED:
            continue
        if session.state == SessionState.READY:
            title, why = "The executive session may begin", "The Board meeting has adjourned."
        elif session.state == SessionState.OPEN_PENDING_PRESIDER:
            title, why = "The executive session has begun", "Choose who presides."
        else:
            title, why = "The executive session is being held", "Independent directors only."
        if visit.standing.leads_the_independent and session.state == SessionState.READY:
            why = f"{why} You preside."
        yield need(title, why, session.get_absolute_url(), "Enter")


def yearly_questions(visit):
    """A director's own, until they are signed; for the Secretary, those to review (G-COI-01)."""
    if not (visit.standing.is_director or visit.standing.is_secretary):
        return
    to_review = []
    for questionnaire in ask(live_questionnaires, visit.user):
        if questionnaire.state == QuestionnaireState.SENT:
            why = f"Sent on {said_day(questionnaire.sent_on, visit.today)}. What you type is kept."
            url = questionnaire.get_absolute_url()
            yield need("Answer the yearly questions", why, url, "Answer")
        else:
            to_review.append(questionnaire)
    if to_review:
        number = len(to_review)
        title = f"Review the answers of {said_number(number)} director{'s' * (number != 1)}"
        url = reverse("board:review", args=[to_review[0].pk])
        yield need(title, "Signed and returned; what they tell waits.", url, "Review")


def live_questionnaires(user):
    """One's own until it is signed; for the Secretary those of others, once they are."""
    live = Q(state=QuestionnaireState.SENT, person=user.person_id)
    if user.is_secretary:
        live |= Q(state=QuestionnaireState.RETURNED) & ~Q(person=user.person_id)
    rows = Questionnaire.objects.visible_to(user).filter(live)
    return rows.only("state", "sent_on", "person_id").order_by("returned_on", "sent_on", "pk")


def own_slots(visit):
    """Items that the reader presents in coming meetings."""
    meetings = {meeting.pk: meeting for meeting in visit.meetings}
    for item in visit.slots:
        meeting = meetings.get(item.meeting_id)
        if item.presenter_id != visit.user.person_id or item.recused_since or meeting is None:
            continue
        if meeting.state == MeetingState.DRAFT or meeting.starts_at > visit.now + ASK_WITHIN:
            continue
        zone = visit.request.company.zone_words
        hour = meeting.begins_at + timedelta(minutes=item.minutes_before)
        day = said_day(timezone.localdate(hour), visit.today)
        why = f"{meeting.name}, {day}, {said_hour(hour)} {zone}, {item.minutes} minutes."
        url = reverse("meetings:item", args=[item.pk])
        yield need(f"You present: {item.title}", why, url, "See your item")


def unanswered(visit):
    """Coming meetings of the reader's bodies to which they have not answered (G-ATT-02)."""
    for meeting in visit.meetings:
        asked = meeting.state in CALLED and not meeting.answer and is_of(visit.standing, meeting)
        if asked and meeting.starts_at <= visit.now + ASK_WITHIN:
            place = f" · {meeting.place}" if meeting.place else ""
            title = f"Say whether you attend the {meeting.name}"
            yield need(title, f"{visit.when(meeting)}{place}", meeting.get_absolute_url(), "Answer")


def to_arrange(visit):
    """For the Corporate Secretary: notices to be given, drafts to be put on the calendar (M-01)."""
    soon = visit.now + GIVE_NOTICE_WITHIN
    scheduled = [each for each in visit.meetings if each.state == MeetingState.SCHEDULED]
    called = [meeting for meeting in scheduled if meeting.starts_at <= soon]
    drafts = [each for each in visit.meetings if each.state == MeetingState.DRAFT]
    for meeting in called:
        away = said_away(meeting.day, visit.today)
        why = f"It is {away}, {visit.when(meeting)}, and its notice has not been given."
        url = meeting.get_absolute_url()
        yield need(f"Give notice of the {meeting.name}", why, url, "Open the meeting")
    for meeting in drafts:
        why = f"Drafted for {visit.when(meeting)}. Nobody has been told of it."
        url = meeting.get_absolute_url()
        yield need(f"Schedule the {meeting.name}", why, url, "Open the draft")


def failed_letters(visit):
    """Letters that no mail server took."""
    letters = Notice.objects.visible_to(visit.user).ordinary()
    number = letters.filter(state=NoticeState.FAILED).count()
    if number:
        title = f"{said_number(number)} letter{'' if number == 1 else 's'} could not be sent"
        url = reverse("admin:notices_notice_changelist") + "?attention=failed"
        yield need(title.capitalize(), "Somebody may not know what waits.", url, "See the letters")


# --- What is said ----------------------------------------------------------------------------


def said_away(day, today):
    """ "today", "tomorrow", "in 4 days"."""
    days = (day - today).days
    if days < 0:
        return "overdue"
    return ("today", "tomorrow")[days] if days < 2 else f"in {days} days"


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
    session = next((each for each in visit.sessions if each.meeting_id == meeting.pk), None)
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


# --- What happened ---------------------------------------------------------------------------


def last_here(request, now):
    """When the reader's visit before this one ended; at the earliest a fortnight ago.

    A visit ends with half an hour's absence, so that reading a page twice loses no news. In a new
    session it is when another of their sessions was last seen.
    """
    session = request.session
    seen = parse_datetime(session.get("seen", ""))
    if seen is None:
        earlier = UserSession.objects.filter(user=request.user)
        earlier = earlier.exclude(session_key=session.session_key).order_by("-last_seen_at")
        last = earlier.values_list("last_seen_at", flat=True).first()
        session["last_here"] = last.isoformat() if last else ""
        session["seen"] = now.isoformat()
    elif now - seen > A_VISIT_ENDS_AFTER:
        session["last_here"], session["seen"] = seen.isoformat(), now.isoformat()
    elif now - seen > A_VISIT_ENDS_AFTER / 3:
        session["seen"] = now.isoformat()
    last = parse_datetime(session.get("last_here", ""))
    earliest = timezone.localtime(now - LOOK_BACK).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return max(last, earliest) if last else earliest


def said_since(since, now):
    """How long that is: "2 days"."""
    days = (timezone.localdate(now) - timezone.localdate(since)).days
    if days == 0:
        return f"since {said_hour(since)}"
    return "1 day" if days == 1 else f"{days} days"


# How a move is told where its own word is not a verb: "Notice given of the Q4 Board meeting".
TOLD = {
    ("meetings.meeting", "notice"): "Notice given of the {}",
    ("decisions.motion", "open_vote"): "Vote opened on {}",
}
RECORDED = {model._meta.label_lower: model for model in (Meeting, Motion, ExecutiveSession)}
PAGES = {
    "meetings.meeting": "meetings:meeting",
    "decisions.motion": "decisions:motion",
    "meetings.executivesession": "meetings:session",
}


SAID_MOVES = sorted({move.name for model in RECORDED.values() for move in model.MOVES if move.said})


def happenings(visit, since):
    """What the record says of that time, as far as the reader may know of it, the latest first.

    Of each meeting and motion the last thing is told: where it stands now.
    """
    latest = {}
    for entry in ask(news, visit.user, since):
        latest.setdefault(entry.subject_id, entry)
    return [happened(entry, visit.today) for entry in list(latest.values())[:MOST_HAPPENINGS]]


def news(user, since):
    """Entries with the title of what they speak of, which comes through its own door."""
    subject = {"pk": OuterRef("subject_id")}
    meetings = Meeting.objects.visible_to(user).filter(**subject).order_by()
    motions = Motion.objects.visible_to(user).filter(**subject).order_by()
    titles = Case(
        When(subject_label="meetings.meeting", then=Subquery(meetings.values("name")[:1])),
        When(subject_label="decisions.motion", then=Subquery(motions.values("title")[:1])),
        output_field=CharField(),
    )
    told = {"subject_label__in": sorted(RECORDED), "move__in": SAID_MOVES}
    entries = Entry.objects.visible_to(user).filter(at__gt=since, **told)
    return entries.annotate(title=titles).order_by("-at", "-recorded_at")[:MOST_ENTRIES]


def happened(entry, today):
    """One entry as a sentence: "Q3 Board meeting adjourned"."""
    model = RECORDED[entry.subject_label]
    said = next(
        move.said
        for move in model.MOVES
        if move.name == entry.move and entry.source in move.sources and entry.target == move.target
    )
    return {
        "when": said_lately(entry.at, today),
        "what": sentence(entry, said),
        "url": reverse(PAGES[entry.subject_label], args=[entry.subject_id]),
    }


def said_lately(instant, today):
    """ "Today 09:12", "Thu 17:40" within the week, and "6 Nov" before."""
    day = timezone.localdate(instant)
    if day == today:
        return f"Today {said_hour(instant)}"
    if (today - day).days < 7:
        return f"{day:%a} {said_hour(instant)}"
    return f"{day.day} {day:%b}"


def sentence(entry, said):
    title = entry.title or "Executive session"
    if entry.subject_label == "decisions.motion":
        title = f"“{title}”"
    told = TOLD.get((entry.subject_label, entry.move))
    if told:
        return told.format(title)
    return f"Motion {title} {said}" if title.startswith("“") else f"{title} {said}"


# --- For the administrator -------------------------------------------------------------------


def system_facts():
    """How the outbox stands: numbers, and no letter (access rule 5)."""
    depth = queue_depth()
    return [
        {"label": "Letters waiting", "value": depth[NoticeState.QUEUED], "figures": True},
        {"label": "Being sent", "value": depth[NoticeState.SENDING], "figures": True},
        {"label": "Could not be sent", "value": depth[NoticeState.FAILED], "figures": True},
    ]
