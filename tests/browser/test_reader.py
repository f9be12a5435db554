"""A book in Chromium: brought, published, read with notes on three devices, shut to the recused."""

import re

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.utils import timezone
from playwright.sync_api import expect

from governance.meetings import attending
from governance.meetings import operations as meetings
from governance.meetings.models import ExecutiveSession
from governance.papers import arriving, operations
from governance.papers.book import book_for, bound_for
from governance.papers.cleaning import LIMITS
from governance.papers.models import Arrival, Note, Paper
from governance.people.operations import close_account
from tests.browser.pages import SOON, at_length, follow, look, press, reads
from tests.factories import pdfs
from tests.factories.cast import DIRECTORS
from tests.papers.conftest import PLAN, bring, file, meeting, published  # noqa: F401

# Fixtures of another folder are asked for by their names.
# ruff: noqa: F811
# So much of a book comes at once; see static/js/reader/bytes.mjs.
PART = 131_072
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def opened(page, of):
    page.goto(f"/papers/books/{of.pk}/read/")
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=SOON)


def at(page, label):
    """The page of that number, drawn, with its words."""
    leaf = page.locator(f".leaf[aria-label='Page {label}']")
    leaf.scroll_into_view_if_needed()
    expect(leaf.locator(".textLayer span").first).to_be_attached(timeout=SOON)
    return leaf


def choose_words(page, leaf, words):
    """Choose the line that begins with these words, as a finger would."""
    leaf.locator(".textLayer span", has_text=words).first.evaluate(
        """(line) => {
          const range = document.createRange();
          range.selectNodeContents(line);
          document.getSelection().removeAllRanges();
          document.getSelection().addRange(range);
        }"""
    )


def saved(page):
    expect(page.locator("[data-says=saved]")).to_have_text("Saved", timeout=SOON)


@pytest.fixture
def worker():
    """Checks what is brought, as in production."""
    app = current_app._get_current_object()
    with start_worker(app, pool="solo", perform_ping_check=False):
        yield


def settled(page, *states):
    """What became of the files that were sent, told without loading the page again."""
    badges = page.locator(".arrivals .badge")
    expect(badges).to_have_text(list(states), timeout=SOON)


def test_the_secretary_brings_papers_and_publishes_the_book(visit, cast, meeting, file, worker):
    page = visit("secretary", "desk")
    item = meeting.items.get(title="The invented plan")
    page.goto(f"/papers/items/{item.pk}/")
    look(page, "bring")
    several = [str(file(words, 2, name=words)) for words in ("first paper", "second paper")]
    wrong = file("x", 1).with_name("page.html")
    wrong.write_text("<html><script>alert(1)</script></html>")
    page.locator("input[type=file]").set_input_files([*several, str(wrong)])
    press(page, "Bring them")
    settled(page, "Brought", "Brought", "Not taken")
    look(page, "brought")
    reads(page, "The file is none of those that are taken")
    page.get_by_role("button", name=re.compile("Put away.*page.html")).click()
    settled(page, "Brought", "Brought")
    page.goto(f"/papers/books/{meeting.pk}/build/")
    look(page, "build")
    press(page, "Publish the book")
    reads(page, "Version 1 of the book is with its readers.")
    assert Paper.objects.filter(item=item, state="published").count() == 2


def test_what_was_taken_is_followed_though_another_was_refused_at_once(
    visit, meeting, file, worker
):
    page = visit("secretary", "desk")
    item = meeting.items.get(title="The invented plan")
    page.goto(f"/papers/items/{item.pk}/")
    large = file("x", 1).with_name("large.pdf")
    with large.open("wb") as out:
        out.truncate(LIMITS.bytes + 1)
    page.locator("input[type=file]").set_input_files([str(file("paper", 1)), str(large)])
    page.get_by_role("button", name="Bring them").click()
    reads(page, "100 are the most")
    settled(page, "Brought")
    # What was not taken is still said, when the page has told the rest.
    expect(page.locator(".arrivals")).to_contain_text("1 page.", timeout=SOON)
    reads(page, "100 are the most")


def test_what_is_brought_without_scripts_is_told_when_the_page_is_loaded_again(
    visit, meeting, file
):
    page = visit("secretary", "desk", scripts=False)
    item = meeting.items.get(title="The invented plan")
    page.goto(f"/papers/items/{item.pk}/")
    page.locator("input[type=file]").set_input_files(str(file("paper", 1)))
    page.get_by_role("button", name="Bring them").click()
    settled(page, "Waits to be checked")
    reads(page, "You may leave the page and come back")
    waiting = Arrival.objects.get()
    arriving.check(waiting.pk, now=timezone.now())
    page.reload()
    settled(page, "Brought")


def test_no_page_of_papers_writes_to_the_console(visit, cast, published, file, worker):
    """Not even while files are followed on a page whose fields the reader's browser has styled, as
    it does when one is drawn larger."""
    of, said = published.meeting, []
    session = ExecutiveSession.objects.get(meeting=of)
    paper = Paper.objects.get(item__title="The invented plan")
    item, book = f"/papers/items/{paper.item_id}/", f"/papers/books/{of.pk}/"
    told = [
        ("secretary", ["/papers/", book, f"{book}build/", f"{item}brief/", f"{book}questions/"]),
        ("secretary", [f"/papers/{paper.pk}/{end}" for end in ("", "replace/", "withdraw/")]),
        ("lead_director", [f"/papers/sessions/{session.pk}/{end}" for end in ("", "questions/")]),
    ]
    for name, addresses in told:
        page = visit(name, "desk")
        page.on("console", lambda message: said.append(message.text))
        for address in addresses:
            assert page.goto(address).ok, address
        opened(page, of)
    page = visit("secretary", "desk")
    page.on("console", lambda message: said.append(message.text))
    page.goto(item)
    page.locator("input[type=file]").set_input_files([str(file("one", 2)), str(file("two", 3))])
    press(page, "Bring them")
    page.locator("#bring").evaluate(
        "(form) => form.querySelectorAll('input').forEach((one) => { one.style.width = '90%'; })"
    )
    settled(page, "Brought", "Brought")
    assert said == []


@pytest.mark.parametrize("size", [at_length("desk"), "phone"])
def test_a_member_brings_a_paper_to_a_session_and_another_notes_on_it(
    size, visit, meeting, file, worker
):
    session = ExecutiveSession.objects.get(meeting=meeting)
    lead = visit("lead_director", size)
    lead.goto(session.get_absolute_url())
    lead.locator(".page-actions").get_by_role("link", name="Papers").click()
    look(lead, "session-papers")
    lead.locator("input[type=file]").set_input_files(str(file("behind the door", 2, name="sealed")))
    press(lead, "Bring them")
    settled(lead, "Brought")
    look(lead, "session-brought")
    reader = visit("audit_chair", size)
    reader.goto(f"/papers/sessions/{session.pk}/")
    reader.get_by_role("link", name=re.compile("Read.*sealed")).click()
    expect(reader.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    leaf = at(reader, "2")
    choose_words(reader, leaf, "behind the door sheet 2")
    reader.locator(".reader-choice button", has_text="Highlight").click()
    expect(leaf.locator(".mark-highlight").first).to_be_attached()
    saved(reader)
    look(reader, "session-reading")
    reader.reload()
    expect(reader.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    expect(at(reader, "2").locator(".mark-highlight").first).to_be_attached(timeout=SOON)


@pytest.mark.parametrize("size", ["desk", at_length("tablet"), "phone"])
def test_a_director_reads_notes_and_finds_the_notes_again(size, visit, published):
    page = visit("audit_chair", size)
    page.goto("/papers/")
    look(page, "papers")
    follow(page, published.meeting.name)
    look(page, "book")
    follow(page, "Open the book")
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    leaf = at(page, "1-2")
    choose_words(page, leaf, f"{PLAN} sheet 2")
    page.locator(".reader-choice button", has_text="Highlight").click()
    expect(leaf.locator(".mark-highlight").first).to_be_attached()
    saved(page)
    look(page, "reading")
    page.reload()
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    expect(at(page, "1-2").locator(".mark-highlight").first).to_be_attached(timeout=SOON)
    assert Note.objects.count() == 1


def test_what_is_written_on_one_device_is_on_the_other_and_in_the_questions(visit, published):
    tablet, desk = visit("audit_chair", "tablet"), visit("audit_chair", "desk")
    opened(desk, published.meeting)
    leaf = at(desk, "1-1")
    choose_words(desk, leaf, f"{PLAN} sheet 1")
    desk.locator(".reader-choice button", has_text="Note").click()
    field = desk.locator(".note-card textarea")
    expect(field).to_be_focused()
    field.fill("Who answers for this?")
    saved(desk)
    opened(tablet, published.meeting)
    tablet.get_by_role("button", name="Your notes").click()
    expect(tablet.locator(".note-card textarea")).to_have_value("Who answers for this?")
    look(tablet, "notes")
    tablet.goto(f"/papers/books/{published.meeting.pk}/questions/")
    reads(tablet, "Who answers for this?")
    look(tablet, "questions")


def test_a_note_that_was_erased_can_be_taken_back(visit, published):
    page = visit("audit_chair", "phone")
    opened(page, published.meeting)
    leaf = at(page, "1-1")
    choose_words(page, leaf, f"{PLAN} sheet 1")
    page.locator(".reader-choice button", has_text="Note").click()
    page.locator(".note-card textarea").fill("Who answers for this?")
    saved(page)
    page.get_by_role("button", name="Erase").click()
    reads(page, "The note is erased.")
    expect(page.locator(".note-card")).to_have_count(0)
    look(page, "erased")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".reader-hint")).to_be_hidden()
    saved(page)
    page.reload()
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    page.get_by_role("button", name="Your notes").click()
    expect(page.locator(".note-card textarea")).to_have_value("Who answers for this?")
    assert page.locator(".leaf .mark-note").count()


def test_a_note_that_another_device_brought_back_is_not_there_twice(visit, published):
    desk, tablet = visit("audit_chair", "desk"), visit("audit_chair", "tablet")
    opened(desk, published.meeting)
    choose_words(desk, at(desk, "1-1"), f"{PLAN} sheet 1")
    desk.locator(".reader-choice button", has_text="Note").click()
    desk.locator(".note-card textarea").fill("Who answers")
    saved(desk)
    opened(tablet, published.meeting)
    tablet.get_by_role("button", name="Your notes").click()
    tablet.locator(".note-card textarea").fill("Who answers for this?")
    saved(tablet)
    desk.get_by_role("button", name="Erase").click()
    field = desk.locator(".note-card textarea")
    expect(field).to_have_value("Who answers for this?", timeout=SOON)
    desk.get_by_role("button", name="Undo").click()
    expect(field).to_have_count(1)


def test_a_field_that_was_left_open_shows_what_another_device_wrote(visit, published):
    desk, tablet = visit("audit_chair", "desk"), visit("audit_chair", "tablet")
    opened(desk, published.meeting)
    choose_words(desk, at(desk, "1-1"), f"{PLAN} sheet 1")
    desk.locator(".reader-choice button", has_text="Note").click()
    desk.locator(".note-card textarea").fill("Who")
    saved(desk)
    opened(tablet, published.meeting)
    tablet.get_by_role("button", name="Your notes").click()
    tablet.locator(".note-card textarea").fill("Who answers")
    saved(tablet)
    # Whoever comes back to the desk writes on from there, and has nothing twice.
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    field = desk.locator(".note-card textarea")
    expect(field).to_be_focused()
    expect(field).to_have_value("Who answers", timeout=SOON)
    desk.keyboard.press("End")
    desk.keyboard.type(" for this?")
    saved(desk)
    desk.reload()
    expect(field).to_have_value("Who answers for this?", timeout=SOON)


def test_the_book_is_searched_and_turned_by_keys(visit, published):
    page = visit("chair", "desk")
    opened(page, published.meeting)
    page.keyboard.press("/")
    page.get_by_role("searchbox").fill(f"{PLAN} sheet 3")
    page.keyboard.press("Enter")
    found = page.locator("#search ol button")
    expect(found).to_have_count(1, timeout=SOON)
    found.click()
    expect(page.locator("[data-says=place]")).to_have_text(re.compile("^Page 1-3,"), timeout=SOON)
    page.locator("#pages").focus()
    page.keyboard.press("j")
    expect(page.locator("[data-says=place]")).to_have_text(re.compile("^Page 2-1,"), timeout=SOON)


def test_who_is_recused_while_the_book_is_open_has_the_next_page_no_more(
    visit,
    cast,
    published,
    now,
):
    page = visit("audit_member", "tablet")
    opened(page, published.meeting)
    lease = published.meeting.items.get(title="The invented lease")
    meetings.record_recusal(
        lease, cast["audit_member"].person, mode="left", basis="Kin.", by=cast["secretary"], at=now
    )
    # The next page that is turned tells, though all of the book is there; nothing of it stays.
    page.locator("#pages").focus()
    page.keyboard.press("j")
    reads(page, "This book has changed for you")
    expect(page.locator(".leaf")).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("The invented lease")
    expect(page.locator(".reader-tools")).to_be_hidden()
    page.get_by_role("link", name="Open it as it is now").click()
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    reads(page, "Withheld from you")
    expect(page.locator(".leaf[aria-label='Page 2-1']")).to_have_count(0)


def test_who_reads_while_a_newer_book_comes_out_is_told_so(visit, cast, published, now, file):
    page = visit("audit_member", "phone")
    opened(page, published.meeting)
    by = {"by": cast["secretary"], "at": now}
    item = published.meeting.items.get(title="The invented plan")
    operations.bring_paper(item, source=file("newest", 1), name="newest.pdf", **by)
    operations.publish_book(published.meeting, **by)
    page.locator("#pages").focus()
    page.keyboard.press("j")
    reads(page, "A newer version of this book is out.")
    look(page, "newer")
    page.get_by_role("button", name="Open it").click()
    expect(page.locator(".leaf[aria-label='Page 1-4']")).to_be_attached(timeout=SOON)
    assert page.locator(".reader-hint").is_hidden()


def test_whose_account_is_closed_has_the_next_page_no_more(visit, cast, published):
    page = visit("audit_member", "tablet")
    opened(page, published.meeting)
    close_account(cast["audit_member"])
    page.locator("#pages").focus()
    page.keyboard.press("j")
    reads(page, "You are not signed in any more.")
    expect(page.locator(".leaf")).to_have_count(0)
    look(page, "signed-out")
    page.get_by_role("link", name="Sign in and open it again").click()
    expect(page).to_have_url(re.compile(f"next=/papers/books/{published.meeting.pk}"), timeout=SOON)


@pytest.fixture
def large(cast, now, meeting, tmp_path):
    """The book is out, and too large to come at once: page 5 of the lease comes when it is near."""
    paper = pdfs.Paper()
    for _ in range(9):
        paper.chart(points=20_000)
    lease = meeting.items.get(title="The invented lease")
    by = {"by": cast["secretary"], "at": now}
    path = paper.save(tmp_path / "lease.pdf")
    operations.bring_paper(lease, source=path, name="lease.pdf", **by)
    edition = operations.publish_book(meeting, **by)
    assert bound_for(book_for(cast["audit_member"], edition)).file.size > 5 * PART
    return lease


def near(page, label):
    page.locator(f".leaf[aria-label='Page {label}']").scroll_into_view_if_needed()


def test_an_open_book_stops_where_its_reader_was_recused(visit, cast, large, now):
    page = visit("audit_member", "tablet")
    opened(page, large.meeting)
    meetings.record_recusal(
        large, cast["audit_member"].person, mode="left", basis="Kin.", by=cast["secretary"], at=now
    )
    near(page, "2-5")
    reads(page, "This book has changed for you since you opened it.")
    expect(page.locator(".leaf canvas")).to_have_count(0)
    page.get_by_role("link", name="Open it as it is now").click()
    # Nothing is left to read in it.
    expect(page).to_have_url(re.compile(f"/papers/books/{large.meeting_id}/$"), timeout=SOON)


def test_an_open_book_goes_on_when_the_line_is_back(visit, large):
    page = visit("audit_member", "tablet")
    opened(page, large.meeting)
    page.context.set_offline(True)
    near(page, "2-5")
    expect(page.locator(".leaf[aria-label='Page 2-5'] canvas")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator(".leaf[aria-label='Page 2-5'] canvas")).to_be_attached(timeout=SOON)


@pytest.mark.parametrize("size", ["phone", at_length("tablet")])
def test_the_cover_stands_before_the_book_has_come(size, visit, cast, published):
    page = visit("audit_member", size)
    page.route("**/papers/bound/**", lambda route: None)
    page.goto(f"/papers/books/{published.meeting.pk}/read/")
    cover = page.locator(".leaf-first")
    expect(cover.locator("use").first).to_be_visible()
    expect(cover).to_contain_text(str(cast["audit_member"].person))
    before = cover.bounding_box()
    # What is in the book is told at once; what needs its pages waits for them, and breaks nothing.
    expect(page.locator("#contents button").first).to_be_attached()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(error))
    for name in ("Bookmark this page", "Pen", "Search in the book"):
        page.get_by_role("button", name=name).click()
    page.locator("#wanted").fill("plan")
    page.keyboard.press("Enter")
    expect(page.locator("#search [role=status]")).to_have_text(
        "The book is searched as soon as it is here."
    )
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.locator(".leaf-first").click()
    expect(cover).to_be_visible()
    assert (wrong, page.url.endswith("/read/")) == ([], True)
    page.unroute_all()
    # What was written before is looked for now.
    expect(page.locator("#search [role=status]")).to_have_text(
        re.compile("^On [0-9]+ pages?"), timeout=SOON
    )
    page.reload()
    expect(page.locator(".leaf[aria-label='Page i'] canvas")).to_be_attached(timeout=SOON)
    expect(page.locator(".leaf-first, .leaf > svg")).to_have_count(0)
    # Nothing moves when the page takes its place.
    after = page.locator(".leaf[aria-label='Page i']").bounding_box()
    assert [round(before[side]) for side in "xy"] == [round(after[side]) for side in "xy"]
    assert abs(before["width"] - after["width"]) < 2
    assert abs(before["height"] - after["height"]) < 2


@pytest.mark.parametrize("size", ["phone", at_length("tablet")])
def test_slides_among_letters_fit_the_screen_and_no_page_moves_away(
    size, visit, cast, published, now, tmp_path
):
    slides = pdfs.Paper()
    for side in (pdfs.SLIDE, (2384, 3370), pdfs.SLIDE):
        slides.text(size=side, words="A slide", lines=5)
    slides.text(words="A letter", lines=5)
    item = published.meeting.items.get(title="The invented plan")
    source = slides.save(tmp_path / "slides.pdf")
    by = cast["secretary"]
    operations.bring_paper(item, source=source, name="slides.pdf", by=by, at=now)
    operations.publish_book(published.meeting, by=by, at=now)
    page = visit("chair", size)
    opened(page, published.meeting)
    page.evaluate("document.querySelector(\".leaf[aria-label='Page 1-7']\").scrollIntoView()")
    # Those above it turn out to be of another size, and it stays.
    at(page, "1-6")
    page.evaluate("document.querySelector(\".leaf[aria-label='Page 1-7']\").scrollIntoView()")
    for label in ("1-4", "1-5", "1-6"):
        leaf = at(page, label)
        assert leaf.bounding_box()["width"] <= page.viewport_size["width"], label
        shown = leaf.locator("canvas").evaluate("(one) => one.width * one.height")
        assert 0 < shown <= 16_000_000
    pages = page.locator("#pages")
    assert pages.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    look(page, "slides", axe=False)
    # Whoever turns the screen has other room.
    before = leaf.bounding_box()["width"]
    width, height = page.viewport_size.values()
    page.set_viewport_size({"width": height, "height": width})
    turned = "([leaf, before]) => leaf.getBoundingClientRect().width !== before"
    page.wait_for_function(turned, arg=[leaf.element_handle(), before])
    fits = "(one) => one.scrollWidth <= one.clientWidth"
    page.wait_for_function(fits, arg=pages.element_handle())


def test_a_note_stays_with_its_sentence_when_the_paper_changes(
    visit,
    cast,
    published,
    now,
    file,
):
    page = visit("chair", "desk")
    opened(page, published.meeting)
    choose_words(page, at(page, "1-2"), f"{PLAN} sheet 2")
    page.locator(".reader-choice button", has_text="Underline").click()
    saved(page)
    line = at(page, "1-2").locator(".mark-underline").first
    # The words are seen above the line.
    expect(line).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    paper = Paper.objects.get(item__title="The invented plan")
    operations.bring_version(
        paper, source=file(PLAN, 5, name="longer"), name="plan.pdf", by=cast["secretary"], at=now
    )
    operations.publish_book(published.meeting, by=cast["secretary"], at=now)
    page.reload()
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=SOON)
    expect(at(page, "1-2").locator(".mark-underline").first).to_be_attached(timeout=SOON)
    expect(page.locator("#contents .badge")).to_have_count(1)


@pytest.fixture
def under_way(cast, published):
    """The meeting of the book was called to order."""
    of, at_the_hour = published.meeting, published.meeting.starts_at
    for name in DIRECTORS:
        attending.record_arrival(
            of, cast[name].person, mode="in_person", by=cast["secretary"], at=at_the_hour
        )
    meetings.call_to_order(of, by=cast["chair"], at=at_the_hour)
    return of


def test_who_is_recused_while_they_follow_is_told_so_at_once(visit, cast, under_way):
    page = visit("audit_member", "tablet")
    opened(page, under_way)
    page.get_by_role("button", name="Follow presenter").click()
    expect(page.locator(".reader-hint")).to_contain_text("No page of your book", timeout=SOON)
    meetings.record_recusal(
        under_way.items.get(title="The invented lease"),
        cast["audit_member"].person,
        mode="left",
        basis="Kin.",
        by=cast["secretary"],
        at=under_way.starts_at,
    )
    # They turned no page, and no page was shown.
    reads(page, "This book has changed for you")
    expect(page.locator(".leaf")).to_have_count(0)


def test_who_follows_is_taken_to_the_page_that_is_shown(visit, under_way):
    of = under_way
    leads, follows = visit("chair", "desk"), visit("audit_chair", "tablet")
    opened(leads, of)
    opened(follows, of)
    button, hint = follows.get_by_role("button", name="Follow presenter"), "No page of your book"
    button.click()
    expect(follows.locator(".reader-hint")).to_contain_text(hint)
    # What is said of an erased note takes its place for a while only.
    choose_words(follows, at(follows, "1-1"), f"{PLAN} sheet 1")
    follows.locator(".reader-choice button", has_text="Note").click()
    saved(follows)
    follows.get_by_role("button", name="Erase").click()
    reads(follows, "The note is erased.")
    follows.get_by_role("button", name="Undo").click()
    expect(follows.locator(".reader-hint")).to_contain_text(hint)
    leads.get_by_role("button", name="Present").click()
    expect(follows.locator(".reader-hint")).to_be_hidden(timeout=SOON)
    leads.locator("#contents button", has_text="The invented lease").click()
    place = follows.locator("[data-says=place]")
    expect(place).to_have_text(re.compile("^Page 2-1,"), timeout=SOON)
    look(follows, "following")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    # Whoever left, looked elsewhere and comes back is taken to the page that is shown still.
    follows.locator("#pages").press("k")
    expect(place).not_to_have_text(re.compile("^Page 2-1,"))
    button.click()
    expect(place).to_have_text(re.compile("^Page 2-1,"), timeout=SOON)
    button.click()
    leads.locator("#contents button", has_text="The invented plan").click()
    expect(leads.locator("[data-says=place]")).to_have_text(re.compile("^Page 1-1,"), timeout=SOON)
    expect(place).to_have_text(re.compile("^Page 2-1,"))
    with leads.expect_response(lambda answer: "/presented/" in answer.url):
        leads.get_by_role("button", name="Present").click()
