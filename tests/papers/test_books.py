"""Books: exactly the pages that each reader may read, at the moment of reading."""

import re
from contextlib import suppress
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.meetings import ledger
from governance.meetings import operations as meetings
from governance.meetings.models import Meeting
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.papers import operations
from governance.papers.book import (
    book_for,
    bound_for,
    items_of,
    new_in,
    pages_of,
    rights_of,
)
from governance.papers.models import Acknowledgement, Edition, Paper
from governance.papers.purging import set_book_rule
from governance.people.models import Person
from governance.refusals import Refused
from tests.factories import meetings as called
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.papers.conftest import AFFILIATE, LEASE, PLAN

pytestmark = pytest.mark.django_db


def words_of(content):
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def book_of(client, user, meeting):
    """The pages of a reader's book as they came over the line; None where there is no book."""
    client.force_login(user)
    answer = client.get(reverse("papers:download", args=[meeting.pk]))
    if answer.status_code != 200:
        return None
    content = b"".join(answer.streaming_content)
    assert len(content) == int(answer["Content-Length"])
    return words_of(content)


def sheets(pages, words):
    """Which sheets of a paper a book holds."""
    return [
        int(page.split(f"{words} sheet ")[1].split()[0])
        for page in pages or ()
        if f"{words} sheet " in page
    ]


READ = {
    **dict.fromkeys(DIRECTORS, ([1, 2, 3], [1, 2])),
    # Recused from the lease.
    "director": ([1, 2, 3], []),
    # Presents the plan.
    "manager": ([1, 2, 3], []),
    **dict.fromkeys(("secretary", "assistant_secretary", "general_counsel"), ([1, 2, 3], [1, 2])),
}


def test_every_book_holds_exactly_the_pages_of_its_reader(client, cast, published):
    for name, user in cast.items():
        pages = book_of(client, user, published.meeting)
        told = sheets(pages, PLAN), sheets(pages, LEASE)
        assert told == READ.get(name, ([], [])), name
        if name not in READ:
            assert pages is None, name


def test_a_recused_director_reads_why_a_tab_is_withheld_and_nobody_else_does(
    client, cast, published
):
    meeting = published.meeting
    withheld = [page for page in book_of(client, cast["director"], meeting) if AFFILIATE in page]
    assert len(withheld) == 1
    assert "lease" not in withheld[0]
    for name in ("lead_director", "manager"):
        assert AFFILIATE not in " ".join(book_of(client, cast[name], meeting))


def test_every_page_has_its_number_and_the_mark_of_its_reader(client, cast, published):
    user = cast["audit_chair"]
    pages = [page for page in book_of(client, user, published.meeting) if "sheet" in page]
    assert all(str(user.person) in page for page in pages)
    for number, page in zip(("1-1", "1-2", "1-3", "2-1", "2-2"), pages, strict=True):
        assert number in page


def test_readers_with_the_same_rights_share_one_bound_book(cast, published):
    shared = {bound_for(book_for(cast[name], published)).pk for name in ("chair", "audit_chair")}
    other = bound_for(book_for(cast["director"], published)).pk
    assert len(shared) == 1
    assert other not in shared


def test_the_cover_is_there_at_once_for_who_reads_the_whole_book(client, cast, published):
    """A presenter's own pages have none; a name is written on it as it is, whatever it holds."""
    reader = reverse("papers:read", args=[published.meeting.pk])
    member = cast["audit_member"]
    member.person.given_name = "<script>"
    member.person.save()
    client.force_login(member)
    page = client.get(reader).content.decode()
    assert 'class="leaf leaf-first"' in page
    assert "&lt;script&gt;" in page and "<script>" not in page
    client.force_login(cast["manager"])
    assert "leaf-first" not in client.get(reader).content.decode()


@pytest.mark.parametrize("name", EVERYBODY)
def test_what_an_open_book_is_asked_names_the_rights_of_the_book(name, cast, published, now):
    """In any standing, and while items are withheld; its text is kept for the standing alone."""
    user, edition = cast[name], published
    plan = edition.meeting.items.get(title="The invented plan")

    def asked():
        with CaptureQueriesContext(connection) as questions:
            for rows in (pages_of(user, edition.pk), items_of(user, edition.meeting_id)):
                with suppress(EmptyResultSet):
                    rows.query.sql_with_params()
        return [one["sql"] for one in questions if 'FROM "board_directorship"' not in one["sql"]]

    assert rights_of(user, edition) == book_for(user, edition).rights
    assert asked() == []
    if name not in DIRECTORS:
        return
    before = rights_of(user, edition)
    meetings.record_recusal(
        plan, user.person, mode="left", basis="Kin.", by=cast["secretary"], at=now
    )
    assert rights_of(user, edition) == book_for(user, edition).rights
    assert rights_of(user, edition) != before


def test_a_book_is_sound_for_other_programs(cast, published, tmp_path):
    for name in ("chair", "director", "manager"):
        row = bound_for(book_for(cast[name], published))
        path = row.file.copy_to(tmp_path / f"{name}.pdf")
        with pikepdf.open(path) as book:
            assert book.check_pdf_syntax() == []
            assert len(book.pages) == row.pages == len(row.leaves)


def open_book(client, user, meeting):
    client.force_login(user)
    page = client.get(reverse("papers:read", args=[meeting.pk]))
    return page.context["told"]["file"]


def test_any_part_of_a_book_can_be_asked_for(client, cast, published):
    address = open_book(client, cast["chair"], published.meeting)
    whole = b"".join(client.get(address).streaming_content)
    parts = []
    for start in range(0, len(whole), 10_000):
        answer = client.get(address, headers={"Range": f"bytes={start}-{start + 9_999}"})
        assert answer.status_code == 206
        parts.append(b"".join(answer.streaming_content))
    assert len(b"".join(parts)) == len(whole)
    tail = client.get(address, headers={"Range": "bytes=-100"})
    assert b"".join(tail.streaming_content) == whole[-100:]
    beyond = client.get(address, headers={"Range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416


def test_who_is_recused_while_reading_is_shut_out_at_the_next_request(client, cast, published, now):
    user, meeting = cast["audit_member"], published.meeting
    address = open_book(client, user, meeting)
    assert client.get(address).status_code == 200
    lease = meeting.items.get(title="The invented lease")
    meetings.record_recusal(
        lease, user.person, mode="left", basis="Kin.", by=cast["secretary"], at=now
    )
    assert client.get(address).status_code == 404
    assert sheets(book_of(client, user, meeting), LEASE) == []


def test_nobody_opens_a_book_bound_for_others(client, cast, published):
    address = open_book(client, cast["chair"], published.meeting)
    for name in ("director", "manager", "administrator", "outsider", "former_director"):
        client.force_login(cast[name])
        assert client.get(address).status_code == 404, name


def test_a_withdrawn_paper_is_open_to_no_reader(client, cast, published, now):
    address = open_book(client, cast["chair"], published.meeting)
    paper = Paper.objects.get(item__title="The invented lease")
    operations.withdraw_paper(
        paper, why="It named the wrong building.", by=cast["secretary"], at=now
    )
    assert client.get(address).status_code == 404
    assert sheets(book_of(client, cast["chair"], published.meeting), LEASE) == []


def test_the_readers_of_a_withdrawn_paper_are_told_why_and_nobody_else_is(
    client, cast, published, now
):
    paper = Paper.objects.get(item__title="The invented lease")
    why = "It named the wrong building."
    operations.withdraw_paper(paper, why=why, by=cast["secretary"], at=now)
    told = {"chair": True, "secretary": True, "director": False, "manager": False}
    for name, is_told in told.items():
        client.force_login(cast[name])
        page = client.get(reverse("papers:book", args=[published.meeting.pk])).content.decode()
        assert (why in page) == is_told, name


def test_a_meeting_leads_to_its_papers_for_whoever_reads_some(client, cast, published):
    address = reverse("papers:book", args=[published.meeting.pk])
    for name in ("chair", "director", "manager", "secretary"):
        client.force_login(cast[name])
        page = client.get(published.meeting.get_absolute_url()).content.decode()
        assert f'href="{address}"' in page, name
        assert client.get(address).status_code == 200


def test_a_paper_that_grows_moves_no_other_page(client, cast, published, now, file):
    meeting = published.meeting
    paper = Paper.objects.get(item__title="The invented plan")
    operations.bring_version(
        paper,
        source=file("the plan anew", 5, seed=9),
        name="plan.pdf",
        by=cast["secretary"],
        at=now,
    )
    before = sheets(book_of(client, cast["chair"], meeting), PLAN)
    assert before == [1, 2, 3], "readers have the old version until the next is published"
    edition = operations.publish_book(meeting, by=cast["secretary"], at=now)
    labels = [label for page in edition.pages.all() for label in page.labels]
    assert labels == ["1-1", "1-2", "1-3", "1-4", "1-5", "2-1", "2-2"]
    assert sheets(book_of(client, cast["chair"], meeting), "the plan anew") == [1, 2, 3, 4, 5]


def test_a_late_paper_says_how_late_it_is(client, cast, meeting, bring, now):
    bring(meeting, "The invented plan", PLAN)
    at = meeting.starts_at - timedelta(hours=70)
    edition = operations.publish_book(meeting, by=cast["secretary"], at=at)
    assert [page.late for page in edition.pages.all()] == [120]
    bring(meeting, "The invented lease", LEASE)
    later = operations.publish_book(
        meeting, by=cast["secretary"], at=meeting.starts_at - timedelta(hours=1)
    )
    assert [page.late for page in later.pages.all()] == [120, 71 * 60]
    # On each of its pages, before the number; so too where a paper is taken by itself.
    pages = book_of(client, cast["chair"], meeting)
    stamps = [stamp for page in pages for stamp in re.findall(r"(\d+ \w+ late), (\S+)", page)]
    assert stamps == [
        *(("2 hours late", f"1-{number}") for number in (1, 2, 3)),
        *(("2 days late", f"2-{number}") for number in (1, 2, 3)),
    ]
    address = reverse("papers:version", args=[later.pages.last().version_id])
    alone = words_of(b"".join(client.get(address).streaming_content))
    assert "2 days late, 2-1" in alone[0]


def test_papers_of_a_meeting_set_at_short_notice_are_late_after_its_notice_alone(
    cast, meeting, bring, now
):
    by = {"by": cast["secretary"], "at": now}
    short = called.scheduled(hours=30, kind="special", **by)
    meetings.add_item(short, title="The invented plan", **by)
    meetings.add_item(short, title="The invented lease", **by)
    bring(short, "The invented plan", PLAN)
    in_time = operations.publish_book(short, **by)
    assert [page.late for page in in_time.pages.all()] == [None]
    meetings.give_notice(Meeting.objects.get(pk=short.pk), **by)
    bring(short, "The invented lease", LEASE)
    later = operations.publish_book(short, by=cast["secretary"], at=now + timedelta(hours=2))
    assert [page.late for page in later.pages.all()] == [None, 120]


def test_a_name_that_the_marks_font_cannot_write_is_told_by_its_address(client, cast, published):
    reader = cast["chair"]
    Person.objects.filter(pk=reader.person_id).update(given_name="太郎", family_name="山田")
    pages = book_of(client, reader, published.meeting)
    assert all(reader.email in page and "U+" not in page for page in pages)
    page = client.get(reverse("papers:read", args=[published.meeting.pk]))
    assert page.context["cover"]["mark"].startswith(reader.email)


@pytest.mark.parametrize("name", ["chair", "lead_director", "assistant_secretary", "manager"])
def test_the_corporate_secretary_alone_publishes(cast, meeting, bring, now, name):
    bring(meeting, "The invented plan", PLAN)
    with pytest.raises(Refused, match="Corporate Secretary"):
        operations.publish_book(meeting, by=cast[name], at=now)
    assert not Edition.objects.exists()


def test_nothing_new_is_not_published_twice(cast, published, now):
    with pytest.raises(Refused, match="Nothing is new"):
        operations.publish_book(published.meeting, by=cast["secretary"], at=now)
    assert Edition.objects.count() == 1


def test_publishing_is_offered_while_there_is_something_to_publish(
    client, cast, now, meeting, bring, file
):
    by = {"by": cast["secretary"], "at": now}
    client.force_login(cast["secretary"])

    def offered():
        return client.get(address).content.decode().count('<button class="btn btn-primary"')

    address = reverse("papers:build", args=[meeting.pk])
    assert not offered(), "there is no paper"
    bring(meeting, "The invented plan", PLAN)
    assert offered()
    operations.publish_book(meeting, **by)
    assert not offered()
    assert "its readers have all of this already" in client.get(address).content.decode()
    plan, lease = meeting.items.order_by("position")
    operations.write_brief(plan, decision="Approve it.", changed="", page_budget=None, **by)
    assert offered()
    operations.publish_book(meeting, **by)
    paper = Paper.objects.get(item=plan)
    operations.bring_version(paper, source=file("other", 4, seed=2), name="plan.pdf", **by)
    assert offered()
    operations.publish_book(meeting, **by)
    draft = bring(meeting, "The invented lease", LEASE)
    assert offered()
    operations.discard_paper(draft, **by)
    assert not offered()
    # Who brings papers, and does not publish, is told who does.
    client.force_login(cast["chair"])
    assert "The Corporate Secretary publishes it." in client.get(address).content.decode()


def test_asking_whether_there_is_something_to_publish_takes_as_many_questions_of_many_papers(
    cast, published, now, bring, django_assert_num_queries
):
    with django_assert_num_queries(5), pytest.raises(Refused, match="Nothing is new"):
        operations.next_edition(published.meeting)
    for number in range(3):
        bring(published.meeting, "The invented plan", f"annex {number}", 1)
    operations.publish_book(published.meeting, by=cast["secretary"], at=now)
    with django_assert_num_queries(5), pytest.raises(Refused, match="Nothing is new"):
        operations.next_edition(published.meeting)


def test_a_paper_that_was_not_in_the_book_before_is_said_to_be_new(
    client, cast, published, now, bring
):
    """To the recused director there is none: theirs is the first version still."""
    paper = bring(published.meeting, "The invented lease", "more of the lease", 2)
    newer = operations.publish_book(published.meeting, by=cast["secretary"], at=now)
    assert new_in(book_for(cast["chair"], newer), cast["chair"]) == {paper.pk: "new"}
    assert new_in(book_for(cast["director"], published), cast["director"]) == {}
    client.force_login(cast["chair"])
    page = client.get(reverse("papers:book", args=[newer.meeting_id])).content.decode()
    assert page.count('badge-soon">new<') == 1


@pytest.fixture
def renew(cast, now, file):
    """Bring another version of a paper: it says something else on each of its pages."""

    def renew(paper, words, pages):
        source = file(words, pages, name=words)
        facts = {"source": source, "name": "anew.pdf", "by": cast["secretary"], "at": now}
        return operations.bring_version(paper, **facts)

    return renew


def test_what_changed_is_said_in_the_version_of_the_book_in_which_it_did(
    client, cast, published, now, bring, renew
):
    """And to a reader to whom no later one brought anything, as long as theirs is that one."""
    meeting, by = published.meeting, {"by": cast["secretary"], "at": now}
    plan = Paper.objects.get(item__title="The invented plan")
    address = reverse("papers:book", args=[meeting.pk])

    def told(name):
        client.force_login(cast[name])
        pages = [client.get(one).content.decode() for one in (address, f"{address}read/")]
        assert ("3 pages changed" in pages[0]) == ("3 pages changed" in pages[1])
        return "3 pages changed" in pages[0]

    renew(plan, "canary-of-another-plan", 3)
    assert not told("chair"), "readers have the old version"
    operations.publish_book(meeting, **by)
    assert all(told(name) for name in ("chair", "director", "manager"))
    bring(meeting, "The invented lease", "more of the lease", 2)
    operations.publish_book(meeting, **by)
    assert not told("chair")
    # Recused from the lease, or presenting the plan alone: theirs is the second version still.
    assert told("director")
    assert told("manager")


def test_of_a_version_that_no_edition_had_readers_are_not_told_what_changed_since(
    cast, published, now, renew
):
    plan = Paper.objects.get(item__title="The invented plan")
    renew(plan, "canary-of-another-plan", 3)
    renew(plan, "canary-of-one-more-plan", 4)
    edition = operations.publish_book(published.meeting, by=cast["secretary"], at=now)
    assert new_in(book_for(cast["chair"], edition), cast["chair"]) == {plan.pk: "replaced"}


def test_a_draft_that_was_renewed_is_as_new_as_any_other(cast, meeting, bring, now, renew):
    by = {"by": cast["secretary"], "at": now}
    renew(bring(meeting, "The invented plan", PLAN), "canary-of-another-plan", 3)
    first = operations.publish_book(meeting, **by)
    assert new_in(book_for(cast["chair"], first), cast["chair"]) == {}
    annex = bring(meeting, "The invented plan", "annex", 1)
    renew(annex, "canary-of-another-annex", 1)
    second = operations.publish_book(meeting, **by)
    assert new_in(book_for(cast["chair"], second), cast["chair"]) == {annex.pk: "new"}


def test_the_desk_says_that_another_version_waits_to_be_published(
    client, cast, published, now, file
):
    address = reverse("papers:build", args=[published.meeting_id])
    client.force_login(cast["secretary"])
    assert "1 to publish" not in client.get(address).content.decode()
    paper = Paper.objects.get(item__title="The invented plan")
    by = {"by": cast["secretary"], "at": now}
    operations.bring_version(paper, source=file("other", 4, seed=2), name="plan.pdf", **by)
    assert "1 to publish" in client.get(address).content.decode()


def test_before_publishing_the_secretary_sees_what_each_member_has_to_read(client, cast, published):
    address = reverse("papers:build", args=[published.meeting_id])
    client.force_login(cast["secretary"])
    each = {one["who"]: one["says"] for one in client.get(address).context["readings"]}
    assert set(each) == set(published.meeting.members(published.meeting.day))
    assert each[cast["chair"].person] == "5 pages, about 10 minutes"
    assert each[cast["director"].person] == "3 pages, about 6 minutes"
    # Who is recused from what is not told to all who bring papers.
    client.force_login(cast["chair"])
    assert "readings" not in client.get(address).context


def test_a_paper_taken_by_itself_has_the_mark_of_its_reader(client, cast, published):
    version = Paper.objects.get(item__title="The invented plan").versions.get()
    address = reverse("papers:version", args=[version.pk])
    for name, marked in (("audit_chair", True), ("manager", True), ("secretary", False)):
        client.force_login(cast[name])
        pages = words_of(b"".join(client.get(address).streaming_content))
        assert sheets(pages, PLAN) == [1, 2, 3]
        assert all((str(cast[name].person) in page) == marked for page in pages), name


@pytest.mark.parametrize("name", ["audit_chair", "secretary"])
def test_a_paper_is_sent_with_its_length_and_in_parts(name, client, cast, published):
    version = Paper.objects.get(item__title="The invented plan").versions.get()
    address = reverse("papers:version", args=[version.pk])
    client.force_login(cast[name])
    answer = client.get(address)
    whole = b"".join(answer.streaming_content)
    assert (answer.status_code, int(answer["Content-Length"])) == (200, len(whole))
    size = len(whole)
    for asked, start, stop in (
        ("0-99", 0, 100),
        (f"{size - 10}-", size - 10, size),
        ("-5", size - 5, size),
    ):
        part = client.get(address, headers={"Range": f"bytes={asked}"})
        assert part.status_code == 206
        assert part["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        told = b"".join(part.streaming_content)
        assert len(told) == stop - start == int(part["Content-Length"])
        # Those parts are before and behind the mark, which tells the minute.
        assert told == whole[start:stop]
    assert client.get(address, headers={"Range": f"bytes={size}-"}).status_code == 416


def test_the_page_numbers_of_a_withdrawn_paper_are_never_given_again(cast, published, now, bring):
    by, meeting = {"by": cast["secretary"], "at": now}, published.meeting
    bring(meeting, "The invented plan", "annex", 2)
    operations.publish_book(meeting, **by)
    annex = Paper.objects.get(title="annex")
    operations.withdraw_paper(annex, why="It was the wrong annex.", **by)
    bring(meeting, "The invented lease", "rider", 1)
    operations.publish_book(meeting, **by)
    bring(meeting, "The invented plan", "supplement", 2)
    edition = operations.publish_book(meeting, **by)
    labels = edition.pages.get(version__paper__title="supplement").labels
    assert labels == ["1-6", "1-7"]


def test_where_no_copies_are_taken_away_papers_are_read_in_the_portal(client, cast, published, now):
    set_book_rule(
        since=now.date(),
        committee=None,
        may_download=False,
        notes_days=30,
        by=cast["secretary"],
        on=now.date(),
    )
    user, meeting = cast["audit_chair"], published.meeting
    paper = Paper.objects.get(item__title="The invented plan")
    address = reverse("papers:version", args=[paper.versions.get().pk])
    assert book_of(client, user, meeting) is None
    assert client.get(address).status_code == 403
    assert client.get(open_book(client, user, meeting)).status_code == 200
    # Nobody is led to what they may not open.
    assert address not in client.get(paper.get_absolute_url()).content.decode()
    client.force_login(cast["secretary"])
    assert address in client.get(paper.get_absolute_url()).content.decode()


def test_letters_go_to_those_whose_own_book_has_changed(cast, published, now, file):
    meeting = published.meeting
    assert {one.reader for one in letters(1)} == {
        cast[name] for name, told in READ.items() if any(told) and name not in OFFICE
    }
    # The first letters have left: until then another edition is the same letter.
    while deliver(now + timedelta(hours=1)):
        pass
    lease = Paper.objects.get(item__title="The invented lease")
    source = file("the lease anew", 3, seed=4)
    operations.bring_version(lease, source=source, name="lease.pdf", by=cast["secretary"], at=now)
    operations.publish_book(meeting, by=cast["secretary"], at=now)
    told = {one.reader for one in letters(2)}
    assert cast["director"] not in told, "recused from what has changed"
    assert cast["manager"] not in told, "presents something else"
    assert cast["chair"] in told


OFFICE = ("secretary", "assistant_secretary", "general_counsel")


def letters(edition):
    return Notice.objects.filter(kind="papers_published", occurrence=f"edition {edition}")


def test_a_long_paper_that_comes_late_is_numbered_on(cast, published, now, bring):
    bring(published.meeting, "The invented plan", "canary-of-the-annex", 60)
    edition = operations.publish_book(published.meeting, by=cast["secretary"], at=now)
    labels = [label for page in edition.pages.all() for label in page.labels]
    assert labels == [*(f"1-{number}" for number in range(1, 64)), "2-1", "2-2"]


def test_numbers_stay_though_the_agenda_is_put_in_another_order(cast, published, now, bring):
    meeting, by = published.meeting, {"by": cast["secretary"], "at": now}
    plan, lease = meeting.items.order_by("position")
    meetings.reorder(meeting, [lease, plan], **by)
    edition = operations.publish_book(meeting, **by)
    assert [label for page in edition.pages.all() for label in page.labels] == [
        *("2-1", "2-2", "1-1", "1-2", "1-3")
    ]


def test_who_has_the_papers_says_so_of_the_version_they_saw(client, cast, published, now, bring):
    meeting, user = published.meeting, cast["audit_chair"]
    address = reverse("papers:acknowledge", args=[meeting.pk])
    client.force_login(user)
    bring(meeting, "The invented plan", "canary-of-the-annex", 1)
    later = operations.publish_book(meeting, by=cast["secretary"], at=now)
    client.post(address, {"edition": str(published.pk)})
    assert not Acknowledgement.objects.exists()
    assert "Papers for the" in client.get("/").content.decode()
    client.post(address, {"edition": str(later.pk)})
    assert Acknowledgement.objects.get().edition == later
    assert "Papers for the" not in client.get("/").content.decode()


def test_a_guest_does_not_speak_for_an_item(cast, published, now):
    item = published.meeting.items.get(title="The invented lease")
    ledger.invite_guest(
        item, cast["manager"].person, ground="insight", by=cast["secretary"], at=now
    )
    told = {"decision": "Approve it.", "changed": "", "page_budget": None, "at": now}
    with pytest.raises(Refused, match="Who presents the item"):
        operations.write_brief(item, **told, by=cast["manager"])
    assert operations.write_brief(item, **told, by=cast["chair"]).decision == "Approve it."


def test_a_paper_that_grows_before_another_goes_on_with_letters(cast, meeting, bring, now, file):
    first = bring(meeting, "The invented plan", PLAN, 2)
    bring(meeting, "The invented plan", "canary-of-the-annex", 1)
    operations.publish_book(meeting, by=cast["secretary"], at=now)
    source = file("the plan anew", 4, seed=9)
    operations.bring_version(first, source=source, name="p.pdf", by=cast["secretary"], at=now)
    edition = operations.publish_book(meeting, by=cast["secretary"], at=now)
    assert [label for page in edition.pages.all() for label in page.labels] == [
        *("1-1", "1-2", "1-2a", "1-2b", "1-3")
    ]


def test_the_book_of_a_meeting_that_was_cancelled_says_so(cast, published, meeting, now, client):
    client.force_login(cast["chair"])
    pages = [reverse("papers:papers"), reverse("papers:book", args=[meeting.pk])]
    assert [b"ancelled" in client.get(page).content for page in pages] == [False, False]
    meetings.cancel(meeting, why="Not needed.", by=cast["secretary"], at=now)
    assert [b"ancelled" in client.get(page).content for page in pages] == [True, True]
