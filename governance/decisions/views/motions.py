"""Decisions: what is voted on, the exact text, one's vote and its receipt, the result."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import visitor
from governance.decisions import operations
from governance.decisions.access import may_enter_for_others, may_propose_on
from governance.decisions.forms import BallotForm, MotionForm
from governance.decisions.models import Ballot, Choice, Motion
from governance.decisions.moves import DECIDED, MotionState
from governance.decisions.receipts import of_ballot
from governance.decisions.roll import own_ballots, roll_of, silent_on
from governance.decisions.views import consents
from governance.meetings.models import OVER, AgendaItem
from governance.people.signing import is_fresh, prove_again, way_in
from governance.records.moves import moves_open_to
from governance.records.receipts import session_of
from governance.refusals import Refused
from governance.words import said_day, said_hour, said_long_day

A_PAGE = 20
MARKS = {
    MotionState.DRAFTED: "plain",
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
        "Members can read it; the vote is opened afterwards.",
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
        .order_by("-state", "meeting__starts_at", "item__position")
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
    if motion.pk in waiting:
        shown["verb"] = "Read and vote"
    return shown


def standing_of(motion):
    """How it stands, in words; what its meeting left undone was not voted on."""
    undone = motion.state in (MotionState.DRAFTED, MotionState.OPEN) and motion.meeting.is_over
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
    choosing = None if refusal else request.GET.get("choice")
    page = page_of(request, motion) | {
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


def page_of(request, motion):
    """What the page of a motion shows to this reader."""
    roll = roll_of(motion)
    listed = [line for line in roll if not line.recused]
    mine = own_ballots(motion, request.user)
    on_list = request.user.person_id in [line.person.pk for line in listed]
    may_vote = motion.state == MotionState.VOTING and on_list
    return {
        "motion": motion,
        "moved": moved(motion),
        "voters": [voter(request, motion, line) for line in roll],
        "has_roll": bool(listed),
        "cast": sum(line.has_cast for line in listed),
        "listed": len(listed),
        "mine": mine[0] if mine else None,
        "earlier": mine[1:],
        "may_vote": may_vote,
        "choices": [{"value": value, "label": label} for value, label in Choice.choices],
        "acts": acts(request, motion),
        "recuse_url": recuse_url(motion) if may_vote else "",
        "tally": tally(motion) if motion.is_decided else None,
        "result": operations.tally_of(motion).in_words if motion.is_decided else "",
        "quorum": None if motion.is_decided else quorum(motion),
        "badge": MARKS[motion.state],
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


def quorum(motion):
    """What carries the motion with whoever is present now (L-37, L-38); None before the meeting."""
    if not motion.meeting.is_in_session:
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


def recuse_url(motion):
    """Where an interest is declared."""
    try:
        return reverse("meetings:recuse", args=[motion.item_id])
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "POST"])
def conduct(request, pk, move):
    """Put a motion before the meeting, open or close its vote, withdraw it: asked once (M-03)."""
    motion = get_object_or_404(readable(request), pk=pk)
    name = move.replace("-", "_")
    if name not in ACTS or "_" in move:
        raise Http404
    asks, follows, verb, act = ACTS[name]
    refusal = None
    if request.method == "POST":
        try:
            act(motion, by=request.user, at=timezone.now())
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
            motion = get_object_or_404(readable(request), pk=pk)
        else:
            return redirect(motion)
    elif name not in [one["name"] for one in acts(request, motion)]:
        if not may_ever_conduct(request, motion):
            raise PermissionDenied
        refusal = Refused(
            f"That is not possible now: the motion is {motion.get_state_display().lower()}.",
            code="stale",
        )
    page = {
        "motion": motion,
        "moved": moved(motion),
        "asks": asks,
        "follows": follows,
        "verb": verb,
        "refusal": refusal,
        "silent": silent_on(motion) if name == "close" else [],
        "badge": MARKS[motion.state],
    }
    return render(request, "decisions/conduct.html", page)


def may_ever_conduct(request, motion):
    """Whether any act on this motion could be the reader's."""
    return any(
        move.may(request.user, motion, request.user.today) for move in Motion.MOVES if move.source
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
        {"label": "Signed in by", "value": ballot.sign_in_method},
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


def printed(receipt):
    """What lets a receipt be checked later: its number, and its fingerprint (C12)."""
    return [
        {"label": "Number", "value": receipt.key},
        {"label": "Fingerprint of the receipt", "value": receipt.fingerprint, "figures": True},
    ]


@require_http_methods(["GET", "POST"])
def put(request, pk):
    """A member, or the secretary for one, puts a motion on an item of the agenda (M-03)."""
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not may_propose_on(item, request.user, request.user.today):
        raise PermissionDenied
    members = item.meeting.members(request.user.today)
    initial = {"mover": request.user.person_id, "title": item.title}
    for_others = may_enter_for_others(visitor(request.user), request.user.today)
    form = MotionForm(
        request.POST or None,
        members=members,
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
