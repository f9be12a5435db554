"""Measure the portal against a floor: how long pages take, and how much memory the workers do.

Two companies are served side by side by the very gunicorn of the Procfile: the demo's, and the same
with 25 years behind it. A third gunicorn serves the floor, a bare signed-in page. All of them are
asked in turn over one connection each, so that what else the machine does weighs on all alike.
"""

import argparse
import base64
import json
import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
# As a program this file's own folder comes first, and settings.py in it is not the portal's.
sys.path[0] = str(ROOT)

import psycopg  # noqa: E402
from honcho.environ import parse_procfile  # noqa: E402

from bench import memory  # noqa: E402
from bench.figures import DEMO, FLOOR, LONG, report, table  # noqa: E402
from bench.visiting import Visitor  # noqa: E402
from boardroom import embedded  # noqa: E402
from boardroom.demo.start import surroundings  # noqa: E402
from boardroom.keeper import end_with  # noqa: E402

KEPT = ROOT / "var" / "bench"
WEB = parse_procfile((ROOT / "Procfile").read_text()).processes["web"]
LONG_NAME = "boardroom_long"
# So many of one page in a row, then the next page.
IN_A_ROW = 10
SECONDS_TO_BE_READY = 60


def say(line):
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200, help="of each page in each run")
    parser.add_argument("--ballots", type=int, default=40, help="changed in each run")
    parser.add_argument("--years", type=int, default=25, help="of the long company")
    asked = parser.parse_args()
    with ExitStack() as held:
        var = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="boardroom-bench-")))
        url = held.enter_context(embedded.running(var / "postgres"))
        bench = Bench(var, {DEMO: url, LONG: named(url, LONG_NAME)})
        bench.prepare(asked.years)
        held.enter_context(bench.serving())
        said = bench.measure(asked)
    for line in table(said):
        print(line)
    print(f"\nKept in {keep(said).relative_to(ROOT)}")


def named(url, name):
    """The address of another database of the same server."""
    before, _, host = url.partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{host}"


def keep(said):
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{said['began']:.16}.json".replace(":", "")
    path.write_text(json.dumps(said, indent=1))
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench:
    """Both companies, their servers, and the visitors who hold the stopwatch."""

    def __init__(self, var, databases):
        self.var = var
        self.databases = databases
        self.keys = {
            "SECRET_KEY": secrets.token_urlsafe(60),
            "SEALING_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        self.servers, self.visitors, self.subjects, self.peaks = {}, {}, {}, {}

    # --- What is measured on ---------------------------------------------------------------

    def environment(self, company, port=8000):
        """The demo's own, of this company; nothing that the shell says of the portal counts."""
        folder = self.var / company.replace(" ", "-")
        folder.mkdir(exist_ok=True)
        told = surroundings(self.databases[company], port, folder)
        return told | self.keys | {"DEBUG": "false", "WEB_CONCURRENCY": "2", "LOG_LEVEL": "INFO"}

    def run(self, company, *command):
        """What a program of ours says."""
        ended = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment(company),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return ended.stdout

    def prepare(self, years):
        say("Loading the demo company")
        self.run(DEMO, "-m", "boardroom.demo.prepare")
        self.subjects = json.loads(self.run(DEMO, "-m", "bench.prepare", "subjects"))
        with psycopg.connect(self.databases[DEMO], autocommit=True) as database:
            database.execute(f"CREATE DATABASE {LONG_NAME} TEMPLATE boardroom")
        say(f"Inventing {years} years of history")
        self.run(LONG, "manage.py", "make_long_history", "--years", str(years))
        for url in self.databases.values():
            with psycopg.connect(url, autocommit=True) as database:
                database.execute("VACUUM ANALYZE")

    # --- Who serves --------------------------------------------------------------------------

    @contextmanager
    def serving(self):
        """The portal for both companies, and the floor; all of them end together."""
        say("Starting gunicorn for the floor and for both companies")
        try:
            self.serve((FLOOR, DEMO), DEMO, {"DJANGO_SETTINGS_MODULE": "bench.settings"})
            for company in (DEMO, LONG):
                self.serve(company, company)
                self.visitors[company].sign_in()
            # The floor reads the same session.
            self.visitors[FLOOR, DEMO].cookies = self.visitors[DEMO].cookies
            yield
        finally:
            for server in self.servers.values():
                server.terminate()
            for server in self.servers.values():
                server.wait()

    def serve(self, name, company, more=()):
        port = free_port()
        log = self.var / f"web-{len(self.servers)}.log"
        with log.open("w") as out:
            self.servers[name] = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {WEB}"],
                cwd=ROOT,
                env=self.environment(company, port) | dict(more),
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with(os.getpid(), signal.SIGTERM),
            )
        visitor = self.visitors[name] = Visitor(port)
        until = time.monotonic() + SECONDS_TO_BE_READY
        while True:
            try:
                return visitor.ask("GET", "/healthz")
            except OSError:
                visitor.connection.close()
                if self.servers[name].poll() is not None or time.monotonic() > until:
                    sys.exit(f"The portal does not start:\n{log.read_text()}")
                time.sleep(0.1)

    # --- The stopwatch -----------------------------------------------------------------------

    def measure(self, asked):
        """All runs; the first visits are not counted."""
        began = datetime.now(UTC).isoformat()
        self.read_in_turn(5 * IN_A_ROW)
        self.vote_in_turn(6)
        runs = []
        for number in range(asked.runs):
            times = self.read_in_turn(asked.requests) | self.vote_in_turn(asked.ballots)
            runs.append(times)
            say(f"Run {number + 1} of {asked.runs}: floor {median(times[FLOOR, DEMO]):.1f} ms")
        facts = {
            "began": began,
            "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
            "asked": vars(asked),
        }
        return report(runs, self.peaks, facts)

    def read_in_turn(self, number):
        """So many of each page, a few in a row, page after page."""
        pages = {
            "today": "/",
            "meetings": "/meetings/",
            "meeting": f"/meetings/{self.subjects['meeting']}/",
            "motion": f"/decisions/{self.subjects['motion']}/",
        }
        turns = {(FLOOR, DEMO): (self.visitors[FLOOR, DEMO], f"/{self.subjects['floor']}/")}
        for page, path in pages.items():
            turns |= {(page, company): (self.visitors[company], path) for company in (DEMO, LONG)}
        times = {turn: [] for turn in turns}
        for _ in range(max(1, number // IN_A_ROW)):
            for turn, (visitor, path) in turns.items():
                times[turn] += [visitor.ask("GET", path)[1] for _ in range(IN_A_ROW)]
            self.weigh()
        return times

    def vote_in_turn(self, number):
        """So many ballots, each changing the one before, on a vote opened for them."""
        times = {}
        for company in (DEMO, LONG):
            visitor = self.visitors[company]
            vote = json.loads(self.run(company, "-m", "bench.prepare", "vote"))
            path = f"/decisions/{vote['motion']}/"
            times["vote", company] = []
            for turn in range(number):
                fields = visitor.binding(vote["motion"], ("for", "against")[turn % 2])
                _, took = visitor.ask("POST", path, fields, expect=302)
                times["vote", company].append(took)
            self.weigh()
        return times

    def weigh(self):
        for company in (DEMO, LONG):
            now = memory.of_family(self.servers[company].pid)
            self.peaks[company] = memory.peak(self.peaks.get(company, {}), now)


if __name__ == "__main__":
    # Ended from outside, the servers and the database end as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main()
