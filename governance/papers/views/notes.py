"""The reader's own notes, as a device loads and saves them, and as questions for the meeting."""

import uuid

from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.papers import noting
from governance.papers.purging import fate_of
from governance.papers.views.books import NOT_READ, asked_book, opened, sent_json, still_theirs
from governance.refusals import Refused


@require_http_methods(["GET", "POST"])
def notes(request, pk):
    """All notes of the reader in this book; or one, saved."""
    check_reader(request)
    meeting, _ = opened(request, pk)
    if request.method == "POST":
        return save(request, meeting)
    row = still_theirs(request, asked_book(request))
    place = noting.place_of(request.user, meeting, row.leaves)
    found = noting.placed(noting.read_notes(request.user, meeting), request.user, row.leaves)
    return JsonResponse({"notes": found, "place": place, "token": get_token(request)})


def check_reader(request):
    """Whoever signs in where somebody else's book is open does not get what that one wrote, and
    nothing is saved as theirs."""
    if request.GET.get("of", str(request.user.pk)) != str(request.user.pk):
        raise Http404


def save(request, book):
    """One note, saved; answered with what is kept."""
    told = sent_json(request)
    try:
        note_id, revision = uuid.UUID(told["id"]), int(told.get("revision", 0))
        erased, body = bool(told.get("erased")), told.get("body")
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return JsonResponse(NOT_READ, status=400)
    try:
        kept = noting.save_note(
            book,
            note_id=note_id,
            revision=revision,
            erased=erased,
            body=body,
            by=request.user,
        )
    except Refused as refusal:
        return JsonResponse({"says": str(refusal)}, status=409)
    return JsonResponse(kept)


def number_in(value):
    """A whole number as it was sent; 0 for anything else."""
    return value if isinstance(value, int) else 0


@require_POST
def place(request, pk):
    """Where the reader stopped. Whose book has changed meanwhile is told so at the next page; and
    whether there is a newer one, with other papers for them."""
    check_reader(request)
    row = still_theirs(request, asked_book(request))
    meeting, book = opened(request, pk)
    page = number_in(sent_json(request).get("page"))
    if row.edition.meeting_id != meeting.pk or not 0 < page <= len(row.leaves):
        return JsonResponse(NOT_READ, status=400)
    noting.keep_place(meeting, label=row.leaves[page - 1]["label"], by=request.user)
    return JsonResponse({"newer": papers_in(row) != papers_of(book)})


def papers_in(row):
    """The versions of papers that a bound book holds."""
    return {leaf["version"] for leaf in row.leaves if leaf.get("version")}


def papers_of(book):
    """Those that the reader's book has now."""
    chapters = book.chapters if book else ()
    return {str(page.version_id) for chapter in chapters for page in chapter.pages}


@require_safe
def questions(request, pk):
    """My questions for this meeting: what the reader wrote, by item of the agenda, to print."""
    meeting, book = opened(request, pk)
    written = {}
    for note in noting.read_notes(request.user, meeting):
        if not note["erased"] and note.get("text"):
            written.setdefault(note.get("paper"), []).append(note)
    sections = []
    for chapter in book.chapters if book else ():
        notes = [
            one | {"on": page.version.paper.title}
            for page in chapter.pages
            for one in sorted(
                written.pop(str(page.version.paper_id), ()), key=lambda note: note.get("page", 0)
            )
        ]
        if notes:
            sections.append({"item": chapter.item, "notes": notes})
    rest = [note for notes in written.values() for note in notes]
    page = {
        "back": reverse("papers:book", args=[meeting.pk]),
        "about": meeting.name,
        "sections": sections,
        "rest": rest,
        "fate": fate_of(request.user, meeting),
    }
    return render(request, "papers/questions.html", page)
