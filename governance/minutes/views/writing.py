"""Minutes put together from the record, the words of their parts, and what members say."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from governance.committees.standing import standing_today
from governance.meetings.models import Meeting
from governance.minutes import operations
from governance.minutes.access import (
    may_comment,
    may_draft_of,
    may_write,
)
from governance.minutes.forms import (
    CommentForm,
    WordsForm,
    called,
)
from governance.minutes.views.asking import asked, found, readable, walls_of
from governance.people.models import Person
from governance.refusals import Refused


@require_http_methods(["GET", "POST"])
def draft(request, pk):
    """Put the minutes of a meeting together from its record, asked once (M-05)."""
    meetings = Meeting.objects.readable_by(request.user).select_related("committee")
    meeting = get_object_or_404(meetings, pk=pk)
    if not may_draft_of(standing_today(request.user), meeting):
        raise PermissionDenied
    if known := readable(request).filter(meeting=meeting).first():
        return redirect(known)
    refusal = None
    if request.method == "POST":
        try:
            row = operations.draft(meeting, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect("minutes:write", pk=row.pk)
    page = {
        "back": meeting.get_absolute_url(),
        "where": meeting.name,
        "asks": "Shall the minutes be drafted?",
        "follows": "Attendance, votes and recusals are put in from the record.",
        "verb": "Draft the minutes",
        "refusal": refusal,
    }
    return render(request, "minutes/act.html", page)


@require_http_methods(["GET", "POST"])
def write(request, pk):
    """The words of each part, beside what the record says of it (M-05)."""
    row = found(request, pk)
    if not may_write(request.user, row, request.user.today):
        raise PermissionDenied
    if row.is_approved:
        messages.info(request, operations.APPROVED_ALREADY)
        return redirect(row)
    form = words_form(request, row, request.POST or None)
    if form.is_valid():
        try:
            operations.write(
                row,
                words=form.words,
                papers=form.papers,
                was=form.was,
                base=form.cleaned_data["base"],
                presided=form.cleaned_data.get("presided"),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            if refused.code == "stale":
                form = words_form(request, found(request, pk), request.POST, before=form)
            form.add_error(None, refused.sentence)
        else:
            return redirect(row)
    page = {"minutes": row, "form": form, "heading": operations.named(row)}
    page["fields"] = [beside(form, part) for part in form.parts]
    page["presided"] = form["presided"] if "presided" in form.fields else None
    return render(request, "minutes/write.html", page)


def words_form(request, row, data, *, before=None):
    """The parts that the writer may read; where `before` was refused, on what stands there now,
    with what was typed there and what others wrote in the rest."""
    walls = walls_of(row, request.user)
    parts = [part for part in row.current.read_parts if part.key not in walls]
    if before:
        data = data.copy()
        data["base"] = row.edition
        for part in parts:
            for name, stands in part.fields.items():
                data[before.add_initial_prefix(name)] = stands
                if name not in before.changed_data:
                    data[name] = stands
    form = WordsForm(
        data,
        parts=parts,
        present=present_at(request, row) if "presiding" in "".join(parts[0].missing) else (),
        initial={"base": row.edition, "presided": row.presided_id},
    )
    form.overwritten = before and operations.overwritten(
        row.current, words=before.words, papers=before.papers, was=before.was
    )
    return form


def beside(form, part):
    """A part with its fields, and whether somebody else wrote there what this page would lose."""
    typed = {"words": form[f"words-{part.key}"]}
    if part.item:
        typed["papers"] = form[f"papers-{part.key}"]
    saved = bool(form.overwritten) and part.key in form.overwritten
    return {"part": part, "name": called(part), "saved": saved, **typed}


def present_at(request, row):
    people = Person.objects.visible_to(request.user)
    return people.filter(attendances__meeting=row.meeting_id).distinct()


@require_http_methods(["GET", "POST"])
def comment(request, pk):
    """A member says something to one part (M-05)."""
    row = found(request, pk)
    if not may_comment(request.user, row, request.user.today):
        raise PermissionDenied
    walls = walls_of(row, request.user)
    parts = [part for part in row.current.read_parts if part.key not in walls]
    form = CommentForm(
        request.POST or None, parts=parts, initial={"part": request.GET.get("part", "")}
    )
    if form.is_valid():
        try:
            operations.comment(row, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect(row)
    return asked(
        request,
        row,
        asks="What do you want to say?",
        follows="Members of the body and the secretary's office read it.",
        verb="Comment",
        form=form,
    )
