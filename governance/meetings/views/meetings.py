"""The calendar, and the page of one meeting."""

from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import OuterRef, Value
from django.db.models.functions import Concat
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.committees.asking import ask
from governance.committees.standing import standing_today, visitor
from governance.meetings import operations
from governance.meetings.access import belongs_to, is_of, may_run, serves
from governance.meetings.forms import RecusalForm, ReplyForm
from governance.meetings.models import AgendaItem, ExecutiveSession, Meeting, Mode, Recusal, Reply
from governance.meetings.moves import MeetingState
from governance.records.models import Entry
from governance.records.moves import moves_open_to
from governance.refusals import Refused
from governance.words import said_day, said_hour, said_hours, said_long_day

A_PAGE = 20
CALLED_OFF = (MeetingState.CANCELLED, MeetingState.FAILED_QUORUM)
BEFORE = (MeetingState.SCHEDULED, MeetingState.NOTICED)
UNDER_WAY = (MeetingState.IN_SESSION, MeetingState.RECESSED)
STATE_MARKS = {
    MeetingState.DRAFT: "soon",
    MeetingState.IN_SESSION: "vote",
    MeetingState.RECESSED: "vote",
    MeetingState.CANCELLED: "overdue",
    MeetingState.FAILED_QUORUM: "overdue",
}
# How the motions of an item are marked on the agenda.
MOTION_MARKS = {
    "voting": ("vote", "Vote open"),
    "passed": ("met", "Carried"),
    "failed": ("plain", "Not carried"),
    "inquorate": ("plain", "No quorum"),
    "withdrawn": ("plain", "Withdrawn"),
}
UNDONE = ("plain", "Not voted on")


@require_safe
def meetings(request):
    """Meetings ahead and behind, as far as the reader may know of them (AC-BRD, AC-COM)."""
    visible = Meeting.objects.visible_to(request.user).select_related("committee")
    drafts = visible.filter(state=MeetingState.DRAFT).order_by("starts_at")
    page = Paginator(visible.behind(), A_PAGE).get_page(request.GET.get("page"))
    ahead = [*drafts, *visible.ahead(timezone.now())]
    shown = Shown(request, [*ahead, *page])
    return render(
        request,
        "meetings/meetings.html",
        {
            "coming": [shown.row(meeting) for meeting in ahead],
            "past": [shown.row(meeting) for meeting in page],
            "page": page,
            "asks": asks(request.user),
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
        doors = ExecutiveSession.objects.visible_to(user).filter(meeting__in=keys)
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


def opened(request, pk):
    """The meeting, for whoever may read a slot of it; 403 for who may only know of it."""
    visible = Meeting.objects.visible_to(request.user).select_related("committee")
    meeting = get_object_or_404(visible, pk=pk)
    standing = standing_today(request.user)
    readable = serves(standing, meeting) or is_of(standing, meeting)
    items = AgendaItem.objects.of_readable_meetings(request.user).filter(meeting=meeting)
    if not readable and not items.exists():
        raise PermissionDenied("The agenda of this meeting is open to the committee's members.")
    return meeting, readable


@require_safe
def meeting(request, pk):
    """One meeting: agenda, attendance, how the reader attends, and the closed door."""
    meeting, readable = opened(request, pk)
    items = agenda_items(request, meeting)
    page = {
        "meeting": meeting,
        "readable": readable,
        "long_day": said_long_day(timezone.localdate(meeting.begins_at)),
        "hours": said_hours(meeting.begins_at, meeting.ends_at, request.company.zone_words),
        "agenda": agenda(request, meeting, items),
        "badge": STATE_MARKS.get(meeting.state, "met"),
        "may_ask": not meeting.is_over and is_of(standing_today(request.user), meeting),
    }
    if readable:
        page |= beside(request, meeting, items)
    return render(request, "meetings/meeting.html", page)


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
        .annotate(presented_by=name_of("presenter"), recused=ArraySubquery(names))
        .order_by("position")
    )


def put_before(user, meeting):
    """The meeting's motions, as far as the reader may know of them."""
    return Meeting(pk=meeting).motions.visible_to(user).order_by("pk")


def agenda(request, meeting, items):
    """The agenda with its hours; a withheld item shows that it is withheld, and no more."""
    motions = {}
    for motion in ask(put_before, request.user, meeting.pk):
        motions.setdefault(motion.item_id, []).append(motion)
    begins = meeting.begins_at
    return [slot(request, meeting, item, motions.get(item.pk, []), begins) for item in items]


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
    }
    return shown


def motion_mark(motion, *, over):
    kind, says = MOTION_MARKS.get(motion.state, UNDONE if over else ("vote", "Vote"))
    return {"kind": kind, "says": says}


def beside(request, meeting, items):
    """What stands beside the agenda for members of the body and the secretary's office."""
    reader = visitor(request.user)
    runs = may_run(reader, meeting, reader.today)
    member = belongs_to(reader, meeting, reader.today)
    replies = dict(meeting.replies.values_list("person", "answer"))
    return {
        "attendance": attendance(meeting, replies.values()),
        "answers": [{"value": value, "label": label} for value, label in Reply.Answer.choices]
        if member and meeting.state in BEFORE
        else [],
        "answer": replies.get(reader.person_id, ""),
        "checks": checks(request, meeting, items) if meeting.state in BEFORE else [],
        "runs": runs and meeting.state in (MeetingState.NOTICED, *UNDER_WAY),
        "acts": acts(request, meeting),
        "why": why_cancelled(meeting),
        **behind(request, meeting),
    }


def why_cancelled(meeting):
    """The reason that was given for the record; letters do not say it."""
    if meeting.state != MeetingState.CANCELLED:
        return ""
    return Entry.objects.about(meeting).filter(move="cancel").last().why


def attendance(meeting, answers):
    """Who comes, as they answered; from the call to order on, who is or was there (C8)."""
    if meeting.state in (MeetingState.DRAFT, *CALLED_OFF):
        return None
    day = meeting.day
    needed, total, _ = meeting.quorum_needed(day)
    people = "directors" if not meeting.committee_id else "members"
    facts = {"total": total, "needed": needed, "people": people}
    if meeting.state in BEFORE:
        coming = [one for one in answers if one != Reply.Answer.ABSENT]
        return facts | {
            "count": len(coming),
            "says": f"of {total} {people} will attend · quorum is {needed}",
            **split(
                coming, absent=len(answers) - len(coming), total=total, rest="not yet answered"
            ),
        }
    at = (
        meeting.adjourned_at - timedelta(microseconds=1) if meeting.adjourned_at else timezone.now()
    )
    modes = list(
        meeting.attendances.covering(at)
        .filter(can_hear_all=True, person__in=meeting.members(day))
        .values_list("mode", flat=True)
    )
    were = "were present at the end" if meeting.is_over else "present"
    return facts | {
        "count": len(modes),
        "says": f"of {total} {people} {were} · quorum is {needed}",
        **split(modes, absent=0, total=total, rest="not present"),
    }


def split(modes, *, absent, total, rest):
    """One tick for each seat: how its holder attends."""
    counts = [
        ("met", modes.count(Mode.IN_PERSON), Mode.IN_PERSON.label),
        ("pale", modes.count(Mode.TELEPHONE), Mode.TELEPHONE.label),
        ("pale", modes.count(Mode.VIDEO), Mode.VIDEO.label),
        ("overdue", absent, "cannot attend"),
        ("plain", max(0, total - len(modes) - absent), rest),
    ]
    told = [f"{count} {says}" for _, count, says in counts if count]
    return {
        "parts": [{"kind": kind, "count": count, "says": says} for kind, count, says in counts],
        "caption": ", ".join(told),
    }


def checks(request, meeting, items):
    """What holds, and what is missing, before the meeting."""
    told = Entry.objects.about(meeting).filter(move="notice").last()
    if meeting.state == MeetingState.NOTICED and told:
        day = said_day(timezone.localdate(told.at), request.user.today)
        yield {"kind": "met", "says": f"Notice given {day}"}
    else:
        hours = meeting.notice_hours
        yield {"kind": "soon", "says": f"Notice not given yet; {hours} hours are needed"}
    if meeting.committee_id is None and meeting.kind == "regular":
        covered = {tag for item in items for tag in item.tags}
        both = {"business_update", "finance_update"} <= covered
        says = "Business and finance update on the agenda"
        yield {"kind": "met" if both else "soon", "says": says if both else f"No {says.lower()}"}


def acts(request, meeting):
    """What the reader may do with the meeting next; its hour, place and agenda are the desk's."""
    by = visitor(request.user)
    offered = [
        {"verb": move.words, "url": reverse("meetings:act", args=[meeting.pk, slug(move)])}
        for move in sorted(moves_open_to(meeting, by, by.today), key=ends_it)
        if move.name != "reschedule" and not (move.name == "record_no_quorum" and is_ahead(meeting))
    ]
    if serves(by.standing, meeting) and not meeting.is_over:
        desk = reverse("admin:meetings_meeting_change", args=[meeting.pk])
        offered.append({"verb": "Change it in the admin", "url": desk})
    return offered


def ends_it(move):
    """What calls the meeting off stands last."""
    return move.name in ("cancel", "record_no_quorum")


def is_ahead(meeting):
    return timezone.now() < meeting.starts_at


def slug(move):
    return move.name.replace("_", "-")


def behind(request, meeting):
    """The door of the executive session, or the bare hour for whoever may know that (AC-IND)."""
    found = ask(door, request.user, meeting.pk)
    if not found:
        return {}
    [session] = found
    hour = said_hour(session.starts_at)
    if standing_today(request.user).is_independent:
        return {"session": session, "session_hour": hour}
    return {} if meeting.state in (MeetingState.DRAFT, *CALLED_OFF) else {"reserved": hour}


def door(user, meeting):
    """The session for whoever may enter it; of anybody else's slot nothing is read but its hour."""
    if standing_today(user).is_independent:
        return ExecutiveSession.objects.visible_to(user).filter(meeting=meeting)
    return ExecutiveSession.objects.slots_for(user).filter(meeting=meeting).only("starts_at")


@require_POST
def reply(request, pk):
    """A member says whether, and how, they attend (G-ATT-02)."""
    meeting, _ = opened(request, pk)
    form = ReplyForm(request.POST)
    refusal = None
    if form.is_valid():
        try:
            operations.reply(meeting, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(meeting)
    says = refusal or "Choose one of the answers on the meeting's page."
    return render(request, "meetings/refused.html", {"meeting": meeting, "refusal": says})


@require_safe
def item(request, pk):
    """One matter on the agenda, with its motions and who takes no part in it."""
    items = AgendaItem.objects.visible_to(request.user).select_related(
        "meeting__committee", "presenter"
    )
    item = get_object_or_404(items, pk=pk)
    member = belongs_to(visitor(request.user), item.meeting, request.user.today)
    motions = [
        {
            "title": motion.title,
            "says": f"Moved by {motion.mover}",
            "url": motion.get_absolute_url(),
            "marks": [motion_mark(motion, over=item.meeting.is_over)],
        }
        for motion in item.motions.visible_to(request.user).select_related("mover")
    ]
    over = item.meeting.is_over
    page = {
        "item": item,
        "meeting": item.meeting,
        "motions": motions,
        "recusals": list(item.recusals.select_related("person")),
        "may_recuse": member and not over,
        "may_put": (member or request.user.is_secretary) and not over,
        "facts": [
            {"label": "Purpose", "value": item.get_purpose_display()},
            {"label": "Length", "value": f"{item.minutes} minutes"},
            {"label": "Presented by", "value": str(item.presenter or "Nobody named")},
            # Whoever presents has to find the room, and sees no more of the meeting than this.
            {"label": "Where", "value": where(item.meeting)},
        ],
    }
    return render(request, "meetings/item.html", page)


def where(meeting):
    """ "Headquarters; dial in: +1 555 0100"."""
    dial_in = f"dial in: {meeting.dial_in}" if meeting.dial_in else ""
    return "; ".join(filter(None, (meeting.place, dial_in))) or "Not said yet"


@require_http_methods(["GET", "POST"])
def recuse(request, pk):
    """A director declares an interest: from then on the item is withheld from them (M-03)."""
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not belongs_to(request.user, item.meeting, request.user.today):
        raise PermissionDenied
    form = RecusalForm(request.POST or None)
    if form.is_valid():
        try:
            operations.record_recusal(
                item,
                request.user.person,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(item.meeting)
    return render(request, "meetings/recuse.html", {"item": item, "form": form})
