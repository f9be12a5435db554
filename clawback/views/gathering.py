"""Who is kept out and let in, and what a case rests on: each is asked on a page of its own."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from clawback import forms, gathering, opening
from clawback.access import (
    chairs_the_committee,
    may_advise,
    may_open_cases,
    may_work,
    sits_on_the_committee,
)
from clawback.award_cells import said_amount
from clawback.models import (
    Case,
    CaseInvitation,
    Estimate,
    Evidence,
    Line,
    Restatement,
)
from clawback.reckoning import reckon, sheet_of, working_of
from clawback.views.behind import asked, behind_the_door, told_if_refused
from governance.money import said_dollars
from governance.people.models import Person
from governance.refusals import Refused


def subjects_of(request, case):
    """The people whose pay the case looks at."""
    walled = case.restatement.walls.filter(is_subject=True).values("person")
    return Person.objects.visible_to(request.user).filter(pk__in=walled)


def only(right):
    """403 for whoever knows of the case and may not do this."""
    if not right:
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def open_case(request, pk):
    """Name the subjects, wall them, and open the case (M-16, C-PUR-01).

    Whoever is walled finds the page as it would be without a case; the verb refuses them.
    """
    mine = Restatement.objects.open_to(request.user)
    if not may_open_cases(request.user, request.user.today):
        mine = mine.none()
    restatement = get_object_or_404(mine, pk=pk)
    proposed = opening.proposed_subjects(restatement, request.user.today)
    form = forms.OpenForm(request.POST or None, reader=request.user, proposed=proposed)
    there = Case.objects.visible_to(request.user).filter(restatement=restatement).first()
    return asked(
        request,
        there,
        form,
        lambda **told: opening.open_case(restatement, **told),
        back=there.get_absolute_url() if there else reverse("clawback:cases"),
        goes_on=True,
        heading="Open a case",
        about=restatement,
        says="The subjects are walled first: from that moment they find no trace of the case.",
        verb="Wall the subjects and open the case",
    )


@require_http_methods(["GET", "POST"])
def wall(request, pk):
    """Somebody found later is kept out (M-16)."""
    case = behind_the_door(request, pk)
    only(chairs_the_committee(request.user, case, request.user.today))
    return asked(
        request,
        case,
        forms.WallForm(request.POST or None, reader=request.user),
        lambda **told: opening.wall_off(case, **told),
        back=case.get_absolute_url(),
        heading="Keep somebody out",
        says="A wall stands at once and for good, whatever else the person is or comes to be.",
        verb="Build the wall",
    )


@require_http_methods(["GET", "POST"])
def invite(request, pk):
    """Let somebody in, to the case or to one award’s inputs (AC-CASE)."""
    case = behind_the_door(request, pk)
    only(chairs_the_committee(request.user, case, request.user.today))
    lines = Line.objects.visible_to(request.user).filter(case=case)
    form = forms.InviteForm(
        request.POST or None,
        reader=request.user,
        lines=lines.select_related("award__person"),
        walled=case.restatement.walls.values("person"),
    )
    return asked(
        request,
        case,
        form,
        lambda **told: opening.invite(case, **told),
        back=case.get_absolute_url(),
        heading="Let somebody in",
        says="Whoever is let in to the whole case reads all of it; what counsel wrote is for the "
        "Committee and counsel alone.",
        verb="Let them in",
    )


@require_http_methods(["GET", "POST"])
def end_invitation(request, pk, invitation):
    """Whoever was let in is outside from now on."""
    case = behind_the_door(request, pk)
    only(chairs_the_committee(request.user, case, request.user.today))
    rows = CaseInvitation.objects.visible_to(request.user).filter(case=case, until=None)
    row = get_object_or_404(rows.select_related("person"), pk=invitation)
    return asked(
        request,
        case,
        forms.OnceForm(request.POST if request.method == "POST" else None),
        lambda **told: opening.end_invitation(row, **told),
        back=case.get_absolute_url(),
        heading=f"Let {row.person} out",
        asks=f"Shall {row.person} be outside from now on?",
        verb="End the invitation",
    )


@require_http_methods(["GET", "POST"])
def recuse(request, pk):
    """A member takes no part in the votes."""
    case = behind_the_door(request, pk)
    only(sits_on_the_committee(request.user, case, request.user.today))
    return asked(
        request,
        case,
        forms.RecuseForm(request.POST or None),
        lambda **told: gathering.recuse(case, **told),
        back=case.get_absolute_url(),
        heading="Recuse yourself",
        says="You go on reading the case, and take no part in any vote on it.",
        verb="Take no part",
    )


@require_http_methods(["GET", "POST"])
def evidence(request, pk):
    """Attach to a condition what shows that it holds (C-TRG-05)."""
    case = behind_the_door(request, pk)
    only(may_work(request.user, case, request.user.today))
    initial = {"condition": request.GET.get("condition"), "person": request.GET.get("person")}
    form = forms.EvidenceForm(
        request.POST or None,
        initial=initial,
        reader=request.user,
        subjects=subjects_of(request, case),
    )
    return asked(
        request,
        case,
        form,
        lambda **told: gathering.give_evidence(case, **told),
        back=case.get_absolute_url(),
        heading="Attach evidence",
        verb="Attach it",
    )


@require_safe
def shown_evidence(request, pk):
    """Everything that was attached, condition by condition."""
    case = behind_the_door(request, pk)
    rows = Evidence.objects.visible_to(request.user).filter(case=case)
    shown = [
        {
            "condition": row.get_condition_display(),
            "about": row.person.name if row.person else "every participant",
            "text": row.text,
            "by": row.given_by.person.name,
            "at": row.at,
        }
        for row in rows.select_related("person", "given_by__person")
        # What a preparer gave for one award is shown with its sheet.
        if not row.text.startswith("{")
    ]
    page = {"case": case, "rows": shown, "writes": may_work(request.user, case, request.user.today)}
    return render(request, "clawback/evidence.html", page)


@require_http_methods(["GET", "POST"])
def advise(request, pk):
    """Counsel writes to the Committee (C-REC-03)."""
    case = behind_the_door(request, pk)
    only(may_advise(request.user, case, request.user.today))
    return asked(
        request,
        case,
        forms.NoteForm(
            request.POST or None, reader=request.user, subjects=subjects_of(request, case)
        ),
        lambda **told: gathering.advise(case, **told),
        back=case.get_absolute_url(),
        heading="Write a note of counsel",
        verb="Give it to the Committee",
    )


@require_http_methods(["GET", "POST"])
def adopt(request, pk, estimate):
    """The Committee’s chair adopts an estimate, or another end of its range (C-EST-01)."""
    case = behind_the_door(request, pk)
    only(chairs_the_committee(request.user, case, request.user.today))
    rows = Estimate.objects.visible_to(request.user).filter(case=case)
    row = get_object_or_404(rows.select_related("line__award__person"), pk=estimate)
    return asked(
        request,
        case,
        forms.AdoptForm(request.POST or None, initial={"chosen": row.adopted or "point"}),
        lambda **told: gathering.adopt_estimate(row, **told),
        back=reverse("clawback:participant", args=[case.pk, row.line.award.person_id]),
        heading=f"Estimate of {row.measure}",
        about=row.line.award.person,
        says=f"{row.method} From {row.low.normalize():f} to {row.high.normalize():f}, and "
        f"{row.point.normalize():f} as the point.",
        verb="Adopt it",
    )


@require_safe
@told_if_refused
def what_if(request, pk, line):
    """What an award would be on other restated values; nothing is kept (C-EST-01)."""
    case = behind_the_door(request, pk)
    lines = Line.objects.visible_to(request.user).filter(case=case).select_related("award__person")
    row = get_object_or_404(lines, pk=line)
    found = reckon(case, [row.award], request.user.today)
    document = found.inputs["awards"][0]
    form = forms.WhatIfForm(request.GET or None, award=document)
    page = {"case": case, "line": row, "form": form, "refusal": None, "answer": None}
    if request.GET and form.is_valid():
        try:
            other = reckon(
                case, [row.award], request.user.today, restated={row.award.pk: form.restated}
            )
        except Refused as refused:
            page["refusal"] = refused
        else:
            page |= {"answer": told(other, row), "before": told(found, row)}
    return render(request, "clawback/what_if.html", page)


def told(found, line):
    """An award’s figures under each policy, as the page compares them."""
    answers = found.document["answer"]["policies"]
    one = found.figures_of(line.award)
    rule = answers.get("mandatory", {}).get("awards", {}).get(str(line.award_id), {})
    policy = answers.get("as_if", {}).get("awards", {}).get(str(line.award_id), {})
    return {
        "recalculated": in_its_unit(line.award, one.get("recalculated")),
        "excess": in_its_unit(line.award, one.get("excess")),
        "policy": said_dollars(Decimal(policy.get("recoverable", 0))),
        "rule": said_dollars(Decimal(rule.get("recoverable", 0))),
        "working": working_of(sheet_of(line, found)),
    }


def in_its_unit(award, amount):
    return said_amount(award, Decimal(amount)) if amount else ""


urls: list = [
    path("restatements/<uuid:pk>/open-case/", open_case, name="open_case"),
    path("<uuid:pk>/wall/", wall, name="wall"),
    path("<uuid:pk>/invite/", invite, name="invite"),
    path("<uuid:pk>/invitations/<uuid:invitation>/end/", end_invitation, name="end_invitation"),
    path("<uuid:pk>/recuse/", recuse, name="recuse"),
    path("<uuid:pk>/evidence/", shown_evidence, name="evidence"),
    path("<uuid:pk>/evidence/attach/", evidence, name="attach"),
    path("<uuid:pk>/advise/", advise, name="advise"),
    path("<uuid:pk>/estimates/<uuid:estimate>/", adopt, name="adopt"),
    path("<uuid:pk>/lines/<uuid:line>/what-if/", what_if, name="what_if"),
]
