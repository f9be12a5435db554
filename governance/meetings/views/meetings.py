"""The page of one meeting: its agenda, and what stands beside it."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from governance.committees.asking import ask
from governance.committees.standing import standing_today, visitor
from governance.following import mark_of, nothing_new
from governance.meetings import attending, waivers
from governance.meetings.access import belongs_to, is_of, may_build, may_run, serves
from governance.meetings.action_moves import LEAVES_ACTIONS, may_enter_actions
from governance.meetings.forms import ReplyForm
from governance.meetings.models import (
    HELD,
    Action,
    AgendaItem,
    ExecutiveSession,
    Meeting,
    Mode,
    Reply,
    SessionKind,
)
from governance.meetings.moves import BEFORE, CALLED_OFF, UNDER_WAY, MeetingState
from governance.meetings.views import actions
from governance.meetings.views.agenda import (
    FOLLOWED,
    agenda,
    agenda_items,
    name_of,
    out_of_the_room,
    put_before,
    under_discussion,
)
from governance.meetings.views.calendar import STATE_MARKS
from governance.records.models import Entry
from governance.records.moves import moves_open_to
from governance.refusals import Refused
from governance.words import said_day, said_hour, said_hours, said_long_day, said_number


def opened(request, pk):
    """The meeting, for whoever may read a slot of it; 403 for who may only know of it."""
    visible = Meeting.objects.visible_to(request.user).select_related("committee")
    meeting = get_object_or_404(visible, pk=pk)
    standing = standing_today(request.user)
    readable = serves(standing, meeting) or is_of(standing, meeting)
    if not readable:
        items = AgendaItem.objects.of_readable_meetings(request.user).filter(meeting=meeting)
        if not items.exists():
            raise PermissionDenied("The agenda of this meeting is open to the committee's members.")
    return meeting, readable


@require_safe
def meeting(request, pk):
    """One meeting: agenda, attendance, how the reader attends, and the closed door."""
    meeting, readable = opened(request, pk)
    items = agenda_items(request, meeting)
    motions = ask(put_before, request.user, meeting.pk)
    shown = agenda(request, meeting, items, motions)
    now = under_discussion(request, meeting, items) if readable else None
    out = out_of_the_room(meeting, items, motions) if readable else {}
    # They change with every arrival, departure and lost line.
    inside = list(meeting.lasting) if readable else ()
    mark = mark_of(meeting.state, meeting.revision, shown, now, inside, sorted(out.items()))
    if unchanged := nothing_new(request, mark):
        return unchanged
    page = {
        "news": mark if meeting.state in FOLLOWED else "",
        "now": now,
        "votes": [motion for motion in motions if motion.state == "voting"],
        "meeting": meeting,
        "readable": readable,
        "long_day": said_long_day(timezone.localdate(meeting.begins_at)),
        "hours": said_hours(meeting.begins_at, meeting.ends_at, request.company.zone_words),
        "agenda": shown,
        **left_to_do(request, meeting),
        "badge": STATE_MARKS.get(meeting.state, "met"),
        "entered": entered(meeting),
        "may_enter": meeting.state in BEFORE and (readable or items),
        "may_ask": not meeting.is_over and is_of(standing_today(request.user), meeting),
    }
    if readable:
        page |= beside(request, meeting, items, out)
        page["minutes_over"] = 0 if meeting.is_over else meeting.over_by(items)
    return render(request, "meetings/meeting.html", page)


def entered(meeting):
    """That a meeting was entered later, by whom, who presided, and who approved it (M-01)."""
    if not meeting.backfilled:
        return []
    told = [meeting.entered_in_words]
    entries = Entry.objects.about(meeting).filter(move="enter_past").select_related("actor__person")
    told += [f"{one.actor} entered it. {one.why}".strip() for one in entries]
    if meeting.presided:
        told.append(f"{meeting.presided} presided.")
    if meeting.entry_approved_by:
        told.append(f"{meeting.entry_approved_by} has approved the entry.")
    elif meeting.entered_on:
        told.append("The chair has not approved the entry yet.")
    return told


def left_to_do(request, meeting):
    """What the meeting left to be done; before its end also what the body's earlier ones left."""
    today, own, carried = request.user.today, [], []
    body = meeting.committee_id
    for action in ask(left, request.user, meeting.pk, body, meeting.starts_at):
        of_this = action.meeting_id == meeting.pk
        (own if of_this else carried).append(
            {
                "title": action.what,
                "says": f"{action.owned_by}, by {said_day(action.due_on, today)}",
                "url": action.get_absolute_url(),
                "marks": [actions.mark(action, today)],
            }
        )
    return {"actions": own, "carried": [] if meeting.is_over else carried}


def left(user, meeting, body, starts_at):
    """The meeting's actions, and the open ones of earlier meetings of the body."""
    earlier = Q(state="open", meeting__committee=body, meeting__starts_at__lt=starts_at)
    rows = Action.objects.visible_to(user).filter(Q(meeting=meeting) | earlier)
    return rows.annotate(owned_by=name_of("owner"))


def beside(request, meeting, items, out):
    """What stands beside the agenda for members of the body and the secretary's office."""
    reader = visitor(request.user)
    runs = may_run(reader, meeting, reader.today)
    member = belongs_to(reader, meeting, reader.today)
    replies = dict(meeting.replies.values_list("person", "answer"))
    return {
        "attendance": attendance(meeting, replies.values(), out),
        "answers": [{"value": value, "label": label} for value, label in Reply.Answer.choices]
        if member and meeting.state in BEFORE
        else [],
        "answer": replies.get(reader.person_id, ""),
        "checks": checks(request, meeting, items) if meeting.state in BEFORE else [],
        "runs": runs and meeting.state in (MeetingState.NOTICED, *UNDER_WAY),
        "acts": acts(request, meeting),
        "why": why_cancelled(meeting),
        "minutes": minutes_of(request.user, meeting),
        **behind(request, meeting),
    }


def minutes_of(user, meeting):
    """The minutes of a meeting that was held, if there are any that the reader may read."""
    if meeting.state not in HELD:
        return None
    return meeting.minutes_taken.visible_to(user).first()


def why_cancelled(meeting):
    """The reason that was given for the record; letters do not say it."""
    if meeting.state != MeetingState.CANCELLED:
        return ""
    return Entry.objects.about(meeting).filter(move="cancel").last().why


def attendance(meeting, answers, out):
    """Who comes, as they answered; from the call to order on, who is or was there (C8).

    `out` are those who left the room for an item, with its number (M-03).
    """
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
    there = meeting.attendances.covering(at).filter(
        can_hear_all=True, person__in=meeting.members(day)
    )
    rows = there.annotate(named=name_of("person")).order_by("person__family_name", "named")
    present = {row.person_id: row for row in rows}
    modes = [row.mode for row in rows]
    left = said_out([number for person, number in out.items() if person in present])
    were = "were present at the end" if meeting.is_over else "present"
    return facts | {
        "count": len(modes),
        "says": f"of {total} {people} {were}{left} · quorum is {needed}",
        **split(modes, absent=0, total=total, rest="not present"),
        "lacks": meeting.state in UNDER_WAY and len(modes) < needed,
        "named": [
            {"label": mode.label.capitalize(), "value": ", ".join(names)}
            for mode in Mode
            if (names := [row.named for row in rows if row.mode == mode])
        ],
    }


def said_out(numbers):
    """ ", one of them out of the room for item 3"; nothing while everybody is in it."""
    if not numbers:
        return ""
    items = " and ".join(map(str, sorted(set(numbers))))
    return f", {said_number(len(numbers))} of them out of the room for item {items}"


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
        if is_there_unnoticed(request, meeting):
            says = "You had no timely notice; being there waives it"
            url = reverse("meetings:object", args=[meeting.pk])
            yield {"kind": "soon", "says": says, "url": url, "verb": "Object"}
    else:
        hours = meeting.notice_hours
        yield {"kind": "soon", "says": f"Notice not given yet; {hours} hours are needed"}
        if meeting.state == MeetingState.SCHEDULED and meeting.notice_is_short(timezone.now()):
            yield waived(request, meeting)
    if meeting.vacancy_only:
        yield {"kind": "plain", "says": "It fills vacancies and new seats, and nothing else"}
    if meeting.committee_id is None and meeting.kind == "regular":
        covered = {tag for item in items for tag in item.tags}
        both = {"business_update", "finance_update"} <= covered
        says = "Business and finance update on the agenda"
        yield {"kind": "met" if both else "soon", "says": says if both else f"No {says.lower()}"}
    yield from consulted(request, meeting)


def consulted(request, meeting):
    """With whom of the Board the agenda was talked over; only who builds it is asked (G-AGD-01)."""
    names = [row.person.name for row in meeting.consultations.select_related("person")]
    if names:
        yield {"kind": "met", "says": f"Agenda in consultation with {', '.join(names)}"}
    elif may_build(visitor(request.user), meeting, request.user.today):
        url = reverse("meetings:consulted", args=[meeting.pk])
        says = "No director consulted on the agenda yet"
        yield {"kind": "plain", "says": says, "url": url, "verb": "Write it down"}


def is_there_unnoticed(request, meeting):
    """Whether the reader came without timely notice, and has not objected (M-01)."""
    reader = request.user.person_id
    if reader not in meeting.people_inside:
        return False
    objected = meeting.notice_objections.values("person")
    there = waivers.without_timely_notice(meeting, timezone.now()).exclude(pk__in=objected)
    return there.filter(pk=reader).exists()


def waived(request, meeting):
    """How many still owe a waiver of the short notice, and where the reader gives theirs (M-01)."""
    owing = set(meeting.not_waiving(timezone.now()).values_list("pk", flat=True))
    if not owing:
        return {"kind": "met", "says": "Every member has waived the notice"}
    shown = {"kind": "overdue", "says": f"Too late for notice; {len(owing)} have not waived it"}
    if request.user.person_id in owing:
        shown |= {"url": reverse("meetings:waive", args=[meeting.pk]), "verb": "Waive it"}
    return shown


def acts(request, meeting):
    """What the reader may do with the meeting next; its hour, place and agenda are the desk's."""
    by = visitor(request.user)
    offered = [
        {"verb": move.words, "url": reverse("meetings:act", args=[meeting.pk, slug(move)])}
        for move in sorted(moves_open_to(meeting, by, by.today), key=ends_it)
        if move.name not in ("reschedule", "take_up")
        and not (move.name == "record_no_quorum" and is_ahead(meeting))
        and not (move.name == "close" and not minutes_are_locked(request.user, meeting))
    ]
    if (
        meeting.state in HELD
        and serves(by.standing, meeting)
        and not minutes_of(request.user, meeting)
    ):
        draft = reverse("minutes:draft", args=[meeting.pk])
        offered = [{"verb": "Draft the minutes", "url": draft}]
    if meeting.state in LEAVES_ACTIONS and may_enter_actions(by, meeting, by.today):
        enter = reverse("meetings:enter_action", args=[meeting.pk])
        offered.append({"verb": "Enter an action", "url": enter})
    if serves(by.standing, meeting) and not meeting.is_over:
        desk = reverse("admin:meetings_meeting_change", args=[meeting.pk])
        offered.append({"verb": "Change it in the admin", "url": desk})
    return offered


def minutes_are_locked(user, meeting):
    """The record is closed when the minutes are locked, and is not offered to be before (M-01)."""
    found = minutes_of(user, meeting)
    return found is not None and found.state == "locked"


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
        behind = ExecutiveSession.objects.visible_to(user)
        return behind.filter(meeting=meeting, kind=SessionKind.REGULAR)
    return ExecutiveSession.objects.slots_for(user).filter(meeting=meeting).only("starts_at")


@require_POST
def reply(request, pk):
    """A member says whether, and how, they attend (G-ATT-02)."""
    meeting, _ = opened(request, pk)
    form = ReplyForm(request.POST)
    refusal = None
    if form.is_valid():
        try:
            attending.reply(meeting, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(meeting)
    says = refusal or "Choose one of the answers on the meeting's page."
    return render(request, "meetings/refused.html", {"meeting": meeting, "refusal": says})
