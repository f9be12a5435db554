"""Behind the door: the papers of an executive session, brought and read by its members."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.following import nothing_new
from governance.meetings.models import ExecutiveSession
from governance.papers import noting, sealed
from governance.papers.forms import BringForm
from governance.papers.models import SessionPaper
from governance.papers.purging import fate_of
from governance.papers.reading_time import said_pages
from governance.papers.views.arrivals import arrivals_for, course, news_of
from governance.papers.views.books import NOT_READ, mark, part, sent_json
from governance.papers.views.notes import check_reader, number_in, save
from governance.papers.views.papers import receive_all, taken
from governance.refusals import Refused
from governance.words import said_day, said_hour, said_long_day


def behind_the_door(request, pk):
    """The session, for whoever may know of it today; there is none for anybody else."""
    return get_object_or_404(ExecutiveSession.objects.visible_to(request.user), pk=pk)


def sealed_paper(request, pk):
    """One of its papers, unless it was withdrawn."""
    papers = SessionPaper.objects.readable_by(request.user)
    return get_object_or_404(papers.select_related("session", "file"), pk=pk)


@require_http_methods(["GET", "POST"])
def session(request, pk):
    """The papers of a session, and bringing one."""
    session = behind_the_door(request, pk)
    brings = sealed.may_bring_sealed(request.user, session, request.user.today)
    form = BringForm(request.POST or None, request.FILES or None) if brings else None
    refused = []
    if request.method == "POST":
        if not brings:
            raise PermissionDenied
        if form.is_valid():
            refused = receive_all(request, session, **form.cleaned_data)
            if not refused:
                return taken(request, reverse("papers:session", args=[session.pk]))
    rows = SessionPaper.objects.visible_to(request.user).filter(session=session)
    papers = list(rows.select_related("brought_by__person", "session").order_by("position"))
    arrivals = arrivals_for(request.user, session=session)
    news = news_of(arrivals, [(one.pk, one.withdrawn_at) for one in papers])
    if unchanged := nothing_new(request, news):
        return unchanged
    page = {
        "session": session,
        "long_day": said_long_day(timezone.localdate(session.starts_at)),
        "papers": [told(request, one) for one in papers],
        "arrivals": [course(one) for one in arrivals],
        "news": news,
        "form": form,
        "refused": refused,
    }
    return render(request, "papers/session.html", page)


def told(request, paper):
    """A sealed paper as the list behind the door shows it."""
    at, today = timezone.localdate(paper.brought_at), request.user.today
    return {
        "row": paper,
        "says": f"{said_pages(paper.pages)}. Brought by {paper.brought_by.person}, "
        f"{said_day(at, today)}, {said_hour(paper.brought_at)}.",
        "withdraws": paper.withdrawn_at is None
        and sealed.may_withdraw_sealed(request.user, paper, today),
    }


@require_http_methods(["GET", "POST"])
def withdraw_sealed(request, pk):
    """Withdraw one: asked once."""
    paper = sealed_paper(request, pk)
    if not sealed.may_withdraw_sealed(request.user, paper, request.user.today):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        try:
            sealed.withdraw_sealed(paper, by=request.user, at=timezone.now())
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "The paper was withdrawn. Nobody opens it any more.")
            return redirect("papers:session", paper.session_id)
    return render(request, "papers/withdraw_sealed.html", {"paper": paper, "refusal": refusal})


@require_safe
def read_sealed(request, pk):
    """The reader, with this paper alone."""
    paper = sealed_paper(request, pk)
    title, asked = paper.title, urlencode({"of": request.user.pk})
    page = {
        "title": title,
        "says": f"independent directors only, prepared for {request.user.person}",
        "back": reverse("papers:session", args=[paper.session_id]),
        "until": "the record of the session is fixed",
        "told": {
            "file": reverse("papers:sealed_file", args=[paper.pk]),
            "size": paper.file.size,
            "notes": f"{reverse('papers:sealed_notes', args=[paper.pk])}?{asked}",
            "place": f"{reverse('papers:sealed_place', args=[paper.pk])}?{asked}",
            "leaves": leaves_of(paper),
            "contents": [{"title": title, "page": 1, "label": "1", "number": paper.position}],
        },
    }
    return render(request, "papers/read.html", page)


def leaves_of(paper):
    """What each page shows, as of a bound book."""
    key = str(paper.pk)
    return [
        {"label": str(number), "paper": key, "version": key, "page": number, "changed": False}
        for number in range(1, paper.pages + 1)
    ]


@require_safe
def sealed_file(request, pk):
    """The file behind the reader, or a part of it, marked; a sealed paper is not taken away."""
    paper = sealed_paper(request, pk)
    return part(request, paper, mark(request.user, request.company))


@require_http_methods(["GET", "POST"])
def sealed_notes(request, pk):
    """The reader's own notes on it; or one, saved."""
    check_reader(request)
    paper = sealed_paper(request, pk)
    if request.method == "POST":
        return save(request, paper)
    place = noting.place_of(request.user, paper, leaves_of(paper))
    own = noting.read_notes(request.user, paper)
    found = noting.placed(own, request.user, leaves_of(paper))
    return JsonResponse({"notes": found, "place": place, "token": get_token(request)})


@require_POST
def sealed_place(request, pk):
    """Where the reader stopped."""
    check_reader(request)
    paper, page = sealed_paper(request, pk), number_in(sent_json(request).get("page"))
    if not 0 < page <= paper.pages:
        return JsonResponse(NOT_READ, status=400)
    noting.keep_place(paper, label=str(page), by=request.user)
    return HttpResponse(status=204)


def on_what_was_withdrawn(user, session):
    """What the reader wrote on papers that nobody opens any more: it stays theirs to read."""
    papers = SessionPaper.objects.visible_to(user).filter(session=session)
    return [
        note
        for paper in papers.exclude(withdrawn_at=None)
        for note in noting.read_notes(user, paper)
        if not note["erased"] and note.get("text")
    ]


@require_safe
def session_questions(request, pk):
    """What the reader wrote on the papers of a session, to print."""
    session = behind_the_door(request, pk)
    sections = []
    for paper in SessionPaper.objects.readable_by(request.user).filter(session=session):
        written = [
            one | {"on": paper.title}
            for one in noting.read_notes(request.user, paper)
            if not one["erased"] and one.get("text")
        ]
        if written:
            notes = sorted(written, key=lambda one: one.get("page", 0))
            head = {"position": paper.position, "title": paper.title}
            sections.append({"item": head, "notes": notes})
    page = {
        "session": session,
        "back": reverse("papers:session", args=[session.pk]),
        "about": "Executive session",
        "sections": sections,
        "rest": on_what_was_withdrawn(request.user, session),
        "fate": fate_of(request.user, session),
    }
    return render(request, "papers/questions.html", page)
