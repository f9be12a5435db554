"""Papers of an item: brought, replaced, withdrawn, and read one by one."""

import tempfile
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from governance.following import nothing_new
from governance.meetings.models import AgendaItem
from governance.papers import arriving, operations
from governance.papers.access import may_bring, may_change, may_speak_for
from governance.papers.forms import BriefForm, BringForm, ReplaceForm, WithdrawForm
from governance.papers.models import Brief, Edition, Paper, PaperVersion
from governance.papers.moves import PaperState
from governance.papers.reading_time import said_pages
from governance.papers.views.arrivals import arrivals_for, course, news_of
from governance.papers.views.books import mark, may_download, ranged
from governance.records.moves import moves_open_to
from governance.refusals import Refused

MARKS = {
    PaperState.DRAFT: "soon",
    PaperState.PUBLISHED: "met",
    PaperState.WITHDRAWN: "overdue",
}


def item_for_bringing(request, pk):
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not may_bring(request.user, Paper(item=item), request.user.today):
        raise PermissionDenied
    return item


@require_http_methods(["GET", "POST"])
def bring(request, pk):
    """Bring files for an item, and see what becomes of each."""
    item = item_for_bringing(request, pk)
    form = BringForm(request.POST or None, request.FILES or None)
    refused = []
    if request.method == "POST" and form.is_valid():
        refused = receive_all(request, item, **form.cleaned_data)
        if not refused:
            return taken(request, reverse("papers:bring", args=[item.pk]))
    papers = Paper.objects.visible_to(request.user).filter(item=item).in_order()
    arrivals = arrivals_for(request.user, item=item)
    papers = list(papers.with_latest(request.user))
    brief = Brief.objects.visible_to(request.user).filter(item=item).first()
    news = news_of(arrivals, [(one.pk, one.state, one.number) for one in papers])
    if unchanged := nothing_new(request, news):
        return unchanged
    page = {
        "item": item,
        "meeting": item.meeting,
        "form": form,
        "refused": refused,
        "speaks": may_speak_for(request.user, item, request.user.today),
        "papers": [told(paper) for paper in papers],
        "arrivals": [course(one) for one in arrivals],
        "news": news,
        "brief": brief,
        "readers_have": readers_brief(request.user, item, brief),
    }
    return render(request, "papers/bring.html", page)


def readers_brief(user, item, brief):
    """What readers have of the item's brief, where it is another one by now; else nothing."""
    edition = Edition.objects.new_to(user).current(item.meeting)
    if edition is None or brief is None:
        return None
    asked = edition.briefs.visible_to(user).filter(item=item).first()
    return asked if asked and asked.words != brief.words else None


def taken(request, address):
    """Where to go next; a script that sent the files goes there itself."""
    if request.headers.get("X-Upload"):
        return HttpResponse(status=204, headers={"X-Next": address})
    return redirect(address)


def receive_all(request, item, documents, title):
    """Each file by itself: one that is refused at once does not keep back the others."""
    refused = []
    for file in documents:
        try:
            with on_disk(file) as source:
                arriving.receive(
                    item,
                    source=source,
                    name=file.name,
                    title=title if len(documents) == 1 else "",
                    by=request.user,
                    at=timezone.now(),
                )
        except Refused as refusal:
            refused.append({"name": file.name, "says": str(refusal)})
    return refused


@contextmanager
def on_disk(file):
    """An upload as a file that another program can open, until the page is answered."""
    with tempfile.NamedTemporaryFile(prefix="upload-") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        yield kept.name


def told(paper):
    """A paper as a list shows it."""
    return {
        "title": paper.title,
        "url": paper.get_absolute_url(),
        "says": f"{said_pages(paper.length)}, version {paper.number}" if paper.number else "",
        "marks": [{"kind": MARKS.get(paper.state, "plain"), "says": paper.get_state_display()}],
    }


@require_safe
def paper(request, pk):
    """One paper: its versions, what changed between them, and what can be done."""
    papers = Paper.objects.visible_to(request.user).select_related(
        "item__meeting__committee", "brought_by__person"
    )
    paper = get_object_or_404(papers, pk=pk)
    versions = PaperVersion.objects.visible_to(request.user).filter(paper=paper)
    changes = may_change(request.user, paper, request.user.today)
    originals = set(
        PaperVersion.objects.originals_for(request.user)
        .filter(paper=paper)
        .values_list("pk", flat=True)
    )
    acts = [move for move in moves_open_to(paper, request.user, request.user.today) if move.button]
    arrivals = arrivals_for(request.user, renews=paper)
    versions = list(versions.select_related("brought_by__person", "file").order_by("-number"))
    news = news_of(arrivals, (paper.state, [one.number for one in versions]))
    if unchanged := nothing_new(request, news):
        return unchanged
    # As `version` answers: as it was brought, or as a copy where the body lets them be taken.
    opens = paper.brought_by_id == request.user.pk
    opens = opens or may_download(paper.item.meeting, request.user.today)
    page = {
        "paper": paper,
        "arrivals": [course(one) for one in arrivals],
        "news": news,
        "meeting": paper.item.meeting,
        "mark": MARKS.get(paper.state, "plain"),
        "versions": [
            {
                "row": version,
                "original": version.pk in originals,
                "opens": opens or version.pk in originals,
            }
            for version in versions
        ],
        "may_replace": changes
        and paper.state in (PaperState.DRAFT, PaperState.PUBLISHED)
        and not paper.item.meeting.is_over,
        "acts": [] if paper.item.meeting.is_over else acts,
    }
    return render(request, "papers/paper.html", page)


@require_http_methods(["GET", "POST"])
def replace(request, pk):
    """Bring another version; the book's other pages keep their numbers."""
    papers = Paper.objects.visible_to(request.user).select_related("item__meeting__committee")
    paper = get_object_or_404(papers, pk=pk)
    if not may_change(request.user, paper, request.user.today):
        raise PermissionDenied
    form = ReplaceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with on_disk(file) as source:
                arriving.receive(
                    paper.item,
                    source=source,
                    name=file.name,
                    by=request.user,
                    at=timezone.now(),
                    renews=paper,
                )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return taken(request, paper.get_absolute_url())
    return render(request, "papers/replace.html", {"paper": paper, "form": form})


ACTS = {
    "discard": (operations.discard_paper, None),
    "withdraw": (operations.withdraw_paper, WithdrawForm),
}


@require_http_methods(["GET", "POST"])
def act(request, pk, name):
    """Discard a draft, or withdraw a paper that readers have: asked once."""
    papers = Paper.objects.visible_to(request.user).select_related("item__meeting__committee")
    paper = get_object_or_404(papers, pk=pk)
    if name not in ACTS:
        raise Http404
    moves = {move.name: move for move in moves_open_to(paper, request.user, request.user.today)}
    if name not in moves:
        raise PermissionDenied
    verb, kind = ACTS[name]
    form = kind(request.POST or None) if kind else None
    refusal = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            verb(
                paper,
                **(form.cleaned_data if form else {}),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as error:
            refusal = error
        else:
            done = "discarded" if name == "discard" else "withdrawn"
            messages.success(request, f"“{paper.title}” was {done}.")
            return redirect("papers:bring", paper.item_id)
    page = {"paper": paper, "move": moves[name], "form": form, "refusal": refusal}
    return render(request, "papers/act.html", page)


@require_http_methods(["GET", "POST"])
def brief(request, pk):
    """What an item asks of the body, and what is new."""
    item = item_for_bringing(request, pk)
    if not may_speak_for(request.user, item, request.user.today):
        raise PermissionDenied
    row = Brief.objects.visible_to(request.user).filter(item=item).first()
    now = {name: getattr(row, name) for name in BriefForm.base_fields} if row else None
    form = BriefForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            operations.write_brief(item, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("papers:bring", item.pk)
    return render(request, "papers/brief.html", {"item": item, "form": form})


@require_safe
def version(request, pk):
    """One version of a paper as a document: as it is for the office and for who brought it, with
    the reader's mark for everybody else, where the body lets copies be taken away."""
    user = request.user
    versions = PaperVersion.objects.visible_to(user)
    row = get_object_or_404(versions.select_related("file", "paper__item__meeting"), pk=pk)
    name = f"{row.name.rpartition('.')[0]}.pdf"
    of_the_office = PaperVersion.objects.originals_for(user).filter(pk=pk).exists()
    if of_the_office or row.paper.brought_by_id == user.pk:
        return shown(ranged(request, row.file.size, row.file.read), name)
    if not may_download(row.paper.item.meeting, user.today):
        raise PermissionDenied("Papers of this body are read in the portal, and not taken away.")
    from governance.papers.collating import copy_of  # see governance.papers.book

    return shown(ranged(request, *copy_of(row, mark(user, request.company))), name)


@require_safe
def original(request, pk):
    """The file as it was brought, for the secretary's office; never shown, only saved."""
    versions = PaperVersion.objects.originals_for(request.user).select_related("original")
    row = get_object_or_404(versions, pk=pk)
    kind = "application/octet-stream"
    answer = StreamingHttpResponse(row.original.read(), content_type=kind)
    answer["Content-Length"] = row.original.size
    answer["Content-Disposition"] = content_disposition_header(True, row.name)
    return answer


def shown(answer, name):
    """To be looked at in the browser, and saved under its name."""
    answer["Content-Disposition"] = content_disposition_header(False, name)
    return answer
