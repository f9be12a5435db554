"""The recovery policies, in their versions (C-ADM-01)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clawback.access import in_the_circle, reads_restatements
from clawback.models import PolicyKind, PolicyVersion
from clawback.parameters import said_terms, said_value
from clawback.policies import (
    adopt_version,
    base_version,
    differences,
    full_terms,
    statutory_policy_on_file,
    terms_of,
    version_for,
)
from clawback.policy_forms import AdoptPolicyForm, ApplyingForm
from clawback.redline import redline
from governance.refusals import Refused
from governance.words import said_long_day


def knows_policies(user):
    return reads_restatements(user) or in_the_circle(user)


@require_safe
def policies(request):
    """Each policy with its versions; riders for the Committee alone (C-AMD-02)."""
    if not knows_policies(request.user):
        raise Http404
    rows = PolicyVersion.objects.visible_to(request.user).order_by("kind", "-since", "-number")
    kinds = [
        {
            "label": label,
            "kind": kind,
            "versions": [row for row in rows if row.kind == kind],
            "adopts": request.user.is_secretary and kind != PolicyKind.SECTION_304,
        }
        for kind, label in PolicyKind.choices
    ]
    page = {
        "kinds": kinds,
        "on_file": statutory_policy_on_file(request.user.today),
        "applies": in_the_circle(request.user),
    }
    return render(request, "clawback/policies.html", page)


@require_safe
def policy(request, pk):
    """A version’s words and parameters; against another one, what differs."""
    rows = PolicyVersion.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("act"), pk=pk)
    others = rows.filter(kind=row.kind).exclude(pk=row.pk)
    other = None
    if asked := request.GET.get("against"):
        other = next((one for one in others if str(one.pk) == asked), None)
        if other is None:
            raise Http404
    page = {
        "row": row,
        "since": said_long_day(row.since),
        "people": row.people.all() if in_the_circle(request.user) else (),
        "terms": said_terms(full_terms(row)),
        "others": others,
        "other": other,
        "pieces": redline(other.wording, row.wording) if other else (),
        "changed": [
            {
                "words": one.words,
                "before": said_value(one.path, one.before),
                "after": said_value(one.path, one.after),
                "is_a_condition": one.is_a_condition,
            }
            for one in (differences(other, row) if other else ())
        ],
    }
    return render(request, "clawback/policy.html", page)


@require_safe
def applying(request):
    """The policy as it applies to one person on one day (C-EFF-02)."""
    if not in_the_circle(request.user):
        raise Http404
    form = ApplyingForm(
        request.GET or None, reader=request.user, initial={"day": request.user.today}
    )
    found = []
    if request.GET and form.is_valid():
        person, day = form.cleaned_data["person"], form.cleaned_data["day"]
        visible = PolicyVersion.objects.visible_to(request.user)
        for kind in PolicyKind:
            version = version_for(person, kind, day)
            if version and visible.filter(pk=version.pk).exists():
                base = base_version(kind, day)
                found.append(
                    {
                        "version": version,
                        "since": said_long_day(version.since),
                        "pieces": redline(base.wording, version.wording)
                        if version.is_rider and base
                        else [("same", version.wording)],
                    }
                )
    return render(request, "clawback/applying.html", {"form": form, "found": found})


@require_http_methods(["GET", "POST"])
def adopt(request, kind):
    """Enter a version that the Committee or the Board has adopted."""
    if not knows_policies(request.user):
        raise Http404
    if kind not in (PolicyKind.FAULT, PolicyKind.RULE):
        raise Http404
    if not request.user.is_secretary:
        raise PermissionDenied
    last = base_version(kind, request.user.today)
    initial = {"title": last.title, "wording": last.wording} if last else {}
    form = AdoptPolicyForm(
        request.POST or None,
        reader=request.user,
        kind=PolicyKind(kind),
        base=terms_of(last) if last else None,
        initial=initial,
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            version = adopt_version(**form.told, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect("clawback:policy", version.pk)
    page = {
        "form": form,
        "refusal": refusal,
        "heading": f"Enter a version: {PolicyKind(kind).label.lower()}",
        "verb": "Enter it",
        "back": reverse("clawback:policies"),
        "in_public": True,
    }
    return render(request, "clawback/ask.html", page)


urls: list = [
    path("policies/", policies, name="policies"),
    path("policies/applying/", applying, name="applying"),
    path("policies/adopt/<str:kind>/", adopt, name="adopt_policy"),
    path("policies/<uuid:pk>/", policy, name="policy"),
]
