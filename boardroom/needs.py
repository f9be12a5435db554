"""What needs the reader of Today: most urgent first, from every room that waits for somebody."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
)
from django.urls import reverse
from django.utils import timezone

from clawback.waiting import waiting_for
from governance.board.models import Questionnaire, Role
from governance.board.moves import QuestionnaireState
from governance.committees.asking import ask
from governance.committees.standing import standing_today
from governance.decisions.models import Motion, WrittenConsent
from governance.meetings.access import is_of
from governance.meetings.access import serves as serves_body
from governance.meetings.models import (
    AgendaRequest,
    Meeting,
    SessionKind,
)
from governance.meetings.models.request import answer_due
from governance.meetings.moves import UNDER_WAY, MeetingState, SessionState
from governance.meetings.yearly import unplanned
from governance.minutes.models import Comment, Minutes, MinutesRule, MinutesSignature
from governance.minutes.moves import MinutesState
from governance.notices.models import Notice
from governance.words import (
    said_day,
    said_hour,
    said_long_day,
    said_number,
)

# Answers and presentations are asked for meetings this near; later ones can wait.
ASK_WITHIN = timedelta(days=60)
# So are notices.
GIVE_NOTICE_WITHIN = timedelta(days=30)
# Circulated minutes ask to be read for so long; a meeting asks for its minutes for so long.
MINUTES_FOR, MINUTES_WITHIN = timedelta(days=14), timedelta(days=90)
CALLED = (MeetingState.SCHEDULED, MeetingState.NOTICED)
ENTERED = (SessionState.READY, SessionState.OPEN_PENDING_PRESIDER, SessionState.IN_SESSION)


def need(title, why, url, verb):
    return {"title": title, "why": why, "url": url, "verb": verb}


def needs_of(visit):
    """Most urgent first: what is happening now, then what is near, then what can wait."""
    yield from votes(visit)
    yield from signatures(visit)
    yield from under_way(visit)
    yield from open_doors(visit)
    yield from behind_a_door(visit)
    if visit.standing.is_secretary:
        # Whoever has not heard of a meeting misses it.
        yield from failed_letters(visit)
    yield from yearly_questions(visit)
    yield from unanswered(visit)
    yield from books_to_read(visit)
    yield from requests_to_answer(visit)
    yield from own_slots(visit)
    yield from unplanned_quarter(visit)
    yield from minutes_to_read(visit)
    yield from minutes_to_sign(visit)
    yield from entries_to_approve(visit)
    if visit.standing.is_secretary:
        yield from to_arrange(visit)
        yield from minutes_to_keep(visit)


def votes(visit):
    """Open votes in which the reader has not voted; a vote is open only in a meeting under way."""
    visit.request.votes_awaiting = len(visit.votes)
    for motion in visit.votes:
        why = f"{motion.meeting_name}. {motion.cast} of {motion.listed} have voted."
        if motion.awaited_until:
            day = said_day(timezone.localdate(motion.awaited_until), visit.today)
            zone = visit.request.company.zone_words
            why += f" Ballots are awaited until {day}, {said_hour(motion.awaited_until)} {zone}."
        yield need(f"Vote: {motion.title}", why, motion.get_absolute_url(), "Read and vote")


def open_votes(visit):
    if any(each.state in UNDER_WAY for each in visit.meetings):
        return ask(awaiting, visit.user)
    return []


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


def books_to_read(visit):
    """Books of the reader's bodies that they have not said they have."""
    for meeting in visit.meetings:
        if meeting.unread and meeting.starts_at > visit.now and is_of(visit.standing, meeting):
            why = f"{visit.when(meeting)}. Papers are out that you have not said you have."
            url = reverse("papers:book", args=[meeting.pk])
            yield need(f"Papers for the {meeting.name}", why, url, "Open the papers")


def open_doors(visit):
    """Executive sessions that wait for the independent directors, or are held now (G-EXS-01)."""
    for session in visit.sessions:
        if not visit.standing.is_independent:
            continue
        special = session.kind == SessionKind.SPECIAL
        if session.state == SessionState.STUB and special:
            title, why = "An executive session is called", "A second director is to join the call."
        elif session.state not in ENTERED:
            continue
        elif session.state == SessionState.READY and special:
            day = said_day(timezone.localdate(session.starts_at), visit.today)
            title, why = "An executive session is called", f"{day}, {said_hour(session.starts_at)}."
        elif session.state == SessionState.READY:
            title, why = "The executive session may begin", "The Board meeting has adjourned."
        elif session.state == SessionState.OPEN_PENDING_PRESIDER:
            title, why = "The executive session has begun", "Choose who presides."
        else:
            title, why = "The executive session is being held", "Independent directors only."
        if visit.standing.leads_the_independent and session.state == SessionState.READY:
            why = f"{why} You preside."
        yield need(title, why, session.get_absolute_url(), "Enter")


def behind_a_door(visit):
    """What waits in matters of which few may know; everybody is asked for alike (AC-CASE)."""
    for one in waiting_for(visit.user):
        yield need(one.title, one.why, one.url, one.verb)


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


def unplanned_quarter(visit):
    """A quarter that ends soon, for which no regular meeting is planned (G-MTG-01, NT-DUE)."""
    standing = visit.standing
    if not (standing.is_secretary or {Role.CHAIR, Role.LEAD} & set(standing.designations)):
        return
    for quarter in ask(unplanned, visit.user, visit.request.company.zone):
        days = (quarter.end - visit.today).days
        why = f"It ends {said_away(quarter.end, visit.today)}, and no regular meeting is planned."
        plans = standing.is_secretary and days
        url = reverse("meetings:plan") if plans else reverse("year")
        verb = "Plan a meeting" if plans else "See the year"
        yield need("The Board has not met this quarter", why, url, verb)


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


def requests_to_answer(visit):
    """Requests that the reader is asked to answer; their words stay on their page (M-02)."""
    for request in ask(unanswered_requests, visit.user, visit.request.company.zone):
        why = said_due(request, visit.request.company.zone_words)
        yield need("A request for the agenda waits", why, request.get_absolute_url(), "Answer it")


def unanswered_requests(user, zone):
    rows = AgendaRequest.objects.waiting_for(user).with_the_lock(zone)
    return rows.annotate(meets_at=F("meeting__starts_at")).order_by("meets_at", "submitted_at")


def said_due(request, zone):
    """By when it is to be answered, in words."""
    if request.meets_at is None:
        return "No meeting is planned for it yet."
    locks = request.meets_at - timedelta(hours=request.locks_hours)
    due = answer_due(request.submitted_at, locks=locks, starts_at=request.meets_at)
    if due is None:
        return "To be answered before the meeting ends."
    day = said_long_day(timezone.localdate(due))
    return f"To be answered by {day}, {said_hour(due)} {zone}."


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


def minutes_to_read(visit):
    """Minutes circulated lately, on which the reader has not said anything (M-05)."""
    if not visit.standing.is_director:
        return
    for minutes in ask(circulated_lately, visit.user):
        title = f"Read the minutes: {minutes.meeting_name}"
        why = "Comment before the body approves them, or leave them as they are."
        yield need(title, why, minutes.get_absolute_url(), "Read the minutes")


def circulated_lately(user):
    lately = datetime.combine(user.today - MINUTES_FOR, time.min, tzinfo=UTC)
    mine = Comment.objects.visible_to(user).filter(person=user.person_id)
    said = mine.filter(minutes=OuterRef("pk")).order_by()
    rows = Minutes.objects.open_to_comment(user).filter(~Exists(said), circulated_at__gte=lately)
    return rows.annotate(meeting_name=F("meeting__name")).order_by("circulated_at")


def entries_to_approve(visit):
    """For whoever chairs the body: past meetings that the secretary has entered (M-01)."""
    chaired = [seat.committee for seat in visit.standing.seats if seat.chairs]
    mine = Q(committee__in=chaired)
    if "chair" in visit.standing.designations:
        mine |= Q(committee=None)
    elif not chaired:
        return
    rows = Meeting.objects.readable_by(visit.user).filter(mine, entered_on__isnull=False)
    rows = rows.filter(state=MeetingState.ADJOURNED, entry_approved_by=None)
    for meeting in rows.order_by("starts_at"):
        why = "The Corporate Secretary entered it from paper; read it, then approve it."
        url = meeting.get_absolute_url()
        yield need(f"Look over the entry: {meeting.name}", why, url, "Look it over")


def minutes_to_keep(visit):
    """For the Corporate Secretary: meetings without minutes (M-05)."""
    held = Meeting.objects.visible_to(visit.user).filter(
        state=MeetingState.ADJOURNED,
        backfilled=False,
        minutes_taken=None,
        adjourned_at__gte=visit.now - MINUTES_WITHIN,
    )
    for meeting in held.order_by("adjourned_at"):
        url = reverse("minutes:draft", args=[meeting.pk])
        yield need(f"Draft the minutes: {meeting.name}", "The meeting is over.", url, "Draft them")


def minutes_to_sign(visit):
    """For the Corporate Secretary, and whoever presided where the company has them sign (M-05)."""
    if not (visit.standing.is_secretary or visit.standing.is_director):
        return
    waiting = list(ask(approved_unsigned, visit.user))
    if not waiting or not (visit.standing.is_secretary or presiders_sign(visit)):
        return
    for minutes in waiting:
        url = reverse("minutes:sign", args=[minutes.pk])
        title = f"Sign the minutes: {minutes.meeting_name}"
        yield need(title, "The body has approved them.", url, "Read and sign")


def presiders_sign(visit):
    return MinutesRule.on(visit.user.today).presider_signs


def approved_unsigned(user):
    """Approved and not signed by the reader; of a director those of meetings they presided over."""
    given = MinutesSignature.objects.visible_to(user).filter(
        minutes=OuterRef("pk"), signer=user.person_id
    )
    rows = Minutes.objects.visible_to(user).filter(state=MinutesState.APPROVED)
    rows = rows.filter(~Exists(given.order_by()))
    if not standing_today(user).is_secretary:
        rows = rows.filter(presided=user.person_id, on_paper=False)
    return rows.annotate(meeting_name=F("meeting__name")).order_by("meeting__starts_at")


def failed_letters(visit):
    """Letters that no mail server took, that came back, or of which nobody knows."""
    letters = Notice.objects.visible_to(visit.user).undelivered(visit.now)
    number = letters.number_of_letters()
    if number:
        title = f"{said_number(number)} letter{'' if number == 1 else 's'} may not have arrived"
        url = reverse("admin:notices_notice_changelist") + "?attention=any"
        yield need(title.capitalize(), "Somebody may not know what waits.", url, "See the letters")


# --- Which meetings are theirs, and how near ---------------------------------------------------


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


def said_away(day, today):
    """ "today", "tomorrow", "in 4 days"."""
    days = (day - today).days
    if days < 0:
        return "overdue"
    return ("today", "tomorrow")[days] if days < 2 else f"in {days} days"
