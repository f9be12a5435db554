"""A visitor who asks one thing at a time, as a browser would: cookies, forms, and a stopwatch."""

import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from threading import Barrier
from urllib.parse import urlencode


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
        # Each question has a connection of its own: a server closes one that has been idle.
        headers = {"Connection": "close"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
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

    def sign_in(self, role):
        """Through the demo's door, as the one who has this role."""
        page, _ = self.ask("GET", "/demo/")
        self.enter(page, one_who_is(role, page))

    def sign_in_as(self, person):
        """The same, by the key of the account."""
        page, _ = self.ask("GET", "/demo/")
        self.enter(page, person)

    def enter(self, page, person):
        fields = {"csrfmiddlewaretoken": token(page), "person": person}
        self.ask("POST", "/demo/", fields, expect=302)

    def binding(self, motion, choice):
        """What the page that asks once more sends along with a vote."""
        page, _ = self.ask("GET", f"/decisions/{motion}/?choice={choice}")
        _, form = page.split('<form class="sheet binding"')
        return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def at_once(acts):
    """Do all of these at the same moment; what each returned, and the milliseconds until the last
    was done."""
    ready = Barrier(len(acts) + 1)

    def do(act):
        ready.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        doing = [pool.submit(do, act) for act in acts]
        ready.wait()
        began = time.perf_counter()
        done = [one.result() for one in doing]
        return done, (time.perf_counter() - began) * 1000


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def one_who_is(role, page):
    """The key of the first of the cast whose roles begin with this one."""
    _, _, rest = page.partition(f"<p>{role}")
    found = re.search(r'name="person" value="([^"]+)"', rest)
    if not found:
        raise Unexpected(f"Nobody of the cast is {role}.")
    return found[1]
