"""One Chromium for a module's tests, and readers who sign in with it."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.pages import Readers


@pytest.fixture(scope="module")
def browser(chromium):
    # Playwright runs a loop of its own in this thread, which Django takes for an asynchronous one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def visit(browser, live_server, cast):
    """Sign in as one of the cast, at a size."""
    readers = Readers(browser, live_server.url, cast)
    yield readers.sign_in
    readers.leave()
