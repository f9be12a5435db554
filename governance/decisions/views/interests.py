"""Before a vote: a member declares an interest, the mover words the motion anew (M-03)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from governance.committees.standing import visitor
from governance.decisions import interests
from governance.decisions.access import may_amend, may_conduct, may_declare, may_put
from governance.decisions.forms import AmendmentForm, DeclarationForm, PromptForm
from governance.decisions.models import Amendment, Motion
from governance.refusals import Refused


def readable(request):
    """Motions that the reader may open, with what these pages name."""
    return Motion.objects.visible_to(request.user).select_related("meeting__committee", "item")


def asked(request, motion, form, act, **page):
    """One question about a motion, with its text in sight; then back to the motion.

    `act` is handed what the form says.
    """
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
        else:
            still = Motion.objects.visible_to(request.user).filter(pk=motion.pk).exists()
            return redirect(motion if still else motion.meeting)
    page |= {"motion": motion, "form": form, "refusal": refusal}
    return render(request, "decisions/asked.html", page)


@require_http_methods(["GET", "POST"])
def declare(request, pk):
    """A member declares an interest in a motion, and how they take part in it (M-03)."""
    motion = get_object_or_404(readable(request), pk=pk)
    reader = visitor(request.user)
    if not may_declare(reader, motion, reader.today):
        raise PermissionDenied
    form = DeclarationForm(
        request.POST or None,
        members=motion.meeting.members(reader.today),
        reader=request.user,
        for_others=may_conduct(reader, motion, reader.today),
        initial={"person": request.user.person_id},
    )

    def act(person=request.user.person, **told):
        interests.declare_interest(motion, person, **told)

    return asked(
        request,
        motion,
        form,
        act,
        heading="Declare an interest",
        asks="How do you take part in this?",
        says="Whoever leaves or stays out is recused from the item: it and its papers are withheld "
        "from them. Whoever votes discloses the interest to everybody who reads the motion.",
        verb="Record it",
    )


@require_http_methods(["GET", "POST"])
def prompt(request, pk):
    """Whoever presides asks a member about an interest (M-03)."""
    motion = get_object_or_404(readable(request), pk=pk)
    reader = visitor(request.user)
    if not may_conduct(reader, motion, reader.today):
        raise PermissionDenied
    form = PromptForm(
        request.POST or None,
        members=motion.meeting.members(reader.today),
        reader=request.user,
    )

    def act(person, **told):
        interests.ask_about_interest(motion, person, **told)

    return asked(
        request,
        motion,
        form,
        act,
        heading="Ask about an interest",
        asks="Who shall be asked?",
        says="The vote is not opened before they have answered, while they are there.",
        verb="Ask them",
    )


@require_http_methods(["GET", "POST"])
def propose(request, pk):
    """The mover proposes other words for the motion (M-03)."""
    motion = get_object_or_404(readable(request), pk=pk)
    reader = visitor(request.user)
    if not may_amend(reader, motion, reader.today):
        raise PermissionDenied
    form = AmendmentForm(request.POST or None, initial={"text": motion.text})

    def act(**told):
        interests.propose_amendment(motion, **told)

    return asked(
        request,
        motion,
        form,
        act,
        heading="Amend the text",
        asks="How shall it read?",
        says="It is before the meeting once whoever presides takes it up. The earlier text stays "
        "in the record, and interests are declared again.",
        verb="Propose these words",
    )


@require_http_methods(["GET", "POST"])
def amendment(request, pk):
    """Whoever presides takes up the mover's new words (M-03)."""
    rows = Amendment.objects.visible_to(request.user).select_related("motion__meeting__committee")
    row = get_object_or_404(rows, pk=pk)
    reader = visitor(request.user)
    if not may_put(reader, row.motion, reader.today):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        try:
            interests.amend(row, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(row.motion)
    page = {
        "motion": row.motion,
        "text": row.text,
        "eyebrow": "The text as the mover would have it",
        "heading": "Take up the new words",
        "asks": "Shall this be the text before the meeting?",
        "says": "The earlier text stays in the record, and interests are declared again.",
        "verb": "Take up the new words",
        "refusal": refusal,
    }
    return render(request, "decisions/asked.html", page)
