"""Meetings are searchable by item and resolution, through the doors of each."""

import re
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boardroom.search import BOARD, FoundPaper, Narrowed, committees, matching, named, with_words
from governance.board.access import is_director
from governance.board.models import Directorship
from governance.committees.standing import standing_today
from governance.meetings import operations
from governance.meetings.models import AgendaItem
from governance.papers import finding
from governance.papers import operations as bringing
from governance.papers.finding import query_of, read_by, titles
from governance.papers.models import Sheet
from governance.records.models import Company
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.factories.pdfs import Paper

pytestmark = pytest.mark.django_db
WITHIN = Narrowed("", None), Narrowed(BOARD, 2026)
AUDIT = ("audit_chair", "audit_member", "lead_director")


@pytest.fixture
def held(cast, now):
    """A meeting of the Board that is over, with an item and a resolution."""
    by = {"by": cast["secretary"], "at": now}
    meeting = meetings.in_session([cast[name].person for name in DIRECTORS], **by)
    item = operations.add_item(meeting, title="The invented lighthouses", **by)
    decisions.put(
        meeting,
        mover=cast["director"].person,
        item=item,
        title="Keep the lamps",
        text="RESOLVED, that the lighthouses be painted turquoise.",
        **by,
    )
    return operations.adjourn(meeting, by=cast["chair"], at=now)


def found(client, user, words, **asked):
    client.force_login(user)
    answer = client.get("/meetings/search/", {"q": words, **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def test_items_resolutions_and_meetings_are_found_by_their_words(cast, held, client):
    item = held.items.get()
    motion = item.motions.get()
    for words, url in (
        ("lighthouse", f"/meetings/items/{item.pk}/"),
        ("turquoise painting", motion.get_absolute_url()),
        ('"keep the lamps"', motion.get_absolute_url()),
        (held.name, held.get_absolute_url()),
    ):
        text = found(client, cast["director"], words)
        assert f'href="{url}"' in text, words
    text = found(client, cast["director"], "turquoise")
    assert f"Resolution at the {held.name}" in text
    assert f"/meetings/items/{item.pk}/" not in text
    assert "The invented lighthouses" not in found(client, cast["director"], "lighthouse -invented")


@pytest.mark.parametrize("name", EVERYBODY)
def test_nothing_is_found_that_its_reader_may_not_read(name, cast, now, client):
    by = {"by": cast["secretary"], "at": now}
    committee = cast["audit_chair"].person.seats.get().committee
    of_audit = meetings.noticed(**by, committee=committee)
    operations.add_item(of_audit, title="The invented lighthouses", **by)
    text = found(client, cast[name], "lighthouses")
    assert ("The invented lighthouses" in text) == (name in {*AUDIT, "secretary"})
    assert ("Nothing that is open to you" in text) == (name not in {*AUDIT, "secretary"})


def test_nothing_of_a_withheld_item_is_found(cast, now, client):
    by = {"by": cast["secretary"], "at": now}
    meeting = meetings.in_session([cast[name].person for name in DIRECTORS], **by)
    item = operations.add_item(meeting, title="The invented lighthouses", **by)
    text = "RESOLVED, that the lighthouses be painted."
    decisions.put(meeting, mover=cast["chair"].person, item=item, title="A", text=text, **by)
    assert found(client, cast["director"], "lighthouses").count('class="whole"') == 2
    basis = "An invented affiliate."
    operations.record_recusal(item, cast["director"].person, mode="left", basis=basis, **by)
    text = found(client, cast["director"], "lighthouses")
    assert "Nothing that is open to you has these words." in text
    assert 'class="whole"' not in text


@pytest.mark.parametrize(
    "words, says",
    [
        ("", "Type a word or two."),
        ("   ", "Type a word or two."),
        ("the", "That has no word to search for, or only such as stand in every text. Add one."),
        (
            "' & | ! ( <->:* \\",
            "That has no word to search for, or only such as stand in every text. Add one.",
        ),
        ('"', "That has no word to search for, or only such as stand in every text. Add one."),
        ("nul\x00", "That is not something to search for."),
        (
            "the and of",
            "That has no word to search for, or only such as stand in every text. Add one.",
        ),
        ("x" * 201, "That is not something to search for."),
        ("<script>alert(1)</script>", "Nothing that is open to you has these words."),
    ],
)
def test_empty_and_odd_questions_are_answered_in_a_sentence(words, says, cast, held, client):
    text = found(client, cast["director"], words, page="of nothing")
    assert says in text
    assert "<script>alert" not in text


def test_what_is_found_is_turned_page_by_page_with_the_same_number_of_questions(
    cast, now, client, django_assert_max_num_queries
):
    by = {"by": cast["secretary"], "at": now}
    meeting = meetings.drafted(**by)
    operations.add_item(meeting, title="A lighthouse", **by)
    found(client, cast["secretary"], "lighthouse")
    with django_assert_max_num_queries(40) as few:
        found(client, cast["secretary"], "lighthouse")
    for number in range(24):
        operations.add_item(meeting, title=f"Lighthouse {number}", **by)
    with django_assert_max_num_queries(len(few)):
        text = found(client, cast["secretary"], "lighthouse")
    assert text.count('class="whole"') == 20
    assert "?q=lighthouse&amp;page=2" in text
    assert found(client, cast["secretary"], "lighthouse", page=2).count('class="whole"') == 5


def test_every_page_is_turned_through_the_same(cast, now):
    """The items of a meeting have one hour, and the database has them in any order."""
    by = {"by": cast["secretary"], "at": now}
    meeting = meetings.drafted(**by)
    items = [
        operations.add_item(meeting, title="A lighthouse", **by) for _ in range(finding.HITS + 20)
    ]
    before = matching(cast["secretary"], "lighthouse")
    for item in items[::3]:
        item.save()
    assert matching(cast["secretary"], "lighthouse") == before


def test_marks_that_nobody_sees_stand_in_no_words_way(cast, now, client):
    by = {"by": cast["secretary"], "at": now}
    operations.add_item(meetings.drafted(**by), title="A lighthouse", **by)
    assert "A lighthouse" in found(client, cast["secretary"], "\u200elight\u200bhouse\u202c")


def test_the_field_stands_on_the_page_of_meetings(cast, held, client):
    client.force_login(cast["director"])
    assert 'action="/meetings/search/"' in client.get("/meetings/").content.decode()


@pytest.fixture
def lease(cast, now, tmp_path):
    """A paper of two pages, the second of which speaks of albatrosses; one is recused from it."""
    by = {"by": cast["secretary"], "at": now}
    meeting = meetings.noticed(**by)
    item = operations.add_item(meeting, title="The invented lease", **by)
    operations.record_recusal(item, cast["director"].person, mode="left", basis="Kin.", **by)
    paper = Paper().text(words="Nothing much", lines=3).text(words="An albatross flew", lines=3)
    path = paper.save(tmp_path / "lease.pdf")
    return bringing.bring_paper(item, source=path, name="Lease.pdf", **by)


def test_a_paper_is_found_by_its_words_once_it_is_published(cast, lease, now, client):
    address = f'href="{lease.get_absolute_url()}"'
    user = cast["audit_chair"]
    assert address not in found(client, user, "albatross")
    bringing.publish_book(lease.item.meeting, by=cast["secretary"], at=now)
    text = found(client, user, "albatrosses")
    assert address in text
    assert "<mark>albatross</mark>" in text
    assert f"Paper to item 1, The invented lease, at the {lease.item.meeting.name}, " in text
    for name in ("director", "chief_financial_officer", "administrator", "outsider"):
        assert address not in found(client, cast[name], "albatross"), name


FAR = "filler and stuffing " * 60


@pytest.mark.parametrize(
    "text, words, marked",
    [
        # Where the word stands, and as it is written there.
        (f"{FAR} An albatross flew. {FAR}", "albatrosses", ["albatross"]),
        (f"{FAR} THE ALBATROSS", "albatross", ["ALBATROSS"]),
        ("Albatross. " + FAR, "albatross", ["Albatross"]),
        # A word begins so that is another one.
        (
            f"Albany lies there. {FAR} They ran. {FAR} An albatross flew.",
            "albatross",
            ["albatross"],
        ),
        (f"A runway. {FAR} He runs. {FAR}", "running", ["runs"]),
        # What was typed is written otherwise.
        (f"{FAR} Many studies", "studying", ["studies"]),
        # Several words that are near, or far apart, or stand side by side only later.
        (f"{FAR} Some ice of a comet. {FAR}", "comet ice", ["ice", "comet"]),
        (f"A comet. {FAR} Some ice. {FAR}", "comet ice", ["comet"]),
        (f"Ice. A comet. {FAR} An ice comet came.", '"ice comet"', ["ice", "comet"]),
        (f"{FAR} A comet. {FAR}", "comet -ice", ["comet"]),
        (f"{FAR} Grüße", "grüße", ["Grüße"]),
    ],
)
def test_what_stands_around_the_words_is_told_with_a_mark_on_them(
    text, words, marked, cast, read_lease
):
    sheet = another_page(read_lease, text)
    assert Sheet.objects.filter(pk=sheet.pk, words=query_of(words)).exists()
    assert re.findall("<mark>(.*?)</mark>", part_of(cast["chair"], sheet, words)) == marked


def test_what_stands_around_the_words_is_no_markup(cast, read_lease):
    text = "An albatross & 1 <2 others flew <script>alert(1)</script>"
    told = part_of(cast["chair"], another_page(read_lease, text), "albatross")
    assert "<mark>albatross</mark> &amp; 1 &lt;2 others" in told
    assert "<script" not in told


def test_nothing_is_told_of_a_page_to_whom_it_is_shut(cast, read_lease):
    sheet = another_page(read_lease, "An albatross flew")
    assert finding.told_of(cast["chair"], [str(sheet.pk)], "albatross", "<", ">")
    for name in ("director", "outsider"):
        assert finding.told_of(cast[name], [str(sheet.pk)], "albatross", "<", ">") == {}


@pytest.fixture
def read_lease(cast, lease, now):
    bringing.publish_book(lease.item.meeting, by=cast["secretary"], at=now)
    return lease


def another_page(paper, text):
    return Sheet.objects.create(
        version=paper.versions.get(), number=9, text=text, brought_at=timezone.now()
    )


def part_of(user, sheet, words):
    found = FoundPaper(str(sheet.version_id), 1, 0, str(sheet.pk))
    return next(named(user, words, [found])).part


def test_only_the_version_that_readers_have_is_found(cast, lease, now, client, tmp_path):
    by, meeting = {"by": cast["secretary"], "at": now}, lease.item.meeting
    bringing.publish_book(meeting, **by)
    path = Paper(2).text(words="A cormorant flew", lines=3).save(tmp_path / "other.pdf")
    bringing.bring_version(lease, source=path, name="Lease.pdf", **by)
    address = f'href="{lease.get_absolute_url()}"'
    assert address not in found(client, cast["chair"], "cormorant")
    bringing.publish_book(meeting, **by)
    assert address in found(client, cast["chair"], "cormorant")
    assert address not in found(client, cast["chair"], "albatross")
    bringing.withdraw_paper(lease, why="It was the wrong lease.", **by)
    assert address not in found(client, cast["chair"], "cormorant")


def test_what_is_found_is_narrowed_by_body_and_year(cast, held, client):
    user, year = cast["audit_chair"], held.day.year
    committee = user.person.seats.get().committee
    assert held.name in found(client, user, "turquoise", body="board", year=year)
    assert "Nothing that is open" in found(client, user, "turquoise", year=year - 1)
    assert "Nothing that is open" in found(client, user, "turquoise", body=str(committee.pk))
    assert "not something to search for" in found(client, user, "turquoise", body="nobody")


@pytest.mark.parametrize("quoted", ["\u201c{}\u201d", "\u201e{}\u201c", "\u00ab{}\u00bb", '"{}"'])
def test_a_phrase_stands_in_quotation_marks_of_any_kind(quoted, cast, held, client):
    motion = f'href="{held.items.get().motions.get().get_absolute_url()}"'
    assert motion in found(client, cast["director"], quoted.format("keep the lamps"))
    assert motion in found(client, cast["director"], "lamps keep")
    assert motion not in found(client, cast["director"], quoted.format("lamps keep"))


def test_a_dash_between_two_words_leaves_nothing_out(cast, held, client):
    motion = f'href="{held.items.get().motions.get().get_absolute_url()}"'
    for words in ("keep - lamps", "- lamps", '"keep the - lamps"'):
        assert motion in found(client, cast["director"], words), words
    assert motion not in found(client, cast["director"], "keep -lamps")
    assert "Type a word or two." in found(client, cast["director"], " -- ")


def test_a_year_begins_where_the_company_is(cast, company, now, client, tmp_path):
    """Half an hour of it has passed there, and none in Alaska."""
    by, year = {"by": cast["secretary"], "at": now}, now.year + 2
    hours = (datetime(year, 1, 1, 0, 30, tzinfo=company.zone) - now) / timedelta(hours=1)
    meeting = meetings.noticed(**by, hours=hours)
    item = operations.add_item(meeting, title="The comet", **by)
    path = Paper().text(words="A comet of ice", lines=3).save(tmp_path / "comet.pdf")
    paper = bringing.bring_paper(item, source=path, name="Comet.pdf", **by)
    bringing.publish_book(meeting, **by)

    def found_in(year):
        text = found(client, cast["chair"], "comet", year=year)
        told = f"/meetings/items/{item.pk}/", paper.get_absolute_url()
        return [f'href="{address}"' in text for address in told]

    assert (found_in(year - 1), found_in(year)) == ([False, False], [True, True])
    Company.objects.update(time_zone="America/Anchorage")
    assert (found_in(year - 1), found_in(year)) == ([True, True], [False, False])


def test_directors_are_found_by_their_name(cast, client):
    person = cast["audit_chair"].person
    text = found(client, cast["director"], person.family_name)
    assert f'href="/board/directors/{person.pk}/"' in text


@pytest.fixture
def four(cast, now, tmp_path):
    """Papers that speak of a comet, each in its own meeting: the older they are, the more."""
    by, papers = {"by": cast["secretary"], "at": now}, []
    for number in range(4, 0, -1):
        meeting = meetings.noticed(**by)
        item = operations.add_item(meeting, title=f"Item {number}", **by)
        paper = Paper(number)
        for _ in range(2):
            paper.text(words=" and ".join(["A comet of ice"] * number), lines=6)
        path = paper.save(tmp_path / f"{number}.pdf")
        papers.append(bringing.bring_paper(item, source=path, name=f"{number}.pdf", **by))
        bringing.publish_book(meeting, **by)
    return papers


def found_papers(client, user, papers, words, **asked):
    """Which of these papers are found, in the order of the page."""
    text = found(client, user, words, **asked)
    places = {paper: text.find(f'href="{paper.get_absolute_url()}"') for paper in papers}
    return sorted((paper for paper in papers if places[paper] > 0), key=places.get)


def test_what_is_most_about_the_words_comes_first(cast, four, client):
    assert found_papers(client, cast["chair"], four, "comet") == four
    assert set(found_papers(client, cast["chair"], four, '"comet of ice"')) == set(four)
    assert found_papers(client, cast["chair"], four, '"ice comet"') == []


# Whichever way pages are looked for, page after page or behind the door, they are the same.
WAYS = pytest.mark.parametrize(
    "a_go, goes, few", [(600, 2, 100), (2, 2, 1), (2, 1, 0), (3, 4, 0), (5, 1, 100)]
)


@WAYS
def test_of_words_that_are_everywhere_the_newest_are_told_of(
    a_go, goes, few, cast, four, client, monkeypatch
):
    for name, value in {"HITS": 4, "A_GO": a_go, "GOES": goes, "FEW": few}.items():
        monkeypatch.setattr(finding, name, value)
    assert found_papers(client, cast["chair"], four, "comet") == four[2:]
    assert "the newest were looked at" in found(client, cast["chair"], "comet")
    assert found_papers(client, cast["chair"], four, '"comet of ice"') == four[2:]


@WAYS
def test_what_one_may_not_read_changes_nothing_that_is_found(
    a_go, goes, few, cast, four, now, client, monkeypatch
):
    """Recused from the newest two papers: neither takes a place, nor counts as more."""
    for name, value in {"HITS": 4, "A_GO": a_go, "GOES": goes, "FEW": few}.items():
        monkeypatch.setattr(finding, name, value)
    for paper in four[2:]:
        operations.record_recusal(
            paper.item,
            cast["director"].person,
            mode="left",
            basis="Kin.",
            by=cast["secretary"],
            at=now,
        )
    assert found_papers(client, cast["director"], four, "comet") == four[:2]
    assert "the newest were looked at" not in found(client, cast["director"], "comet")
    assert found_papers(client, cast["outsider"], four, "comet") == []


@pytest.mark.parametrize("spare, more", [(0, False), (1, True)])
def test_of_items_too_it_is_said_that_there_are_more(spare, more, cast, held, now, client):
    meeting = meetings.scheduled(by=cast["secretary"], at=now)
    many = range(2, 2 + finding.HITS + spare)
    items = [AgendaItem(meeting=meeting, position=position, title="Turquoise") for position in many]
    AgendaItem.objects.bulk_create(items)
    text = found(client, cast["chair"], "turquoise -painted")
    assert ("More has these words than is shown" in text) == more


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_doors_are_written_from_the_readers_standing_alone(name, cast):
    """Their text is kept for the standing, and with it all that was asked to write it: nothing, but
    whether somebody is a director that day, which the standing says too."""
    user = cast[name]
    assert standing_today(user).is_director == is_director(user, user.today)
    with CaptureQueriesContext(connection) as asked:
        of_papers = read_by(user), titles(user, False, "<", ">"), committees(user)
        for rows in (*(with_words(user, one) for one in WITHIN), *of_papers):
            with suppress(EmptyResultSet):
                rows.query.sql_with_params()
        further = [one["sql"] for one in asked if 'FROM "board_directorship"' not in one["sql"]]
    assert further == []


def test_who_is_a_director_no_more_finds_no_more(cast, held, now, client):
    director = cast["director"]
    motion = held.items.get().motions.get()
    # Twice, so that what is kept between searches is there.
    for _ in range(2):
        assert motion.get_absolute_url() in found(client, director, "turquoise")
    Directorship.objects.filter(person=director.person).update(until=now.date())
    assert "Nothing that is open to you" in found(client, director, "turquoise")
    assert motion.get_absolute_url() in found(client, cast["chair"], "turquoise")
