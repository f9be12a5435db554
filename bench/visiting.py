"""A visitor with one connection, as a browser would be: cookies, forms, and a stopwatch."""

import http.client
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode

LEAD = "Lead Independent Director"


class Unexpected(Exception):
    """A page answered otherwise than the bench understands."""


class Visitor:
    """Somebody who visits one server."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = {}

    def ask(self, method, path, fields=None, expect=200):
        """The body of the answer and the milliseconds it took to have all of it."""
        body = urlencode(fields) if fields else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != expect:
            raise Unexpected(f"{method} {path} answered {answer.status} instead of {expect}.")
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies.update({one.key: one.value for one in SimpleCookie(cookie).values()})
        return said.decode(), took

    def sign_in(self):
        """Through the demo's door, as the Lead Independent Director."""
        page, _ = self.ask("GET", "/demo/")
        fields = {"csrfmiddlewaretoken": token(page), "person": lead(page)}
        self.ask("POST", "/demo/", fields, expect=302)

    def binding(self, motion, choice):
        """What the page that asks once more sends along with a vote."""
        page, _ = self.ask("GET", f"/decisions/{motion}/?choice={choice}")
        _, form = page.split('<form class="sheet binding"')
        return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def lead(page):
    """The key of the first of the cast whose roles begin with theirs."""
    _, _, rest = page.partition(f"<p>{LEAD}")
    found = re.search(r'name="person" value="([^"]+)"', rest)
    if not found:
        raise Unexpected(f"Nobody of the cast is {LEAD}.")
    return found[1]
