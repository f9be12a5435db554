"""Readers in Chromium: signed in, followed from page to page, looked at and kept as pictures.

A click that leaves a page is over when the next page stands: what comes after it (another address,
a row that is asked for) never meets the old one half gone.
"""

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

ARTEFACTS = Path(settings.BASE_DIR) / "var" / "artefacts"
SIZES = {"tablet": (820, 1180), "phone": (390, 844), "desk": (1366, 900)}


def at_length(*shape):
    """A shape between others that every run looks at: left to the long one."""
    return pytest.param(*shape, marks=pytest.mark.deep)


# News come every two seconds; a machine that is busy takes its time.
SOON = 20_000
HOME = re.compile(r"^http://[^/]+/$")


@contextmanager
def leaving(page):
    """While a page is left for another, by whatever was clicked or sent in between.

    Two presses in a row send two forms; what counts is the page that stands in the end.
    """
    page.evaluate("() => { window.leftBehind = true }")
    yield
    page.wait_for_function("() => !window.leftBehind && document.readyState === 'complete'")


def press(page, words):
    with leaving(page):
        page.get_by_role("button", name=words, exact=True).first.click()


def follow(page, words):
    with leaving(page):
        page.get_by_role("link", name=words, exact=True).first.click()


def reads(page, words):
    """The page says so, at once or as soon as it has come."""
    expect(page.locator("body")).to_contain_text(words, timeout=SOON)


class Readers:
    """Those who sign in during one test, each in a browser of their own."""

    def __init__(self, browser, address, cast):
        self.browser, self.address, self.cast = browser, address, cast
        self.contexts, self.troubles = [], []

    def sign_in(self, name, size="tablet", scripts=True, scheme="light"):
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme=scheme,
            base_url=self.address,
            has_touch=size != "desk",
        )
        context.set_default_timeout(SOON)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and self.troubles.append(said.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.goto("/demo/")
        page.locator(f"button[value='{self.cast[name].pk}']").click()
        page.wait_for_url(HOME)
        page.as_who = f"{name}-{size}-{scheme}"
        return page

    def leave(self):
        """Everybody goes; a console complained of nothing, but for a page not found."""
        for context in self.contexts:
            context.close()
        troubles = [one for one in self.troubles if "404" not in one]
        assert troubles == [], troubles


def look(page, title, axe=True):
    """Keep a picture, and have axe find nothing; nothing is wider than the screen."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{page.as_who}-{title}.png", full_page=True)
    if axe:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
