"""What the Committee resolves in a case, and how each member answers (C-DET-01)."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clawback import forms, opening, resolving
from clawback.access import chairs_the_committee, sits_on_the_committee
from clawback.models import (
    Answer,
    BoardReport,
    Line,
    Resolution,
    ResolutionBallot,
    ResolutionKind,
    ResolutionVoter,
)
from clawback.moves import ResolutionState, RuleState
from clawback.receipts import of_ballot
from clawback.views.behind import asked, behind_the_door
from governance.following import mark_of, nothing_new
from governance.people.models import Person
from governance.people.signing import is_fresh, prove_again, said_way, way_in
from governance.records.receipts import printed, session_of
from governance.refusals import Refused
from governance.words import said_hour, said_long_day

ABOUT_NOBODY = (ResolutionKind.END_DATE,)
SAYS = {
    ResolutionKind.FINDING: "The portal proposes nothing: what caused the restatement is for the "
    "Committee to find, in its sole discretion.",
    ResolutionKind.REPAY: "This is determined apart from any finding.",
    ResolutionKind.RECOVER: "All four conditions have to hold, and no amount goes above what is "
    "recoverable. It is conclusive once it is carried.",
    ResolutionKind.NO_RECOVERY: "It says nothing of what the mandatory rule asks back.",
    ResolutionKind.END_DATE: "The policy does not say to which event its three years run.",
    ResolutionKind.IMPRACTICABLE: "The mandatory rule knows these grounds and no others.",
    ResolutionKind.WRITE_OFF: "What is still outstanding is forgone.",
    ResolutionKind.RIDER: "It changes the policy for this participant and for nobody else.",
}
MARKS = {
    ResolutionState.PUT: "soon",
    ResolutionState.VOTING: "vote",
    ResolutionState.CARRIED: "met",
}


@require_http_methods(["GET", "POST"])
def resolve(request, pk, kind):
    """Put a resolution to the Committee (M-16)."""
    case = behind_the_door(request, pk)
    if kind not in forms.EFFECTS:
        raise Http404
    if not sits_on_the_committee(request.user, case, request.user.today):
        raise PermissionDenied
    person, lines = None, []
    if kind not in ABOUT_NOBODY:
        subjects = Person.objects.visible_to(request.user).filter(
            pk__in=case.restatement.walls.filter(is_subject=True).values("person")
        )
        person = get_object_or_404(subjects, pk=key_of(request.GET.get("person", "")))
        mine = Line.objects.visible_to(request.user).filter(case=case, award__person=person)
        lines = [line for line in mine.select_related("award") if line.latest]
        if kind == ResolutionKind.IMPRACTICABLE:
            erroneous = mine.filter(
                under_the_rule__state=RuleState.ERRONEOUS, account__isnull=False
            )
            lines = list(erroneous.select_related("award"))
    form = forms.EFFECTS[kind](request.POST or None, lines=lines)

    def put(*, by, at, **_):
        return resolving.put_resolution(
            case, kind=kind, effect=form.effect, person=person, by=by, at=at
        )

    return asked(
        request,
        case,
        form,
        put,
        back=participant_page(case, person),
        goes_on=True,
        heading=ResolutionKind(kind).label,
        about=person,
        says=SAYS[kind],
        verb="Put it to the Committee",
    )


def key_of(text):
    """The key of a person as the address has it; nobody has what is no key."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def participant_page(case, person):
    if person is None:
        return case.get_absolute_url()
    return reverse("clawback:participant", args=[case.pk, person.pk])


def find(request, pk):
    """The resolution, through the door of its case; it is a reading of that case."""
    rows = Resolution.objects.visible_to(request.user)
    row = get_object_or_404(
        rows.select_related("case__restatement", "person", "meeting", "put_by__person"), pk=pk
    )
    opening.note_reading(row.case, by=request.user, at=timezone.now())
    return row


@require_http_methods(["GET", "POST"])
def resolution(request, pk):
    """The exact words, one's answer while the vote is open, and afterwards the result."""
    row, now = find(request, pk), timezone.now()
    form, refusal = forms.BallotForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        if not is_fresh(request, now):
            back = urlencode({"choice": form.cleaned_data["choice"]})
            return prove_again(request, f"{request.path}?{back}")
        try:
            ballot = resolving.cast(
                row,
                **form.cleaned_data,
                by=request.user,
                at=now,
                method=way_in(request),
                session=session_of(request),
            )
        except Refused as refused:
            refusal, row = refused, find(request, pk)
        else:
            return redirect(ballot)
    ballots = {
        one.voter_id: one
        for one in ResolutionBallot.objects.visible_to(request.user).filter(resolution=row)
    }
    mark = mark_of((row.state, len(ballots)))
    if unchanged := nothing_new(request, mark):
        return unchanged
    choosing = None if refusal else request.GET.get("choice")
    mine, is_open = ballots.get(request.user.person_id), row.state == ResolutionState.VOTING
    listed = ResolutionVoter.objects.visible_to(request.user).filter(resolution=row)
    on_list = listed.filter(person=request.user.person_id).exists()
    page = {
        "news": mark if is_open else "",
        "resolution": row,
        "case": row.case,
        "back": participant_page(row.case, row.person),
        "kind": MARKS.get(row.state, "plain"),
        "voters": voters(row, ballots, request.user.person_id),
        "cast": len(ballots),
        "listed": listed.count(),
        "mine": mine,
        "may_vote": is_open and on_list and mine is None,
        "choosing": Answer(choosing) if choosing in Answer.values else None,
        "statement": resolving.statement_of(choosing) if choosing in Answer.values else "",
        "choices": [{"value": value, "label": label} for value, label in Answer.choices],
        "fresh": is_fresh(request, now),
        "refusal": refusal,
        "conducts": conducts(request, row),
        "result": resolving.result_in_words(row) if row.closed_at else "",
        "put": f"Put by {row.put_by.person}.",
    }
    return render(request, "clawback/resolution.html", page)


def voters(row, ballots, mine):
    """Who votes; how, is seen when the vote is closed."""
    shown = []
    for voter in row.voters.select_related("person"):
        ballot, you = ballots.get(voter.person_id), voter.person_id == mine
        if row.state == ResolutionState.VOTING:
            kind, says = ("met", "cast") if ballot else ("plain", "not yet")
        else:
            kind = "vote" if ballot else "plain"
            says = ballot.get_choice_display().lower() if ballot else "silent"
        shown.append({"name": voter.person.name, "kind": kind, "says": says, "you": you})
    return shown


CONDUCT = {
    "open-vote": (
        "Open the vote",
        "Shall the vote be opened on these words?",
        "The words stand from now on, and the members are told that a vote waits for them.",
    ),
    "close": (
        "Close the vote",
        "Shall the vote be closed?",
        "Nobody can vote afterwards. What is missing then does not come later: a written consent "
        "takes every member, and a meeting its quorum.",
    ),
    "withdraw": (
        "Take it back",
        "Do you take this back?",
        "It stays on record as withdrawn, and is not voted on.",
    ),
    "report": (
        "Report it to the Board",
        "Shall the Board read these words?",
        "The independent directors read the exact text and the result, and nothing else.",
    ),
}


def conducts(request, row):
    """The buttons of whoever conducts the vote."""
    if not chairs_the_committee(request.user, row, request.user.today):
        return []
    names = {
        ResolutionState.PUT: ("open-vote", "withdraw"),
        ResolutionState.VOTING: ("close", "withdraw"),
    }.get(row.state, ())
    reported = BoardReport.objects.visible_to(request.user).filter(resolution=row)
    if row.state == ResolutionState.CARRIED and row.kind in resolving.DETERMINATIONS:
        names = () if reported.exists() else ("report",)
    return [
        {"verb": CONDUCT[name][0], "url": reverse("clawback:conduct", args=[row.pk, name])}
        for name in names
    ]


@require_http_methods(["GET", "POST"])
def conduct(request, pk, name):
    """Open the vote, close it, or take the resolution back; asked once."""
    row = find(request, pk)
    if name not in CONDUCT:
        raise Http404
    if not chairs_the_committee(request.user, row, request.user.today):
        raise PermissionDenied
    verb, asks, says = CONDUCT[name]
    if name == "open-vote":
        form = forms.VoteForm(request.POST or None, reader=request.user)
        act = resolving.open_vote
    else:
        form = forms.OnceForm(request.POST if request.method == "POST" else None)
        act = {
            "close": resolving.close_vote,
            "withdraw": resolving.withdraw,
            "report": resolving.report_to_board,
        }[name]
    return asked(
        request,
        row.case,
        form,
        lambda **told: act(row, **told),
        back=row.get_absolute_url(),
        heading=verb,
        text=row.text,
        fingerprint=row.digest,
        asks=asks,
        says=says,
        verb=verb,
    )


@require_safe
def ballot(request, pk):
    """One's receipt: who, when, the exact words, how one had signed in (C12)."""
    mine = ResolutionBallot.objects.visible_to(request.user).filter(voter=request.user.person_id)
    row = get_object_or_404(mine.select_related("resolution__case__restatement", "voter"), pk=pk)
    receipt = of_ballot(row)
    at = timezone.localtime(row.cast_at)
    facts = [
        {"label": "Vote", "value": row.get_choice_display()},
        {"label": "By", "value": row.voter.name},
        {"label": "On", "value": f"{said_long_day(at.date())}, {said_hour(row.cast_at)}"},
        {"label": "Signed in by", "value": said_way(row.sign_in_method)},
        {"label": "In these words", "value": row.statement},
        *printed(receipt),
    ]
    page = {"ballot": row, "facts": facts, "resolution": row.resolution}
    return render(request, "clawback/receipt.html", page)


@require_safe
def reported(request, pk):
    """A determination as the Board reads it: its exact words, and how it was decided."""
    rows = BoardReport.objects.visible_to(request.user)
    row = get_object_or_404(
        rows.select_related("case__restatement", "resolution", "reported_by__person"), pk=pk
    )
    page = {
        "row": row,
        "restatement": row.case.restatement,
        "result": resolving.result_in_words(row.resolution),
    }
    return render(request, "clawback/reported.html", page)


urls: list = [
    path("reported/<uuid:pk>/", reported, name="reported"),
    path("<uuid:pk>/resolve/<str:kind>/", resolve, name="resolve"),
    path("resolutions/<uuid:pk>/", resolution, name="resolution"),
    path("resolutions/<uuid:pk>/<str:name>/", conduct, name="conduct"),
    path("ballots/<uuid:pk>/", ballot, name="ballot"),
]
