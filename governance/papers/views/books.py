"""The book of a meeting: built by the office, read by each of its readers as they may."""

import json
import re
import uuid
from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.committees.standing import standing_today
from governance.meetings.access import is_of, serves
from governance.meetings.models import AgendaItem, Meeting
from governance.meetings.moves import UNDER_WAY, MeetingState
from governance.papers import operations, presenting
from governance.papers.access import brings_any, may_publish
from governance.papers.book import book_for, bound_for, new_in, readings, rights_of
from governance.papers.marking import can_write, mark_of, marked, size_of
from governance.papers.models import (
    Acknowledgement,
    Arrival,
    BookRule,
    BoundBook,
    Edition,
    EditionPage,
    Paper,
)
from governance.papers.moves import PaperState
from governance.papers.reading_time import said_late, said_pages, said_reading_time
from governance.refusals import Refused
from governance.words import said_day, said_hour, said_long_day

ASKS_ANEW = "what it asks has changed"
NOT_READ = {"says": "What was sent could not be read. Nothing was changed."}
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def opened(request, pk):
    """A meeting of which the reader may know, its current edition, and what they have of it."""
    meetings = Meeting.objects.visible_to(request.user).select_related("committee")
    meeting = get_object_or_404(meetings, pk=pk)
    standing = standing_today(request.user)
    of_it = is_of(standing, meeting) or serves(standing, meeting)
    items = AgendaItem.objects.of_readable_meetings(request.user).filter(meeting=meeting)
    if not of_it and not items.exists():
        raise PermissionDenied("The papers of this meeting are open to the committee's members.")
    edition = Edition.objects.new_to(request.user).current(meeting)
    return meeting, book_for(request.user, edition) if edition else None


@require_safe
def books(request):
    """Books to read: of the meetings ahead first, then of those that were held."""
    editions = Edition.objects.new_to(request.user).select_related("meeting__committee")
    editions = list(editions.order_by("number"))
    numbers = Counter(edition.meeting_id for edition in editions)
    latest = list({edition.meeting_id: edition for edition in editions}.values())
    lengths = EditionPage.objects.visible_to(request.user).lengths(latest)
    ahead, past = [], []
    for edition in sorted(latest, key=lambda one: one.meeting.begins_at):
        if pages := lengths.get(edition.pk):
            shelf = past if edition.meeting.is_over else ahead
            shelf.append(on_the_shelf(request, edition, pages, numbers[edition.meeting_id]))
    page = {"ahead": ahead, "past": past[::-1][:20], "brought": brought(request.user)}
    return render(request, "papers/books.html", page)


def is_cancelled(meeting):
    return meeting.state == MeetingState.CANCELLED


def on_the_shelf(request, edition, pages, number):
    meeting = edition.meeting
    marks = [{"kind": "plain", "says": f"Version {number}"}]
    if is_cancelled(meeting):
        marks.append({"kind": "overdue", "says": meeting.get_state_display()})
    day = said_day(timezone.localdate(meeting.begins_at), request.user.today)
    return {
        "title": meeting.name,
        "url": reverse("papers:book", args=[meeting.pk]),
        "says": f"{day}, {said_pages(pages)}, {said_reading_time(pages)}",
        "marks": marks,
    }


def brought(user):
    """Papers that the reader brought and that nobody has yet."""
    papers = Paper.objects.visible_to(user).filter(brought_by=user, state=PaperState.DRAFT)
    return [
        {
            "title": paper.title,
            "url": paper.get_absolute_url(),
            "says": paper.item.meeting.name,
            "marks": [{"kind": "soon", "says": "Draft"}],
        }
        for paper in papers.select_related("item__meeting__committee").in_order()
    ]


@require_safe
def book(request, pk):
    """What is in the reader's book: tabs with their pages, what changed, what came late."""
    meeting, book = opened(request, pk)
    day = request.user.today
    page = {
        "meeting": meeting,
        "book": book,
        "long_day": said_long_day(timezone.localdate(meeting.begins_at)),
        "cancelled": is_cancelled(meeting),
        "builds": not meeting.is_over and brings_any(request.user, meeting, day),
        "withdrawn": withdrawn(request.user, meeting),
    }
    if book:
        new = new_in(book, request.user)
        page |= {
            "chapters": [chapter_told(one, new) for one in book.chapters],
            "length": f"{said_pages(book.pages)}, {said_reading_time(book.pages)}",
            "published": f"{said_day(timezone.localdate(book.edition.published_at), day)}, "
            f"{said_hour(book.edition.published_at)}",
            "may_download": may_download(meeting, day),
            "had": Acknowledgement.objects.visible_to(request.user)
            .filter(
                edition__meeting=meeting,
                edition__number__gte=book.edition.number,
                person=request.user.person_id,
            )
            .first(),
            "may_say": is_of(standing_today(request.user), meeting),
        }
    return render(request, "papers/book.html", page)


def withdrawn(user, meeting):
    """Papers that the book's readers had, and why they have them no more."""
    papers = Paper.objects.visible_to(user).filter(item__meeting=meeting)
    return [
        {
            "title": paper.title,
            "url": paper.get_absolute_url(),
            "says": paper.why,
            "marks": [{"kind": "overdue", "says": paper.get_state_display()}],
        }
        for paper in papers.filter(state=PaperState.WITHDRAWN).in_order()
    ]


def chapter_told(chapter, new):
    """An item of the book as its contents show it; `new` is what is new of each paper."""
    over = chapter.budget and chapter.count > chapter.budget
    more = said_pages(chapter.count - chapter.budget) if over else ""
    marks = [{"kind": "soon", "says": f"{more} over its budget"}] if over else []
    if chapter.asks_anew:
        marks.append({"kind": "soon", "says": ASKS_ANEW})
    return {
        "number": chapter.item.position,
        "title": "Withheld from you" if chapter.withheld else chapter.item.title,
        "withheld": chapter.withheld,
        "pages": said_pages(chapter.count) if chapter.pages else "",
        "brief": chapter.brief,
        "marks": marks,
        "papers": [
            {
                "title": page.version.paper.title,
                "first": page.labels[0],
                "url": page.version.paper.get_absolute_url(),
                "changed": new.get(page.version.paper_id, ""),
                "late": said_late(page.late),
            }
            for page in chapter.pages
        ],
    }


def may_download(meeting, day):
    """Whether readers may take a copy away, as the body has it that day."""
    return BookRule.on(day, meeting.committee_id).may_download


@require_http_methods(["GET", "POST"])
def build(request, pk):
    """The office's desk for one book: what each item has, how long it is, and publishing it."""
    meeting, book = opened(request, pk)
    if not brings_any(request.user, meeting, request.user.today):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        try:
            operations.publish_book(meeting, by=request.user, at=timezone.now())
        except Refused as error:
            refusal = error
        else:
            _, book = opened(request, pk)
            messages.success(request, f"Version {book.number} of the book is with its readers.")
            return redirect("papers:book", meeting.pk)
    papers = {}
    rows = Paper.objects.visible_to(request.user).filter(item__meeting=meeting).in_order()
    for paper in rows.with_latest(request.user):
        papers.setdefault(paper.item_id, []).append(paper)
    items = AgendaItem.objects.visible_to(request.user).filter(meeting=meeting)
    arrivals = Arrival.objects.visible_to(request.user).underway().filter(item__meeting=meeting)
    on_their_way = Counter(arrivals.values_list("item", flat=True))
    asked = {one.item.pk: one.brief for one in book.chapters} if book else {}
    pages = [page for one in book.chapters for page in one.pages] if book else ()
    had = {page.version.paper_id: page.version.number for page in pages}
    shown = [
        desk_line(item, papers.get(item.pk, []), had, on_their_way[item.pk], asked.get(item.pk))
        for item in items.select_related("brief").order_by("position")
    ]
    lengths = {line["item"]: line["count"] for line in shown}
    pages = sum(lengths.values())
    page = {
        "meeting": meeting,
        "book": book,
        "lines": shown,
        "length": f"{said_pages(pages)}, {said_reading_time(pages)}",
        "publishes": may_publish(request.user, meeting, request.user.today),
        "refusal": refusal,
    }
    if page["publishes"]:
        page["why_not"] = why_not_published(meeting)
        each = readings(meeting, lengths, request.user.today)
        page["readings"] = [
            {"who": person, "says": f"{said_pages(count)}, {said_reading_time(count)}"}
            for person, count in each.items()
        ]
    return render(request, "papers/build.html", page)


def why_not_published(meeting):
    """Why there is no other version to publish now, as publishing would say; empty: there is."""
    try:
        operations.next_edition(meeting)
    except Refused as refusal:
        return str(refusal)
    return ""


def desk_line(item, papers, had, on_their_way, asked):
    """An item as the desk shows it; `had` is the version that readers have of each paper."""
    live = [paper for paper in papers if paper.state in (PaperState.DRAFT, PaperState.PUBLISHED)]
    count = sum(paper.length or 0 for paper in live)
    brief = getattr(item, "brief", None)
    budget = brief.page_budget if brief else None
    waiting = sum(had.get(paper.pk) != paper.number for paper in live)
    marks = [{"kind": "soon", "says": f"{waiting} to publish"}] if waiting else []
    if on_their_way:
        marks.append({"kind": "soon", "says": f"{on_their_way} being checked"})
    if brief and is_unpublished(brief, asked):
        marks.append({"kind": "soon", "says": "what it asks, to publish"})
    if budget and count > budget:
        marks.append({"kind": "soon", "says": f"{count - budget} over {said_pages(budget)}"})
    return {
        "item": item.pk,
        "count": count,
        "title": f"{item.position}. {item.title}",
        "url": reverse("papers:bring", args=[item.pk]),
        "says": f"{said_pages(count)} in {len(live)} paper{'' if len(live) == 1 else 's'}"
        if live
        else "Nothing to read yet",
        "marks": marks,
    }


def is_unpublished(brief, asked):
    """Whether readers have not what the item asks, or have it otherwise."""
    return any(brief.words) if asked is None else brief.words != asked.words


@require_POST
def acknowledge(request, pk):
    """A member says that they have the papers; nothing else is kept of who read what."""
    meeting, book = opened(request, pk)
    if book is None or not is_of(standing_today(request.user), meeting):
        raise PermissionDenied
    if request.POST.get("edition") == str(book.edition.pk):
        operations.acknowledge(book.edition, by=request.user, at=timezone.now())
    else:
        messages.warning(request, "There is a newer version of the book by now: look at it first.")
    return redirect("papers:book", meeting.pk)


@require_safe
def read(request, pk):
    """The reader."""
    meeting, book = opened(request, pk)
    if book is None or not (book.has_papers or book.whole):
        return redirect("papers:book", meeting.pk)
    row = bound_for(book)
    asked = urlencode({"in": row.pk, "of": request.user.pk})
    page = {
        "title": meeting.name,
        "says": f"version {book.number}, prepared for {request.user.person}",
        "back": reverse("papers:book", args=[meeting.pk]),
        "until": "the minutes are approved",
        "told": {
            "file": reverse("papers:bound", args=[row.pk]),
            "size": row.file.size,
            "notes": f"{reverse('papers:notes', args=[meeting.pk])}?{asked}",
            "place": f"{reverse('papers:place', args=[meeting.pk])}?{asked}",
            "presented": f"{reverse('papers:presented', args=[meeting.pk])}?in={row.pk}",
            "leaves": row.leaves,
            "contents": contents(book, row.leaves, new_in(book, request.user)),
        },
        "under_way": meeting.state in UNDER_WAY,
        "may_present": presenting.may_present(request.user, meeting, request.user.today),
        "cover": cover(row, f"{reader_named(request.user)}, {said_now(request.company)}"),
    }
    return render(request, "papers/read.html", page)


def cover(row, mark):
    """The first page as a drawing, and what is printed on it in the book; None: it is no cover.

    It stands before the library that shows the book has begun to read it.
    """
    if row.cover is None:
        return None
    # Shapes of letters that our own template drew: nothing of it is what somebody typed.
    drawing = mark_safe(b"".join(row.cover.read()).decode())
    label = row.leaves[0]["label"]
    return {"drawing": drawing, "mark": mark, "size": size_of(mark), "label": label}


def contents(book, leaves, new):
    """The reader's table of contents: what is called what, and on which page it begins."""
    first = {}
    for number, leaf in enumerate(leaves, start=1):
        first.setdefault(leaf["label"], number)
        first.setdefault(leaf.get("version"), number)
    told = []
    if book.whole:
        elsewhere = [one for one in book.chapters if one.asks_anew and not one.pages]
        asks = [f"what item {one.item.position} asks has changed" for one in elsewhere]
        told = [{"title": "Cover and agenda", "page": 1, "label": "i", "asks": asks}]
    for chapter in book.chapters:
        line = chapter_told(chapter, new)
        if chapter.withheld:
            label = str(chapter.item.position)
            told.append({"number": line["number"], "title": line["title"], "page": first[label]})
        elif chapter.pages:
            papers = [
                {
                    "title": paper["title"],
                    "page": first[str(page.version_id)],
                    "label": paper["first"],
                    "changed": paper["changed"],
                    "late": paper["late"],
                }
                for page, paper in zip(chapter.pages, line["papers"], strict=True)
            ]
            told.append(
                {
                    "number": line["number"],
                    "title": line["title"],
                    "page": papers[0]["page"],
                    "label": papers[0]["label"],
                    "asks": [ASKS_ANEW] if chapter.asks_anew else [],
                    "papers": papers,
                }
            )
    return told


def still_theirs(request, pk):
    """A bound book, if it holds what the reader may read at this moment and nothing else."""
    rows = BoundBook.objects.select_related("file", "edition__meeting__committee")
    row = get_object_or_404(rows, pk=pk)
    known = Edition.objects.visible_to(request.user).filter(pk=row.edition_id).exists()
    if not known or rights_of(request.user, row.edition) != row.rights:
        raise Http404
    return row


@require_safe
def bound(request, pk):
    """The file behind the reader, or a part of it, with the reader's mark on every page."""
    row = still_theirs(request, pk)
    return part(request, row, mark(request.user, request.company))


@require_http_methods(["GET", "POST"])
def presented(request, pk):
    """Which page is shown now, for who follows; or the page that the reader shows."""
    meeting, book = opened(request, pk)
    if request.method == "GET":
        row = still_theirs(request, asked_book(request))
        return JsonResponse({"now": presenting.shown_to(request.user, meeting, row.leaves)})
    told = sent_json(request)
    label = told.get("label")
    try:
        if label is None:
            presenting.stop_presenting(meeting, by=request.user)
        elif isinstance(label, str) and 0 < len(label) <= 120:
            goes_on = told.get("goes_on") is True
            presenting.present(
                meeting, label=label, by=request.user, at=timezone.now(), goes_on=goes_on
            )
        else:
            return JsonResponse(NOT_READ, status=400)
    except Refused as refusal:
        return JsonResponse({"says": str(refusal)}, status=409)
    return HttpResponse(status=204)


def asked_book(request):
    """The key of the bound book that a device has open."""
    try:
        return uuid.UUID(request.GET.get("in", ""))
    except ValueError as error:
        raise Http404 from error


def sent_json(request):
    """What a device sent; nothing when it cannot be read."""
    try:
        told = json.loads(request.body, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def refuse_constant(name):
    """NaN and Infinity are no JSON: a browser would not read them back."""
    raise ValueError(name)


@require_safe
def download(request, pk):
    """A copy to take away, where the body allows it."""
    meeting, book = opened(request, pk)
    if book is None or not (book.has_papers or book.whole):
        raise Http404
    if not may_download(meeting, request.user.today):
        raise PermissionDenied("Books of this body are read in the portal, and not taken away.")
    row = bound_for(book)
    answer = part(request, row, mark(request.user, request.company))
    answer["Content-Disposition"] = content_disposition_header(True, f"{meeting.name}.pdf")
    return answer


def mark(user, company):
    """What is printed across every page of a reader's copy."""
    return mark_of(reader_named(user), said_now(company))


def reader_named(user):
    """Who reads, as the mark says it: by address, where its font has no letters for the name."""
    name = str(user.person)
    return name if can_write(name) else user.email


def said_now(company):
    now = timezone.localtime()
    return f"{now.day} {now:%B %Y}, {said_hour(now)} {company.zone_words}"


def part(request, row, mark):
    """A bound book, or a part of it, with a reader's mark."""
    slot = (row.mark_at, row.mark_length)

    def read(start, stop):
        return marked(row.file.read(start, stop), slot, mark, start=start)

    return ranged(request, row.file.size, read)


def ranged(request, size, read):
    """The whole document, or the one range that was asked for (RFC 9110).

    `read` gives what it holds from one byte to before another.
    """
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    start, stop = 0, size
    if asked and any(asked.groups()):
        first, last = asked.groups()
        if first:
            start, stop = int(first), min(int(last) + 1 if last else size, size)
        else:
            start = max(size - int(last), 0)
        if start >= stop:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    of_it = bool(asked and any(asked.groups()))
    answer = StreamingHttpResponse(
        read(start, stop), status=206 if of_it else 200, content_type="application/pdf"
    )
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Length"] = stop - start
    if of_it:
        answer["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return answer
