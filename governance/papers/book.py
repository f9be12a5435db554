"""The book of a meeting as one reader has it: which pages, bound with whom, and marked for whom.

Readers with the same rights share one bound copy, which is kept encrypted. Who asks for it is asked
at each request whether those are still their rights; the reader's name and the hour are written
into their copy while it is on its way, so that no two readers have the same.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from governance.committees.asking import ask_values
from governance.committees.standing import standing_today
from governance.meetings.access import is_of, serves
from governance.meetings.models import AgendaItem, Recusal
from governance.papers import mail
from governance.papers.front import (
    Agenda,
    AgendaLine,
    Cover,
    PaperLine,
    Withheld,
)
from governance.papers.models import BoundBook, Edition, EditionBrief, EditionPage
from governance.records.models import Company
from governance.words import said_day, said_hour, said_hours, said_long_day

# The basis of a recusal, where there is none.
NOT_SAID = "not said"
WARNS = (
    "Confidential. It was made for the reader whose name is on its pages.",
    "It stays the property of the company, and is not passed on.",
)


@dataclass(frozen=True)
class Chapter:
    """One item of the agenda in a reader's book: its pages, or why they are withheld."""

    item: AgendaItem
    pages: Sequence[EditionPage] = ()
    # What the item asks, as the edition has it; None: it does not say, or it is withheld.
    brief: EditionBrief | None = None
    # Since which day it is withheld from the reader, and on what basis.
    since: str = ""
    basis: str = ""

    @property
    def withheld(self):
        return f"Recused since {self.since}. The basis: {self.basis}" if self.since else ""

    @property
    def count(self):
        return sum(page.version.pages for page in self.pages)

    @property
    def first(self):
        """The number printed on its first page."""
        return self.pages[0].labels[0] if self.pages else ""

    @property
    def asks_anew(self):
        """Its reader had another brief with the edition before, or none."""
        return self.brief is not None and self.brief.is_new

    @property
    def budget(self):
        return self.brief.page_budget if self.brief else None


@dataclass(frozen=True)
class ReadersBook:
    """What one reader has of an edition."""

    edition: object
    chapters: Sequence[Chapter]
    # The agenda is for who reads the whole meeting; a presenter has the pages of their item alone.
    whole: bool
    # Of the versions of the book that brought its reader something, the how manieth it is.
    number: int

    @property
    def rights(self):
        """What names the pages that the reader may read, and those that are withheld."""
        chapters = [
            (one.item.pk, one.basis, [page.pk for page in one.pages]) for one in self.chapters
        ]
        return rights_named(self.edition, self.whole, chapters)

    @property
    def front(self):
        """What names the words that the book itself says: hours, titles, what is sought."""
        return digest([asdict(cover_of(self)), asdict(agenda_of(self))])

    @property
    def pages(self):
        return sum(chapter.count for chapter in self.chapters)

    @property
    def has_papers(self):
        return any(chapter.pages for chapter in self.chapters)


def digest(told):
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def book_for(user, edition):
    """What the account may read of an edition now. Nothing of it is remembered."""
    meeting, standing = edition.meeting, standing_today(user)
    pages = {}
    shown = edition.pages.visible_to(user).select_related("version__paper", "version__file")
    for page in shown.order_by("position"):
        pages.setdefault(page.version.paper.item_id, []).append(page)
    whole = is_of(standing, meeting) or serves(standing, meeting)
    items = AgendaItem.objects.of_readable_meetings(user).filter(meeting=meeting)
    items = items.select_related("presenter").with_recusal(user).with_minutes_before()
    bases = dict(
        Recusal.objects.filter(item__meeting=meeting, person=user.person_id).values_list(
            "item", "basis"
        )
    )
    briefs = {one.item_id: one for one in edition.briefs.visible_to(user)}
    chapters = []
    for item in items.order_by("position"):
        if item.recused_since:
            since = said_day(timezone.localdate(item.recused_since), user.today)
            chapters.append(Chapter(item, since=since, basis=bases.get(item.pk, NOT_SAID)))
        elif whole or item.pk in pages:
            chapters.append(Chapter(item, tuple(pages.get(item.pk, ())), briefs.get(item.pk)))
    theirs = Edition.objects.new_to(user).filter(meeting=meeting, number__lte=edition.number)
    return ReadersBook(edition, tuple(chapters), whole, theirs.count())


def rights_of(user, edition):
    """The `rights` of the book that the account has now, without the book: each part of an open
    book is sent after this question."""
    meeting, standing = edition.meeting, standing_today(user)
    whole = is_of(standing, meeting) or serves(standing, meeting)
    pages, chapters = defaultdict(list), []
    for item, page in ask_values(pages_of, user, edition.pk, given={}):
        pages[item].append(page)
    for item, since, basis in ask_values(items_of, user, meeting.pk, given={}):
        if since:
            chapters.append((item, NOT_SAID if basis is None else basis, ()))
        elif whole or item in pages:
            chapters.append((item, "", pages[item]))
    return rights_named(edition, whole, chapters)


def pages_of(user, edition):
    pages = EditionPage.objects.visible_to(user).filter(edition=edition).order_by("position")
    return pages.values_list("version__paper__item", "pk")


def items_of(user, meeting):
    items = AgendaItem.objects.of_readable_meetings(user).filter(meeting=meeting)
    walls = Recusal.objects.filter(item=OuterRef("pk"), person=user.person_id)
    items = items.with_recusal(user).annotate(basis=Subquery(walls.values("basis")[:1]))
    return items.order_by("position").values_list("pk", "recused_since", "basis")


def rights_named(edition, whole, chapters):
    """The name of what may be read, and what is withheld: of each item the basis and the pages."""
    items = [[str(item), basis] for item, basis, _ in chapters]
    held = [[str(page) for page in pages] for _, _, pages in chapters]
    return digest([str(edition.pk), whole, items, held])


def new_in(book, user):
    """By paper, what is new of it to the reader, who had their version of the book before: "new",
    or how many of its pages changed. Of their first version, nothing."""
    earlier = Edition.objects.new_to(user).filter(number__lt=book.edition.number)
    before = earlier.current(book.edition.meeting)
    if before is None:
        return {}
    had = dict(before.pages.values_list("version__paper", "version__number"))
    pages = [page for chapter in book.chapters for page in chapter.pages]
    new = {page.version.paper_id: said_new(page.version, had) for page in pages}
    return {paper: says for paper, says in new.items() if says}


def said_new(version, had):
    """What is new of a paper to who had the version of this number before; empty: nothing."""
    number = had.get(version.paper_id)
    if number is None:
        return "new"
    if number == version.number:
        return ""
    # What changed is known from one version to the next, and one between was in no edition.
    return version.changed.rstrip(".") if number == version.number - 1 else "replaced"


def readings(meeting, lengths, day):
    """By member, how many pages are to be read, given those of each item: the recused have less."""
    walls = set(Recusal.objects.filter(item__meeting=meeting).values_list("person", "item"))
    return {
        person: sum(pages for item, pages in lengths.items() if (person.pk, item) not in walls)
        for person in meeting.members(day)
    }


def bound_for(book):
    """The copy that readers with these rights share; bound now if nobody had it yet."""
    return known(book).first() or bind_once(book)


@transaction.atomic
def bind_once(book):
    """Bind it, or wait for who is binding the same: many open a new book at the same moment."""
    name = int(digest([book.rights, book.front])[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])
    if not known(book).exists():
        bind_for(book)
    # As it is kept: whoever is the first to open it is not told so.
    return known(book).get()


def bind_ahead(edition):
    """Bind the books of everybody to whom an edition brings something, before they ask."""
    edition = Edition.objects.select_related("meeting__committee").get(pk=edition)
    for user in mail.readers_of(edition.meeting):
        if Edition.objects.new_to(user).current(edition.meeting) != edition:
            continue
        book = book_for(user, edition)
        if book.has_papers:
            bound_for(book)


def known(book):
    same = {"edition": book.edition, "rights": book.rights, "front": book.front}
    return BoundBook.objects.filter(**same).select_related("file", "cover")


def bind_for(book):
    # What binds takes memory that those who only serve pages are spared.
    from governance.papers.collating import put_together

    BoundBook.objects.create(
        edition=book.edition, rights=book.rights, front=book.front, **put_together(book)
    )


# --- What the book itself says ---------------------------------------------------------------


def heads(book):
    """What stands at the head of its pages: the company, and the body that meets."""
    meeting = book.edition.meeting
    body = meeting.committee.name if meeting.committee_id else "Board of Directors"
    return {"company": Company.current().name, "running": body}


def stands(meeting):
    zone = Company.current().zone_words
    day = said_long_day(timezone.localdate(meeting.begins_at))
    return f"{day}, {said_hours(meeting.begins_at, meeting.ends_at, zone)}"


def cover_of(book):
    meeting = book.edition.meeting
    day = said_long_day(timezone.localdate(book.edition.published_at))
    return Cover(
        **heads(book),
        title=meeting.name,
        stands=stands(meeting),
        says=[
            *filter(None, [meeting.place, meeting.dial_in and f"Dial in: {meeting.dial_in}"]),
            f"Version {book.number} of the papers, published on {day}",
        ],
        warns=WARNS,
    )


def agenda_of(book):
    meeting = book.edition.meeting
    return Agenda(
        **heads(book),
        title="Agenda",
        stands=stands(meeting),
        items=[line_of(chapter, meeting) for chapter in book.chapters],
    )


def line_of(chapter, meeting):
    """An item as the agenda of the book has it: a withheld one keeps its hour."""
    item = chapter.item
    at = meeting.begins_at + timedelta(minutes=item.minutes_before)
    slot = {"hour": said_hour(at), "length": f"{item.minutes} min"}
    if chapter.withheld:
        recused = [f"Withheld from you: recused since {chapter.since}"]
        return AgendaLine(**slot, title=f"Item {item.position}", says=recused)
    about = item.get_purpose_display()
    about += f", presented by {item.presenter}" if item.presenter else ""
    brief = chapter.brief
    sought = [f"Decision sought: {brief.decision}"] if brief and brief.decision else []
    return AgendaLine(
        **slot,
        title=f"{item.position}. {item.title}",
        says=[about, *sought],
        page=chapter.first,
        papers=[
            PaperLine(page.version.paper.title, page.labels[0] if page.labels else "")
            for page in chapter.pages
        ],
    )


def withheld_in(book, chapter):
    """The page in place of what is withheld."""
    title = f"Item {chapter.item.position}"
    return Withheld(**heads(book), title=title, since=chapter.since, basis=chapter.basis)
