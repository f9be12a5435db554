"""Minutes to read, write and comment on, their approval, signature and corrections."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import standing_today, visitor
from governance.meetings.access import may_arrange
from governance.meetings.models import Meeting, Recusal
from governance.minutes import operations
from governance.minutes.access import (
    may_circulate,
    may_comment,
    may_draft_of,
    may_propose_correction,
    may_write,
)
from governance.minutes.forms import (
    ApprovalForm,
    CommentForm,
    CorrectionForm,
    EditionForm,
    PaperApprovalForm,
    WordsForm,
    called,
)
from governance.minutes.models import Capacity, Comment, Correction, Minutes, MinutesSignature
from governance.minutes.moves import MinutesState
from governance.minutes.receipts import of_signature
from governance.people.models import Person
from governance.people.signing import is_fresh, prove_again, said_way, way_in
from governance.records.models import Entry
from governance.records.moves import moves_open_to
from governance.records.receipts import printed, session_of
from governance.refusals import Refused
from governance.words import said_day, said_hour, said_long_day, said_moment

MARKS = {
    MinutesState.DRAFT: "soon",
    MinutesState.CIRCULATED: "vote",
    MinutesState.APPROVED: "soon",
    MinutesState.SIGNED: "met",
    MinutesState.LOCKED: "met",
}
STANDS = {
    MinutesState.DRAFT: "A draft, which the secretary's office sees. Then: circulated, approved at "
    "a later meeting, signed, locked.",
    MinutesState.CIRCULATED: "Members read them and comment. Then: approved at a later meeting, "
    "signed, locked.",
    MinutesState.APPROVED: "Approved. The last signature locks them.",
    MinutesState.SIGNED: "Signed.",
    MinutesState.LOCKED: "Signed and locked. What they should have said is added as a correction.",
}


def readable(request):
    """Minutes that the reader may open, with what their page names."""
    rows = Minutes.objects.visible_to(request.user)
    return rows.select_related("meeting__committee", "approved_by")


def found(request, pk):
    return get_object_or_404(readable(request), pk=pk)


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


# --- Reading ---------------------------------------------------------------------------------


@require_safe
def minutes(request, pk):
    """The minutes as this reader may read them, and what can be done with them (M-05)."""
    row = found(request, pk)
    earlier = row.versions.visible_to(request.user)
    version, other = row.current, asked_version(request, earlier)
    walls = walls_of(row, request.user)
    comments = Comment.objects.visible_to(request.user).filter(minutes=row)
    said = [one for one in comments.select_related("person") if one.part not in walls]
    parts = shown_parts(version, walls, request)
    for part in parts:
        part["comments"] = [said_comment(one, request) for one in said if one.part == part["key"]]
    writes = may_write(visitor(request.user), row, request.user.today)
    page = {
        "minutes": row,
        "meeting": row.meeting,
        "version": version,
        "heading": operations.named(row),
        "badge": MARKS[row.state],
        "stands": STANDS[row.state],
        "parts": parts,
        "checks": list(checks(row, version)) if writes and not row.is_approved else [],
        "acts": acts(request, row, writes),
        "comments": may_comment(visitor(request.user), row, request.user.today)
        and row.state == MinutesState.CIRCULATED,
        "facts": facts(request, row, version),
        "others": list(earlier.exclude(pk=version.pk).values_list("number", flat=True)),
        "other": other,
        "changes": changes(other, version, walls) if other else [],
        "corrections": [] if walls else list(shown_corrections(request, row)),
    }
    return render(request, "minutes/minutes.html", page)


def asked_version(request, versions):
    """The earlier version with which this one is compared."""
    asked = request.GET.get("against")
    if not asked:
        return None
    other = versions.filter(number=asked).first() if asked.isdecimal() else None
    if other is None:
        raise Http404
    return other


def walls_of(row, user):
    """Keys of the parts from which the reader is recused, with the day (AC-SUB)."""
    rows = Recusal.objects.filter(item__meeting=row.meeting_id, person=user.person_id)
    return {str(one.item_id): timezone.localdate(one.since) for one in rows}


def shown_parts(version, walls, request):
    """The parts with what they say; of a withheld one only that it is withheld, and since when."""
    told = []
    for number, part in enumerate(version.read_parts):
        if part.key in walls:
            since = said_day(walls[part.key], request.user.today)
            told.append(
                {"key": part.key, "withheld": f"Item {number}: withheld, recused since {since}."}
            )
        else:
            told.append({"key": part.key, "part": part})
    return told


def said_comment(one, request):
    return {
        "who": one.person.name,
        "says": one.text,
        "when": said_moment(one.said_at, request.user.today),
        "version": one.version,
    }


def checks(row, version):
    """Before they can go out: what is there, and what is missing with the place to mend it."""
    url = reverse("minutes:write", args=[row.pk])
    for check in version.checks():
        if check.holds:
            yield {"kind": "met", "says": check.says}
        else:
            at = f"{url}#id_words-{check.part}"
            yield {"kind": "overdue", "says": check.says, "url": at, "verb": "Write it"}


def facts(request, row, version):
    """Where they stand, in pairs."""
    told = [{"label": "Version", "value": version.number}]
    if row.circulated_at:
        day = said_long_day(timezone.localdate(row.circulated_at))
        told.append({"label": "Circulated", "value": day})
    if row.approved_by:
        day = said_long_day(row.approved_by.day)
        told.append(
            {"label": "Approved", "value": f"{day}, by {row.approved_by.get_how_display()}"}
        )
    for one in row.signatures.visible_to(request.user).select_related("signer"):
        day = said_long_day(timezone.localdate(one.signed_at))
        told.append(
            {
                "label": "Signed",
                "value": f"{day}, by {one.signer} ({one.get_capacity_display()})",
                "url": one.get_absolute_url(),
            }
        )
    if how := operations.how_on_paper(row):
        told.append({"label": "On paper", "value": how})
    if row.state == MinutesState.APPROVED:
        told.append({"label": "To be signed", "value": ", ".join(awaited(row, request))})
    if purged := entry_of_purge(row):
        told.append({"label": "Earlier versions", "value": purged})
    if not walls_of(row, request.user):
        told.append({"label": "Fingerprint", "value": version.digest, "figures": True})
    return told


def awaited(row, request):
    """Whose signature is owed; whoever presided is named, since it is theirs alone to give."""
    for one in row.owing(request.user.today):
        name = f": {row.presided}" if one == Capacity.PRESIDED else ""
        yield f"{Capacity(one).label}{name}"


def entry_of_purge(row):
    """What the record says was purged when they were locked; nothing, mostly."""
    if row.state != MinutesState.LOCKED:
        return ""
    locked = Entry.objects.about(row).filter(move="lock").first()
    first = locked.why.partition("\n")[0] if locked else ""
    return first if first.startswith("Purged") else ""


def acts(request, row, writes):
    """What the reader may do with them now."""
    by = visitor(request.user)
    open_to = {move.name for move in moves_open_to(row, by, by.today)}
    if writes and not row.is_approved:
        yield {"verb": "Write", "url": reverse("minutes:write", args=[row.pk])}
    if "circulate" in open_to and all(check.holds for check in row.current.checks()):
        yield {"verb": "Circulate", "url": reverse("minutes:circulate", args=[row.pk])}
    if row.state == MinutesState.CIRCULATED and may_arrange(by, row.meeting, by.today):
        yield {"verb": "Put for approval", "url": reverse("minutes:put", args=[row.pk])}
    if row.state == MinutesState.CIRCULATED and may_circulate(by, row, by.today):
        paper = reverse("minutes:enter_approval", args=[row.pk])
        yield {"verb": "Approved on paper", "url": paper}
    signed = row.signatures.visible_to(request.user).filter(signer=by.person_id)
    if "sign" in open_to and not signed.exists():
        yield {"verb": "Read and sign", "url": reverse("minutes:sign", args=[row.pk])}
    if row.state == MinutesState.LOCKED and may_correct(request, row):
        yield {"verb": "Propose a correction", "url": reverse("minutes:correct", args=[row.pk])}


def may_correct(request, row):
    correction = Correction(minutes=row)
    by = visitor(request.user)
    return not walls_of(row, request.user) and may_propose_correction(by, correction, by.today)


def changes(before, after, walls):
    """What was added, changed and taken out, part by part, of those that the reader may read."""
    old = {part.key: part for part in before.read_parts if part.key not in walls}
    for part in after.read_parts:
        earlier = old.get(part.key)
        if part.key not in walls and earlier is not None and earlier.typed != part.typed:
            yield {
                "title": called(part),
                "old": earlier.typed,
                "new": part.typed,
            }


def shown_corrections(request, row):
    """Each correction, with what it points at and where it stands."""
    by = visitor(request.user)
    rows = row.corrections.visible_to(request.user)
    for one in rows.select_related("proposed_by__person", "approved_by"):
        may_put = one.state == "proposed" and may_arrange(by, row.meeting, by.today)
        yield {
            "row": one,
            "who": one.proposed_by.person.name,
            "when": said_long_day(timezone.localdate(one.proposed_at)),
            "put": reverse("minutes:put_correction", args=[one.pk]) if may_put else "",
        }


# --- Writing ---------------------------------------------------------------------------------


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


def asked(request, row, *, refusal=None, **page):
    """One act, asked once."""
    where = operations.named(row)
    page |= {"back": row.get_absolute_url(), "where": where, "refusal": refusal}
    return render(request, "minutes/act.html", page)


def may_ever(request, row, name):
    """Whether that move could be the reader's, as things stand or later."""
    move = next(one for one in Minutes.MOVES if one.name == name)
    return move.may(request.user, row, request.user.today)


@require_http_methods(["GET", "POST"])
def circulate(request, pk):
    """Send them to the members, asked once (M-05)."""
    row = found(request, pk)
    if not may_ever(request, row, "circulate"):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        base = request.POST.get("base", "")
        try:
            operations.circulate(row, base=base, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(row)
    return asked(
        request,
        row,
        asks="Shall the minutes be circulated?",
        follows="Every member gets a letter and may comment. A change makes a new version.",
        verb="Circulate",
        form=EditionForm(initial={"base": row.edition}),
        refusal=refusal,
    )


# --- Approval, signature, corrections ----------------------------------------------------------


@require_http_methods(["GET", "POST"])
def put(request, pk):
    """Put their approval on the agenda of a later meeting, as a motion (M-05)."""
    row = found(request, pk)
    return put_before(request, row, lambda **facts: operations.put_for_approval(row, **facts))


@require_http_methods(["GET", "POST"])
def enter_approval(request, pk):
    """The body approved on paper the text that is shown: on which day, asked once (M-05)."""
    row = found(request, pk)
    if not may_circulate(request.user, row, request.user.today):
        raise PermissionDenied
    form = PaperApprovalForm(request.POST or None, initial={"digest": row.current.digest})
    if form.is_valid():
        try:
            operations.enter_approval(row, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect(row)
    return asked(
        request,
        row,
        asks="When did the body approve them on paper?",
        follows=f"An act of the body is entered that names version {row.current.number}, text "
        f"{row.current.digest}. Every member gets a letter.",
        verb="Enter the approval",
        form=form,
    )


@require_http_methods(["GET", "POST"])
def put_correction(request, pk):
    """Put a correction on the agenda of a meeting, as a motion (M-05)."""
    rows = Correction.objects.visible_to(request.user).select_related("minutes__meeting__committee")
    one = get_object_or_404(rows, pk=pk)
    return put_before(request, one.minutes, lambda **facts: operations.put_correction(one, **facts))


def put_before(request, row, verb):
    """Ask at which meeting and who moves it, and put the motion there."""
    if not may_arrange(request.user, row.meeting, request.user.today):
        raise PermissionDenied
    ahead = Meeting.objects.readable_by(request.user).ahead(timezone.now())
    form = ApprovalForm(
        request.POST or None,
        meetings=ahead.filter(committee=row.meeting.committee_id),
        members=row.meeting.members(request.user.today),
        reader=request.user,
    )
    if form.is_valid():
        try:
            motion = verb(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect(motion)
    return asked(
        request,
        row,
        asks="At which meeting shall the body be asked?",
        follows="An item and a motion that names the exact text are put on its agenda.",
        verb="Put it on the agenda",
        form=form,
    )


@require_http_methods(["GET", "POST"])
def sign(request, pk):
    """The exact text that was approved; bound after a sign-in of just now (M-05, C12)."""
    row = found(request, pk)
    if not may_ever(request, row, "sign"):
        raise PermissionDenied
    now, refusal, version = timezone.now(), None, row.current
    by = visitor(request.user)
    capacity = Capacity.SECRETARY if by.standing.is_secretary else Capacity.PRESIDED
    if row.state != MinutesState.APPROVED:
        says = f"They are {row.get_state_display().lower()}: what is approved is signed, and once."
        refusal = Refused(says, provision="M-05", code="stale")
    elif request.method == "POST":
        if not is_fresh(request, now):
            return prove_again(request, request.path)
        try:
            signature = operations.sign(
                row,
                digest=request.POST.get("digest", ""),
                by=request.user,
                at=now,
                method=way_in(request),
                session=session_of(request),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect(signature)
    page = {
        "minutes": row,
        "version": version,
        "heading": operations.named(row),
        "refusal": refusal,
        "fresh": is_fresh(request, now),
        "statement": operations.statement_of(row, capacity),
    }
    return render(request, "minutes/sign.html", page)


@require_safe
def signature(request, pk):
    """What was bound: who, when, in which words, how they had signed in (C12)."""
    rows = MinutesSignature.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("minutes__meeting", "signer"), pk=pk)
    at = f"{said_long_day(timezone.localdate(row.signed_at))}, {said_hour(row.signed_at)}"
    page = {
        "minutes": row.minutes,
        "heading": operations.named(row.minutes),
        "facts": [
            {"label": "Who", "value": row.signer.name},
            {"label": "When", "value": f"{at} {request.company.zone_words}"},
            {"label": "In these words", "value": row.statement},
            {"label": "Signed in with", "value": said_way(row.sign_in_method)},
            *fingerprint(request, row),
            *printed(of_signature(row)),
        ],
    }
    return render(request, "minutes/signature.html", page)


def fingerprint(request, signature):
    """That of the whole text, for whoever may read it whole."""
    if walls_of(signature.minutes, request.user):
        return []
    return [{"label": "Fingerprint of the text", "value": signature.text_digest, "figures": True}]


@require_http_methods(["GET", "POST"])
def correct(request, pk):
    """Propose what locked minutes should have said; the original stays (M-05)."""
    row = found(request, pk)
    if not may_correct(request, row):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        try:
            operations.propose_correction(
                row, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect(row)
    return asked(
        request,
        row,
        asks="What should they have said?",
        follows="The body approves a correction; what was signed stays as it is.",
        verb="Propose the correction",
        form=form,
    )
