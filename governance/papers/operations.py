"""What is done with papers: they are brought, renewed, withdrawn, and published in a book."""

from contextlib import contextmanager
from pathlib import Path
from string import ascii_lowercase
from tempfile import TemporaryDirectory

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from governance.meetings.models import AgendaItem, Meeting
from governance.meetings.moves import MeetingState
from governance.papers import mail
from governance.papers.access import may_publish, may_speak_for
from governance.papers.bell import ask_for
from governance.papers.cleaning import cleaned, safe_name
from governance.papers.comparing import compare, summary
from governance.papers.models import (
    Acknowledgement,
    Brief,
    Edition,
    EditionBrief,
    EditionPage,
    Paper,
    PaperVersion,
    Sheet,
)
from governance.papers.moves import PaperState
from governance.papers.numbering import Paged, paged
from governance.records.files import keep
from governance.records.models import Company, Entry
from governance.records.moves import advance, begin
from governance.refusals import Refused

OPEN = (
    MeetingState.SCHEDULED,
    MeetingState.NOTICED,
    MeetingState.IN_SESSION,
    MeetingState.RECESSED,
)


@contextmanager
def made_harmless(source, name):
    """The facts of a version: the file at `source` cleaned and kept, and kept as it was brought.

    The work is done before anything is written, so that no row waits for it. Raises Refused.
    """
    with TemporaryDirectory(prefix="paper-") as folder:
        clean = Path(folder) / "clean.pdf"
        found = cleaned(Path(source), clean)
        yield (
            clean,
            {
                "name": safe_name(name, found.kind),
                "kind": found.kind,
                "pages": found.pages,
                "removed": list(found.removed),
                "text": found.text,
                "file": keep(clean),
                "original": keep(source),
            },
        )


def nothing_more(version):
    """Nothing else is to be settled together with a version."""


def bring_paper(item, *, source, name, by, at, title="", then=nothing_more):
    """Bring the file at `source` as a paper of an item; its readers get it when it is published.

    Raises Refused, in words for who brought it, when it cannot be made harmless. `then` is done in
    the same transaction, with the version that was made.
    """
    check_may("bring", Paper(item=item, brought_by=by), by=by, at=at)
    with made_harmless(source, name) as (_, facts), transaction.atomic():
        # It took a while: the item and its meeting are asked as they are now.
        Meeting.objects.select_for_update(of=("self",)).get(pk=item.meeting_id)
        item = AgendaItem.objects.select_related("meeting__committee").get(pk=item.pk)
        last = item.papers.aggregate(last=Max("position"))["last"] or 0
        title = " ".join((title or Path(facts["name"]).stem).split())[:200]
        paper = Paper(item=item, position=last + 1, title=title, brought_by=by)
        begin(paper, "bring", by=by, at=at)
        then(add_version(paper, 1, facts, by=by, at=at))
    return paper


def bring_version(paper, *, source, name, by, at, then=nothing_more):
    """Bring another version; readers of a published paper get it with the next edition."""
    paper = Paper.objects.select_related("item__meeting__committee").get(pk=paper.pk)
    before = paper.versions.order_by("-number").first()
    move = "renew" if paper.state == PaperState.DRAFT else "replace"
    check_may(move, paper, by=by, at=at)
    with made_harmless(source, name) as (clean, facts):
        if facts["file"].pk == before.file_id:
            raise Refused("This file is the same as the version that is there.")
        earlier = before.file.copy_to(clean.with_name("before.pdf"))
        changes = compare(earlier, clean)
        pages = [one.page for one in changes if one.page and one.kind != "same"]
        facts |= {"changed": summary(changes), "changed_pages": pages}
        with transaction.atomic():
            advance(paper, move, by=by, at=at)
            version = add_version(paper, before.number + 1, facts, by=by, at=at)
            then(version)
            return version


def check_may(name, paper, *, by, at):
    """Refuse before a file is looked at, as the move itself would afterwards."""
    move = next(one for one in Paper.MOVES if one.name == name)
    if not move.may(by, paper, Company.current().day_of(at)):
        raise Refused("You may not do that.", code="not_yours")
    for need in move.needs:
        need(paper)


def add_version(paper, number, facts, *, by, at):
    if paper.versions.filter(number=number).exists():
        raise Refused("Somebody else brought a version meanwhile. Reload the page.", code="stale")
    text = facts.pop("text")
    version = PaperVersion.objects.create(
        paper=paper, number=number, brought_by=by, brought_at=at, **facts
    )
    # The database keeps no NUL, which a broken font may give.
    sheets = [
        Sheet(version=version, number=page, text=words.replace("\x00", ""))
        for page, words in enumerate(text, start=1)
    ]
    Sheet.objects.bulk_create(sheets)
    return version


def discard_paper(paper, *, by, at):
    """Take a draft back; nobody had it."""
    return advance(paper, "discard", by=by, at=at)


def withdraw_paper(paper, *, why, by, at):
    """Withdraw a published paper: from then on no reader opens it, in no book."""
    return advance(paper, "withdraw", by=by, at=at, why=why.strip())


@transaction.atomic
def write_brief(item, *, decision, changed, page_budget, by, at):
    """Say what is asked of the body at an item, what is new, and how much it wants to read."""
    paper = Paper(item=item, brought_by=by)
    check_may("bring", paper, by=by, at=at)
    if not may_speak_for(by, item, Company.current().day_of(at)):
        raise Refused("Who presents the item says what it asks; its guests do not.")
    facts = {"decision": decision, "changed": changed, "page_budget": page_budget}
    return Brief.objects.update_or_create(item=item, defaults=facts)[0]


@transaction.atomic
def publish_book(meeting, *, by, at):
    """Publish what was brought: its readers have one book, and are told that it is there.

    The numbers of pages that readers had already stay. What comes after the agenda was locked is
    marked with how late it is (G-AGD-02).
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if not may_publish(by, meeting, Company.current().day_of(at)):
        raise Refused("The Corporate Secretary publishes a book.", code="not_yours")
    # None is discarded or withdrawn while it is being published.
    papers = list(Paper.objects.filter(item__meeting=meeting).select_for_update().order_by("pk"))
    before, versions, asked, briefs = next_edition(meeting)
    for paper in papers:
        if paper.state == PaperState.DRAFT:
            advance(paper, "publish", by=by, at=at)
    had = {one.version_id: one for one in before.pages.all()} if before else {}
    told_before = mail.books_of(before)
    edition = Edition.objects.create(
        meeting=meeting,
        number=before.number + 1 if before else 1,
        published_at=at,
        published_by=by,
    )
    late = minutes_after_the_lock(meeting, at)
    labels = numbered(before, versions)
    for position, version in enumerate(versions, start=1):
        EditionPage.objects.create(
            edition=edition,
            version=version,
            position=position,
            labels=labels[version.pk],
            late=had[version.pk].late if version.pk in had else late,
        )
    keep_briefs(edition, briefs, asked, first=before is None)
    mail.tell_of_book(edition, told_before, by=by)
    # Without a worker a book is bound for who asks for it first.
    transaction.on_commit(lambda: ask_for("bind_ahead", edition.pk), robust=True)
    return edition


def next_edition(meeting):
    """What is published next: the edition before it, the versions, and by item what was asked and
    is asked. Raises Refused while nothing can be published, or nothing is new."""
    if meeting.state not in OPEN:
        raise Refused(
            "A book is published once its meeting is scheduled, and not after it is over."
        )
    before = Edition.objects.current(meeting)
    versions = latest_versions(meeting)
    if not versions:
        raise Refused("There is nothing to publish: bring a paper first.")
    briefs = Brief.objects.filter(item__meeting=meeting)
    asked, briefs = by_item(before.briefs.all() if before else ()), by_item(briefs)
    # A budget by itself tells readers nothing: it goes with what does.
    asks = [
        {item: one.words for item, one in of_each.items() if any(one.words)}
        for of_each in (asked, briefs)
    ]
    had = before.pages.order_by("position").values_list("version", flat=True) if before else ()
    if asks[0] == asks[1] and list(had) == [version.pk for version in versions]:
        raise Refused("Nothing is new: its readers have all of this already.", code="stale")
    return before, versions, asked, briefs


def by_item(briefs):
    return {one.item_id: one for one in briefs if any(one.asks)}


def keep_briefs(edition, briefs, asked, *, first):
    """What items ask goes with the edition: what changes later comes with the next one."""
    nothing = Brief(page_budget=None)
    for item in {*briefs, *asked}:
        now, before = briefs.get(item, nothing), asked.get(item, nothing)
        EditionBrief.objects.create(
            edition=edition,
            item_id=item,
            decision=now.decision,
            changed=now.changed,
            page_budget=now.page_budget,
            is_new=not first and now.words != before.words,
        )


def latest_versions(meeting):
    """The last version of each paper of the meeting, drafts too, in the order of the agenda."""
    newer = PaperVersion.objects.filter(paper=OuterRef("paper"), number__gt=OuterRef("number"))
    live = (PaperState.DRAFT, PaperState.PUBLISHED)
    rows = PaperVersion.objects.filter(
        ~Exists(newer), paper__item__meeting=meeting, paper__state__in=live
    )
    return list(
        rows.select_related("paper__item").order_by("paper__item__position", "paper__position")
    )


def numbered(before, versions):
    """By version, the number of each of its pages: "4-12" is page 12 of item 4.

    They run within an item, and those that the edition before had stay, wherever the item went.
    What a page of any edition was called, no other page is.
    """
    had, wanted, labels, places, given = {}, {}, {}, {}, {}
    ever = before.meeting.editions.values("pk") if before else ()
    for page in EditionPage.objects.filter(edition__in=ever).select_related("version__paper"):
        item = page.version.paper.item_id
        for label in page.labels:
            places[item], number = label.split("-", 1)
            given.setdefault(item, set()).add(number)
    for page in before.pages.select_related("version__paper") if before else ():
        numbers = tuple(label.split("-", 1)[1] for label in page.labels)
        paper = page.version.paper
        had.setdefault(paper.item_id, []).append(Paged(str(paper.pk), numbers))
    for version in versions:
        wanted.setdefault(version.paper.item, []).append(version)
    for item, of_item in wanted.items():
        place = places.get(item.pk) or free_place(str(item.position), places)
        places[item.pk] = place
        lengths = [(str(version.paper_id), version.pages) for version in of_item]
        pages = paged(lengths, had.get(item.pk, ()), given.get(item.pk, ()))
        for version, one in zip(of_item, pages, strict=True):
            labels[version.pk] = [f"{place}-{number}" for number in one.labels]
    return labels


def free_place(place, places):
    """What pages of an item begin with: its number, or where the agenda was put in another order
    since and an earlier one has it, the number with a letter."""
    taken = set(places.values())
    return next(
        one
        for one in (place, *(f"{place}{letter}" for letter in ascii_lowercase))
        if one not in taken
    )


def minutes_after_the_lock(meeting, at):
    """How late a paper is that is published now; None in time (G-AGD-02).

    A meeting that was set when its agenda would have been locked already has its papers in time
    until notice of it is given, and late from then on.
    """
    from governance.meetings.models.request import locks_at

    locks, told = locks_at(meeting), Entry.objects.about(meeting).order_by("number")
    was_set = told.filter(move__in=("create", "reschedule")).last()
    if was_set and was_set.at > locks:
        notice = told.filter(move="notice").last()
        if notice is None:
            return None
        locks = max(notice.at, was_set.at)
    late = int((at - locks).total_seconds() // 60)
    return late if late > 0 else None


@transaction.atomic
def acknowledge(edition, *, by, at):
    """A member says that they have the papers; said again, the first time counts."""
    Acknowledgement.objects.get_or_create(
        edition=edition, person=by.person, defaults={"said_at": at}
    )
