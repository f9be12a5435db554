"""Decisions: what is voted on, the exact text, one's vote and its receipt, the result."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import standing_today, visitor
from governance.decisions import operations
from governance.decisions.access import (
    may_amend,
    may_conduct,
    may_declare,
    may_enter_for_others,
    may_propose_on,
    may_put,
)
from governance.decisions.forms import BallotForm, MotionForm, OpeningForm
from governance.decisions.models import FILLS_A_SEAT, Amendment, Ballot, Choice, Motion
from governance.decisions.moves import DECIDED, MotionState
from governance.decisions.receipts import of_ballot
from governance.decisions.roll import own_ballots, roll_of, silent_on
from governance.decisions.views import consents
from governance.following import mark_of, nothing_new
from governance.meetings.models import OVER, AgendaItem
from governance.people.signing import is_fresh, prove_again, said_way, way_in
from governance.records.moves import moves_open_to
from governance.records.receipts import printed, session_of
from governance.refusals import Refused
from governance.words import said_day, said_hour, said_long_day

A_PAGE = 20
MARKS = {
    MotionState.DRAFTED: "plain",
    MotionState.BLOCKED: "overdue",
    MotionState.OPEN: "soon",
    MotionState.VOTING: "vote",
    MotionState.PASSED: "met",
    MotionState.FAILED: "plain",
    MotionState.INQUORATE: "plain",
    MotionState.WITHDRAWN: "plain",
}
# The acts of whoever conducts a vote: what is asked, what follows, the button, and the verb.
ACTS = {
    "open": (
        "Shall this motion be put before the meeting?",
        "Members can read it; the vote is opened afterwards. What its kind asks is checked first.",
        "Put it before the meeting",
        operations.put_before_meeting,
    ),
    "open_vote": (
        "Shall the vote be opened on this text?",
        "Whoever is recorded as present, and not recused, may vote. The text is fixed from now on, "
        "and everybody on the list is told that something waits.",
        "Open the vote",
        operations.open_vote,
    ),
    "close": (
        "Shall the vote be closed?",
        "The result is computed and declared, and it stays.",
        "Close the vote",
        operations.close_vote,
    ),
    "withdraw": (
        "Do you take this motion back?",
        "It stays in the record as withdrawn, and is not voted on.",
        "Withdraw the motion",
        operations.withdraw,
    ),
}


@require_safe
def decisions(request):
    """What is being voted on, and what was decided (AC-BRD, AC-COM)."""
    visible = Motion.objects.visible_to(request.user).select_related("meeting__committee", "item")
    waiting = set(Motion.objects.awaiting(request.user).values_list("pk", flat=True))
    # What was not voted on when its meeting ended is not open any more.
    live = (
        visible.exclude(state__in=(*DECIDED, MotionState.WITHDRAWN))
        .exclude(meeting__state__in=OVER)
        .order_by("-state", "meeting__starts_at", "item__position", "pk")
    )
    settled = visible.filter(state__in=DECIDED).order_by("-closed_at", "pk")
    page = Paginator(settled, A_PAGE).get_page(request.GET.get("page"))
    rows = [row(request, motion, waiting) for motion in live]
    rows += list(consents.open_rows(request))
    rows.sort(key=lambda shown: "verb" not in shown)
    return render(
        request,
        "decisions/decisions.html",
        {
            "live": rows,
            "settled": [row(request, motion) for motion in page],
            "page": page,
            "consents": list(consents.settled_rows(request)) if page.number == 1 else [],
            "drafts_consents": consents.may_begin(request.user),
        },
    )


def row(request, motion, waiting=()):
    """A motion as lists show it; with a button where the reader's vote is missing."""
    today = request.user.today
    says = (
        f"{motion.meeting.name}, {said_day(motion.meeting.day, today)}, item {motion.item.position}"
    )
    if motion.is_decided:
        says += (
            f". {motion.votes_for} for, {motion.votes_against} against, "
            f"{motion.votes_abstain} abstained"
        )
    shown = {
        "title": motion.title,
        "says": says,
        "url": motion.get_absolute_url(),
        "marks": [{"kind": MARKS[motion.state], "says": standing_of(motion)}],
    }
    if motion.state == MotionState.VOTING and motion.awaited_until:
        shown["says"] += f". {awaited(request, motion)}"
    if motion.pk in waiting:
        shown["verb"] = "Read and vote"
    return shown


def awaited(request, motion):
    """Until when ballots are awaited, in words."""
    zone = request.company.zone_words
    day = said_day(timezone.localdate(motion.awaited_until), request.user.today)
    return f"Ballots are awaited until {day}, {said_hour(motion.awaited_until)} {zone}"


def standing_of(motion):
    """How it stands, in words; what its meeting left undone was not voted on."""
    before = (MotionState.DRAFTED, MotionState.BLOCKED, MotionState.OPEN)
    undone = motion.state in before and motion.meeting.is_over
    return "Not voted on" if undone else motion.get_state_display()


@require_http_methods(["GET", "POST"])
def motion(request, pk):
    """The exact text; while the vote is open, one's choice; afterwards the result (M-03)."""
    motion = get_object_or_404(readable(request), pk=pk)
    form = BallotForm(request.POST or None)
    refusal, now = None, timezone.now()
    if request.method == "POST" and form.is_valid():
        if not is_fresh(request, now):
            back = urlencode({"choice": form.cleaned_data["choice"]})
            return prove_again(request, f"{request.path}?{back}")
        try:
            ballot = operations.cast_ballot(
                motion,
                **form.cleaned_data,
                by=request.user,
                at=now,
                method=way_in(request),
                session=session_of(request),
            )
        except Refused as refused:
            refusal = refused
            # As it stands now: it may have been decided meanwhile.
            motion = get_object_or_404(readable(request), pk=pk)
        else:
            return redirect(ballot)
    told = Told(request, motion)
    if unchanged := nothing_new(request, told.mark):
        return unchanged
    choosing = None if refusal else request.GET.get("choice")
    page = page_of(request, motion, told) | {
        "choosing": Choice(choosing) if choosing in Choice.values else None,
        "refusal": refusal,
        "fresh": is_fresh(request, now),
        "problem": first_problem(form) if request.method == "POST" else "",
    }
    return render(request, "decisions/motion.html", page)


def readable(request):
    """Motions that the reader may open, with what their page names."""
    return Motion.objects.visible_to(request.user).select_related(
        "meeting__committee", "item", "mover", "seconder"
    )


def first_problem(form):
    return next((str(error) for errors in form.errors.values() for error in errors), "")


class Told:
    """What changes on the page of a motion while its meeting is under way, read once."""

    def __init__(self, request, motion):
        self.roll = roll_of(motion)
        self.mine = own_ballots(motion, request.user)
        inside = motion.meeting.attendances.filter(until=None).order_by("pk")
        counts: list = []
        if motion.state == MotionState.OPEN:
            asked = (motion.interest_prompts, motion.declarations, wordings(request, motion))
            counts = [rows.count() for rows in asked]
        self.mark = mark_of(
            (motion.state, motion.version, motion.blocked_why, motion.meeting.state),
            [(one.person.pk, one.has_cast, one.choice, one.recused, one.left) for one in self.roll],
            [ballot.pk for ballot in self.mine],
            list(inside.values_list("pk", flat=True)),
            counts,
        )


def page_of(request, motion, told):
    """What the page of a motion shows to this reader."""
    roll, mine = told.roll, told.mine
    listed = [line for line in roll if not line.recused]
    on_list = request.user.person_id in [line.person.pk for line in listed]
    is_voting = motion.state == MotionState.VOTING
    late = list(motion.latecomers(timezone.now())) if is_voting else []
    return {
        "news": "" if motion.meeting.is_over else told.mark,
        "motion": motion,
        "moved": moved(motion),
        "voters": [voter(request, motion, line) for line in roll],
        "has_roll": bool(listed),
        "cast": sum(line.has_cast for line in listed),
        "listed": len(listed),
        "mine": mine[0] if mine else None,
        "earlier": mine[1:],
        "may_vote": is_voting and on_list,
        "is_listed": on_list,
        "came_late": late,
        "is_late": request.user.person_id in [person.pk for person in late],
        "choices": [{"value": value, "label": label} for value, label in Choice.choices],
        "acts": acts(request, motion),
        "tally": tally(motion) if motion.is_decided else None,
        "result": result(motion) if motion.is_decided else None,
        "before": before_the_vote(request, motion) if motion.state == MotionState.OPEN else None,
        "declared": declared(motion),
        "earlier_texts": wordings(request, motion).admitted(),
        # The earlier decision may be one of which the reader may not know.
        "changes": Motion.objects.visible_to(request.user).filter(pk=motion.changes_id).first(),
        "changed_by": changed_by(request, motion),
        "awaited": awaited(request, motion) if is_voting and motion.awaited_until else "",
        "quorum": None if motion.is_decided else quorum(motion),
        "badge": MARKS[motion.state],
        "certifies": motion.state == MotionState.PASSED
        and standing_today(request.user).is_secretary,
    }


def moved(motion):
    """Who moved it, and who seconded."""
    seconded = f", seconded by {motion.seconder}" if motion.seconder else ""
    return f"Moved by {motion.mover}{seconded}"


def voter(request, motion, line):
    """A line of the roll; how others vote is seen when the vote is closed."""
    you = line.person.pk == request.user.person_id
    if line.recused:
        kind, says = "overdue", "recused"
    elif line.late:
        kind, says = "plain", "silent: joined during the vote"
    elif line.left and not line.choice:
        kind, says = "plain", "had left"
    elif line.left:
        kind, says = "plain", f"had left; {line.chosen.lower()} not counted"
    elif motion.is_decided:
        kind, says = ("vote", line.chosen.lower()) if line.choice else ("plain", "silent")
    elif line.has_cast:
        kind, says = "met", "cast"
    else:
        kind, says = ("soon", "you, not yet") if you else ("plain", "not yet")
    return {"name": line.person.name, "kind": kind, "says": says, "what": line.recused, "you": you}


def tally(motion):
    """The numbers of the result."""
    return [
        {"label": "For", "count": motion.votes_for},
        {"label": "Against", "count": motion.votes_against},
        {"label": "Abstained", "count": motion.votes_abstain},
        {"label": "Silent", "count": motion.votes_silent},
    ]


def result(motion):
    """The arithmetic in words, the line on interests, and who was present (L-38, L-46)."""
    counted = operations.tally_of(motion)
    return {
        "says": counted.in_words,
        "safe_harbour": counted.safe_harbour_in_words,
        "present": [row.person.name for row in motion.presences.select_related("person")],
    }


def before_the_vote(request, motion):
    """What is still to be settled while the motion is before the meeting (M-03)."""
    by = visitor(request.user)
    proposed = wordings(request, motion).filter(number=motion.version + 1).last()
    owing = list(motion.owing_declarations(timezone.now()))
    return {
        "owing": [person.name for person in owing],
        "is_asked": by.person_id in [person.pk for person in owing],
        "may_declare": may_declare(by, motion, by.today),
        "may_ask": may_conduct(by, motion, by.today),
        "may_amend": may_amend(by, motion, by.today),
        "proposed": proposed,
        "may_admit": proposed and may_put(by, motion, by.today),
    }


def wordings(request, motion):
    """Other words that the mover proposed, those taken up among them."""
    return Amendment.objects.visible_to(request.user).filter(motion=motion)


def declared(motion):
    """Who has disclosed an interest in the text as it stands, in their words (L-46)."""
    rows = motion.declarations.filter(version=motion.version).select_related("person")
    return [
        {"label": row.person.name, "value": row.disclosure or "Has no interest in it"}
        for row in rows
    ]


def changed_by(request, motion):
    """Later motions that rescind, ratify or correct this one, as far as the reader may know."""
    if motion.state != MotionState.PASSED:
        return []
    later = Motion.objects.visible_to(request.user).filter(changes=motion)
    return [row(request, one) for one in later.select_related("meeting__committee", "item")]


def quorum(motion):
    """What carries the motion with whoever is present now (L-37, L-38).

    None before the meeting, and for a seat that is filled by those in office (L-49).
    """
    if not motion.meeting.is_in_session or motion.kind in FILLS_A_SEAT:
        return None
    now = motion.quorum_at(timezone.now())
    return {
        "present": now.present,
        "carries": now.present // 2 + 1,
        "needed": now.needed,
        "total": now.total,
        "who": "members" if motion.meeting.committee_id else "directors",
        "is_met": now.is_met,
    }


def acts(request, motion):
    """The buttons of whoever may conduct this vote, or take the motion back."""
    by = visitor(request.user)
    open_moves = {move.name for move in moves_open_to(motion, by, by.today)}
    if motion.meeting.is_over:
        open_moves -= {"open", "open_vote"}
    names = [name for name in ACTS if name in open_moves]
    if open_moves & {"carry", "defeat"}:
        names.append("close")
    return [
        {
            "verb": ACTS[name][2],
            "url": reverse("decisions:conduct", args=[motion.pk, name.replace("_", "-")]),
            "name": name,
        }
        for name in names
    ]


@require_http_methods(["GET", "POST"])
def conduct(request, pk, move):
    """Put a motion before the meeting, open or close its vote, withdraw it: asked once (M-03)."""
    motion = get_object_or_404(readable(request), pk=pk)
    name = move.replace("-", "_")
    if name not in ACTS or "_" in move:
        raise Http404
    asks, follows, verb, act = ACTS[name]
    posted = request.POST if request.method == "POST" else None
    form = OpeningForm(posted) if name == "open_vote" else None
    refusal = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(motion, by=request.user, at=timezone.now(), **(form.cleaned_data if form else {}))
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
            motion = get_object_or_404(readable(request), pk=pk)
        else:
            return redirect(motion)
    elif request.method != "POST" and name not in [one["name"] for one in acts(request, motion)]:
        if not may_ever_conduct(request, motion):
            raise PermissionDenied
        refusal = Refused(
            f"That is not possible now: the motion is {motion.get_state_display().lower()}.",
            code="stale",
        )
    now = quorum(motion) if name == "close" else None
    if now and not now["is_met"]:
        follows = (
            f"Only {now['present']} of the {now['needed']} needed are present: "
            "closing now decides nothing."
        )
    page = {
        "motion": motion,
        "moved": moved(motion),
        "asks": asks,
        "follows": follows,
        "verb": verb,
        "form": form,
        "refusal": refusal,
        "silent": silent_on(motion, timezone.now()) if name == "close" else [],
        "badge": MARKS[motion.state],
    }
    return render(request, "decisions/conduct.html", page)


def may_ever_conduct(request, motion):
    """Whether any act on this motion could be the reader's."""
    return any(
        move.may(request.user, motion, request.user.today)
        for move in Motion.MOVES
        if move.name in (*ACTS, "carry")
    )


@require_safe
def receipt(request, pk):
    """What was bound: who, when, the choice, the exact text, how they had signed in (C12)."""
    ballot = get_object_or_404(
        Ballot.objects.visible_to(request.user).select_related("motion__meeting", "voter"), pk=pk
    )
    own = ballot.voter_id == request.user.person_id
    zone = request.company.zone_words
    facts = [
        {"label": "Who", "value": ballot.voter.name},
        {"label": "Vote", "value": ballot.get_choice_display()},
        {
            "label": "When",
            "value": f"{said_long_day(timezone.localdate(ballot.cast_at))}, "
            f"{said_hour(ballot.cast_at)} {zone}",
        },
        {"label": "In these words", "value": ballot.statement},
        {"label": "Signed in with", "value": said_way(ballot.sign_in_method)},
        {"label": "Under", "value": "Delaware law, section 141(b) (L-38)"},
        *printed(of_ballot(ballot)),
    ]
    page = {
        "ballot": ballot,
        "motion": ballot.motion,
        "facts": facts,
        "title": "Your vote is recorded" if own else f"The vote of {ballot.voter}",
        "replaced": Ballot.objects.visible_to(request.user).filter(replaces=ballot).first(),
        "changeable": own and ballot.motion.state == MotionState.VOTING,
    }
    return render(request, "decisions/receipt.html", page)


@require_http_methods(["GET", "POST"])
def put(request, pk):
    """A member, or the secretary for one, puts a motion on an item of the agenda (M-03)."""
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not may_propose_on(item, request.user, request.user.today):
        raise PermissionDenied
    members = item.meeting.members(request.user.today)
    initial = {"mover": request.user.person_id, "title": item.title}
    for_others = may_enter_for_others(visitor(request.user), item.meeting, request.user.today)
    form = MotionForm(
        request.POST or None,
        members=members,
        carried=Motion.objects.visible_to(request.user).carried_by(item.meeting.committee_id),
        reader=request.user,
        for_others=for_others,
        initial=initial,
    )
    if form.is_valid():
        moved_by = {} if for_others else {"mover": request.user.person}
        try:
            motion = operations.put_motion(
                item, **form.cleaned_data, **moved_by, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(motion)
    return render(request, "decisions/put.html", {"item": item, "form": form})
