"""How soon the first page of a long book stands in Chromium, beside a page of the floor in it.

    python -m bench.reading PAGES    publishes a book of so many pages, says whose meeting it is

Both are asked for by the same reader in turn, with a browser that has been there before; and the
book with one that has kept nothing, as on the first day. The first page is seen twice: as a
drawing of the cover, and drawn out of the book, when words can be chosen on it soon.
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import django

NAMES = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
SIZE = {"width": 1366, "height": 900}
# When the frame is on the screen in which the cover stood: no frame is shown before its styles.
SEEN = """() => new Promise((done) => {
  const look = () => requestAnimationFrame(
    document.querySelector(".leaf :is(svg, canvas)") ? () => requestAnimationFrame(done) : look,
  );
  look();
})"""
# The reader puts a page there once it is drawn.
DRAWN = ".leaf[data-page='1'] canvas"
TURNS, PATIENCE = 7, 60_000


def publish(pages):
    """A paper of so many pages in a meeting of the Board that lies ahead, published and bound."""
    from datetime import timedelta

    from django.utils import timezone

    from bench.prepare import designated, holder
    from governance.meetings.operations import add_item, create_meeting, schedule
    from governance.papers.book import book_for, bound_for
    from governance.papers.operations import bring_paper, publish_book
    from tests.factories.pdfs import Paper

    by = {"by": holder("corporate_secretary"), "at": timezone.now()}
    starts = by["at"] + timedelta(days=200)
    meeting = create_meeting(committee=None, kind="special", starts_at=starts, place="Room 1", **by)
    item = add_item(meeting, title="A long paper", minutes=10, **by)
    meeting = schedule(meeting, **by)
    with tempfile.TemporaryDirectory(prefix="boardroom-bench-") as folder:
        paper = Paper(pages)
        for _ in range(pages):
            paper.text()
        path = paper.save(Path(folder) / "long.pdf")
        bring_paper(item, source=path, name="long.pdf", **by)
    edition = publish_book(meeting, **by)
    reader = designated("lead_independent_director")
    return {"meeting": str(meeting.pk), "pages": bound_for(book_for(reader, edition)).pages}


def visits(cookies, floor, book):
    """Milliseconds in turn until the floor has loaded, until the book's first page is seen, and
    until it is drawn out of the book; nothing where there is no Chromium."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        return {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        at_first = [turn(context_of(browser, cookies), floor, book) for _ in range(TURNS)]
        known = context_of(browser, cookies)
        taken = [turn(known, floor, book) for _ in range(TURNS + 1)]
        browser.close()
    # The first keeps what the others find.
    floors, seen, drawn = zip(*taken[1:], strict=True)
    _, seen_at_first, drawn_at_first = zip(*at_first, strict=True)
    return {
        "floor_ms": median(floors),
        "first_page_ms": median(seen),
        "drawn_ms": median(drawn),
        "first_day_ms": median(seen_at_first),
        "first_day_drawn_ms": median(drawn_at_first),
    }


def context_of(browser, cookies):
    """A browser of its own, signed in."""
    context = browser.new_context(viewport=SIZE)
    everywhere = {"domain": "127.0.0.1", "path": "/"}
    context.add_cookies(
        [{"name": name, "value": value, **everywhere} for name, value in cookies.items()]
    )
    return context


def turn(context, floor, book):
    page = context.new_page()
    began = time.perf_counter()
    page.goto(floor, wait_until="load")
    loaded = time.perf_counter()
    page.goto(book, wait_until="commit")
    page.evaluate(SEEN)
    seen = time.perf_counter()
    page.wait_for_selector(DRAWN, state="attached", timeout=PATIENCE)
    drawn = time.perf_counter()
    page.close()
    return (loaded - began) * 1000, (seen - loaded) * 1000, (drawn - loaded) * 1000


if __name__ == "__main__":
    django.setup()
    print(json.dumps(publish(int(sys.argv[1]))))
